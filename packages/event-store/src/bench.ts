import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { accept, derivedId, event, type Rejection } from '@adempauze/kernel';
import { z } from 'zod';
import { createEventCodec } from './codec.ts';
import { createCommandHandler } from './handle-command.ts';
import type { EventStore, NewEvent } from './port.ts';
import type { Projection } from './projection.ts';
import { openReadModel } from './read-model.ts';
import type { SourceEvent } from './source.ts';
import { createSqliteEventStore } from './sqlite/store.ts';
import { storeSource } from './store-source.ts';
import { tickingClock } from './testing.ts';

export type AppendFigures = {
  readonly writers: number;
  /**
   * Rows per second of raw `node:sqlite` group commit: a writing thread that is sent batches of as many rows as there
   * are writers, made and serialised here, and commits each as one.
   */
  readonly floorPerSecond: number;
  /** The same commits in a loop within that thread, from rows that are there: what the disk and SQLite alone do. */
  readonly loopPerSecond: number;
  readonly adapterPerSecond: number;
  /** Milliseconds from an append to its acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time for each append: of the whole process, its writing thread included. */
  readonly cpuMsPerAppend: number;
};

const data = { bookingId: 'b', offerId: 'o', caregiverId: 'c', startsOn: '2027-05-03', text: 'x'.repeat(280) };
const metadata = {
  v: 1,
  commandId: derivedId('bench', 'command'),
  $correlationId: derivedId('bench', 'correlation'),
  actor: 'bench',
  at: '2027-01-04T12:00:00.000Z',
};
const eventOf = (...parts: (string | number)[]): NewEvent => ({
  id: derivedId(...parts),
  type: 'BookingRequested',
  data,
  metadata,
});

/**
 * Durable appends of one event each by so many writers at once, to streams of four, beside the raw floor on the same
 * disk with the same rows in the same run.
 */
export const benchAppends = async ({
  writers,
  seconds,
  folder = tmpdir(),
}: {
  readonly writers: number;
  readonly seconds: number;
  readonly folder?: string;
}): Promise<AppendFigures> =>
  inFolder(folder, async (place) => {
    const floor = await openFloor(join(place, 'floor.db'), writers);
    const store = await openStore(join(place, 'log.db'));
    const latenciesMs: number[] = [];
    let appended = 0;
    let processorMs = 0;
    const appendFor = async (name: string | number, milliseconds: number) => {
      const startedMs = performance.now();
      const cpu = process.cpuUsage();
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let n = 0; performance.now() - startedMs < milliseconds; n += 1) {
            const stream = `booking-${name}.${writer}.${n >> 2}`;
            const event = eventOf(stream, n);
            const sentMs = performance.now();
            await store.append(stream, [event], { expected: n % 4 === 0 ? 'no_stream' : (n % 4) - 1 });
            latenciesMs.push(performance.now() - sentMs);
            appended += 1;
          }
        }),
      );
      const { user, system } = process.cpuUsage(cpu);
      processorMs += (user + system) / 1000;
      return performance.now() - startedMs;
    };
    await appendFor('warm', 300);
    await floor.rows(300);
    latenciesMs.length = 0;
    appended = 0;
    processorMs = 0;
    // In turns, so that whatever else the machine does hits all of them alike.
    let adapterMs = 0;
    let floorRows = 0;
    let loopRows = 0;
    const sliceMs = 500;
    const slices = Math.max(1, Math.round((seconds * 1000) / sliceMs));
    for (let slice = 0; slice < slices; slice += 1) {
      floorRows += await floor.rows(sliceMs);
      adapterMs += await appendFor(slice, sliceMs);
      loopRows += await floor.loop(sliceMs);
    }
    await floor.close();
    await store.close();
    latenciesMs.sort((a, b) => a - b);
    return {
      writers,
      floorPerSecond: Math.round((floorRows * 1000) / (slices * sliceMs)),
      loopPerSecond: Math.round((loopRows * 1000) / (slices * sliceMs)),
      adapterPerSecond: Math.round((appended * 1000) / adapterMs),
      p50: percentile(latenciesMs, 0.5),
      p99: percentile(latenciesMs, 0.99),
      cpuMsPerAppend: Math.round((processorMs * 10_000) / appended) / 10_000,
    };
  });

