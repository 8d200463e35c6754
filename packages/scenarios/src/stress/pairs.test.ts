import { expect, test } from '@jest/globals';
import { householdDesk } from './desk-household-commands.ts';
import { moneyDesk } from './desk-money-commands.ts';
import { offerDesk } from './desk-offers.ts';
import { matchCommands } from './match-commands.ts';
import { pairsOf } from './pairs.ts';
import { planCommands } from './plan-commands.ts';
import { raceDesk } from './race-desks.ts';
import { racePlans } from './race-plans.ts';
import { raceResource } from './race-resource.ts';
import { resourceCommands } from './resource-commands.ts';

/* A slice of the pairs, for every change; `npm run races:pairs` races all of them, as often as it is told. */

const every = (step: number) => (_pair: unknown, index: number) => index % step === 0;

type Named = readonly [{ readonly name: string }, { readonly name: string }];
type Slice = { readonly seed: number; readonly keep: (pair: unknown, index: number) => boolean };
const desks = [householdDesk, offerDesk, moneyDesk];

test('each meets every other, and itself', () => {
  const pairs = pairsOf(['a', 'b', 'c']).map((pair) => pair.toSorted().join(''));
  expect(pairs.toSorted()).toEqual(['aa', 'ab', 'ac', 'bb', 'bc', 'cc']);
});

test('commands are told apart by name', () => {
  for (const commands of [resourceCommands, planCommands, matchCommands, ...desks.map((it) => it.commands)])
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
  const { pairs, met, violations } = await racePlans({ seed: 1, keep: every(199) });
  expect(violations).toEqual([]);
  expect(met).toBeGreaterThan(pairs / 2);
}, 60_000);

test.each([
  ['households', (options: Slice) => raceDesk(householdDesk, options), 199],
  ['offers', (options: Slice) => raceDesk(offerDesk, options), 47],
  ['money', (options: Slice) => raceDesk(moneyDesk, options), 131],
] as const)(
  'two who write about %s leave what they would have left one after the other',
  async (_name, race, step) => {
    const { pairs, met, violations } = await race({ seed: 1, keep: every(step) });
    expect(violations).toEqual([]);
    expect(met).toBeGreaterThan(pairs / 2);
  },
  60_000,
);

test('who writes in a file without looking whether somebody was first is found out', async () => {
  const ofOneFile = ([a, b]: Named) => a.name.startsWith('hand over') && b.name.startsWith('hand over');
  const { violations } = await raceDesk(householdDesk, { seed: 1, keep: ofOneFile, careless: true });
  expect(violations.length).toBeGreaterThan(0);
}, 60_000);
