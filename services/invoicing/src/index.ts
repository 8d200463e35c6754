export { invoicingPublication } from './integration/publication.ts';
export { type InvoicingDependencies, type InvoicingRuntime, startInvoicing } from './service.ts';
