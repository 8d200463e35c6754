import { StartError, UnavailableError } from '@adempauze/kernel';
import pg from 'pg';
import { DifferentKeyError, PersonForgottenError } from './errors.ts';
import type { KeptKey, KeyStore, Keys, RandomBytes } from './key-store.ts';
import { aes, unwrapKey, wrapKey } from './wrap.ts';

/** A row without a key is the tombstone of a forgotten person. */
const schema = `
  CREATE TABLE IF NOT EXISTS persons (person_id TEXT PRIMARY KEY, wrapped_key BYTEA);
  CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value BYTEA NOT NULL);
`;

/** Taken for making the tables, checking and changing the master key; "adempauze" in digits of a keypad. */
const startLock = 233672893;

const answerWithinMs = 10_000;

/**
 * The keys of persons in PostgreSQL, for services that run as several processes. Every answer waits for the commit.
 *
 * What forgetting means here: the key is gone from the table at once and no query finds it, in this process or another;
 * its page is rewritten before `forget` resolves (VACUUM). The write-ahead log, replicas and backups of the server
 * keep older copies until they are recycled: the operator sets how long, see infra/README.md. What is there is wrapped.
 * @throws StartError when the server cannot be reached, or the keys were made under another master key.
 */
export const createPostgresKeyStore = async ({
  connectionString,
  masterKey,
  randomBytes,
  maxConnections = 4,
}: {
  readonly connectionString: string;
  readonly masterKey: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly maxConnections?: number;
}): Promise<KeyStore> => {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it: the next question gets another. One that breaks between two questions
  // of a transaction is nobody's query either; the pool hears nothing of it, and unheard it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  let master = Uint8Array.from(masterKey);
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  /** Counted, so that closing waits for it; what the server says becomes our own error. */
  const ask = <T>(work: () => Promise<T>): Promise<T> => {
    if (closed !== undefined) return Promise.reject(new UnavailableError('The key store is closed.'));
    const asked = work().catch((error: unknown) => Promise.reject(translate(error)));
    const settled: Promise<void> = asked.then(ignore, ignore).then(() => {
      underWay.delete(settled);
    });
    underWay.add(settled);
    return asked;
  };

  const transaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };

  type Asked = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;
  type Row = { readonly person_id: string; readonly wrapped_key: Buffer | null };
  const rowsOf = async (db: Asked, personIds: readonly string[]): Promise<readonly Row[]> => {
    const query = 'SELECT person_id, wrapped_key FROM persons WHERE person_id = ANY($1)';
    return (await db.query<Row>(query, [personIds])).rows;
  };
  const keysIn = (rows: readonly Row[]): Map<string, Uint8Array> =>
    new Map(
      rows.flatMap(({ person_id, wrapped_key }): [string, Uint8Array][] =>
        wrapped_key === null ? [] : [[person_id, unwrapKey(master, person_id, wrapped_key)]],
      ),
    );
  const refuseForgotten = (rows: readonly Row[]) => {
    const forgotten = rows.find(({ wrapped_key }) => wrapped_key === null);
    if (forgotten) throw new PersonForgottenError(forgotten.person_id);
  };

  const findOrCreate = async (personIds: readonly string[]): Promise<Keys> => {
    // In one order, so that two who ask for the same persons never wait for each other in a circle.
    const wanted = [...new Set(personIds)].sort();
    const rows = await rowsOf(pool, wanted);
    refuseForgotten(rows);
    if (rows.length === wanted.length) return keysIn(rows);
    const had = new Set(rows.map(({ person_id }) => person_id));
    const missing = wanted.filter((personId) => !had.has(personId));
    const wrapped = missing.map((personId) => wrapKey(master, personId, randomBytes(aes.keyBytes), randomBytes));
    return transaction(async (client) => {
      await client.query(`INSERT INTO persons SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING`, [
        missing,
        wrapped.map((it) => Buffer.from(it)),
      ]);
      // Whoever came first made the key, or the tombstone: then nothing is made for anybody.
      const now = await rowsOf(client, wanted);
      refuseForgotten(now);
      return keysIn(now);
    });
  };

  const takeOver = async (kept: readonly KeptKey[]): Promise<void> => {
    // In one order, as above.
    const inOrder = [...kept].sort((a, b) => (a.personId < b.personId ? -1 : 1));
    const ids = inOrder.map(({ personId }) => personId);
    await transaction(async (client) => {
      await client.query('INSERT INTO persons SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING', [
        ids,
        inOrder.map(({ personId, key }) =>
          key === 'forgotten' ? null : Buffer.from(wrapKey(master, personId, key, randomBytes)),
        ),
      ]);
      const here = keysIn(await rowsOf(client, ids));
      for (const { personId, key } of inOrder) {
        const own = here.get(personId);
        if (own && key !== 'forgotten' && Buffer.compare(own, key) !== 0) throw new DifferentKeyError(personId);
      }
      const forgotten = inOrder.filter(({ personId, key }) => key === 'forgotten' && here.has(personId));
      if (forgotten.length === 0) return;
      await client.query('UPDATE persons SET wrapped_key = NULL WHERE person_id = ANY($1)', [
        forgotten.map(({ personId }) => personId),
      ]);
      await note(client, 'scrub', new Uint8Array());
    });
    await scrub();
  };

  /** Rewrites the pages that hold what was deleted. Waits for nobody: a reader of old rows keeps it from being done. */
  const scrub = async () => {
    if ((await pool.query("SELECT 1 FROM notes WHERE name = 'scrub'")).rowCount === 0) return;
    await pool.query('VACUUM FULL persons');
    await pool.query('CHECKPOINT').catch(() => undefined); // a right that not every user has
    await pool.query("DELETE FROM notes WHERE name = 'scrub'");
  };

  // Known by a value sealed under the master key, so that a wrong one is found at the start and not a year later.
  const checkMaster = async (client: pg.PoolClient) => {
    const check = await client.query<{ value: Buffer }>("SELECT value FROM notes WHERE name = 'check'");
    const value = check.rows[0]?.value;
    if (value && opens(value, master)) return;
    const { rowCount } = await client.query('SELECT 1 FROM persons WHERE wrapped_key IS NOT NULL LIMIT 1');
    if (value && rowCount !== 0) throw wrongMasterKey();
    await note(client, 'check', wrapKey(master, '', randomBytes(aes.keyBytes), randomBytes));
  };
  const note = (client: pg.PoolClient, name: string, value: Uint8Array) =>
    client.query('INSERT INTO notes VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
      name,
      Buffer.from(value),
    ]);

  try {
    await transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
      await client.query(schema);
      await checkMaster(client);
    });
    await scrub(); // what a crash left half done
  } catch (error) {
    await pool.end();
    throw error instanceof StartError ? error : cannotReach(error);
  }

  return {
    findOrCreate: (personIds) => ask(() => findOrCreate(personIds)),
    find: (personIds) => ask(async () => keysIn(await rowsOf(pool, personIds))),
    forget: (personId) =>
      ask(async () => {
        await transaction(async (client) => {
          const { rowCount } = await client.query(
            `INSERT INTO persons VALUES ($1, NULL) ON CONFLICT (person_id)
             DO UPDATE SET wrapped_key = NULL WHERE persons.wrapped_key IS NOT NULL`,
            [personId],
          );
          if (rowCount !== 0) await note(client, 'scrub', new Uint8Array());
        });
        await scrub();
      }),
    isForgotten: (personId) =>
      ask(async () => (await rowsOf(pool, [personId])).some((row) => row.wrapped_key === null)),
    list: ({ after = '', maxCount }) =>
      ask(async () => {
        const query = 'SELECT person_id, wrapped_key FROM persons WHERE person_id > $1 ORDER BY person_id LIMIT $2';
        const { rows } = await pool.query<Row>(query, [after, maxCount]);
        const keys = keysIn(rows);
        return rows.map(({ person_id: personId }) => ({ personId, key: keys.get(personId) ?? ('forgotten' as const) }));
      }),
    takeOver: (kept) => ask(() => takeOver(kept)),
    count: () =>
      ask(async () => {
        const { rows } = await pool.query<{ keys: number }>('SELECT count(wrapped_key)::int AS keys FROM persons');
        return rows[0]?.keys ?? 0;
      }),
    rotateMaster: (newMasterKey) =>
      ask(async () => {
        await transaction(async (client) => {
          await client.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
          const { rows } = await client.query<Row>(
            'SELECT person_id, wrapped_key FROM persons WHERE wrapped_key IS NOT NULL FOR UPDATE',
          );
          const keys = keysIn(rows);
          const wrapped = [...keys].map(([id, key]) => Buffer.from(wrapKey(newMasterKey, id, key, randomBytes)));
          await client.query(
            `UPDATE persons SET wrapped_key = new.wrapped FROM unnest($1::text[], $2::bytea[]) AS new (id, wrapped)
             WHERE person_id = new.id`,
            [[...keys.keys()], wrapped],
          );
          await note(client, 'check', wrapKey(newMasterKey, '', randomBytes(aes.keyBytes), randomBytes));
          await note(client, 'scrub', new Uint8Array());
        });
        master = Uint8Array.from(newMasterKey);
        await scrub();
      }),
    close() {
      closed ??= Promise.all(underWay).then(() => pool.end());
      return closed;
    },
  };
};

