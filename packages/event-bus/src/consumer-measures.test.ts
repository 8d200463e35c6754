import { instantFromMs, type Measure } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { createConsumerMeasures } from './consumer-measures.ts';

const position = (place: number) => String(place).padStart(4, '0');

/** A log whose end is moved by hand, and a read model and a reactor somewhere in it. */
const trial = () => {
  const at = { head: 0, model: 0, reactor: 0, working: true };
  let nowMs = 1_000_000;
  const source = (name: string, done: number) => ({
    ...{ name, live: true, failuresInARow: 0, halted: undefined },
    ...{ position: position(done), done: position(done) },
  });
  const status = () => ({ pending: 3, retrying: 1, parked: 2, sources: [source('others', at.reactor)] });
  const measures = createConsumerMeasures({
    readModels: {
      model: { status: () => ({ healthy: true, halted: undefined, sources: [source('own', at.model)] }) },
    },
    reactors: () => {
      const rest = { name: 'reactor', live: true, lagMs: 0, lastFailure: undefined };
      return at.working ? { reactor: { status: () => ({ ...rest, ...status() }) } } : {};
    },
    store: { readAll: async () => ({ events: [], scannedTo: position(at.head), atEnd: true }) },
    clock: () => instantFromMs(nowMs),
  });
  return {
    at,
    /** Seconds later, as `consumer: lag`. */
    async after(seconds: number): Promise<Record<string, number>> {
      nowMs += seconds * 1000;
      return values(await measures(), 'adempauze_consumer_lag_seconds');
    },
    measures,
  };
};

const values = (all: readonly Measure[], name: string): Record<string, number> =>
  Object.fromEntries(
    all.flatMap((it) =>
      it.name === name && it.type !== 'histogram'
        ? it.samples.map(({ value, labels }) => [labels?.consumer ?? '', value] as const)
        : [],
    ),
  );

test('lag counts from the first look at a log that had grown past the consumer', async () => {
  const { at, after } = trial();
  expect(await after(0)).toEqual({ model: 0, reactor: 0 });
  Object.assign(at, { head: 5, model: 5 });
  expect(await after(1)).toEqual({ model: 0, reactor: 0 });
  expect(await after(4)).toEqual({ model: 0, reactor: 4 });
  Object.assign(at, { head: 9 });
  expect(await after(2)).toEqual({ model: 0, reactor: 6 });
  Object.assign(at, { reactor: 7 });
  expect(await after(2)).toEqual({ model: 2, reactor: 2 });
  Object.assign(at, { reactor: 9, model: 9 });
  expect(await after(1)).toEqual({ model: 0, reactor: 0 });
});

test('who is behind for long is still behind for as long', async () => {
  const { at, after } = trial();
  for (let look = 1; look <= 3000; look += 1) {
    Object.assign(at, { head: look, reactor: look });
    await after(1);
  }
  const { model, reactor } = await after(0);
  expect(reactor).toBe(0);
  expect(model).toBeGreaterThan(2990);
});

test('a reactor that works elsewhere tells nothing here', async () => {
  const { at, measures } = trial();
  expect(values(await measures(), 'adempauze_parked_messages')).toEqual({ reactor: 2 });
  expect(values(await measures(), 'adempauze_consumer_pending_events')).toEqual({ reactor: 3 });
  at.working = false;
  const told = await measures();
  expect(values(told, 'adempauze_parked_messages')).toEqual({});
  expect(values(told, 'adempauze_consumer_lag_seconds')).toEqual({ model: 0 });
});
