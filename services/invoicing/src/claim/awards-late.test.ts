import { GrantSchemeMandate, PublishScheme } from '@adempauze/contracts';
import { afterEach, expect, test } from '@jest/globals';
import {
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  mandateId,
  officerOf,
  onPot,
  s01,
} from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, endWorlds, linesOf, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Awards that were not yet what they should be when the care was settled. */

const decidedBy = officerOf(hillegom);
const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, periodMonths: 6, extendable: true } });
const dividedAs = async (world: World, name: string | number) => {
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
  await expect(awardOf(world, scheme)).rejects.toThrow('stopped');
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
  expect(await dividedAs(world, 1)).toEqual({ lines: byTheScheme, why: ['delivered'] });
  expect(await world.api().listEntitlements({ householdId: householdId(1) })).toMatchObject([{ usedCents: 9900 }]);
});

test('a longer period that is recorded and not in its entitlement yet counts for care that is settled in between', async () => {
  const world = await createWorld('2026-08-02T10:00:00Z');
  const { entitlementId } = await awardOf(world, scheme);
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
  expect(await dividedAs(world, 1)).toEqual({ lines: byTheScheme, why: ['delivered'] });
});

test.each([
  ['by itself', undefined],
  ['after a stop before the claim heard of it', 'AwardFound'],
  ['after a stop before its room was used', 'RoomConsumed'],
  ['after a stop before the entitlement had it', 'EntitlementExtended'],
] as const)('a longer period is offered to a claim that asked the award before: %s', async (_, stoppedAt) => {
  const world = await createWorld('2026-06-02T10:00:00Z');
  const { entitlementId } = await awardOf(world, scheme);
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
  expect(await dividedAs(world, 'moved')).toEqual({ lines: byThePot, why: ['delivered'] });

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
    expect([name, await dividedAs(world, name)]).toEqual([name, { lines: byTheScheme, why: ['delivered', 'awarded'] }]);
  }
  expect(await dividedAs(world, 'too late')).toEqual({ lines: byThePot, why: ['delivered'] });
  // Told once: nothing is left to tell.
  const before = await Promise.all(['moved', 'given back'].map((it) => dividedAs(world, it)));
  await world.runtime().nudge();
  await world.settled();
  expect(await Promise.all(['moved', 'given back'].map((it) => dividedAs(world, it)))).toEqual(before);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('A16: an award after the care takes over what the pot bore, once, within its cap and its period', async () => {
  const world = await createWorld('2026-02-14T10:00:00Z');
  for (const [name, deliveredOn] of [
    [1, '2026-01-31'],
    [2, '2026-02-13'],
    [3, '2026-02-13'],
  ] as const) {
    await world.delivered(name, { deliveredOn, ...onPot });
  }
  await world.delivered(4, { deliveredOn: '2026-02-13', form: 'F05', ...onPot });
  await world.about('booking-cancelled', 5, {
    by: 'caregiver',
    late: {
      ...{ chargeId: deliveryId(5), on: '2026-02-13', owedCents: 3300, ownCostCents: 0 },
      ...{ bearer: 'guarantee', vat: 'exempt' },
    },
  });
  await world.settled();
  const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, cap: { kind: 'money', multiplier: 5 } } });
  const { entitlementId } = await awardOf(world, scheme, { startsOn: '2026-02-13' });
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([['guarantee', 'default', 9900]]);
  expect((await Promise.all([2, 3].map((it) => linesOf(world, it)))).toSorted()).toEqual(
    [
      [['scheme', hillegom, 9900]],
      [
        ['scheme', hillegom, 6600],
        ['guarantee', 'default', 3300],
      ],
    ].toSorted(),
  );
  expect(await linesOf(world, 4)).toEqual([['guarantee', 'default', 9900]]);
  expect(await linesOf(world, 5)).toEqual([['guarantee', 'default', 3300]]);
  expect(await world.api().findEntitlement({ entitlementId })).toMatchObject({ usedCents: 16_500, leftCents: 0 });
  const seen = await Promise.all([1, 2, 3, 4, 5].map((it) => claimOf(world, it)));
  await world.restart();
  await world.runtime().nudge();
  await world.settled();
  expect(await Promise.all([1, 2, 3, 4, 5].map((it) => claimOf(world, it)))).toEqual(seen);
  const { rows, balanced } = await world.api().trialBalance({});
  const drawn = rows.find(({ account }) => account === 'pot:default');
  expect([balanced, drawn?.debitCents, drawn?.creditCents]).toEqual([true, 9900 + 3300 + 9900 + 3300 + 16_500, 16_500]);
});

test.each(['AwardFound', 'RoomConsumed', 'RoomAnswered'])(
  'an award after the care that stopped before %s goes on by itself',
  async (stoppedAt) => {
    const world = await createWorld('2026-02-14T10:00:00Z');
    await world.delivered(1, onPot);
    await world.settled();
    const failed = Promise.withResolvers<void>();
    world.stopWhen((type) => {
      if (type === stoppedAt) failed.resolve();
      return type === stoppedAt;
    });
    await awardOf(world, s01);
    await failed.promise;
    world.stopWhen(undefined);
    await world.restart();
    await world.runtime().nudge();
    expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
  },
);

