import { BookingId, MakeWish, WishId } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, bookingIdOf, fatima, householdIdOf, offerIdOf, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import { randomFrom, turns } from '../random-order.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/* Places come free, and are taken and let go of, all at once and in any order; what is in the log at the end decides. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const offers = ['block-care', 'own-account', 'on-acceptance'] as const;
const families = ['anna', 'bram', 'cora'] as const;
const wishIdOf = (word: string) => WishId.parse(derivedId('wish', word));

const openFull = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  const { api } = world;
  for (const word of ['fatima', ...families]) await api.registerHousehold(fatima(word), world.call());
  for (const word of offers) {
    const place = { offerId: offerIdOf(word), resourceId: resourceIdOf(word) };
    const bookingId = bookingIdOf('taken', word);
    await api.requestBooking(requestOf(bookingId, place), world.call());
    await api.confirmBooking({ bookingId }, world.call());
    await api.acceptBooking({ bookingId }, world.call());
  }
  return world;
};

const makeWish = ({ api, call }: World, word: string) =>
  api.makeWish(
    MakeWish.parse({
      ...{ wishId: wishIdOf(word), householdId: householdIdOf(word), forms: ['F01'], requestedBy: `account-${word}` },
      window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
    }),
    call(),
  );

/** Everything that was ever written to a stream. */
const history = async ({ store }: World, stream: string) => (await store.read(stream)).events;

test.each([1, 2, 3, 4])('run %i: one place at a time for each wish, and one wish for each place', async (seed) => {
  const world = await openFull();
  const { api, call } = world;
  const random = randomFrom(seed);
  const answered = new Set<string>();
  /** Answers whatever is offered, now yes, now no; the third no in a row is a yes. */
  const answer = async (word: string): Promise<void> => {
    const wish = await api.findWish({ wishId: wishIdOf(word) });
    for (const { bookingId, outcome } of wish?.offers ?? []) {
      if (outcome !== 'offered' || answered.has(bookingId)) continue;
      answered.add(bookingId);
      await turns(random(5));
      if (random(3) === 0) await api.cancelBooking({ bookingId, by: 'caregiver' }, call());
      else await api.confirmBooking({ bookingId }, call());
    }
  };
  await Promise.all([
    ...families.map(async (word) => {
      await turns(random(20));
      await makeWish(world, word);
    }),
    ...offers.map(async (word) => {
      await turns(10 + random(40));
      await api.cancelBooking({ bookingId: bookingIdOf('taken', word), by: 'caregiver' }, call());
    }),
    ...families.map(async (word) => {
      for (let look = 0; look < 60; look += 1) {
        await turns(random(10));
        await answer(word);
      }
    }),
  ]);
  for (let round = 0; round < 4; round += 1) {
    await world.settled();
    for (const word of families) await answer(word);
  }
  await world.settled();

  for (const word of families) {
    let isThinking = false;
    let taken = 0;
    for (const { type, data } of await history(world, `wish-${wishIdOf(word)}`)) {
      if (type === 'PlaceClaimed') {
        expect(isThinking).toBe(false);
        isThinking = true;
      }
      if (type === 'ClaimEnded') isThinking = false;
      if (type === 'WishEnded' && data.why === 'served') taken += 1;
    }
    expect({ word, isThinking, taken: taken <= 1 }).toEqual({ word, isThinking: false, taken: true });
  }
  let served = 0;
  for (const word of offers) {
    const events = await history(world, `waiting-${offerIdOf(word)}`);
    const places = events.filter(({ type }) => type === 'OfferTaken').map(({ data }) => String(data.placeId));
    expect(new Set(places).size).toBe(places.length);
    served += places.length;
    for (const { data } of events.filter(({ type }) => type === 'PlaceOffered')) {
      if (!answered.has(String(data.bookingId))) continue;
      expect((await api.findBooking({ bookingId: BookingId.parse(data.bookingId) }))?.status).not.toBe('held');
    }
  }
  expect(served).toBeGreaterThan(0);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  expect(world.warnings).toEqual([]);
});
