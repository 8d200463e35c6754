import { type Day, dayOf, daysBetween, type Instant, plusDays } from '@adempauze/kernel';

/** The year in which domain.md tells its stories. */
const toldIn = 2026;
/** The first day that a story needs. */
const firstDay = '2026-01-05';

const inYear = (original: string, year: number): Day => {
  const [told = toldIn, month = 1, day = 1] = original.split('-').map(Number);
  return Temporal.PlainDate.from({ year: told + year - toldIn, month, day }).toString() as Day;
};

const sameWeekday = (original: string, year: number): Day => {
  const date = inYear(original, year);
  const off = (((((daysBetween(original as Day, date) % 7) + 7) % 7) + 3) % 7) - 3;
  return plusDays(date, -off);
};

/** Days of domain.md, in this run: in the first year whose stories still lie ahead; in 2026 they are exactly those. */
export type Calendar = {
  readonly year: number;
  /** The same date. */
  date(original: string): Day;
  /** The same weekday, at most three days off the date. */
  weekday(original: string): Day;
};

export const calendarFrom = (now: Instant): Calendar => {
  const today = dayOf(now);
  let year = Math.max(toldIn, Number(today.slice(0, 4)));
  while (sameWeekday(firstDay, year) <= today) year += 1;
  return {
    year,
    date: (original) => inYear(original, year),
    weekday: (original) => sameWeekday(original, year),
  };
};
