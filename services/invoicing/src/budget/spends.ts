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

/** What care cost free budgets, as it is known by now. */
export type Kept = {
  readonly bookingId: BookingId;
  readonly cents: number;
  /** Where the care has a claim: how often who bears it had changed. A budget that heard of a later turn does nothing. */
  readonly turn?: number;
  /** Where the care has a claim that is paid out of it: nothing is kept in any other. */
  readonly budgetId?: BudgetId | undefined;
  /** Where the care has a claim: all that it knows, also those that it asked before. */
  readonly budgetIds?: readonly BudgetId[];
};

export type Spends = {
  /** What of a booking's cost a budget did not have to pay is in the budget again; again is harmless. */
  keepOnly(kept: Kept, callFor: (step: string) => CallContext): Promise<void>;
};

/** A booking that was not given, or cost less, leaves in the budget what was set aside for it. */
export const createSpends = ({
  budgets,
  setAsideFor,
  upToDate,
  clock,
}: {
  readonly budgets: CommandHandler<BudgetCommand, BudgetState>;
  readonly setAsideFor: (bookingId: BookingId) => readonly SetAside[];
  /** What was spent a moment ago is known. */
  readonly upToDate: () => Promise<unknown>;
  readonly clock: Clock;
}): Spends => ({
  async keepOnly({ bookingId, cents, turn, budgetId: paying, budgetIds: known }, callFor) {
    if (known === undefined) await upToDate();
    for (const budgetId of known ?? setAsideFor(bookingId).map((it) => it.budgetId)) {
      const keepCents = budgetId === paying ? cents : 0;
      const data = { budgetId, bookingId, keepCents, ...(turn === undefined ? {} : { turn }) };
      await budgets.handle(budgetId, { type: 'ReleaseSpends', data, now: clock() }, callFor(`budget ${budgetId}`));
    }
  },
});

/** Whether a budget pays for this delivery: one that is bound, only for its household and by its team (S09). */
export const paysFor = (
  boundTo: SetAside['boundTo'],
  { householdId, helperId }: { readonly householdId: string; readonly helperId?: string | undefined },
): boolean =>
  boundTo === undefined ||
  (boundTo.householdId === householdId && boundTo.helperIds.some((member) => member === helperId));
