import { DeliveryId, HelperId } from '@adempauze/contracts';
import { derivedId, fold, plusMs } from '@adempauze/kernel';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, personIdOf, requestData } from '../examples.fixtures.ts';
import { type BookingCommand, type BookingState, bookingDecider } from './booking.decider.ts';
import type { BookingEvent } from './booking.events.ts';

const start = at('2027-05-01T08:00:00Z');
/** From the request to a day after the care. */
const now = fc.integer({ min: 0, max: 80 * 3600 }).map((seconds) => plusMs(start, seconds * 1000));
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
  fc.record({ type: fc.constant('MatchHelper' as const), helperId, now }),
  fc.record({
    type: fc.constant('RecordDelivery' as const),
    data: fc.record({ deliveryId, quantity: fc.integer({ min: 1, max: 500 }) }),
    keepEffect: fc.boolean(),
    now,
  }),
);

const ends = ['BookingRefused', 'BookingDeclined', 'BookingExpired', 'BookingCancelled', 'CareDelivered'];

const isTrueOf = (history: readonly BookingEvent[], state: BookingState) => {
  const types = history.map(({ type }) => type);
  const ended = types.filter((type) => ends.includes(type));
  if (ended.length > 1) return false;
  if (ended.length === 1 && !ends.includes(types.at(-1) ?? '')) return false;
  if (types.filter((type) => type === 'BookingConfirmed').length > 1) return false;
  if (types.includes('CareDelivered') && !types.includes('BookingConfirmed')) return false;
  const delivered = history.find(({ type }) => type === 'CareDelivered');
  if (delivered?.type === 'CareDelivered' && delivered.data.quantity > requestData().terms.quantity) return false;
  if (delivered?.type === 'CareDelivered' && delivered.data.recordedAt < about.span.from) return false;
  const isHeld = types.at(-1) === 'BookingRequested';
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
