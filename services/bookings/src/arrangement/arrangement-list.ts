import { ArrangementId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Which arrangements a household has, and of which one a series or a stay is a part. Ids only. */
const tables = `
  CREATE TABLE arrangements (
    place INTEGER PRIMARY KEY, arrangementId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL
  ) STRICT;
  CREATE INDEX arrangements_by_household ON arrangements (householdId);
  CREATE TABLE arrangement_parts (
    thingId TEXT NOT NULL, arrangementId TEXT NOT NULL, partId TEXT NOT NULL, PRIMARY KEY (thingId, partId)
  ) STRICT, WITHOUT ROWID;
`;

export const arrangementListProjection: Projection<SourceEvent> = {
  name: 'arrangement-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type !== 'ArrangementPlanned' && event.type !== 'ArrangedPartsAdded') return undefined;
    const { arrangementId, householdId, parts } = event.data;
    const rows = parts.map(
      ({ partId, thingId }): Statement => [
        'INSERT OR IGNORE INTO arrangement_parts VALUES (?, ?, ?)',
        ...[thingId, arrangementId, partId],
      ],
    );
    return [
      ['INSERT OR IGNORE INTO arrangements (arrangementId, householdId) VALUES (?, ?)', arrangementId, householdId],
      ...rows,
    ];
  },
};

const Row = z.object({ place: z.number(), arrangementId: ArrangementId });

/** The one planned last first, before `before`. */
export const listedArrangements = (
  db: ReadDatabase,
  householdId: string,
  before: number,
  limit: number,
): z.infer<typeof Row>[] =>
  db
    .all(
      'SELECT place, arrangementId FROM arrangements WHERE householdId = ? AND place < ? ORDER BY place DESC LIMIT ?',
      ...[householdId, before, limit],
    )
    .map((row) => Row.parse(row));

const PartRow = z.object({ arrangementId: ArrangementId, partId: z.string() });

/** Which parts a booking, series or stay is; one thing can be in several plans. */
export const partsOfThing = (db: ReadDatabase, thingId: string): z.infer<typeof PartRow>[] =>
  db
    .all('SELECT arrangementId, partId FROM arrangement_parts WHERE thingId = ? ORDER BY arrangementId', thingId)
    .map((row) => PartRow.parse(row));
