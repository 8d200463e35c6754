import { DatabaseSync } from 'node:sqlite';
import type { Position, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';

export type ParkedStatus = 'parked' | 'replaying' | 'replayed' | 'discarded';

/** A message that could not be handled, or that waits behind one with the same key. */
export type ParkedMessage = {
  /** Grows with the order of parking, within one inbox. */
  readonly id: number;
  readonly consumer: string;
  readonly source: string;
  /** The subject; later messages of it wait behind this one. */
  readonly key: string;
  /** As it came: personal fields are still sealed. */
  readonly event: SourceEvent;
  /** Scrubbed: the kind of failure and its place, never data. */
  readonly reason: string;
  readonly parkedAt: string;
  /** How often it was tried; 0 for one that only waits behind another. */
  readonly attempts: number;
  readonly status: ParkedStatus;
  /** Who ended it, an opaque account id, when, and why it was discarded. */
  readonly ended: { readonly by: string; readonly at: string; readonly reason: string } | undefined;
};

export type NewParkedMessage = Pick<ParkedMessage, 'consumer' | 'source' | 'key' | 'event' | 'reason' | 'attempts'> & {
  readonly parkedAt: Instant;
};

export type SourcePosition = { readonly source: string; readonly epoch: string; readonly position: Position };

/**
 * What the consumers of one service have had and could not handle. The position of a source is also its high-water
 * mark: every source keeps log order, so whatever stands at or before it was handled, however often it comes again.
 */
export type Inbox = {
  /** `epoch` names the log: a position in another log means nothing, and none is answered. */
  positionOf(consumer: string, source: string, epoch: string): Position | undefined;
  /** All or none. Outlives the process; a power cut may take the latest. Within one log a position never goes back. */
  savePositions(consumer: string, positions: readonly SourcePosition[]): void;
  /** Durable when it returns; a message parked before, whatever became of it, is left as it is. */
  park(message: NewParkedMessage): void;
  /** Whether this message was ever parked: then it is not for the consumer to handle, replay does that. */
  wasParked(consumer: string, eventId: string): boolean;
  /** Keys with messages that wait. */
  blockedKeys(consumer: string): string[];
  findParked(id: number): ParkedMessage | undefined;
  /** In order of parking, which within a key is log order. `after` is an id, exclusive. */
  listParked(options: {
    readonly consumer?: string;
    readonly key?: string;
    readonly statuses?: readonly ParkedStatus[];
    readonly after?: number;
    readonly first: number;
  }): ParkedMessage[];
  /** Messages that wait, of all keys or one. */
  countParked(consumer: string, key?: string): number;
  /** Changes what became of it; false when it does not stand at `from` any more. */
  settle(id: number, from: ParkedStatus, to: ParkedStatus, ended?: ParkedMessage['ended']): boolean;
  /** Records one more try that failed. */
  failAgain(id: number, reason: string): void;
  /** How often the messages of this consumer went back to waiting because the process stopped in a replay. */
  recoverReplaying(consumer: string): number;
  close(): void;
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

/**
 * One small SQLite file per service, `undefined` for one in memory. What is parked is durable when the call returns
 * (WAL, `synchronous=FULL`). Calls are synchronous: few and small writes, since positions are saved seldom.
 */
export const createInbox = ({ file }: { readonly file: string | undefined }): Inbox => {
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
  const findByEvent = db.prepare('SELECT 1 FROM parked WHERE consumer = ? AND eventId = ?');
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
    wasParked: (consumer, eventId) => findByEvent.get(consumer, eventId) !== undefined,
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
