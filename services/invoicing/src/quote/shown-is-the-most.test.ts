import { SchemeId } from '@adempauze/contracts';
import { derivedId, plusDays } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { totalOf } from '../claim/allocation.rules.ts';
import {
  bookingId,
  byMunicipality,
  call,
  day,
  deliveryId,
  hillegom,
  insurer,
  policyId,
  policyOf,
  s01,
  sharingOf,
} from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, endWorlds, linesOf, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* What the caregiver was shown before the yes is the most that she pays, whatever is agreed between that and the bill. */

const monday = day('2026-03-02');
const nights = { form: 'F12', unit: 'night', quantity: 300, unitPriceCents: 17_555 };
const share = async (world: World, name: string, differences: object = {}) => {
  yes(await world.api().recordCostSharing(sharingOf(name, differences), call()));
  await world.settled();
};
const quote = async (world: World, differences: object = {}) =>
  yes(await world.quote(1, { ...nights, on: monday, ...differences }));
const give = async (world: World, ownCostCents: number, differences: object = {}) => {
  await world.delivered(1, { ...nights, deliveredOn: monday, ownCostCents, ...differences });
  await world.swept();
};

test('an agreement that is recorded after the quote makes the caregiver pay less than was shown', async () => {
  const world = await createWorld('2026-03-01T10:00:00Z');
  const { ownCostCents } = await quote(world);
  expect(ownCostCents).toBe(52_665);
  await share(world, 'since');
  await give(world, ownCostCents);
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 26_332],
    ['scheme', hillegom, 26_333],
  ]);
});

test('care that is moved beyond the end of an agreement costs the caregiver nothing, as was shown: the pot bears it', async () => {
  const world = await createWorld('2026-03-01T10:00:00Z');
  await share(world, 'until april', { until: '2026-04-01' });
  const { ownCostCents } = await quote(world, { on: '2026-03-31' });
  expect(ownCostCents).toBe(0);
  await give(world, ownCostCents, { deliveredOn: '2026-04-01' });
  expect(await linesOf(world, 1)).toEqual([['guarantee', 'default', 52_665]]);
});

test('other parties and other percentages since the quote are between the parties', async () => {
  const world = await createWorld('2026-03-01T10:00:00Z');
  await share(world, 'half', { from: '2026-02-01' });
  const { ownCostCents } = await quote(world);
  await share(world, 'older', { insurerId: 'insurer-2', insurerPercent: 10 });
  await give(world, ownCostCents);
  expect(ownCostCents).toBe(0);
  expect((await linesOf(world, 1)).map(([kind]) => kind)).toEqual(['insurance', 'scheme']);
});

const anyAgreement = fc.record({
  insurerId: fc.constantFrom('insurer-1', 'insurer-2'),
  insurerPercent: fc.integer({ min: 1, max: 99 }),
  from: fc.constantFrom('2026-01-01', '2026-03-01', '2026-03-03'),
  until: fc.constantFrom('2026-03-03', '2026-03-20', '2027-01-01'),
});
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('share' as const), of: anyAgreement }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('no' as const), who: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('insure' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('award' as const) }) },
);
const payers = [byMunicipality(hillegom), insurer, { kind: 'insurer', id: 'insurer-2' }] as const;
const scheme = { ...s01, rules: { ...s01.rules, coveredForms: ['F12' as const], countedForms: [] } };

test('whatever is agreed, refused, awarded and moved before and after the quote, nobody pays more than was shown', async () => {
  let sharedSince = 0;
  const scene = fc.record({
    before: fc.array(change, { maxLength: 2 }),
    since: fc.array(change, { maxLength: 4 }),
    afterwards: fc.array(change, { maxLength: 3 }),
    bearer: fc.constantFrom('own', 'own', 'guarantee'),
    movedDays: fc.constantFrom(0, 0, 1, 30),
    contributionCents: fc.constantFrom(0, 1500),
    unitPriceCents: fc.integer({ min: 1, max: 30_000 }),
    dearerCents: fc.constantFrom(0, 0, 333),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ before, since, afterwards, bearer, movedDays, contributionCents, ...price }) => {
      const world = await createWorld('2026-03-01T10:00:00Z');
      try {
        let count = 0;
        const make = async (it: (typeof before)[number]) => {
          count += 1;
          world.setClock(`2026-03-01T${10 + count}:00:00Z`);
          switch (it.type) {
            case 'share':
              if (it.of.from < it.of.until) await share(world, `agreement ${count}`, it.of);
              return;
            case 'no': {
              const payer = payers[it.who] ?? insurer;
              for (const about of [{ bookingId: bookingId(1) }, { deliveryId: deliveryId(1) }]) {
                await world.api().declineFunding({ ...about, payer, reason: 'not-covered' }, call());
              }
              return;
            }
            case 'insure': {
              const policy = { policyId: policyId(count), shares: [{ form: 'F12', percent: it.percent }] };
              yes(await world.api().registerPolicy(policyOf(it.percent, policy), call()));
              return;
            }
            case 'award': {
              const rules = { ...scheme.rules, contributionCentsPerMonth: contributionCents };
              const schemeId = SchemeId.parse(derivedId('shown', count));
              await awardOf(world, { ...scheme, schemeId, rules });
            }
          }
        };
        for (const it of before) await make(it);
        const { unitPriceCents, dearerCents } = price;
        const { ownCostCents, coverage } = await quote(world, { bearer, unitPriceCents });
        for (const it of since) await make(it);
        await give(world, ownCostCents, {
          ...{ bearer, deliveredOn: plusDays(monday, movedDays), unitPriceCents: unitPriceCents + dearerCents },
        });
        for (const it of afterwards) await make(it);
        await world.swept();
        const { allocations, costCents } = await claimOf(world, 1);
        for (const { lines } of allocations) {
          expect(totalOf(lines, 'own', 'contribution')).toBeLessThanOrEqual(ownCostCents);
          expect(lines.reduce((sum, { amountCents }) => sum + amountCents, 0)).toBe(costCents);
        }
        const [first] = allocations;
        if (coverage === 'unknown' && ownCostCents > 0 && first && totalOf(first.lines, 'own') === 0) sharedSince += 1;
      } finally {
        await endWorlds();
      }
    }),
    { numRuns: 25 },
  );
  expect(sharedSince).toBeGreaterThan(0);
}, 60_000);
