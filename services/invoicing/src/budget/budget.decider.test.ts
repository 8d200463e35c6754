import { OpenBudget } from '@adempauze/contracts';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, budgetId, hillegom, spendId } from '../invoicing.fixtures.ts';
import { type BudgetCommand, budgetDecider, budgetView } from './budget.decider.ts';
import type { BudgetEvent } from './budget.events.ts';

const budget = OpenBudget.parse({
  budgetId: budgetId(1),
  municipality: hillegom,
  holderAccountId: 'consultant-1',
  name: 'Vrij budget mantelzorg',
  amountCents: 1_000_000,
  from: '2027-01-01',
  until: '2028-01-01',
});
const now = at('2027-03-01T10:00:00Z');
const opened: BudgetEvent = { type: 'BudgetOpened', data: { ...budget, openedAt: now } };
const spend = (name: string, amountCents: number, when = now): BudgetCommand => ({
  type: 'SpendBudget',
  data: { budgetId: budgetId(1), spendId: spendId(name), amountCents },
  now: when,
});
const spent = (name: string, amountCents: number): BudgetEvent => ({
  type: 'BudgetSpent',
  data: { budgetId: budgetId(1), spendId: spendId(name), amountCents, spentAt: now },
});
const given = deciderSpec(budgetDecider);

test('A12: 180 is spent without approval, and of two spends of 9,000 only the first fits', () => {
  given(opened).when(spend('a', 18_000)).then(spent('a', 18_000)).twiceIsOnce();
  given(opened, spent('a', 18_000)).when(spend('b', 900_000)).then(spent('b', 900_000));
  given(opened, spent('a', 18_000), spent('b', 900_000))
    .when(spend('c', 900_000))
    .thenRejected('budget-exceeded', { balanceCents: 82_000 });
});

test('a budget is spent to the last cent, and only while it is valid', () => {
  given(opened).when(spend('all', 1_000_000)).then(spent('all', 1_000_000));
  given(opened)
    .when(spend('a', 1, at('2026-12-31T22:59:59Z')))
    .thenRejected('budget-not-valid');
  given(opened)
    .when(spend('a', 1, at('2027-12-31T23:00:00Z')))
    .thenRejected('budget-not-valid');
  given().when(spend('a', 1)).thenRejected('budget-not-found');
});

test('opened twice is one budget, and an id is not used for something else', () => {
  given().when({ type: 'OpenBudget', data: budget, now }).then(opened).twiceIsOnce();
  given(opened)
    .when({ type: 'OpenBudget', data: { ...budget, amountCents: 1 }, now })
    .thenRejected('already-exists');
  given(opened, spent('a', 5)).when(spend('a', 6)).thenRejected('already-exists');
});

test('the balance is what was opened minus what was spent, and never below zero', () => {
  const spends = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 400_000 })), {
    maxLength: 20,
    size: 'max',
  });
  fc.assert(
    fc.property(spends, (asked) => {
      let state = budgetDecider.evolve(budgetDecider.initialState, opened);
      for (const [name, amountCents] of asked) {
        const decision = budgetDecider.decide(spend(String(name), amountCents), state);
        if (decision.accepted) state = decision.events.reduce(budgetDecider.evolve, state);
        const view = budgetView(state);
        const sum = view?.spends.reduce((total, it) => total + it.amountCents, 0) ?? 0;
        expect(view?.balanceCents).toBe(1_000_000 - sum);
        expect(view?.balanceCents).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
