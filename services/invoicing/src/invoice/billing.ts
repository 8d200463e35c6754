import type { InvoiceId, InvoiceView, Month, Payer } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  ConflictError,
  dayOf,
  derivedId,
  monthOf,
  type Outcome,
} from '@adempauze/kernel';
import { type InvoiceCommand, type InvoiceLineData, type InvoiceState, lineKey } from './invoice.decider.ts';
import { invoiceIdOf, linesPerEvent } from './invoice.events.ts';
import { type InvoiceNumbersCommand, type InvoiceNumbersState, numberOf } from './invoice-numbers.decider.ts';

export type BillingDependencies = {
  readonly invoices: CommandHandler<InvoiceCommand, InvoiceState>;
  readonly numbers: CommandHandler<InvoiceNumbersCommand, InvoiceNumbersState>;
  /** Resolves once the lists below have everything that is settled now. */
  readonly caughtUp: () => Promise<unknown>;
  /** Earlier months in which there is still something to bill, the earliest first. */
  readonly monthsToBill: (before: Month) => readonly Month[];
  /** Who has lines of the month that are not billed, or an invoice that was drafted and not issued. */
  readonly payersToBill: (month: Month) => readonly Payer[];
  readonly linesToBill: (month: Month, payer: Payer) => readonly InvoiceLineData[];
  /** Payers who have invoices of the month. */
  readonly invoicesOf: (month: Month) => InvoiceView[];
  readonly clock: Clock;
};

/** Invoices that take their numbers together. */
const invoicesAtOnce = 500;
/** Times that a run that meets another one looks again. */
const attempts = 5;

/**
 * Bills a month: one invoice for each payer, and a further one for what was settled since. A payer's invoices of a
 * month form a chain (first, second, …). The next is only begun once the one before is issued and so can change no
 * more, and never takes a line that stands on one before: however many runs there are at once, each line is billed
 * exactly once. Lists may lag, the chain is read from its streams. What came into an earlier month after that was billed
 * is billed first, on further invoices of its own month: whoever bills each month once bills all that is owed.
 */
export const createBilling =
  ({ invoices, numbers, caughtUp, monthsToBill, payersToBill, linesToBill, invoicesOf, clock }: BillingDependencies) =>
  async ({ month }: { readonly month: Month }, context: CallContext): Promise<Outcome<InvoiceView[]>> => {
    if (monthOf(dayOf(clock())) <= month) return { accepted: false, rejection: { code: 'month-not-over', facts: {} } };
    await caughtUp();
    let position: string | undefined;
    for (const each of [...monthsToBill(month), month]) {
      const payers = payersToBill(each);
      for (let at = 0; at < payers.length; at += invoicesAtOnce) {
        position = (await bill(each, payers.slice(at, at + invoicesAtOnce), context)) ?? position;
      }
    }
    await caughtUp();
    return { accepted: true, position, value: invoicesOf(month) };

    async function bill(ofMonth: Month, some: readonly Payer[], call: CallContext): Promise<string | undefined> {
      const drafts = await inOrder(some, (payer) => draft(ofMonth, payer, call));
      const invoiceIds = drafts.filter((it) => it !== undefined);
      if (invoiceIds.length === 0) return undefined;
      const taken = await numbers.handle(
        ofMonth,
        { type: 'TakeNumbers', data: { month: ofMonth, invoiceIds }, now: clock() },
        { ...call, commandId: derivedId(call.commandId, 'numbers', ...invoiceIds) },
      );
      if (!taken.accepted) throw new Error('A number cannot be refused.');
      const { state } = taken.value;
      let last: string | undefined;
      await inOrder(invoiceIds, async (invoiceId) => {
        const issued = await invoices.handle(
          invoiceId,
          { type: 'IssueInvoice', data: { number: numberOf(state, invoiceId) }, now: clock() },
          { ...call, commandId: derivedId('issue', invoiceId) },
        );
        if (!issued.accepted) throw new Error(`An invoice could not be issued: ${issued.rejection.code}.`);
        if (issued.position !== undefined && (last === undefined || issued.position > last)) last = issued.position;
        invoices.forget(invoiceId);
      });
      return last;
    }

    /** Puts what is not billed on the payer's next invoice. Undefined when there is nothing. */
    async function draft(ofMonth: Month, payer: Payer, call: CallContext): Promise<InvoiceId | undefined> {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const { sequence, invoiceId, billed, drafted } = await endOfChain(ofMonth, payer);
        const lines = linesToBill(ofMonth, payer).filter((line) => !billed.has(lineKey(line)));
        if (lines.length === 0) return drafted ? invoiceId : undefined;
        if (await add(ofMonth, payer, sequence, invoiceId, lines, call)) return invoiceId;
        // Another run issued it meanwhile: what it left out belongs on the next one.
      }
      throw new ConflictError('Other runs kept billing the same payer.');
    }

    async function add(
      ofMonth: Month,
      payer: Payer,
      sequence: number,
      invoiceId: InvoiceId,
      lines: readonly InvoiceLineData[],
      call: CallContext,
    ): Promise<boolean> {
      for (let at = 0; at < lines.length; at += linesPerEvent) {
        const part = lines.slice(at, at + linesPerEvent);
        const outcome = await invoices.handle(
          invoiceId,
          { type: 'DraftLines', data: { invoiceId, payer, month: ofMonth, sequence, lines: part }, now: clock() },
          { ...call, commandId: derivedId('draft', invoiceId, ...part.map(lineKey)) },
        );
        if (!outcome.accepted) return false;
      }
      return true;
    }

    async function endOfChain(ofMonth: Month, payer: Payer) {
      const billed = new Set<string>();
      for (let sequence = 1; ; sequence += 1) {
        const invoiceId = invoiceIdOf(payer, ofMonth, sequence);
        const { status, lines } = (await invoices.load(invoiceId)).state;
        if (status !== 'issued') return { sequence, invoiceId, billed, drafted: status === 'draft' };
        for (const key of lines.keys()) billed.add(key);
        invoices.forget(invoiceId);
      }
    }
  };

/** A few at a time: appends of different streams share a commit. */
const inOrder = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 32) {
    results.push(...(await Promise.all(items.slice(at, at + 32).map(work))));
  }
  return results;
};
