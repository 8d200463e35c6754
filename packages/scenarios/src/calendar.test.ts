import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { calendarFrom } from './calendar.ts';

test('before the first story, the days are those of domain.md', () => {
  const calendar = calendarFrom(Instant.parse('2026-01-02T08:00:00Z'));
  expect(calendar.date('2026-03-01')).toBe('2026-03-01');
  expect(calendar.weekday('2026-01-05')).toBe('2026-01-05');
  expect(calendar.date('2027-02-28')).toBe('2027-02-28');
});

test.each([
  ['2026-01-05T08:00:00Z', 2027, '2027-01-04'],
  ['2026-11-22T08:00:00Z', 2027, '2027-01-04'],
  ['2027-12-31T08:00:00Z', 2028, '2028-01-03'],
  ['2028-06-01T08:00:00Z', 2029, '2029-01-08'],
])('at %s the stories are told in %i, beginning on Monday %s', (now, year, monday) => {
  const calendar = calendarFrom(Instant.parse(now));
  expect(calendar.year).toBe(year);
  expect(calendar.weekday('2026-01-05')).toBe(monday);
  expect(calendar.date('2026-03-01')).toBe(`${year}-03-01`);
  expect(calendar.date('2027-03-01')).toBe(`${year + 1}-03-01`);
});
