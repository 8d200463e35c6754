import type { Projection, SourceEvent } from '@adempauze/event-store';
import { decodeIncoming } from '../integration/incoming.ts';

/**
 * How often a helper was with a household (R14), earned by care that was given: one row a delivery, so that the same
 * delivery heard twice counts once. No name stands here, and the ids say nothing once a person was forgotten.
 */
export const familiarFacesProjection: Projection<SourceEvent> = {
  name: 'familiar-faces-1',
  tables: `CREATE TABLE visits (deliveryId TEXT PRIMARY KEY, householdId TEXT NOT NULL, helperId TEXT NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE INDEX visitsOfPair ON visits (householdId, helperId)`,
  project(event) {
    const delivered = decodeIncoming('bookings.care-delivered.v1', event);
    if (delivered?.helperId === undefined) return undefined;
    const { deliveryId, householdId, helperId } = delivered;
    return ['INSERT OR IGNORE INTO visits VALUES (?, ?, ?)', deliveryId, householdId, helperId];
  },
};

/** For a query over helpers named `h`: how often each was with the household that is the parameter. */
export const timesWithHouseholdSql =
  '(SELECT count(*) FROM visits WHERE visits.householdId = ? AND visits.helperId = h.helperId)';
