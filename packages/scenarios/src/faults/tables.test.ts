import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { namesIn, namesInFiles } from './find-names.ts';
import { readTables } from './tables.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-tables-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const replica = (name: string, statements: string) => {
  mkdirSync(join(folder, name));
  const db = new DatabaseSync(join(folder, name, 'bookings-0123456789ab.db'));
  db.exec(`CREATE TABLE _positions (source TEXT); CREATE TABLE bookings (id TEXT, seal BLOB); ${statements}`);
  db.close();
  return readTables(join(folder, name));
};

test('the same rows are the same in any order, however far a replica has read', async () => {
  const one = await replica('one', "INSERT INTO bookings VALUES ('a', x'01'), ('b', x'02')");
  const other = await replica(
    'other',
    "INSERT INTO bookings VALUES ('b', x'02'), ('a', x'01'); INSERT INTO _positions VALUES ('log')",
  );
  expect(Object.keys(one)).toEqual(['bookings bookings']);
  expect(other).toEqual(one);
  expect(one['bookings bookings']?.rows).toBe(2);
});

test('a row more, a row twice, or another byte is another table', async () => {
  const [one, ...others] = await Promise.all([
    replica('one', "INSERT INTO bookings VALUES ('a', x'01')"),
    replica('more', "INSERT INTO bookings VALUES ('a', x'01'), ('b', x'02')"),
    replica('twice', "INSERT INTO bookings VALUES ('a', x'01'), ('a', x'01')"),
    replica('byte', "INSERT INTO bookings VALUES ('a', x'02')"),
  ]);
  for (const other of others) expect(other).not.toEqual(one);
});

test('names are found wherever they stand readable, each once a place', async () => {
  const name = 'Naaste Q0123456789abcdef0123456789abcdef';
  writeFileSync(join(folder, 'log.db'), Buffer.concat([Buffer.from([0, 255]), Buffer.from(`${name} and ${name}`)]));
  mkdirSync(join(folder, 'kafka'));
  writeFileSync(join(folder, 'kafka', '0.log'), 'nothing');
  expect(await namesInFiles(folder)).toEqual({ found: [{ where: 'log.db', name }], files: 2 });
  expect(namesIn('a line', 'Mantelzorger Proef')).toEqual([{ where: 'a line', name: 'Mantelzorger Proef' }]);
});
