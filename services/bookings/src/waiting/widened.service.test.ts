import { JoinWaitingList, MakeWish, RegisterHousehold, WishId } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, type Span, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { narrowed } from './narrow.fixtures.ts';

/* An offer is changed so that it suits who waits: what is free there is found for them, though no room came. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const block = { offerId, form: 'F01' as const };
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const morning = (day: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), day * 24 * hourMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};
const days = Array.from({ length: 20 }, (_, day) => morning(day));
const window = { from: at('2027-06-01T22:00:00Z'), until: at('2027-08-30T22:00:00Z') };
const households = (words: readonly string[]) => words.map((word) => householdIdOf(word));
const open = async (words: readonly string[]): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of words) accepted(await world.api.registerHousehold(fatima(word), world.call()));
  return world;
};
const join = async (world: World, word: string): Promise<void> => {
  const joining = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, window },
    ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}` },
  });
  accepted(await world.api.joinWaitingList(joining, world.call()));
  world.pass(1000);
  await world.settled();
};
const offersTo = async ({ api }: World, word: string) =>
  ((await api.findWaiting({ offerId, waitingId: waitingIdOf(word) }))?.offers ?? []).map(
    ({ span, outcome, cause }) => [span.from, outcome, cause] as const,
  );
const live = async (world: World, word: string) =>
  (await offersTo(world, word)).filter(([, outcome]) => outcome === 'offered');
const nothingParked = async (world: World) => expect((await world.parked.list({ first: 5 })).items).toEqual([]);

test('who waits for what did not suit is offered what is free there once it does, and is not told why', async () => {
  const world = await open(['anna']);
  const offer = narrowed(world, { ...block, to: households(['anna']) });
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await join(world, 'anna');
  expect(await offersTo(world, 'anna')).toEqual([[morning(0).from, 'refused', 'free']]);

  await offer.widens();
  await world.settled();
  expect(await live(world, 'anna')).toEqual([[morning(0).from, 'offered', 'free']]);
  const before = (await world.store.read(`waiting-${offerId}`)).events;
  // Told again it has no second effect.
  await offer.widens([], 'again');
  await world.settled();
  expect((await world.store.read(`waiting-${offerId}`)).events).toEqual(before);
  await nothingParked(world);
});

test('broken off while it looked, it goes on by itself; told late, of what suits no more, it comes to a no', async () => {
  const world = await open(['anna']);
  const offer = narrowed(world, { ...block, to: households(['anna']) });
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await join(world, 'anna');
  const { listTimesWithin, holdPlace } = world.offers;
  let failures = 2;
  world.offers.listTimesWithin = (it) => {
    failures -= 1;
    return failures >= 0 ? Promise.reject(new UnavailableError('offers is down')) : listTimesWithin(it);
  };
  // Told, and not so any more when it is heard of.
  await offer.widens([]);
  await world.settled();
  expect(failures).toBeLessThan(0);
  expect((await offersTo(world, 'anna')).map(([, outcome]) => outcome)).toEqual(['refused', 'refused']);

  let holds = 2;
  world.offers.holdPlace = (it, context) => {
    holds -= 1;
    return holds >= 0 ? Promise.reject(new UnavailableError('offers is down')) : holdPlace(it, context);
  };
  await offer.widens(undefined, 'in earnest');
  await world.until(async () => (await live(world, 'anna')).length === 1);
  await world.settled();
  expect(holds).toBeLessThan(0);
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  await nothingParked(world);
});

test('a no that is on its way when the offer changes is no answer: they are asked once more, and nobody has to tell it again', async () => {
  const world = await open(['anna']);
  const offer = narrowed(world, { ...block, to: households(['anna']) });
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  const { holdPlace } = world.offers;
  const history = async () => (await world.store.read(`waiting-${offerId}`)).events.map(({ type }) => type);
  let asked = 0;
  world.offers.holdPlace = async (it, context) => {
    asked += 1;
    const answer = await holdPlace(it, context);
    if (asked > 1) return answer;
    await offer.widens();
    await world.until(async () => (await history()).includes('RefusalsLifted'));
    return answer;
  };
  await join(world, 'anna');
  await world.settled();
  expect((await offersTo(world, 'anna')).map(([, outcome]) => outcome)).toEqual(['offered', 'refused']);
  expect(asked).toBe(2);
  await nothingParked(world);
});

test('of many for whom it is still nothing each hears three noes, however much is free; whom it suits gets a place', async () => {
  const words = Array.from({ length: 8 }, (_, number) => `family-${number}`);
  const world = await open(words);
  const offer = narrowed(world, { ...block, to: households(words) });
  for (const word of words) await join(world, word);
  await world.offers.publishTimes([offerId], resourceId, days);
  await world.settled();
  // Room that comes is bound in the same way.
  expect(offer.refused()).toBeLessThanOrEqual(3 * words.length);
  const before = offer.refused();
  const [last = ''] = words.slice(-1);
  await offer.widens([householdIdOf(last)]);
  await world.settled();
  expect(offer.refused() - before).toBeLessThanOrEqual(3 * (words.length - 1));
  expect(await live(world, last)).toHaveLength(1);
  for (const word of words.slice(0, -1)) expect(await live(world, word)).toEqual([]);
  await nothingParked(world);
}, 30_000);

test('where nobody waits a change costs nothing', async () => {
  const world = await open([]);
  const offer = narrowed(world, { ...block, to: [] });
  await world.offers.publishTimes([offerId], resourceId, days);
  let looks = 0;
  world.offers.listTimesWithin = async () => {
    looks += 1;
    return [];
  };
  await offer.widens();
  await world.settled();
  expect(looks).toBe(0);
  expect((await world.store.read(`waiting-${offerId}`)).events).toEqual([]);
});

test('a wish comes to wait at an offer that suits from now on, and is offered what is free there; those that do already do not look', async () => {
  const world = await open(['anna']);
  const { api } = world;
  const offer = narrowed(world, { ...block, to: households(['anna']) });
  const wishId = WishId.parse(derivedId('wish', 'anna'));
  const wish = MakeWish.parse({
    ...{ wishId, householdId: householdIdOf('anna'), forms: ['F01'], window, requestedBy: 'account-anna' },
  });
  const made = accepted(await api.makeWish(wish, world.call()));
  expect(made.lists.map((it) => it.offerId)).not.toContain(offerId);
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await world.settled();
  expect((await api.findWish({ wishId }))?.offers).toEqual([]);

  await offer.widens();
  await world.settled();
  const now = await api.findWish({ wishId });
  expect(now?.lists.map((it) => it.offerId)).toContain(offerId);
  expect(now?.offers).toMatchObject([{ offerId, span: morning(0), outcome: 'offered', cause: 'free' }]);

  let looks = 0;
  const { listSuitable } = world.offers;
  world.offers.listSuitable = (it) => {
    looks += 1;
    return listSuitable(it);
  };
  await offer.widens([], 'again');
  await world.settled();
  expect(looks).toBe(0);
  await nothingParked(world);
});

test('of the wishes for its form only those within its reach are asked of, however often it is told', async () => {
  const world = await open(['anna']);
  const far = { name: 'Maastricht', municipality: '0935', point: { lat: 50.851, lon: 5.691 } };
  const { recipient, ...bram } = fatima('bram');
  const household = RegisterHousehold.parse({ ...bram, recipient: { ...recipient, place: far } });
  accepted(await world.api.registerHousehold(household, world.call()));
  const offer = narrowed(world, { ...block, to: households(['anna', 'bram']) });
  for (const word of ['anna', 'bram']) {
    const wishId = WishId.parse(derivedId('wish', word));
    const asks = { wishId, householdId: householdIdOf(word), forms: ['F01'], window, requestedBy: `account-${word}` };
    accepted(await world.api.makeWish(MakeWish.parse(asks), world.call()));
  }
  await world.settled();
  const from: object[] = [];
  const { listSuitable } = world.offers;
  world.offers.listSuitable = (it) => {
    from.push(it.near);
    return listSuitable(it);
  };
  for (const word of ['once', 'twice', 'a third time']) await offer.widens([], word);
  await world.settled();
  expect(from).toHaveLength(3);
  expect(from).not.toContainEqual(far.point);
  await offer.widens(undefined, 'in earnest');
  await world.settled();
  const anna = await world.api.findWish({ wishId: WishId.parse(derivedId('wish', 'anna')) });
  expect(anna?.lists.map((it) => it.offerId)).toContain(offerId);
  await nothingParked(world);
});
