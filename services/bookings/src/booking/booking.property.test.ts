import { DeliveryId, HelperId } from '@adempauze/contracts';
import { derivedId, fold, hourMs, plusMs } from '@adempauze/kernel';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, personIdOf, requestData } from '../examples.fixtures.ts';
import { type BookingCommand, bookingDecider } from './booking.decider.ts';
import type { BookingEvent } from './booking.events.ts';
import type { BookingState } from './booking.state.rules.ts';

const start = at('2027-05-01T08:00:00Z');
/** From the request to a day after the care. */
const now = fc.integer({ min: 0, max: 80 * 3600 }).map((seconds) => plusMs(start, seconds * 1000));
const nextDay = { from: plusMs(about.span.from, 24 * hourMs), until: plusMs(about.span.until, 24 * hourMs) };
const shorter = { from: about.span.from, until: plusMs(about.span.until, -hourMs) };
const deliveryId = fc.constantFrom('a', 'b').map((it) => DeliveryId.parse(derivedId('delivery', it)));
const helperId = fc.constantFrom('a', 'b').map((it) => HelperId.parse(derivedId('helper', it)));

const command: fc.Arbitrary<BookingCommand> = fc.oneof(
  fc.record({
    type: fc.constant('RequestBooking' as const),
    data: fc
      .record({ instant: fc.boolean(), needsHelper: fc.boolean() })
      .map((terms) => ({ ...requestData(terms), heldUntil: plusMs(start, 15 * 60_000) })),
    now,
  }),
  fc.record({ type: fc.constant('ConfirmBooking' as const), arranged: fc.boolean(), now }),
  fc.record({
    type: fc.constantFrom('AcceptBooking' as const, 'ConfirmTakenPlace' as const, 'CloseSearch' as const),
    now,
  }),
  fc.record({ type: fc.constant('DeclineBooking' as const), reason: fc.constant('closed' as const), now }),
  fc.record({ type: fc.constant('CancelBooking' as const), by: fc.constant('caregiver' as const), now }),
  fc.record({
    type: fc.constant('CancelBooking' as const),
    by: fc.constant('operator' as const),
    forgottenId: fc.constant(personIdOf('fatima-caregiver')),
    now,
  }),
  fc.record({ type: fc.constant('ExpireBooking' as const), now }),
  fc.record({ type: fc.constant('SetCaregiverJoins' as const), caregiverJoins: fc.boolean(), now }),
  fc.record({
    type: fc.constant('AskMove' as const),
    to: fc.constantFrom(about.span, nextDay, shorter),
    placeOfService: fc.constant('recipient-home' as const),
    toMunicipality: fc.constant(about.municipality),
    now,
  }),
  fc.record({ type: fc.constantFrom('RecordMove' as const, 'MissRecord' as const), now }),
  fc.record({
    type: fc.constant('RefuseMove' as const),
    code: fc.constant('place-taken'),
    facts: fc.constant({}),
    now,
  }),
  fc.record({ type: fc.constant('RecordNoCare' as const), reason: fc.constant('unknown' as const), now }),
  fc.record({ type: fc.constant('MatchHelper' as const), helperId, now }),
  fc.record({
    type: fc.constant('RecordDelivery' as const),
    data: fc.record({ deliveryId, quantity: fc.integer({ min: 1, max: 500 }) }),
    keepEffect: fc.boolean(),
    now,
  }),
);

const ends = [
  'CareNotGiven',
  'BookingRefused',
  'BookingDeclined',
  'BookingExpired',
  'BookingCancelled',
  'CareDelivered',
];

const moves = ['MoveAsked', 'BookingMoved', 'MoveRefused'];

const isTrueOf = (history: readonly BookingEvent[], state: BookingState) => {
  const types = history.map(({ type }) => type);
  const ended = types.filter((type) => ends.includes(type));
  if (ended.length > 1) return false;
  if (ended.length === 1 && !ends.includes(types.at(-1) ?? '')) return false;
  // A move that was asked for was carried out or refused, before the end if need be.
  if (ended.length === 1 && (state?.moving ?? null) !== null) return false;
  if (types.filter((type) => type === 'BookingConfirmed').length > 1) return false;
  if (types.includes('CareDelivered') && !types.includes('BookingConfirmed')) return false;
  const delivered = history.find(({ type }) => type === 'CareDelivered');
  if (delivered?.type === 'CareDelivered' && delivered.data.quantity > requestData().terms.quantity) return false;
  if (delivered?.type === 'CareDelivered' && delivered.data.recordedAt < delivered.data.span.from) return false;
  // What moved is as long as before, and never the shorter time that was asked too.
  if (state !== undefined && state.about.span.until === shorter.until) return false;
  const missed = history.find(({ type }) => type === 'RecordOverdue');
  if (missed?.type === 'RecordOverdue' && missed.data.overdueAt < missed.data.span.until) return false;
  // Moving it, or trying to, leaves it as it is.
  const isHeld = types.findLast((type) => !moves.includes(type)) === 'BookingRequested';
  return state === undefined || (state.heldUntil !== null) === isHeld;
};

test('no order of commands gives a booking two ends, or care without a yes; whatever was accepted is accepted again', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
      const history: BookingEvent[] = [];
      for (const next of commands) {
        const decision = bookingDecider.decide(next, fold(bookingDecider, history));
        if (!decision.accepted) continue;
        history.push(...decision.events);
        const state = fold(bookingDecider, history);
        const again = bookingDecider.decide(next, state);
        if (!again.accepted || again.events.length > 0 || !isTrueOf(history, state)) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});
