import type { BookingId, BudgetId, BudgetView, OpenBudget, SpendBudget } from '@adempauze/contracts';
import { accept, type Decider, dayOf, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { BudgetEvent } from './budget.events.ts';

export type BudgetCommand =
  | { readonly type: 'OpenBudget'; readonly data: OpenBudget; readonly now: Instant }
  | { readonly type: 'SpendBudget'; readonly data: SpendBudget; readonly now: Instant }
  /** Of what was set aside for a booking, only so much is kept. */
  | {
      readonly type: 'ReleaseSpends';
      readonly data: { readonly budgetId: BudgetId; readonly bookingId: BookingId; readonly keepCents: number };
      readonly now: Instant;
    };

type Spend = BudgetView['spends'][number] & {
  readonly bookingId: BookingId | undefined;
  /** As it was spent, whatever was released of it since. */
  readonly askedCents: number;
};

export type BudgetState = {
  readonly budget: OpenBudget | undefined;
  readonly balanceCents: number;
  readonly spends: readonly Spend[];
};
export type BudgetRejection = Rejection<
  'already-exists' | 'budget-not-found' | 'budget-not-valid' | 'budget-exceeded' | 'budget-is-bound'
>;

export const budgetDecider: Decider<BudgetCommand, BudgetState, BudgetEvent, BudgetRejection> = {
  initialState: { budget: undefined, balanceCents: 0, spends: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'BudgetOpened': {
        const { openedAt: _, ...budget } = data;
        return { ...state, budget, balanceCents: data.amountCents };
      }
      case 'BudgetSpent': {
        const { spendId, amountCents, bookingId, spentAt: at } = data;
        return {
          ...state,
          balanceCents: state.balanceCents - amountCents,
          spends: [...state.spends, { spendId, amountCents, at, bookingId, askedCents: amountCents }],
        };
      }
      case 'SpendReleased': {
        const { spendId, releasedCents, leftCents } = data;
        return {
          ...state,
          balanceCents: state.balanceCents + releasedCents,
          spends: state.spends.map((it) => (it.spendId === spendId ? { ...it, amountCents: leftCents } : it)),
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
        if (same !== undefined) return same.askedCents === data.amountCents ? accept() : reject('already-exists');
        if (budget.boundTo !== undefined && data.bookingId === undefined) return reject('budget-is-bound');
        const today = dayOf(now);
        if (today < budget.from || today >= budget.until) {
          return reject('budget-not-valid', { from: budget.from, until: budget.until });
        }
        if (data.amountCents > balanceCents) return reject('budget-exceeded', { balanceCents });
        return accept({ type: 'BudgetSpent', data: { ...data, spentAt: now } });
      }
      case 'ReleaseSpends':
        return accept<BudgetEvent>(...releasesOf(spends, data, now));
    }
  },
};

/** The first spends are kept first. */
const releasesOf = (
  spends: readonly Spend[],
  { budgetId, bookingId, keepCents }: Extract<BudgetCommand, { type: 'ReleaseSpends' }>['data'],
  now: Instant,
): BudgetEvent[] => {
  let keepable = keepCents;
  return spends.flatMap((it): BudgetEvent[] => {
    if (it.bookingId !== bookingId) return [];
    const leftCents = Math.min(it.amountCents, keepable);
    keepable -= leftCents;
    const releasedCents = it.amountCents - leftCents;
    if (releasedCents === 0) return [];
    const { spendId } = it;
    return [
      { type: 'SpendReleased', data: { budgetId, spendId, bookingId, releasedCents, leftCents, releasedAt: now } },
    ];
  });
};

export const budgetView = ({ budget, balanceCents, spends }: BudgetState): BudgetView | undefined =>
  budget && {
    ...{ ...budget, balanceCents },
    spends: spends
      .filter(({ amountCents }) => amountCents > 0)
      .map(({ spendId, amountCents, at }) => ({ spendId, amountCents, at })),
  };
