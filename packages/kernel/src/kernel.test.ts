import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { event } from './event.ts';
import { derivedId, timeOrderedId, Uuid } from './ids.ts';
import { euro, splitCents } from './money.ts';
import { personal, personalFieldsOf } from './personal.ts';
import {
  Day,
  dayOf,
  daysBetween,
  Instant,
  instantOn,
  minutesBetween,
  mondayOf,
  monthOf,
  plusDays,
  wallTimeOf,
} from './time.ts';

const day = (text: string) => Day.parse(text);
const at = (text: string) => Instant.parse(text);

describe('time', () => {
  test('a night over the clock change is eleven or nine hours, and still one night', () => {
    const autumn = { from: instantOn(day('2026-10-24'), '22:00'), until: instantOn(day('2026-10-25'), '08:00') };
    const spring = { from: instantOn(day('2026-03-28'), '22:00'), until: instantOn(day('2026-03-29'), '08:00') };
    expect([minutesBetween(autumn) / 60, minutesBetween(spring) / 60]).toEqual([11, 9]);
    expect(daysBetween(dayOf(autumn.from), dayOf(autumn.until))).toBe(1);
  });
  test('a skipped wall time moves forward', () => {
    expect(wallTimeOf(instantOn(day('2026-03-29'), '02:30'))).toBe('03:30');
  });
  test('midnight in Amsterdam divides the days, not midnight in UTC', () => {
    expect(dayOf(at('2027-05-02T21:59:59Z'))).toBe('2027-05-02');
    expect(dayOf(at('2027-05-02T22:00:00Z'))).toBe('2027-05-03');
  });
  test('weeks begin on Monday, months are calendar months', () => {
    expect(mondayOf(day('2026-01-11'))).toBe('2026-01-05');
    expect(monthOf(day('2026-01-31'))).toBe('2026-01');
  });
  test.each([
    '',
    'yesterday',
    '2026-13-01T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '+275760-09-13T00:00:00.001Z',
  ])('no instant: %s', (text) => expect(Instant.safeParse(text).success).toBe(false));
  test('instants are written one way, so that text order is time order', () => {
    expect(at('2026-01-01T01:00:00+01:00')).toBe('2026-01-01T00:00:00.000Z');
    expect(Instant.parse(at('2026-01-01T00:00:00Z'))).toBe('2026-01-01T00:00:00.000Z');
  });
  test('for every day: its midnight falls on it, and the moment before does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (offset) => {
        const some = plusDays(day('2000-01-01'), offset);
        const midnight = instantOn(some);
        expect(dayOf(midnight)).toBe(some);
        expect(dayOf(at(new Date(Date.parse(midnight) - 1).toISOString()))).toBe(plusDays(some, -1));
      }),
    );
  });
});

describe('money', () => {
  test('the odd cent goes to who is named first (A09)', () => {
    expect(splitCents(52_665, [50, 50])).toEqual([26_333, 26_332]);
  });
  test('no split loses or makes a cent, nor gives to who has no share', () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 })
      .filter((it) => it.some((share) => share > 0));
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), shares, (amount, weights) => {
        const parts = splitCents(amount, weights);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount);
        expect(parts.every((part, index) => (weights[index] ?? 0) > 0 || part === 0)).toBe(true);
      }),
    );
  });
  test('amounts are written the Dutch way and the English way', () => {
    expect([euro(171_600), euro(171_600, 'en'), euro(0)]).toEqual(['EUR 1.716,00', 'EUR 1,716.00', 'EUR 0,00']);
  });
});

describe('ids', () => {
  test('the same parts give the same id, other parts another', () => {
    expect(derivedId('a', 1)).toBe(derivedId('a', 1));
    expect(derivedId('a', 1)).not.toBe(derivedId('a', 2));
    expect(Uuid.parse(derivedId('a', 1))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
  test('later ids sort later', () => {
    const zeros = (count: number) => new Uint8Array(count);
    const ones = (count: number) => new Uint8Array(count).fill(255);
    expect(timeOrderedId(1_800_000_000_000, ones) < timeOrderedId(1_800_000_000_001, zeros)).toBe(true);
  });
});

test('personal fields are found wherever they stand, with the person they speak of', () => {
  const name = () => personal(z.string(), { of: 'personId' });
  const Registered = event('Registered', {
    id: z.string(),
    who: z.strictObject({ personId: z.string(), name: name(), phone: name().optional() }),
    purpose: personal(z.string(), { of: 'id' }),
  });
  expect(personalFieldsOf(Registered.shape.data)).toEqual([
    { path: ['who', 'name'], of: ['who', 'personId'] },
    { path: ['who', 'phone'], of: ['who', 'personId'] },
    { path: ['purpose'], of: ['id'] },
  ]);
});
