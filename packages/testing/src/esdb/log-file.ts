import { DatabaseSync } from 'node:sqlite';

/** What a client sends. */
export type Proposed = {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** `position` is a made-up byte offset: it grows, and never by one. */
export type Stored = Proposed & {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly createdMs: number;
};

/** Where the mark of a tombstone stands in its stream; on the wire it is 2^63-1. */
export const tombstoneRevision = Number.MAX_SAFE_INTEGER;

const tables = `
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, created_ms INTEGER NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, is_json INTEGER NOT NULL, data BLOB NOT NULL, metadata BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
`;

export type LogFile = ReturnType<typeof openLogFile>;

/** The events of the double in SQLite: in memory, or in a file that is on disk after each commit. */
export const openLogFile = (file: string | undefined) => {
  const db = new DatabaseSync(file ?? ':memory:', { timeout: 5000 });
  if (file !== undefined) db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec(tables);
  const columns = 'e.position, s.name AS stream, e.revision, e.created_ms, e.id, e.type, e.is_json, e.data, e.metadata';
  const from = `SELECT ${columns} FROM events e JOIN streams s ON s.id = e.stream`;
  const forwards = db.prepare(`${from} WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  const backwards = db.prepare(`${from} WHERE e.position < ? ORDER BY e.position DESC LIMIT ?`);
  const inStream = (order: string) =>
    db.prepare(
      `${from} WHERE e.stream = (SELECT id FROM streams WHERE name = ?) AND e.revision BETWEEN ? AND ? AND e.created_ms >= ?
       ORDER BY e.revision ${order} LIMIT ?`,
    );
  const streamForwards = inStream('ASC');
  const streamBackwards = inStream('DESC');
  const addStream = db.prepare('INSERT OR IGNORE INTO streams (name) VALUES (?)');
  const addEvent = db.prepare(
    'INSERT INTO events VALUES (?, (SELECT id FROM streams WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)',
  );
  const lastOf = db.prepare(
    'SELECT max(revision) AS last FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision < ?',
  );
  const markOf = db.prepare(
    'SELECT 1 AS found FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision = ?',
  );
  const size = db.prepare('SELECT length(data) + length(metadata) AS bytes FROM events WHERE position = ?');

  return {
    begin: () => db.exec('BEGIN IMMEDIATE'),
    commit: () => db.exec('COMMIT'),
    rollback: () => db.exec('ROLLBACK'),
    addStream: (name: string) => void addStream.run(name),
    add: (it: Stored) =>
      void addEvent.run(
        ...[it.position, it.stream, it.revision, it.createdMs, it.id, it.type, it.isJson ? 1 : 0, it.data, it.metadata],
      ),
    last: (stream: string): number => Number(lastOf.get(stream, tombstoneRevision)?.last ?? -1),
    isTombstoned: (stream: string): boolean => markOf.get(stream, tombstoneRevision) !== undefined,
    /** Position of the last event, and where the next one goes. */
    head: (): { last: number; next: number } => {
      const [last] = backwards.all(Number.MAX_SAFE_INTEGER, 1).map(storedOf);
      if (last === undefined) return { last: -1, next: 0 };
      return { last: last.position, next: last.position + footprint(Number(size.get(last.position)?.bytes)) };
    },
    after: (position: number, count: number): Stored[] => forwards.all(position, count).map(storedOf),
    before: (position: number, count: number): Stored[] => backwards.all(position, count).map(storedOf),
    /** Revisions from `first` up to and with `last`. */
    inStream: (
      stream: string,
      {
        first,
        last,
        notBeforeMs = 0,
        count,
        back = false,
      }: { first: number; last: number; notBeforeMs?: number; count: number; back?: boolean },
    ): Stored[] => (back ? streamBackwards : streamForwards).all(stream, first, last, notBeforeMs, count).map(storedOf),
    close: () => db.close(),
  };
};

/** How far the next event stands from one of so many bytes. */
export const footprint = (bytes: number): number => 97 + bytes;

const storedOf = (row: Record<string, unknown>): Stored => ({
  position: Number(row.position),
  stream: String(row.stream),
  revision: Number(row.revision),
  createdMs: Number(row.created_ms),
  id: String(row.id),
  type: String(row.type),
  isJson: row.is_json === 1,
  data: bytesOf(row.data),
  metadata: bytesOf(row.metadata),
});

const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());
