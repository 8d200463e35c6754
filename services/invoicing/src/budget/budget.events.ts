import { BookingId, BudgetId, FormId, OpenBudget, SpendId } from '@adempauze/contracts';
import { event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** A free budget (S07, S08): its holder spends up to the balance, nobody approves (R43). */
export const BudgetEvent = z.discriminatedUnion('type', [
  event('BudgetOpened', { ...OpenBudget.shape, openedAt: Instant }),
  event('BudgetSpent', {
    budgetId: BudgetId,
    spendId: SpendId,
    amountCents: PriceCents,
    form: FormId.optional(),
    bookingId: BookingId.optional(),
    spentAt: Instant,
  }),
  /** The care cost less than was set aside for it, or was not given. `leftCents` stays spent. */
  event('SpendReleased', {
    budgetId: BudgetId,
    spendId: SpendId,
    bookingId: BookingId,
    releasedCents: PriceCents,
    leftCents: PriceCents,
    releasedAt: Instant,
  }),
]);
export type BudgetEvent = z.infer<typeof BudgetEvent>;

export const budgetStream = (budgetId: string) => `budget-${budgetId}`;