/** Commands per second through decider, codec and store: the state cache at work, one append for each. */
export const benchCommands = async ({
  writers,
  seconds,
  folder = tmpdir(),
}: {
  readonly writers: number;
  readonly seconds: number;
  readonly folder?: string;
}): Promise<{ readonly perSecond: number }> =>
  inFolder(folder, async (place) => {
    const store = await openStore(join(place, 'log.db'));
    const Counted = z.discriminatedUnion('type', [event('Counted', { text: z.string(), times: z.int() })]);
    const handler = createCommandHandler({
      store,
      codec: createEventCodec({ schema: Counted }),
      clock: tickingClock(),
      streamOf: (id: string) => `counter-${id}`,
      decider: {
        initialState: 0,
        evolve: (state: number) => state + 1,
        decide: (text: string, state: number) => accept({ type: 'Counted' as const, data: { text, times: state } }),
      } satisfies import('@adempauze/kernel').Decider<string, number, z.infer<typeof Counted>, Rejection>,
    });
    let handled = 0;
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; performance.now() - startedMs < seconds * 1000; n += 1) {
          const context = { commandId: `command-${writer}-${n}`, correlationId: 'bench', actor: 'bench' };
          await handler.handle(`${writer}.${n >> 2}`, data.text, context);
          handled += 1;
        }
      }),
    );
    const perSecond = Math.round((handled * 1000) / (performance.now() - startedMs));
    await store.close();
    return { perSecond };
  });

/** Events per second into an empty read model with one simple projection, from the log to the committed row. */
export const benchRebuild = async ({
  events,
  folder = tmpdir(),
}: {
  readonly events: number;
  readonly folder?: string;
}): Promise<{ readonly events: number; readonly eventsPerSecond: number; readonly longestBlockMs: number }> =>
  inFolder(folder, async (place) => {
    const store = await openStore(join(place, 'log.db'));
    await fill(store, events);
    const projection: Projection<SourceEvent> = {
      name: 'overview-1',
      tables: 'CREATE TABLE bookings (stream TEXT PRIMARY KEY, startsOn TEXT, revision INTEGER) WITHOUT ROWID',
      project: (it) => [
        'INSERT OR REPLACE INTO bookings VALUES (?, ?, ?)',
        it.stream,
        String(it.data.startsOn),
        it.revision,
      ],
    };
    const source = storeSource({ name: 'log', store, codecs: { booking: { upcast: (it) => it } } });
    let longestBlockMs = 0;
    let lastMs = performance.now();
    const tick = setInterval(() => {
      longestBlockMs = Math.max(longestBlockMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 1);
    const startedMs = performance.now();
    const model = await openReadModel({ folder: place, name: 'bench', projections: [projection], sources: [source] });
    await model.caughtUp();
    const elapsedMs = performance.now() - startedMs;
    clearInterval(tick);
    await model.close();
    await store.close();
    return { events, eventsPerSecond: Math.round((events * 1000) / elapsedMs), longestBlockMs };
  });

const fill = async (store: EventStore, events: number): Promise<void> => {
  const perAppend = 100;
  for (let from = 0; from < events; ) {
    const appends: Promise<unknown>[] = [];
    for (let n = 0; n < 50 && from < events; n += 1) {
      const count = Math.min(perAppend, events - from);
      const stream = `booking-${from}`;
      const batch = Array.from({ length: count }, (_, at) => eventOf(stream, at));
      appends.push(store.append(stream, batch, { expected: 'no_stream' }));
      from += count;
    }
    await Promise.all(appends);
  }
};

const openStore = (file: string): Promise<EventStore> =>
  createSqliteEventStore({ file, clock: tickingClock(), newId: () => derivedId('bench', file) });

/** Commits batches of as many rows as there are writers: sent one by one from here, or in a loop within the thread. */
const openFloor = async (file: string, writers: number) => {
  const worker = new Worker(new URL('./bench/floor.ts', import.meta.url), { workerData: { file } });
  const answer = async () => Number((await once(worker, 'message'))[0]);
  const batch = (n: number) => Array.from({ length: writers }, (_, row) => rowOf(eventOf('floor', n, row)));
  await answer();
  return {
    async rows(milliseconds: number) {
      let rows = 0;
      const startedMs = performance.now();
      for (let n = 0; performance.now() - startedMs < milliseconds; n += 1) {
        worker.postMessage(batch(n));
        rows += await answer();
      }
      return rows;
    },
    loop(milliseconds: number) {
      worker.postMessage({ loopMs: milliseconds, batch: batch(0) });
      return answer();
    },
    async close() {
      worker.postMessage('close');
      await once(worker, 'exit');
    },
  };
};

const rowOf = (it: NewEvent) => ({
  id: it.id,
  type: it.type,
  data: JSON.stringify(it.data),
  metadata: JSON.stringify(it.metadata),
});

const inFolder = async <T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(parent, 'adempauze-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const percentile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100;
