import { type AvailabilityRule, type OfferId, type TimeSpan, WorkerId } from '@adempauze/contracts';
import { dayOf, derivedId, instantFromMs, minuteMs, msOf, plusDays } from '@adempauze/kernel';
import fc from 'fast-check';
import { booking, householdId, now, offerId, providerId, resourceId } from '../examples.fixtures.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';
import type { ResourceState } from './resource.state.rules.ts';

/*
 * Random lives of one resource: published, held, extended, taken, freed and passed in any order, by a clock that jumps
 * and sometimes goes back, in the days around a clock change or a leap day.
 */

export const clockChanges = [
  msOf(now),
  Date.UTC(2028, 2, 25, 12),
  Date.UTC(2027, 9, 30, 12),
  Date.UTC(2028, 1, 28, 12),
];
const quarterMs = 15 * minuteMs;

type Step = { readonly jumpMs: number; readonly make: (nowMs: number, offers: readonly Offer[]) => ResourceCommand };

const spanFrom = (nowMs: number, quarters: number, length: number): TimeSpan => {
  const fromMs = Math.ceil(nowMs / quarterMs) * quarterMs + quarters * quarterMs;
  return { from: instantFromMs(fromMs), until: instantFromMs(fromMs + length * quarterMs) };
};

const anyBooking = fc.integer({ min: 1, max: 5 }).map(booking);
const anySpan = fc.tuple(fc.integer({ min: -8, max: 96 }), fc.integer({ min: 1, max: 400 }));
const shortSpan = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 4, max: 16 }));
const anyMode = fc.constantFrom('all' as const, 'fitting' as const);
const holdFor = fc.integer({ min: 0, max: 480 });

/** Rules by the clock in Amsterdam: around the hours that are skipped and repeated, over midnight, and nights of a house. */
const anyRules = fc
  .array(
    fc.oneof(
      fc.record({
        weekday: fc.integer({ min: 1, max: 7 }),
        from: fc.constantFrom('00:00', '02:00', '02:30', '09:00', '22:00'),
        until: fc.constantFrom('00:00', '02:30', '03:00', '07:00', '17:00'),
        everyWeeks: fc.constantFrom(1, 2),
      }),
      fc.constant('stay' as const),
    ),
    { maxLength: 4 },
  )
  .map((list) => (nowMs: number): AvailabilityRule[] => {
    const startsOn = plusDays(dayOf(instantFromMs(nowMs)), -1);
    return list.map(
      (it): AvailabilityRule =>
        it === 'stay'
          ? { kind: 'stay', arriveAt: '15:00', departAt: '11:00', startsOn }
          : { kind: 'weekly', ...it, startsOn },
    );
  });

