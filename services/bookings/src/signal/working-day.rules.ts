import {
  type Day,
  dayOf,
  daysBetween,
  type Instant,
  instantOn,
  isDutchHoliday,
  mondayOf,
  plusDays,
  wallTimeOf,
} from '@adempauze/kernel';

const endOfWork = '17:00';

const isWorkingDay = (day: Day): boolean => daysBetween(mondayOf(day), day) < 5 && !isDutchHoliday(day);

const nextWorkingDay = (day: Day): Day => {
  const next = plusDays(day, 1);
  return isWorkingDay(next) ? next : nextWorkingDay(next);
};

/**
 * One working day later: the same time on the next one, or its end when it came in after hours, in a weekend or on a
 * holiday. Source: A14.
 */
export const oneWorkingDayAfter = (at: Instant): Instant => {
  const day = dayOf(at);
  const time = wallTimeOf(at);
  return instantOn(nextWorkingDay(day), isWorkingDay(day) && time < endOfWork ? time : endOfWork);
};
