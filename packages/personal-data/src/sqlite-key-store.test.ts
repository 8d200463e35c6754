import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { keyStoreContract } from './key-store-contract.ts';
import { createSqliteKeyStore, sqliteKeyStoreHasKeys } from './sqlite-key-store.ts';

const masterKey = randomBytes(32);
const newFolder = () => mkdtempSync(join(tmpdir(), 'adempauze-keys-'));
const bytesIn = (folder: string) => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

keyStoreContract('sqlite', async () => {
  const folder = newFolder();
  return {
    open: async (masterKey) => createSqliteKeyStore({ file: join(folder, 'keys.db'), masterKey, randomBytes }),
    bytes: async () => bytesIn(folder),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

test('works in memory', async () => {
  const store = createSqliteKeyStore({ file: ':memory:', masterKey, randomBytes });
  await store.findOrCreate(['anna']);
  await store.forget('anna');
  expect(await store.isForgotten('anna')).toBe(true);
  await store.close();
});

test('the file belongs to its owner only, and every commit reaches the disk', async () => {
  const folder = newFolder();
  const file = join(folder, 'keys.db');
  const store = createSqliteKeyStore({ file, masterKey, randomBytes });
  await store.findOrCreate(['anna']);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  expect(readdirSync(folder)).toContain('keys.db-wal');
  await store.close();
  expect(sqliteKeyStoreHasKeys(file)).toBe(true);
  rmSync(folder, { recursive: true });
  expect(sqliteKeyStoreHasKeys(file)).toBe(false);
});

test('what was prepared survives kill -9 in the next instruction', async () => {
  const folder = newFolder();
  const file = join(folder, 'keys.db');
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { randomBytes } from 'node:crypto';
     import { createSqliteKeyStore } from ${JSON.stringify(new URL('sqlite-key-store.ts', import.meta.url).href)};
     const masterKey = Buffer.from('${masterKey.toString('hex')}', 'hex');
     const store = createSqliteKeyStore({ file: ${JSON.stringify(file)}, masterKey, randomBytes });
     const keys = await store.findOrCreate(['anna']);
     (await import('node:fs')).writeSync(1, Buffer.from(keys.get('anna')).toString('hex'));
     process.kill(process.pid, 'SIGKILL');`,
  ]);
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  const store = createSqliteKeyStore({ file, masterKey, randomBytes });
  expect(Buffer.from((await store.find(['anna'])).get('anna') ?? []).toString('hex')).toBe(printed);
  await store.close();
  rmSync(folder, { recursive: true });
});

test('a forgetting that was cut off before the wiping is finished at the next start', async () => {
  const folder = newFolder();
  const file = join(folder, 'keys.db');
  const store = createSqliteKeyStore({ file, masterKey, randomBytes });
  await store.findOrCreate(['anna']);
  // A reader in the middle of its work keeps the log from being emptied, as a crash at that moment would.
  const reader = new DatabaseSync(file);
  reader.exec('BEGIN');
  const wrapped = reader.prepare('SELECT wrapped_key FROM persons').get()?.wrapped_key;
  if (!(wrapped instanceof Uint8Array)) throw new Error('no wrapped key');
  await expect(store.forget('anna')).rejects.toHaveProperty('name', 'UnavailableError');
  expect(await store.isForgotten('anna')).toBe(true);
  expect(bytesIn(folder).includes(wrapped)).toBe(true);
  reader.close();
  const again = createSqliteKeyStore({ file, masterKey, randomBytes });
  expect(bytesIn(folder).includes(wrapped)).toBe(false);
  await again.close();
  await store.close();
  rmSync(folder, { recursive: true });
}, 30_000);

test('a row given to another person does not open', async () => {
  const folder = newFolder();
  const file = join(folder, 'keys.db');
  const store = createSqliteKeyStore({ file, masterKey, randomBytes });
  await store.findOrCreate(['anna', 'bram']);
  const thief = new DatabaseSync(file);
  thief.exec("UPDATE persons SET wrapped_key = (SELECT wrapped_key FROM persons WHERE person_id = 'anna')");
  thief.close();
  await expect(store.find(['bram'])).rejects.toHaveProperty('name', 'SealBrokenError');
  await store.close();
  rmSync(folder, { recursive: true });
});

test('a file that cannot be opened is one clear sentence', () => {
  const folder = newFolder();
  expect(() => createSqliteKeyStore({ file: join(folder, 'no', 'keys.db'), masterKey, randomBytes })).toThrow(
    StartError,
  );
  const file = join(folder, 'keys.db');
  createSqliteKeyStore({ file, masterKey, randomBytes });
  chmodSync(file, 0o600);
  rmSync(folder, { recursive: true });
});
