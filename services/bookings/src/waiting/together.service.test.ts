import { type FormId, JoinWaitingList, MakeWish, WishId } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/* Who waits to go together (R24) is offered what can be had together, as if they had asked for the booking themselves. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const resourceId = resourceIdOf('house');
const window = { from: at('2027-06-01T22:00:00Z'), until: at('2027-08-30T22:00:00Z') };
const morning: Span = { from: at('2027-06-19T07:00:00Z'), until: at('2027-06-19T10:00:00Z') };
const open = async (...words: readonly string[]): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of ['fatima', ...words]) accepted(await world.api.registerHousehold(fatima(word), world.call()));
  return world;
};
type Joins = { readonly caregiverJoins?: boolean };
const joinOf = (word: string, offer: string, joins: Joins) =>
  JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId: offerIdOf(offer), window, ...joins },
    ...{ placeOfService: 'provider', requestedBy: `account-${word}` },
  });
const join = async (world: World, word: string, offer: string, joins: Joins = {}) => {
  const joined = accepted(await world.api.joinWaitingList(joinOf(word, offer, joins), world.call()));
  world.pass(1000);
  await world.settled();
  return joined;
};
const wish = async (world: World, word: string, forms: readonly FormId[], joins: Joins = {}) => {
  const wishId = WishId.parse(derivedId('wish', word));
  const asked = { wishId, householdId: householdIdOf(word), forms, window, requestedBy: `account-${word}`, ...joins };
  return accepted(await world.api.makeWish(MakeWish.parse(asked), world.call()));
};
/** What became of the places that somebody was offered, and who comes with the booking that is held for them. */
const offered = async ({ api }: World, word: string, offer: string) => {
  const view = await api.findWaiting({ offerId: offerIdOf(offer), waitingId: waitingIdOf(word) });
  return Promise.all(
    (view?.offers ?? []).map(async ({ bookingId, outcome }) => [
      outcome,
      (await api.findBooking({ bookingId }))?.caregiverJoins,
    ]),
  );
};

test('a place that a booking leaves is held for both, and stays so when it is taken', async () => {
  const world = await open('anna');
  const { api } = world;
  const offer = { offerId: offerIdOf('meeting-place'), resourceId, placeOfService: 'provider' as const, span: morning };
  accepted(await api.requestBooking(requestOf(bookingIdOf('taken'), offer), world.call()));
  const joined = await join(world, 'anna', 'meeting-place', { caregiverJoins: true });
  expect(joined.caregiverJoins).toBe(true);
  accepted(await api.cancelBooking({ bookingId: bookingIdOf('taken'), by: 'caregiver' }, world.call()));
  await world.settled();
  expect(await offered(world, 'anna', 'meeting-place')).toEqual([['offered', true]]);
  const [waiting] = await api.listWaiting({ householdId: householdIdOf('anna') });
  const bookingId = waiting?.offers[0]?.bookingId ?? bookingIdOf('none');
  expect(accepted(await api.confirmBooking({ bookingId }, world.call()))).toMatchObject({
    ...{ status: 'confirmed', caregiverJoins: true, partOf: { kind: 'waiting' } },
  });
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('where it cannot be had together, or only so, it goes on to who can have it; left out it is as the offer is meant', async () => {
  const world = await open('anna', 'bram', 'cora', 'dirk');
  await join(world, 'anna', 'guest-house', { caregiverJoins: true });
  await join(world, 'bram', 'guest-house', { caregiverJoins: false });
  await world.offers.publishTimes([offerIdOf('guest-house')], resourceId, [morning]);
  await world.settled();
  expect(await offered(world, 'anna', 'guest-house')).toEqual([['refused', undefined]]);
  expect(await offered(world, 'bram', 'guest-house')).toEqual([['offered', false]]);

  await join(world, 'cora', 'for-both', { caregiverJoins: false });
  expect((await join(world, 'dirk', 'for-both')).caregiverJoins).toBeNull();
  await world.offers.publishTimes([offerIdOf('for-both')], resourceIdOf('other house'), [morning]);
  await world.settled();
  expect(await offered(world, 'cora', 'for-both')).toEqual([['refused', undefined]]);
  expect(await offered(world, 'dirk', 'for-both')).toEqual([['offered', true]]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('a wish stands where it can be had as asked, and what comes of it is held for both', async () => {
  const world = await open('anna', 'bram', 'cora');
  const listsOf = async (...asked: Parameters<typeof wish> extends [World, ...infer Rest] ? Rest : never) =>
    (await wish(world, ...asked)).lists.map(({ offerId }) => offerId).toSorted();
  const offers = (...words: readonly string[]) => words.map((word) => offerIdOf(word)).toSorted();
  const forms = ['F12', 'F18', 'F30'] as const;
  expect(await listsOf('anna', forms, { caregiverJoins: true })).toEqual(offers('meeting-place', 'for-both'));
  world.pass(1000);
  expect(await listsOf('bram', forms, { caregiverJoins: false })).toEqual(offers('meeting-place', 'guest-house'));
  world.pass(1000);
  expect(await listsOf('cora', forms)).toEqual(offers('meeting-place', 'guest-house', 'for-both'));
  const later = { from: plusMs(morning.from, 24 * hourMs), until: plusMs(morning.until, 24 * hourMs) };
  await world.offers.publishTimes([offerIdOf('meeting-place')], resourceId, [morning, later]);
  await world.settled();
  for (const [word, caregiverJoins] of [
    ['anna', true],
    ['bram', false],
  ] as const) {
    const view = await world.api.findWish({ wishId: WishId.parse(derivedId('wish', word)) });
    expect(view).toMatchObject({ caregiverJoins, offers: [{ outcome: 'offered' }] });
    const bookingId = view?.offers[0]?.bookingId ?? bookingIdOf('none');
    expect(await world.api.findBooking({ bookingId })).toMatchObject({ status: 'held', caregiverJoins });
  }
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('asked again it is the same; asked otherwise under the same id it is refused', async () => {
  const world = await open('anna');
  const again = async (joins: Joins) => {
    const outcome = await world.api.joinWaitingList(joinOf('anna', 'meeting-place', joins), world.call());
    return outcome.accepted ? outcome.value.caregiverJoins : outcome.rejection.code;
  };
  expect(await again({ caregiverJoins: true })).toBe(true);
  expect(await again({ caregiverJoins: true })).toBe(true);
  expect(await again({ caregiverJoins: false })).toBe('already-exists');
  expect(await again({})).toBe('already-exists');
  await wish(world, 'anna', ['F18'], { caregiverJoins: true });
  await wish(world, 'anna', ['F18'], { caregiverJoins: true });
  await expect(wish(world, 'anna', ['F18'])).rejects.toThrow('already-exists');
});
