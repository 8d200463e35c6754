import type { InvoiceId, Month } from '@adempauze/contracts';
import { accept, type Decider, type Instant } from '@adempauze/kernel';
import type { InvoiceNumbersEvent } from './invoice-numbers.events.ts';

export type InvoiceNumbersCommand = {
  readonly type: 'TakeNumbers';
  readonly data: { readonly month: Month; readonly invoiceIds: readonly InvoiceId[] };
  readonly now: Instant;
};
export type InvoiceNumbersState = { readonly month: string; readonly taken: ReadonlyMap<string, number> };

/** A counter a month: no gaps, no number twice, and an invoice that asks again gets the number that it has. */
export const invoiceNumbersDecider: Decider<InvoiceNumbersCommand, InvoiceNumbersState, InvoiceNumbersEvent, never> = {
  initialState: { month: '', taken: new Map() },
  evolve({ taken }, { data: { month, invoiceIds } }) {
    const next = new Map(taken);
    for (const invoiceId of invoiceIds) next.set(invoiceId, next.size + 1);
    return { month, taken: next };
  },
  decide({ data: { month, invoiceIds }, now }, { taken }) {
    const fresh = [...new Set(invoiceIds)].filter((it) => !taken.has(it));
    return fresh.length === 0
      ? accept()
      : accept({ type: 'InvoiceNumbersTaken', data: { month, invoiceIds: fresh, takenAt: now } });
  },
};

/** `2027-05-12`: the twelfth invoice of May 2027. @throws RangeError when it took no number. */
export const numberOf = ({ month, taken }: InvoiceNumbersState, invoiceId: string): string => {
  const count = taken.get(invoiceId);
  if (count === undefined) throw new RangeError(`Invoice ${invoiceId} took no number.`);
  return `${month}-${count}`;
};
