import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { BookingId, HouseholdId, OfferId, ResourceId, WorkerId } from './ids.ts';
import { WallTime } from './series.ts';
import {
  AcclimatisationStep,
  CareTrait,
  Condition,
  DayRange,
  HighRiskAct,
  PlaceOfService,
  Point,
  PricePayer,
  TimeSpan,
} from './vocabulary.ts';

/* Capacity: who occupies which place when. One model for a worker's hours, a group, a house with beds and a walk-in. */

/** What is needed of the offer; used for the decision and stored nowhere by `offers`. */
const need = {
  conditions: z.array(Condition).max(20),
  highRiskActs: z.array(HighRiskAct).max(20),
  traits: z.array(CareTrait).max(20).optional(),
  /** Town of the place of service, for a form at home. */
  at: Point.optional(),
  placeOfService: PlaceOfService.optional(),
  /** The caregiver comes along (R24), on the place of the booking; left out: where the offer is for both together. */
  caregiverJoins: z.boolean().optional(),
  /** Whose price counts, where the payer is known already; otherwise the offer's own tariff. */
  payer: PricePayer.optional(),
};

/** What a booking asks. `step`: not a stay, but this step towards one, under the stay's own offer. */
export const wish = {
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  span: TimeSpan,
  step: AcclimatisationStep.optional(),
  ...need,
};

/**
 * The most places that one decision is about: a series of three times a week for a year is 159 dates. Held all in one, so
 * that of two who ask for the same dates at once each knows what it has. More would be more than a household may hold.
 */
export const mostPlacesAtOnce = 160;

/**
 * Several places of one resource, held in one decision: the dates of a series, or a stay with its steps. `all`: every
 * one or none; `fitting`: those that can be had. A place may name an offer of its own.
 */
export const HoldPlaces = z.strictObject({
  resourceId: ResourceId,
  householdId: HouseholdId,
  offerId: OfferId,
  ...need,
  expiresAt: Instant,
  mode: z.enum(['all', 'fitting']),
  places: z
    .array(
      z.strictObject({
        bookingId: BookingId,
        span: TimeSpan,
        offerId: OfferId.optional(),
        step: AcclimatisationStep.optional(),
      }),
    )
    .min(1)
    .max(mostPlacesAtOnce)
    .refine((places) => new Set(places.map((it) => it.bookingId)).size === places.length, {
      error: 'Each place is of a booking of its own.',
    }),
});
export type HoldPlaces = z.infer<typeof HoldPlaces>;

const ofBookings = { resourceId: ResourceId, bookingIds: z.array(BookingId).min(1).max(mostPlacesAtOnce) };
const keeping = { ...ofBookings, mode: z.enum(['all', 'fitting']) };

/** Keeps holds until a later moment, in one decision. `all`: every one or none; `fitting`: those that are there still. */
export const ExtendHolds = z.strictObject({ ...keeping, expiresAt: Instant });
export type ExtendHolds = z.infer<typeof ExtendHolds>;
/** Turns holds into occupied places, in one decision. `all`: every one or none; `fitting`: those that can be. */
export const TakePlaces = z.strictObject(keeping);
export type TakePlaces = z.infer<typeof TakePlaces>;

