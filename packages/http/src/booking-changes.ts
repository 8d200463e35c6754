import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BookingChange, BookingId, type Bookings, BookingsApi } from '@adempauze/contracts';
import { type RequestHandler, Router } from 'express';
import { createReplicas, type Replicas, type ReplicasOptions } from './replicas.ts';
import { createServiceClient } from './service-client.ts';

/* `watchBooking` over HTTP: `GET /bookings/changes/<bookingId>` gives server-sent events, for as long as both live. */

const pathOf = (bookingId: string) => `/${BookingsApi.name}/changes/${bookingId}`;
/** Something is said at least so often, so that a connection that is dead without a word is noticed. */
const usualBeatMs = 5000;
/** Who does not read is cut off: they come back, and look anew. */
const mostUnreadBytes = 64 * 1024;

/** The side of the service. Beside its table of operations, behind the same token. */
export const createBookingChangesRouter = (
  { watchBooking }: Pick<Bookings, 'watchBooking'>,
  { beatMs = usualBeatMs }: { readonly beatMs?: number } = {},
): RequestHandler => {
  const router = Router();
  router.get(pathOf(':bookingId'), (request, response) => {
    const bookingId = BookingId.parse(request.params.bookingId);
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const say = (text: string) => {
      if (response.writableEnded) return;
      if (response.writableLength > mostUnreadBytes) response.destroy();
      else response.write(text);
    };
    const unwatch = watchBooking(bookingId, (change) => say(`data: ${JSON.stringify(change)}\n\n`));
    // The headers go out with the first word: whoever reads it is watching.
    say(':\n\n');
    const beat = setInterval(() => say(':\n\n'), beatMs);
    response.once('close', () => {
      clearInterval(beat);
      unwatch();
    });
  });
  return router;
};

/** The whole of bookings over HTTP: its operations and its live changes, whichever replica answers. */
export const createBookingsClient = (
  options: ReplicasOptions | { readonly replicas: Replicas },
  watching: WatchOptions = {},
): Bookings => {
  const replicas = 'replicas' in options ? options.replicas : createReplicas({ name: BookingsApi.name, ...options });
  return {
    ...createServiceClient(BookingsApi, { replicas }),
    watchBooking: (bookingId, onChange) => watchOverHttp(replicas, bookingId, onChange, watching),
  };
};

export type WatchOptions = {
  /** Until the first word of a stream. */
  readonly openWithinMs?: number;
  /** A stream that says nothing for so long is dead; more than twice the other side's beat. */
  readonly quietMs?: number;
};

const firstPauseMs = 100;
const longestPauseMs = 5000;

/**
 * Watches at one replica, and at another when that one ends or falls silent. Each time it begins to watch the callback
 * is told so (`what: 'watching'`, revision 0): what changed before is not told again, so look at the booking then.
 */
const watchOverHttp = (
  replicas: Replicas,
  bookingId: BookingId,
  onChange: (change: BookingChange) => void,
  { openWithinMs = 3000, quietMs = 3 * usualBeatMs }: WatchOptions,
): (() => void) => {
  let ended = false;
  let failures = 0;
  let current: ClientRequest | undefined;
  let timer: NodeJS.Timeout | undefined;

  const again = (): void => {
    if (ended) return;
    const pauseMs = replicas.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
    timer = setTimeout(begin, pauseMs).unref();
  };
  const begin = (): void => {
    const replica = replicas.choose();
    if (!replica) {
      failures += 1;
      again();
      return;
    }
    let open = false;
    let refused = false;
    const over = (): void => {
      if (current !== mine) return;
      current = undefined;
      clearTimeout(timer);
      if (!open) {
        failures += 1;
        // Who gives another answer than a stream is there, and may do other things well.
        if (!ended && !refused) replica.report('wrong');
      }
      again();
    };
    const url = new URL(replica.url + pathOf(bookingId));
    const mine = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      // A connection of its own: it lives long, and no pool should wait for it.
      ...{ agent: false, headers: { ...replicas.headers(), accept: 'text/event-stream' } },
    });
    current = mine;
    const expectWordWithin = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => mine.destroy(), ms).unref();
    };
    expectWordWithin(openWithinMs);
    mine.once('error', over);
    mine.once('close', over);
    mine.once('response', (response) => {
      if (response.statusCode !== 200) {
        refused = true;
        mine.destroy();
        return;
      }
      readEvents(response, (data) => {
        if (ended) return;
        expectWordWithin(quietMs);
        if (!open) {
          open = true;
          failures = 0;
          replica.report('well');
          onChange({ bookingId, revision: 0, what: 'watching' });
        }
        const change = data === undefined ? undefined : BookingChange.safeParse(data).data;
        if (change && !ended) onChange(change);
      });
    });
    mine.end();
  };
  begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    current?.destroy();
  };
};

/** Each event of the stream as it comes in: what its `data` holds; undefined for a mere sign of life. */
const readEvents = (response: IncomingMessage, onEvent: (data: unknown) => void): void => {
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (text: string) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) onEvent(event.startsWith('data: ') ? jsonOf(event.slice(6)) : undefined);
  });
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
