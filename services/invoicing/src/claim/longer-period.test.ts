import { PublishScheme } from '@adempauze/contracts';
import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { call, hillegom, insurer, officerOf, onPot, policyOf, s01 } from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, decline, endWorlds, linesOf, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* A period is made longer for care that was moved out of it: when the claim hears of that makes no difference. */

const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, periodMonths: 6, extendable: true } });
const afterThePeriod = { ...onPot, deliveredOn: '2026-07-02' };
const byTheScheme = [['scheme', hillegom, 9900]];
const decidedBy = officerOf(hillegom);

const quotedAndMoved = async () => {
  const world = await createWorld('2026-06-02T10:00:00Z');
  const { entitlementId } = await awardOf(world, scheme);
  yes(await world.quote('moved', { on: '2026-06-29', bearer: 'guarantee' }));
  await world.settled();
  const extend = () => world.api().extendEntitlement({ entitlementId, decidedBy }, call());
  return { world, extend };
};

test.each([true, false])(
  'an insurer bears all, and says no with the longer period there before: %s',
  async (isLonger) => {
    const { world, extend } = await quotedAndMoved();
    yes(await world.api().registerPolicy(policyOf(100), call()));
    world.setClock('2026-08-02T10:00:00Z');
    await world.delivered('moved', afterThePeriod);
    await world.settled();
    expect(await linesOf(world, 'moved')).toEqual([['insurance', 'insurer-1', 9900]]);
    if (isLonger) yes(await extend());
    await world.swept();
    yes(await decline(world, insurer, 'moved'));
    if (!isLonger) yes(await extend());
    await world.swept();
    expect(await linesOf(world, 'moved')).toEqual(byTheScheme);
    expect((await claimOf(world, 'moved')).allocations.map(({ why }) => why)).toEqual([
      ...['delivered', 'declined', 'awarded'],
    ]);
    expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
  },
);

test('a longer period that is recorded between the look of a claim and its opening is told to it', async () => {
  const { world, extend } = await quotedAndMoved();
  world.setClock('2026-08-02T10:00:00Z');
  const { store } = world.parts();
  const { append } = store;
  const settled = Promise.withResolvers<void>();
  const recorded = Promise.withResolvers<void>();
  let isSettled = false;
  let extending: Promise<unknown> | undefined;
  store.append = async (stream, events, options) => {
    const types = events.map(({ type }) => type);
    if (types.includes('ClaimOpened')) {
      extending ??= extend().catch(() => undefined);
      await recorded.promise;
    }
    // Whoever extends stops there, and so does the reaction, until the claim is settled.
    if (types.includes('EntitlementExtended') && !isSettled) throw new UnavailableError('The process stopped here.');
    const appended = await append(stream, events, options);
    if (types.includes('AwardExtended')) recorded.resolve();
    if (types.includes('ClaimSettled')) {
      isSettled = true;
      settled.resolve();
    }
    return appended;
  };
  await world.delivered('moved', afterThePeriod);
  await settled.promise;
  await extending;
  await world.swept();
  expect(await linesOf(world, 'moved')).toEqual(byTheScheme);
  expect((await claimOf(world, 'moved')).allocations.map(({ why }) => why)).toEqual(['delivered', 'awarded']);
});

test('care within the period as it was is not divided anew when the period becomes longer', async () => {
  const { world, extend } = await quotedAndMoved();
  world.setClock('2026-08-02T10:00:00Z');
  // Beyond the cap of 171 600 cents.
  await world.delivered('within', { ...onPot, deliveredOn: '2026-06-30', quantity: 6000 });
  await world.settled();
  const before = await claimOf(world, 'within');
  expect(before.lines.map(({ kind }) => kind)).toEqual(['scheme', 'guarantee']);
  yes(await extend());
  await world.swept();
  expect(await claimOf(world, 'within')).toEqual(before);
  const types = (await world.parts().store.readAll({ categories: ['claim'], maxCount: 100 })).events.map(
    (it) => it.type,
  );
  expect(types).not.toContain('AllocationKept');
});
