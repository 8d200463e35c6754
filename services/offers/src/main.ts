import { OffersApi } from '@adempauze/contracts';
import { runService } from '@adempauze/process';
import { Settings } from './config.ts';
import { offersPublication, startOffers } from './index.ts';

await runService(process, process.env, {
  service: 'offers',
  api: OffersApi,
  publication: offersPublication,
  settings: Settings,
  start: startOffers,
});
