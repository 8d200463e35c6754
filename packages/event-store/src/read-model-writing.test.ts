import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { derivedId } from '@adempauze/kernel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Projection, Statement } from './projection.ts';
import { openReadModel, type ReadModel } from './read-model.ts';
import { applierOf } from './read-model-apply.ts';
import { createPacking, createPrepare, createRowWriter, createUnpacking, type RowResult } from './read-model-rows.ts';
import { createRowWriting } from './read-model-writing.ts';
import type { EventSource, SourceEvent } from './source.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-writing-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const eventAt = (number: number): SourceEvent => ({
  ...{ id: derivedId('writing', number), type: 'Happened', stream: 'it-1', revision: number, data: { number } },
  metadata: { v: 1, at: '2027-01-04T12:00:00.000Z' },
  position: String(number).padStart(16, '0'),
});
const eventsFrom = (from: number, count: number) => Array.from({ length: count }, (_, n) => eventAt(from + n));

/** Not repeatable, on purpose: it shows whether an event is ever taken twice. Refuses what `refused` names. */
const counting = (refused: () => number | undefined = () => undefined): Projection<SourceEvent> => ({
  name: 'counting-1',
  tables: `CREATE TABLE counted (number INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;
    CREATE TABLE totals (one INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT`,
  project: ({ data }) => [
    ['INSERT INTO totals VALUES (1, 1) ON CONFLICT DO UPDATE SET times = times + 1'],
    data.number === refused()
      ? ['INSERT INTO totals VALUES (1, NULL)']
      : ['INSERT INTO counted VALUES (?, 1)', Number(data.number)],
  ],
});
const numbers = ({ db }: Pick<ReadModel, 'db'>) => Number(db.first('SELECT count(*) AS n FROM counted')?.n);
const total = ({ db }: Pick<ReadModel, 'db'>) => Number(db.first('SELECT times FROM totals')?.times ?? 0);
/** Changes when another connection has written: nothing that this one writes changes it. */
const version = ({ db }: Pick<ReadModel, 'db'>) => Number(db.first('PRAGMA data_version')?.data_version);

/** A source that gives what it is told to, and answers as a subscription's batch does. */
const openAt = async (projection = counting(), onCommitted: (events: readonly SourceEvent[]) => void = () => {}) => {
  let give: Parameters<EventSource['subscribe']>[0]['onBatch'] = () => {};
  const source: EventSource = {
    name: 'told',
    subscribe({ onBatch, onCaughtUp }) {
      give = onBatch;
      onCaughtUp?.();
      return { close: async () => {}, state: () => ({ live: true, scannedTo: undefined, failuresInARow: 0 }) };
    },
  };
  const model = await openReadModel({ folder, name: 'it', projections: [projection], sources: [source], onCommitted });
  const take = async (events: readonly SourceEvent[]) =>
    void (await give({ events, scannedTo: events.at(-1)?.position ?? '' }));
  return { ...model, take };
};
type Open = Awaited<ReturnType<typeof openAt>>;

/** Feeds it until another thread writes; how many events it has by then. */
const untilElsewhere = async (model: Open): Promise<number> => {
  let had = 1000;
  await model.take(eventsFrom(1, had));
  for (const before = version(model); version(model) === before; had += 1) {
    await wait(5);
    await model.take(eventsFrom(had + 1, 1));
  }
  return had;
};

