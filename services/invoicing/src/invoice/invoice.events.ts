import { InvoiceId, InvoiceLine, Month, Payer } from '@adempauze/contracts';
import { derivedId, event, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { Entry } from '../ledger/entry.rules.ts';

/** What one payer is billed for one month. Drafted in parts, since a municipality may have very many lines, then issued. */
export const InvoiceEvent = z.discriminatedUnion('type', [
  event('InvoiceDrafted', {
    invoiceId: InvoiceId,
    payer: Payer,
    month: Month,
    /** 1, or more for what was settled after the month was billed. */
    sequence: z.int().min(1),
    draftedAt: Instant,
  }),
  event('InvoiceLinesAdded', { invoiceId: InvoiceId, lines: z.array(InvoiceLine).min(1), addedAt: Instant }),
  event('InvoiceIssued', {
    invoiceId: InvoiceId,
    payer: Payer,
    month: Month,
    number: z.string(),
    totalCents: z.int(),
    entries: z.array(Entry),
    issuedAt: Instant,
  }),
]);
export type InvoiceEvent = z.infer<typeof InvoiceEvent>;

/** One payer's first, second and further invoice of a month: always the same ids. */
export const invoiceIdOf = (payer: Payer, month: string, sequence: number): InvoiceId =>
  InvoiceId.parse(derivedId('invoice', payer.kind, payer.id, month, sequence));

export const invoiceStream = (invoiceId: string) => `invoice-${invoiceId}`;

/** Lines in one event: some 400 bytes each, well under what an event may weigh. */
export const linesPerEvent = 400;