/** A place that could not be had, and why. */
export const RefusedPlace = z.strictObject({
  bookingId: BookingId,
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type RefusedPlace = z.infer<typeof RefusedPlace>;
/** Which places are taken now, or held until then or longer, and why the others are not. */
export const KeptPlaces = z.strictObject({ kept: z.array(BookingId), refused: z.array(RefusedPlace) });
export type KeptPlaces = z.infer<typeof KeptPlaces>;

/** Frees all of these in one decision. Places that were not there are as good as freed. */
export const ReleasePlaces = z.strictObject({ ...ofBookings, reason: z.enum(['cancelled', 'declined', 'expired']) });
export type ReleasePlaces = z.infer<typeof ReleasePlaces>;

/** Another time on the same resource, in one step: the old place is let go and the new one held or taken, or neither. */
export const MovePlace = z.strictObject({ ...wish, resourceId: ResourceId });
export type MovePlace = z.infer<typeof MovePlace>;

/** Why a provider knowingly goes beyond what it published. A word, not a text, so that it says nothing of anybody. */
export const OverrideReason = z.enum([
  'emergency',
  'familiar-guest',
  'extra-staff',
  'other-place-closed',
  'palliative',
]);
export type OverrideReason = z.infer<typeof OverrideReason>;

/**
 * The provider holds a place beyond capacity, outside its times or too late to ask, knowing so. Recorded with its reason,
 * seen in the calendar for as long as it is there. What the offer serves, costs and excludes stays as it is.
 */
export const OverrideCapacity = z.strictObject({
  ...wish,
  resourceId: ResourceId,
  expiresAt: Instant,
  reason: OverrideReason,
});
export type OverrideCapacity = z.infer<typeof OverrideCapacity>;

/**
 * How many fit: in a span, or without one at all other times. Fewer than there are booked is refused. Seven beds, five in
 * August: 7 without a span, 5 with.
 */
export const SetCapacity = z.strictObject({
  resourceId: ResourceId,
  capacity: z.int().min(0).max(500),
  span: TimeSpan.optional(),
});
export type SetCapacity = z.infer<typeof SetCapacity>;

const DaysOf = z
  .strictObject({ resourceId: ResourceId, days: DayRange })
  .refine(({ days }) => Temporal.PlainDate.from(days.from).until(days.until).days <= 400, {
    path: ['days'],
    error: 'At most 400 days at a time.',
  });
/** Nothing can be booked on these days, whatever the rules say; what is booked stands. A house: from check-out to check-in. */
export const CloseDays = DaysOf;
export type CloseDays = z.infer<typeof CloseDays>;
/** The times that the rules give come back. */
export const ReopenDays = DaysOf;
export type ReopenDays = z.infer<typeof ReopenDays>;

const runs = { startsOn: Day, endsOn: Day.optional() };
/** By the clock in Amsterdam. A window that ends no later than it begins ends on the next day. `endsOn` is its last day. */
export const AvailabilityRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('weekly'),
    /** 1 is Monday. */
    weekday: z.int().min(1).max(7),
    from: WallTime,
    until: WallTime,
    everyWeeks: z.int().min(1).max(8).default(1),
    ...runs,
  }),
  /** A house: every night, in from `arriveAt`, out by `departAt`. */
  z.strictObject({ kind: z.literal('stay'), arriveAt: WallTime, departAt: WallTime, ...runs }),
]);
export type AvailabilityRule = z.infer<typeof AvailabilityRule>;

/**
 * When the resource can be booked, as rules in place of earlier rules: expanded here, up to `aheadDays` from today, and
 * further every day. Times that were published one by one, and what is booked, stand.
 */
export const SetAvailability = z.strictObject({
  resourceId: ResourceId,
  rules: z
    .array(
      AvailabilityRule.refine((it) => it.endsOn === undefined || it.startsOn <= it.endsOn, {
        path: ['endsOn'],
        error: 'The last day is not before the first.',
      }),
    )
    .max(60),
  exceptDays: z.array(Day).max(366).default([]),
  /** Dutch public holidays. */
  holidays: z.enum(['open', 'closed']).default('closed'),
  aheadDays: z.int().min(7).max(400).default(371),
});
export type SetAvailability = z.infer<typeof SetAvailability>;

/** Who is on duty when: so that a guest finds a face that was there before (R14, A15). */
export const RosterWorker = z.strictObject({ resourceId: ResourceId, workerId: WorkerId, span: TimeSpan });
export type RosterWorker = z.infer<typeof RosterWorker>;
export const UnrosterWorker = RosterWorker;
export type UnrosterWorker = z.infer<typeof UnrosterWorker>;

/** Times that another calendar says are taken, as iCalendar text (RFC 5545), in place of those read before. */
export const ReadCalendar = z.strictObject({
  resourceId: ResourceId,
  text: z
    .string()
    .max(1_000_000)
    .regex(/^\uFEFF?\s*BEGIN:VCALENDAR/, { error: 'A calendar begins with BEGIN:VCALENDAR.' }),
});
export type ReadCalendar = z.infer<typeof ReadCalendar>;

/** Occupied, step by step; a step ends where anything changes. `capacity` beside it tells what is free. */
export const OccupancyStep = z.strictObject({
  span: TimeSpan,
  capacity: z.int(),
  held: z.int(),
  taken: z.int(),
  /** Of held and taken: beyond what was published, knowingly. */
  overridden: z.int(),
  open: z.boolean(),
});
export type OccupancyStep = z.infer<typeof OccupancyStep>;

/**
 * Why there is more room on a resource than before: times were published (or days reopened), more fit in, another calendar
 * says less, or a booking of another offer of the same resource ended or moved.
 */
export const RoomCause = z.enum(['times', 'capacity', 'calendar', 'other-offer']);
export type RoomCause = z.infer<typeof RoomCause>;
