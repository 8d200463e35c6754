import { accept, type Decider, derivedId, event, type Instant, instantFromMs, type Rejection } from '@adempauze/kernel';
import { type EsdbDouble, startEsdbDouble } from '@adempauze/testing/esdb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createEventCodec } from '../codec.ts';
import { createCommandHandler } from '../handle-command.ts';
import type { EventStore } from '../port.ts';
import { openStore } from './kurrent.fixtures.ts';

const Stamped = z.discriminatedUnion('type', [event('Stamped', { by: z.string(), stampedAt: z.string() })]);
type Stamped = z.infer<typeof Stamped>;
type Stamp = { readonly by: string; readonly now: Instant };
type Stamps = readonly string[];
/** Takes up the clock of whoever decides, as most deciders do. */
const decider: Decider<Stamp, Stamps, Stamped, Rejection> = {
  initialState: [],
  evolve: (stamps, { data }) => [...stamps, `${data.by} ${data.stampedAt}`],
  decide: ({ by, now }) => accept({ type: 'Stamped', data: { by, stampedAt: now } }),
};
const codec = createEventCodec<Stamped>({ schema: Stamped });

let double: EsdbDouble;
let stores: EventStore[];
beforeEach(async () => {
  double = await startEsdbDouble();
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await double.stop();
});

/** One replica: a store and a handler of its own, and a clock that is not that of the other. */
const replica = (name: string, second: number, beforeAppend = async () => {}) => {
  const store = openStore(double.connectionString, { writer: name });
  stores.push(store);
  const now = instantFromMs(Date.UTC(2027, 4, 3, 10, 0, second));
  const handler = createCommandHandler<Stamp, Stamps, Stamped, Rejection>({
    store: {
      ...store,
      async append(...it) {
        await beforeAppend();
        return store.append(...it);
      },
    },
    decider,
    codec,
    streamOf: (id) => `stamp-${id}`,
    clock: () => now,
  });
  return {
    ...handler,
    stamp: (command: string, by = name) =>
      handler.handle('one', { by, now }, { commandId: derivedId(command), correlationId: 'c', actor: 'tester' }),
  };
};

test('of two processes that decide one command each by its own clock, one writes and the other learns what', async () => {
  const first = replica('first', 1);
  let rival: Promise<unknown> | undefined;
  const second = replica('second', 2, async () => {
    rival ??= first.stamp('command-1');
    await rival;
  });
  const outcome = await second.stamp('command-1');
  const written = ['first 2027-05-03T10:00:01.000Z'];
  expect(outcome).toMatchObject({ accepted: true, value: { state: written, repeated: true, revision: 0 } });
  expect((await second.load('one')).state).toEqual(written);
  // And what it decides next stands on what was written.
  expect(await second.stamp('command-2')).toMatchObject({
    value: { state: [...written, 'second 2027-05-03T10:00:02.000Z'], revision: 1 },
  });
  expect((await first.load('one')).state).toEqual((await second.load('one')).state);
});

test('an answer that was lost is still found by the identical append', async () => {
  const only = replica('only', 1);
  double.faults.nextAppends('silent-after');
  expect(await only.stamp('command-1')).toMatchObject({ accepted: true, value: { revision: 0 } });
  expect((await only.load('one')).state.length).toBe(1);
});
