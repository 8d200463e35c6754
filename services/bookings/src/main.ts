import { BookingsApi, InvoicingApi, OffersApi } from '@adempauze/contracts';
import { createBookingChangesRouter } from '@adempauze/http';
import { runService } from '@adempauze/process';
import { Settings } from './config.ts';
import { bookingsPublication, startBookings } from './index.ts';

await runService(process, process.env, {
  service: 'bookings',
  api: BookingsApi,
  publication: bookingsPublication,
  settings: Settings,
  start: (parts, { OFFERS_URLS, INVOICING_URLS }, client) =>
    startBookings({
      ...parts,
      offers: client(OffersApi, OFFERS_URLS),
      invoicing: client(InvoicingApi, INVOICING_URLS),
    }),
  routers: ({ api }) => [createBookingChangesRouter(api)],
});
