import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedId, type Instant } from '@adempauze/kernel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BookingEvent, bookingUpcasters, simpleVault } from './booking.fixtures.ts';
import { createEventCodec } from './codec.ts';
import { watch } from './contract/setting.ts';
import type { EventStore, NewEvent } from './port.ts';
import type { Projection } from './projection.ts';
import { openReadModel, type ReadModel, type ReadModelOptions } from './read-model.ts';
import { diffReadModels, rebuildCopy } from './read-model-copies.ts';
import { keepSealed } from './sealed.ts';
import type { EventSource, SourceEvent, Stored } from './source.ts';
import { storeSource } from './store-source.ts';
import { openTestStore } from './testing.ts';

const vault = simpleVault();
const codec = createEventCodec({ schema: BookingEvent, upcasters: bookingUpcasters, vault });

const overview: Projection<Stored<BookingEvent>> = {
  name: 'overview-1',
  tables: 'CREATE TABLE bookings (stream TEXT PRIMARY KEY, status TEXT, note TEXT, revision INTEGER) STRICT',
  project({ type, stream, revision, data }) {
    switch (type) {
      case 'BookingRequested':
        return [
          "INSERT OR REPLACE INTO bookings VALUES (?, 'requested', ?, ?)",
          stream,
          keepSealed(data.note),
          revision,
        ];
      case 'BookingConfirmed':
        return ["UPDATE bookings SET status = 'confirmed', revision = ? WHERE stream = ?", revision, stream];
      default:
        return undefined;
    }
  },
};
const count: Projection<SourceEvent> = {
  name: 'count-1',
  tables: 'CREATE TABLE counted (type TEXT PRIMARY KEY, times INTEGER) STRICT',
  // Not repeatable, on purpose: it shows whether an event is ever taken twice.
  project: ({ type }) => ['INSERT INTO counted VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1', type],
};

