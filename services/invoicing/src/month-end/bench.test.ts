import { expect, test } from '@jest/globals';
import { benchSettlement } from './bench.ts';

test('the month end is exact, and counts what it says it counts', async () => {
  const figures = await benchSettlement({ deliveries: 500, parallel: 64, households: 40 });
  expect(figures).toMatchObject({ deliveries: 500, exact: true });
  expect(figures.settledPerSecond).toBeGreaterThan(0);
});
