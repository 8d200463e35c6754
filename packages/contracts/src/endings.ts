import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { BookingId, HouseholdId } from './ids.ts';
import { command, query } from './service-api.ts';

/* The care at home ends, and the file stays open (R28, X12). Stream: ending-<householdId>. */

export const Ending = z.enum(['no-more-care', 'other-provider', 'death']);
export type Ending = z.infer<typeof Ending>;

/**
 * What is to come from that day on is released without cost, and nobody has to cancel anything; what was given is
 * settled as ever. The same ending on the same day is one ending, however often and by whom it is said.
 */
export const EndCare = z.strictObject({ householdId: HouseholdId, ending: Ending, on: Day, endedBy: AccountId });
export type EndCare = z.infer<typeof EndCare>;

export const EndingView = z.strictObject({
  householdId: HouseholdId,
  ending: Ending,
  on: Day,
  endedBy: AccountId,
  endedAt: Instant,
  /** What was let go of; more may follow until `completedAt`. */
  released: z.array(BookingId),
  completedAt: Instant.nullable(),
});
export type EndingView = z.infer<typeof EndingView>;

export const endingOperations = {
  endCare: command(EndCare, EndingView),
  /** The last first. */
  listEndings: query(z.strictObject({ householdId: HouseholdId }), z.array(EndingView)),
};
