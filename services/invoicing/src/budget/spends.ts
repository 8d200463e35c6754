import type { BookingId, BudgetId, MunicipalityCode, OpenBudget } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock, Instant } from '@adempauze/kernel';
import type { BudgetCommand, BudgetState } from './budget.decider.ts';

/** What was set aside for a booking out of one free budget. */
export type SetAside = {
  readonly budgetId: BudgetId;
  readonly municipality: MunicipalityCode;
  readonly amountCents: number;
  /** The amount by when it was set aside. */
  readonly spends: readonly { readonly amountCents: number; readonly since: Instant }[];
  readonly boundTo: OpenBudget['boundTo'];
};

export type Spends = {
  /** What of a booking's cost a budget did not have to pay is in the budget again; again is harmless. */
  keepOnly(bookingId: BookingId, cents: number, callFor: (step: string) => CallContext): Promise<void>;
};

/** A booking that was not given, or cost less, leaves in the budget what was set aside for it. */
export const createSpends = ({
  budgets,
  setAsideFor,
  upToDate,
  clock,
}: {
  readonly budgets: CommandHandler<BudgetCommand, BudgetState>;
  readonly setAsideFor: (bookingId: BookingId) => SetAside | undefined;
  /** What was spent a moment ago is known. */
  readonly upToDate: () => Promise<unknown>;
  readonly clock: Clock;
}): Spends => ({
  async keepOnly(bookingId, cents, callFor) {
    await upToDate();
    const budgetId = setAsideFor(bookingId)?.budgetId;
    if (budgetId === undefined) return;
    const data = { budgetId, bookingId, keepCents: cents };
    await budgets.handle(budgetId, { type: 'ReleaseSpends', data, now: clock() }, callFor('budget'));
  },
});

/** Whether a budget pays for this delivery: one that is bound, only for its household and by its team (S09). */
export const paysFor = (
  { boundTo }: SetAside,
  { householdId, helperId }: { readonly householdId: string; readonly helperId?: string | undefined },
): boolean =>
  boundTo === undefined ||
  (boundTo.householdId === householdId && boundTo.helperIds.some((member) => member === helperId));
