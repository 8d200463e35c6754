import { DatabaseSync } from 'node:sqlite';
import type { SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import type { Inbox } from './inbox.ts';

/** What the inbox answers, at once: SQLite works on the calling thread. */
export type InboxFile = {
  readonly [door in keyof Inbox]: (...asked: Parameters<Inbox[door]>) => Awaited<ReturnType<Inbox[door]>>;
};

const tables = `
  CREATE TABLE IF NOT EXISTS positions (
    consumer TEXT, source TEXT, epoch TEXT NOT NULL, position TEXT NOT NULL, PRIMARY KEY (consumer, source)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (
    id INTEGER PRIMARY KEY AUTOINCREMENT, consumer TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL,
    eventId TEXT NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL, parkedAt TEXT NOT NULL,
    attempts INTEGER NOT NULL, status TEXT NOT NULL, ended TEXT, UNIQUE (consumer, eventId)
  );
  CREATE INDEX IF NOT EXISTS waiting ON parked (consumer, key, id) WHERE status IN ('parked', 'replaying');
`;

/** Opens the file of an inbox, `undefined` for one in memory. Few and small writes, since positions are saved seldom. */
export const openInboxFile = (file: string | undefined): InboxFile => {
  const db = new DatabaseSync(file ?? ':memory:', { timeout: 5000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec(tables);
  // Positions wait for no disk: what a power cut takes of them makes events come again, which changes nothing.
  const positionsDb = file === undefined ? db : new DatabaseSync(file, { timeout: 5000 });
  if (file !== undefined) positionsDb.exec('PRAGMA synchronous = NORMAL;');

  const findPosition = db.prepare('SELECT position FROM positions WHERE consumer = ? AND source = ? AND epoch = ?');
  const raisePosition = positionsDb.prepare(
    `INSERT INTO positions VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, position = excluded.position
     WHERE excluded.position > position OR excluded.epoch <> epoch`,
  );
  const insertParked = db.prepare(
    `INSERT INTO parked (consumer, source, key, eventId, event, reason, parkedAt, attempts, status)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'parked') ON CONFLICT DO NOTHING`,
  );
  const eventIds = db.prepare('SELECT eventId FROM parked WHERE consumer = ?');
  const findById = db.prepare('SELECT * FROM parked WHERE id = ?');
  const blocked = db.prepare(
    `SELECT DISTINCT key FROM parked WHERE consumer = ? AND status IN ('parked', 'replaying')`,
  );
  const list = db.prepare(
    `SELECT * FROM parked WHERE id > :after AND (:consumer IS NULL OR consumer = :consumer)
     AND (:key IS NULL OR key = :key) AND status IN (SELECT value FROM json_each(:statuses)) ORDER BY id LIMIT :first`,
  );
  const count = db.prepare(
    `SELECT count(*) AS count FROM parked
     WHERE consumer = :consumer AND (:key IS NULL OR key = :key) AND status IN ('parked', 'replaying')`,
  );
  const settle = db.prepare('UPDATE parked SET status = ?, ended = ? WHERE id = ? AND status = ?');
  const failAgain = db.prepare('UPDATE parked SET attempts = attempts + 1, reason = ? WHERE id = ?');
  const recover = db.prepare(`UPDATE parked SET status = 'parked' WHERE consumer = ? AND status = 'replaying'`);

  return {
    positionOf: (consumer, source, epoch) => PositionRow.parse(findPosition.get(consumer, source, epoch))?.position,
    savePositions(consumer, positions) {
      positionsDb.exec('BEGIN IMMEDIATE');
      try {
        for (const { source, epoch, position } of positions) raisePosition.run(consumer, source, epoch, position);
        positionsDb.exec('COMMIT');
      } catch (error) {
        positionsDb.exec('ROLLBACK');
        throw error;
      }
    },
    park({ consumer, source, key, event, reason, parkedAt, attempts }) {
      insertParked.run(consumer, source, key, event.id, JSON.stringify(event), reason, parkedAt, attempts);
    },
    everParked: (consumer) => eventIds.all(consumer).map((row) => String(row.eventId)),
    blockedKeys: (consumer) => blocked.all(consumer).map((row) => String(row.key)),
    findParked(id) {
      const row = findById.get(id);
      return row && ParkedRow.parse(row);
    },
    listParked: ({ consumer, key, statuses = ['parked', 'replaying'], after = 0, first }) =>
      list
        .all({
          after,
          consumer: consumer ?? null,
          key: key ?? null,
          statuses: JSON.stringify(statuses),
          first,
        })
        .map((row) => ParkedRow.parse(row)),
    countParked: (consumer, key) => Number(count.get({ consumer, key: key ?? null })?.count),
    settle: (id, from, to, ended) =>
      settle.run(to, ended === undefined ? null : JSON.stringify(ended), id, from).changes === 1,
    failAgain(id, reason) {
      failAgain.run(reason, id);
    },
    recoverReplaying: (consumer) => Number(recover.run(consumer).changes),
    close() {
      if (positionsDb !== db) positionsDb.close();
      db.close();
    },
  };
};

/**
 * One small SQLite file per service, `undefined` for one in memory. What is parked is durable when the call resolves
 * (WAL, `synchronous=FULL`).
 */
export const createInbox = ({ file }: { readonly file: string | undefined }): Inbox => {
  const opened = openInboxFile(file);
  return {
    positionOf: async (...asked) => opened.positionOf(...asked),
    savePositions: async (...asked) => opened.savePositions(...asked),
    park: async (message) => opened.park(message),
    everParked: async (consumer) => opened.everParked(consumer),
    blockedKeys: async (consumer) => opened.blockedKeys(consumer),
    findParked: async (id) => opened.findParked(id),
    listParked: async (options) => opened.listParked(options),
    countParked: async (...asked) => opened.countParked(...asked),
    settle: async (...asked) => opened.settle(...asked),
    failAgain: async (...asked) => opened.failAgain(...asked),
    recoverReplaying: async (consumer) => opened.recoverReplaying(consumer),
    close: async () => opened.close(),
  };
};

const PositionRow = z.object({ position: z.string() }).optional();

const json = z.string().transform((text): unknown => JSON.parse(text));
/** What was written as a source event is one; its data is judged by whoever reads it. */
const StoredEvent = z.custom<SourceEvent>((it) => typeof it === 'object' && it !== null && 'id' in it && 'data' in it);

const Ended = z.object({ by: z.string(), at: z.string(), reason: z.string() });

const ParkedRow = z.object({
  id: z.number(),
  consumer: z.string(),
  source: z.string(),
  key: z.string(),
  event: json.pipe(StoredEvent),
  reason: z.string(),
  parkedAt: z.string(),
  attempts: z.number(),
  status: z.enum(['parked', 'replaying', 'replayed', 'discarded']),
  ended: z
    .string()
    .nullable()
    .transform((text) => (text === null ? undefined : Ended.parse(JSON.parse(text)))),
});
