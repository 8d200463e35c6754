import type { MunicipalityCode } from '@adempauze/contracts';
import { SchemeView } from '@adempauze/contracts';
import { keepSealed, type Projection, type ReadDatabase } from '@adempauze/event-store';
import type { Day } from '@adempauze/kernel';
import { z } from 'zod';
import { jsonOf } from '../columns.ts';
import type { StoredEvent } from '../stored-event.ts';

/** Schemes by municipality, and who may decide on them. Names of holders stay sealed. */
export const schemeListProjection: Projection<StoredEvent> = {
  name: 'schemes-1',
  tables: `
    CREATE TABLE schemes (schemeId TEXT PRIMARY KEY, municipality TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX schemesOf ON schemes (municipality);
    CREATE TABLE mandates (mandateId TEXT PRIMARY KEY, schemeId TEXT NOT NULL, accountId TEXT NOT NULL, holder TEXT,
      fromDay TEXT NOT NULL, untilDay TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX mandatesFor ON mandates (schemeId, accountId);
  `,
  project({ type, data }) {
    switch (type) {
      case 'SchemePublished': {
        const { publishedAt: _, ...scheme } = data;
        return [
          'INSERT OR IGNORE INTO schemes VALUES (?, ?, ?)',
          data.schemeId,
          data.municipality,
          JSON.stringify(scheme),
        ];
      }
      case 'SchemeMandateGranted':
        return [
          'INSERT OR IGNORE INTO mandates VALUES (?, ?, ?, ?, ?, ?)',
          data.mandateId,
          data.schemeId,
          data.accountId,
          keepSealed(data.holder),
          data.from,
          data.until,
        ];
      default:
        return undefined;
    }
  },
};

const SchemeRow = z.object({ data: jsonOf(SchemeView) });

/** The schemes of one municipality, or all, by name. */
export const listSchemes = (db: ReadDatabase, municipality?: MunicipalityCode): SchemeView[] => {
  const rows =
    municipality === undefined
      ? db.all('SELECT data FROM schemes ORDER BY schemeId')
      : db.all('SELECT data FROM schemes WHERE municipality = ? ORDER BY schemeId', municipality);
  return rows.map((row) => SchemeRow.parse(row).data);
};

const MandateRow = z.object({ accountId: z.string(), holder: z.string().nullable() });

/** The mandates in force on a day for a scheme; `holder` is a sealed token. */
export const listMandatesInForce = (db: ReadDatabase, schemeId: string, on: Day): z.infer<typeof MandateRow>[] =>
  db
    .all(
      'SELECT accountId, holder FROM mandates WHERE schemeId = ? AND fromDay <= ? AND untilDay > ? ORDER BY mandateId',
      schemeId,
      on,
      on,
    )
    .map((row) => MandateRow.parse(row));
