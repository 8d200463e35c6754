import { expect, test } from '@jest/globals';
import { pairsOf } from './pairs.ts';
import { planCommands } from './plan-commands.ts';
import { racePlans } from './race-plans.ts';
import { raceResource } from './race-resource.ts';
import { resourceCommands } from './resource-commands.ts';

/* A slice of the pairs, for every change; `npm run races:pairs` races all of them, as often as it is told. */

const every = (step: number) => (_pair: unknown, index: number) => index % step === 0;

test('each meets every other, and itself', () => {
  const pairs = pairsOf(['a', 'b', 'c']).map((pair) => pair.toSorted().join(''));
  expect(pairs.toSorted()).toEqual(['aa', 'ab', 'ac', 'bb', 'bc', 'cc']);
});

test('commands are told apart by name', () => {
  for (const commands of [resourceCommands, planCommands])
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test('two commands on one resource do what they would have done one after the other', async () => {
  const { pairs, met, lost, violations } = await raceResource({ seed: 1, keep: every(5) });
  expect(violations).toEqual([]);
  expect(pairs).toBeGreaterThan(90);
  expect(met).toBeGreaterThan(pairs / 2);
  expect(lost).toBeGreaterThan(pairs / 3);
}, 60_000);

test('who writes without looking whether somebody was first is found out', async () => {
  const { violations } = await raceResource({ seed: 1, keep: every(16), careless: true });
  expect(violations.length).toBeGreaterThan(5);
}, 60_000);

test('bookings, series, stays and waiting lists stay in step with their places, whatever meets whatever', async () => {
  const { pairs, met, violations } = await racePlans({ seed: 1, keep: every(61) });
  expect(violations).toEqual([]);
  expect(met).toBeGreaterThan(pairs / 2);
}, 60_000);
