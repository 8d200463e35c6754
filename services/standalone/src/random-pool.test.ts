import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createRandomPool } from './random-pool.ts';

test('the supply is filled seldom, and no byte is given out twice', () => {
  let fills = 0;
  let next = 0;
  const pool = createRandomPool((count) => {
    fills += 1;
    return Uint8Array.from({ length: count }, () => (next++ % 255) + 1);
  });
  const given = Array.from({ length: 409 }, () => pool(10)).flatMap((bytes) => [...bytes]);
  expect(fills).toBe(1);
  expect(given).toEqual(Array.from({ length: 4090 }, (_, index) => (index % 255) + 1));
  expect(pool(10)).toHaveLength(10);
  expect(fills).toBe(2);
});

test('what is asked for in one piece comes in one piece', () => {
  const pool = createRandomPool(randomBytes);
  expect(pool(32)).toHaveLength(32);
  expect(pool(10_000)).toHaveLength(10_000);
  const before = pool(16);
  const copy = Uint8Array.from(before);
  for (let n = 0; n < 1000; n += 1) pool(16);
  expect(before).toEqual(copy);
});

test('what the machine’s own randomness gives is still there when the supply is wiped', () => {
  const pool = createRandomPool(randomBytes);
  const given = Array.from({ length: 300 }, () => Buffer.from(pool(16)).toString('hex'));
  expect(new Set(given).size).toBe(given.length);
  expect(given).not.toContain('00'.repeat(16));
});
