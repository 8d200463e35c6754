import type { DatesFit, SeekRespite } from '@adempauze/contracts';
import { dayNumberOf, dayOfNumber, momentOn, wallMsOf } from '../amsterdam.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';
import type { FoundTime } from './bookable-times.ts';
import { type FreeTimes, gapAfter } from './free-times.ts';
import { type Found, timeOf } from './search-index.ts';

/** Whether a whole time lies in what is free. */
const isFree = ({ gaps }: FreeTimes, fromMs: number, untilMs: number): boolean => {
  const gap = gaps[gapAfter(gaps, fromMs)];
  return gap !== undefined && gap.fromMs <= fromMs && untilMs <= gap.untilMs;
};

/** How often a time is free among so many days later, at the same time by the clock. */
const countFree = (free: FreeTimes, { fromMs, untilMs }: SpanMs, days: readonly number[]): number => {
  const [firstDay, lastDay] = [dayNumberOf(fromMs), dayNumberOf(untilMs)];
  const [fromWallMs, untilWallMs] = [wallMsOf(fromMs), wallMsOf(untilMs)];
  const endMs = free.gaps.at(-1)?.untilMs ?? Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const it of days) {
    const begin = momentOn(firstDay + it, fromWallMs);
    if (begin >= endMs) break; // nothing later is open either
    if (isFree(free, begin, momentOn(lastDay + it, untilWallMs))) count += 1;
  }
  return count;
};
const later = (atMs: number, days: number): number => momentOn(dayNumberOf(atMs) + days, wallMsOf(atMs));

type Repeat = NonNullable<SeekRespite['repeat']>;
const datesOf = ({ times, everyWeeks }: Repeat) => Array.from({ length: times }, (_, date) => date * 7 * everyWeeks);

/** The time that fits the most dates, and which; what is told of it is worked out when it is shown. */
export type BestDates = { readonly first: FoundTime; readonly free: FreeTimes; readonly fits: number };

/**
 * On how many of the dates the same person or place is free, for the best of the times found: the same face every time
 * counts more than the very first date (R14, R17). What has no time on the first date is not looked at.
 */
export const bestDatesOf = (calendars: readonly FreeTimes[], found: Found, repeat: Repeat): BestDates | undefined => {
  const days = datesOf(repeat);
  let best: BestDates | undefined;
  for (const first of found.times) {
    const free = calendars.find(({ resource }) => resource.resourceId === first.resource.resourceId);
    if (free === undefined) continue;
    const fits = countFree(free, first, days);
    if (best === undefined || fits > best.fits) best = { first, free, fits };
  }
  return best;
};

/** The dates are told without `Temporal`: an answer names some three hundred of them. */
export const datesFitOf = ({ first, free, fits }: BestDates, repeat: Repeat): DatesFit => {
  const firstDay = dayNumberOf(first.fromMs);
  return {
    resourceId: first.resource.resourceId,
    first: timeOf(first),
    fits,
    of: repeat.times,
    missing: datesOf(repeat)
      .filter((it) => !isFree(free, later(first.fromMs, it), later(first.untilMs, it)))
      .map((it) => dayOfNumber(firstDay + it)),
  };
};
