import { JoinWaitingList } from '@adempauze/contracts';
import { hourMs, type Outcome, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { givesFirstTimes } from './first-times.fixtures.ts';

/* A no is remembered: what does not pass by itself until the offer changes, what does for an hour; whoever's turn it is. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const dayMs = 24 * hourMs;
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const morning = (day: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), day * dayMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};
const mornings = (days: number) => Array.from({ length: days }, (_, day) => morning(day));
/** Who waits, and hears this no from offers; `asked` is how often. */
const open = async (words: readonly string[], { code, capacity = 1 }: { code: string; capacity?: number }) => {
  const world = await openWorld({ capacity });
  worlds.push(world);
  const noFor = new Set<string>(words.map((word) => householdIdOf(word)));
  const { holdPlace } = world.offers;
  let asked = 0;
  world.offers.holdPlace = async (it, context) => {
    asked += 1;
    return noFor.has(it.householdId) ? { accepted: false, rejection: { code, facts: {} } } : holdPlace(it, context);
  };
  for (const word of words) await join(world, word);
  /** In what was done meanwhile. */
  const during = async (work: () => Promise<void>) => {
    const [askedBefore, eventsBefore] = [asked, (await history(world)).length];
    await work();
    await world.settled();
    return { asked: asked - askedBefore, events: (await history(world)).length - eventsBefore };
  };
  return { world, noFor, during };
};
const join = async (world: World, word: string): Promise<void> => {
  accepted(await world.api.registerHousehold(fatima(word), world.call()));
  const joining = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, placeOfService: 'recipient-home' },
    window: { from: at('2027-06-01T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
    requestedBy: `account-${word}`,
  });
  accepted(await world.api.joinWaitingList(joining, world.call()));
  world.pass(1000);
  await world.settled();
};
const history = async ({ store }: World) => (await store.read(`waiting-${offerId}`, { maxCount: 10_000 })).events;
const offersTo = async ({ api }: World, word: string) =>
  ((await api.findWaiting({ offerId, waitingId: waitingIdOf(word) }))?.offers ?? []).map(
    ({ span, outcome }) => [span.from, outcome] as const,
  );
const parked = async (world: World) => (await world.parked.list({ first: 5 })).items;
const nothing = { asked: 0, events: 0 };

test.each(['not-suitable', 'act-not-served', 'outside-travel-range'])(
  'of many who can never have it each hears of a time once, however often it is told (%s)',
  async (code) => {
    const words = ['anna', 'bram', 'cora', 'dirk', 'eva'];
    const { world, during } = await open(words, { code });
    const tell = (word: string) => during(() => world.offers.publishTimes([offerId], resourceId, mornings(4), word));
    expect((await tell('once')).asked).toBe(3 * words.length);
    world.pass(2 * hourMs);
    expect((await tell('twice')).asked).toBe(words.length);
    for (const word of ['a third time', 'a fourth', 'a fifth']) {
      world.pass(2 * hourMs);
      expect(await tell(word)).toEqual(nothing);
    }
    // Nor for somebody else who joins, whom it suits: it is theirs at once.
    const joined = await during(() => join(world, 'fleur'));
    expect(joined).toEqual({ asked: 1, events: 4 });
    expect(await offersTo(world, 'fleur')).toEqual([[morning(0).from, 'offered']]);
    for (const word of words) expect(await offersTo(world, word)).toHaveLength(4);
    expect(await parked(world)).toEqual([]);
  },
);

test('also of a time each day for months, and for all who hear the same no together in the questions of one', async () => {
  const { world, during } = await open(['anna', 'bram', 'cora', 'dirk'], { code: 'not-suitable' });
  const offers = givesFirstTimes(world);
  const days = mornings(130);
  let asked = 0;
  for (let round = 0; round < 130 / 3; round += 1) {
    const told = await during(() => world.offers.publishTimes([offerId], resourceId, days, `round ${round}`));
    expect(told.asked).toBeLessThanOrEqual(3 * 4);
    asked += told.asked;
  }
  expect(asked).toBe(130 * 4);
  world.pass(2 * hourMs);
  const before = offers.questions();
  expect(await during(() => world.offers.publishTimes([offerId], resourceId, days, 'at last'))).toEqual(nothing);
  expect(offers.questions() - before).toBeLessThanOrEqual(20 + 4);
  expect(await parked(world)).toEqual([]);
}, 60_000);