describe('a read model that grows', () => {
  test('is written by a thread of its own, each event once, and let go of at the end', async () => {
    const told: number[] = [];
    const model = await openAt(counting(), (events) => told.push(...events.map(({ revision }) => revision)));
    const had = await untilElsewhere(model);
    await model.take(eventsFrom(had - 99, 200));
    const last = had + 100;
    expect([numbers(model), total(model)]).toEqual([last, last]);
    // What the listener hears is in the tables by then, and in the order of the log.
    expect(told).toEqual(eventsFrom(1, last).map(({ revision }) => revision));
    expect(await model.waitFor(eventAt(last).position, 0)).toBe(true);
    await model.close();
    // Whoever closes last takes the WAL away: the thread was not there any more.
    expect(readdirSync(folder).filter((it) => !it.endsWith('.db'))).toEqual([]);
    const again = await openAt();
    expect(again.status().sources[0]?.position).toBe(eventAt(last).position);
    expect(numbers(again)).toBe(last);
    await again.close();
  });

  test('stands still in front of what cannot be taken, with all before it, and goes on', async () => {
    let refused: number | undefined;
    const model = await openAt(counting(() => refused));
    const had = await untilElsewhere(model);
    refused = had + 3;
    await expect(model.take(eventsFrom(had + 1, 5))).rejects.toThrow('counting-1 cannot take Happened');
    expect([numbers(model), total(model)]).toEqual([had + 2, had + 2]);
    expect(model.status().halted).toMatchObject({ projection: 'counting-1', position: eventAt(refused).position });
    refused = undefined;
    await model.take(eventsFrom(had + 1, 5));
    expect([numbers(model), total(model)]).toEqual([had + 5, had + 5]);
    expect(model.status().halted).toBeUndefined();
    await model.close();
  });

  test('is read as of one moment until somebody waits, whatever is committed meanwhile', async () => {
    const model = await openAt();
    const had = await untilElsewhere(model);
    const other = new DatabaseSync(model.file ?? '');
    const insert = other.prepare('INSERT INTO counted VALUES (?, 1)');
    expect(numbers(model)).toBe(had);
    insert.run(had + 1);
    expect(numbers(model)).toBe(had);
    await turn();
    expect(numbers(model)).toBe(had + 1);
    // Nor does a look that goes on hold up what is written here.
    other.exec(`DELETE FROM counted WHERE number = ${had + 1}`);
    other.close();
    await Promise.all([model.take(eventsFrom(had + 1, 10)), numbers(model)]);
    expect(numbers(model)).toBe(had + 10);
    await model.close();
  });

  test('takes each event once where two fill one file', async () => {
    const [first, second] = [await openAt(), await openAt()];
    const had = await untilElsewhere(first);
    // The second finds that it was passed, and from then on only takes what is new.
    await expect(second.take(eventsFrom(1, had))).rejects.toThrow();
    await second.take(eventsFrom(1, had + 10));
    await expect(first.take(eventsFrom(had + 1, 10))).rejects.toThrow();
    await first.take(eventsFrom(had + 1, 20));
    expect([numbers(second), total(second)]).toEqual([had + 20, had + 20]);
    await Promise.all([first.close(), second.close()]);
  });
});

const openFile = (file: string) => {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; CREATE TABLE _positions (source TEXT PRIMARY KEY, position TEXT) STRICT;
    INSERT INTO _positions VALUES ('told', NULL); ${counting().tables}`);
  const prepare = createPrepare((sql) => db.prepare(sql));
  const reader = { db: { first: (sql: string) => prepare(sql).get(), all: (sql: string) => prepare(sql).all() } };
  return { ...reader, writeHere: createRowWriter(prepare), close: () => db.close() };
};

test('whose thread does not start, since its file is gone, is written here', async () => {
  const file = join(folder, 'it.db');
  const { writeHere, close, ...reader } = openFile(file);
  rmSync(file);
  const writing = createRowWriting({ file, writeHere });
  let from: string | undefined;
  for (let number = 1; number <= 3000; number += 300) {
    const statements = Array.from(
      { length: 300 },
      (_, n): Statement => ['INSERT INTO counted VALUES (?, 1)', number + n],
    );
    const to = eventAt(number).position;
    expect(await writing.write({ source: 'told', from, to, statements })).toEqual({ is: 'written' });
    from = to;
    await wait(5);
  }
  expect(numbers(reader)).toBe(3000);
  await writing.close();
  close();
});

test('an answer that was lost on the way: what was written is told, and not written again', async () => {
  const { writeHere, close, ...reader } = openFile(join(folder, 'it.db'));
  let lost = 1;
  const told: string[] = [];
  const applier = applierOf({
    file: {
      positions: new Map(),
      checkpoints: { committed: () => {} },
      writing: {
        write(work): RowResult {
          const result = writeHere(work);
          lost -= 1;
          if (lost === 0) throw new Error('The thread that writes a read model ended.');
          return result;
        },
      },
    },
    projections: [counting()],
    onApplied: (events) => told.push(...events.map(({ position }) => position)),
    onMoved: () => {},
  });
  const take = (count: number) =>
    applier.take('told', { events: eventsFrom(1, count), scannedTo: eventAt(count).position });
  await expect(take(2)).rejects.toThrow('ended');
  await expect(take(3)).rejects.toThrow();
  await take(3);
  expect(told).toEqual(eventsFrom(1, 3).map(({ position }) => position));
  expect([numbers(reader), total(reader)]).toEqual([3, 3]);
  close();
});

test('what goes to a thread comes out as it went in, however many texts there are', () => {
  const cell = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.bigInt(), fc.uint8Array());
  const text = fc.integer({ min: 0, max: 700 }).map((it) => `statement ${it}`);
  const statement = fc.tuple(text, fc.array(cell, { maxLength: 4 })).map(([sql, cells]): Statement => [sql, ...cells]);
  const work = fc.record({
    ...{ source: fc.string(), to: fc.string(), from: fc.option(fc.string(), { nil: undefined }) },
    statements: fc.array(statement, { maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(work, { maxLength: 8 }), (batches) => {
      const [pack, unpack] = [createPacking(), createUnpacking()];
      expect(batches.map((it) => unpack(structuredClone(pack(it))))).toEqual(batches);
    }),
    { numRuns: 50 },
  );
});
