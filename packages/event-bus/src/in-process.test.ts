import type { EventStore, NewEvent, RecordedEvent } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId, personal } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { collect, eventBusContract } from './contract.ts';
import { PublicationRefusedError } from './errors.ts';
import { createInProcessBus } from './in-process.ts';
import { type Draft, hasReached, type Publication } from './port.ts';

eventBusContract('in process', async (parts) => {
  const store = await openTestStore();
  let bus = createInProcessBus({ store, ...parts });
  return {
    store,
    bus,
    async restart() {
      await bus.close();
      bus = createInProcessBus({ store, ...parts });
      return bus;
    },
    async close() {
      await bus.close();
      await store.close();
    },
  };
});

const opened: EventStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
const openStore = async () => {
  const store = await openTestStore();
  opened.push(store);
  return store;
};

const type = 'trials.noted.v1';
const schemas = { [type]: z.object({ n: z.int() }) };
const noting = (publish: (event: Pick<RecordedEvent, 'data'>) => Draft | undefined): Publication => ({
  service: 'trials',
  categories: ['trial'],
  publish,
});
const note = (n: number): Draft => ({ type, subject: 'a', data: { n } });
const write = (store: EventStore, stream: string, ...numbers: number[]) =>
  store.append(
    stream,
    numbers.map(
      (n): NewEvent => ({
        id: derivedId(stream, n),
        type: 'Noted',
        data: { n },
        metadata: { v: 1, at: '2027-05-03T10:00:00.000Z' },
      }),
    ),
    { expected: 'any' },
  );

/** Follows a source until it halts, and answers what came before and why it halts. */
const haltOf = async (store: EventStore, publications: readonly Publication[]) => {
  const bus = createInProcessBus({ store, publications, schemas });
  const numbers: unknown[] = [];
  const halt = Promise.withResolvers<unknown>();
  const subscription = bus.source({ name: 'reader', types: [type] }).subscribe({
    after: undefined,
    onBatch: ({ events }) => {
      numbers.push(...events.map(({ data }) => data.n));
    },
    onError: halt.resolve,
  });
  const error = await halt.promise;
  const { failuresInARow } = subscription.state();
  await bus.close();
  return { numbers, error, failuresInARow };
};

test.each([
  ['a missing field', (): Draft => ({ type, subject: 'a', data: {} }), /trials\.noted\.v1: n invalid_type/],
  ['a field too many', () => ({ type, subject: 'a', data: { n: 3, name: 'x' } }), /name is not in the schema/],
  ['sealed personal data', () => ({ type, subject: 'a', data: { n: { $sealed: 'abc' } } }), /personal data in n/],
  ['a type of another service', () => ({ ...note(3), type: 'others.noted.v1' }), undefined],
  ['no subject', () => ({ ...note(3), subject: '' }), /no subject/],
])('a publication with %s halts the source right before it, and says why', async (_what, bad, reason) => {
  const store = await openStore();
  await write(store, 'trial-a', 1, 2, 3, 4);
  const publications = [noting(({ data }) => (data.n === 3 ? bad() : note(Number(data.n))))];
  if (reason === undefined) {
    // Nobody asked for that type, so nobody halts.
    const reader = collect(
      createInProcessBus({ store, publications, schemas }).source({ name: 'reader', types: [type] }),
    );
    await reader.has(3);
    await reader.subscription.close();
    expect(reader.events.map(({ data }) => data.n)).toEqual([1, 2, 4]);
    return;
  }
  const { numbers, error, failuresInARow } = await haltOf(store, publications);
  expect(error).toBeInstanceOf(PublicationRefusedError);
  expect(String(error)).toMatch(reason);
  expect(failuresInARow).toBe(1);
  expect(numbers).toEqual([1, 2]);
});

test('a publication that throws halts the source, which goes on by itself once it does not throw any more', async () => {
  const store = await openStore();
  await write(store, 'trial-a', 1, 2, 3);
  let broken = true;
  const publications = [
    noting(({ data }) => {
      if (broken && data.n === 2) throw new TypeError('a bug');
      return note(Number(data.n));
    }),
  ];
  const source = createInProcessBus({ store, publications, schemas }).source({ name: 'reader', types: [type] });
  const numbers: unknown[] = [];
  const all = Promise.withResolvers<void>();
  const subscription = source.subscribe({
    after: undefined,
    onBatch({ events }) {
      numbers.push(...events.map(({ data }) => data.n));
      if (numbers.length === 3) all.resolve();
    },
    onError(error) {
      expect(error).toBeInstanceOf(TypeError);
      broken = false;
    },
  });
  await all.promise;
  await subscription.close();
  expect(numbers).toEqual([1, 2, 3]);
});

test('several readers of one event have it mapped once', async () => {
  const store = await openStore();
  await write(store, 'trial-a', 1, 2, 3);
  let calls = 0;
  const publications = [
    noting(({ data }) => {
      calls += 1;
      return note(Number(data.n));
    }),
  ];
  const bus = createInProcessBus({ store, publications, schemas });
  const readers = ['one', 'two', 'three'].map((name) => collect(bus.source({ name, types: [type] })));
  for (const reader of readers) await reader.has(3);
  expect(calls).toBe(3);
  await bus.close();
});

test('the place moves on through events that stay private and through streams of others', async () => {
  const store = await openStore();
  const publications = [noting(() => undefined)];
  const reader = collect(
    createInProcessBus({ store, publications, schemas }).source({ name: 'reader', types: [type] }),
  );
  await write(store, 'trial-a', 1);
  const { position } = await write(store, 'foreign-a', 1);
  await reader.until(() => hasReached(reader.scannedTo(), position));
  expect(reader.events).toEqual([]);
  await reader.subscription.close();
});

test('old events are lifted by the codec of their category before they are published', async () => {
  const store = await openStore();
  await write(store, 'trial-a', 1);
  const upcast = (event: RecordedEvent) => ({ ...event, data: { n: Number(event.data.n) + 100 } });
  const publications = [{ ...noting(({ data }) => note(Number(data.n))), codecs: { trial: { upcast } } }];
  const reader = collect(
    createInProcessBus({ store, publications, schemas }).source({ name: 'reader', types: [type] }),
  );
  await reader.has(1);
  expect(reader.events[0]?.data).toEqual({ n: 101 });
  await reader.subscription.close();
});

test('publications that overlap, and schemas with personal fields, stop the start', async () => {
  const store = await openStore();
  const twice = [noting(() => undefined), noting(() => undefined)];
  expect(() => createInProcessBus({ store, publications: twice, schemas })).toThrow(/published twice/);
  const named = { [type]: z.object({ personId: z.string(), name: personal(z.string(), { of: 'personId' }) }) };
  expect(() => createInProcessBus({ store, publications: [], schemas: named })).toThrow(/personal field name/);
  expect(() => createInProcessBus({ store, publications: [], schemas: { Noted: z.object({}) } })).toThrow(/no name/);
});

test('a command that was answered with a place waits for all that its event became', () => {
  expect(hasReached('0041.~', '0042')).toBe(false);
  expect(hasReached('0042.000+0041', '0042')).toBe(false);
  expect(hasReached('0042.001', '0042')).toBe(true);
  expect(hasReached('0042.~', '0042')).toBe(true);
  expect(hasReached('0043.000+0042', '0042')).toBe(true);
  expect(hasReached('0042', '0042')).toBe(true);
  expect(hasReached(undefined, '0042')).toBe(false);
});
