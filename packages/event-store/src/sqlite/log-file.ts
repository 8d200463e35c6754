import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Thrown in the writing thread, which stays light; the main thread says it as `StoreOpenError`. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
}

/** "ADMP": how the file says whose it is. */
const applicationId = 0x41_44_4d_50;
const schemaVersion = 1;

// The position is the row id, given out by the one writer without gaps. `events_by_category` holds it implicitly.
const tables = `
  CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
  CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, category INTEGER NOT NULL,
    tombstoned INTEGER NOT NULL DEFAULT 0, has_metadata INTEGER NOT NULL DEFAULT 0,
    max_age_seconds INTEGER, max_count INTEGER
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, category INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE INDEX events_by_category ON events (category);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Opens the log for its one writer, or makes it. What cannot be trusted is refused.
 * @throws LogRefused with a sentence for whoever starts the program.
 */
export const openLogFile = (
  file: string,
  { durable, newEpoch }: { durable: boolean; newEpoch: string },
): DatabaseSync => {
  if (!existsSync(file)) makeLogFile(file, newEpoch);
  if (statSync(file).size === 0) throw new LogRefused(`${file} is empty: it was an event store and is damaged.`);
  const db = new DatabaseSync(file, { timeout: 5000 });
  try {
    checkIdentity(db, file);
    setDurability(db, durable);
    checkWhole(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error instanceof LogRefused
      ? error
      : new LogRefused(`${file} cannot be opened as an event store: ${messageOf(error)}.`, { cause: error });
  }
};

/** A database that is made under another name and moved, so that a half made or empty log is never taken for a log. */
const makeLogFile = (file: string, epoch: string): void => {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const db = new DatabaseSync(unfinished);
  try {
    db.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; ${tables}`);
    db.prepare('INSERT INTO log VALUES (?)').run(epoch);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
  renameSync(unfinished, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

const checkIdentity = (db: DatabaseSync, file: string): void => {
  const id = pragma(db, 'application_id');
  if (id !== applicationId) throw new LogRefused(`${file} is a database of another program, not an event store.`);
  const version = Number(pragma(db, 'user_version'));
  if (version !== schemaVersion) {
    throw new LogRefused(`${file} has layout ${version}; this program knows layout ${schemaVersion}.`);
  }
};

const setDurability = (db: DatabaseSync, durable: boolean): void => {
  db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'}; PRAGMA wal_autocheckpoint = 2000;`,
  );
  if (pragma(db, 'journal_mode') !== 'wal') throw new LogRefused('The event store could not be put in WAL mode.');
  if (pragma(db, 'synchronous') !== (durable ? 2 : 0)) {
    throw new LogRefused('The event store could not be told to wait for the disk (synchronous=FULL).');
  }
};

/** After what was in the WAL went into the file, the file must have every page that it says it has. */
const checkWhole = (db: DatabaseSync, file: string): void => {
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const bytes = Number(pragma(db, 'page_count')) * Number(pragma(db, 'page_size'));
  const { size } = statSync(file);
  if (size < bytes) throw new LogRefused(`${file} is cut off: ${size} of ${bytes} bytes are there.`);
  const last = db.prepare('SELECT position, stream, revision FROM events ORDER BY position DESC LIMIT 1').get();
  const found =
    last &&
    db.prepare('SELECT 1 FROM events WHERE stream = ? AND revision = ?').get(last.stream ?? 0, last.revision ?? 0);
  if (last !== undefined && found === undefined)
    throw new LogRefused(`${file} is damaged: an index and its table differ.`);
};

const pragma = (db: DatabaseSync, name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
