import type { WeeklyWindow } from '@adempauze/contracts';
import {
  type Day,
  dayOf,
  hourMs,
  instantFromMs,
  instantOn,
  minuteMs,
  mondayOf,
  msOf,
  overlaps,
  plusDays,
  type Span,
  zone,
} from '@adempauze/kernel';

/**
 * Time that a helper keeps free before and after an appointment, to travel. Half an hour is chosen: a volunteer comes
 * from the same or the next town, some 15 km at most. Overlaps "forbid, grace hour, or warn": travel time decides
 * (volunteer_planner 299, 393, 395).
 */
export const travelGapMs = 30 * minuteMs;

const dayMs = 24 * hourMs;

/**
 * Whether the clock in Amsterdam stands inside the weekly windows during all of the span. Windows that touch or overlap
 * are one, also over midnight and from Sunday to Monday. When the clock goes back the repeated hour counts twice; when
 * it goes forward the skipped hour asks nothing.
 */
export const isWithinWindows = (windows: readonly WeeklyWindow[], span: Span): boolean =>
  holdStretches(windows, wallClockStretches(span));

const holdStretches = (windows: readonly WeeklyWindow[], stretches: readonly StretchMs[]): boolean =>
  stretches.every(({ fromMs, untilMs }) => {
    let reachedMs = fromMs;
    while (reachedMs < untilMs) {
      const midnightMs = Math.floor(reachedMs / dayMs) * dayMs;
      const windowEndMs = latestEndOf(windows, midnightMs, reachedMs - midnightMs);
      if (windowEndMs === undefined) return false;
      reachedMs = midnightMs + windowEndMs;
    }
    return true;
  });

/** End of the window of that day which holds a time of day and lasts longest; milliseconds after midnight. */
const latestEndOf = (windows: readonly WeeklyWindow[], midnightMs: number, timeOfDayMs: number): number | undefined => {
  let endMs: number | undefined;
  for (const { weekday, from, until } of windows) {
    const untilMs = wallTimeMs(until);
    if (weekday !== weekdayOf(midnightMs) || wallTimeMs(from) > timeOfDayMs || untilMs <= timeOfDayMs) continue;
    if (endMs === undefined || untilMs > endMs) endMs = untilMs;
  }
  return endMs;
};

/** 1 January 1970 was a Thursday; 1 is Monday. */
const weekdayOf = (midnightMs: number): number => ((((midnightMs / dayMs + 3) % 7) + 7) % 7) + 1;

const wallTimeMs = (time: string): number => Number(time.slice(0, 2)) * hourMs + Number(time.slice(3)) * minuteMs;

type StretchMs = { readonly fromMs: number; readonly untilMs: number };

/** The span as the clock on the wall shows it, cut where that clock jumps. */
const wallClockStretches = (span: Span): StretchMs[] => {
  const endMs = msOf(span.until);
  const stretches: StretchMs[] = [];
  for (let atMs = msOf(span.from); atMs < endMs; ) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
    const jumpMs = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    const offsetMs = zoned.offsetNanoseconds / 1_000_000;
    const untilMs = Math.min(endMs, jumpMs);
    stretches.push({ fromMs: atMs + offsetMs, untilMs: untilMs + offsetMs });
    atMs = untilMs;
  }
  return stretches;
};

/** The weeks that a span touches, whole: from Monday to Sunday in Amsterdam. */
const weeksOf = ({ from, until }: Span): (StretchMs & { readonly monday: Day })[] => {
  const weeks: (StretchMs & { readonly monday: Day })[] = [];
  for (let monday = mondayOf(dayOf(from)), fromMs = msOf(instantOn(monday)); fromMs < msOf(until); ) {
    const nextMonday = plusDays(monday, 7);
    const untilMs = msOf(instantOn(nextMonday));
    weeks.push({ monday, fromMs, untilMs });
    monday = nextMonday;
    fromMs = untilMs;
  }
  return weeks;
};

const minutesWithin = ({ fromMs, untilMs }: StretchMs, { from, until }: Span): number =>
  Math.max(0, Math.min(untilMs, msOf(until)) - Math.max(fromMs, msOf(from))) / minuteMs;

/** Minutes of the span in each week that it touches; a week runs from Monday to Sunday in Amsterdam. */
export const minutesPerWeek = (span: Span): ReadonlyMap<Day, number> =>
  new Map(weeksOf(span).map((week) => [week.monday, minutesWithin(week, span)]));

/** The span with the travel time around it that must be free. */
export const withTravel = ({ from, until }: Span): Span => ({
  from: instantFromMs(msOf(from) - travelGapMs),
  until: instantFromMs(msOf(until) + travelGapMs),
});

/** What decides whether a helper can come. */
export type Calendar = {
  readonly availability: readonly WeeklyWindow[];
  readonly maxHoursPerWeek: number;
  readonly assignments: readonly { readonly matchId: string; readonly span: Span }[];
};

export type Fit = {
  readonly withinWindows: boolean;
  /** No other appointment, travel included. */
  readonly free: boolean;
  /** Stays within the maximum of every week that the span touches. */
  readonly hasRoom: boolean;
  /** Hours assigned in the fullest of those weeks, without this span. */
  readonly hoursThatWeek: number;
};

/**
 * How a span fits in a helper's calendar. An assignment for the same match is left out: it would be replaced. What the
 * span asks of any calendar is worked out once, since a list of candidates looks at hundreds.
 */
export const fitFor = (span: Span, matchId: string): ((calendar: Calendar) => Fit) => {
  const stretches = wallClockStretches(span);
  const weeks = weeksOf(span).map((week) => ({ week, wanted: minutesWithin(week, span) }));
  const occupied = withTravel(span);
  return ({ availability, maxHoursPerWeek, assignments }) => {
    const others = assignments.filter((it) => it.matchId !== matchId);
    const before = weeks.map(({ week, wanted }) => ({
      wanted,
      assigned: others.reduce((sum, other) => sum + minutesWithin(week, other.span), 0),
    }));
    return {
      withinWindows: holdStretches(availability, stretches),
      free: others.every((it) => !overlaps(it.span, occupied)),
      hasRoom: before.every(({ wanted, assigned }) => assigned + wanted <= maxHoursPerWeek * 60),
      hoursThatWeek: Math.max(0, ...before.map(({ assigned }) => assigned)) / 60,
    };
  };
};