test.each(['not-suitable', 'too-many-holds'])(
  'a time with room for several is asked of who may not have it once, and not for each who may (%s)',
  async (code) => {
    const { world, during } = await open(['anna'], { code, capacity: 5 });
    for (const word of ['bram', 'cora', 'dirk']) await join(world, word);
    const { asked } = await during(() => world.offers.publishTimes([offerId], resourceId, [morning(0)]));
    expect(asked).toBe(4);
    expect(await offersTo(world, 'anna')).toEqual([[morning(0).from, 'refused']]);
    for (const word of ['bram', 'cora', 'dirk'])
      expect(await offersTo(world, word)).toEqual([[morning(0).from, 'offered']]);
  },
);

test('of those ahead who can never have it each hears three noes at one look, and is not asked for what others are found', async () => {
  const [never, others] = [
    Array.from({ length: 4 }, (_, it) => `never-${it}`),
    ['anna', 'bram', 'cora', 'dirk', 'eva'],
  ];
  const { world, during } = await open(never, { code: 'not-suitable' });
  for (const word of others) await join(world, word);
  const { asked } = await during(() => world.offers.publishTimes([offerId], resourceId, mornings(30)));
  for (const word of never) expect(await offersTo(world, word)).toHaveLength(3);
  for (const word of others) expect((await offersTo(world, word)).map(([, outcome]) => outcome)).toEqual(['offered']);
  expect(asked).toBe(3 * never.length + others.length);
  // The provider, who may change whom it takes in, reads in its list of nobody that they were refused.
  const { places } = await world.api.findWaitingList({ offerId });
  const ids = others.map((word) => waitingIdOf(word));
  expect(new Set(places.flatMap(({ offeredTo }) => offeredTo.map((it) => it.waitingId)))).toEqual(new Set(ids));
  expect(await parked(world)).toEqual([]);
});

test('what may pass is asked again after an hour, and before then neither for themselves nor when it is the turn of others', async () => {
  const { world, noFor, during } = await open(['anna'], { code: 'too-many-holds' });
  const tell = (word: string) => during(() => world.offers.publishTimes([offerId], resourceId, [morning(0)], word));
  expect((await tell('once')).asked).toBe(1);
  world.pass(hourMs - 1000);
  expect(await tell('twice')).toEqual(nothing);
  noFor.clear();
  world.pass(1000);
  expect((await tell('a third time')).asked).toBe(1);
  expect(await offersTo(world, 'anna')).toEqual([
    [morning(0).from, 'offered'],
    [morning(0).from, 'refused'],
  ]);
});

test('a refusal stored without saying whether it may pass does not; a place that a booking leaves is still asked of everybody', async () => {
  const { world, during } = await open(['anna'], { code: 'not-suitable' });
  await during(() => world.offers.publishTimes([offerId], resourceId, [morning(0)]));
  const passed = (await history(world)).find(({ type }) => type === 'OfferPassed');
  expect(passed?.data).toMatchObject({ why: 'refused' });
  expect(passed?.data).not.toHaveProperty('mayPass');
  await join(world, 'bram');
  const [first] = (await world.api.findWaiting({ offerId, waitingId: waitingIdOf('bram') }))?.offers ?? [];
  if (first === undefined) throw new Error('Bram is offered nothing.');
  accepted(await world.api.confirmBooking({ bookingId: first.bookingId }, world.call()));
  await world.settled();
  const left = await during(async () => {
    accepted(await world.api.cancelBooking({ bookingId: first.bookingId, by: 'caregiver' }, world.call()));
  });
  expect(left.asked).toBe(1);
  expect(await offersTo(world, 'anna')).toEqual([
    [morning(0).from, 'refused'],
    [morning(0).from, 'refused'],
  ]);
});
