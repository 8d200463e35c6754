import { ChangeTariff, type Condition, ListSuitableOffers } from '@adempauze/contracts';
import { createTurnsOfTwo } from '@adempauze/event-bus/testing';
import { openTestStore, replicaOf } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, type Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  booking,
  holdPlace,
  now,
  offerId,
  openResource,
  providerId,
  publishOffer,
  publishTimes,
  registerProvider,
  resourceId,
  searchOffers,
  span,
} from './examples.fixtures.ts';
import { startOffers } from './index.ts';

/* Two replicas over one log, each with a name to write under and a read model of its own. */

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

let calls = 0;
const call = (): CallContext => {
  calls += 1;
  return { commandId: derivedId('call', calls), correlationId: 'test', actor: 'account-1' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (!outcome.accepted) throw new Error(outcome.rejection.code);
  return outcome.value;
};
const codeOf = (outcome: Outcome<unknown>) => (outcome.accepted ? 'yes' : outcome.rejection.code);
const positionOf = (outcome: Outcome<unknown>) => (outcome.accepted ? (outcome.position ?? '') : '');
const page = { first: 20 };

const openTwo = async () => {
  let time = now;
  const clock = () => time;
  const shared = await openTestStore({ clock });
  ended.push(() => shared.close());
  const turns = createTurnsOfTwo();
  const start = async (name: string) => {
    const { store, deafen } = replicaOf(shared, name);
    const settings = { store, clock, folder: ':memory:', sweepEveryMs: 1e9, turns: turns.member(name) };
    const runtime = await startOffers(settings);
    ended.push(runtime.close);
    return { ...runtime, deafen };
  };
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerProvider(registerProvider(), call()));
  yes(await one.api.publishOffer(publishOffer(), call()));
  yes(await one.api.openResource(openResource(), call()));
  yes(await one.api.publishTimes(publishTimes(span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z')), call()));
  await two.settled();
  const moveTo = (to: typeof now) => {
    time = to;
  };
  return { one, two, shared, turns, moveTo };
};

test('what one replica withdrew no other sells, however far behind its lists are', async () => {
  const { one, two } = await openTwo();
  const hear = two.deafen();
  yes(await one.api.withdrawOffer({ offerId }, call()));
  expect(codeOf(await two.api.holdPlace(holdPlace(), call()))).toBe('offer-withdrawn');
  expect(codeOf(await two.api.askTerms(holdPlace(), call()))).toBe('offer-withdrawn');
  expect((await two.api.findOffer({ offerId }))?.status).toBe('withdrawn');
  hear();
});

test('a price that one replica changed is the price at every other', async () => {
  const { one, two } = await openTwo();
  const hear = two.deafen();
  const tariff = { ...publishOffer().tariff, from: '2027-05-04', priceCents: 4600 };
  yes(await one.api.changeTariff(ChangeTariff.parse({ offerId, tariff }), call()));
  expect(yes(await two.api.holdPlace(holdPlace(), call())).priceCents).toBe(16_100);
  hear();
});

test('of two replicas that hold the last place one does', async () => {
  const { one, two } = await openTwo();
  const racers = [one, two, one, two].map(({ api }, n) => api.holdPlace(holdPlace({ bookingId: booking(n) }), call()));
  const outcomes = (await Promise.all(racers)).map(codeOf);
  expect(outcomes.toSorted()).toEqual(['place-taken', 'place-taken', 'place-taken', 'yes']);
});

test('search and lists wait for what another replica did', async () => {
  const { one, two } = await openTwo();
  const hear = two.deafen();
  const waitFor = positionOf(await one.api.holdPlace(holdPlace(), call()));
  const search = two.api.search(searchOffers({ timesPerOffer: 20, waitFor }));
  const resources = two.api.listResources({ providerId, page, waitFor });
  expect((await two.api.search(searchOffers({ timesPerOffer: 20 }))).items[0]?.item.times.length).toBe(10);
  hear();
  expect((await search).items[0]?.item.times.length).toBe(3);
  expect((await resources).items[0]?.item.occupied).toMatchObject([{ state: 'held', bookingId: booking(1) }]);

  const withdrawn = positionOf(await one.api.withdrawOffer({ offerId }, call()));
  const { items } = await two.api.listOffers({ page, waitFor: withdrawn });
  expect(items.map(({ item }) => item.status)).toEqual(['withdrawn']);
  expect((await two.api.listProviders({ page, waitFor: withdrawn })).items.length).toBe(1);
  expect((await two.api.search(searchOffers({ waitFor: withdrawn }))).items).toEqual([]);
  expect(await two.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a hold that passed is ended once, by the replica whose turn it is', async () => {
  const { one, two, shared, turns, moveTo } = await openTwo();
  expect([one.working(), two.working()]).toEqual([true, false]);
  yes(await two.api.holdPlace(holdPlace(), call()));
  await Promise.all([one.settled(), two.settled()]);
  moveTo(at('2027-05-03T08:16:00Z'));
  const expired = async () =>
    (await shared.read(`resource-${resourceId}`)).events.filter(({ type }) => type === 'HoldExpired').length;
  await two.nudge();
  expect(await expired()).toBe(0);
  expect(two.status().deadlines).toEqual({ ok: true, detail: 'another replica does this' });
  await turns.pass();
  await Promise.all([one.nudge(), two.nudge()]);
  expect([one.working(), two.working(), await expired()]).toEqual([false, true, 1]);
  expect(await one.parked.list({ first: 10 })).toEqual({ items: [], next: undefined });
  expect(await one.listActions({ first: 10 })).toEqual({ items: [], hasMore: false });
});

test('who asks where to wait finds a named offer as it stands, however far behind search is', async () => {
  const { one, two } = await openTwo();
  const found = async (knowing?: typeof offerId) => {
    const asked = { near: publishOffer().place.point, forms: ['F01'], conditions: ['palliative'], knowing };
    return (await two.api.listSuitable(ListSuitableOffers.parse(asked))).map((it) => it.offerId);
  };
  const hear = two.deafen();
  const conditionsServed: Condition[] = ['dementia', 'palliative'];
  yes(await one.api.changeOffer({ offerId, changes: { conditionsServed } }, call()));
  expect(await found()).toEqual([]);
  expect(await found(offerId)).toEqual([offerId]);
  hear();
  await two.settled();
  expect(await found()).toEqual([offerId]);
});
