import { expect, test } from '@jest/globals';
import { hasReached } from '../port.ts';
import { decodeMarks, encodeMarks, type Mark, offsetAfter, withMark } from './marks.ts';
import { decodePlace, encodePlace, fartherOf } from './places.ts';

const services = ['bookings', 'offers'];
const had = (bookings: string | undefined, offers: string | undefined) =>
  new Map([
    ['bookings', bookings],
    ['offers', offers],
  ]);

test.each([
  ['one place for all is the place', had('0042.001', '0042.001'), '0042.001'],
  ['the lowest comes first, then each', had('0042.001', '0041.~'), '0041.~/bookings=0042.001,offers=0041.~'],
  ['nothing of one of them yet', had('0042.001', undefined), '/bookings=0042.001,offers='],
])('%s', (_what, places, text) => {
  expect(encodePlace(places)).toBe(text);
  expect(decodePlace(text, services)).toEqual(places);
});

test('a place in the middle of a source event says so, and nobody takes it for the whole', () => {
  const place = encodePlace(had('0042.000', '0042.000'), '0042.000');
  expect(place).toBe('0042.000+');
  expect(hasReached(place, '0042')).toBe(false);
  expect(decodePlace(place, services)).toEqual(had('0042.000', '0042.000'));
});

test('places of the in-process bus are read too, and a service that is new begins at the common place', () => {
  expect(decodePlace('0042.000+0041', services)).toEqual(had('0042.000', '0042.000'));
  expect(decodePlace('0041.~/bookings=0042.001', services)).toEqual(had('0042.001', '0041.~'));
  expect(decodePlace(undefined, services)).toEqual(had(undefined, undefined));
  expect(fartherOf(had('0042.001', undefined), had('0041.~', '0040.~'))).toEqual(had('0042.001', '0040.~'));
});

test('marks find where to read on, never too far, and stay few', () => {
  let marks: Mark[] = [];
  for (let n = 1; n <= 1000; n += 1) marks = withMark(marks, { offset: n * 10, sequence: String(n).padStart(4, '0') });
  expect(marks.length).toBeLessThanOrEqual(32);
  for (let n = 0; n <= 1000; n += 1) expect(offsetAfter(marks, String(n).padStart(4, '0'))).toBeLessThanOrEqual(n * 10);
  expect(offsetAfter(marks, '1000')).toBe(10_000);
  expect(offsetAfter(marks, '0999')).toBeGreaterThan(9_900);
  expect(offsetAfter(marks, undefined)).toBe(0);
  expect(decodeMarks('log-1', encodeMarks('log-1', marks))).toEqual(marks);
  expect(decodeMarks('log-2', encodeMarks('log-1', marks))).toEqual([]);
  expect(decodeMarks('log-1', 'log-1 x:0042 7')).toEqual([]);
});
