import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock, Instant } from '@adempauze/kernel';
import { instantFromMs } from '@adempauze/kernel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anEvent, someEvents } from '../contract/setting.ts';
import { StoreOpenError } from '../errors.ts';
import { openTestStore } from '../testing.ts';
import { openLogFile } from './log-file.ts';

let folder = '';
const file = () => join(folder, 'data', 'log.db');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const filled = async (count: number) => {
  const store = await openTestStore({ file: file() });
  for (let n = 0; n < count; n += 1) {
    await store.append(`booking-${n}`, [anEvent({ text: 'x'.repeat(2000) })], { expected: 'no_stream' });
  }
  await store.close();
};
const refuses = async (sentence: RegExp) => {
  const error = await openTestStore({ file: file() }).then(
    () => undefined,
    (it: unknown) => it,
  );
  expect(error).toBeInstanceOf(StoreOpenError);
  expect(String(error)).toMatch(sentence);
};

describe('opening', () => {
  test('makes the folder and leaves one tidy file behind', async () => {
    await filled(3);
    expect(existsSync(file())).toBe(true);
    expect(existsSync(`${file()}-wal`)).toBe(false);
  });
  test('waits for the disk, in WAL mode', async () => {
    await filled(1);
    const db = openLogFile(file(), { durable: true, newEpoch: 'unused' });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    db.close();
  });
  test('is refused while another has the log open, and possible afterwards', async () => {
    const first = await openTestStore({ file: file() });
    await refuses(/log\.db is in use: another marketplace runs on this data folder/);
    await first.append('booking-1', someEvents(1), { expected: 'no_stream' });
    await first.close();
    const second = await openTestStore({ file: file() });
    expect((await second.read('booking-1')).events).toHaveLength(1);
    await second.close();
  });
  test('is refused in a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'data'), 'a file, not a folder');
    await refuses(/The folder .*data cannot be written \((EEXIST|ENOTDIR)\)/);
  });
  test('is refused for a file that is no database', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file(), 'not a database at all, but long enough to be looked at as if it were one'.repeat(20));
    await refuses(/cannot be opened as an event store: file is not a database/);
  });
  test('is refused for the database of another program', async () => {
    mkdirSync(join(folder, 'data'));
    const db = new DatabaseSync(file());
    db.exec('CREATE TABLE songs (name TEXT)');
    db.close();
    await refuses(/is a database of another program/);
  });
  test('is refused for a log of a later layout', async () => {
    await filled(1);
    const db = new DatabaseSync(file());
    db.exec('PRAGMA user_version = 99');
    db.close();
    await refuses(/has layout 99; this program knows layout 1/);
  });
  test('is refused for a log that was cut off', async () => {
    await filled(60);
    truncateSync(file(), statSync(file()).size - 8192);
    await refuses(/is cut off|malformed/);
  });
  test('is refused for a log that was emptied', async () => {
    await filled(1);
    truncateSync(file(), 0);
    await refuses(/is empty: it was an event store and is damaged/);
  });
  test('forgets a log that was half made', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(`${file()}.new`, 'half');
    await filled(1);
    expect(existsSync(`${file()}.new`)).toBe(false);
  });
});

describe('a stream that nobody has written', () => {
  test('is found once it is, however often it was looked for before, and by whomever', async () => {
    const store = await openTestStore();
    const absent = { exists: false, events: [] };
    expect([await store.read('booking-1'), await store.read('booking-1')]).toEqual([absent, absent]);
    expect(await store.read('booking-1', { direction: 'backwards', maxCount: 1 })).toEqual(absent);
    await store.setRetention('booking-1', { maxCount: 10 });
    expect(await store.read('booking-1')).toEqual(absent);
    await store.append('booking-1', someEvents(2), { expected: 'no_stream' });
    expect((await store.read('booking-1')).events).toHaveLength(2);

    await store.read('booking-2');
    await expect(store.append('booking-2', someEvents(1), { expected: 3 })).rejects.toThrow();
    expect(await store.read('booking-2')).toEqual(absent);
    await Promise.all([
      store.append('booking-2', someEvents(1), { expected: 'any' }).then(() => store.read('booking-2')),
      store.read('booking-2'),
    ]);
    expect((await store.read('booking-2')).events).toHaveLength(1);
    await store.close();
  });
});

