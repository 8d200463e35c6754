import { AccountId, BookingId, HouseholdId, PersonId } from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. That somebody is in the last phase of life is
 * itself about their health: the type of the event says no more than that the household has the fast lane.
 */

const about = { householdId: HouseholdId };

export const PalliativeEvent = z.discriminatedUnion('type', [
  event('FastLaneGiven', {
    ...about,
    recipientId: PersonId,
    words: personal(z.string(), { of: 'recipientId' }),
    flaggedBy: AccountId,
    /** By when the first booking is to be confirmed. */
    confirmBy: Instant,
    givenAt: Instant,
  }),
  /** Not confirmed in time: a booking, or, without one, anything at all since the flag. */
  event('FastLaneLate', { ...about, ofBooking: BookingId.optional(), lateAt: Instant }),
  event('FastLaneEnded', { ...about, why: z.enum(['lifted', 'care-ended']), endedAt: Instant }),
]);
export type PalliativeEvent = z.infer<typeof PalliativeEvent>;
export type PalliativeData<T extends PalliativeEvent['type']> = Extract<PalliativeEvent, { type: T }>['data'];

export const palliativeStream = (householdId: string) => `fastlane-${householdId}`;
