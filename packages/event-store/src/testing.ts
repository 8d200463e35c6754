import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, derivedId, instantFromMs } from '@adempauze/kernel';
import { z } from 'zod';
import type { DomainEvent, EventCodec } from './codec.ts';
import type { EventStore, JsonObject } from './port.ts';
import { createSqliteEventStore } from './sqlite/store.ts';

/** A clock for tests that count: one millisecond later at each look. */
export const tickingClock = (startMs = Date.UTC(2027, 0, 4)): Clock => {
  let nowMs = startMs;
  return () => {
    nowMs += 1;
    return instantFromMs(nowMs);
  };
};

let made = 0;

/** A real event store, on a temporary file unless told, for tests of whatever stands on one. Close it. */
export const openTestStore = (
  options: { readonly clock?: Clock; readonly file?: string } = {},
): Promise<EventStore> => {
  made += 1;
  const epoch = derivedId('test store', process.pid, made);
  return createSqliteEventStore({ clock: tickingClock(), newId: () => epoch, ...options });
};

/**
 * What one of several replicas has of a store that they share in this process: a name to write under, and ears of its
 * own. Between `deafen` and calling its answer nothing reaches its subscriptions, as when a read model is behind.
 */
export const replicaOf = (shared: EventStore, writer: string): { store: EventStore; deafen: () => () => void } => {
  let hears: Promise<void> | undefined;
  return {
    store: {
      ...shared,
      writer,
      subscribe: ({ onBatch, ...options }) =>
        shared.subscribe({
          ...options,
          async onBatch(batch) {
            await hears;
            return onBatch(batch);
          },
        }),
    },
    deafen() {
      const { promise, resolve } = Promise.withResolvers<void>();
      hears = promise;
      return resolve;
    },
  };
};

const Fixture = z.strictObject({
  type: z.string(),
  v: z.int().min(1),
  /** As it stood in the log. Personal fields stand in the clear, as after opening. */
  data: z.record(z.string(), z.json()),
  /** What it must be read as today; edit only with a new version. */
  decoded: z.record(z.string(), z.json()),
});

/**
 * Decodes every stored event of an older shape in a folder: one JSON file each, `<Type>.v<version>.json`, with `type`,
 * `v`, `data` and `decoded`. A fixture is written when a version is left behind and is never edited.
 * @throws Error naming the file that no longer decodes as it should, or the older version that has no fixture.
 */
export const upcasterFixtures = async <E extends DomainEvent>(
  codec: EventCodec<E>,
  folder: string,
): Promise<number> => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files) {
    const { type, v, data, decoded } = Fixture.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    if (file !== `${type}.v${v}.json`) throw new Error(`${file} holds ${type} version ${v}.`);
    const metadata = { v, at: '2027-01-04T00:00:00.000Z' };
    const event = { id: derivedId(file), type, data: data as JsonObject, metadata };
    const [read] = await codec.decode([{ ...event, stream: 'fixture-1', revision: 0, position: '0' }]);
    if (canonical(read?.data) !== canonical(decoded)) {
      throw new Error(`${file} decodes as ${canonical(read?.data)}, not as ${canonical(decoded)}.`);
    }
  }
  for (const [type, version] of codec.versions) {
    for (let v = 1; v < version; v += 1) {
      if (!files.includes(`${type}.v${v}.json`)) throw new Error(`${folder} has no ${type}.v${v}.json.`);
    }
  }
  return files.length;
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'undefined';
