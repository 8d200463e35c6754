import { type EntitlementId, EstimateCosts, QuoteBooking, ReviewEntitlement } from '@adempauze/contracts';
import { type Day, plusDays } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  bookingId,
  call,
  day,
  delft,
  hillegom,
  householdId,
  policyId,
  policyOf,
  rijswijk,
  s01,
  s02,
} from '../invoicing.fixtures.ts';
import { awardOf, createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

type Option = EstimateCosts['options'][number];
const monday = day('2026-03-02');
const optionOf = (differences: object = {}): Option =>
  EstimateCosts.shape.options.element.parse({
    ...{ form: 'F05', unit: 'hour', quantity: 400, unitPriceCents: 2300, on: monday, bearer: 'own' },
    municipality: hillegom,
    ...differences,
  });
const payerPrices = [
  { payer: 'municipality', unitPriceCents: 2700 },
  { payer: 'insurer', unitPriceCents: 2500 },
  { payer: 'caregiver', unitPriceCents: 2000 },
];

/** Household 1, unless another is named. */
const estimate = (world: World, ...options: Option[]) => estimateFor(world, 1, options);
const estimateFor = (world: World, who: number, options: Option[]) =>
  world.api().estimateCosts({ householdId: householdId(who), options });
const quoteOf = async (world: World, name: string | number, option: Option, who = 1) =>
  yes(
    await world.api().quoteBooking(
      QuoteBooking.parse({
        ...{ ...option, bookingId: bookingId(name), householdId: householdId(who) },
        reservedUntil: '2026-12-31T00:00:00Z',
      }),
      call(`quote ${name}`),
    ),
  );
const insure = async (world: World, form = 'F05', percent = 75, who = 1) => {
  const policy = { policyId: policyId(`${form} ${who}`), householdId: householdId(who), insurerId: 'zekerzorg' };
  const shares = [{ form, percent }];
  return yes(await world.api().registerPolicy(policyOf(percent, { ...policy, shares }), call()));
};
const award = (world: World, scheme: typeof s01, who = 1) => awardOf(world, scheme, { who, startsOn: '2026-02-01' });
/** The municipality ends an award after all, from a day on (S11). */
const end = async (world: World, { entitlementId }: { entitlementId: EntitlementId }, endsOn: Day) =>
  yes(
    await world.api().reviewEntitlement(
      ReviewEntitlement.parse({
        ...{ entitlementId, endsOn, reason: 'not-eligible' },
        decidedBy: { accountId: 'officer', municipality: hillegom },
      }),
      call(),
    ),
  );

test('A13: what the own cost would be, before anything is booked; nothing is written', async () => {
  const world = await createWorld();
  expect(await estimate(world, optionOf(), optionOf({ bearer: 'guarantee' }))).toMatchObject([
    { ownCostCents: 9200, coverage: 'unknown', priceCents: 9200 },
    { ownCostCents: 0, coverage: 'unknown', priceCents: 9200 },
  ]);
  await insure(world);
  const head = async () => (await world.parts().store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const before = await head();
  const [covered, other] = await estimate(world, optionOf(), optionOf({ form: 'F03' }));
  expect(covered).toMatchObject({ ownCostCents: 2300, coverage: 'partly', priceCents: 9200 });
  expect(covered?.lines).toMatchObject([
    { kind: 'insurance', amountCents: 6900 },
    { kind: 'own', amountCents: 2300 },
  ]);
  expect(other).toMatchObject({ ownCostCents: 9200, coverage: 'not', priceCents: 9200 });
  expect(await head()).toBe(before);
});

test('whoever pays first, their price counts where they have one of their own (S48)', async () => {
  const world = await createWorld();
  const asked = [optionOf({ payerPrices }), optionOf({ payerPrices, bearer: 'guarantee' }), optionOf()];
  expect(await estimate(world, ...asked)).toMatchObject([
    { pricedFor: 'caregiver', priceCents: 8000, ownCostCents: 8000 },
    { priceCents: 9200, ownCostCents: 0 },
    { priceCents: 9200, ownCostCents: 9200 },
  ]);
  await insure(world);
  const [insured, guaranteed, one] = await estimate(world, ...asked);
  expect(insured).toMatchObject({ pricedFor: 'insurer', priceCents: 10_000, ownCostCents: 2500 });
  expect(guaranteed).toMatchObject({ pricedFor: 'insurer', priceCents: 10_000, ownCostCents: 0 });
  expect(one).not.toHaveProperty('pricedFor');
  // An insurer without a price of its own: the price for everybody, not that of the caregiver.
  const [only] = await estimate(world, optionOf({ payerPrices: payerPrices.slice(2) }));
  expect(only).toMatchObject({ priceCents: 9200, ownCostCents: 2300 });
  expect(only).not.toHaveProperty('pricedFor');

  await award(world, s01);
  const help = optionOf({ form: 'F03', payerPrices });
  expect((await estimate(world, help))[0]).toMatchObject({ pricedFor: 'municipality', ownCostCents: 0 });
  // What was quoted keeps its price when it is asked again.
  const quoted = await quoteOf(world, 'one', help);
  expect(quoted).toMatchObject({ pricedFor: 'municipality', lines: [{ amountCents: 10_800 }] });
  expect(await quoteOf(world, 'one', optionOf({ form: 'F03' }))).toEqual(quoted);
});

test('an entitlement without room leaves the price to the next who pays', async () => {
  const world = await createWorld();
  await award(world, s02);
  await insure(world, 'F19', 50);
  const help = optionOf({ form: 'F19', quantity: 300, municipality: rijswijk, payerPrices });
  expect(await quoteOf(world, 'first', help)).toMatchObject({ pricedFor: 'municipality', ownCostCents: 2100 });
  const [full, elsewhere] = await estimate(world, help, { ...help, municipality: delft });
  expect(full).toMatchObject({ pricedFor: 'insurer', priceCents: 7500, ownCostCents: 3750 });
  expect(full?.refusals).toMatchObject([{ code: 'scheme-week-full' }]);
  expect(elsewhere).toMatchObject({ pricedFor: 'insurer', refusals: [{ code: 'scheme-outside-area' }] });
});

const anyOption = fc
  .record({
    form: fc.constantFrom('F01', 'F03', 'F05', 'F19', 'F23'),
    unit: fc.constantFrom('hour', 'part-day', 'night', 'visit'),
    quantity: fc.integer({ min: 1, max: 40 }).map((it) => it * 25),
    unitPriceCents: fc.integer({ min: 0, max: 9000 }),
    payerPrices: fc.option(fc.subarray(payerPrices, { minLength: 1 }), { nil: undefined }),
    on: fc.integer({ min: -20, max: 400 }).map((days) => plusDays(monday, days)),
    bearer: fc.constantFrom('own', 'guarantee'),
    municipality: fc.constantFrom(hillegom, rijswijk, delft),
    ownAtMostCents: fc.option(fc.constantFrom(0, 1500), { nil: undefined }),
  })
  .map(({ payerPrices: prices, ownAtMostCents, ...rest }) =>
    optionOf({
      ...rest,
      ...(prices === undefined ? {} : { payerPrices: prices }),
      ...(ownAtMostCents === undefined ? {} : { ownAtMostCents }),
    }),
  );

test('an estimate is the quote that is given right after it, whatever was booked before', async () => {
  const world = await createWorld('2026-02-01T10:00:00Z');
  let who = 1;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyOption, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      fc.option(fc.record({ at: fc.nat(6), days: fc.integer({ min: -20, max: 60 }) }), { nil: undefined }),
      async (options, hasPolicy, hasSchemes, review) => {
        who += 1;
        if (hasPolicy) await insure(world, 'F19', 60, who);
        if (hasPolicy) await insure(world, 'F05', 75, who);
        const awarded = hasSchemes ? await award(world, s01, who) : undefined;
        if (hasSchemes) await award(world, s02, who);
        for (const [index, option] of options.entries()) {
          if (awarded && review?.at === index) await end(world, awarded, plusDays(monday, review.days));
          const [next] = await estimateFor(world, who, options.slice(index));
          const { priceCents, ...estimated } = next ?? { priceCents: undefined };
          const quoted = await quoteOf(world, `${who}/${index}`, option, who);
          expect(estimated).toEqual(quoted);
          expect(quoted.lines.reduce((sum, it) => sum + it.amountCents, 0)).toBe(priceCents);
        }
      },
    ),
    { numRuns: 150 },
  );
});
