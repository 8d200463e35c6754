import type { SeekRespite } from '@adempauze/contracts';
import { type Day, hourMs, instantOn, msOf, plusDays } from '@adempauze/kernel';
import type { SpanMs } from '../resource/calendar.rules.ts';

/** Until when something may begin that is asked for now (R09). */
export const urgentMs = 24 * hourMs;
/** From when on it is evening, on the clock (chosen). */
const evening = '17:00';

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
 * weekend of nights may begin on Friday afternoon.
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
      return ofDays(later(when.day), plusDays(later(when.day), 1), evening);
    case 'weekend': {
      const saturday = saturdayOf(later(when.day));
      const monday = plusDays(saturday, 2);
      return nights === undefined
        ? { fromMs: at(saturday), untilMs: at(monday), startsBeforeMs: at(monday) }
        : { fromMs: at(plusDays(saturday, -1), '12:00'), untilMs: at(plusDays(monday, 1)), startsBeforeMs: at(monday) };
    }
    case 'range':
      return { fromMs: at(later(when.from)), untilMs: at(later(when.until)), startsBeforeMs: at(later(when.until)) };
  }
};
