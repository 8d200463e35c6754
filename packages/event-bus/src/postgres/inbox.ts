import type { SourceEvent } from '@adempauze/event-store';
import pg from 'pg';
import { z } from 'zod';
import type { Inbox } from '../inbox.ts';
import { cannotReach, translate } from './answers.ts';

/** Places are compared as bytes, whatever the database's own order of letters is. */
const tables = `
  CREATE TABLE IF NOT EXISTS inbox_positions (
    service TEXT, consumer TEXT, source TEXT, epoch TEXT NOT NULL, position TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (service, consumer, source)
  );
  CREATE TABLE IF NOT EXISTS inbox_parked (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, service TEXT NOT NULL, consumer TEXT NOT NULL,
    source TEXT NOT NULL, key TEXT NOT NULL, event_id TEXT NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL,
    parked_at TEXT NOT NULL, attempts INTEGER NOT NULL, status TEXT NOT NULL, ended TEXT,
    UNIQUE (service, consumer, event_id)
  );
  CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox_parked (service, consumer, key, id)
    WHERE status IN ('parked', 'replaying');
`;

/** Taken for making the tables, so that services that start together do not both make them. */
const startLock = 233672894;
const answerWithinMs = 5000;

/**
 * The inbox that the replicas of a service share. Every answer waits for the commit. Services may share a database.
 * @throws StartError when the server cannot be reached.
 */
export const createPostgresInbox = async ({
  connectionString,
  service,
  maxConnections = 2,
}: {
  readonly connectionString: string;
  readonly service: string;
  readonly maxConnections?: number;
}): Promise<Inbox> => {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    application_name: `adempauze-inbox-${service}`,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it: the next question gets another. One that breaks between two questions
  // of a transaction is nobody's query either; the pool hears nothing of it, and unheard it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  const ask = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    try {
      return await pool.query(text, [...values]);
    } catch (error) {
      throw translate(error);
    }
  };

  try {
    await makeTables(pool);
  } catch (error) {
    await pool.end();
    throw cannotReach(error);
  }

  return {
    async positionOf(consumer, source, epoch) {
      const { rows } = await ask(
        'SELECT position FROM inbox_positions WHERE service = $1 AND consumer = $2 AND source = $3 AND epoch = $4',
        [service, consumer, source, epoch],
      );
      return PositionRow.parse(rows[0])?.position;
    },
    async savePositions(consumer, positions) {
      await ask(
        `INSERT INTO inbox_positions
         SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[])
         ON CONFLICT (service, consumer, source) DO UPDATE SET epoch = excluded.epoch, position = excluded.position
         WHERE excluded.position > inbox_positions.position OR excluded.epoch <> inbox_positions.epoch`,
        [
          ...[service, consumer],
          ...[positions.map((it) => it.source), positions.map((it) => it.epoch), positions.map((it) => it.position)],
        ],
      );
    },
    async park({ consumer, source, key, event, reason, parkedAt, attempts }) {
      await ask(
        `INSERT INTO inbox_parked (service, consumer, source, key, event_id, event, reason, parked_at, attempts, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'parked') ON CONFLICT DO NOTHING`,
        [service, consumer, source, key, event.id, JSON.stringify(event), reason, parkedAt, attempts],
      );
    },
    async everParked(consumer) {
      const query = 'SELECT event_id AS it FROM inbox_parked WHERE service = $1 AND consumer = $2';
      return texts.parse((await ask(query, [service, consumer])).rows);
    },
    async blockedKeys(consumer) {
      const query = `SELECT DISTINCT key AS it FROM inbox_parked
        WHERE service = $1 AND consumer = $2 AND status IN ('parked', 'replaying')`;
      return texts.parse((await ask(query, [service, consumer])).rows);
    },
    async findParked(id) {
      const { rows } = await ask('SELECT * FROM inbox_parked WHERE service = $1 AND id = $2', [service, id]);
      return rows[0] === undefined ? undefined : ParkedRow.parse(rows[0]);
    },
    async listParked({ consumer, key, statuses = ['parked', 'replaying'], after = 0, first }) {
      const { rows } = await ask(
        `SELECT * FROM inbox_parked WHERE service = $1 AND id > $2 AND ($3::text IS NULL OR consumer = $3)
         AND ($4::text IS NULL OR key = $4) AND status = ANY($5::text[]) ORDER BY id LIMIT $6`,
        [service, after, consumer ?? null, key ?? null, statuses, first],
      );
      return rows.map((row) => ParkedRow.parse(row));
    },
    async countParked(consumer, key) {
      const { rows } = await ask(
        `SELECT count(*)::int AS count FROM inbox_parked WHERE service = $1 AND consumer = $2
         AND ($3::text IS NULL OR key = $3) AND status IN ('parked', 'replaying')`,
        [service, consumer, key ?? null],
      );
      return z.object({ count: z.int() }).parse(rows[0]).count;
    },
    async settle(id, from, to, ended) {
      const { rowCount } = await ask(
        'UPDATE inbox_parked SET status = $1, ended = $2 WHERE service = $3 AND id = $4 AND status = $5',
        [to, ended === undefined ? null : JSON.stringify(ended), service, id, from],
      );
      return rowCount === 1;
    },
    async failAgain(id, reason) {
      await ask('UPDATE inbox_parked SET attempts = attempts + 1, reason = $1 WHERE service = $2 AND id = $3', [
        ...[reason, service, id],
      ]);
    },
    async recoverReplaying(consumer) {
      const query = `UPDATE inbox_parked SET status = 'parked'
        WHERE service = $1 AND consumer = $2 AND status = 'replaying'`;
      return (await ask(query, [service, consumer])).rowCount ?? 0;
    },
    close: () => pool.end(),
  };
};

const makeTables = async (pool: pg.Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
    await client.query(tables);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
};

const PositionRow = z.object({ position: z.string() }).optional();
const texts = z.array(z.object({ it: z.string() }).transform(({ it }) => it));

const json = z.string().transform((text): unknown => JSON.parse(text));
/** What was written as a source event is one; its data is judged by whoever reads it. */
const StoredEvent = z.custom<SourceEvent>((it) => typeof it === 'object' && it !== null && 'id' in it && 'data' in it);
const Ended = z.object({ by: z.string(), at: z.string(), reason: z.string() });

const ParkedRow = z
  .object({
    // The driver gives a 64-bit number as text.
    id: z.coerce.number().int(),
    consumer: z.string(),
    source: z.string(),
    key: z.string(),
    event: json.pipe(StoredEvent),
    reason: z.string(),
    parked_at: z.string(),
    attempts: z.number(),
    status: z.enum(['parked', 'replaying', 'replayed', 'discarded']),
    ended: z
      .string()
      .nullable()
      .transform((text) => (text === null ? undefined : Ended.parse(JSON.parse(text)))),
  })
  .transform(({ parked_at: parkedAt, ...row }) => ({ ...row, parkedAt }));
