import { BookingId, type BookingStatus, HouseholdId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Endings that have yet to be looked at again. */
const tables = `
  CREATE TABLE endings_to_complete (
    householdId TEXT NOT NULL, number INTEGER NOT NULL, completeAt TEXT NOT NULL, PRIMARY KEY (householdId, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX endings_by_deadline ON endings_to_complete (completeAt);
`;

export const endingListProjection: Projection<SourceEvent> = {
  name: 'ending-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type === 'CareEnded') {
      const { householdId, number, completeAt } = event.data;
      return ['INSERT OR IGNORE INTO endings_to_complete VALUES (?, ?, ?)', householdId, number, completeAt];
    }
    if (event.type !== 'CareEndingCompleted') return undefined;
    const { householdId, number } = event.data;
    return ['DELETE FROM endings_to_complete WHERE householdId = ? AND number = ?', householdId, number];
  },
};

const Due = z.object({ householdId: HouseholdId, number: z.int(), completeAt: z.string() });

export const dueEndings = (db: ReadDatabase, now: Instant, limit: number): z.infer<typeof Due>[] =>
  db
    .all(
      'SELECT householdId, number, completeAt FROM endings_to_complete WHERE completeAt <= ? ORDER BY completeAt LIMIT ?',
      now,
      limit,
    )
    .map((row) => Due.parse(row));

const stillWanted = JSON.stringify([
  'held',
  'awaiting-acceptance',
  'awaiting-helper',
  'reserved',
  'confirmed',
] satisfies BookingStatus[]);

/** What a household has yet to get from a moment on, of what it had asked for before the care ended. */
export const comingWhenEnded = (
  db: ReadDatabase,
  { householdId, from, endedAt }: { readonly householdId: string; readonly from: Instant; readonly endedAt: Instant },
): BookingId[] =>
  db
    .all(
      `SELECT bookingId FROM bookings WHERE householdId = ?1 AND spanFrom >= ?2 AND requestedAt <= ?3
       AND status IN (SELECT value FROM json_each(?4)) ORDER BY spanFrom, bookingId`,
      householdId,
      from,
      endedAt,
      stillWanted,
    )
    .map((row) => BookingId.parse(row.bookingId));
