import type { Position, ReadAllOptions, ReadAllResult, ReadOptions, ReadResult, RecordedEvent } from '../port.ts';
import type { Link } from './link.ts';
import { headRead, pageRead, readAllOf, type StreamFilter, streamRead } from './read-call.ts';
import { positionIn, receivedOf } from './recorded.ts';

/** One page holds at most this much text, whatever it was asked for. */
const bytesPerPage = 8 * 1024 * 1024;
const eventsPerPage = 10_000;

export type Reader = {
  read(link: Link, stream: string, options: ReadOptions): Promise<ReadResult>;
  readAll(link: Link, options: ReadAllOptions): Promise<ReadAllResult>;
  readWhole(link: Link, options: Pick<ReadAllOptions, 'after' | 'maxCount'>): Promise<WholePage>;
  /** Position of the last event of the whole log. */
  head(link: Link): Promise<Position | undefined>;
};

/** A page of all categories. `tombstones`: marks of streams that were ended, which stand between the events. */
export type WholePage = ReadAllResult & { readonly tombstones: number };

/** What streams of these categories begin with on the server. */
export const filterOf = (prefix: string, categories: readonly string[]): StreamFilter => ({
  prefixes: categories.map((category) => `${prefix}${category}-`),
});

/** Reads over one link. Each gives up after `timeoutMs` of silence. @throws LinkFailure, StreamDeletedError, RangeError */
export const createReader = ({ prefix, timeoutMs }: { prefix: string; timeoutMs: number }): Reader => {
  const head = async (link: Link): Promise<Position | undefined> => {
    let found: Position | undefined;
    await readAllOf(link, headRead(), {
      timeoutMs,
      onMessage(message) {
        found = positionIn(message) ?? found;
        return undefined;
      },
    });
    return found;
  };

  return {
    head,
    async read(link, stream, { direction = 'forwards', fromRevision, maxCount = Number.MAX_SAFE_INTEGER }) {
      const events: RecordedEvent[] = [];
      let exists = true;
      // The server refuses a count of nothing; one is asked for and left.
      const request = streamRead(`${prefix}${stream}`, { direction, fromRevision, maxCount: Math.max(1, maxCount) });
      await readAllOf(link, request, {
        timeoutMs,
        onMessage(message) {
          if (message.hasStreamNotFound()) exists = false;
          const received = receivedOf(message, prefix);
          if (received !== undefined && events.length < maxCount) events.push(received.event);
          return undefined;
        },
      });
      return { exists, events };
    },
    async readAll(link, { after, categories, maxCount }) {
      const count = categories.length === 0 ? 0 : maxCount;
      const { tombstones: _, ...page } = await readPage(link, {
        after,
        maxCount: count,
        filter: filterOf(prefix, categories),
      });
      return page;
    },
    readWhole: (link, options) => readPage(link, { ...options, filter: { regex: `^${prefix}[a-z][a-z0-9_]*-` } }),
  };

  async function readPage(
    link: Link,
    { after, maxCount, filter }: { after?: Position | undefined; maxCount: number; filter: StreamFilter },
  ): Promise<WholePage> {
    // The head is asked for first: a page that ends before it is full has seen at least everything up to there. The
    // server tells a reader of pages nothing of what it passed over.
    const end = await head(link);
    const events: RecordedEvent[] = [];
    const most = Math.min(maxCount, eventsPerPage);
    let lastSeen: Position | undefined;
    let cut = false;
    let tombstones = 0;
    if (most > 0 && end !== undefined && (after === undefined || after < end)) {
      let bytes = 0;
      let seen = 0;
      // The event at `after` is counted by the server, and had before.
      const asked = most + 1;
      await readAllOf(link, pageRead(after, filter, asked), {
        timeoutMs,
        onMessage(message) {
          const position = positionIn(message);
          if (position === undefined) return undefined;
          seen += 1;
          const received = receivedOf(message, prefix);
          if (after === undefined || position > after) {
            lastSeen = position;
            if (received === undefined) tombstones += 1;
            else events.push(received.event);
          }
          bytes += received?.bytes ?? 0;
          // Marks of tombstones fill a page too.
          cut = events.length >= most || bytes >= bytesPerPage || seen >= asked;
          return cut ? 'enough' : undefined;
        },
      });
    }
    const scannedTo = cut ? (lastSeen ?? after) : latest(after, end, lastSeen);
    return { events, scannedTo, atEnd: scannedTo === undefined || end === undefined || scannedTo >= end, tombstones };
  }
};

const latest = (...positions: readonly (Position | undefined)[]): Position | undefined =>
  positions.reduce((most, it) => (it !== undefined && (most === undefined || it > most) ? it : most), undefined);
