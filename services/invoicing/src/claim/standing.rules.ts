import type { FundingDecline, Payer } from '@adempauze/contracts';
import type { ClaimBudget } from './claim.events.ts';

/* What a no leaves standing: all that came to be there after it, in the order in which it did. */

export const isSame = (a: Payer, b: Payer): boolean => a.kind === b.kind && a.id === b.id;
export const municipalityOf = (id: string): Payer => ({ kind: 'municipality', id });
export const insurerOf = (id: string): Payer => ({ kind: 'insurer', id });

/** Whether this payer said no after the source was there; a source that came since counts again. */
export const isDeclined = (declines: readonly FundingDecline[], payer: Payer, since?: string): boolean =>
  declines.some((it) => isSame(it.payer, payer) && (since === undefined || since <= it.declinedAt));

/** In the order in which they came to be there. */
export const oldestFirst = <T extends { readonly since?: string | undefined }>(
  all: readonly T[],
  idOf: (it: T) => string,
) => {
  const keyOf = (it: T) => `${it.since ?? ''} ${idOf(it)}`;
  return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
};

type Known = { readonly budgets: readonly ClaimBudget[]; readonly declines: readonly FundingDecline[] };

/** What was set aside and no no has struck, the first that was named for this care first. */
export const openSpends = ({ budgets, declines }: Known) => {
  const spends = budgets.flatMap(({ bound, amountCents, spends = [{ amountCents, since: undefined }], ...budget }) =>
    bound ? [] : spends.map((it) => ({ ...budget, ...it })),
  );
  const open = spends.filter(({ municipality, since }) => !isDeclined(declines, municipalityOf(municipality), since));
  return oldestFirst(open, ({ budgetId }) => budgetId);
};

/** Care is paid out of one free budget, that of the first of them, with all that is set aside there. */
export const payingBudget = (known: Known) => {
  const [first, ...others] = openSpends(known);
  if (first === undefined) return undefined;
  const { budgetId, municipality } = first;
  const more = others.filter((it) => it.budgetId === budgetId);
  return { budgetId, municipality, amountCents: more.reduce((sum, it) => sum + it.amountCents, first.amountCents) };
};
