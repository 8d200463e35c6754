import type { BookingId, BudgetId, BudgetView, OpenBudget, SpendBudget } from '@adempauze/contracts';
import { accept, type Decider, dayOf, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { BudgetEvent } from './budget.events.ts';

export type BudgetCommand =
  | { readonly type: 'OpenBudget'; readonly data: OpenBudget; readonly now: Instant }
  | { readonly type: 'SpendBudget'; readonly data: SpendBudget; readonly now: Instant }
  /** Of what was set aside for a booking, only so much is kept; nothing happens when it was asked for more since `turn`. */
  | {
      readonly type: 'ReleaseSpends';
      readonly data: {
        readonly budgetId: BudgetId;
        readonly bookingId: BookingId;
        readonly keepCents: number;
        readonly turn?: number;
      };
      readonly now: Instant;
    }
  /** As much of what was once set aside for a booking is spent on it as `wantCents`, or as is still there. */
  | {
      readonly type: 'TakeAgain';
      readonly data: {
        readonly budgetId: BudgetId;
        readonly bookingId: BookingId;
        readonly wantCents: number;
        readonly turn: number;
      };
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
  /** By booking: the last turn in which it was asked for more. */
  readonly turns: ReadonlyMap<string, number>;
};
export type BudgetRejection = Rejection<
  'already-exists' | 'budget-not-found' | 'budget-not-valid' | 'budget-exceeded' | 'budget-is-bound'
>;

export const budgetDecider: Decider<BudgetCommand, BudgetState, BudgetEvent, BudgetRejection> = {
  initialState: { budget: undefined, balanceCents: 0, spends: [], turns: new Map() },
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
          ...inTurn(state, data),
          balanceCents: state.balanceCents + releasedCents,
          spends: state.spends.map((it) => (it.spendId === spendId ? { ...it, amountCents: leftCents } : it)),
        };
      }
      case 'SpendsTakenAgain': {
        const amounts = new Map(data.spends.map((it) => [it.spendId, it.amountCents]));
        return {
          ...inTurn(state, data),
          balanceCents: state.balanceCents - data.takenCents,
          spends: state.spends.map((it) => ({ ...it, amountCents: amounts.get(it.spendId) ?? it.amountCents })),
        };
      }
      case 'SpendsKept':
        return inTurn(state, data);
    }
  },
  decide({ type, data, now }, { budget, balanceCents, spends, turns }) {
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
      case 'ReleaseSpends': {
        const { budgetId, bookingId, turn } = data;
        const isNew = turn !== undefined && turn > lastTurn(turns, bookingId);
        // Said of a division that is not the last: it may have asked for more by now.
        if (turn !== undefined && turn < lastTurn(turns, bookingId)) return accept();
        const releases = releasesOf(spends, data, now);
        if (releases.length > 0 || !isNew) return accept<BudgetEvent>(...releases);
        // A question of before, which somebody may still be about to ask, takes nothing.
        return accept({ type: 'SpendsKept', data: { budgetId, bookingId, turn, keptAt: now } });
      }
      case 'TakeAgain':
        if (budget === undefined) return reject('budget-not-found');
        if (data.turn <= lastTurn(turns, data.bookingId)) return accept();
        return accept(takenAgain(spends, balanceCents, data, now));
    }
  },
};

const lastTurn = (turns: BudgetState['turns'], bookingId: BookingId): number => turns.get(bookingId) ?? 0;
const inTurn = (
  state: BudgetState,
  { bookingId, turn }: { readonly bookingId: BookingId; readonly turn?: number | undefined },
): BudgetState => (turn === undefined ? state : { ...state, turns: new Map(state.turns).set(bookingId, turn) });

/** The first spends are kept first. */
const releasesOf = (
  spends: readonly Spend[],
  { budgetId, bookingId, keepCents, turn = 0 }: Extract<BudgetCommand, { type: 'ReleaseSpends' }>['data'],
  now: Instant,
): BudgetEvent[] => {
  let keepable = keepCents;
  return spends.flatMap((it): BudgetEvent[] => {
    if (it.bookingId !== bookingId) return [];
    const leftCents = Math.min(it.amountCents, keepable);
    keepable -= leftCents;
    const releasedCents = it.amountCents - leftCents;
    if (releasedCents === 0) return [];
    const about = { budgetId, spendId: it.spendId, bookingId, ...(turn === 0 ? {} : { turn }) };
    return [{ type: 'SpendReleased', data: { ...about, releasedCents, leftCents, releasedAt: now } }];
  });
};

/** The first spends are filled up first, none beyond what its holder once spent. */
const takenAgain = (
  spends: readonly Spend[],
  balanceCents: number,
  { budgetId, bookingId, wantCents, turn }: Extract<BudgetCommand, { type: 'TakeAgain' }>['data'],
  now: Instant,
): BudgetEvent => {
  const mine = spends.filter((it) => it.bookingId === bookingId);
  const heldCents = mine.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const mostCents = Math.min(balanceCents, Math.max(0, wantCents - heldCents));
  let leftCents = mostCents;
  const filled = mine.flatMap(({ spendId, amountCents, askedCents }) => {
    const moreCents = Math.min(leftCents, askedCents - amountCents);
    leftCents -= moreCents;
    return moreCents === 0 ? [] : [{ spendId, amountCents: amountCents + moreCents }];
  });
  const takenCents = mostCents - leftCents;
  return { type: 'SpendsTakenAgain', data: { budgetId, bookingId, turn, spends: filled, takenCents, takenAt: now } };
};

/** What is spent on a booking, now. */
export const heldFor = ({ spends }: BudgetState, bookingId: BookingId): number =>
  spends.reduce((sum, it) => (it.bookingId === bookingId ? sum + it.amountCents : sum), 0);

export const budgetView = ({ budget, balanceCents, spends }: BudgetState): BudgetView | undefined =>
  budget && {
    ...{ ...budget, balanceCents },
    spends: spends
      .filter(({ amountCents }) => amountCents > 0)
      .map(({ spendId, amountCents, at }) => ({ spendId, amountCents, at })),
  };
