import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadMasterKey } from './master-key.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-master-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (extra: { configured?: string; keysExist?: () => boolean } = {}) =>
  loadMasterKey({ file: join(folder, 'master.key'), keysExist: () => false, randomBytes, ...extra });

test('is made on the first start, for its owner only, and read on the next', () => {
  const first = load();
  expect(first).toMatchObject({ made: true, sentence: { nl: expect.stringContaining('kopie') } });
  expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600);
  expect(load({ keysExist: () => true })).toMatchObject({ made: false, key: Buffer.from(first.key) });
});

test('comes from the settings when given, and then no file is made', () => {
  const key = randomBytes(32);
  expect(load({ configured: ` ${key.toString('base64')}\n` })).toMatchObject({ key, made: false });
  expect(() => statSync(join(folder, 'master.key'))).toThrow('ENOENT');
});

test.each([
  ['too short', randomBytes(16).toString('base64')],
  ['not base64', 'geheim!'.repeat(8)],
  ['empty', ''],
])('a configured key that is %s is refused without being shown', (_, configured) => {
  expect(() => load({ configured })).toThrow(StartError);
  expect(() => load({ configured })).toThrow(/^The configured master key is not a key of 32 bytes in base64/);
});

test('a broken key file is refused and left as it is', () => {
  writeFileSync(join(folder, 'master.key'), 'broken');
  expect(() => load()).toThrow(/is not a key of 32 bytes/);
  expect(readFileSync(join(folder, 'master.key'), 'utf8')).toBe('broken');
});

test('a key of nothing but zeros is refused, wherever it comes from', () => {
  const zeros = new Uint8Array(32);
  const text = Buffer.from(zeros).toString('base64');
  expect(() => load({ configured: text })).toThrow(/The configured master key is all zeros/);
  expect(() =>
    loadMasterKey({ file: join(folder, 'master.key'), keysExist: () => false, randomBytes: () => zeros }),
  ).toThrow(/The new master key is all zeros/);
  writeFileSync(join(folder, 'master.key'), text);
  expect(() => load({ keysExist: () => true })).toThrow(/is all zeros and protects nothing/);
});

test('a lost key file is refused, not replaced, once persons have keys', () => {
  expect(() => load({ keysExist: () => true })).toThrow(/is gone, but persons have keys already/);
  expect(() => statSync(join(folder, 'master.key'))).toThrow('ENOENT');
});

test('a folder that is not there is one clear sentence', () => {
  expect(() => loadMasterKey({ file: join(folder, 'no', 'key'), keysExist: () => false, randomBytes })).toThrow(
    /cannot be read or made/,
  );
});
