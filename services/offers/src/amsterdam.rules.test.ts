import { Day, dayOf, daysBetween, instantFromMs, instantOn, msOf, plusDays, wallTimeOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayNumberOf, momentOn, nightsBetween, offsetMs, wallMsOf } from './amsterdam.rules.ts';

const hour = 3_600_000;
const epoch = Day.parse('1970-01-01');
const anyMs = fc.oneof(
  fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) }),
  // around the clock changes of 2026 and 2027
  ...[Date.UTC(2026, 9, 25, 1), Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 9, 31, 1)].map((change) =>
    fc.integer({ min: change - 3 * hour, max: change + 3 * hour }),
  ),
);
const anyDay = fc
  .oneof(fc.integer({ min: -3000, max: 33_000 }), fc.constantFrom(...[20_751, 20_905, 21_122, 20_906]))
  .map((number) => ({ number, day: plusDays(epoch, number) }));

test('agrees with the calendar of the kernel at any moment', () => {
  fc.assert(
    fc.property(anyMs, (ms) => {
      const at = instantFromMs(ms);
      expect(plusDays(epoch, dayNumberOf(ms))).toBe(dayOf(at));
      const wall = wallMsOf(ms);
      const text = `${String(Math.floor(wall / hour)).padStart(2, '0')}:${String(Math.floor((wall % hour) / 60_000)).padStart(2, '0')}`;
      expect(text).toBe(wallTimeOf(at));
    }),
    { numRuns: 2000 },
  );
});

test('finds the moment of every wall time on every day, skipped and repeated ones too', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 95 }), ({ number, day }, quarter) => {
      const text = `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
      expect(momentOn(number, quarter * 900_000)).toBe(msOf(instantOn(day, text)));
    }),
    { numRuns: 2000 },
  );
});

test('counts nights by the calendar, however long the night with the clock change is', () => {
  fc.assert(
    fc.property(anyMs, fc.integer({ min: 0, max: 60 * 24 }), (ms, hours) => {
      const until = ms + hours * hour;
      expect(nightsBetween(ms, until)).toBe(daysBetween(dayOf(instantFromMs(ms)), dayOf(instantFromMs(until))));
    }),
  );
  expect(nightsBetween(Date.UTC(2027, 2, 27, 13), Date.UTC(2027, 2, 28, 9))).toBe(1); // 20 hours, the clock skips one
});

test('knows the exact moment of the change', () => {
  const spring = Date.UTC(2027, 2, 28, 1);
  expect([offsetMs(spring - 1), offsetMs(spring)]).toEqual([hour, 2 * hour]);
  const autumn = Date.UTC(2027, 9, 31, 1);
  expect([offsetMs(autumn - 1), offsetMs(autumn)]).toEqual([2 * hour, hour]);
});
