import { PublishScheme } from '@adempauze/contracts';
import { afterEach, expect, test } from '@jest/globals';
import { call, day, deliveryId, hillegom, householdId, s01 } from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Awards that were not yet what they should be when the care was settled. */

const onPot = { bearer: 'guarantee', ownCostCents: 0 } as const;
const decidedBy = { accountId: 'officer', municipality: hillegom };
const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, periodMonths: 6, extendable: true } });
const awardOf = async (world: World, of: PublishScheme = scheme) => {
  yes(await world.api().publishScheme(of, call()));
  const { schemeId } = of;
  const startsOn = day('2026-01-01');
  return world
    .api()
    .awardScheme({ schemeId, householdId: householdId(1), startsOn, rateCents: 3300, decidedBy }, call());
};
const claimOf = async (world: World, name: string | number) => {
  const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
  return {
    lines: claim?.lines.map(({ kind, payer, amountCents }) => [kind, payer.id, amountCents]),
    why: claim?.allocations.map((it) => it.why),
  };
};
const byThePot = [['guarantee', 'default', 9900]];
const byTheScheme = [['scheme', hillegom, 9900]];

test('an award that was recorded and not opened yet pays for care that is settled in between', async () => {
  const world = await createWorld('2026-01-06T10:00:00Z');
  world.stopWhen((type) => type === 'EntitlementOpened');
  await expect(awardOf(world)).rejects.toThrow('stopped');
  // The reaction that opens it is held up until the claim asks it, and a bit longer, since it tries again by itself.
  const asking = Promise.withResolvers<void>();
  let isAsking = false;
  let tries = 0;
  world.stopWhen((type) => {
    if (type === 'ClaimOpened') {
      isAsking = true;
      asking.resolve();
    }
    if (type !== 'EntitlementOpened') return false;
    tries += isAsking ? 1 : 0;
    return tries < 3;
  });
  await world.delivered(1, onPot);
  await asking.promise;
  await world.settled();
  world.stopWhen(undefined);
  await world.runtime().nudge();
  await world.settled();
  expect(await claimOf(world, 1)).toEqual({ lines: byTheScheme, why: ['delivered'] });
  expect(await world.api().listEntitlements({ householdId: householdId(1) })).toMatchObject([{ usedCents: 9900 }]);
});

test('a longer period that is recorded and not in its entitlement yet counts for care that is settled in between', async () => {
  const world = await createWorld('2026-08-02T10:00:00Z');
  const { entitlementId } = yes(await awardOf(world));
  await world.settled();
  let isOpened = false;
  world.stopWhen((type) => {
    isOpened ||= type === 'ClaimOpened';
    return type === 'EntitlementExtended';
  });
  const extending = world.api().extendEntitlement({ entitlementId, decidedBy }, call());
  await expect(extending).rejects.toThrow('stopped');
  const { position } = await world.delivered(1, { ...onPot, deliveredOn: '2026-07-02' });
  expect(await world.runtime().waitFor(position, 1000)).toBe(false);
  expect(isOpened).toBe(false);
  world.stopWhen(undefined);
  await world.settled();
  expect(await claimOf(world, 1)).toEqual({ lines: byTheScheme, why: ['delivered'] });
});

test.each([
  ['by itself', undefined],
  ['after a stop before the claim heard of it', 'AwardFound'],
  ['after a stop before its room was used', 'RoomConsumed'],
  ['after a stop before the entitlement had it', 'EntitlementExtended'],
] as const)('a longer period is offered to a claim that asked the award before: %s', async (_, stoppedAt) => {
  const world = await createWorld('2026-06-02T10:00:00Z');
  const { entitlementId } = yes(await awardOf(world));
  for (const name of ['moved', 'given back', 'never quoted', 'too late']) {
    if (name !== 'never quoted') yes(await world.quote(name, { on: '2026-06-29', bearer: 'guarantee' }));
    if (name === 'given back') await world.about('booking-expired', name);
  }
  await world.settled();
  world.setClock('2026-08-02T10:00:00Z');
  const onDay = (deliveredOn: string) => ({ ...onPot, deliveredOn });
  for (const name of ['moved', 'given back', 'never quoted']) await world.delivered(name, onDay('2026-07-02'));
  await world.delivered('too late', onDay('2027-01-01'));
  await world.settled();
  expect(await claimOf(world, 'moved')).toEqual({ lines: byThePot, why: ['delivered'] });

  const stopped = Promise.withResolvers<void>();
  if (stoppedAt === undefined) stopped.resolve();
  world.stopWhen((type) => {
    if (type === stoppedAt) stopped.resolve();
    return type === stoppedAt;
  });
  await world
    .api()
    .extendEntitlement({ entitlementId, decidedBy }, call())
    .catch(() => undefined);
  await stopped.promise;
  world.stopWhen(undefined);
  if (stoppedAt !== undefined) await world.restart();
  await world.settled();
  await world.runtime().nudge();
  await world.settled();
  for (const name of ['moved', 'given back', 'never quoted']) {
    expect([name, await claimOf(world, name)]).toEqual([name, { lines: byTheScheme, why: ['delivered', 'awarded'] }]);
  }
  expect(await claimOf(world, 'too late')).toEqual({ lines: byThePot, why: ['delivered'] });
  // Told once: nothing is left to tell.
  const before = await Promise.all(['moved', 'given back'].map((it) => claimOf(world, it)));
  await world.runtime().nudge();
  await world.settled();
  expect(await Promise.all(['moved', 'given back'].map((it) => claimOf(world, it)))).toEqual(before);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});
