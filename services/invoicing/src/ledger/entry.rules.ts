import type { FundingLine, Payer } from '@adempauze/contracts';
import { z } from 'zod';
import type { FundingChange } from '../claim/allocation.rules.ts';

/** One side of a posting. An event holds whole postings: its debits equal its credits. */
export const Entry = z.strictObject({ account: z.string(), debitCents: z.int().min(0), creditCents: z.int().min(0) });
export type Entry = z.infer<typeof Entry>;

const debit = (account: string, cents: number): Entry => ({ account, debitCents: cents, creditCents: 0 });
const credit = (account: string, cents: number): Entry => ({ account, debitCents: 0, creditCents: cents });

export const isBalanced = (entries: readonly Entry[]): boolean =>
  entries.reduce((sum, { debitCents, creditCents }) => sum + debitCents - creditCents, 0) === 0;

/** What a payer owes and was not billed for. A pot owes nothing: it is drawn on at once. */
const owedBy = ({ kind, id }: Payer): string => (kind === 'pot' ? `pot:${id}` : `receivable:${kind}:${id}`);

/** A settled delivery: each payer owes its lines, and the provider is owed the cost. */
export const entriesOfClaim = (lines: readonly FundingLine[], providerId: string): Entry[] => {
  const costCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
  if (costCents === 0) return [];
  const debits = lines.map(({ payer, amountCents }) => debit(owedBy(payer), amountCents));
  return [...debits, credit(`payable:provider:${providerId}`, costCents)];
};

/** A cost that is borne by others than before: who bears less is credited, who bears more is debited; the provider is not. */
export const entriesOfChange = (changes: readonly FundingChange[]): Entry[] =>
  changes.map(({ payer, amountCents }) =>
    amountCents < 0 ? credit(owedBy(payer), -amountCents) : debit(owedBy(payer), amountCents),
  );

/**
 * An invoice: what was owed is now billed; one below zero gives back. A pot's was drawn already, so its invoice moves
 * nothing.
 */
export const entriesOfInvoice = (payer: Payer, totalCents: number): Entry[] => {
  if (payer.kind === 'pot' || totalCents === 0) return [];
  const billed = `billed:${payer.kind}:${payer.id}`;
  return totalCents > 0
    ? [debit(billed, totalCents), credit(owedBy(payer), totalCents)]
    : [debit(owedBy(payer), -totalCents), credit(billed, -totalCents)];
};

/** Money that came into a pot. */
export const entriesOfPot = (potId: string, paidInCents: number): Entry[] =>
  paidInCents === 0 ? [] : [debit(`paid-in:${potId}`, paidInCents), credit(`pot:${potId}`, paidInCents)];
