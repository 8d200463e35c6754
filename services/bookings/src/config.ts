import { ServiceSettings, Urls } from '@adempauze/process';

/** What can be set of the process: what every service has, and who it calls. */
export const Settings = ServiceSettings.extend({
  OFFERS_URLS: Urls.describe('Where every replica of `offers` listens, with commas between them.'),
  INVOICING_URLS: Urls.describe('Where every replica of `invoicing` listens, with commas between them.'),
});