const anyMake: fc.Arbitrary<Step['make']> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(anySpan, { minLength: 1, maxLength: 3 }).map(
      (list) =>
        (nowMs: number): ResourceCommand => ({
          type: 'PublishTimes',
          data: { resourceId, spans: list.map(([from, length]) => spanFrom(nowMs, from, length)) },
          now: instantFromMs(nowMs),
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: anySpan.map(
      ([from, length]) =>
        (nowMs: number): ResourceCommand => ({
          type: 'WithdrawTimes',
          data: { resourceId, spans: [spanFrom(nowMs, from, length)] },
          now: instantFromMs(nowMs),
        }),
    ),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(anyBooking, shortSpan, holdFor, fc.nat())
      .map(
        ([bookingId, [from, length], minutes, which]) =>
          (nowMs: number, offers: readonly Offer[]): ResourceCommand => {
            const offer = offers[which % offers.length];
            return {
              type: 'HoldPlace',
              data: {
                resourceId,
                bookingId,
                householdId,
                offerId: offer?.offerId ?? offerId,
                span: spanFrom(nowMs, from, length),
                conditions: [],
                highRiskActs: [],
                expiresAt: instantFromMs(nowMs + minutes * minuteMs),
              },
              offer,
              journeyKm: 1,
              now: instantFromMs(nowMs),
            };
          },
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(anyBooking, holdFor).map(
      ([bookingId, minutes]) =>
        (nowMs: number): ResourceCommand => ({
          type: 'ExtendHold',
          data: { resourceId, bookingId, expiresAt: instantFromMs(nowMs + minutes * minuteMs) },
          now: instantFromMs(nowMs),
        }),
    ),
  },
  ...(['TakePlace', 'ExpireHold'] as const).map((type) => ({
    weight: 4,
    arbitrary: anyBooking.map(
      (bookingId) =>
        (nowMs: number): ResourceCommand => ({
          type,
          data: { resourceId, bookingId },
          now: instantFromMs(nowMs),
        }),
    ),
  })),
  {
    weight: 2,
    arbitrary: anyBooking.map(
      (bookingId) =>
        (nowMs: number): ResourceCommand => ({
          type: 'ReleasePlace',
          data: { resourceId, bookingId, reason: 'cancelled' },
          now: instantFromMs(nowMs),
        }),
    ),
  },
);

const anyWorker = fc.constantFrom(1, 1, 2).map((it) => WorkerId.parse(derivedId('worker', it)));
const reason = 'emergency' as const;
const dayAfter = (nowMs: number, days: number) => plusDays(dayOf(instantFromMs(nowMs)), days);

/** What a provider does with a calendar, and what is done for several bookings at once. */
const otherMake: fc.Arbitrary<Step['make']> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.option(anySpan)).map(
    ([capacity, span]) =>
      (nowMs: number): ResourceCommand => ({
        type: 'SetCapacity',
        data: { resourceId, capacity, ...(span === null ? {} : { span: spanFrom(nowMs, ...span) }) },
        now: instantFromMs(nowMs),
      }),
  ),
  fc.tuple(anyRules, fc.integer({ min: 7, max: 30 }), fc.constantFrom('open', 'closed')).map(
    ([makeRules, aheadDays, holidays]) =>
      (nowMs: number): ResourceCommand => ({
        type: 'SetAvailability',
        data: { resourceId, rules: makeRules(nowMs), exceptDays: [dayAfter(nowMs, 3)], holidays, aheadDays },
        now: instantFromMs(nowMs),
      }),
  ),
  fc.constant((nowMs: number): ResourceCommand => {
    // The sweep comes days later than anything else, when rules have run short.
    return { type: 'ExtendHorizon', data: { resourceId }, now: instantFromMs(nowMs + 12 * 86_400_000) };
  }),
  ...(['CloseDays', 'ReopenDays', 'ReopenDays'] as const).map((type) =>
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 })).map(
      ([from, count]) =>
        (nowMs: number): ResourceCommand => ({
          type,
          data: { resourceId, days: { from: dayAfter(nowMs, from), until: dayAfter(nowMs, from + count) } },
          now: instantFromMs(nowMs),
        }),
    ),
  ),
  fc.array(shortSpan, { maxLength: 2 }).map(
    (list) =>
      (nowMs: number): ResourceCommand => ({
        type: 'ReadCalendar',
        data: { resourceId, busy: list.map(([from, length]) => spanFrom(nowMs, from + 60, length)) },
        now: instantFromMs(nowMs),
      }),
  ),
  ...(['RosterWorker', 'UnrosterWorker', 'UnrosterWorker'] as const).map((type) =>
    fc.tuple(anyWorker, shortSpan).map(
      ([workerId, [from, length]]) =>
        (nowMs: number): ResourceCommand => ({
          type,
          data: { resourceId, workerId, span: spanFrom(nowMs, from, length * (type === 'RosterWorker' ? 6 : 2)) },
          now: instantFromMs(nowMs),
        }),
    ),
  ),
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.uniqueArray(fc.tuple(anyBooking, shortSpan), { selector: ([id]) => id, minLength: 1, maxLength: 4 }),
        anyMode,
        holdFor,
      )
      .map(
        ([list, mode, minutes]) =>
          (nowMs: number, offers: readonly Offer[]): ResourceCommand => ({
            type: 'HoldPlaces',
            data: {
              ...{ resourceId, householdId, offerId: offers[0]?.offerId ?? offerId, conditions: [], highRiskActs: [] },
              ...{ mode, expiresAt: instantFromMs(nowMs + minutes * minuteMs) },
              places: list.map(([bookingId, [from, length]]) => ({ bookingId, span: spanFrom(nowMs, from, length) })),
            },
            offers: new Map(offers.map((offer) => [offer.offerId, { offer, journeyKm: 1 }])),
            now: instantFromMs(nowMs),
          }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyBooking, shortSpan)
      .map(([bookingId, [from, length]]) => (nowMs: number, offers: readonly Offer[]): ResourceCommand => {
        const span = spanFrom(nowMs, from, length);
        const need = { conditions: [], highRiskActs: [], offerId: offers[0]?.offerId ?? offerId };
        return {
          type: 'MovePlace',
          data: { resourceId, bookingId, householdId, span, ...need },
          ...{ offer: offers[0], journeyKm: 1, now: instantFromMs(nowMs) },
        };
      }),
  },
  fc
    .tuple(anyBooking, shortSpan, holdFor)
    .map(([bookingId, [from, length], minutes]) => (nowMs: number, offers: readonly Offer[]): ResourceCommand => {
      const need = { conditions: [], highRiskActs: [], offerId: offers[0]?.offerId ?? offerId };
      const expiresAt = instantFromMs(nowMs + minutes * minuteMs);
      return {
        type: 'OverrideCapacity',
        data: { resourceId, bookingId, householdId, span: spanFrom(nowMs, from, length), expiresAt, reason, ...need },
        ...{ offer: offers[0], journeyKm: 1, now: instantFromMs(nowMs) },
      };
    }),
  fc.tuple(fc.uniqueArray(anyBooking, { minLength: 1, maxLength: 3 }), holdFor, anyMode).map(
    ([bookingIds, minutes, mode]) =>
      (nowMs: number): ResourceCommand => ({
        type: 'ExtendHolds',
        data: { resourceId, bookingIds, mode, expiresAt: instantFromMs(nowMs + minutes * minuteMs) },
        now: instantFromMs(nowMs),
      }),
  ),
  fc.tuple(fc.uniqueArray(anyBooking, { minLength: 1, maxLength: 3 }), anyMode).map(
    ([bookingIds, mode]) =>
      (nowMs: number): ResourceCommand => ({
        ...{ type: 'TakePlaces', data: { resourceId, bookingIds, mode }, now: instantFromMs(nowMs) },
      }),
  ),
  fc.uniqueArray(anyBooking, { minLength: 1, maxLength: 3 }).map(
    (bookingIds) =>
      (nowMs: number): ResourceCommand => ({
        ...{ type: 'ReleasePlaces', data: { resourceId, bookingIds, reason: 'declined' }, now: instantFromMs(nowMs) },
      }),
  ),
);

