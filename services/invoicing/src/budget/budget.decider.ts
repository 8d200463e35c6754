import type { BudgetView, OpenBudget, SpendBudget } from '@adempauze/contracts';
import { accept, type Decider, dayOf, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { BudgetEvent } from './budget.events.ts';

export type BudgetCommand =
  | { readonly type: 'OpenBudget'; readonly data: OpenBudget; readonly now: Instant }
  | { readonly type: 'SpendBudget'; readonly data: SpendBudget; readonly now: Instant };

export type BudgetState = {
  readonly budget: OpenBudget | undefined;
  readonly balanceCents: number;
  readonly spends: BudgetView['spends'];
};
export type BudgetRejection = Rejection<'already-exists' | 'budget-not-found' | 'budget-not-valid' | 'budget-exceeded'>;

export const budgetDecider: Decider<BudgetCommand, BudgetState, BudgetEvent, BudgetRejection> = {
  initialState: { budget: undefined, balanceCents: 0, spends: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'BudgetOpened': {
        const { openedAt: _, ...budget } = data;
        return { ...state, budget, balanceCents: data.amountCents };
      }
      case 'BudgetSpent': {
        const { spendId, amountCents, spentAt: at } = data;
        return {
          ...state,
          balanceCents: state.balanceCents - amountCents,
          spends: [...state.spends, { spendId, amountCents, at }],
        };
      }
    }
  },
  decide({ type, data, now }, { budget, balanceCents, spends }) {
    switch (type) {
      case 'OpenBudget':
        if (budget === undefined) return accept({ type: 'BudgetOpened', data: { ...data, openedAt: now } });
        return sameContent(budget, data) ? accept() : reject('already-exists');
      case 'SpendBudget': {
        if (budget === undefined) return reject('budget-not-found');
        const same = spends.find(({ spendId }) => spendId === data.spendId);
        if (same !== undefined) return same.amountCents === data.amountCents ? accept() : reject('already-exists');
        const today = dayOf(now);
        if (today < budget.from || today >= budget.until) {
          return reject('budget-not-valid', { from: budget.from, until: budget.until });
        }
        if (data.amountCents > balanceCents) return reject('budget-exceeded', { balanceCents });
        return accept({ type: 'BudgetSpent', data: { ...data, spentAt: now } });
      }
    }
  },
};

export const budgetView = ({ budget, balanceCents, spends }: BudgetState): BudgetView | undefined =>
  budget && { ...budget, balanceCents, spends };
