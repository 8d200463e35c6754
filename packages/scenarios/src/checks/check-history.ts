import type { Instant } from '@adempauze/kernel';
import { checkMoney } from './check-claims.ts';
import { checkLog } from './check-log.ts';
import { checkPromises } from './check-promises.ts';
import { checkLives } from './check-standing.ts';
import type { History } from './history.ts';

/**
 * Everything that must hold between what callers were told and what the log says, once the marketplace has settled.
 * `now` is its clock. Empty when all is well; else a sentence for each thing that is wrong.
 */
export const checkHistory = (history: History, now: Instant): string[] => [
  ...checkLog(history.log),
  ...checkPromises(history),
  ...checkLives(history.log, now),
  ...checkMoney(history.log),
];
