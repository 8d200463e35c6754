import { median } from '../bench/figures.ts';
import type { FaultKind } from './plan.ts';
import type { FaultsRun, Hit } from './run.ts';

/** What a person reads at the end: faults by kind and how long callers waited, answers, and what was checked. */
export const reportLines = (run: FaultsRun, tookMs: number): string[] => {
  const { hits, findings, tally, yesPerSecond, evidence } = run;
  const kinds = [...Map.groupBy(hits, ({ fault }) => fault.kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...kinds.map(([kind]) => kind.length), 'kind of fault'.length);
  const types = Map.groupBy(evidence.log, ({ type }) => type);
  const of = (type: string) => types.get(type)?.length ?? 0;
  const wrong = findings.reduce((sum, { violations }) => sum + violations.length, 0);
  return [
    '',
    `${'kind of fault'.padEnd(width)}  times   first yes after, median / most   longest silence, median / most`,
    ...kinds.map((it) => lineOf(it, width)),
    '',
    `${hits.length} faults in ${Math.round(tookMs / 1000)} s, starting and checking included`,
    `commands: ${tally.accepted} acknowledged, ${tally.refused} refused, ${tally.unknown} never answered; ${tally.repeats} sent again; ${yesPerSecond.toFixed(1)} yes/s while it was hurt`,
    `bookings: ${of('BookingRequested')} requested, ${of('BookingConfirmed')} confirmed, ${of('BookingCancelled')} cancelled, ${of('BookingExpired')} expired, ${of('CareDelivered')} delivered`,
    `and: ${of('HelperAssigned')} helpers assigned, ${of('ClaimSettled')} claims settled, ${of('InvoiceIssued')} invoices, ${of('PersonForgotten')} people forgotten, ${of('OfferWithdrawn')} offers withdrawn`,
    '',
    ...findings.flatMap(({ check, looked, violations }) => [
      `${violations.length === 0 ? 'holds' : `${violations.length} WRONG`}: ${check} (${looked})`,
      ...violations.slice(0, 12).map((it) => `    ${it}`),
      ...(violations.length > 12 ? [`    and ${violations.length - 12} more`] : []),
    ]),
    '',
    wrong === 0 ? 'Nothing acknowledged was lost, nothing happened twice, everything agrees.' : `${wrong} VIOLATIONS`,
  ];
};

const lineOf = ([kind, hits]: readonly [FaultKind, readonly Hit[]], width: number): string => {
  const recoveries = hits.flatMap(({ recovery }) => recovery ?? []);
  const figures = (of: readonly number[]) =>
    of.length === 0 ? 'never' : `${Math.round(median([...of]))} / ${Math.round(Math.max(...of))} ms`;
  const first = figures(recoveries.map(({ firstYesMs }) => firstYesMs));
  const silence = figures(recoveries.map(({ silenceMs }) => silenceMs));
  return `${kind.padEnd(width)}  ${String(hits.length).padStart(5)}   ${first.padEnd(31)}   ${silence}`;
};
