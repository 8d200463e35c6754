import { OfferId, WaitingId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** On which lists a household waits. Ids only. */
const tables = `
  CREATE TABLE waiting_lists (
    waitingId TEXT PRIMARY KEY, offerId TEXT NOT NULL, householdId TEXT NOT NULL, since TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX waiting_by_household ON waiting_lists (householdId, since);
`;

export const waitingListsProjection: Projection<SourceEvent> = {
  name: 'waiting-lists-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type === 'WaitingLeft') return ['DELETE FROM waiting_lists WHERE waitingId = ?', event.data.waitingId];
    // A wish is shown as what it is, and not once for each list that it stands on.
    if (event.type !== 'WaitingJoined' || event.data.wishId !== undefined) return undefined;
    const { waitingId, offerId, householdId, joinedAt } = event.data;
    return ['INSERT OR IGNORE INTO waiting_lists VALUES (?, ?, ?, ?)', waitingId, offerId, householdId, joinedAt];
  },
};

const Row = z.object({ offerId: OfferId, waitingId: WaitingId });

/** The one they have been on longest first. */
export const listsOfHousehold = (db: ReadDatabase, householdId: string): z.infer<typeof Row>[] =>
  db
    .all('SELECT offerId, waitingId FROM waiting_lists WHERE householdId = ? ORDER BY since, waitingId', householdId)
    .map((row) => Row.parse(row));
