import { Instant } from '@adempauze/kernel';
import { Urls } from '@adempauze/process';
import { z } from 'zod';

const urlsOf = (service: string) =>
  Urls.describe(`Where every replica of \`${service}\` listens, with commas between them.`);

/** What the filling of the distributed profile needs to know; the same names as its processes use. */
export const FillSettings = z.object({
  KURRENTDB_URL: z.string().min(1).max(2000).describe('Where the log is.'),
  OFFERS_URLS: urlsOf('offers'),
  BOOKINGS_URLS: urlsOf('bookings'),
  MATCHING_URLS: urlsOf('matching'),
  INVOICING_URLS: urlsOf('invoicing'),
  SERVICE_TOKEN: z.string().max(200).optional().describe('Secret that all processes share.'),
  DEMONSTRATION: z
    .enum(['full', 'none'])
    .default('full')
    .describe('Whether the log is going to be filled; only `begin` asks.'),
  CLOCK_START: Instant.optional().describe('The demonstration’s present; now, unless told.'),
});
export type FillSettings = z.infer<typeof FillSettings>;
