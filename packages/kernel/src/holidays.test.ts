import { expect, test } from '@jest/globals';
import { dutchHolidays, isDutchHoliday } from './holidays.ts';
import { Day } from './time.ts';

test('Easter and what follows it, in years that are known', () => {
  // rijksoverheid.nl publishes these; 2038 has one of the latest Easters there can be, 2285 the earliest.
  const easters = ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2038-04-25', '2285-03-22'];
  for (const easter of easters) expect(isDutchHoliday(Day.parse(easter))).toBe(true);
  expect(dutchHolidays(2026).map(({ day }) => day)).toEqual([
    ...['2026-01-01', '2026-04-05', '2026-04-06', '2026-04-27', '2026-05-14', '2026-05-24', '2026-05-25'],
    ...['2026-12-25', '2026-12-26'],
  ]);
});
test('King’s Day is never on a Sunday; Liberation Day every fifth year', () => {
  expect(isDutchHoliday(Day.parse('2025-04-26'))).toBe(true);
  expect(isDutchHoliday(Day.parse('2025-04-27'))).toBe(false);
  expect(isDutchHoliday(Day.parse('2025-05-05'))).toBe(true);
  expect(isDutchHoliday(Day.parse('2026-05-05'))).toBe(false);
});
