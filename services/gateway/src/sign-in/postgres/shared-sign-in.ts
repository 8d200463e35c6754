import { UnavailableError } from '@adempauze/kernel';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import pg from 'pg';
import { z } from 'zod';
import { makeKeys, SignInKeys } from '../keys.ts';
import type { SharedSignIn } from '../shared.ts';

/* The only file of the gateway that speaks to PostgreSQL. */

const schema = `
  CREATE TABLE IF NOT EXISTS sign_in_keys (one BOOLEAN PRIMARY KEY CHECK (one), keys JSONB NOT NULL);
  CREATE TABLE IF NOT EXISTS sign_in_entries (
    kind TEXT NOT NULL, id TEXT NOT NULL, payload JSONB NOT NULL, uid TEXT, user_code TEXT, grant_id TEXT,
    expires_at_ms BIGINT NOT NULL, PRIMARY KEY (kind, id));
  CREATE INDEX IF NOT EXISTS sign_in_entries_expiry ON sign_in_entries (expires_at_ms);
  CREATE INDEX IF NOT EXISTS sign_in_entries_grant ON sign_in_entries (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sign_in_entries_uid ON sign_in_entries (kind, uid) WHERE uid IS NOT NULL;
`;
/** Taken while the tables are made, since two who do so at once get in each other's way. */
const startLock = 233672894;
const answerWithinMs = 5000;
const standardSeconds = 3600;
/** One write in so many takes out what has expired. */
const cleanEvery = 50;

const Payload = z.custom<AdapterPayload>((it) => typeof it === 'object' && it !== null);

/**
 * The embedded sign-in's keys and what it has in hand, in PostgreSQL, so that a sign-in that began at one gateway ends
 * well at another, and a token of one counts at all. For the demonstration: the keys stand there as they are.
 * @throws UnavailableError when the server cannot be reached.
 */
export const openSharedSignIn = async ({
  connectionString,
  realNowMs,
}: {
  readonly connectionString: string;
  readonly realNowMs: () => number;
}): Promise<SharedSignIn & { readonly close: () => Promise<void> }> => {
  const pool = new pg.Pool({
    ...{ connectionString, max: 4, allowExitOnIdle: true },
    ...{ connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs },
  });
  // A connection that breaks while nobody uses it: the next question gets another. One that breaks between two questions
  // of a transaction is nobody's query either; the pool hears nothing of it, and unheard it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const ask = async (text: string, values: readonly unknown[]) => {
    try {
      return await pool.query(text, [...values]);
    } catch (cause) {
      throw new UnavailableError('The sign-in cannot reach what it shares.', 1000, { cause });
    }
  };

  const keys = await prepare(pool).catch(async (cause: unknown) => {
    await pool.end();
    throw new UnavailableError('The sign-in cannot reach what it shares.', 1000, { cause });
  });

  let writes = 0;
  const clean = async () => {
    writes += 1;
    if (writes % cleanEvery === 1) await ask('DELETE FROM sign_in_entries WHERE expires_at_ms <= $1', [realNowMs()]);
  };
  const find = async (kind: string, column: 'id' | 'uid' | 'user_code', value: string) => {
    const text = `SELECT payload FROM sign_in_entries WHERE kind = $1 AND ${column} = $2 AND expires_at_ms > $3`;
    const { rows } = await ask(text, [kind, value, realNowMs()]);
    return z.array(z.object({ payload: Payload })).parse(rows)[0]?.payload;
  };
  const adapters = (kind: string): Adapter => ({
    async upsert(id, payload, expiresInSeconds = standardSeconds) {
      await ask(
        `INSERT INTO sign_in_entries VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, id) DO UPDATE SET
         payload = excluded.payload, uid = excluded.uid, user_code = excluded.user_code, grant_id = excluded.grant_id,
         expires_at_ms = excluded.expires_at_ms`,
        [
          ...[kind, id, JSON.stringify(payload), payload.uid ?? null, payload.userCode ?? null],
          ...[payload.grantId ?? null, Math.round(realNowMs() + expiresInSeconds * 1000)],
        ],
      );
      await clean();
    },
    find: (id) => find(kind, 'id', id),
    findByUid: (uid) => find(kind, 'uid', uid),
    findByUserCode: (userCode) => find(kind, 'user_code', userCode),
    async consume(id) {
      const consumed = JSON.stringify({ consumed: Math.floor(realNowMs() / 1000) });
      await ask('UPDATE sign_in_entries SET payload = payload || $3::jsonb WHERE kind = $1 AND id = $2', [
        ...[kind, id, consumed],
      ]);
    },
    async destroy(id) {
      await ask('DELETE FROM sign_in_entries WHERE kind = $1 AND id = $2', [kind, id]);
    },
    async revokeByGrantId(grantId) {
      await ask('DELETE FROM sign_in_entries WHERE grant_id = $1', [grantId]);
    },
  });
  return { keys, adapters, close: () => pool.end() };
};

/** Makes the tables, and the keys where nobody was first. */
const prepare = async (pool: pg.Pool): Promise<SignInKeys> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
    await client.query(schema);
    await client.query('INSERT INTO sign_in_keys VALUES (true, $1) ON CONFLICT DO NOTHING', [
      JSON.stringify(makeKeys()),
    ]);
    const { rows } = await client.query('SELECT keys FROM sign_in_keys');
    await client.query('COMMIT');
    return z.tuple([z.object({ keys: SignInKeys })]).parse(rows)[0].keys;
  } finally {
    client.release(true);
  }
};
