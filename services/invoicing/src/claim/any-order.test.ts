import { type ClaimView, Month, PublishScheme, RecordCostSharing, RegisterPolicy } from '@adempauze/contracts';
import { derivedId, hourMs, plusMonths, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  bookingId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  policyId,
  providerId,
  s01,
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
] as const;
const days = ['2026-01-15', '2026-01-31', '2026-02-10'] as const;
const cares = 4;

const care = fc.nat(cares - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), name: care }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('quote' as const), name: care }) },
  { weight: 7, arbitrary: fc.record({ type: fc.constant('decline' as const), name: care, who: fc.nat(2) }) },
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
    fc.asyncProperty(scene, async ({ all, first, steps }) => {
      const world = await createWorld('2026-03-10T10:00:00Z');
      try {
        for (const [round, together] of [first, ...steps].entries()) {
          world.setClock(plusMs(at('2026-03-10T10:00:00Z'), round * 9 * 24 * hourMs));
          // At the same moment: whoever comes first, the outcome has to be right.
          await Promise.all(together.map((it, n) => act(world, it, all, `${round} ${n}`)));
        }
        await world.settled();
        await world.runtime().nudge();
        await world.settled();
        const now = plusMonths(day(world.clock().slice(0, 10)), 1);
        world.setClock(`${now}T10:00:00Z`);
        for (let of = '2026-01'; of < now.slice(0, 7); of = plusMonths(day(`${of}-01`), 1).slice(0, 7)) {
          yes(await world.api().billMonth({ month: month(of) }, call()));
        }
        const { items } = await world.api().listInvoices({ page: { first: 100 } });
        const billed = items.flatMap(({ item }) => item.lines.map((line) => ({ ...line, payer: item.payer })));
        let costCents = 0;
        for (const [name, { ownCostCents }] of all.entries()) {
          const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
          if (claim === undefined) continue;
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
