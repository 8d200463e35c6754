import type { InvoiceId, InvoiceLine, InvoiceView, Month, Payer } from '@adempauze/contracts';
import { accept, type Decider, type Decision, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { z } from 'zod';
import { entriesOfInvoice, isBalanced } from '../ledger/entry.rules.ts';
import { type InvoiceEvent, linesPerEvent } from './invoice.events.ts';

export type InvoiceLineData = z.infer<typeof InvoiceLine>;

export type InvoiceCommand =
  | {
      readonly type: 'DraftLines';
      readonly data: {
        readonly invoiceId: InvoiceId;
        readonly payer: Payer;
        readonly month: Month;
        readonly sequence: number;
        /** At most `linesPerEvent`. */
        readonly lines: readonly InvoiceLineData[];
      };
      readonly now: Instant;
    }
  | { readonly type: 'IssueInvoice'; readonly data: { readonly number: string }; readonly now: Instant };

export type InvoiceState = {
  readonly status: 'absent' | 'draft' | 'issued';
  readonly head: { readonly invoiceId: InvoiceId; readonly payer: Payer; readonly month: Month } | undefined;
  readonly lines: ReadonlyMap<string, InvoiceLineData>;
  readonly number: string;
  readonly issuedAt: Instant | undefined;
};
export type InvoiceRejection = Rejection<'already-exists' | 'invoice-not-found'>;

/** A delivery has at most one line of a kind for a payer and division, so this names a line on that payer's invoices. */
export const lineKey = ({
  deliveryId,
  kind,
  correction,
}: Pick<InvoiceLineData, 'deliveryId' | 'kind' | 'correction'>) =>
  correction === undefined ? `${deliveryId}/${kind}` : `${deliveryId}/${kind}/${correction}`;

/** A line is on an invoice once, however often it is added; and nothing is added to one that was issued. */
export const invoiceDecider: Decider<InvoiceCommand, InvoiceState, InvoiceEvent, InvoiceRejection> = {
  initialState: { status: 'absent', head: undefined, lines: new Map(), number: '', issuedAt: undefined },
  evolve(state, { type, data }) {
    switch (type) {
      case 'InvoiceDrafted': {
        const { invoiceId, payer, month } = data;
        return { ...state, status: 'draft', head: { invoiceId, payer, month } };
      }
      case 'InvoiceLinesAdded': {
        const lines = new Map(state.lines);
        for (const line of data.lines) lines.set(lineKey(line), line);
        return { ...state, lines };
      }
      case 'InvoiceIssued':
        return { ...state, status: 'issued', number: data.number, issuedAt: data.issuedAt };
    }
  },
  decide({ type, data, now }, { status, head, lines, number }): Decision<InvoiceEvent, InvoiceRejection> {
    switch (type) {
      case 'DraftLines': {
        if (data.lines.length > linesPerEvent) throw new RangeError(`At most ${linesPerEvent} lines at once.`);
        const { invoiceId, payer, month, sequence } = data;
        const fresh = data.lines.filter((line) => !lines.has(lineKey(line)));
        if (fresh.length === 0) return accept();
        if (status === 'issued') return reject('already-exists');
        const added: InvoiceEvent = { type: 'InvoiceLinesAdded', data: { invoiceId, lines: [...fresh], addedAt: now } };
        if (status === 'draft') return accept(added);
        const drafted: InvoiceEvent = {
          type: 'InvoiceDrafted',
          data: { invoiceId, payer, month, sequence, draftedAt: now },
        };
        return accept<InvoiceEvent>(drafted, added);
      }
      case 'IssueInvoice': {
        if (head === undefined) return reject('invoice-not-found');
        if (status === 'issued') return data.number === number ? accept() : reject('already-exists');
        const totalCents = totalOfLines(lines.values());
        const entries = entriesOfInvoice(head.payer, totalCents);
        if (!isBalanced(entries)) throw new Error('The entries of an invoice do not balance.');
        return accept({
          type: 'InvoiceIssued',
          data: { ...head, number: data.number, totalCents, entries, issuedAt: now },
        });
      }
    }
  },
};

const totalOfLines = (lines: Iterable<InvoiceLineData>): number => {
  let totalCents = 0;
  for (const { amountCents } of lines) totalCents += amountCents;
  return totalCents;
};

/** The invoice as its payer sees it; undefined while it is a draft. */
export const invoiceView = ({ status, head, lines, number, issuedAt }: InvoiceState): InvoiceView | undefined =>
  status !== 'issued' || head === undefined || issuedAt === undefined
    ? undefined
    : { ...head, number, issuedAt, totalCents: totalOfLines(lines.values()), lines: [...lines.values()] };