/** So that there is something to hold from the start. */
const wide: Step = {
  jumpMs: 0,
  make: (nowMs) => ({
    type: 'PublishTimes',
    data: { resourceId, spans: [spanFrom(nowMs, 2, 900)] },
    now: instantFromMs(nowMs),
  }),
};

const lifeOf = (make: fc.Arbitrary<Step['make']>) =>
  fc.record({
    startMs: fc.constantFrom(...clockChanges),
    capacity: fc.integer({ min: 1, max: 3 }),
    bufferMinutes: fc.constantFrom(0, 0, 15, 45),
    travelMinutes: fc.constantFrom(0, 0, 0, 20),
    steps: fc.array(
      fc.record({
        // Mostly on, seldom back: what machines' clocks do.
        jumpMs: fc.oneof(
          { weight: 12, arbitrary: fc.integer({ min: 0, max: 20 * minuteMs }) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * 60 * minuteMs }) },
          { weight: 1, arbitrary: fc.integer({ min: -90 * minuteMs, max: 0 }) },
        ),
        make,
      }),
      { minLength: 30, maxLength: 60 },
    ),
  });
/** Times and places, one by one. */
export const anyLife = lifeOf(anyMake);
/** With everything else that can happen to a calendar. */
export const anyWholeLife = lifeOf(fc.oneof({ weight: 3, arbitrary: anyMake }, { weight: 2, arbitrary: otherMake }));
export type Life = {
  startMs: number;
  capacity: number;
  bufferMinutes: number;
  travelMinutes: number;
  steps: Step[];
};

export type Moment = {
  readonly command: ResourceCommand;
  readonly before: ResourceState;
  readonly after: ResourceState;
  readonly events: readonly ResourceEvent[];
  readonly nowMs: number;
  readonly accepted: boolean;
};

/** Plays a life; the first event opens the resource. */
export function* live(
  { startMs, capacity, bufferMinutes, travelMinutes, steps }: Life,
  offers: readonly Offer[],
): Generator<Moment> {
  let nowMs = startMs;
  const offerIds: OfferId[] = offers.map((it) => it.offerId);
  const opening: ResourceEvent = {
    type: 'ResourceOpened',
    data: { resourceId, providerId, offerIds, capacity, bufferMinutes, travelMinutes, openedAt: instantFromMs(nowMs) },
  };
  let state = resourceDecider.evolve(undefined, opening);
  const openCommand: ResourceCommand = {
    type: 'OpenResource',
    data: { resourceId, providerId, offerIds, capacity, bufferMinutes, travelMinutes },
    offers,
    now: instantFromMs(nowMs),
  };
  yield { command: openCommand, before: undefined, after: state, events: [opening], nowMs, accepted: true };
  for (const { jumpMs, make } of [wide, ...steps]) {
    nowMs += jumpMs;
    const command = make(nowMs, offers);
    const decision = resourceDecider.decide(command, state);
    const events = decision.accepted ? decision.events : [];
    const before = state;
    state = events.reduce(resourceDecider.evolve, state);
    yield { command, before, after: state, events, nowMs, accepted: decision.accepted };
  }
}
