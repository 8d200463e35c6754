import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedId } from '@adempauze/kernel';
import {
  type AppendExpectedRevision,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EsdbDouble, type EsdbDoubleOptions, startEsdbDouble } from './double.ts';

// The double, spoken to by the client itself, since that is what has to believe it.
let double: EsdbDouble;
let client: EventStoreDBClient;
let made = 0;
const start = async (options: EsdbDoubleOptions = {}) => {
  double = await startEsdbDouble(options);
  client = EventStoreDBClient.connectionString(double.connectionString);
};
const stop = async () => {
  await client.dispose();
  await double.stop();
};
const events = (count: number, type = 'Happened') =>
  Array.from({ length: count }, (_, n) => {
    made += 1;
    return jsonEvent({ id: derivedId('double test', made), type, data: { n }, metadata: { m: n } });
  });
const append = (stream: string, given = events(1), expectedRevision: AppendExpectedRevision = 'any') =>
  client.appendToStream(stream, given, { expectedRevision });
const collectAll = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const it of source) all.push(it);
  return all;
};
const revisions = async (stream: string, options = {}) =>
  (await collectAll(client.readStream(stream, options))).map(({ event }) => Number(event?.revision));

describe.each([
  ['BatchAppend', true],
  ['Append', false],
])('appends over %s', (_, batchAppend) => {
  beforeEach(() => start({ batchAppend }));
  afterEach(stop);

  test('are numbered, and found again', async () => {
    const given = events(2);
    const { nextExpectedRevision, position } = await append('a-1', given, 'no_stream');
    expect(nextExpectedRevision).toBe(1n);
    const read = await collectAll(client.readStream('a-1'));
    expect(read.map(({ event }) => event?.id)).toEqual(given.map(({ id }) => id));
    expect(read[1]?.event).toMatchObject({
      type: 'Happened',
      data: { n: 1 },
      metadata: { m: 1 },
      revision: 1n,
      isJson: true,
    });
    expect(read[1]?.event?.position).toEqual(position);
  });
  test('at a wrong revision are refused with what is there', async () => {
    await append('a-1', events(3), 'no_stream');
    await expect(append('a-1', events(1), 7n)).rejects.toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 7n,
      actualVersion: 2n,
    });
    await expect(append('a-2', events(1), 'stream_exists')).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });
  test('that come again are answered again', async () => {
    const given = events(2);
    const first = await append('a-1', given, 'no_stream');
    await append('a-1', events(1), 1n);
    expect(await append('a-1', given, 'no_stream')).toEqual(first);
    expect(await revisions('a-1')).toEqual([0, 1, 2]);
  });
  test('to a tombstoned stream, and too large ones, are refused', async () => {
    await append('a-1');
    await client.tombstoneStream('a-1');
    await expect(append('a-1')).rejects.toMatchObject({ type: 'stream-deleted', streamName: 'a-1' });
    await expect(append('a-2', events(1, 'x'.repeat(600_000)))).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
  });
  test('whose acknowledgement is lost were written', async () => {
    double.faults.nextAppends('lost-after');
    await expect(append('a-1')).rejects.toMatchObject({ type: 'unavailable' });
    expect(await revisions('a-1')).toEqual([0]);
  });
});

