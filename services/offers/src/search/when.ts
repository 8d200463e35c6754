import type { SeekRespite } from '@adempauze/contracts';
import { type Day, hourMs, instantOn, msOf, plusDays } from '@adempauze/kernel';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';

/** Until when something may begin that is asked for now (R09). */
export const urgentMs = 24 * hourMs;
/** From when on it is evening, on the clock (chosen). */
const evening = '17:00';
/** From when on a night may begin that is meant for an evening, or for a weekend on Friday: by check-in it is afternoon. */
const noon = '12:00';

/** A stretch in which whole times are looked for, and before which moment they begin. */
export type Window = SpanMs & { readonly startsBeforeMs: number };

const at = (day: Day, wallTime?: string) => msOf(instantOn(day, wallTime));

/** The Saturday of the first weekend that ends after a day. */
const saturdayOf = (day: Day): Day => {
  const weekday = Temporal.PlainDate.from(day).dayOfWeek;
  return plusDays(day, weekday === 7 ? -1 : 6 - weekday);
};

/**
 * The stretch that is meant, so many weeks later. With nights it begins on the days meant and ends when they are over; a
 * weekend of nights may begin on Friday afternoon, and those of an evening in the afternoon before it.
 */
export const windowOf = ({ when, nights }: SeekRespite, nowMs: number, weeksLater = 0): Window => {
  const later = (day: Day): Day => plusDays(day, 7 * weeksLater);
  const ofDays = (first: Day, startsBefore: Day, wallTime?: string, untilWeekend = false): Window => {
    const startsBeforeMs = at(startsBefore);
    const untilMs = nights === undefined && !untilWeekend ? startsBeforeMs : at(plusDays(startsBefore, nights ?? 1));
    return { fromMs: at(first, wallTime), untilMs, startsBeforeMs };
  };
  switch (when.kind) {
    case 'now': {
      const longestMs = (nights ?? 1) * 24 * hourMs + 24 * hourMs;
      return { fromMs: nowMs, untilMs: nowMs + urgentMs + longestMs, startsBeforeMs: nowMs + urgentMs };
    }
    case 'day':
      return ofDays(later(when.day), plusDays(later(when.day), 1));
    case 'evening':
      return ofDays(later(when.day), plusDays(later(when.day), 1), nights === undefined ? evening : noon);
    case 'weekend': {
      const saturday = saturdayOf(later(when.day));
      const monday = plusDays(saturday, 2);
      return nights === undefined
        ? { fromMs: at(saturday), untilMs: at(monday), startsBeforeMs: at(monday) }
        : { fromMs: at(plusDays(saturday, -1), noon), untilMs: at(plusDays(monday, 1)), startsBeforeMs: at(monday) };
    }
    case 'range':
      return { fromMs: at(later(when.from)), untilMs: at(later(when.until)), startsBeforeMs: at(later(when.until)) };
  }
};

/** How many nights are meant of an offer: those asked, otherwise the fewest that it is given for. Hours have none. */
export const nightsMeant = (
  { unit, minNights = 1 }: Pick<Offer, 'unit' | 'minNights'>,
  { nights }: Pick<SeekRespite, 'nights'>,
): number | undefined => (unit === 'night' ? (nights ?? minNights) : undefined);

/** The stretch that is meant of an offer. The same one for all that are given for as many nights. */
export type Windows = (offer: Offer) => Window;
export const windowsOf = (seek: SeekRespite, nowMs: number): Windows => {
  const known = new Map<number | undefined, Window>();
  return (offer) => {
    const nights = nightsMeant(offer, seek);
    const window = known.get(nights);
    if (window !== undefined) return window;
    const made = windowOf({ ...seek, nights }, nowMs);
    known.set(nights, made);
    return made;
  };
};
/** Each stretch changed, once. */
export const changed = (windows: Windows, change: (window: Window) => Window): Windows => {
  const known = new Map<Window, Window>();
  return (offer) => {
    const window = windows(offer);
    const before = known.get(window);
    if (before !== undefined) return before;
    const made = change(window);
    known.set(window, made);
    return made;
  };
};
