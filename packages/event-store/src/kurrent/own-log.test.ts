import { type EsdbDouble, startEsdbDouble } from '@adempauze/testing/esdb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { someEvents } from '../contract/setting.ts';
import { createOwnLog } from '../own-log.ts';
import { openReadModel, type ReadModel } from '../read-model.ts';
import { replicaOf } from '../testing.ts';
import { openStore } from './kurrent.fixtures.ts';

/** Longer than a test may take: what is known sooner is known because the log was asked. */
const idleMs = 60_000;
let double: EsdbDouble;
let ended: (() => Promise<unknown>)[];
beforeEach(async () => {
  double = await startEsdbDouble();
  ended = [() => double.stop()];
});
afterEach(async () => {
  for (const end of ended.toReversed()) await end();
});

const open = async () => {
  const plain = openStore(double.connectionString, { idleMs, timeoutMs: 5000 });
  ended.push(() => plain.close());
  const { store, deafen } = replicaOf(plain, 'one');
  const categories = ['booking'];
  const readModel: ReadModel = await openReadModel({
    folder: ':memory:',
    name: 'own',
    projections: [],
    sources: [{ name: 'own', epoch: store.epoch, subscribe: (options) => store.subscribe({ ...options, categories }) }],
  });
  ended.push(() => readModel.close());
  await readModel.caughtUp();
  const write = async (stream: string, count: number) =>
    (await store.append(stream, someEvents(count), { expected: 'any' })).position;
  return { ...createOwnLog({ store, categories, readModel }), readModel, write, deafen };
};

test('where others wrote and nothing of ours stands, it is known at once that all is had', async () => {
  const { write, waitFor, readModel, missing } = await open();
  const own = await write('booking-1', 1);
  expect(await waitFor(own, 5000)).toBe(true);
  const foreign = await write('other-1', 3);
  expect(await waitFor(foreign, 10_000)).toBe(true);
  expect(readModel.status().sources[0]?.position).toBe(own);
  expect(await missing()).toBe(undefined);
});

test('what is ours and not had yet is waited for, and nothing beyond the place', async () => {
  const { write, waitFor, deafen, missing } = await open();
  await waitFor(await write('booking-1', 1), 5000);
  const hear = deafen();
  const own = await write('booking-2', 2);
  const foreign = await write('other-1', 1);
  expect(await waitFor(foreign, 200)).toBe(false);
  expect(await missing()).toBe(own);
  const waiting = waitFor(foreign, 20_000);
  hear();
  expect(await waiting).toBe(true);
});
