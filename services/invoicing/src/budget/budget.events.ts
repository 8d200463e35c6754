import { BookingId, BudgetId, FormId, OpenBudget, SpendId } from '@adempauze/contracts';
import { event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** How often who bears the care had changed by then; what was asked before that comes too late. Absent: the first time. */
const turn = z.int().min(1);

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
    turn: turn.optional(),
    releasedAt: Instant,
  }),
  /** The care costs its funders more than was thought: of what was released as much is spent on it again as is still there. */
  event('SpendsTakenAgain', {
    budgetId: BudgetId,
    bookingId: BookingId,
    turn,
    /** What of each stays spent now; none where the budget is empty. */
    spends: z.array(z.strictObject({ spendId: SpendId, amountCents: PriceCents })),
    takenCents: PriceCents,
    takenAt: Instant,
  }),
  /** Who bears the care changed, and all that is spent on it stays spent. */
  event('SpendsKept', { budgetId: BudgetId, bookingId: BookingId, turn, keptAt: Instant }),
]);
export type BudgetEvent = z.infer<typeof BudgetEvent>;

export const budgetStream = (budgetId: string) => `budget-${budgetId}`;
