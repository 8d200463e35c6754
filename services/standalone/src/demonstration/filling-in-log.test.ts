import { BookingId, RequestBooking } from '@adempauze/contracts';
import { OutcomeUnknownError } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId, Instant } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { fillingStream, isUntouched, openFillingInLog } from './filling-in-log.ts';
import { wishes } from './history.ts';

const until = Instant.parse('2026-11-22T10:00:00Z');
const later = Instant.parse('2026-11-29T10:00:00Z');
const now = () => until;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const openLog = async () => {
  const store = await openTestStore();
  closing.push(() => store.close());
  return store;
};
const wishFor = (key: string): RequestBooking =>
  RequestBooking.parse({
    bookingId: derivedId('booking', key),
    householdId: derivedId('household', key),
    offerId: derivedId('offer', key),
    span: { from: '2026-11-23T10:00:00Z', until: '2026-11-23T13:00:00Z' },
    purpose: wishes[2][1],
    placeOfService: 'recipient-home',
    requestedBy: 'somebody',
  });

test('up to when the weeks are lived is decided at the first try', async () => {
  const store = await openLog();
  expect((await openFillingInLog(store, now, until))?.until).toBe(until);
  expect((await openFillingInLog(store, now, later))?.until).toBe(until);
});

test('once it is filled there is nothing left to live', async () => {
  const store = await openLog();
  const filling = await openFillingInLog(store, now, until);
  await filling?.done(until);
  expect(await openFillingInLog(store, now, later)).toMatchObject({ until: undefined });
});

test('the last choice is found again by whoever goes on, and says nothing of anybody', async () => {
  const store = await openLog();
  const first = await openFillingInLog(store, now, until);
  await first?.lastChoice.keep(wishFor('one'));
  await first?.lastChoice.keep(wishFor('two'));
  await first?.lastChoice.keep(wishFor('two'));
  const second = await openFillingInLog(store, now, until);
  expect(await second?.lastChoice.find(wishFor('two').bookingId)).toEqual(wishFor('two'));
  expect(await second?.lastChoice.find(BookingId.parse(derivedId('booking', 'one')))).toBeUndefined();
  const { events } = await store.read(fillingStream);
  expect(events.map(({ type }) => type)).toEqual(['DemonstrationBegun', 'DemonstrationChosen', 'DemonstrationChosen']);
  expect(JSON.stringify(events)).not.toContain(wishes[2][1]);
});

test('a log that holds something else is left alone', async () => {
  const store = await openLog();
  expect(await isUntouched(store)).toBe(true);
  const metadata = { v: 1, at: until, actor: 'somebody', $correlationId: 'c' };
  await store.append(
    `offer-${derivedId('offer')}`,
    [{ id: derivedId('e'), type: 'OfferPublished', data: {}, metadata }],
    {
      expected: 'no_stream',
    },
  );
  expect(await isUntouched(store)).toBe(false);
  expect(await openFillingInLog(store, now, until)).toBeUndefined();
  expect((await store.read(fillingStream)).events).toEqual([]);
});

test('what is noted while the answer is lost is noted once', async () => {
  const store = await openLog();
  let lost = 2;
  const filling = await openFillingInLog(
    {
      ...store,
      append: async (...asked) => {
        const result = await store.append(...asked);
        lost -= 1;
        if (lost >= 0) throw new OutcomeUnknownError('The answer was lost.');
        return result;
      },
    },
    now,
    until,
  );
  await filling?.done(until);
  expect((await store.read(fillingStream)).events).toHaveLength(2);
});
