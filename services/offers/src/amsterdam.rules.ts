import { type Day, zone } from '@adempauze/kernel';

/*
 * Wall time in Amsterdam in plain numbers, for search and capacity, which look at thousands of moments a call. The
 * kernel's functions say the same through `Temporal` (a test compares them over both clock changes) at 2 µs each.
 */

export const dayMs = 86_400_000;

type Season = { readonly fromMs: number; readonly untilMs: number; readonly offsetMs: number };

/** Stretches between two clock changes, as they were needed. They never change, so remembering them is no state. */
let seasons: Season[] = [];
const mostSeasons = 64;

const seasonOf = (atMs: number): Season => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  // `previous` looks strictly before, so a moment on the change itself belongs to the season that begins there.
  const next = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  const previous = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds;
  return {
    fromMs: previous ?? Number.NEGATIVE_INFINITY,
    untilMs: next,
    offsetMs: Math.floor(zoned.offsetNanoseconds / 1_000_000),
  };
};

/** How far Amsterdam is ahead of UTC at a moment, in ms. */
export const offsetMs = (atMs: number): number => {
  for (const season of seasons) if (season.fromMs <= atMs && atMs < season.untilMs) return season.offsetMs;
  const season = seasonOf(atMs);
  if (seasons.length >= mostSeasons) seasons = [];
  seasons.push(season);
  return season.offsetMs;
};

/** The calendar day in Amsterdam as a number of days since 1 January 1970. */
export const dayNumberOf = (atMs: number): number => Math.floor((atMs + offsetMs(atMs)) / dayMs);

/** Days as they were last written out. */
const writtenDays = new Map<number, Day>();
const mostWrittenDays = 2000;

/** The calendar day with this number, as text. */
export const dayOfNumber = (dayNumber: number): Day => {
  const known = writtenDays.get(dayNumber);
  if (known !== undefined) return known;
  const day = new Date(dayNumber * dayMs).toISOString().slice(0, 10) as Day;
  if (writtenDays.size >= mostWrittenDays) writtenDays.clear();
  writtenDays.set(dayNumber, day);
  return day;
};

/** Time since midnight by the clock on the wall, in ms: 14:00 is 50,400,000 on every day of the year. */
export const wallMsOf = (atMs: number): number => {
  const localMs = atMs + offsetMs(atMs);
  return localMs - Math.floor(localMs / dayMs) * dayMs;
};

/** The moment at which the wall shows this time on this day. A skipped time moves forward, of a repeated one the first. */
export const momentOn = (dayNumber: number, wallMs: number): number => {
  const localMs = dayNumber * dayMs + wallMs;
  const before = offsetMs(localMs - dayMs);
  const after = offsetMs(localMs + dayMs);
  const earlier = localMs - Math.max(before, after);
  return offsetMs(earlier) === localMs - earlier ? earlier : localMs - Math.min(before, after);
};

/** Nights of a stay by the calendar, from the day of arrival to the day of departure. */
export const nightsBetween = (fromMs: number, untilMs: number): number => dayNumberOf(untilMs) - dayNumberOf(fromMs);
