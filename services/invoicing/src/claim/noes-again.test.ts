import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  budgetOf,
  byMunicipality,
  call,
  hillegom,
  insurer,
  onPot,
  policyId,
  policyOf,
  s01,
} from '../invoicing.fixtures.ts';
import {
  awardOf,
  claimOf,
  createWorld,
  decline,
  endWorlds,
  leftCents,
  linesOf,
  setAside,
  type World,
  yes,
} from '../world.fixtures.ts';

afterEach(endWorlds);

/* A funder that says no to a booking twice, with money of its own set aside in between. */

const payer = byMunicipality(hillegom);
const no = async (world: World, key?: string) =>
  yes(await world.api().declineFunding({ bookingId: bookingId(1), payer, reason: 'not-entitled' }, call(key)));

/** Quoted with an award, a no, and then money of the same municipality for it. */
const setAsideAfterNo = async () => {
  const world = await createWorld();
  await awardOf(world, s01);
  yes(await world.quote(1, { bearer: 'guarantee' }));
  await no(world, 'first');
  world.setClock('2026-01-03T10:00:00Z');
  yes(await world.api().openBudget(budgetOf(9900, { municipality: hillegom }), call()));
  await setAside(world, 1, 9900);
  world.setClock('2026-01-04T10:00:00Z');
  return world;
};
const registered = async (world: World, name: number, percent: number, insurerId: string) => {
  yes(await world.api().registerPolicy(policyOf(percent, { policyId: policyId(name), insurerId }), call()));
  await world.settled();
};

test('who says no again says it also of what is not needed yet', async () => {
  const world = await createWorld();
  await registered(world, 1, 75, 'insurer-1');
  await world.delivered(1, onPot);
  await world.settled();
  yes(await decline(world, insurer, 1));
  for (const [hour, who] of ['insurer-2', 'insurer-1'].entries()) {
    world.setClock(`2026-01-03T1${hour}:00:00Z`);
    await registered(world, 2 + hour, 50, who);
  }
  world.setClock('2026-01-04T10:00:00Z');
  yes(await decline(world, insurer, 1));
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  yes(await decline(world, { kind: 'insurer', id: 'insurer-2' }, 1));
  expect(await linesOf(world, 1)).toEqual(byThePot);
});

const byThePot = [['guarantee', 'default', 9900]];

test('the second no counts for what was set aside since the first, and the same no again is none', async () => {
  const world = await setAsideAfterNo();
  expect(await no(world, 'first')).toMatchObject({ declinedAt: '2026-01-02T10:00:00.000Z' });
  expect(await no(world, 'second')).toMatchObject({ declinedAt: '2026-01-04T10:00:00.000Z' });
  await no(world, 'second');
  world.setClock('2026-01-06T10:00:00Z');
  await world.delivered(1, onPot);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual(byThePot);
  expect((await claimOf(world, 1)).declines.map(({ declinedAt }) => declinedAt)).toEqual([
    ...['2026-01-02T10:00:00.000Z', '2026-01-04T10:00:00.000Z'],
  ]);
  expect(await leftCents(world)).toBe(9900);
});

test('a second no of which the claim did not know as it opened is told, after a stop too', async () => {
  const world = await setAsideAfterNo();
  world.setClock('2026-01-06T10:00:00Z');
  const { store } = world.parts();
  const { append } = store;
  store.append = async (stream, events, options) => {
    if (events.some(({ type }) => type === 'ClaimOpened')) await no(world, 'second');
    return append(stream, events, options);
  };
  const telling = Promise.withResolvers<void>();
  world.stopWhen((type) => {
    if (type === 'FundingDeclined') telling.resolve();
    return type === 'FundingDeclined';
  });
  await world.delivered(1, onPot);
  await world.settled();
  await world.runtime().nudge();
  await telling.promise;
  await world.restart();
  world.stopWhen(undefined);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual(byThePot);
  expect((await claimOf(world, 1)).allocations.map(({ why }) => why)).toEqual(['delivered', 'declined']);
  expect(await leftCents(world)).toBe(9900);
  // Told once: nothing is left to tell.
  const { declines } = await claimOf(world, 1);
  await world.swept();
  expect((await claimOf(world, 1)).declines).toEqual(declines);
  expect(declines).toHaveLength(2);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});
