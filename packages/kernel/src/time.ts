import { z } from 'zod';

/** The one zone in which calendar days and wall times are meant: design, "Time, money, people, places". */
export const zone = 'Europe/Amsterdam';

/** Calendars are full of whole quarters of an hour: each is written out once, for as many as six months have. */
const quarters = new Map<number, string>();
const quarterMs = 15 * 60_000;
const keptQuarters = 20_000;

/** And so is the last moment beside them: under load the clock says the same one many times. */
let moment = { epochMs: Number.NaN, text: '' };

const written = (epochMs: number): string => {
  if (epochMs % quarterMs !== 0) {
    if (moment.epochMs !== epochMs) moment = { epochMs, text: new Date(epochMs).toISOString() };
    return moment.text;
  }
  const known = quarters.get(epochMs);
  if (known !== undefined) return known;
  const text = new Date(epochMs).toISOString();
  if (quarters.size >= keptQuarters) quarters.clear();
  quarters.set(epochMs, text);
  return text;
};

/** A moment in UTC, ISO 8601 with milliseconds and `Z`, so that text order is time order: `2027-05-02T21:59:59.000Z`. */
export const Instant = z
  .string()
  .max(40)
  .transform((text, context) => {
    const ms = Date.parse(text);
    if (!Number.isNaN(ms) && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)) {
      const instant = written(ms);
      // An offset can push it out of the years of four digits, where text order is no time order any more.
      if (instant.length === 24) return instant;
    }
    context.addIssue('An instant looks like 2027-05-02T21:59:59Z.');
    return z.NEVER;
  })
  .brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** A calendar day in Europe/Amsterdam, `2027-05-03`. A day that does not exist (30 February) is refused. */
export const Day = z.iso.date().brand<'Day'>();
export type Day = z.infer<typeof Day>;

/** A half-open stretch of time: `from` belongs to it, `until` does not. */
export type Span = { readonly from: Instant; readonly until: Instant };

export const instantFromMs = (epochMs: number): Instant => written(epochMs) as Instant;
export const msOf = (at: Instant): number => Date.parse(at);
export const plusMs = (at: Instant, ms: number): Instant => instantFromMs(msOf(at) + ms);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const minutesBetween = ({ from, until }: Span): number => (msOf(until) - msOf(from)) / minuteMs;
export const overlaps = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;
export const covers = (outer: Span, inner: Span): boolean => outer.from <= inner.from && inner.until <= outer.until;

const zoned = (at: Instant) => Temporal.Instant.from(at).toZonedDateTimeISO(zone);

/** Days by the hours since 1970: midnight in Amsterdam is a whole hour in UTC at least since then. */
const days = new Map<number, Day>();
const keptDays = 20_000;

/** The calendar day in Amsterdam on which a moment falls. */
export const dayOf = (at: Instant): Day => {
  const hour = Math.floor(Date.parse(at) / hourMs);
  const known = days.get(hour);
  if (known !== undefined) return known;
  const day = zoned(at).toPlainDate().toString() as Day;
  if (hour >= 0) {
    if (days.size >= keptDays) days.clear();
    days.set(hour, day);
  }
  return day;
};
/** Midnight in Amsterdam at which a day begins, or another wall time (`HH:MM`) on it; a skipped time moves forward. */
export const instantOn = (day: Day, wallTime = '00:00'): Instant =>
  instantFromMs(
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: wallTime }).epochMilliseconds,
  );
/** Wall time in Amsterdam, `HH:MM`. */
export const wallTimeOf = (at: Instant): string => zoned(at).toPlainTime().toString({ smallestUnit: 'minute' });
/** `count` days later (negative: earlier), by the calendar. */
export const plusDays = (day: Day, count: number): Day =>
  Temporal.PlainDate.from(day).add({ days: count }).toString() as Day;
/** `count` months later, by the calendar; 31 January plus one is the last day of February. */
export const plusMonths = (day: Day, count: number): Day =>
  Temporal.PlainDate.from(day).add({ months: count }).toString() as Day;
/** Whole days from `a` to `b`; nights of a stay from arrival to departure. */
export const daysBetween = (a: Day, b: Day): number =>
  Temporal.PlainDate.from(a).until(Temporal.PlainDate.from(b)).days;
/** Monday of the week in which a day falls: weeks run from Monday to Sunday (ISO 8601). */
export const mondayOf = (day: Day): Day => plusDays(day, 1 - Temporal.PlainDate.from(day).dayOfWeek);
/** Calendar month, `2027-05`. */
export const monthOf = (day: Day): string => day.slice(0, 7);
