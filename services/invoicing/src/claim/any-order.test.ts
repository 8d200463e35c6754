import type { ClaimView } from '@adempauze/contracts';
import { hourMs, plusMonths, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, budgetId, call, day, deliveryId, householdId } from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, yes } from '../world.fixtures.ts';
import { totalOf } from './allocation.rules.ts';
import {
  type Asides,
  act,
  budgets,
  cares,
  month,
  type Step,
  setAsideBefore,
  step,
  terms,
} from './any-order.fixtures.ts';

afterEach(endWorlds);

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

const centsOf = (amounts: readonly number[]) => amounts.reduce((sum, it) => sum + it, 0);
const asideBefore = (budget: 1 | 2) =>
  fc
    .array(fc.option(fc.integer({ min: 1, max: 20_000 })), { minLength: cares, maxLength: cares })
    .map((cents) => ({ budget, cents }));

/**
 * Out of which budget care is to be paid, and how much at most: the first that was named for it, without what a no has struck.
 * The second pays what its people gave, when it was named before that (`byTeam`, undefined where it is bound to nobody).
 */
const payingOf = (asides: Asides, claim: ClaimView, byTeam: boolean | undefined) => {
  // Not known here whether it was named in time.
  const second = asides.filter(({ budget }) => budget === 2);
  if (byTeam && second.length > 0 && !second.some(({ since }) => since < '2026-03-10T10')) return undefined;
  const open = asides.filter(({ budget, since }) => {
    const { municipality } = budgets[budget - 1] ?? budgets[0];
    const isStruck = claim.declines.some(({ payer, declinedAt }) => payer.id === municipality && since <= declinedAt);
    return !isStruck && (budget === 1 || byTeam !== false);
  });
  const [first] = open.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return (
    first && {
      budget: first.budget,
      cents: centsOf(open.filter(({ budget }) => budget === first.budget).map(({ cents }) => cents)),
    }
  );
};
const keyOf = ({ since, budget }: Asides[number]) => `${since} ${budgetId(budget)}`;

const cost = { on: '2026-01-15', unitPriceCents: 100, bearer: 'own', ownCostCents: 300, byTeam: true } as const;
const aside = (budget: 1 | 2) => ({ budget, cents: [null, null, 300, null] });
const deliver = (name: number) => ({ type: 'deliver' as const, name });
/** The second of both budgets after the no of the first, named before the care and bound to who gave it. */
const secondPays = {
  all: [cost, cost, cost, cost],
  before: [aside(1), aside(2)] satisfies [unknown, unknown],
  ...{ isReversed: false, isBound: true, held: [1], calm: [0], eachMonthOnce: false },
  first: [deliver(2)],
  steps: [[{ type: 'decline' as const, name: 2, who: 3 as const }], [deliver(0)]],
};

test('each cost is borne to the cent, the books balance, nobody pays more than was shown, and what is billed is what is owed', async () => {
  const scene = fc.record({
    all: terms,
    /** What free budgets of other municipalities hold for each, before anything else, the first that was named first. */
    before: fc.tuple(asideBefore(1), asideBefore(2)),
    isReversed: fc.boolean(),
    isBound: fc.boolean(),
    /** Rounds in which the lists take nothing in. */
    held: fc.uniqueArray(fc.nat(6), { maxLength: 4 }),
    /** Rounds of which all that came is done before the next. */
    calm: fc.uniqueArray(fc.nat(6), { maxLength: 4 }),
    /** Or a month at any moment, and all of them once more at the end. */
    eachMonthOnce: fc.boolean(),
    // So that there is something to say no to.
    first: fc.subarray<Step>(
      [
        { type: 'policy', name: 0 },
        { type: 'share' },
        ...[0, 1, 2].map((name) => ({ type: 'deliver' as const, name })),
      ],
      { minLength: 3 },
    ),
    steps: fc.array(fc.array(step, { minLength: 1, maxLength: 4, size: 'max' }), {
      ...{ minLength: 2, maxLength: 6, size: 'max' },
    }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ all, before, isReversed, isBound, held, calm, eachMonthOnce, first, steps }) => {
      const world = await createWorld('2026-03-10T08:00:00Z');
      try {
        const toBill = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'].map(month);
        const billUpTo = async (now: string) => {
          while (toBill[0] !== undefined && toBill[0] < now.slice(0, 7)) {
            yes(await world.api().billMonth({ month: month(toBill.shift() ?? '') }, call()));
          }
        };
        const asides = await setAsideBefore(world, isBound, isReversed ? before.toReversed() : before);
        let goOn: (() => void) | undefined;
        for (const [round, together] of [first, ...steps].entries()) {
          const isHeld = held.includes(round);
          if (!isHeld) goOn?.();
          goOn = isHeld ? (goOn ?? world.holdLists()) : undefined;
          world.setClock(plusMs(at('2026-03-10T10:00:00Z'), round * 9 * 24 * hourMs));
          // Which waits for the lists.
          if (eachMonthOnce && !isHeld) await billUpTo(world.clock());
          // At the same moment: whoever comes first, the outcome has to be right.
          await Promise.all(
            together
              .filter(({ type }) => type !== 'bill' || (!eachMonthOnce && !isHeld))
              .map((it, n) => act({ world, all, asides }, it, `${round} ${n}`)),
          );
          if (calm.includes(round) && !isHeld) await world.swept();
        }
        goOn?.();
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
        const left = await Promise.all(
          budgets.map(async (it) => {
            const found = await world.api().findBudget({ budgetId: budgetId(it.budget) });
            return { ...it, balanceCents: found?.balanceCents ?? 0, spends: found?.spends ?? [] };
          }),
        );
        let costCents = 0;
        for (const [name, { ownCostCents }] of all.entries()) {
          const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
          const mine = asides.filter((it) => it.name === name);
          for (const { budget, municipality, spends } of left) {
            const ofBudget = claim?.lines.filter(({ payer }) => payer.id === municipality) ?? [];
            const ids = new Set(mine.flatMap((it) => (it.budget === budget ? [it.spendId] : [])));
            const heldCents = centsOf(spends.filter((it) => ids.has(it.spendId)).map(({ amountCents }) => amountCents));
            const asideCents = centsOf(mine.filter((it) => it.budget === budget).map(({ cents }) => cents));
            expect([name, budget, heldCents]).toEqual([name, budget, claim ? totalOf(ofBudget, 'scheme') : asideCents]);
          }
          if (claim === undefined) continue;
          // The pot bears nothing that is for an insurer who did not say no.
          const willing = insurers.filter((id) => !claim.declines.some(({ payer }) => payer.id === id));
          if (willing.length > 0 && totalOf(claim.lines, 'guarantee') >= 100) {
            expect(totalOf(claim.lines, 'insurance')).toBeGreaterThan(0);
          }
          costCents += claim.costCents;
          checkClaim(claim, ownCostCents);
          // No money lies there that was set aside for care that the caregiver or the pot pays.
          const paying = payingOf(mine, claim, isBound ? all[name]?.byTeam : undefined);
          const ofPaying = left.find(({ budget }) => budget === paying?.budget);
          if (paying && ofPaying && ofPaying.balanceCents > 0 && totalOf(claim.lines, 'own', 'guarantee') > 0) {
            const borne = claim.lines.filter(({ payer }) => payer.id === ofPaying.municipality);
            expect([name, paying.budget, totalOf(borne, 'scheme')]).toEqual([name, paying.budget, paying.cents]);
          }
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
    { numRuns: 40, examples: [[secondPays]] },
  );
}, 120_000);
