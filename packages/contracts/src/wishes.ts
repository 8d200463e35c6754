import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { FormId } from './forms.ts';
import { BookingId, HouseholdId, OfferId, WaitingId, WishId } from './ids.ts';
import { command, query } from './service-api.ts';
import { TimeSpan } from './vocabulary.ts';
import { hasTimeFor, Lane, NextWhy, noTimeFor, PlaceCause, WaitingOutcome } from './waiting.ts';

/*
 * Somebody waits for a form near home, at whichever offer a place comes free first. Stream: wish-<wishId>. A wish stands
 * on the waiting lists of all offers that suit, and takes one place at most.
 */

/** Waits for any of these forms, within a journey of `maxKm` from where the recipient lives; at home, whoever comes there. */
export const MakeWish = z
  .strictObject({
    wishId: WishId,
    householdId: HouseholdId,
    forms: z.array(FormId).min(1).max(10),
    maxKm: z.int().min(1).max(200).default(40),
    /** From the earliest beginning to the latest end. */
    window: TimeSpan,
    minMinutes: z.int().min(15).max(100_000).default(15),
    maxMinutes: z.int().min(15).max(100_000).default(100_000),
    lane: Lane.default('normal'),
    /** As in the booking that comes of it: the caregiver comes along (R24); left out: only where it is for both together. */
    caregiverJoins: z.boolean().optional(),
    requestedBy: AccountId,
  })
  .refine((it) => it.minMinutes <= it.maxMinutes, {
    path: ['maxMinutes'],
    error: 'The longest is at least as long as the shortest.',
  })
  .refine(hasTimeFor, noTimeFor);
export type MakeWish = z.infer<typeof MakeWish>;

/** Waits no more, at none of the offers. */
export const EndWish = z.strictObject({ wishId: WishId });
export type EndWish = z.infer<typeof EndWish>;

export const WishView = z.strictObject({
  wishId: WishId,
  householdId: HouseholdId,
  forms: z.array(FormId),
  maxKm: z.int(),
  window: TimeSpan,
  minMinutes: z.int(),
  maxMinutes: z.int(),
  lane: Lane,
  /** As it was asked for; null: as each offer is meant. */
  caregiverJoins: z.boolean().nullable().default(null),
  since: Instant,
  status: z.enum(['waiting', 'served', 'left', 'over']),
  /** Where it waits, and how many go before it there, for which reason (as with `WaitingView`). */
  lists: z.array(
    z.strictObject({ offerId: OfferId, waitingId: WaitingId, aheadUrgent: z.int(), aheadLonger: z.int() }),
  ),
  /** Places offered to it, the last first. `elsewhere`: it was thinking about another one at that moment. */
  offers: z.array(
    z.strictObject({
      offerId: OfferId,
      bookingId: BookingId,
      span: TimeSpan,
      until: Instant,
      outcome: WaitingOutcome,
      cause: PlaceCause,
      why: NextWhy,
    }),
  ),
});
export type WishView = z.infer<typeof WishView>;

export const wishOperations = {
  makeWish: command(MakeWish, WishView),
  endWish: command(EndWish, WishView),
  findWish: query(z.strictObject({ wishId: WishId }), WishView.optional()),
  /** Of a household, the last first; fifty at most. */
  listWishes: query(
    z.strictObject({ householdId: HouseholdId, waitFor: z.string().max(100).optional() }),
    z.array(WishView),
  ),
};
