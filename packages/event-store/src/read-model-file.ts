import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Position } from './port.ts';
import type { Projection, ReadDatabase } from './projection.ts';
import { type Checkpoints, createCheckpoints } from './read-model-checkpoints.ts';
import { createPrepare, createRowWriter, writingSettings } from './read-model-rows.ts';
import { createRowWriting, type RowWriting } from './read-model-writing.ts';
import type { SourceEvent } from './source.ts';

/** Raise it when the tables of this package itself change: every read model is then rebuilt. */
const layoutVersion = 1;

export type ReadFile = {
  readonly file: string | undefined;
  readonly db: ReadDatabase;
  /** Where each source stood when the file was opened. */
  readonly positions: ReadonlyMap<string, Position | undefined>;
  readonly writing: Pick<RowWriting, 'write'>;
  readonly checkpoints: Pick<Checkpoints, 'committed'>;
  /** At once, unless a thread has to let go of the file first. */
  readonly close: () => Promise<void> | undefined;
};

/**
 * Opens the file for this shape of tables, or makes it. A file that another log filled, or that is damaged or half
 * made, is made anew: everything in it comes from the log.
 */
export const openReadFile = ({
  folder,
  name,
  projections,
  epochs,
  afresh,
}: {
  readonly folder: string;
  readonly name: string;
  readonly projections: readonly Projection<SourceEvent>[];
  /** By source, the log behind it. */
  readonly epochs: ReadonlyMap<string, string>;
  /** True: whatever is there is not to be trusted. */
  readonly afresh: boolean;
}): ReadFile => {
  const file = folder === ':memory:' ? undefined : join(folder, `${name}-${shapeOf(projections)}.db`);
  if (file !== undefined) mkdirSync(folder, { recursive: true });
  const usable = file === undefined || afresh ? undefined : openUsable(file, epochs);
  const database = usable ?? makeFile(file, projections);
  const addSource = database.prepare('INSERT OR IGNORE INTO _positions (source, epoch) VALUES (?, ?)');
  for (const [source, epoch] of epochs) addSource.run(source, epoch);

  const prepare = createPrepare((sql) => database.prepare(sql));
  const rows = database.prepare('SELECT source, position FROM _positions').all();
  const checkpoints = createCheckpoints(file);
  const writing = createRowWriting({ file, writeHere: createRowWriter(prepare) });
  const moment = createMoment(database);
  /** Where another thread writes, it may commit between two statements of one query. */
  const reading = (sql: string): StatementSync => {
    if (writing.isElsewhere()) moment.begin();
    return prepare(sql);
  };
  return {
    file,
    checkpoints,
    writing: {
      write(work) {
        moment.end();
        return writing.write(work);
      },
    },
    db: {
      first: (sql, ...parameters) => reading(sql).get(...parameters),
      all: (sql, ...parameters) => reading(sql).all(...parameters),
    },
    positions: new Map(
      rows.map((row) => [String(row.source), row.position === null ? undefined : String(row.position)]),
    ),
    close: () => {
      moment.end();
      const lettingGo = [writing.close(), checkpoints.close()].filter((it) => it !== undefined);
      if (lettingGo.length > 0) return Promise.all(lettingGo).then(() => database.close());
      database.close();
      return undefined;
    },
  };
};

/**
 * All that is read until somebody waits is of one moment, as if nobody wrote meanwhile: so a query may take several
 * statements. Neither holds the other up.
 */
const createMoment = (database: DatabaseSync) => {
  const begin = database.prepare('BEGIN');
  const commit = database.prepare('COMMIT');
  let isOpen = false;
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    commit.run();
  };
  return {
    begin() {
      if (isOpen) return;
      begin.run();
      isOpen = true;
      queueMicrotask(end);
    },
    end,
  };
};

/** Removes the files that the same service filled for other shapes of its tables. */
export const removeOlderFiles = ({ folder, name, file }: { folder: string; name: string; file: string }): void => {
  const ours = new RegExp(`^${RegExp.escape(name)}-[0-9a-f]{12}\\.db(-wal|-shm)?$`);
  for (const other of readdirSync(folder)) {
    if (ours.test(other) && !other.startsWith(basename(file))) rmSync(join(folder, other), { force: true });
  }
};

const shapeOf = (projections: readonly Projection<SourceEvent>[]): string =>
  createHash('sha256')
    .update(JSON.stringify([layoutVersion, projections.map(({ name, tables }) => [name, tables])]))
    .digest('hex')
    .slice(0, 12);

const openUsable = (file: string, epochs: ReadonlyMap<string, string>): DatabaseSync | undefined => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 5000 });
    configure(database);
    if (database.prepare('PRAGMA user_version').get()?.user_version === layoutVersion) {
      const rows = database.prepare('SELECT source, epoch FROM _positions').all();
      const sameLogs = rows.every(({ source, epoch }) => (epochs.get(String(source)) ?? epoch) === epoch);
      if (sameLogs) return database;
    }
  } catch (error) {
    if (isBusy(error)) throw error;
  }
  database?.close();
  return undefined;
};

const makeFile = (file: string | undefined, projections: readonly Projection<SourceEvent>[]): DatabaseSync => {
  if (file !== undefined) for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
  const database = new DatabaseSync(file ?? ':memory:', { timeout: 5000 });
  configure(database);
  database.exec(`BEGIN IMMEDIATE;
    CREATE TABLE _positions (source TEXT PRIMARY KEY, epoch TEXT NOT NULL, position TEXT) STRICT;
    ${projections.map(({ tables }) => `${tables};`).join('\n')}
    PRAGMA user_version = ${layoutVersion};
    COMMIT`);
  return database;
};

const configure = (database: DatabaseSync): void => database.exec(`PRAGMA journal_mode = WAL; ${writingSettings}`);

const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && (error.errcode === 5 || error.errcode === 6);
