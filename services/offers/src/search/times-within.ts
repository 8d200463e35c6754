import type { ListTimesWithin } from '@adempauze/contracts';
import { minuteMs, msOf } from '@adempauze/kernel';
import { nightsBetween } from '../amsterdam.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';
import { bookableTimes, type FoundTime } from './bookable-times.ts';
import { type FreeTimes, gapAfter } from './free-times.ts';

export type WithinAsked = Pick<ListTimesWithin, 'window' | 'touching' | 'minMinutes' | 'maxMinutes' | 'first'> & {
  readonly nowMs: number;
};
/** A length that times are looked for at: of hours in minutes, of stays in nights; neither: what is usual for the offer. */
type Length = { readonly minutes?: number; readonly nights?: number };

/** A window no longer than this is what somebody wants as a whole; in a longer one they want a part (chosen). */
const wholeNights = 7;
const wholeMinutes = 12 * 60;
const shortestMinutes = 15;
const longestMinutes = 24 * 60;
const longestNights = 60;
const dayMinutes = 24 * 60;
/** What is usual where the offer leaves it open (R16). */
const usualMinutes = { hour: 210, 'part-day': 240, visit: 120, night: 210 } as const;
/** The longest that is ever usual. */
const longestUsual = 240;
/** Where nobody said how short it may be, less than this is no breathing space (chosen). */
const shortestBreakMinutes = 60;

/**
 * What somebody who waits could have of an offer now, at the first length at which there is anything: the whole window
 * where that is short, else what is usual, else as near to that as they asked and there is, else the least.
 */
export const timesWithin = (
  offer: Offer,
  resources: readonly FreeTimes[],
  { window, touching, minMinutes, maxMinutes, first, nowMs }: WithinAsked,
): FoundTime[] => {
  const within = { fromMs: msOf(window.from), untilMs: msOf(window.until) };
  const part = touching === undefined ? within : { fromMs: msOf(touching.from), untilMs: msOf(touching.until) };
  const used = resources.filter((it) => it.gaps.length > 0 && it.resource.offerIds.includes(offer.offerId));
  if (offer.status === 'withdrawn' || offer.needsHelper || used.length === 0) return [];
  const bounds = { minMinutes, maxMinutes };
  const lengths =
    offer.unit === 'night'
      ? stayLengths(offer, within, bounds)
      : blockLengths(offer, within, bounds, longestGap(used, within, part));
  for (const length of lengths) {
    const longest = length.nights === undefined ? (length.minutes ?? longestUsual) : (length.nights + 1) * dayMinutes;
    const besideMs = longest * minuteMs;
    const isTouching = ({ fromMs, untilMs }: SpanMs) => fromMs < part.untilMs && part.fromMs < untilMs;
    const isLong = ({ fromMs, untilMs }: SpanMs) =>
      untilMs - fromMs >= minMinutes * minuteMs && untilMs - fromMs <= maxMinutes * minuteMs;
    const around = {
      ...{ nowMs, minutes: length.minutes, nights: length.nights },
      fromMs: Math.max(within.fromMs, part.fromMs - besideMs),
      untilMs: Math.min(within.untilMs, part.untilMs + besideMs),
    };
    // Fewer than were asked for is all that there is: what only lies beside that part is made up for.
    for (let most = first; ; ) {
      const times = bookableTimes(offer, used, { ...around, most });
      const there = times.filter(isTouching);
      const found = there.filter(isLong);
      const isOtherLength = there.length > 0 && found.length === 0;
      if (times.length === most && found.length < first && !isOtherLength) {
        // Twice as many at least: each question begins anew.
        most += Math.max(first - found.length, most);
        continue;
      }
      if (found.length > 0) return found.slice(0, first);
      break;
    }
  }
  return [];
};

type Bounds = Pick<ListTimesWithin, 'minMinutes' | 'maxMinutes'>;

/** The longest time that is free at once in a window, of which a part lies in that part of it; in whole quarters. */
const longestGap = (resources: readonly FreeTimes[], within: SpanMs, part: SpanMs): number => {
  let longestMs = 0;
  for (const { gaps } of resources) {
    for (let i = gapAfter(gaps, Math.max(within.fromMs, part.fromMs)); i < gaps.length; i += 1) {
      const gap = gaps[i];
      if (gap === undefined || gap.fromMs >= Math.min(within.untilMs, part.untilMs)) break;
      const lengthMs = Math.min(gap.untilMs, within.untilMs) - Math.max(gap.fromMs, within.fromMs);
      longestMs = Math.max(longestMs, lengthMs);
    }
  }
  return Math.floor(longestMs / minuteMs / 15) * 15;
};

const blockLengths = (
  { unit, minMinutes: leastGiven, maxMinutes: mostGiven = longestMinutes }: Offer,
  { fromMs, untilMs }: SpanMs,
  { minMinutes, maxMinutes }: Bounds,
  longestFree: number,
): Length[] => {
  const whole = (untilMs - fromMs) / minuteMs;
  const isWhole = whole <= wholeMinutes && whole >= minMinutes && whole <= maxMinutes;
  const isLeastSaid = minMinutes > shortestMinutes || leastGiven !== undefined;
  const least = Math.max(minMinutes, leastGiven ?? 0);
  const most = Math.min(maxMinutes, mostGiven, longestMinutes);
  const nearUsual = Math.max(least, Math.min(most, usualMinutes[unit]));
  const isLess = longestFree < nearUsual && longestFree >= (isLeastSaid ? least : shortestBreakMinutes);
  return [
    ...(isWhole ? [{ minutes: whole }] : []),
    ...[{}, { minutes: nearUsual }],
    ...(isLess ? [{ minutes: longestFree }] : []),
    ...(isLeastSaid ? [{ minutes: least }] : []),
  ];
};

const stayLengths = (
  { minNights: leastGiven = 1, maxNights: mostGiven = longestNights }: Offer,
  { fromMs, untilMs }: SpanMs,
  { minMinutes, maxMinutes }: Bounds,
): Length[] => {
  const whole = nightsBetween(fromMs, untilMs);
  // From check-in to check-out a stay is up to a day shorter or longer than its nights.
  const least = Math.max(1, leastGiven, Math.floor(minMinutes / dayMinutes));
  const most = Math.min(whole, mostGiven, longestNights, Math.ceil(maxMinutes / dayMinutes) + 1);
  const lengths = Array.from({ length: Math.max(0, most - least + 1) }, (_, more) => ({ nights: least + more }));
  return whole <= wholeNights ? lengths.toReversed() : lengths;
};
