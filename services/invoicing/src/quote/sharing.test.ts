import {
  type CostEstimate,
  EstimateCosts,
  type FundingLine,
  PublishScheme,
  QuoteBooking,
  RegisterPolicy,
} from '@adempauze/contracts';
import { plusDays } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { totalOf } from '../claim/allocation.rules.ts';
import {
  bookingId,
  byMunicipality,
  call,
  day,
  delft,
  hillegom,
  householdId,
  insurer,
  policyId,
  policyOf,
  providerId,
  rijswijk,
  s01,
  s02,
  sharingOf,
} from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Who agreed to share costs afterwards (S24) is in what is shown before, and bears at settlement what was shown. */

type Option = EstimateCosts['options'][number];
const monday = day('2026-03-02');
const municipality = byMunicipality(hillegom);
const payerPrices = [
  { payer: 'municipality', unitPriceCents: 20_001 },
  { payer: 'insurer', unitPriceCents: 18_333 },
  { payer: 'caregiver', unitPriceCents: 15_000 },
];
const optionOf = (differences: object = {}): Option =>
  EstimateCosts.shape.options.element.parse({
    ...{ form: 'F12', unit: 'night', quantity: 300, unitPriceCents: 17_555, on: monday, bearer: 'own' },
    ...{ municipality: hillegom, providerId: providerId(1), ...differences },
  });
/** Known to every list when it returns. */
const share = async (world: World, name: string, differences: object = {}) => {
  yes(await world.api().recordCostSharing(sharingOf(name, differences), call()));
  await world.settled();
};
const estimate = async (world: World, option: Option, who = 1): Promise<CostEstimate> => {
  const [found] = await world.api().estimateCosts({ householdId: householdId(who), options: [option] });
  if (found === undefined) throw new Error('There is no estimate.');
  return found;
};
const quote = async (world: World, name: string | number, option: Option, who = 1) =>
  yes(
    await world.api().quoteBooking(
      QuoteBooking.parse({
        ...{ ...option, bookingId: bookingId(name), householdId: householdId(who) },
        reservedUntil: '2027-12-31T00:00:00Z',
      }),
      call(`quote ${name}`),
    ),
  );
/** Given as it was quoted; who bears it when it is settled. */
const give = async (world: World, name: string | number, option: Option, who = 1): Promise<readonly FundingLine[]> => {
  const { pricedFor, ownCostCents } = await quote(world, name, option, who);
  const { form, unit, quantity, on, bearer } = option;
  const own = option.payerPrices?.find(({ payer }) => payer === pricedFor);
  const { unitPriceCents } = own ?? option;
  await world.delivered(name, {
    ...{ householdId: householdId(who), municipality: option.municipality, form, unit, quantity, unitPriceCents },
    ...{ deliveredOn: on, bearer, ownCostCents, ...(own ? { ownPrice: true } : {}) },
  });
  await world.settled();
  // What the pot bears is offered to awards once more, at the price that was agreed (A16): a division of its own.
  return (await claimOf(world, name)).allocations[0]?.lines ?? [];
};
const declineBooking = (world: World, payer: typeof municipality | typeof insurer, name: string | number) =>
  world.api().declineFunding({ bookingId: bookingId(name), payer, reason: 'not-covered' }, call());

test('S24: what is shared is shown before, to the odd cent, and is what is settled', async () => {
  const world = await createWorld();
  const option = optionOf();
  expect(await estimate(world, option)).toMatchObject({ ownCostCents: 52_665, coverage: 'unknown' });
  await share(world, 'half');
  const shown = await quote(world, 1, option);
  expect(shown).toEqual({
    ...{ ownCostCents: 0, coverage: 'covered', refusals: [] },
    lines: [
      { kind: 'insurance', payer: insurer, amountCents: 26_332 },
      { kind: 'scheme', payer: municipality, amountCents: 26_333 },
    ],
  });
  expect(await estimate(world, option)).toEqual({ ...shown, priceCents: 52_665 });
  expect(await give(world, 1, option)).toEqual(shown.lines);

  // Of another provider, form, place or day nothing was agreed; nor is it known whose care it is.
  const { providerId: _, ...unsaid } = option;
  const others = [{ providerId: providerId(2) }, { form: 'F05' }, { municipality: delft }, { on: '2027-01-01' }];
  for (const other of [unsaid, ...others.map(optionOf)]) {
    expect(await estimate(world, other)).toMatchObject({ ownCostCents: 52_665, coverage: 'unknown' });
  }
});

test('the price is that of the municipality, unless a source of the household pays first', async () => {
  const world = await createWorld();
  await share(world, 'half');
  const option = optionOf({ payerPrices });
  expect(await estimate(world, option)).toMatchObject({ pricedFor: 'municipality', priceCents: 60_003 });
  // One that has no price of their own pays the price for everybody, not that of who comes after.
  const later = await estimate(world, optionOf({ payerPrices: payerPrices.slice(1) }));
  expect(later).toMatchObject({ priceCents: 52_665, ownCostCents: 0 });
  expect(later).not.toHaveProperty('pricedFor');
  const policy = { policyId: policyId(1), householdId: householdId(1), insurerId: 'insurer-2' };
  const shares = [{ form: 'F12', percent: 75 }];
  const from = { from: '2026-01-01', until: '2027-01-01' };
  yes(await world.api().registerPolicy(RegisterPolicy.parse({ ...policy, shares, ...from }), call()));
  expect(await estimate(world, option)).toMatchObject({
    ...{ pricedFor: 'insurer', priceCents: 54_999, ownCostCents: 0, coverage: 'covered' },
    lines: [
      { payer: { id: 'insurer-2' }, amountCents: 41_250 },
      { payer: insurer, amountCents: 6874 },
      { payer: municipality, amountCents: 6875 },
    ],
  });
});

