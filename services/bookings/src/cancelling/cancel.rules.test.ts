import { derivedId, fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bookingDecider } from '../booking/booking.decider.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import { about, at, requestData, termsOf } from '../examples.fixtures.ts';
import type { CancelCommand } from './cancel.rules.ts';

const start = at('2027-05-01T08:00:00Z');
const cancellation = { freeUntilHours: 24, lateSharePercent: 50 };
const request = requestData();
const asked: BookingEvent = {
  type: 'BookingRequested',
  data: {
    ...request,
    terms: termsOf({ bearer: 'own', priceCents: 16_001, cancellation }),
    quote: { ...request.quote, ownCostCents: 4_001 },
    requestedAt: start,
  },
};
const confirmed: BookingEvent = { type: 'BookingConfirmed', data: { ...about, confirmedAt: start } };
const late = plusMs(about.span.from, -hourMs);
const cancel = (changes: Partial<CancelCommand> = {}, now = late) => ({
  ...{ type: 'CancelBooking' as const, by: 'caregiver' as const, now },
  ...changes,
});
const given = deciderSpec(bookingDecider);

test('late, the price is said first, and only an accepted one is taken', () => {
  const freeUntil = plusMs(about.span.from, -24 * hourMs);
  const refused = { ownCostCents: 2001, freeUntil };
  given(asked, confirmed)
    .when(cancel({ charge: { atMostCents: 2000 } }))
    .thenRejected('cancelling-costs', refused);
  given(asked, confirmed)
    .when(cancel({ charge: { atMostCents: 2001 } }))
    .then({
      type: 'BookingCancelled',
      data: {
        ...{ ...about, resourceId: request.resourceId, by: 'caregiver', cancelledAt: late },
        late: {
          chargeId: derivedId('late-cancellation', about.bookingId),
          ...{ owedCents: 8001, ownCostCents: 2001, bearer: 'own', vat: 'exempt' },
        },
      },
    } as BookingEvent)
    .twiceIsOnce();
});

test('what was agreed for the end of the whole is that, whenever it is carried out, and of what was confirmed only', () => {
  const agreed = { owedCents: 8001, ownCostCents: 2001 };
  const chargeId = derivedId('late-cancellation', about.bookingId);
  const cancelledAt = plusMs(late, 30 * 60_000);
  const data = { ...about, resourceId: request.resourceId, by: 'caregiver' };
  given(asked, confirmed)
    .when(cancel({ charge: { agreed } }, cancelledAt))
    .then({
      type: 'BookingCancelled',
      data: { ...data, cancelledAt, late: { chargeId, ...agreed, bearer: 'own', vat: 'exempt' } },
    } as BookingEvent)
    .twiceIsOnce();
  given(asked)
    .when(cancel({ charge: { agreed } }))
    .then({ type: 'BookingCancelled', data: { ...data, cancelledAt: late } } as BookingEvent);
});

test('what ended with the whole before it began ends, however late; what had begun by then stays', () => {
  const agreed = { owedCents: 8001, ownCostCents: 2001 };
  const after = plusMs(about.span.from, hourMs);
  const data = { ...about, resourceId: request.resourceId, by: 'caregiver', cancelledAt: after };
  const chargeId = derivedId('late-cancellation', about.bookingId);
  given(asked, confirmed)
    .when(cancel({ charge: { agreed }, agreedAt: late }, after))
    .then({
      type: 'BookingCancelled',
      data: { ...data, late: { chargeId, ...agreed, bearer: 'own', vat: 'exempt' } },
    } as BookingEvent)
    .twiceIsOnce();
  for (const agreedAt of [about.span.from, undefined])
    given(asked, confirmed)
      .when(cancel({ charge: { agreed }, ...(agreedAt && { agreedAt }) }, after))
      .thenRejected('booking-already-begun');
});

test('whoever cancels, whenever and with what they accept: only a caregiver of their own accord, late, pays, and never more', () => {
  let charged = 0;
  const command = fc.record({
    by: fc.constantFrom('caregiver' as const, 'provider' as const, 'operator' as const),
    charge: fc.option(fc.record({ atMostCents: fc.integer({ min: 0, max: 5000 }) }), { nil: undefined }),
    hours: fc.integer({ min: 1, max: 47 }),
    isConfirmed: fc.boolean(),
  });
  fc.assert(
    fc.property(command, ({ by, charge, hours, isConfirmed }) => {
      const state = fold(bookingDecider, isConfirmed ? [asked, confirmed] : [asked]);
      const now = plusMs(about.span.from, -hours * hourMs);
      const decision = bookingDecider.decide(cancel({ by, ...(charge && { charge }) }, now), state);
      const mayCost = by === 'caregiver' && charge !== undefined && isConfirmed && hours < 24;
      if (!decision.accepted) return mayCost && (charge?.atMostCents ?? 0) < 2001;
      const [event] = decision.events;
      if (event?.type !== 'BookingCancelled') return false;
      if (event.data.late === undefined) return !mayCost;
      charged += 1;
      return mayCost && event.data.late.ownCostCents <= (charge?.atMostCents ?? 0);
    }),
    { numRuns: 500 },
  );
  expect(charged).toBeGreaterThan(5);
});
