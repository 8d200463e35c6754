import { expect, test } from '@jest/globals';
import { createRandom } from '../torture/random.ts';
import { type Blow, type Plant, planFaults } from './plan.ts';

const services = ['offers', 'bookings', 'matching', 'invoicing'];
const processes = [...services, 'gateway'].flatMap((it) => [`${it}-1`, `${it}-2`]);
const plant: Plant = {
  processes,
  services,
  links: ['store', 'postgres', 'door', ...processes.slice(0, 8)],
  brokers: 3,
};
const blows = (seed: number, count: number): Blow[] => [...planFaults(plant, createRandom(seed), 0.15).take(count)];

test('the same seed plans the same, another something else', () => {
  expect(blows(7, 300)).toEqual(blows(7, 300));
  expect(blows(7, 30)).not.toEqual(blows(8, 30));
});

test('the first blows are of every kind, and in time everything was hit in every way', () => {
  const kindsOf = (them: readonly Blow[]) => new Set(them.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  const all = kindsOf(blows(1, 2000));
  expect([...kindsOf(blows(1, all.size))].sort()).toEqual([...all].sort());
  const hit = new Set(blows(1, 3000).flatMap(({ faults }) => faults.map(({ kind, target }) => `${kind} ${target}`)));
  for (const it of processes) expect(hit).toContain(`kill ${it}`);
  for (const it of plant.links) expect(hit).toContain(`link silent ${it}`);
  expect(hit.size).toBe(10 * 2 + 4 * 3 + 2 + 3 * 2 + 11 * 7 + 1);
});

test('two at once never hit the same', () => {
  const pairs = blows(3, 3000).filter(({ faults }) => faults.length === 2);
  expect(pairs.length).toBeGreaterThan(200);
  const isAway = (kind: string) => /^(kill|stop|restart)/.test(kind);
  for (const { faults } of pairs) {
    const [one, other] = faults.map((it) => (isAway(it.kind) ? it.target.replace(/-\d$/, '') : it.kind + it.target));
    expect(one).not.toBe(other);
  }
});