describe('an event that is in the log before its writer has heard so', () => {
  test.each([0, 2])('is in its stream for whoever was handed it, after %i before it', async (before) => {
    const store = await openTestStore();
    const expected = before === 0 ? 'no_stream' : before - 1;
    if (before > 0) await store.append('booking-1', someEvents(before), { expected: 'no_stream' });
    expect((await store.read('booking-1')).events).toHaveLength(before);
    const appended = store.append('booking-1', someEvents(1), { expected });
    // It is sent now. From here on only promises, so that the answer of the writer's thread has to wait.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const all = { categories: ['booking'], maxCount: 10 };
    while ((await store.readAll(all)).events.length === before);
    expect((await store.read('booking-1', { fromRevision: before })).events).toHaveLength(1);
    await appended;
    await store.close();
  });
});

describe('retention by age', () => {
  test('hides what is older by the clock of the marketplace', async () => {
    let now: Instant = instantFromMs(Date.UTC(2027, 0, 4));
    const clock: Clock = () => now;
    const store = await openTestStore({ clock });
    await store.append('checkpoint-1', someEvents(2), { expected: 'any' });
    now = instantFromMs(Date.UTC(2027, 0, 4, 1));
    await store.append('checkpoint-1', someEvents(1), { expected: 'any' });
    await store.setRetention('checkpoint-1', { maxAgeSeconds: 600 });
    expect((await store.read('checkpoint-1')).events.map(({ revision }) => revision)).toEqual([2]);
    now = instantFromMs(Date.UTC(2027, 0, 5));
    expect(await store.read('checkpoint-1')).toEqual({ exists: true, events: [] });
    await store.close();
  });
});

describe('positions', () => {
  test('of another kind of log are refused', async () => {
    const store = await openTestStore();
    const options = { categories: ['booking'], maxCount: 1 };
    await expect(store.readAll({ ...options, after: '12/12' })).rejects.toBeInstanceOf(RangeError);
    expect(() => store.subscribe({ categories: ['booking'], after: '12/12', onBatch: () => {} })).toThrow(RangeError);
    await store.close();
  });
  test('beyond the end are refused: the log behind a reader was put back', async () => {
    const store = await openTestStore();
    await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    const after = '0000000000000002';
    expect(() => store.subscribe({ categories: ['booking'], after, onBatch: () => {} })).toThrow(RangeError);
    await store.close();
  });
});

describe('closing', () => {
  test('writes what was given before, and refuses what comes after', async () => {
    const store = await openTestStore({ file: file() });
    const given = Array.from({ length: 50 }, (_, n) =>
      store.append(`booking-${n}`, someEvents(1), { expected: 'no_stream' }),
    );
    const closed = store.close();
    await expect(store.append('booking-x', someEvents(1), { expected: 'no_stream' })).rejects.toMatchObject({
      name: 'UnavailableError',
    });
    await closed;
    expect((await Promise.all(given)).every(({ revision }) => revision === 0)).toBe(true);
    const again = await openTestStore({ file: file() });
    expect((await again.readAll({ categories: ['booking'], maxCount: 100 })).events).toHaveLength(50);
    await again.close();
  });
});

describe('a failing disk', () => {
  test('fails the whole commit, says that the outcome is unknown, and goes on when the disk does', async () => {
    const store = await openTestStore({ file: file() });
    await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    // Another connection in a write transaction stands for a disk that does not take the commit in time.
    const blocker = new DatabaseSync(file());
    blocker.exec('BEGIN IMMEDIATE');
    const failed = await Promise.allSettled([
      store.append('booking-1', someEvents(1), { expected: 0 }),
      store.append('booking-2', someEvents(1), { expected: 'no_stream' }),
    ]);
    expect(failed.map((it) => it.status === 'rejected' && it.reason.name)).toEqual([
      'OutcomeUnknownError',
      'OutcomeUnknownError',
    ]);
    blocker.exec('ROLLBACK');
    blocker.close();
    expect(await store.append('booking-1', someEvents(1), { expected: 0 })).toMatchObject({ revision: 1 });
    expect(await store.append('booking-2', someEvents(1), { expected: 'no_stream' })).toMatchObject({ revision: 0 });
    await store.close();
  }, 20_000);
});

test('a copy of the file is the same log', async () => {
  await filled(5);
  const copy = join(folder, 'copy.db');
  copyFileSync(file(), copy);
  const [first, second] = [await openTestStore({ file: file() }), await openTestStore({ file: copy })];
  expect(await second.epoch()).toBe(await first.epoch());
  const all = { categories: ['booking'], maxCount: 100 };
  expect(await second.readAll(all)).toEqual(await first.readAll(all));
  await first.close();
  await second.close();
});
