import { InvoicingApi } from '@adempauze/contracts';
import { runService } from '@adempauze/process';
import { Settings } from './config.ts';
import { invoicingPublication, startInvoicing } from './index.ts';

await runService(process, process.env, {
  service: 'invoicing',
  api: InvoicingApi,
  publication: invoicingPublication,
  settings: Settings,
  start: startInvoicing,
});
