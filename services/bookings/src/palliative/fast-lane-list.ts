import { BookingId, HouseholdId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { type Instant, plusMs } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';
import { confirmWithinMs } from './palliative.decider.ts';

/**
 * Households with the fast lane, and what of theirs has yet to be confirmed by when. A `confirmBy` of the household
 * itself is over at the first booking that is agreed.
 */
const tables = `
  CREATE TABLE fast_lanes (householdId TEXT PRIMARY KEY, confirmBy TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX fast_lanes_by_deadline ON fast_lanes (confirmBy) WHERE confirmBy IS NOT NULL;
  CREATE TABLE fast_lane_bookings (
    bookingId TEXT PRIMARY KEY, householdId TEXT NOT NULL, confirmBy TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX fast_lane_bookings_by_deadline ON fast_lane_bookings (confirmBy);
  CREATE INDEX fast_lane_bookings_by_household ON fast_lane_bookings (householdId);
`;

const drop = (bookingId: string): Statement => ['DELETE FROM fast_lane_bookings WHERE bookingId = ?', bookingId];
const met = (householdId: string): Statement => [
  'UPDATE fast_lanes SET confirmBy = NULL WHERE householdId = ?',
  householdId,
];

export const fastLaneProjection: Projection<SourceEvent> = {
  name: 'fast-lane-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'FastLaneGiven': {
        const { householdId, confirmBy } = event.data;
        return [
          'INSERT INTO fast_lanes VALUES (?1, ?2) ON CONFLICT (householdId) DO UPDATE SET confirmBy = ?2',
          householdId,
          confirmBy,
        ];
      }
      case 'FastLaneLate': {
        const { householdId, ofBooking: bookingId } = event.data;
        return bookingId === undefined ? met(householdId) : drop(bookingId);
      }
      case 'FastLaneEnded': {
        const { householdId } = event.data;
        return [
          ['DELETE FROM fast_lanes WHERE householdId = ?', householdId],
          ['DELETE FROM fast_lane_bookings WHERE householdId = ?', householdId],
        ];
      }
      case 'BookingRequested': {
        const { bookingId, householdId, requestedAt } = event.data;
        return [
          `INSERT OR IGNORE INTO fast_lane_bookings
           SELECT ?1, householdId, ?2 FROM fast_lanes WHERE householdId = ?3`,
          ...[bookingId, plusMs(requestedAt, confirmWithinMs), householdId],
        ];
      }
      case 'BookingReserved':
      case 'BookingConfirmed':
        return [drop(event.data.bookingId), met(event.data.householdId)];
      // Let go of by the household itself, or by the care that ended: nobody waits for it.
      case 'BookingCancelled':
        return drop(event.data.bookingId);
      default:
        return undefined;
    }
  },
};

const Due = z.object({ householdId: HouseholdId, bookingId: BookingId.nullable(), confirmBy: z.string() });
export type DueConfirmation = z.infer<typeof Due>;

/** What should have been confirmed by now. */
export const dueConfirmations = (db: ReadDatabase, now: Instant, limit: number): DueConfirmation[] =>
  db
    .all(
      `SELECT householdId, NULL AS bookingId, confirmBy FROM fast_lanes WHERE confirmBy <= ?1
       UNION ALL SELECT householdId, bookingId, confirmBy FROM fast_lane_bookings WHERE confirmBy <= ?1
       ORDER BY confirmBy LIMIT ?2`,
      now,
      limit,
    )
    .map((row) => Due.parse(row));