let folder = '';
let store: EventStore;
let opened: ReadModel[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-read-'));
  store = await openTestStore();
  opened = [];
});
afterEach(async () => {
  for (const model of opened) await model.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const source = (name = 'bookings', from = store) => storeSource({ name, store: from, codecs: { booking: codec } });
const open = async (options: Partial<ReadModelOptions> = {}) => {
  const model = await openReadModel({
    folder,
    name: 'bookings',
    projections: [overview, count],
    sources: [source()],
    ...options,
  });
  opened.push(model);
  return model;
};
const shut = async (model: ReadModel) => {
  opened = opened.filter((it) => it !== model);
  await model.close();
};

let made = 0;
const write = async (to = store, note?: string) => {
  made += 1;
  const id = `b${made}`;
  const stream = `booking-${id}`;
  const data = { bookingId: id, caregiverId: 'c1', form: 'F01', ...(note === undefined ? {} : { note }) };
  const events: NewEvent[] = await codec.encode(
    stream,
    [
      { type: 'BookingRequested', data },
      { type: 'BookingConfirmed', data: { bookingId: id } },
    ],
    { ids: [derivedId(stream, 0), derivedId(stream, 1)], metadata: { at: '2027-01-04T12:00:00.000Z' } },
  );
  return (await to.append(stream, events, { expected: 'no_stream' })).position;
};
const times = (model: ReadModel) => model.db.first("SELECT times FROM counted WHERE type = 'BookingConfirmed'")?.times;
const files = () => readdirSync(folder).filter((it) => it.endsWith('.db'));

describe('a read model', () => {
  test('has what was there once it caught up, and what comes when one waits for it', async () => {
    await write();
    const model = await open();
    await model.caughtUp();
    expect(times(model)).toBe(1);
    const position = await write();
    expect(await model.waitFor(position, 5000)).toBe(true);
    expect(times(model)).toBe(2);
    expect(await model.waitFor(position, 0)).toBe(true);
    expect(model.lag('2027-01-04T12:00:05.000Z' as Instant)).toBe(0);
    expect(model.status()).toMatchObject({ healthy: true, sources: [{ name: 'bookings', live: true, position }] });
  });
  test('says no when what one waits for does not come in time', async () => {
    const model = await open();
    expect(await model.waitFor('0000000000000999', 20)).toBe(false);
  });
  test('knows positions of events that are not its own', async () => {
    const model = await open();
    const event = {
      id: derivedId('other'),
      type: 'Other',
      data: {},
      metadata: { v: 1, at: '2027-01-04T12:00:00.000Z' },
    };
    const { position } = await store.append('offer-1', [event], { expected: 'no_stream' });
    expect(await model.waitFor(position, 5000)).toBe(true);
  });
  test('keeps personal fields sealed: nothing of them is in a file', async () => {
    const model = await open();
    await model.waitFor(await write(store, 'He walks at night.'), 5000);
    expect(model.db.first('SELECT note FROM bookings')?.note).toMatch(/^booking-b\d+\|[0-9a-f-]{36}\|note c1\./);
    await shut(model);
    for (const file of readdirSync(folder)) expect(readFileSync(join(folder, file), 'latin1')).not.toContain('walks');
  });
  test('goes on where it was after a restart, and takes nothing twice', async () => {
    const first = await open();
    await first.waitFor(await write(), 5000);
    await shut(first);
    await write();
    const second = await open();
    await second.caughtUp();
    expect(times(second)).toBe(2);
    expect(files()).toHaveLength(1);
  });
  test('keeps an index in step: what is there at the start, then each event once', async () => {
    await write();
    const first = await open();
    await first.caughtUp();
    await shut(first);
    const index: unknown[] = [];
    const model = await open({
      onOpened: (db) => index.push(...db.all('SELECT stream FROM bookings').map((row) => row.stream)),
      onCommitted: (events) => {
        for (const { type, stream } of events) if (type === 'BookingRequested') index.push(stream);
      },
    });
    await model.waitFor(await write(), 5000);
    expect(index).toEqual(model.db.all('SELECT stream FROM bookings ORDER BY stream').map((row) => row.stream));
  });
  test('tells a listener again what it could not take, and applies it once', async () => {
    let failures = 1;
    const told: string[] = [];
    const model = await open({
      onCommitted: (events) => {
        failures -= 1;
        if (failures >= 0) throw new Error('Not now.');
        told.push(...events.map(({ type }) => type));
      },
    });
    await model.waitFor(await write(), 5000);
    expect(told).toEqual(['BookingRequested', 'BookingConfirmed']);
    expect(times(model)).toBe(1);
  });
});

describe('an event that a projection cannot take', () => {
  test('stops the read model there, visibly, and is taken once it can be', async () => {
    const { changed, until } = watch();
    let broken = true;
    const picky: Projection<SourceEvent> = {
      name: 'picky-1',
      tables: 'CREATE TABLE confirmed (stream TEXT PRIMARY KEY)',
      project({ type, stream }) {
        if (type !== 'BookingConfirmed') return undefined;
        if (broken && stream === poisoned) {
          queueMicrotask(changed);
          throw new Error('It makes no sense.');
        }
        return ['INSERT INTO confirmed VALUES (?)', stream];
      },
    };
    await write();
    const poisoned = `booking-b${made + 1}`;
    await write();
    await write();
    const model = await open({ projections: [overview, count, picky] });
    await until(() => model.status().halted !== undefined);
    expect(model.status()).toMatchObject({
      healthy: false,
      halted: {
        source: 'bookings',
        projection: 'picky-1',
        eventType: 'BookingConfirmed',
        error: 'Error: It makes no sense.',
      },
    });
    // What came before it is there, what comes after it waits.
    expect(times(model)).toBe(1);
    expect(model.db.all('SELECT stream FROM bookings')).toHaveLength(2);
    broken = false;
    await model.caughtUp();
    expect(model.status()).toMatchObject({ healthy: true, halted: undefined });
    expect(times(model)).toBe(3);
  });
});

describe('a source that repeats itself', () => {
  /** Gives everything again at each step, as a relay does after a crash. */
  const stuttering = (events: readonly SourceEvent[]): EventSource => ({
    name: 'stuttering',
    subscribe({ after, onBatch, onCaughtUp }) {
      const run = async () => {
        for (let n = 1; n <= events.length; n += 1) {
          await onBatch({ events: events.slice(0, n), scannedTo: events[n - 1]?.position ?? '' });
        }
        onCaughtUp?.();
      };
      const done = run();
      return { close: () => done, state: () => ({ live: true, scannedTo: after, failuresInARow: 0 }) };
    },
  });
  const events = Array.from({ length: 5 }, (_, n) => ({
    id: derivedId('stutter', n),
    type: 'BookingConfirmed',
    data: {},
    metadata: { v: 1, at: '2027-01-04T12:00:00.000Z' },
    position: `000${n}.000`,
    stream: 'b1',
    revision: n,
  }));

  test('has each event counted once', async () => {
    const model = await open({ projections: [count], sources: [stuttering(events)] });
    await model.caughtUp();
    expect(times(model)).toBe(5);
    await shut(model);
    const again = await open({ projections: [count], sources: [stuttering(events)] });
    await again.caughtUp();
    expect(times(again)).toBe(5);
  });
  test('stands beside our own log, each with its own position', async () => {
    const model = await open({ sources: [source(), stuttering(events)] });
    await model.caughtUp();
    await model.waitFor(await write(), 5000);
    expect(times(model)).toBe(6);
    expect(await model.waitFor('0004', 0, 'stuttering')).toBe(true);
  });
});

describe('two that fill one file', () => {
  test('take every event once between them', async () => {
    const [first, second] = [await open(), await open()];
    for (let n = 0; n < 5; n += 1) await write();
    const position = await write();
    expect(await Promise.all([first.waitFor(position, 10_000), second.waitFor(position, 10_000)])).toEqual([
      true,
      true,
    ]);
    expect(times(first)).toBe(6);
  }, 15_000);
});

describe('a new shape', () => {
  const wider: Projection<SourceEvent> = {
    ...count,
    name: 'count-2',
    tables: 'CREATE TABLE counted (type TEXT PRIMARY KEY, times INTEGER, extra TEXT) STRICT',
    project: ({ type }) => [
      'INSERT INTO counted (type, times) VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1',
      type,
    ],
  };
  test('is filled beside the old, which goes once the new one caught up', async () => {
    const old = await open();
    await old.waitFor(await write(), 5000);
    await shut(old);
    writeFileSync(join(folder, 'bookings-of-another.db'), '');
    const [oldFile] = files();
    const model = await open({ projections: [overview, wider] });
    expect(files()).toHaveLength(3);
    await model.caughtUp();
    expect(times(model)).toBe(1);
    expect(files()).toHaveLength(2);
    expect(files()).not.toContain(oldFile);
  });
  test('a file that is damaged is filled again', async () => {
    const old = await open();
    await old.waitFor(await write(), 5000);
    await shut(old);
    writeFileSync(old.file ?? '', 'rubbish'.repeat(1000));
    const model = await open();
    await model.caughtUp();
    expect(times(model)).toBe(1);
  });
  test('a log that was put back to an earlier state: filled again', async () => {
    const file = join(folder, 'log', 'log.db');
    const kept = join(folder, 'kept.db');
    const log = await openTestStore({ file });
    const epoch = await log.epoch();
    await write(log);
    await log.close();
    copyFileSync(file, kept);
    const grown = await openTestStore({ file });
    expect(await grown.epoch()).toBe(epoch);
    const first = await open({ sources: [source('bookings', grown)] });
    await first.waitFor(await write(grown), 5000);
    await shut(first);
    await grown.close();
    copyFileSync(kept, file);
    const put = await openTestStore({ file });
    const opens: number[] = [];
    const second = await open({
      sources: [source('bookings', put)],
      onOpened: (db) => opens.push(db.all('SELECT * FROM bookings').length),
    });
    await second.caughtUp();
    expect(times(second)).toBe(1);
    expect(opens).toEqual([0]);
    await shut(second);
    await put.close();
  });
  test('another log behind it: filled again from that one', async () => {
    const old = await open();
    await old.waitFor(await write(), 5000);
    await old.waitFor(await write(), 5000);
    await shut(old);
    const other = await openTestStore();
    await write(other);
    const model = await open({ sources: [source('bookings', other)] });
    await model.caughtUp();
    expect(times(model)).toBe(1);
    await shut(model);
    await other.close();
  });
});

describe('a rebuild', () => {
  test('equals what was built event by event, and a difference is found', async () => {
    const model = await open();
    for (let n = 0; n < 20; n += 1) await model.waitFor(await write(store, 'sealed'), 5000);
    const options = { name: 'bookings', projections: [overview, count], sources: [source()] };
    const copy = await rebuildCopy(options, ':memory:');
    opened.push(copy);
    expect(diffReadModels(model.db, copy.db)).toEqual([]);
    copy.db.all("UPDATE bookings SET status = 'lost' WHERE revision = 1 AND rowid = 1");
    copy.db.all('CREATE TABLE extra (a)');
    expect(diffReadModels(model.db, copy.db)).toEqual([
      expect.stringMatching(/^bookings: only on the left: /),
      expect.stringMatching(/^bookings: only on the right: .*"status":"lost"/),
      'extra: only on the right',
    ]);
  });
});
