import { type CommandHandler, OutcomeUnknownError } from '@adempauze/event-store';
import { instantFromMs, minuteMs, plusMs, UnavailableError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { about, at, bookingIdOf, householdIdOf, personIdOf, termsOf } from '../examples.fixtures.ts';
import { type Asking, createHeldHere } from './held-here.ts';

const now = at('2027-05-01T08:00:00Z');
const heldUntil = plusMs(now, 15 * minuteMs);
const householdId = householdIdOf('fatima');
const asking = (word: string, more: Partial<Asking> = {}): Asking => ({
  ...{ householdId, of: bookingIdOf(word), bookingIds: [bookingIdOf(word)], heldUntil, ...more },
});
const besides = { householdId, of: 'something else' };
const request: BookingCommand = {
  type: 'RequestBooking',
  data: {
    ...{ ...about, caregiverId: personIdOf('fatima-caregiver'), terms: termsOf(), languages: [], purpose: null },
    ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima', heldUntil },
    quote: { ownCostCents: 0, coverage: 'covered', lines: [], refusals: [] },
  },
  now,
};
const context = { commandId: 'one', correlationId: 'one', actor: 'account-fatima' };
const loaded = { exists: false, state: undefined, revision: undefined, position: undefined };
/** Commands that end like this. */
const ending = (handle: CommandHandler<BookingCommand, BookingState>['handle']) => ({
  ...{ handle, load: async () => loaded, forget: () => undefined },
});

test('what is under way counts for others, not for itself, and not when the hold would be over', () => {
  const here = createHeldHere();
  here.begin(asking('one'), now);
  const series = asking('a', { of: 'series', bookingIds: [bookingIdOf('a'), bookingIdOf('b')] });
  here.begin(series, now);
  expect(here.beside(besides, now)).toEqual(['one', 'a', 'b'].map((word) => bookingIdOf(word)));
  expect(here.beside(series, now)).toEqual([bookingIdOf('one')]);
  expect(here.beside({ ...besides, householdId: householdIdOf('jan') }, now)).toEqual([]);
  expect(here.beside(besides, heldUntil)).toEqual([]);
  expect([here.knows(series, now), here.knows(asking('c'), now), here.knows(series, heldUntil)]).toEqual([
    ...[true, false, false],
  ]);
});

test('of two tries the first that ends leaves the other its room; a try that comes later holds it longer', () => {
  const here = createHeldHere();
  const again = asking('one', { heldUntil: plusMs(heldUntil, minuteMs) });
  here.begin(asking('one'), now);
  here.begin(again, now);
  here.end(asking('one'));
  expect(here.beside(besides, heldUntil)).toEqual([bookingIdOf('one')]);
  here.end(again);
  expect([here.beside(besides, now), here.size()]).toEqual([[], 0]);
  here.end(again);
  expect(here.size()).toBe(0);
});

test.each([
  ['nobody knows whether it was written', new OutcomeUnknownError('lost', 1000), [bookingIdOf('one')]],
  ['it was not written', new UnavailableError('down'), []],
])('a request that broke off counts as long as %s', async (_when, error, left) => {
  const here = createHeldHere();
  const bookings = here.watching(ending(() => Promise.reject(error)));
  here.begin(asking('one'), now);
  await expect(bookings.handle(bookingIdOf('one'), request, context)).rejects.toBe(error);
  here.end(asking('one'));
  expect(here.beside(besides, now)).toEqual(left);
});

test('memory does not grow: what nobody heard of again goes after its hold is over', () => {
  const here = createHeldHere();
  let most = 0;
  for (let number = 0; number < 20_000; number += 1) {
    const moment = plusMs(now, number * 1000);
    const household = { householdId: householdIdOf(String(number)), heldUntil: plusMs(moment, 15 * minuteMs) };
    here.begin(asking(String(number), household), moment);
    most = Math.max(most, here.size());
  }
  // Some 900 are held at any moment.
  expect(most).toBeLessThanOrEqual(2000);
  here.begin(asking('last'), instantFromMs(Date.parse(now) + 1e9));
});

test('the read model takes over what it has, whatever else it has', () => {
  const here = createHeldHere();
  here.begin(asking('one'), now);
  const event = (type: string, word: string, stream = 'booking-1') => ({
    ...{ id: 'id', stream, type, revision: 0, position: '1', metadata: { v: 1, at: now } },
    data: { householdId, bookingId: bookingIdOf(word) },
  });
  here.taken([event('BookingRequested', 'two'), event('BookingConfirmed', 'one')]);
  expect(here.size()).toBe(1);
  here.taken([event('BookingRequested', 'one')]);
  expect(here.size()).toBe(0);
});
