import type { OfferId, TimeSpan } from '@adempauze/contracts';
import { instantFromMs, minuteMs, msOf } from '@adempauze/kernel';
import fc from 'fast-check';
import { booking, householdId, now, offerId, providerId, resourceId } from '../examples.fixtures.ts';
import type { Offer } from '../offer/terms.rules.ts';
import { type ResourceCommand, type ResourceState, resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';

/*
 * Random lives of one resource: published, held, extended, taken, freed and passed in any order, by a clock that jumps
 * and sometimes goes back, in the days around a clock change.
 */

export const clockChanges = [msOf(now), Date.UTC(2028, 2, 25, 12), Date.UTC(2027, 9, 30, 12)];
const quarterMs = 15 * minuteMs;

type Step = { readonly jumpMs: number; readonly make: (nowMs: number, offers: readonly Offer[]) => ResourceCommand };

const spanFrom = (nowMs: number, quarters: number, length: number): TimeSpan => {
  const fromMs = Math.ceil(nowMs / quarterMs) * quarterMs + quarters * quarterMs;
  return { from: instantFromMs(fromMs), until: instantFromMs(fromMs + length * quarterMs) };
};

const anyBooking = fc.integer({ min: 1, max: 5 }).map(booking);
const anySpan = fc.tuple(fc.integer({ min: -8, max: 96 }), fc.integer({ min: 1, max: 400 }));
const shortSpan = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 4, max: 16 }));
const holdFor = fc.integer({ min: 0, max: 480 });

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

/** So that there is something to hold from the start. */
const wide: Step = {
  jumpMs: 0,
  make: (nowMs) => ({
    type: 'PublishTimes',
    data: { resourceId, spans: [spanFrom(nowMs, 2, 900)] },
    now: instantFromMs(nowMs),
  }),
};

export const anyLife = fc.record({
  startMs: fc.constantFrom(...clockChanges),
  capacity: fc.integer({ min: 1, max: 3 }),
  bufferMinutes: fc.constantFrom(0, 0, 15, 45),
  steps: fc.array(
    fc.record({
      // Mostly on, seldom back: what machines' clocks do.
      jumpMs: fc.oneof(
        { weight: 12, arbitrary: fc.integer({ min: 0, max: 20 * minuteMs }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * 60 * minuteMs }) },
        { weight: 1, arbitrary: fc.integer({ min: -90 * minuteMs, max: 0 }) },
      ),
      make: anyMake,
    }),
    { minLength: 30, maxLength: 60 },
  ),
});
export type Life = { startMs: number; capacity: number; bufferMinutes: number; steps: Step[] };

export type Moment = {
  readonly command: ResourceCommand;
  readonly before: ResourceState;
  readonly after: ResourceState;
  readonly events: readonly ResourceEvent[];
  readonly nowMs: number;
  readonly accepted: boolean;
};

/** Plays a life; the first event opens the resource. */
export function* live({ startMs, capacity, bufferMinutes, steps }: Life, offers: readonly Offer[]): Generator<Moment> {
  let nowMs = startMs;
  const offerIds: OfferId[] = offers.map((it) => it.offerId);
  const opening: ResourceEvent = {
    type: 'ResourceOpened',
    data: { resourceId, providerId, offerIds, capacity, bufferMinutes, openedAt: instantFromMs(nowMs) },
  };
  let state = resourceDecider.evolve(undefined, opening);
  const openCommand: ResourceCommand = {
    type: 'OpenResource',
    data: { resourceId, providerId, offerIds, capacity, bufferMinutes },
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
