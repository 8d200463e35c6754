import type { DatesFit, SearchHit, SeekRespite } from '@adempauze/contracts';
import { dayOf, instantFromMs, msOf } from '@adempauze/kernel';
import { dayNumberOf, momentOn, wallMsOf } from '../amsterdam.rules.ts';
import { type FreeTimes, gapAfter } from './free-times.ts';
import type { OfferNearby } from './offer-map.ts';
import type { SearchIndex } from './search-index.ts';

/** Whether a whole time lies in what is free. */
const isFree = ({ gaps }: FreeTimes, fromMs: number, untilMs: number): boolean => {
  const gap = gaps[gapAfter(gaps, fromMs)];
  return gap !== undefined && gap.fromMs <= fromMs && untilMs <= gap.untilMs;
};

/** The same time by the clock, so many days later. */
const later = (atMs: number, days: number): number => momentOn(dayNumberOf(atMs) + days, wallMsOf(atMs));

/**
 * On how many of the dates the same person or place is free, for the best of the times found: the same face every time
 * counts more than the very first date (R14, R17). What has no time on the first date is not looked at.
 */
export const datesFitOf = (
  index: SearchIndex,
  near: OfferNearby,
  hit: SearchHit,
  { repeat }: SeekRespite,
  nowMs: number,
): DatesFit | null => {
  if (repeat === undefined) return null;
  const calendars = new Map(index.freeOf(near.entry, nowMs).map((it) => [it.resource.resourceId, it]));
  let best: DatesFit | null = null;
  for (const first of hit.times) {
    const free = calendars.get(first.resourceId);
    if (free === undefined) continue;
    const [fromMs, untilMs] = [msOf(first.span.from), msOf(first.span.until)];
    const missing: DatesFit['missing'] = [];
    for (let date = 0; date < repeat.times; date += 1) {
      const days = date * 7 * repeat.everyWeeks;
      const begin = later(fromMs, days);
      if (!isFree(free, begin, later(untilMs, days))) missing.push(dayOf(instantFromMs(begin)));
    }
    const fits = repeat.times - missing.length;
    if (best === null || fits > best.fits)
      best = { resourceId: first.resourceId, first, fits, of: repeat.times, missing };
  }
  return best;
};
