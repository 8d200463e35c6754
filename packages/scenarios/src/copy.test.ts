import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSqliteEventStore, type NewEvent } from '@adempauze/event-store';
import { derivedId, instantFromMs } from '@adempauze/kernel';
import { type EsdbDouble, startEsdbDouble } from '@adempauze/testing/esdb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openPlace } from './copy/place.ts';
import { digestOf } from './copy/walk.ts';

let folder = '';
let double: EsdbDouble;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-copy-'));
  double = await startEsdbDouble();
});
afterEach(async () => {
  await double.stop();
  rmSync(folder, { recursive: true });
});

const clock = () => instantFromMs(Date.UTC(2027, 0, 4));
const newId = () => derivedId('copy test', performance.now(), Math.random());
const eventOf = (n: number): NewEvent => ({
  id: derivedId('copied', n),
  type: n % 3 === 0 ? 'BookingRequested' : 'BookingConfirmed',
  data: { n, text: 'Zoë ‐ “rust” 🫖', sealed: { $sealed: 'x'.repeat(n % 50) } },
  metadata: { v: 1 + (n % 2), commandId: `c${n}`, $correlationId: 'r', at: instantFromMs(1_800_000_000_000 + n) },
});

/** A log in which streams of several categories grow in turn. */
const filledLog = async (events: number): Promise<string> => {
  const data = join(folder, 'data');
  const store = await createSqliteEventStore({ file: join(data, 'events.db'), clock, newId });
  const revisions = new Map<string, number>();
  const appends: Promise<unknown>[] = [];
  for (let n = 0; n < events; n += 1) {
    const stream = `${['booking', 'resource', 'claim'][n % 3]}-${n % 17}`;
    const revision = revisions.get(stream);
    revisions.set(stream, (revision ?? -1) + 1);
    appends.push(store.append(stream, [eventOf(n)], { expected: revision ?? 'no_stream' }));
  }
  await Promise.all(appends);
  await store.close();
  return data;
};

const digestAt = async (at: string, prefix?: string) => {
  const place = await openPlace({ at, role: 'source', clock, newId, ...(prefix === undefined ? {} : { prefix }) });
  const digest = await digestOf(place);
  const epoch = await place.store.epoch();
  await place.store.close();
  return { digest, epoch };
};

const child = fileURLToPath(new URL('./copy.ts', import.meta.url));
/** Runs the command, kills it once it has said so many lines of progress if told, and gives what it said. */
const copy = async (args: readonly string[], watch?: (kill: () => void) => Promise<void>) => {
  const running = spawn(process.execPath, [child, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  for (const out of [running.stdout, running.stderr]) out.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise<number | null>((resolve) => running.once('close', resolve));
  await Promise.all([ended, watch?.(() => running.kill('SIGKILL'))]);
  return { said, code: await ended };
};

test('a log that moved to KurrentDB and back is the same, under another name', async () => {
  const data = await filledLog(600);
  const there = await copy(['--from', data, '--to', double.connectionString]);
  expect(there).toMatchObject({ code: 0 });
  expect(there.said).toMatch(/600 events are equal in both, in the same order/);
  expect(there.said).toMatch(/Not copied: the folder `keys`/);
  const back = await copy(['--from', double.connectionString, '--to', join(folder, 'back')]);
  expect(back).toMatchObject({ code: 0 });
  const [first, second, third] = [
    await digestAt(data),
    await digestAt(double.connectionString),
    await digestAt(join(folder, 'back')),
  ];
  expect(second.digest).toEqual(first.digest);
  expect(third.digest).toEqual(first.digest);
  expect(new Set([first, second, third].map(({ epoch }) => epoch)).size).toBe(3);
});

test('a copy that is killed goes on where it was, and nothing is there twice', async () => {
  const data = await filledLog(600);
  const args = ['--from', data, '--to', double.connectionString];
  const place = await openPlace({ at: double.connectionString, role: 'source', clock, newId });
  const killed = await copy(args, async (kill) => {
    let after: string | undefined;
    for (let found = 0; found < 60; ) {
      const page = await place.page(after, 1000);
      found += page.events.length;
      after = page.scannedTo;
    }
    // So that it cannot be done before the signal comes.
    double.faults.freeze(true);
    kill();
  });
  double.faults.freeze(false);
  await place.store.close();
  expect(killed.code).toBeNull();
  const rest = await copy(args);
  expect(rest).toMatchObject({ code: 0 });
  const resumedAt = Number(/(\d+) events were there already/.exec(rest.said)?.[1]);
  expect(resumedAt).toBeGreaterThanOrEqual(60);
  expect(resumedAt).toBeLessThan(600);
  expect((await digestAt(double.connectionString)).digest).toEqual((await digestAt(data)).digest);
});

test('a target that holds something else is left alone', async () => {
  const data = await filledLog(30);
  const other = await openPlace({ at: double.connectionString, role: 'target', clock, newId });
  await other.store.append('booking-0', [eventOf(999)], { expected: 'no_stream' });
  await other.store.close();
  const refused = await copy(['--from', data, '--to', double.connectionString]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.said).toMatch(/holds something else: its event 1 is not that of the log to copy/);
  const beside = await copy(['--from', data, '--to', double.connectionString, '--prefix', 'copied_']);
  expect(beside).toMatchObject({ code: 0 });
  expect((await digestAt(double.connectionString, 'copied_')).digest).toEqual((await digestAt(data)).digest);
});

test('a log that is in use, that is not there, or that has ended streams is refused with a sentence', async () => {
  const data = await filledLog(3);
  const inUse = await createSqliteEventStore({ file: join(data, 'events.db'), clock, newId });
  expect(await copy(['--from', data, '--to', double.connectionString])).toMatchObject({
    code: 1,
    said: expect.stringMatching(/is in use: another marketplace runs/),
  });
  await inUse.tombstone('booking-0');
  await inUse.close();
  expect((await copy(['--from', data, '--to', double.connectionString])).said).toMatch(/were tombstoned/);
  expect((await copy(['--from', join(folder, 'none'), '--to', data])).said).toMatch(/There is no log/);
});
