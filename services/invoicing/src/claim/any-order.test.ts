import {
  type ClaimView,
  Month,
  OpenBudget,
  PublishScheme,
  RecordCostSharing,
  RegisterPolicy,
} from '@adempauze/contracts';
import { derivedId, hourMs, plusMonths, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  bookingId,
  budgetId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  policyId,
  providerId,
  rijswijk,
  s01,
  spendId,
} from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';
import { totalOf } from './allocation.rules.ts';

afterEach(endWorlds);

/* Care, awards, policies, agreements, noes and month ends in any order, several of them at the same moment. */

const month = (text: string) => Month.parse(text);
const payers = [
  { kind: 'municipality', id: hillegom },
  { kind: 'insurer', id: 'insurer-1' },
  { kind: 'insurer', id: 'insurer-2' },
  { kind: 'municipality', id: rijswijk },
] as const;
const days = ['2026-01-15', '2026-01-31', '2026-02-10'] as const;
const cares = 4;

const care = fc.nat(cares - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), name: care }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('quote' as const), name: care }) },
  { weight: 7, arbitrary: fc.record({ type: fc.constant('decline' as const), name: care, who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('declineBooking' as const), name: care, who: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('award' as const),
      name: fc.nat(2),
      multiplier: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('policy' as const), name: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('share' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('bill' as const), name: fc.nat(1) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** Of each piece of care: what it costs, who would bear it, and what the caregiver was shown. */
const terms = fc.array(
  fc.record({
    on: fc.constantFrom(...days),
    unitPriceCents: fc.integer({ min: 1, max: 9999 }),
    bearer: fc.constantFrom('own', 'guarantee'),
    ownCostCents: fc.integer({ min: 0, max: 20_000 }),
  }),
  { minLength: cares, maxLength: cares },
);
type Terms = typeof terms extends fc.Arbitrary<(infer T)[]> ? T : never;

const act = async (world: World, it: Step, all: readonly Terms[], key: string): Promise<unknown> => {
  const api = world.api();
  switch (it.type) {
    case 'deliver': {
      const { on, ...of } = all[it.name] ?? { on: days[0] };
      return world.delivered(it.name, { ...of, deliveredOn: on });
    }
    case 'quote': {
      const { on, unitPriceCents, bearer } = all[it.name] ?? { on: days[0] };
      return world.quote(it.name, { on, unitPriceCents, bearer }, key);
    }
    case 'decline':
      return api.declineFunding(
        { deliveryId: deliveryId(it.name), payer: payers[it.who] ?? payers[0], reason: 'not-covered' },
        call(key),
      );
    case 'declineBooking':
      return api.declineFunding(
        { bookingId: bookingId(it.name), payer: payers[it.who] ?? payers[0], reason: 'other-payer' },
        call(key),
      );
    case 'award': {
      const schemeId = derivedId('any order', it.name);
      const scheme = PublishScheme.parse({
        ...{ ...s01, schemeId },
        rules: {
          ...{ ...s01.rules, cap: { kind: 'money', multiplier: it.multiplier } },
          contributionCentsPerMonth: it.name === 0 ? 1500 : 0,
        },
      });
      await api.publishScheme(scheme, call());
      return api.awardScheme(
        {
          ...{ schemeId: scheme.schemeId, householdId: householdId(1), startsOn: day('2026-01-20'), rateCents: 3300 },
          decidedBy: { accountId: 'officer', municipality: hillegom },
        },
        call(key),
      );
    }
    case 'policy': {
      const shares = [{ form: 'F19', percent: it.name === 0 ? 75 : 33 }];
      const policy = { policyId: policyId(it.name), householdId: householdId(1), insurerId: `insurer-${it.name + 1}` };
      return api.registerPolicy(
        RegisterPolicy.parse({ ...policy, shares, from: '2026-01-01', until: '2027-01-01' }),
        call(key),
      );
    }
    case 'share':
      return api.recordCostSharing(
        RecordCostSharing.parse({
          ...{ costSharingId: derivedId('any order'), name: 'Samen', municipality: hillegom, insurerId: 'insurer-1' },
          ...{
            insurerPercent: 50,
            forms: ['F19'],
            providerIds: [providerId(1)],
            from: '2026-02-01',
            until: '2027-01-01',
          },
        }),
        call(key),
      );
    case 'bill':
      return api.billMonth({ month: month(it.name === 0 ? '2026-01' : '2026-02') }, call(key));
  }
};

const setAside = async (world: World, asideCents: readonly (number | null)[]): Promise<void> => {
  const budget = OpenBudget.parse({
    ...{ budgetId: budgetId(1), municipality: rijswijk, holderAccountId: 'consultant-1', name: 'Vrij budget' },
    ...{ amountCents: 80_000, from: '2026-01-01', until: '2027-01-01' },
  });
  yes(await world.api().openBudget(budget, call()));
  for (const [name, amountCents] of asideCents.entries()) {
    if (amountCents === null) continue;
    const spend = { budgetId: budgetId(1), spendId: spendId(name), amountCents, bookingId: bookingId(name) };
    yes(await world.api().spendBudget(spend, call()));
  }
  await world.settled();
};

const sums = (lines: readonly { readonly key: string; readonly cents: number }[]) => {
  const all = new Map<string, number>();
  for (const { key, cents } of lines) all.set(key, (all.get(key) ?? 0) + cents);
  return Object.fromEntries([...all].filter(([, cents]) => cents !== 0).toSorted());
};

const checkClaim = ({ costCents, lines, allocations }: ClaimView, shownCents: number): void => {
  for (const one of [lines, ...allocations.map((it) => it.lines)]) {
    expect(totalOf(one, 'scheme', 'insurance', 'contribution', 'own', 'guarantee')).toBe(costCents);
    expect(totalOf(one, 'own', 'contribution')).toBeLessThanOrEqual(shownCents);
  }
  expect(allocations.at(-1)?.lines).toEqual(lines);
};

test('each cost is borne to the cent, the books balance, nobody pays more than was shown, and what is billed is what is owed', async () => {
  const scene = fc.record({
    all: terms,
    /** What the free budget of another municipality holds for each, before anything else. */
    asideCents: fc.array(fc.option(fc.integer({ min: 1, max: 20_000 })), { minLength: cares, maxLength: cares }),
    /** Or a month at any moment, and all of them once more at the end. */
    eachMonthOnce: fc.boolean(),
    // So that there is something to say no to.
    first: fc.subarray<Step>([
      { type: 'policy', name: 0 },
      { type: 'share' },
      ...[0, 1, 2].map((name) => ({ type: 'deliver' as const, name })),
    ]),
    steps: fc.array(fc.array(step, { minLength: 1, maxLength: 4, size: 'max' }), {
      ...{ minLength: 2, maxLength: 6, size: 'max' },
    }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ all, asideCents, eachMonthOnce, first, steps }) => {
      const world = await createWorld('2026-03-10T10:00:00Z');
      try {
        const toBill = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'].map(month);
        const billUpTo = async (now: string) => {
          while (toBill[0] !== undefined && toBill[0] < now.slice(0, 7)) {
            yes(await world.api().billMonth({ month: month(toBill.shift() ?? '') }, call()));
          }
        };
        await setAside(world, asideCents);
        for (const [round, together] of [first, ...steps].entries()) {
          world.setClock(plusMs(at('2026-03-10T10:00:00Z'), round * 9 * 24 * hourMs));
          if (eachMonthOnce) await billUpTo(world.clock());
          // At the same moment: whoever comes first, the outcome has to be right.
          await Promise.all(
            together
              .filter(({ type }) => type !== 'bill' || !eachMonthOnce)
              .map((it, n) => act(world, it, all, `${round} ${n}`)),
          );
        }
        for (const _ of ['what is quiet', 'what came of it']) {
          await world.settled();
          await world.runtime().nudge();
        }
        await world.settled();
        const now = plusMonths(day(world.clock().slice(0, 10)), 1);
        world.setClock(`${now}T10:00:00Z`);
        await billUpTo(now);
        const { items } = await world.api().listInvoices({ page: { first: 100 } });
        const billed = items.flatMap(({ item }) => item.lines.map((line) => ({ ...line, payer: item.payer })));
        const insurers = [first, ...steps]
          .flat()
          .flatMap((it) => (it.type === 'policy' ? [`insurer-${it.name + 1}`] : []));
        const budget = await world.api().findBudget({ budgetId: budgetId(1) });
        let costCents = 0;
        for (const [name, { ownCostCents }] of all.entries()) {
          const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
          const keptCents = budget?.spends.find((it) => it.spendId === spendId(name))?.amountCents ?? 0;
          const ofBudget = claim?.lines.filter(({ payer }) => payer.id === rijswijk);
          expect([name, keptCents]).toEqual([name, ofBudget ? totalOf(ofBudget, 'scheme') : (asideCents[name] ?? 0)]);
          if (claim === undefined) continue;
          // The pot bears nothing that is for an insurer who did not say no.
          const willing = insurers.filter((id) => !claim.declines.some(({ payer }) => payer.id === id));
          if (willing.length > 0 && totalOf(claim.lines, 'guarantee') >= 100) {
            expect(totalOf(claim.lines, 'insurance')).toBeGreaterThan(0);
          }
          costCents += claim.costCents;
          checkClaim(claim, ownCostCents);
          expect(
            sums(
              billed
                .filter((it) => it.deliveryId === deliveryId(name))
                .map(({ kind, payer, amountCents }) => ({ key: `${kind} ${payer.id}`, cents: amountCents })),
            ),
          ).toEqual(
            sums(
              claim.lines.map(({ kind, payer, amountCents }) => ({ key: `${kind} ${payer.id}`, cents: amountCents })),
            ),
          );
          expect(claim.fundingStatus).toBe('settled');
        }
        const { rows, balanced } = await world.api().trialBalance({});
        expect(balanced).toBe(true);
        for (const { account, debitCents, creditCents } of rows) {
          if (account.startsWith('receivable:')) expect([account, debitCents]).toEqual([account, creditCents]);
          if (account.startsWith('payable:')) expect(creditCents - debitCents).toBe(costCents);
        }
        for (const it of await world.api().listEntitlements({ householdId: householdId(1) })) {
          expect(it.usedCents).toBeLessThanOrEqual(it.capCents ?? 0);
        }
        expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
      } finally {
        await endWorlds();
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);
