import {
  type FormId,
  longestWaitDays,
  type Month,
  type MunicipalityCode,
  smallestGroup,
  type WaitingTimeRow,
  type WaitSince,
} from '@adempauze/contracts';
import { countOf } from './small-groups.rules.ts';

/*
 * How long people wait for the first care (R10). Days are numbers since 1 January 1970, by the calendar in Amsterdam. A wait
 * that never ends stays in the report: in every month at whose end it has lasted more than eight weeks.
 */

/** A request, a proposal or a signal. `letGoOn`: since when the family itself wants it no more. */
export type AskedCare = { readonly askedOn: number; readonly letGoOn: number | null };

/** From one day, until the first care or until the family gave it up; null: it goes on. */
export type Wait = {
  readonly since: WaitSince;
  /** To know who waited twice; it is not told. */
  readonly householdId: string;
  readonly municipality: MunicipalityCode;
  readonly form: FormId | null;
  readonly fromOn: number;
  readonly end: { readonly kind: 'care' | 'gave-up'; readonly on: number } | null;
};
type Stretch = Pick<Wait, 'fromOn' | 'end'>;

const never = Number.POSITIVE_INFINITY;

/** When it was let go of: by itself, or because all waiting in that household ended, on one of these days. */
const goneOn = ({ askedOn, letGoOn }: AskedCare, endings: readonly number[]): number =>
  endings.reduce((first, on) => (on >= askedOn ? Math.min(first, on) : first), letGoOn ?? never);

const endOf = (careOn: number | null, letGoOn: number): Wait['end'] => {
  if (careOn !== null && careOn <= letGoOn) return { kind: 'care', on: careOn };
  return letGoOn === never ? null : { kind: 'gave-up', on: letGoOn };
};

/**
 * The waits of one household for one form. What was asked one after the other is one wait: a no does not set the clock
 * back. Where the family had let everything go, a later request is a new wait. After the first care there is none.
 */
export const waitsFor = (
  asked: readonly AskedCare[],
  firstCareOn: number | null,
  endings: readonly number[],
): Stretch[] => {
  const stretches: { fromOn: number; letGoOn: number }[] = [];
  for (const one of asked.toSorted((a, b) => a.askedOn - b.askedOn)) {
    if (one.askedOn > (firstCareOn ?? never)) break;
    const letGoOn = goneOn(one, endings);
    const last = stretches.at(-1);
    if (last === undefined || one.askedOn > last.letGoOn) stretches.push({ fromOn: one.askedOn, letGoOn });
    else last.letGoOn = Math.max(last.letGoOn, letGoOn);
  }
  return stretches.map(({ fromOn, letGoOn }) => ({ fromOn, end: endOf(firstCareOn, letGoOn) }));
};

export type Care = { readonly form: FormId; readonly careOn: number };

/**
 * From a signal to the first care after it, of any form. While one goes on, the next starts no clock of its own. Without
 * care there is no form yet.
 */
export const waitsAfter = (
  signals: readonly AskedCare[],
  care: readonly Care[],
  endings: readonly number[],
): (Stretch & { readonly form: FormId | null })[] => {
  const waits: (Stretch & { form: FormId | null })[] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const signal of signals.toSorted((a, b) => a.askedOn - b.askedOn)) {
    const fromOn = signal.askedOn;
    if (fromOn <= until) continue;
    const [first] = care
      .filter(({ careOn }) => careOn >= fromOn)
      .sort((a, b) => a.careOn - b.careOn || (a.form < b.form ? -1 : 1));
    const end = endOf(first?.careOn ?? null, goneOn(signal, endings));
    waits.push({ fromOn, end, form: end?.kind === 'care' ? (first?.form ?? null) : null });
    until = end?.on ?? never;
  }
  return waits;
};

/** A month and the last day of it that is over, or going on. */
export type MonthAsOf = { readonly month: Month; readonly firstOn: number; readonly lastOn: number };

type Ended = 'care' | 'gave-up' | 'still-waiting';
/** How a wait stands in a month, and how long it took so far; undefined: it does not count there. */
const inMonth = (
  { fromOn, end }: Stretch,
  { firstOn, lastOn }: MonthAsOf,
): { how: Ended; days: number } | undefined => {
  if (end !== null && end.on < firstOn) return undefined;
  if (end !== null && end.on <= lastOn) {
    const days = Math.max(0, end.on - fromOn);
    return end.kind === 'care' || days > longestWaitDays ? { how: end.kind, days } : undefined;
  }
  const days = lastOn - fromOn;
  return days > longestWaitDays ? { how: 'still-waiting', days } : undefined;
};

/** The nearest rank: the smallest of a sorted list that so many percent of it do not exceed. */
export const percentile = (sorted: readonly number[], percent: number): number | null =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? null;

/** Rows by month, municipality, form and beginning, in that order. */
export const waitingTimeRows = (
  waits: readonly Wait[],
  months: readonly MonthAsOf[],
  showSmallGroups: boolean,
): WaitingTimeRow[] => {
  const groups = [...Map.groupBy(waits, ({ municipality, form, since }) => `${municipality} ${form ?? ''} ${since}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group);
  return months.flatMap((month) => groups.flatMap((group) => rowOf(group, month, showSmallGroups) ?? []));
};

const rowOf = (group: readonly Wait[], month: MonthAsOf, showSmallGroups: boolean): WaitingTimeRow | undefined => {
  const ended = { care: 0, 'gave-up': 0, 'still-waiting': 0 };
  const days: number[] = [];
  const households = new Set<string>();
  for (const wait of group) {
    const counted = inMonth(wait, month);
    if (counted === undefined) continue;
    ended[counted.how] += 1;
    days.push(counted.days);
    households.add(wait.householdId);
  }
  const [first] = group;
  if (first === undefined || days.length === 0) return undefined;
  days.sort((a, b) => a - b);
  const above = days.filter((it) => it > longestWaitDays).length;
  const told = showSmallGroups || households.size >= smallestGroup;
  // Of a group that is too small nothing is told but that it is there, and the red line.
  const count = (value: number) => countOf(value, told ? value : 1, showSmallGroups);
  return {
    ...{ month: month.month, municipality: first.municipality, form: first.form, since: first.since },
    count: count(days.length),
    medianDays: told ? percentile(days, 50) : null,
    p90Days: told ? percentile(days, 90) : null,
    above: count(above),
    stillWaiting: count(ended['still-waiting']),
    gaveUp: count(ended['gave-up']),
    aboveEightWeeks: above > 0,
  };
};