test('who shares can say no before the care is given; the caregiver still pays what was shown', async () => {
  const world = await createWorld();
  await share(world, 'half');
  const option = optionOf();
  for (const name of ['insurer', 'municipality', 'both']) await quote(world, name, option);
  expect(await declineBooking(world, insurer, 'unknown')).toMatchObject({ accepted: false });
  for (const [payer, name] of [
    [insurer, 'insurer'],
    [municipality, 'municipality'],
    [insurer, 'both'],
    [municipality, 'both'],
  ] as const) {
    expect(yes(await declineBooking(world, payer, name))).toMatchObject({ payer, claim: null });
  }
  await world.settled();
  expect(await give(world, 'insurer', option)).toEqual([{ kind: 'scheme', payer: municipality, amountCents: 52_665 }]);
  const pot = { kind: 'pot', id: 'default' };
  expect(await give(world, 'municipality', option)).toEqual([
    { kind: 'insurance', payer: insurer, amountCents: 26_332 },
    { kind: 'guarantee', payer: pot, amountCents: 26_333 },
  ]);
  expect(await give(world, 'both', option)).toEqual([{ kind: 'guarantee', payer: pot, amountCents: 52_665 }]);
});

const anyOption = fc
  .record({
    form: fc.constantFrom('F01', 'F03', 'F12', 'F19'),
    unit: fc.constantFrom('hour', 'part-day', 'night', 'visit'),
    quantity: fc.integer({ min: 1, max: 30 }).map((it) => it * 25),
    unitPriceCents: fc.integer({ min: 0, max: 30_001 }),
    payerPrices: fc.option(fc.subarray(payerPrices, { minLength: 1 }), { nil: undefined }),
    on: fc.integer({ min: -20, max: 330 }).map((days) => plusDays(monday, days)),
    bearer: fc.constantFrom('own', 'guarantee'),
    municipality: fc.constantFrom(hillegom, hillegom, rijswijk),
    ownAtMostCents: fc.option(fc.constantFrom(0, 1501), { nil: undefined }),
    providerId: fc.option(fc.constant(providerId(1)), { nil: undefined, freq: 6 }),
  })
  .map((differences) => optionOf(Object.fromEntries(Object.entries(differences).filter(([, it]) => it !== undefined))));

const award = (world: World, who: number, scheme: PublishScheme) =>
  awardOf(world, scheme, { who, startsOn: '2026-02-01', rateCents: 3301 });
const insure = async (world: World, who: number, insurerId: string, percent: number) => {
  const policy = { policyId: policyId(`${who}`), householdId: householdId(who), insurerId };
  const shares = [{ form: 'F12', percent }];
  yes(await world.api().registerPolicy(policyOf(percent, { ...policy, shares }), call()));
};
const tight = PublishScheme.parse({
  ...s01,
  rules: { ...s01.rules, cap: { kind: 'money', multiplier: 9 }, contributionCentsPerMonth: 1501 },
});

test('an estimate is the quote right after it, and care given as quoted is borne line by line as was shown', async () => {
  const world = await createWorld('2026-02-01T10:00:00Z');
  let who = 1;
  let shared = 0;
  // Each with a part of the year; where they overlap, the oldest counts.
  await share(world, 'third', { insurerPercent: 33, forms: ['F12', 'F19'], until: '2026-04-01' });
  await share(world, 'other', { insurerPercent: 1, forms: ['F12', 'F03'], from: '2026-03-01' });
  await share(world, 'place', { insurerId: 'insurer-2', insurerPercent: 99, municipality: rijswijk });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyOption, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      fc.option(
        fc.record({ insurerId: fc.constantFrom('insurer-1', 'insurer-2'), percent: fc.integer({ min: 1, max: 100 }) }),
        { nil: undefined },
      ),
      async (options, hasFirst, hasSecond, policy) => {
        who += 1;
        if (hasFirst) await award(world, who, tight);
        if (hasSecond) await award(world, who, s02);
        if (policy !== undefined) await insure(world, who, policy.insurerId, policy.percent);
        for (const [index, option] of options.entries()) {
          const name = `${who}/${index}`;
          const { priceCents, ...estimated } = await estimate(world, option, who);
          const { providerId: _, ...unsaid } = option;
          const alone = await estimate(world, unsaid, who);
          const quoted = await quote(world, name, option, who);
          expect(estimated).toEqual(quoted);
          const lines = await give(world, name, option, who);
          expect(lines).toEqual(quoted.lines);
          expect(lines.reduce((sum, it) => sum + it.amountCents, 0)).toBe(priceCents);
          expect(totalOf(lines, 'own', 'contribution')).toBe(quoted.ownCostCents);
          const now = await claimOf(world, name);
          expect(totalOf(now.lines, 'own', 'contribution')).toBeLessThanOrEqual(quoted.ownCostCents);
          // Nobody pays more because payers agreed to share.
          expect(quoted.ownCostCents).toBeLessThanOrEqual(alone.ownCostCents);
          if (quoted.coverage === 'covered' && alone.coverage !== 'covered') shared += 1;
        }
      },
    ),
    { numRuns: 80 },
  );
  // It is about what is shared: without any of it all of this would hold as well.
  expect(shared).toBeGreaterThan(0);
}, 60_000);
