import { Month } from '@adempauze/contracts';
import { type Day, dayOf, Instant, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import type { MonthAsOf } from './waits.rules.ts';

const dayMs = 86_400_000;

/** Days since 1 January 1970. */
export const dayNumber = (day: string): number => Date.parse(day) / dayMs;

const firstOf = (month: Month): Day => dayOf(Instant.parse(`${month}-01T12:00:00Z`));

/** The months of a report that have begun, each until its last day or today. */
export const monthsUntilNow = (from: Month, until: Month, now: Instant): MonthAsOf[] => {
  const today = dayOf(now);
  const months: MonthAsOf[] = [];
  for (let first = firstOf(from); monthOf(first) < until && first <= today; first = plusMonths(first, 1)) {
    const last = plusDays(plusMonths(first, 1), -1);
    months.push({
      month: Month.parse(monthOf(first)),
      firstOn: dayNumber(first),
      lastOn: dayNumber(last < today ? last : today),
    });
  }
  return months;
};