const ignore = () => undefined;

const opens = (check: Uint8Array, master: Uint8Array): boolean => {
  try {
    return unwrapKey(master, '', check).length === aes.keyBytes;
  } catch {
    return false;
  }
};

/** Codes of PostgreSQL that mean: not now. Connection lost, resources, shutting down, lost a race, lock not free. */
const passing = /^(08|53|57|40|55)/;

/** Not reached, too slow, or not now: nothing was done, or it may be asked again. */
const translate = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const unreached = /^E[A-Z]+$/.test(code) || /timeout|terminated|Connection/i.test(error.message);
  const ours = error.name !== 'Error' && error.name !== 'error' && error.name !== 'AggregateError';
  if (ours || !(passing.test(code) || unreached)) return error;
  return new UnavailableError('The key store does not answer now.', 1000, { cause: error });
};

const cannotReach = (cause: unknown) =>
  new StartError(
    {
      nl: 'De sleutels van personen in PostgreSQL kunnen niet worden geopend. Draait de server, en klopt het adres?',
      en: 'The keys of persons in PostgreSQL cannot be opened. Does the server run, and is the address right?',
    },
    { cause },
  );

const wrongMasterKey = () =>
  new StartError({
    nl: 'De hoofdsleutel hoort niet bij de sleutels in PostgreSQL. Zet de hoofdsleutel terug waarmee ze zijn gemaakt.',
    en: 'The master key does not belong to the keys in PostgreSQL. Put back the master key that they were made with.',
  });
