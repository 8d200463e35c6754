import { MatchingApi } from '@adempauze/contracts';
import { runService } from '@adempauze/process';
import { Settings } from './config.ts';
import { matchingPublication, startMatching } from './index.ts';

await runService(process, process.env, {
  service: 'matching',
  api: MatchingApi,
  publication: matchingPublication,
  settings: Settings,
  start: startMatching,
});