describe('a stream', () => {
  beforeEach(() => start());
  afterEach(stop);

  test('is read both ways, inclusive, and past its ends', async () => {
    await append('a-1', events(5), 'no_stream');
    expect(await revisions('a-1', { fromRevision: 3n })).toEqual([3, 4]);
    expect(await revisions('a-1', { direction: 'backwards', fromRevision: END, maxCount: 2 })).toEqual([4, 3]);
    expect(await revisions('a-1', { direction: 'backwards', fromRevision: 1n })).toEqual([1, 0]);
    expect(await revisions('a-1', { fromRevision: 9n })).toEqual([]);
    await expect(revisions('a-2')).rejects.toMatchObject({ type: 'stream-not-found' });
  });
  test('hides by count and by age, and shows all again', async () => {
    await append('a-1', events(5), 'no_stream');
    await client.setStreamMetadata('a-1', { maxCount: 2 });
    expect(await revisions('a-1')).toEqual([3, 4]);
    expect((await client.getStreamMetadata('a-1')).metadata).toMatchObject({ maxCount: 2 });
    await client.setStreamMetadata('a-1', {});
    expect(await revisions('a-1')).toHaveLength(5);
  });
  test('that is deleted softly is not found, and goes on where it was', async () => {
    const given = events(2);
    await append('a-1', given, 'no_stream');
    await client.deleteStream('a-1');
    await expect(revisions('a-1')).rejects.toMatchObject({ type: 'stream-not-found' });
    await expect(append('a-1', events(1), 'stream_exists')).rejects.toMatchObject({ type: 'stream-deleted' });
    expect(await append('a-1', events(2), 'no_stream')).toMatchObject({ nextExpectedRevision: 3n });
    expect(await revisions('a-1')).toEqual([2, 3]);
  });
  test('that is not there cannot be deleted at a revision', async () => {
    await expect(client.deleteStream('a-1', { expectedRevision: 3n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
  });
  test('that is tombstoned cannot be read', async () => {
    await append('a-1');
    await client.tombstoneStream('a-1');
    await expect(revisions('a-1')).rejects.toMatchObject({ type: 'stream-deleted' });
  });
});

test('an age is counted on the clock of the server', async () => {
  let nowMs = 1_800_000_000_000;
  await start({ nowMs: () => nowMs });
  await append('a-1', events(1), 'no_stream');
  await client.setStreamMetadata('a-1', { maxAge: 60 });
  nowMs += 59_000;
  await append('a-1', events(1));
  expect(await revisions('a-1')).toEqual([0, 1]);
  nowMs += 2000;
  expect(await revisions('a-1')).toEqual([1]);
  nowMs += 100_000;
  expect(await revisions('a-1')).toEqual([]);
  await stop();
});

describe('$all', () => {
  beforeEach(() => start());
  afterEach(stop);

  test('has everything in order, metadata and marks of tombstones too, with positions that are not counted by one', async () => {
    await append('a-1', events(2));
    await append('b-1', events(1));
    await client.setStreamMetadata('a-1', { maxCount: 1 });
    await client.tombstoneStream('b-1');
    const all = await collectAll(client.readAll());
    expect(all.map(({ event }) => event?.type)).toEqual([
      'Happened',
      'Happened',
      'Happened',
      '$metadata',
      '$streamDeleted',
    ]);
    const commits = all.map(({ event }) => event?.position.commit ?? 0n);
    expect(commits.every((it, n) => n === 0 || it > (commits[n - 1] ?? 0n) + 1n)).toBe(true);
    const back = await collectAll(client.readAll({ direction: 'backwards', fromPosition: END, maxCount: 2 }));
    expect(back.map(({ event }) => event?.type)).toEqual(['$streamDeleted', '$metadata']);
    const from = all[1]?.event?.position;
    const rest = await collectAll(client.readAll(from === undefined ? {} : { fromPosition: from }));
    expect(rest).toHaveLength(4);
  });
  test('is followed from any position, with filters, checkpoints and the word that it caught up', async () => {
    await append('a-1', events(40));
    await append('b-1', events(3, 'Other'));
    const checkpoints: bigint[] = [];
    const seen: string[] = [];
    const filter = streamNameFilter({
      prefixes: ['b-'],
      checkpointInterval: 1,
      checkpointReached: async (_, { commit }) => void checkpoints.push(commit),
    });
    const enough = Promise.withResolvers<void>();
    let caughtUp = 0;
    const byName = client.subscribeToAll({ fromPosition: START, filter }).on('caughtUp', () => {
      caughtUp += 1;
    });
    byName.on('data', ({ event }) => {
      seen.push(event?.type ?? '');
      if (seen.length === 5) enough.resolve();
    });
    const byType = client.subscribeToAll({ fromPosition: END, filter: eventTypeFilter({ regex: '^Oth' }) });
    const typed = Promise.withResolvers<bigint | undefined>();
    byType.on('data', ({ event }) => typed.resolve(event?.revision));
    await new Promise((resolve) => byType.once('caughtUp', resolve));
    await append('b-1', events(2, 'Other'));
    await enough.promise;
    expect(seen).toEqual(Array.from({ length: 5 }, () => 'Other'));
    expect(await typed.promise).toBe(3n);
    expect({ caughtUp, checkpoints: checkpoints.length > 0 }).toEqual({ caughtUp: 1, checkpoints: true });
    await Promise.all([byName.unsubscribe(), byType.unsubscribe()]);
  });
  test('one stream is followed after a revision', async () => {
    await append('a-1', events(3));
    const seen: bigint[] = [];
    const enough = Promise.withResolvers<void>();
    const subscription = client.subscribeToStream('a-1', { fromRevision: 1n });
    subscription.on('data', ({ event }) => {
      seen.push(event?.revision ?? -1n);
      if (seen.length === 2) enough.resolve();
    });
    await append('a-1', events(1));
    await enough.promise;
    expect(seen).toEqual([2n, 3n]);
    await subscription.unsubscribe();
  });
});

test('a file keeps everything over restarts, retention and tombstones too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-double-'));
  await start({ file: join(folder, 'log.db') });
  await append('a-1', events(4), 'no_stream');
  await client.setStreamMetadata('a-1', { maxCount: 3 });
  await append('b-1');
  await client.tombstoneStream('b-1');
  const before = await collectAll(client.readAll());
  await client.dispose();
  await double.restart();
  client = EventStoreDBClient.connectionString(double.connectionString);
  expect(await collectAll(client.readAll())).toEqual(before);
  expect(await revisions('a-1')).toEqual([1, 2, 3]);
  await expect(append('b-1')).rejects.toMatchObject({ type: 'stream-deleted' });
  expect(await append('a-1', events(1), 3n)).toMatchObject({ nextExpectedRevision: 4n });
  await stop();
  rmSync(folder, { recursive: true });
});

test('a follower sends those who want the leader there, and gossip knows both', async () => {
  await start();
  const follower = await double.openFollower();
  const atFollower = EventStoreDBClient.connectionString(follower.connectionString);
  const read = collectAll(atFollower.readStream('a-1', { requiresLeader: true }));
  await expect(read).rejects.toMatchObject({ type: 'not-leader', leader: { port: double.port } });
  const cluster = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${follower.port}?tls=false`);
  expect(await cluster.appendToStream('a-1', events(1))).toMatchObject({ success: true });
  await Promise.all([atFollower.dispose(), cluster.dispose()]);
  await stop();
});
