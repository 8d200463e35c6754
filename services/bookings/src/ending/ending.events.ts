import { AccountId, BookingId, Ending, HouseholdId } from '@adempauze/contracts';
import { Day, event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. Whoever holds something for a household that
 * is to come reacts to `CareEnded`: from `from` on nothing of it is wanted any more. What was given stays as it is.
 */

const about = { householdId: HouseholdId, number: z.int() };

export const EndingEvent = z.discriminatedUnion('type', [
  event('CareEnded', {
    ...about,
    ending: Ending,
    on: Day,
    /** What begins at this moment or later is let go of. */
    from: Instant,
    /** When to look again: whatever was being asked for while it ended is there then. */
    completeAt: Instant,
    endedBy: AccountId,
    endedAt: Instant,
  }),
  event('CareReleased', { ...about, bookingIds: z.array(BookingId), releasedAt: Instant }),
  event('CareEndingCompleted', { ...about, completedAt: Instant }),
]);
export type EndingEvent = z.infer<typeof EndingEvent>;
export type EndingData<T extends EndingEvent['type']> = Extract<EndingEvent, { type: T }>['data'];

export const endingStream = (householdId: string) => `ending-${householdId}`;
