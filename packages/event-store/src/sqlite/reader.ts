import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { StreamDeletedError } from '../errors.ts';
import type {
  EventMetadata,
  JsonObject,
  Position,
  ReadAllOptions,
  ReadAllResult,
  ReadOptions,
  ReadResult,
  RecordedEvent,
} from '../port.ts';

/** Sixteen digits, so that text order is log order. */
export const positionText = (position: number): Position => String(position).padStart(16, '0');

/** @throws RangeError for a position that no log of ours gave out. */
export const positionNumber = (position: Position | undefined): number => {
  if (position === undefined) return 0;
  if (!/^\d{16}$/.test(position)) throw new RangeError('This is no position of an SQLite event store.');
  return Number(position);
};

/** One page holds at most this much text, whatever it was asked for. */
const bytesPerPage = 8 * 1024 * 1024;

const columns = 'e.position, e.revision, e.id, e.type, e.data, e.metadata';

export type LogReader = {
  read(stream: string, options: ReadOptions, nowMs: number): ReadResult;
  readAll(options: ReadAllOptions): ReadAllResult;
  close(): void;
};

/** Reads the log on the calling thread: a page costs less there than the way to another thread and back. */
export const openLogReader = (file: string): LogReader => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  const prepare = (sql: string): StatementSync => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const findStream = prepare('SELECT id, tombstoned, max_age_seconds, max_count FROM streams WHERE name = ?');
  const lastRevision = prepare('SELECT max(revision) FROM events WHERE stream = ?');
  const inStream = (order: 'ASC' | 'DESC') =>
    prepare(
      `SELECT ${columns} FROM events e WHERE e.stream = ? AND e.revision >= ? AND e.revision <= ? AND e.created_ms >= ?
       ORDER BY e.revision ${order} LIMIT ?`,
    );
  const forwards = inStream('ASC');
  const backwards = inStream('DESC');
  const head = prepare('SELECT max(position) FROM events');
  const findCategory = prepare('SELECT id FROM categories WHERE name = ?');
  const pages = new Map<number, StatementSync>();

  /** Each category is a range of the index; SQLite merges them lazily, so that a page costs its own length. */
  const pageOf = (categoryCount: number): StatementSync => {
    const known = pages.get(categoryCount);
    if (known !== undefined) return known;
    const one = `SELECT ${columns}, s.name FROM events e JOIN streams s ON s.id = e.stream
      WHERE e.category = ? AND e.position > ? AND e.position <= ?`;
    const page = prepare(`${Array.from({ length: categoryCount }, () => one).join(' UNION ALL ')} ORDER BY 1 LIMIT ?`);
    pages.set(categoryCount, page);
    return page;
  };

  return {
    read(stream, { direction = 'forwards', fromRevision, maxCount = -1 }, nowMs) {
      const found = findStream.get(stream) as SQLOutputValue[] | undefined;
      if (found === undefined) return { exists: false, events: [] };
      const [id = 0, tombstoned, maxAgeSeconds, keepCount] = found;
      if (tombstoned === 1) throw new StreamDeletedError(stream);
      let from = direction === 'forwards' ? (fromRevision ?? 0) : 0;
      const to = direction === 'backwards' && fromRevision !== undefined ? fromRevision : Number.MAX_SAFE_INTEGER;
      const last = () => (lastRevision.get(id) as SQLOutputValue[] | undefined)?.[0] ?? null;
      if (keepCount !== null && keepCount !== undefined)
        from = Math.max(from, Number(last() ?? 0) - Number(keepCount) + 1);
      const notBefore = maxAgeSeconds === null ? 0 : nowMs - Number(maxAgeSeconds) * 1000;
      const rows = (direction === 'forwards' ? forwards : backwards).all(id, from, to, notBefore, maxCount);
      const events = rows.map((row) => recorded(row as unknown as Row, stream));
      return { exists: events.length > 0 || last() !== null, events };
    },
    readAll({ after, categories, maxCount }) {
      const from = positionNumber(after);
      const to = Number((head.get() as SQLOutputValue[] | undefined)?.[0] ?? 0);
      const ids = categories.flatMap((name) => (findCategory.get(name) as SQLOutputValue[] | undefined)?.[0] ?? []);
      const events: RecordedEvent[] = [];
      let bytes = 0;
      if (ids.length > 0 && to > from) {
        for (const row of pageOf(ids.length).iterate(...ids.flatMap((id) => [id, from, to]), maxCount)) {
          const event = row as unknown as [...Row, string];
          events.push(recorded(event, event[6]));
          bytes += event[4].length + event[5].length;
          if (bytes >= bytesPerPage) break;
        }
      }
      const last = events.at(-1);
      const cut = last !== undefined && (events.length >= maxCount || bytes >= bytesPerPage);
      const scannedTo = cut ? last.position : to === 0 ? after : positionText(Math.max(to, from));
      return { events, scannedTo, atEnd: scannedTo === undefined || positionNumber(scannedTo) >= to };
    },
    close: () => db.close(),
  };
};

type Row = [position: number, revision: number, id: string, type: string, data: string, metadata: string];

const recorded = (
  [position, revision, id, type, data, metadata]: Row | [...Row, string],
  stream: string,
): RecordedEvent => ({
  stream,
  revision,
  position: positionText(position),
  id,
  type,
  data: JSON.parse(data) as JsonObject,
  metadata: JSON.parse(metadata) as EventMetadata,
});
