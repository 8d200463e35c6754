import { checkBooks } from './check-books.ts';
import { checkCapacity } from './check-capacity.ts';
import { checkHelpers } from './check-helpers.ts';
import { checkHistory } from './check-history.ts';
import { checkLives, readLives } from './check-lives.ts';
import { checkMoney } from './check-money.ts';
import { checkNames } from './check-names.ts';
import { checkPublished } from './check-published.ts';
import { checkReplicas } from './check-replicas.ts';
import { checkSchemes } from './check-schemes.ts';
import { checkSeen } from './check-seen.ts';
import { checkSteps } from './check-steps.ts';
import { checkHolds, checkWaiting } from './check-waiting.ts';
import type { Evidence } from './evidence.ts';

export type Finding = { readonly check: string; readonly violations: readonly string[]; readonly looked: string };

/**
 * Holds all evidence against each other. One finding a check, with how much it looked at, so that nobody takes a check
 * of nothing for a pass; a check that must have had something to look at says so when it had not.
 */
export const checkEvidence = (evidence: Evidence): Finding[] => {
  const { told, log, now, published, records, replicas, seen, forgotten } = evidence;
  const { lives } = readLives(log);
  const statusOf = (bookingId: string) => lives.get(bookingId)?.status ?? '';
  const isOn = (bookingId: string) => ['confirmed', 'delivered'].includes(statusOf(bookingId));
  const isLiving = (bookingId: string) => isOn(bookingId) || /^(held|awaiting-)/.test(statusOf(bookingId));
  const count = (...types: string[]) => log.filter(({ type }) => types.includes(type)).length;
  const accepted = told.filter(({ answer }) => answer === 'accepted').length;
  const tables = replicas.reduce((sum, it) => sum + Object.keys(it.tables).length, 0);
  const rows = replicas.flatMap((it) => Object.values(it.tables)).reduce((sum, it) => sum + it.rows, 0);
  const firsts = new Set(records.flatMap(({ record }) => (record.kind === 'event' ? [record.event.id] : [])));
  const inKafka = records.filter(({ record }) => record.kind === 'event').length;

  const finding = (check: string, violations: readonly string[], looked: string, at: number): Finding => ({
    check,
    looked,
    violations: at > 0 ? violations : [...violations, `There was nothing to look at: ${check}.`],
  });
  return [
    finding(
      'nothing acknowledged lost, nothing twice, revisions whole',
      [...checkHistory({ told, log }, now), ...checkSteps(log)],
      `${accepted} acknowledged, ${told.length} commands, ${log.length} events`,
      Math.min(accepted, log.length),
    ),
    finding(
      'nobody booked twice, no capacity exceeded',
      checkCapacity(log),
      `${count('PlaceHeld')} holds, ${count('PlaceTaken')} places taken`,
      count('PlaceTaken'),
    ),
    finding('no helper in two places', checkHelpers(log), `${count('HelperAssigned')} appointments`, 1),
    finding(
      'bookings, places, helpers and matches agree',
      checkLives(log, now),
      `${lives.size} bookings, ${count('MatchOpened')} matches`,
      lives.size,
    ),
    finding(
      'every booking ended or waits for somebody until a moment',
      [...checkWaiting(log, now), ...checkHolds(log, now)],
      `${lives.size} bookings, ${[...lives.values()].filter((it) => !isFinal(it.status)).length} waiting`,
      lives.size,
    ),
    finding(
      'caps, weeks and contributions hold',
      checkSchemes(log, now, isOn, isLiving),
      `${count('EntitlementOpened')} entitlements, ${count('RoomReserved')} reservations`,
      1,
    ),
    finding(
      'ledger balanced, cost is its lines, one claim a delivery, one bill a line',
      [...checkMoney(log, evidence.billedBefore), ...checkBooks(log)],
      `${count('ClaimSettled')} claims, ${count('InvoiceIssued')} invoices, ${count('BudgetSpent')} spends`,
      count('ClaimSettled'),
    ),
    finding(
      'Kafka has every event once and in order',
      checkPublished(published, records),
      `${published.length} events, ${inKafka - firsts.size} exact repeats`,
      published.length,
    ),
    finding(
      'read models equal a rebuild and each other, nothing parked',
      checkReplicas(evidence),
      `${replicas.length} replicas, ${tables} tables, ${rows} rows`,
      rows,
    ),
    finding(
      'what is seen at the door is what the log says',
      checkSeen(seen, log),
      `${Object.keys(seen.bookings).length} bookings`,
      Object.keys(seen.bookings).length,
    ),
    finding(
      'nobody forgotten is remembered',
      checkNames(evidence),
      `${forgotten.length} forgotten, ${evidence.remembered.length} not, ${evidence.lookedThrough} places`,
      evidence.lookedThrough,
    ),
  ];
};

const isFinal = (status: string): boolean => !/^(held|awaiting-|confirmed)/.test(status);
