import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSqliteKeyStore, type KeyStore, loadMasterKey, sqliteKeyStoreHasKeys } from '@adempauze/personal-data';
import { createPostgresKeyStore } from '@adempauze/personal-data/postgres';
import { CopyError } from './place.ts';

export type CopiedKeys = { readonly persons: number; readonly forgotten: number };

const pageSize = 500;

/** Takes over the keys of all persons, and who was forgotten. Again is harmless. @throws DifferentKeyError */
export const copyKeys = async (from: KeyStore, to: KeyStore): Promise<CopiedKeys> => {
  let persons = 0;
  let forgotten = 0;
  for (let after: string | undefined; ; ) {
    const page = await from.list({ after, maxCount: pageSize });
    if (page.length === 0) return { persons, forgotten };
    await to.takeOver(page);
    after = page.at(-1)?.personId;
    persons += page.length;
    forgotten += page.filter(({ key }) => key === 'forgotten').length;
  }
};

const isFolder = (at: string) => !/^[a-z+]+:\/\//.test(at) && !at.endsWith('.db');

/**
 * The key stores that belong to the two sides of a copy: the keys of a data folder stand in the folder, those of a
 * KurrentDB in the PostgreSQL named. Both are under one master key: `configured`, else the one in the folder.
 * @throws CopyError when it cannot be told where keys are, StartError when they cannot be opened.
 */
export const openKeyStores = async (options: {
  readonly from: string;
  readonly to: string;
  readonly postgresUrl: string;
  /** `MASTER_KEY`: 32 bytes in base64. */
  readonly configured: string | undefined;
}): Promise<{ readonly from: KeyStore; readonly to: KeyStore }> => {
  const { from, to, postgresUrl, configured } = options;
  const [folder, ...others] = [from, to].filter(isFolder);
  if (folder === undefined || others.length > 0)
    throw new CopyError('--keys is for a copy between a data folder and a KurrentDB.');
  const file = join(folder, 'keys', 'keys.db');
  const masterFile = join(dirname(file), 'master.key');
  if (folder === from && !existsSync(file)) throw new CopyError(`There are no keys at ${file}.`);
  if (folder === to && configured === undefined && !existsSync(masterFile))
    throw new CopyError('Set MASTER_KEY to the master key of the keys in PostgreSQL.');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const keysExist = () => sqliteKeyStoreHasKeys(file);
  const { key: masterKey } = loadMasterKey({ configured, file: masterFile, keysExist, randomBytes });
  const here = createSqliteKeyStore({ file, masterKey, randomBytes });
  try {
    const there = await createPostgresKeyStore({ connectionString: postgresUrl, masterKey, randomBytes });
    return folder === from ? { from: here, to: there } : { from: there, to: here };
  } catch (error) {
    await here.close();
    throw error;
  }
};
