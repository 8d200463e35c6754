import type { TimeSpan, WeeklyRule } from '@adempauze/contracts';
import { Day, daysBetween, instantOn, mondayOf, plusDays } from '@adempauze/kernel';

/** A day on which the series takes place; without a span when its hour is skipped by the clocks going forward. */
export type Occurrence = { readonly on: Day; readonly span: TimeSpan | undefined };

/**
 * The dates of a rule in the order of the calendar: days and wall times of Amsterdam first, instants last, so that a
 * time of day stays what it is over both clock changes. With `after`, only those later than that day.
 */
export const occurrencesOf = (rule: WeeklyRule, after?: Day): Occurrence[] => {
  const exceptions = new Set<string>(rule.exceptions);
  const weekdays = weekdaysOf(rule);
  const found: Occurrence[] = [];
  for (let monday = mondayOf(rule.from); monday <= rule.until; monday = plusDays(monday, 7 * rule.everyWeeks)) {
    for (const weekday of weekdays) {
      const on = plusDays(monday, weekday - 1);
      if (on < rule.from || on > rule.until || exceptions.has(on)) continue;
      if (after === undefined || on > after) found.push({ on, span: spanOn(on, rule) });
    }
  }
  return found;
};

/** The weekdays meant, in order: that of the first day when none is named. */
export const weekdaysOf = ({ weekdays, from }: Pick<WeeklyRule, 'weekdays' | 'from'>): number[] =>
  weekdays.length === 0 ? [1 + daysBetween(mondayOf(from), from)] : [...new Set(weekdays)].toSorted((a, b) => a - b);

const spanOn = (on: Day, { startsAt, endsAt, endsDaysLater }: WeeklyRule): TimeSpan | undefined => {
  const span = { from: instantOn(on, startsAt), until: instantOn(plusDays(on, endsDaysLater), endsAt) };
  return span.from < span.until ? span : undefined;
};

/** The last of some days; undefined when there are none. */
export const lastOf = (days: Iterable<Day>): Day | undefined => {
  const last = [...days].toSorted().at(-1);
  return last === undefined ? undefined : Day.parse(last);
};
