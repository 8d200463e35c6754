// The raw floor: node:sqlite in a thread of its own that inserts what it is sent and commits it as one, with the tables
// and rows of the event store, and nothing else: no checks, no streams, nobody who waits for one row.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

export type FloorBatch = readonly {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}[];

const db = new DatabaseSync((workerData as { file: string }).file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;');
db.exec(`
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, category INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE INDEX events_by_category ON events (category);`);
const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');

let position = 0;
const commit = (batch: FloorBatch): void => {
  db.exec('BEGIN IMMEDIATE');
  for (const { id, type, data, metadata } of batch) {
    // Four events a stream, as the writers have it.
    insert.run(position + 1, Math.floor(position / 4) + 1, position % 4, 1, 0, id, type, data, metadata);
    position += 1;
  }
  db.exec('COMMIT');
};

parentPort?.on('message', (batch: FloorBatch | { readonly loopMs: number; readonly batch: FloorBatch } | 'close') => {
  if (batch === 'close') {
    db.close();
    parentPort?.close();
  } else if ('loopMs' in batch) {
    const before = position;
    const startedMs = performance.now();
    while (performance.now() - startedMs < batch.loopMs) commit(batch.batch);
    parentPort?.postMessage(position - before);
  } else {
    commit(batch);
    parentPort?.postMessage(batch.length);
  }
});
parentPort?.postMessage(0);
