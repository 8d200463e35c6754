import type { IntegrationEventOf } from '@adempauze/contracts';
import type { Draft, Publication } from '@adempauze/event-bus';
import { isStoredEvent } from '../stored-event.ts';

type OurEvent = IntegrationEventOf<
  'invoicing.delivery-settled.v1' | 'invoicing.delivery-reallocated.v1' | 'invoicing.invoice-issued.v1'
>;
const draft = (subject: string, { type, data }: OurEvent): Draft => ({ type, subject, data });

/** What others hear of settling and billing: amounts and opaque ids. */
export const invoicingPublication: Publication = {
  service: 'invoicing',
  categories: ['claim', 'invoice'],
  publish(event) {
    if (!isStoredEvent(event)) return undefined;
    switch (event.type) {
      case 'ClaimSettled': {
        const { deliveryId, bookingId, fundingStatus, costCents, lines } = event.data;
        const data = { deliveryId, bookingId, fundingStatus, costCents, lines };
        return draft(bookingId, { type: 'invoicing.delivery-settled.v1', data });
      }
      case 'ClaimReallocated': {
        const { deliveryId, bookingId, number, fundingStatus, costCents, lines } = event.data;
        const data = { deliveryId, bookingId, number, fundingStatus, costCents, lines };
        return draft(bookingId, { type: 'invoicing.delivery-reallocated.v1', data });
      }
      case 'InvoiceIssued': {
        const { invoiceId, payer, month, totalCents } = event.data;
        return draft(invoiceId, { type: 'invoicing.invoice-issued.v1', data: { invoiceId, payer, month, totalCents } });
      }
      default:
        return undefined;
    }
  },
};
