import { expect, test } from '@jest/globals';
import { createLru } from './lru.ts';

test('never more than the limit, and always the last half of it', () => {
  const lru = createLru<number, number>(10);
  for (let n = 0; n < 1000; n += 1) {
    lru.set(n, n);
    for (let back = 0; back < 5 && n - back >= 0; back += 1) expect(lru.get(n - back)).toBe(n - back);
  }
  const kept = Array.from({ length: 1000 }, (_, n) => n).filter((n) => lru.get(n) !== undefined);
  expect(kept.length).toBeLessThanOrEqual(10);
});

test('what is used stays', () => {
  const lru = createLru<string, number>(4);
  lru.set('used', 1);
  for (let n = 0; n < 100; n += 1) {
    lru.set(`other ${n}`, n);
    expect(lru.get('used')).toBe(1);
  }
});

test('a value that was replaced or let go of does not come back', () => {
  const lru = createLru<string, number>(4);
  lru.set('a', 1);
  lru.set('b', 1);
  lru.set('c', 1);
  lru.set('a', 2);
  expect(lru.get('a')).toBe(2);
  lru.delete('a');
  expect(lru.get('a')).toBeUndefined();
  lru.set('d', 1);
  lru.clear();
  expect(lru.get('d')).toBeUndefined();
});
