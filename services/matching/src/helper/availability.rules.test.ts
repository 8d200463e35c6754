import type { WeeklyWindow } from '@adempauze/contracts';
import {
  dayOf,
  instantFromMs,
  instantOn,
  minuteMs,
  mondayOf,
  msOf,
  plusDays,
  type Span,
  wallTimeOf,
  zone,
} from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, spanOf } from '../examples.fixtures.ts';
import { type Calendar, fitFor, isWithinWindows, minutesPerWeek } from './availability.rules.ts';

const window = (weekday: number, from: string, until: string): WeeklyWindow => ({ weekday, from, until });

test('a window is wall time: the same hour in winter and in summer', () => {
  const mondays = [window(1, '09:00', '12:00')];
  expect(isWithinWindows(mondays, spanOf('2026-03-23T08:00:00Z', '2026-03-23T11:00:00Z'))).toBe(true);
  expect(isWithinWindows(mondays, spanOf('2026-03-30T07:00:00Z', '2026-03-30T10:00:00Z'))).toBe(true);
  expect(isWithinWindows(mondays, spanOf('2026-03-30T08:00:00Z', '2026-03-30T11:00:00Z'))).toBe(false);
});

test('windows that touch are one, over midnight and from Sunday to Monday', () => {
  const night = [window(7, '20:00', '24:00'), window(1, '00:00', '07:00')];
  expect(isWithinWindows(night, spanOf('2026-06-07T18:00:00Z', '2026-06-08T05:00:00Z'))).toBe(true);
  expect(isWithinWindows(night, spanOf('2026-06-07T18:00:00Z', '2026-06-08T05:00:01Z'))).toBe(false);
  expect(isWithinWindows([window(2, '09:00', '10:00')], spanOf('2026-06-07T18:00:00Z', '2026-06-08T05:00:00Z'))).toBe(
    false,
  );
});

test('the night of 29 March 2026 lacks an hour, and nothing is asked of it', () => {
  const early = [window(7, '01:00', '02:00'), window(7, '03:00', '04:00')];
  // 01:00 to 04:00 by the clock on the wall, two hours by the clock in space.
  expect(isWithinWindows(early, spanOf('2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'))).toBe(true);
  expect(isWithinWindows(early, spanOf('2026-03-22T00:00:00Z', '2026-03-22T03:00:00Z'))).toBe(false);
});

test('the night of 25 October 2026 has an hour twice, and a window holds both', () => {
  const early = [window(7, '02:00', '03:00')];
  expect(isWithinWindows(early, spanOf('2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z'))).toBe(true);
  // The second half of that hour, twice: in between the clock stands outside the window.
  expect(isWithinWindows([window(7, '02:30', '03:00')], spanOf('2026-10-25T00:30:00Z', '2026-10-25T02:00:00Z'))).toBe(
    false,
  );
});

const wallTime = fc.integer({ min: 0, max: 95 }).map((quarters) => text(quarters));
const text = (quarters: number) =>
  `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
const windows = fc.array(
  fc
    .tuple(fc.constantFrom(6, 7, 1), wallTime, fc.integer({ min: 1, max: 96 }))
    .map(([weekday, from, quarters]) => ({ weekday, from, until: text(Math.min(96, quarters)) }))
    .filter(({ from, until }) => from < until),
  { maxLength: 8 },
);
/** Quarters of an hour from Saturday noon on, around a change of the clock or an ordinary Sunday. */
const spans = fc
  .tuple(
    fc.constantFrom('2026-03-28T11:00:00Z', '2026-10-24T11:00:00Z', '2026-06-06T11:00:00Z'),
    fc.integer({ min: 0, max: 120 }),
    fc.integer({ min: 1, max: 60 }),
  )
  .map(([noon, skipped, length]): Span => {
    const fromMs = msOf(at(noon)) + skipped * 15 * minuteMs;
    return { from: instantFromMs(fromMs), until: instantFromMs(fromMs + length * 15 * minuteMs) };
  });

test('within the windows means: at every moment the clock on the wall stands in one', () => {
  fc.assert(
    fc.property(windows, spans, (some, span) => {
      let everywhere = true;
      for (let ms = msOf(span.from); ms < msOf(span.until); ms += 15 * minuteMs) {
        const moment = instantFromMs(ms);
        const weekday = Temporal.Instant.from(moment).toZonedDateTimeISO(zone).dayOfWeek;
        const time = wallTimeOf(moment);
        everywhere &&= some.some((it) => it.weekday === weekday && it.from <= time && time < it.until);
      }
      expect(isWithinWindows(some, span)).toBe(everywhere);
    }),
    { numRuns: 500 },
  );
});

test('a week runs from Monday to Sunday in Amsterdam, whatever its length', () => {
  const wholeWeek = (monday: string) => {
    const from = instantOn(mondayOf(dayOf(at(`${monday}T12:00:00Z`))));
    return minutesPerWeek({ from, until: instantOn(plusDays(dayOf(from), 7)) });
  };
  expect([...wholeWeek('2026-03-23').values()]).toEqual([(7 * 24 - 1) * 60]);
  expect([...wholeWeek('2026-10-19').values()]).toEqual([(7 * 24 + 1) * 60]);
  expect([...minutesPerWeek(spanOf('2026-03-29T20:00:00Z', '2026-03-29T23:30:00Z'))]).toEqual([
    ['2026-03-23', 120],
    ['2026-03-30', 90],
  ]);
});

test('minutes per week add up to the length of the span', () => {
  fc.assert(
    fc.property(spans, ({ from, until }) => {
      const sum = [...minutesPerWeek({ from, until }).values()].reduce((total, minutes) => total + minutes, 0);
      expect(sum).toBe((msOf(until) - msOf(from)) / minuteMs);
    }),
  );
});

const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => window(weekday, '00:00', '24:00'));
const fitOf = (it: Calendar, span: Span, matchId: string) => fitFor(span, matchId)(it);
const calendar = (maxHoursPerWeek: number, ...taken: Span[]) => ({
  availability: always,
  maxHoursPerWeek,
  assignments: taken.map((span, index) => ({ matchId: `m${index}`, span })),
});

test('half an hour to travel lies between two appointments', () => {
  const taken = calendar(40, spanOf('2026-06-01T10:00:00Z', '2026-06-01T12:00:00Z'));
  expect(fitOf(taken, spanOf('2026-06-01T12:30:00Z', '2026-06-01T13:00:00Z'), 'x').free).toBe(true);
  expect(fitOf(taken, spanOf('2026-06-01T12:29:00Z', '2026-06-01T13:00:00Z'), 'x').free).toBe(false);
  expect(fitOf(taken, spanOf('2026-06-01T09:00:00Z', '2026-06-01T09:30:00Z'), 'x').free).toBe(true);
  expect(fitOf(taken, spanOf('2026-06-01T09:00:00Z', '2026-06-01T09:31:00Z'), 'x').free).toBe(false);
});

test('the maximum counts the hours of each week on its own', () => {
  // Friday two hours, and over the turn of the week from Sunday ten to Monday two: two hours in each.
  const taken = calendar(4, spanOf('2026-06-05T10:00:00Z', '2026-06-05T12:00:00Z'));
  const overSunday = spanOf('2026-06-07T20:00:00Z', '2026-06-08T00:00:00Z');
  expect(fitOf(taken, overSunday, 'x')).toMatchObject({ hasRoom: true, hoursThatWeek: 2 });
  expect(fitOf(calendar(3, ...taken.assignments.map(({ span }) => span)), overSunday, 'x').hasRoom).toBe(false);
});
