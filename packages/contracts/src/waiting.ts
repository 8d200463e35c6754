import { Instant, minutesBetween, type Span } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { RoomCause } from './capacity.ts';
import { BookingId, HouseholdId, OfferId, ResourceId, WaitingId } from './ids.ts';
import { command, query } from './service-api.ts';
import { PlaceOfService, TimeSpan } from './vocabulary.ts';

/* Who waits for a place that is full. Stream: waiting-<offerId>. A place that comes free is offered to one at a time. */

/** `urgent` goes before everybody else; a professional says so. */
export const Lane = z.enum(['urgent', 'normal']);
export type Lane = z.infer<typeof Lane>;

/** Whoever asks for longer than that would wait for what can never come. */
export const hasTimeFor = ({ window, minMinutes }: { readonly window: Span; readonly minMinutes: number }): boolean =>
  minMinutes <= minutesBetween(window);
export const noTimeFor = { path: ['minMinutes'], error: 'The shortest fits between the beginning and the end.' };

/**
 * Waits for a time at an offer: any freed place that lies within the window and is long enough. Rejected with
 * `place-of-service-mismatch` where the form of the offer is never given at that place, and with `waits-too-often` where the
 * household waits for ten times there already, beside what its wishes wait for.
 */
export const JoinWaitingList = z
  .strictObject({
    waitingId: WaitingId,
    householdId: HouseholdId,
    offerId: OfferId,
    /** From the earliest beginning to the latest end. */
    window: TimeSpan,
    minMinutes: z.int().min(15).max(100_000).default(15),
    maxMinutes: z.int().min(15).max(100_000).default(100_000),
    lane: Lane.default('normal'),
    placeOfService: PlaceOfService,
    /** As in the booking that comes of it: the caregiver comes along (R24); left out: only where it is for both together. */
    caregiverJoins: z.boolean().optional(),
    requestedBy: AccountId,
  })
  .refine((it) => it.minMinutes <= it.maxMinutes, {
    path: ['maxMinutes'],
    error: 'The longest is at least as long as the shortest.',
  })
  .refine(hasTimeFor, noTimeFor);
export type JoinWaitingList = z.infer<typeof JoinWaitingList>;

export const LeaveWaitingList = z.strictObject({ offerId: OfferId, waitingId: WaitingId });
export type LeaveWaitingList = z.infer<typeof LeaveWaitingList>;

/**
 * What became of a place that was offered. `silent`: no answer in time; `refused`: it did not fit after all; `elsewhere`: a
 * wish that thought about another place, or had found one.
 */
export const WaitingOutcome = z.enum(['offered', 'taken', 'declined', 'silent', 'refused', 'elsewhere']);
export type WaitingOutcome = z.infer<typeof WaitingOutcome>;

/**
 * Why a household was next for a place, before the one behind it: the first of these in which they differ. `eight-weeks`: it
 * had waited longer than that, from when on nothing but the wait counts (R10). `familiar`: it was there before (R14). `exact`:
 * the place is just as long as it asked. `near`: it is less far. `longest`: it waited longest. `only`: there was nobody else.
 */
export const NextRule = z.enum(['urgent', 'eight-weeks', 'familiar', 'exact', 'near', 'longest', 'only']);
export type NextRule = z.infer<typeof NextRule>;

/** `among`: how many it fitted at that moment, with this one. Null where it was not recorded yet. */
export const NextWhy = z.strictObject({ rule: NextRule, among: z.int() }).nullable();
export type NextWhy = z.infer<typeof NextWhy>;

/** Why a place came: a booking ended or moved, there is more room than before, or it was free when somebody came to wait. */
export const PlaceCause = z.enum(['booking', ...RoomCause.options, 'free']);
export type PlaceCause = z.infer<typeof PlaceCause>;

/** How far it is from the household to the place of care, or for the worker to the household: 10 km, 25 km, or more. */
export const DistanceBand = z.enum(['near', 'around', 'far']);
export type DistanceBand = z.infer<typeof DistanceBand>;

/** Somebody who waits, and why they are where they are: the urgent lane first, then who has waited longest; whom a place fits better goes before. */
export const WaitingView = z.strictObject({
  waitingId: WaitingId,
  offerId: OfferId,
  householdId: HouseholdId,
  window: TimeSpan,
  minMinutes: z.int(),
  maxMinutes: z.int(),
  lane: Lane,
  placeOfService: PlaceOfService,
  /** As it was asked for; null: as the offer is meant. */
  caregiverJoins: z.boolean().nullable().default(null),
  since: Instant,
  status: z.enum(['waiting', 'served', 'left', 'over']),
  /** How many go before, and for which reason; both 0: next in turn. */
  aheadUrgent: z.int(),
  aheadLonger: z.int(),
  /** Places offered to them, the last first. An offer is a booking that is held until `until`. */
  offers: z.array(
    z.strictObject({
      bookingId: BookingId,
      span: TimeSpan,
      until: Instant,
      outcome: WaitingOutcome,
      cause: PlaceCause,
      why: NextWhy,
    }),
  ),
});
export type WaitingView = z.infer<typeof WaitingView>;

/** A place that came free, and for whom it was held in which order; not who was refused it: that would tell what they need. */
export const FreedPlaceView = z.strictObject({
  resourceId: ResourceId,
  span: TimeSpan,
  freedAt: Instant,
  cause: PlaceCause,
  status: z.enum(['offered', 'taken', 'gone', 'nobody']),
  offeredTo: z.array(
    z.strictObject({ waitingId: WaitingId, lane: Lane, since: Instant, outcome: WaitingOutcome, why: NextWhy }),
  ),
});
export type FreedPlaceView = z.infer<typeof FreedPlaceView>;

export const WaitingListView = z.strictObject({
  offerId: OfferId,
  waiting: z.array(WaitingView),
  /** The last fifty, the latest first. */
  places: z.array(FreedPlaceView),
});
export type WaitingListView = z.infer<typeof WaitingListView>;

export const waitingOperations = {
  joinWaitingList: command(JoinWaitingList, WaitingView),
  leaveWaitingList: command(LeaveWaitingList, WaitingView),
  findWaiting: query(z.strictObject({ offerId: OfferId, waitingId: WaitingId }), WaitingView.optional()),
  /** Everybody who waits for an offer, in the order in which a place is offered, and what happened with freed places. */
  findWaitingList: query(z.strictObject({ offerId: OfferId }), WaitingListView),
  /** Where a household waits. */
  listWaiting: query(
    z.strictObject({ householdId: HouseholdId, waitFor: z.string().max(100).optional() }),
    z.array(WaitingView),
  ),
};
