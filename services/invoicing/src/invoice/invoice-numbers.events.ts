import { InvoiceId, Month } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** Which invoice has which number of a month: those of one event count on from the last one before it. */
export const InvoiceNumbersEvent = z.discriminatedUnion('type', [
  event('InvoiceNumbersTaken', { month: Month, invoiceIds: z.array(InvoiceId).min(1), takenAt: Instant }),
]);
export type InvoiceNumbersEvent = z.infer<typeof InvoiceNumbersEvent>;

export const invoiceNumbersStream = (month: string) => `invoice_numbers-${month}`;
