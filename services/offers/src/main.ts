import { lookup } from 'node:dns/promises';
import { OffersApi } from '@adempauze/contracts';
import { runService } from '@adempauze/process';
import { Settings } from './config.ts';
import { createFetchCalendar, offersPublication, startOffers } from './index.ts';

await runService(process, process.env, {
  service: 'offers',
  api: OffersApi,
  publication: offersPublication,
  settings: Settings,
  start: (parts, { CALENDARS_FROM: from }) => {
    const fetch = createFetchCalendar({ from, resolve: (host) => lookup(host, { all: true }) });
    return startOffers({ ...parts, calendars: { vault: parts.vault, fetch } });
  },
});