test('an award between the booking and the care counts at once, also where the caregiver would have paid', async () => {
  const world = await createWorld();
  yes(await world.quote(1));
  await awardOf(world, s01);
  await world.delivered(1);
  await world.settled();
  expect(await claimOf(world, 1)).toMatchObject({ allocations: [{ why: 'delivered' }] });
  expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
});

test('A08: a negative review ends an award; what was given stays paid, the rest is the pot’s, and a new quote says why', async () => {
  const world = await createWorld('2026-01-04T10:00:00Z');
  yes(await world.api().publishScheme(s01, call()));
  const mandate = { ...{ mandateId: mandateId(1), schemeId: s01.schemeId, accountId: 'nurse', holder: 'Nel' } };
  const grant = GrantSchemeMandate.parse({ ...mandate, from: '2026-01-01', until: '2027-01-01' });
  yes(await world.api().grantSchemeMandate(grant, call()));
  const by = (accountId: string) => ({
    ...{ schemeId: s01.schemeId, householdId: householdId(1), startsOn: day('2026-01-01'), rateCents: 4500 },
    decidedBy: { accountId },
  });
  expect(await world.api().awardScheme(by('other nurse'), call())).toMatchObject({
    rejection: { facts: { holder: 'Nel' } },
  });
  const { entitlementId } = yes(await world.api().awardScheme(by('nurse'), call()));
  const block = { form: 'F03', quantity: 400, unitPriceCents: 4500 };
  const days = ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26'];
  for (const [name, on] of days.entries()) {
    expect(yes(await world.quote(name, { ...block, on, bearer: 'guarantee' }))).toMatchObject({ coverage: 'covered' });
    await world.about('booking-confirmed', name, { form: 'F03' });
  }
  const deliver = (name: number) => world.delivered(name, { ...block, deliveredOn: days[name] ?? '', ...onPot });
  for (const name of [0, 1, 2]) await deliver(name);

  world.setClock('2026-01-20T10:00:00Z');
  const review = (endsOn: string, at: typeof hillegom | undefined = hillegom) => {
    const decidedBy = { accountId: 'officer', ...(at ? { municipality: at } : {}) };
    const input = { entitlementId, endsOn: day(endsOn), reason: 'not-eligible' as const, decidedBy };
    return world.api().reviewEntitlement(input, call());
  };
  expect(await review('2026-01-19')).toMatchObject({ rejection: { code: 'award-ends-in-the-past' } });
  expect(
    await world
      .api()
      .reviewEntitlement(
        { entitlementId, endsOn: day('2026-01-20'), reason: 'not-eligible', decidedBy: { accountId: 'nurse' } },
        call(),
      ),
  ).toMatchObject({ rejection: { code: 'entitlement-not-found' } });
  const ended = { endsOn: '2026-01-20', reason: 'not-eligible' };
  expect(yes(await review('2026-01-20'))).toMatchObject({ review: ended, usedCents: 72_000 });
  expect(yes(await review('2026-01-20'))).toMatchObject({ review: ended });
  expect(await review('2026-02-01')).toMatchObject({ rejection: { code: 'award-ended-already' } });

  await deliver(3);
  await world.settled();
  const claims = await Promise.all([0, 1, 2, 3].map((it) => claimOf(world, it)));
  expect(
    claims.map(({ fundingStatus, lines }) => [fundingStatus, ...lines.map((it) => [it.kind, it.amountCents])]),
  ).toEqual([
    ['split', ['scheme', 18_000]],
    ['split', ['scheme', 18_000]],
    ['split', ['scheme', 18_000]],
    ['guaranteed', ['guarantee', 18_000]],
  ]);
  expect(yes(await world.quote('new', { ...block, on: '2026-02-02', bearer: 'guarantee' }))).toMatchObject({
    ...{ ownCostCents: 0, coverage: 'not' },
    refusals: [{ code: 'scheme-ended-not-eligible', facts: { endsOn: '2026-01-20' } }],
  });
});

test('a longer period after the care takes over what lies in it, and nothing that it did before', async () => {
  const world = await createWorld('2026-08-02T10:00:00Z');
  const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, periodMonths: 6, extendable: true } });
  const { entitlementId } = await awardOf(world, scheme);
  await world.delivered('in it', { deliveredOn: '2026-06-30', ...onPot });
  await world.delivered('after it', { deliveredOn: '2026-07-01', ...onPot });
  await world.settled();
  expect(await linesOf(world, 'after it')).toEqual([['guarantee', 'default', 9900]]);
  const before = await claimOf(world, 'in it');
  const decidedBy = { accountId: 'officer', municipality: hillegom };
  yes(await world.api().extendEntitlement({ entitlementId, decidedBy }, call()));
  await world.settled();
  expect(await linesOf(world, 'after it')).toEqual([['scheme', hillegom, 9900]]);
  expect(await claimOf(world, 'in it')).toEqual(before);
});
