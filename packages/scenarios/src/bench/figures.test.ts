import { expect, test } from '@jest/globals';
import { median, percentile, tableOf } from './figures.ts';

test('a percentile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(values, 0.5)).toBe(51);
  expect(percentile(values, 0.99)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBe(0);
});

test('the median of runs', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2);
});

test('a table lines up and leaves out what was not measured', () => {
  const table = tableOf([
    { name: 'search', unit: 'a second', median: 1200, p50: 0.8, p99: 2.25, target: 'p99 under 10 ms' },
    { name: 'restart', unit: 'ms', median: 900 },
  ]);
  expect(table.split('\n')).toEqual([
    '         median  unit      p50 ms  p99 ms  floor  target',
    'search    1,200  a second     0.8    2.25         p99 under 10 ms',
    'restart     900  ms',
  ]);
});
