import { afterEach, expect, test } from '@jest/globals';
import { createWorld, endWorlds } from './world.fixtures.ts';

afterEach(endWorlds);

test('requests for a helper are counted while they wait, by for whom', async () => {
  const world = await createWorld();
  const waiting = async () => {
    await world.matching().settled();
    const found = (await world.matching().gauges()).find(({ name }) => name === 'adempauze_helper_requests');
    if (found?.type !== 'gauge') throw new Error('It is not told.');
    return Object.fromEntries(found.samples.map(({ value, labels }) => [labels?.status, value]));
  };
  await world.organisation();
  await world.helper('Wim');
  await world.wanted('a');
  await world.wanted('b');
  expect(await waiting()).toEqual({ open: 2, proposed: 0 });
  await world.propose('a', 'Wim');
  expect(await waiting()).toEqual({ open: 1, proposed: 1 });
  await world.answer('a', 'Wim', 'yes');
  expect(await waiting()).toEqual({ open: 1, proposed: 0 });
});
