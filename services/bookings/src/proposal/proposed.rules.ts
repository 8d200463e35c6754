import { BookingId, type ProposedPart, SeriesId, StayId, type WeeklyRule } from '@adempauze/contracts';
import {
  type Day,
  dayOf,
  daysBetween,
  derivedId,
  hourMs,
  type Instant,
  mondayOf,
  plusDays,
  plusMs,
} from '@adempauze/kernel';
import { occurrencesOf, weekdaysOf } from '../series/weekly.rules.ts';

/* What a part of a proposal is and when; the same whoever derives it. */

type At = { readonly round: number; readonly part: number };
const idOf = (proposalId: string, { round, part }: At): string => derivedId('proposal', proposalId, round, part);
export const bookingOfPart = (proposalId: string, at: At): BookingId => BookingId.parse(idOf(proposalId, at));
export const seriesOfPart = (proposalId: string, at: At): SeriesId => SeriesId.parse(idOf(proposalId, at));
export const stayOfPart = (proposalId: string, at: At): StayId => StayId.parse(idOf(proposalId, at));

/** A rule without the days before `day`; undefined when none are left. Weekdays and the weeks counted stay the same. */
export const ruleFrom = (rule: WeeklyRule, day: Day): WeeklyRule | undefined => {
  if (rule.from >= day) return rule;
  const monday = mondayOf(rule.from);
  const period = 7 * rule.everyWeeks;
  const periodNow = plusDays(monday, Math.floor(daysBetween(monday, day) / period) * period);
  // In a week that is left out, it goes on with the next that counts.
  const from = mondayOf(day) === periodNow ? day : plusDays(periodNow, period);
  return from > rule.until ? undefined : { ...rule, from, weekdays: weekdaysOf(rule) };
};

/** When the first of it begins, of what is still to come. */
export const beginOf = (part: ProposedPart, now: Instant): Instant | undefined => {
  switch (part.kind) {
    case 'booking':
      return part.span.from;
    case 'stay':
      return part.steps[0]?.span.from ?? part.span.from;
    case 'series':
      return occurrencesOf(part.rule).find(({ span }) => span !== undefined && span.from > now)?.span?.from;
  }
};

/** Until when it can stand: so many days, and not past the first beginning. In the past when nothing is to come. */
export const standsUntil = (parts: readonly ProposedPart[], days: number, now: Instant): Instant => {
  const coming = parts.flatMap((part) => beginOf(part, now) ?? []).filter((begin) => begin > now);
  if (coming.length === 0) return now;
  return coming.reduce((first, begin) => (begin < first ? begin : first), plusMs(now, days * 24 * hourMs));
};

/** A series as it is asked for today. */
export const ruleToday = (rule: WeeklyRule, now: Instant): WeeklyRule | undefined => ruleFrom(rule, dayOf(now));
