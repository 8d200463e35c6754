import { CostSharingView, type FormId } from '@adempauze/contracts';
import type { Projection, ReadDatabase } from '@adempauze/event-store';
import { type Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import type { ClaimSharing } from '../claim/claim.events.ts';
import { jsonOf } from '../columns.ts';
import type { StoredEvent } from '../stored-event.ts';

/** Agreements to share costs, by municipality and by insurer. */
export const costSharingListProjection: Projection<StoredEvent> = {
  name: 'cost-sharings-3',
  tables: `
    CREATE TABLE costSharings (costSharingId TEXT PRIMARY KEY, municipality TEXT NOT NULL, insurerId TEXT NOT NULL,
      fromDay TEXT NOT NULL, untilDay TEXT NOT NULL, recordedAt TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE sharedCare (municipality TEXT, providerId TEXT, form TEXT, fromDay TEXT, costSharingId TEXT,
      untilDay TEXT NOT NULL, PRIMARY KEY (municipality, providerId, form, fromDay, costSharingId)) WITHOUT ROWID;
    CREATE INDEX costSharingsWith ON costSharings (insurerId);
  `,
  project({ type, data }) {
    if (type !== 'CostSharingRecorded') return undefined;
    const { recordedAt, ...agreed } = data;
    const { costSharingId, municipality, insurerId, from, until, providerIds, forms } = data;
    return [
      [
        'INSERT OR IGNORE INTO costSharings VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[costSharingId, municipality, insurerId, from, until, recordedAt, JSON.stringify(agreed)],
      ],
      // A row for each provider and form, so that a quote and a page of search look once at an index.
      [
        `INSERT OR IGNORE INTO sharedCare SELECT ?, provider.value, form.value, ?, ?, ?
         FROM json_each(?) provider, json_each(?) form`,
        ...[municipality, from, costSharingId, until, JSON.stringify(providerIds), JSON.stringify(forms)],
      ],
    ];
  },
};

const Row = z.object({ data: jsonOf(CostSharingView) });
const AgreedRow = Row.extend({ recordedAt: Instant });

/** Where, by whom, what and when: what an agreement is found by. */
export type SharedCare = {
  readonly municipality: string;
  readonly providerId: string;
  readonly form: FormId;
  readonly on: Day;
};
export type FindCostSharing = (care: SharedCare) => ClaimSharing | undefined;

/** The agreements under which care falls, by place, provider, form and day: the oldest first. */
export const listSharings = (db: ReadDatabase, care: SharedCare): ClaimSharing[] =>
  db
    .all(
      `SELECT c.data, c.recordedAt FROM sharedCare s JOIN costSharings c USING (costSharingId)
       WHERE s.municipality = ? AND s.providerId = ? AND s.form = ? AND s.fromDay <= ? AND s.untilDay > ?
       ORDER BY s.fromDay, s.costSharingId`,
      ...[care.municipality, care.providerId, care.form, care.on, care.on],
    )
    .map((row) => {
      const { data, recordedAt: since } = AgreedRow.parse(row);
      const { costSharingId, municipality, insurerId, insurerPercent } = data;
      return { costSharingId, municipality, insurerId, insurerPercent, since };
    });

/** Agreements by the day on which they begin; narrowed by a party. */
export const listCostSharings = (
  db: ReadDatabase,
  only: { readonly municipality?: string | undefined; readonly insurerId?: string | undefined },
): CostSharingView[] =>
  db
    .all(
      `SELECT data FROM costSharings WHERE (?1 IS NULL OR municipality = ?1) AND (?2 IS NULL OR insurerId = ?2)
       ORDER BY fromDay, costSharingId`,
      ...[only.municipality ?? null, only.insurerId ?? null],
    )
    .map((row) => Row.parse(row).data);
