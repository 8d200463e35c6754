import { type Day, plusDays } from './time.ts';

/** A Dutch public holiday. */
export type Holiday = { readonly day: Day; readonly nl: string; readonly en: string };

/** Easter Sunday in the Gregorian calendar. Source: J. Meeus, Astronomical Algorithms, chapter 8 ("anonymous" method). */
const easterOf = (year: number): Day => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const e = (19 * a + b - Math.floor(b / 4) - d + 15) % 30;
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7;
  const g = Math.floor((a + 11 * e + 22 * f) / 451);
  const sum = e + f - 7 * g + 114;
  return dayIn(year, Math.floor(sum / 31), (sum % 31) + 1);
};

const dayIn = (year: number, month: number, day: number): Day =>
  Temporal.PlainDate.from({ year, month, day }).toString() as Day;

/**
 * The public holidays of a year, in order. Source: Algemene termijnenwet, art. 3, with both Sundays of Easter and Whitsun;
 * Liberation Day only every fifth year, as most collective agreements give it. King's Day is a day earlier on a Sunday
 * (Koninklijk besluit of 2013).
 */
export const dutchHolidays = (year: number): readonly Holiday[] => {
  const easter = easterOf(year);
  const kingsDay = Temporal.PlainDate.from({ year, month: 4, day: 27 }).dayOfWeek === 7 ? 26 : 27;
  return [
    { day: dayIn(year, 1, 1), nl: 'Nieuwjaarsdag', en: 'New Year’s Day' },
    { day: easter, nl: 'Eerste paasdag', en: 'Easter Sunday' },
    { day: plusDays(easter, 1), nl: 'Tweede paasdag', en: 'Easter Monday' },
    { day: dayIn(year, 4, kingsDay), nl: 'Koningsdag', en: 'King’s Day' },
    ...(year % 5 === 0 ? [{ day: dayIn(year, 5, 5), nl: 'Bevrijdingsdag', en: 'Liberation Day' }] : []),
    { day: plusDays(easter, 39), nl: 'Hemelvaartsdag', en: 'Ascension Day' },
    { day: plusDays(easter, 49), nl: 'Eerste pinksterdag', en: 'Whit Sunday' },
    { day: plusDays(easter, 50), nl: 'Tweede pinksterdag', en: 'Whit Monday' },
    { day: dayIn(year, 12, 25), nl: 'Eerste kerstdag', en: 'Christmas Day' },
    { day: dayIn(year, 12, 26), nl: 'Tweede kerstdag', en: 'Boxing Day' },
  ].toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
};

/** Years do not change, so what was worked out once is kept. */
const years = new Map<number, ReadonlySet<Day>>();

export const isDutchHoliday = (day: Day): boolean => {
  const year = Number(day.slice(0, 4));
  let holidays = years.get(year);
  if (holidays === undefined) {
    holidays = new Set(dutchHolidays(year).map((it) => it.day));
    years.set(year, holidays);
  }
  return holidays.has(day);
};
