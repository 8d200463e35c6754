import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCheckpoints } from './read-model-checkpoints.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const openAt = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
    CREATE TABLE it (text TEXT NOT NULL) STRICT`);
  return db;
};
const until = async (holds: () => boolean) => {
  while (!holds()) await wait(5);
};

test('what was committed is folded into the file by another thread, while it is written on, and the file is let go', async () => {
  const file = join(folder, 'it.db');
  const db = openAt(file);
  const checkpoints = createCheckpoints(file);
  const add = db.prepare('INSERT INTO it VALUES (?)');
  const insert = (rows: number) => {
    db.exec('BEGIN');
    for (let row = 0; row < rows; row += 1) add.run('x'.repeat(200));
    db.exec('COMMIT');
    checkpoints.committed(rows);
  };
  const folded = () => statSync(file).size;

  insert(1000);
  const little = folded();
  insert(1000);
  await until(() => folded() > little);
  const before = folded();
  // Asked again once it answered; that it is asked too often is no harm.
  await until(() => {
    insert(1000);
    return folded() > before;
  });
  const { rows } = db.prepare('SELECT count(*) AS rows FROM it').get() ?? {};
  await checkpoints.close();
  db.close();

  // Whoever closes last takes the WAL away: the thread was not there any more.
  expect(readdirSync(folder)).toEqual(['it.db']);
  const again = new DatabaseSync(file);
  expect(again.prepare('SELECT count(*) AS rows FROM it').get()).toEqual({ rows });
  expect(again.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  again.close();
});

test('needs no thread for little, or in memory, and is closed at once', () => {
  const little = createCheckpoints(join(folder, 'it.db'));
  little.committed(1999);
  expect(little.close()).toBeUndefined();
  const inMemory = createCheckpoints(undefined);
  inMemory.committed(1_000_000);
  expect(inMemory.close()).toBeUndefined();
});

test('a file that is gone is not made anew, and closing goes on', async () => {
  const checkpoints = createCheckpoints(join(folder, 'gone.db'));
  checkpoints.committed(2000);
  await checkpoints.close();
  expect(readdirSync(folder)).toEqual([]);
});
