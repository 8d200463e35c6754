import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteEventStore, type EventStore, type Position, type RecordedEvent } from '@adempauze/event-store';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import type { Clock } from '@adempauze/kernel';

export type Page = {
  readonly events: readonly RecordedEvent[];
  readonly scannedTo: Position | undefined;
  readonly atEnd: boolean;
};

/** A log that can be copied from or to, wherever it is kept. */
export type Place = {
  /** For a person: where it is, without a password. */
  readonly name: string;
  readonly store: EventStore;
  /** All categories, in log order. @throws CopyError for what cannot be copied. */
  readonly page: (after: Position | undefined, maxCount: number) => Promise<Page>;
  /** True when appends that are sent together are written in the order in which they were sent. */
  readonly keepsOrder: boolean;
};

/** The copy cannot be made, or is not one; a sentence for whoever asked for it. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

export type PlaceOptions = {
  /** A data folder, a log file that ends in `.db`, or a connection string. */
  readonly at: string;
  readonly role: 'source' | 'target';
  readonly clock: Clock;
  readonly newId: () => string;
  /** Of streams on a shared KurrentDB. */
  readonly prefix?: string;
};

/** @throws CopyError, StoreOpenError */
export const openPlace = (options: PlaceOptions): Promise<Place> | Place =>
  /^[a-z]+(\+discover)?:\/\//.test(options.at) ? openKurrent(options) : openSqlite(options);

const openKurrent = ({ at, clock, newId, prefix }: PlaceOptions): Place => {
  const store = createKurrentEventStore({
    connectionString: at,
    clock,
    newId,
    timeoutMs: 20_000,
    ...(prefix === undefined ? {} : { prefix }),
  });
  return {
    name: `KurrentDB at ${at.replace(/^([^:]+:\/\/)(?:[^@/?]*@)?([^/?]+).*$/, '$2')}`,
    store,
    keepsOrder: false,
    async page(after, maxCount) {
      const { tombstones, ...page } = await store.readWhole({ after, maxCount });
      if (tombstones > 0) throw new CopyError('The log has streams that were tombstoned; those cannot be copied.');
      return page;
    },
  };
};

const openSqlite = async ({ at, role, clock, newId }: PlaceOptions): Promise<Place> => {
  const file = at.endsWith('.db') ? at : join(at, 'events.db');
  if (role === 'source' && !existsSync(file)) throw new CopyError(`There is no log at ${file}.`);
  if (existsSync(at) && statSync(at).isFile() && !at.endsWith('.db')) throw new CopyError(`${at} is not a folder.`);
  const store = await createSqliteEventStore({ file, clock, newId });
  const db = new DatabaseSync(file, { readOnly: true });
  const removed = db.prepare('SELECT count(*) AS count FROM streams WHERE tombstoned = 1').get()?.count;
  db.close();
  if (role === 'source' && removed !== 0) {
    await store.close();
    throw new CopyError(`${file} has streams that were tombstoned; those cannot be copied.`);
  }
  return {
    name: file,
    store,
    keepsOrder: true,
    page: (after, maxCount) => store.readAll({ after, categories: categoriesIn(file), maxCount }),
  };
};

/** The file is also read beside the store: the port does not tell which categories there are. */
const categoriesIn = (file: string): string[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare('SELECT name FROM categories ORDER BY id')
      .all()
      .map(({ name }) => String(name));
  } finally {
    db.close();
  }
};
