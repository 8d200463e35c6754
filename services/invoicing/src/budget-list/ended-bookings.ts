import { BookingId, BudgetId, SpendId } from '@adempauze/contracts';
import type { ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';

/**
 * Bookings that ended without care. Money can be set aside for one at that moment, and after it; whichever of the two the
 * lists see last marks the spend. That of a booking that nobody knows is not marked: it may yet come.
 */
export const endedBookingsProjection = {
  name: 'ended-bookings-1',
  tables: 'CREATE TABLE endedBookings (bookingId TEXT PRIMARY KEY) WITHOUT ROWID;',
  project: (bookingId: string): Statement[] => [
    ['INSERT OR IGNORE INTO endedBookings VALUES (?)', bookingId],
    ['UPDATE spends SET ended = 1 WHERE bookingId = ?', bookingId],
  ],
};

const HeldInVain = z.object({ budgetId: BudgetId, spendId: SpendId, bookingId: BookingId });
/** What is still set aside for a booking that ended without care. */
export type HeldInVain = z.infer<typeof HeldInVain>;

export const listHeldInVain = (db: ReadDatabase, limit: number): HeldInVain[] =>
  db
    .all('SELECT budgetId, spendId, bookingId FROM spends WHERE ended = 1 AND amountCents > 0 LIMIT ?', limit)
    .map((row) => HeldInVain.parse({ ...row }));
