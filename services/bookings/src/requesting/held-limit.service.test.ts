import { RequestSeries } from '@adempauze/contracts';
import { minuteMs, type Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { mostHeld } from './held-limit.ts';

let world: World;
afterEach(() => world.close());

const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const ask = (word: string | number, changes: object = {}) =>
  world.api.requestBooking(requestOf(bookingIdOf(word), changes), world.call());

test('nobody holds places without end, wherever they are; a yes, a no or a quarter of an hour makes room', async () => {
  world = await openWorld({ capacity: mostHeld + 10 });
  await world.api.registerHousehold(fatima(), world.call());
  await world.api.registerHousehold(fatima('jan'), world.call());
  for (let number = 0; number < mostHeld; number += 1) accepted(await ask(number));
  await world.settled();

  const tooMany = { accepted: false, rejection: { code: 'too-many-holds', facts: { holds: mostHeld } } };
  const elsewhere = { resourceId: resourceIdOf('somebody-else') };
  expect(await ask('more')).toEqual(tooMany);
  expect(await ask('elsewhere', elsewhere)).toEqual(tooMany);
  expect((await world.offers.occupied(resourceIdOf('somebody-else'))).size).toBe(0);
  // It is no demand that was not met, and what is held is still the same answer.
  expect(await world.api.unmetDemand({})).toEqual([]);
  expect(accepted(await ask(0)).status).toBe('held');
  accepted(await ask('of another', { householdId: householdIdOf('jan'), ...elsewhere }));

  const seriesId = seriesIdOf('one');
  const rule = { from: '2027-05-10', until: '2027-05-24', startsAt: '13:00', endsAt: '17:00' };
  const series = RequestSeries.parse({
    ...{ seriesId, householdId: householdIdOf('fatima'), offerId: offerIdOf('block-care'), ...elsewhere, rule },
    ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
  });
  const { dates } = accepted(await world.api.requestSeries(series, world.call()));
  expect(dates.map(({ skipped }) => skipped?.code)).toEqual(Array(3).fill('too-many-holds'));

  accepted(await world.api.cancelBooking({ bookingId: bookingIdOf(0), by: 'caregiver' }, world.call()));
  await world.settled();
  accepted(await ask('in its place'));
  await world.settled();
  expect(await ask('more')).toEqual(tooMany);
  world.pass(16 * minuteMs);
  accepted(await ask('more'));
});

test.each(['worker', 'helper'])('the dates of a series with a %s do not count against each other', async (whom) => {
  world = await openWorld({ capacity: mostHeld + 10 });
  await world.api.registerHousehold(fatima(), world.call());
  const seriesId = seriesIdOf('one');
  const rule = { from: '2027-05-10', until: '2027-05-24', startsAt: '13:00', endsAt: '17:00' };
  const asked = { seriesId, householdId: householdIdOf('fatima'), rule, requestedBy: 'account-fatima' };
  const of =
    whom === 'helper'
      ? { offerId: offerIdOf('volunteer') }
      : { offerId: offerIdOf('block-care'), resourceId: resourceIdOf('somebody-else') };
  const series = RequestSeries.parse({ ...asked, ...of, placeOfService: 'recipient-home' });
  const statuses = async (outcome: ReturnType<typeof world.api.requestSeries>) =>
    accepted(await outcome).dates.map(({ status, skipped }) => skipped?.code ?? status);
  for (let number = 0; number < mostHeld - 1; number += 1) accepted(await ask(number));
  await world.settled();
  // There is room for one thing more, and a series is one.
  expect(await statuses(world.api.requestSeries(series, world.call()))).toEqual(Array(3).fill('held'));
  await world.settled();
  const more = { seriesId, until: RequestSeries.shape.rule.shape.until.parse('2027-06-14'), exceptions: [] };
  expect(await statuses(world.api.extendSeries(more, world.call()))).toEqual(Array(6).fill('held'));
  await world.settled();
  const other = { ...series, seriesId: seriesIdOf('another') };
  expect(await statuses(world.api.requestSeries(other, world.call()))).toEqual(Array(3).fill('too-many-holds'));
});
