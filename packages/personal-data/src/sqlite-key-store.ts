import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartError, UnavailableError } from '@adempauze/kernel';
import { DifferentKeyError, PersonForgottenError } from './errors.ts';
import type { KeptKey, KeyStore, Keys, RandomBytes } from './key-store.ts';
import { aes, unwrapKey, wrapKey } from './wrap.ts';

/** A row without a key is the tombstone of a forgotten person. */
const schema = `
  CREATE TABLE IF NOT EXISTS persons (person_id TEXT PRIMARY KEY, wrapped_key BLOB) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * The keys of persons in a SQLite file of their own, apart from everything that a backup of the log takes.
 * `file` may be `:memory:`. Several processes may share the file.
 * @throws StartError when the file cannot be opened, or was made under another master key.
 */
export const createSqliteKeyStore = ({
  file,
  masterKey,
  randomBytes,
}: {
  readonly file: string;
  readonly masterKey: Uint8Array;
  readonly randomBytes: RandomBytes;
}): KeyStore => {
  const db = open(file);
  const statements = {
    find: db.prepare('SELECT wrapped_key AS wrapped FROM persons WHERE person_id = ?'),
    create: db.prepare('INSERT OR IGNORE INTO persons VALUES (?, ?)'),
    forget: db.prepare('INSERT INTO persons VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped_key = NULL'),
    rewrap: db.prepare('UPDATE persons SET wrapped_key = ? WHERE person_id = ?'),
    list: db.prepare(
      'SELECT person_id AS personId, wrapped_key AS wrapped FROM persons WHERE person_id > ? ORDER BY person_id LIMIT ?',
    ),
    all: db.prepare('SELECT person_id AS personId, wrapped_key AS wrapped FROM persons WHERE wrapped_key IS NOT NULL'),
    count: db.prepare('SELECT count(wrapped_key) AS keys FROM persons'),
    note: db.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?)'),
    noted: db.prepare('SELECT value FROM notes WHERE name = ?'),
    unnote: db.prepare('DELETE FROM notes WHERE name = ?'),
  };
  let master = Uint8Array.from(masterKey);

  const wrappedOf = (personId: string): Uint8Array | 'forgotten' | undefined => {
    const row = statements.find.get(personId);
    if (row === undefined) return undefined;
    return row.wrapped instanceof Uint8Array ? row.wrapped : 'forgotten';
  };
  const find = (personIds: readonly string[]): Keys => {
    const keys = new Map<string, Uint8Array>();
    for (const personId of personIds) {
      const wrapped = wrappedOf(personId);
      if (wrapped instanceof Uint8Array) keys.set(personId, unwrapKey(master, personId, wrapped));
    }
    return keys;
  };
  const refuseForgotten = (personIds: readonly string[]) => {
    for (const personId of personIds) if (wrappedOf(personId) === 'forgotten') throw new PersonForgottenError(personId);
  };
  const transaction = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  // Known by a value sealed under the master key, so that a wrong one is found at the start and not a year later.
  const checkMaster = () => {
    const check = statements.noted.get('check')?.value;
    if (check instanceof Uint8Array && opens(check, master)) return;
    if (check !== undefined && countKeys() > 0) throw wrongMasterKey(file);
    statements.note.run('check', wrapKey(master, '', randomBytes(aes.keyBytes), randomBytes));
  };
  const countKeys = () => Number(statements.count.get()?.keys);

  // A deleted key lives on in free pages and in the write-ahead log: VACUUM rewrites the one, the checkpoint empties
  // the other. The note stands from the tombstone until both are done, so that a crash in between is made good.
  const scrub = () => {
    if (statements.noted.get('scrub') === undefined) return;
    db.exec('VACUUM');
    emptyWriteAheadLog();
    statements.unnote.run('scrub');
  };
  const emptyWriteAheadLog = () => {
    const answer = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (answer?.busy === 1)
      throw new UnavailableError('The key store is being read; its files could not be wiped yet.');
  };

  // Everybody who needs new keys, or is forgotten, in the same turn of the event loop shares one commit to disk.
  const shareTurn = (work: (personIds: readonly string[][]) => readonly (undefined | Error)[]) => {
    let turn: { personIds: string[]; resolve: () => void; reject: (error: unknown) => void }[] = [];
    const run = () => {
      const requests = turn;
      turn = [];
      if (requests.length === 0) return;
      try {
        const answers = work(requests.map((it) => it.personIds));
        requests.forEach((it, i) => {
          answers[i] === undefined ? it.resolve() : it.reject(answers[i]);
        });
      } catch (error) {
        for (const it of requests) it.reject(translate(error));
      }
    };
    const join = (personIds: readonly string[]): Promise<void> =>
      new Promise((resolve, reject) => {
        turn.push({ personIds: [...personIds], resolve, reject });
        if (turn.length === 1) setImmediate(run);
      });
    return { join, run };
  };
  const creations = shareTurn((requests) =>
    transaction(() =>
      requests.map((personIds) => {
        const forgotten = personIds.find((personId) => wrappedOf(personId) === 'forgotten');
        if (forgotten !== undefined) return new PersonForgottenError(forgotten);
        for (const personId of personIds) {
          if (wrappedOf(personId) !== undefined) continue;
          statements.create.run(personId, wrapKey(master, personId, randomBytes(aes.keyBytes), randomBytes));
        }
        return undefined;
      }),
    ),
  );
  const forgettings = shareTurn((requests) => {
    transaction(() => {
      for (const personId of requests.flat()) {
        if (wrappedOf(personId) === 'forgotten') continue;
        statements.forget.run(personId);
        statements.note.run('scrub', Buffer.alloc(0));
      }
    });
    scrub();
    return requests.map(() => undefined);
  });

  try {
    transaction(checkMaster);
  } catch (error) {
    db.close();
    throw error instanceof StartError ? error : cannotOpen(file, error);
  }
  try {
    scrub(); // what a crash left half done
  } catch (error) {
    // Others are reading: the note stands, and the next forgetting or the next start does it.
    if (!(translate(error) instanceof UnavailableError)) throw error;
  }

  return {
    async findOrCreate(personIds) {
      refuseForgotten(personIds);
      const keys = find(personIds);
      if (personIds.every((personId) => keys.has(personId))) return keys;
      await creations.join(personIds);
      return find(personIds);
    },
    find: async (personIds) => find(personIds),
    forget: (personId) => forgettings.join([personId]),
    isForgotten: async (personId) => wrappedOf(personId) === 'forgotten',
    async list({ after = '', maxCount }) {
      return statements.list.all(after, maxCount).map(({ personId, wrapped }): KeptKey => {
        const id = String(personId);
        return { personId: id, key: wrapped instanceof Uint8Array ? unwrapKey(master, id, wrapped) : 'forgotten' };
      });
    },
    async takeOver(kept) {
      transaction(() => {
        for (const { personId, key } of kept) {
          const here = wrappedOf(personId);
          if (here === 'forgotten') continue;
          if (here === undefined)
            statements.create.run(personId, key === 'forgotten' ? null : wrapKey(master, personId, key, randomBytes));
          else if (key !== 'forgotten' && !isEqual(unwrapKey(master, personId, here), key))
            throw new DifferentKeyError(personId);
        }
      });
      for (const { personId, key } of kept) {
        if (key === 'forgotten' && wrappedOf(personId) !== 'forgotten') await forgettings.join([personId]);
      }
    },
    count: async () => countKeys(),
    async rotateMaster(newMasterKey) {
      transaction(() => {
        for (const { personId, wrapped } of statements.all.all()) {
          if (typeof personId !== 'string' || !(wrapped instanceof Uint8Array)) continue;
          const key = unwrapKey(master, personId, wrapped);
          statements.rewrap.run(wrapKey(newMasterKey, personId, key, randomBytes), personId);
        }
        statements.note.run('check', wrapKey(newMasterKey, '', randomBytes(aes.keyBytes), randomBytes));
        statements.note.run('scrub', Buffer.alloc(0));
      });
      master = Uint8Array.from(newMasterKey);
      scrub();
    },
    async close() {
      creations.run();
      forgettings.run();
      if (db.isOpen) db.close();
    },
  };
};

/** Whether keys stand in this file; false when there is no such file. Opens it for reading only. */
export const sqliteKeyStoreHasKeys = (file: string): boolean => {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(file, { readOnly: true });
  } catch {
    return false;
  }
  try {
    return db.prepare('SELECT 1 FROM persons WHERE wrapped_key IS NOT NULL LIMIT 1').get() !== undefined;
  } catch {
    return false;
  } finally {
    db.close();
  }
};

const isEqual = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

const open = (file: string): DatabaseSync => {
  try {
    // Readable by its owner only; SQLite gives the files beside it the same rights.
    if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
    const db = new DatabaseSync(file, { timeout: 1000 });
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
    );
    db.exec(schema);
    return db;
  } catch (error) {
    throw cannotOpen(file, error);
  }
};

const opens = (check: Uint8Array, master: Uint8Array): boolean => {
  try {
    return unwrapKey(master, '', check).length === aes.keyBytes;
  } catch {
    return false;
  }
};

/** SQLite's own errors mean that the file is busy, full or broken: nothing was committed. */
const translate = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'errcode' in error
    ? new UnavailableError('The key store could not write.', 1000, { cause: error })
    : error;

const cannotOpen = (file: string, cause: unknown) =>
  new StartError(
    {
      nl: `De sleutels van personen in ${file} kunnen niet worden geopend. Mag dit programma daar lezen en schrijven?`,
      en: `The keys of persons in ${file} cannot be opened. May this program read and write there?`,
    },
    { cause },
  );

const wrongMasterKey = (file: string) =>
  new StartError({
    nl: `De hoofdsleutel hoort niet bij de sleutels in ${file}. Zet de hoofdsleutel terug waarmee ze zijn gemaakt.`,
    en: `The master key does not belong to the keys in ${file}. Put back the master key that they were made with.`,
  });
