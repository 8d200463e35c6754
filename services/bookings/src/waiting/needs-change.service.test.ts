import { type CareTrait, ChangeCareNeed, JoinWaitingList, MakeWish, WishId } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, type Span, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { createCodecs } from '../codecs.ts';
import { at, delft, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { createCorrections } from './corrections.ts';

/* A household corrects what it needs: what it was refused for the sake of that is found for it, and for nobody else. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const window = { from: at('2027-06-01T22:00:00Z'), until: at('2027-08-30T22:00:00Z') };
const from = at('2027-06-19T07:00:00Z');
const morning: Span = { from, until: plusMs(from, 3 * hourMs) };
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** Offers takes nobody in who has these traits; `asked`: how often it was. */
const open = async () => {
  const world = await openWorld();
  worlds.push(world);
  const { holdPlace } = world.offers;
  const asked: string[] = [];
  world.offers.holdPlace = async (it, context) => {
    asked.push(it.householdId);
    if ((it.traits ?? []).length > 0) return { accepted: false, rejection: { code: 'not-suitable', facts: {} } };
    return holdPlace(it, context);
  };
  for (const word of ['anna', 'bram']) {
    accepted(await world.api.registerHousehold(fatima(word), world.call()));
    await needs(world, word, ['wandering']);
  }
  await world.offers.publishTimes([offerId], resourceId, [morning]);
  await world.settled();
  return { world, asked };
};
const needs = (world: World, word: string, traits: readonly CareTrait[]) =>
  corrects(world, word, { recipient: { traits } });
const join = async (world: World, word: string): Promise<void> => {
  const joining = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, window },
    ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}` },
  });
  accepted(await world.api.joinWaitingList(joining, world.call()));
  world.pass(1000);
  await world.settled();
};
const outcomes = async ({ api }: World, word: string) =>
  ((await api.findWaiting({ offerId, waitingId: waitingIdOf(word) }))?.offers ?? []).map(({ outcome }) => outcome);
const wishIdOf = (word: string) => WishId.parse(derivedId('wish', word));
const wishOf = (word: string, wishId = wishIdOf(word)) =>
  MakeWish.parse({
    ...{ wishId, householdId: householdIdOf(word), forms: ['F01'], window, requestedBy: `account-${word}` },
  });
const corrects = async ({ api, call }: World, word: string, change: object) =>
  accepted(
    await api.changeCareNeed(
      ChangeCareNeed.parse({ householdId: householdIdOf(word), changedBy: `account-${word}`, ...change }),
      call(),
    ),
  );
const lifts = async ({ store }: World) =>
  (await store.read(`waiting-${offerId}`)).events.filter(({ type }) => type === 'RefusalsLifted');

test('who waits is offered what they could not have before, once; others who heard that no are not asked again', async () => {
  const { world, asked } = await open();
  await join(world, 'anna');
  await join(world, 'bram');
  expect(await outcomes(world, 'anna')).toEqual(['refused']);
  expect(await outcomes(world, 'bram')).toEqual(['refused']);
  asked.splice(0);
  const { listTimesWithin } = world.offers;
  let failures = 2;
  world.offers.listTimesWithin = (it) => {
    failures -= 1;
    return failures >= 0 ? Promise.reject(new UnavailableError('offers is down')) : listTimesWithin(it);
  };
  await needs(world, 'bram', []);
  await world.settled();
  // Broken off in between it went on, and lifted them once.
  expect(failures).toBeLessThan(0);
  expect(await outcomes(world, 'bram')).toEqual(['offered', 'refused']);
  expect(await outcomes(world, 'anna')).toEqual(['refused']);
  expect(asked).toEqual([householdIdOf('bram')]);
  expect((await lifts(world)).map(({ data }) => data.waitingId)).toEqual([waitingIdOf('bram')]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('so is who waits by a wish; who waits nowhere, or was refused nothing, leaves no trace', async () => {
  const { world } = await open();
  const wishId = wishIdOf('anna');
  accepted(await world.api.makeWish(wishOf('anna'), world.call()));
  await world.settled();
  const offers = async () => (await world.api.findWish({ wishId }))?.offers.map(({ outcome }) => outcome);
  expect(await offers()).toEqual(['refused']);
  await needs(world, 'bram', []);
  await world.settled();
  expect(await lifts(world)).toEqual([]);
  await needs(world, 'anna', []);
  await world.settled();
  expect(await offers()).toEqual(['offered', 'refused']);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('a correction of what offers never ask changes nothing, and costs nobody a look', async () => {
  const { world, asked } = await open();
  await world.offers.publishTimes([offerId], resourceId, [
    morning,
    { from: morning.until, until: plusMs(from, 6 * hourMs) },
  ]);
  await join(world, 'anna');
  const history = async () => (await world.store.read(`waiting-${offerId}`)).events;
  const before = await history();
  asked.splice(0);
  await corrects(world, 'anna', { careHoursPerWeek: 60, languages: ['nl', 'ar'] });
  await corrects(world, 'anna', { caregiver: { phone: '0600000001' }, recipient: { careProfile: 'Anders.' } });
  await world.settled();
  expect(asked).toEqual([]);
  expect(await history()).toEqual(before);
  // Where they live does.
  await corrects(world, 'anna', { recipient: { place: delft } });
  await world.settled();
  expect(asked.length).toBeGreaterThan(0);
  expect(await lifts(world)).toHaveLength(1);
});

test('broken off and tried again later it does not lift the no that it led to itself', async () => {
  const { world, asked } = await open();
  const { listTimesWithin } = world.offers;
  let looks = 0;
  world.offers.listTimesWithin = async () => [];
  await join(world, 'anna');
  expect(asked).toEqual([]);
  world.offers.listTimesWithin = (it) => {
    looks += 1;
    return looks === 2 ? Promise.reject(new UnavailableError('offers is down')) : listTimesWithin(it);
  };
  await needs(world, 'anna', ['wandering', 'smoking']);
  await world.settled();
  expect(looks).toBeGreaterThan(2);
  expect(await lifts(world)).toHaveLength(1);
  await world.offers.publishTimes([offerId], resourceId, [morning], 'told again');
  await world.settled();
  expect(asked).toEqual([householdIdOf('anna')]);
});

test('while the lists of who waits where are behind a correction waits; it is not done with', async () => {
  const { world } = await open();
  const [, corrected] = (await world.store.read(`household-${householdIdOf('anna')}`)).events;
  if (corrected === undefined) throw new Error('Nothing was corrected.');
  const { store, vault } = world;
  const asked = (isThere: boolean) =>
    createCorrections({ store, codecs: createCodecs(vault), readModel: { waitFor: async () => isThere } })(corrected);
  await expect(asked(false)).rejects.toThrow(UnavailableError);
  expect(await asked(true)).toBe(true);
});

test('an older wish that lives is heard of, however many ended after it', async () => {
  const { world } = await open();
  const { api, call } = world;
  accepted(await api.makeWish(wishOf('anna'), call()));
  await world.settled();
  for (let ended = 0; ended < 50; ended += 1) {
    world.pass(1000);
    const wish = wishOf('anna', wishIdOf(`ended-${ended}`));
    accepted(await api.makeWish(wish, call()));
    accepted(await api.endWish({ wishId: wish.wishId }, call()));
  }
  await world.settled();
  await needs(world, 'anna', []);
  await world.settled();
  const offers = (await api.findWish({ wishId: wishIdOf('anna') }))?.offers ?? [];
  expect(offers.map(({ outcome }) => outcome)).toEqual(['offered', 'refused']);
}, 30_000);

test('a wish comes to wait where it suits from now on, once they need less; one whose time has passed looks no more', async () => {
  const { world } = await open();
  const { api, call, offers } = world;
  const { listSuitable } = offers;
  let looks = 0;
  offers.listSuitable = async (it) => {
    looks += 1;
    const found = await listSuitable(it);
    return (it.traits ?? []).length > 0 ? found.slice(0, 1) : found;
  };
  const listed = async () => (await api.findWish({ wishId: wishIdOf('anna') }))?.lists.length;
  accepted(await api.makeWish(wishOf('anna'), call()));
  const soon = { from: at('2027-05-01T22:00:00Z'), until: at('2027-05-02T22:00:00Z') };
  accepted(await api.makeWish({ ...wishOf('anna', wishIdOf('soon')), window: soon }, call()));
  expect(await listed()).toBe(1);
  world.moveTo(soon.until);
  looks = 0;
  await corrects(world, 'anna', { careHoursPerWeek: 60 });
  await world.settled();
  expect(looks).toBe(0);
  await needs(world, 'anna', []);
  await world.settled();
  expect(looks).toBe(1);
  expect(await listed()).toBe(3);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});
