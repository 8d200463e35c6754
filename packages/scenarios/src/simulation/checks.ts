import { dayOf, type Instant, monthOf } from '@adempauze/kernel';
import { checkCapacity } from '../checks/check-capacity.ts';
import { checkHelpers } from '../checks/check-helpers.ts';
import { checkLives, readLives } from '../checks/check-lives.ts';
import { checkLog } from '../checks/check-log.ts';
import { checkMoney } from '../checks/check-money.ts';
import { checkSchemes } from '../checks/check-schemes.ts';
import type { Fact } from '../checks/history.ts';
import type { Told } from './caller.ts';
import { checkAnswers } from './check-answers.ts';

/**
 * All that must hold of the log and of what callers were told, once the marketplace has settled and every month that is
 * over was billed. A sentence for each thing that is wrong.
 */
export const checkHistory = (log: readonly Fact[], told: readonly Told[], now: Instant): string[] => {
  const { lives } = readLives(log);
  const isOn = (bookingId: string) => ['confirmed', 'delivered'].includes(lives.get(bookingId)?.status ?? '');
  const isWaiting = (bookingId: string) =>
    ['held', 'awaiting-acceptance', 'awaiting-helper'].includes(lives.get(bookingId)?.status ?? '');
  return [
    ...checkLog(log),
    ...checkCapacity(log),
    ...checkHelpers(log),
    ...checkLives(log, now),
    ...checkSchemes(log, now, isOn, (bookingId) => isOn(bookingId) || isWaiting(bookingId)),
    ...checkMoney(log, monthOf(dayOf(now))),
    ...checkAnswers(log, told),
  ];
};
