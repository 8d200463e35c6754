import { backoffMs, pause } from '../backoff.ts';
import { categoryOf } from '../check-append.ts';
import type { ReadAllOptions, ReadAllResult, RecordedEvent, SubscribeOptions, Subscription } from '../port.ts';
import { positionNumber, positionText } from './reader.ts';

/** The end of the log that is kept in memory for those who follow it; whoever is further behind reads pages. */
const keptEvents = 8192;
/**
 * Each batch costs those who follow the log their transactions, so under load fewer and larger ones leave more time for
 * whoever waits for an answer: one in so long. A burst of some commits is told at once, one by one.
 */
const restMs = 10;
const burst = 20;

export type LiveLog = {
  /** Tells what was just committed, in log order and without gaps. */
  committed(events: readonly RecordedEvent[]): void;
  /** @throws RangeError for a position that this log never gave out: it was put back, or it is another one. */
  subscribe(options: SubscribeOptions): Subscription;
  close(): Promise<void>;
};

/**
 * Follows the log. A subscriber that stands at the end is handed the committed events as they are in memory; one that
 * is behind, or slow, pages through the file until it is there. All of one process, so nothing has to be polled.
 */
export const createLiveLog = ({
  head,
  readAll,
  random,
}: {
  /** Position of the last event when the log was opened. */
  readonly head: number;
  readonly readAll: (options: ReadAllOptions) => ReadAllResult;
  readonly random: () => number;
}): LiveLog => {
  /** `tail[i]` has position `tailAfter + i + 1`. */
  let tail: RecordedEvent[] = [];
  let tailAfter = head;
  /** How far followers have been told of the log. */
  let shownTo = head;
  let resting: NodeJS.Timeout | undefined;
  /** How many commits can still be told at once. */
  let credits = burst;
  const subscriptions = new Set<{ wake: () => void; subscription: Subscription }>();

  const nextBatch = (after: number, categories: readonly string[], wanted: ReadonlySet<string>, maxCount: number) => {
    if (after < tailAfter) {
      const { events, scannedTo } = readAll({
        after: after === 0 ? undefined : positionText(after),
        categories,
        maxCount,
      });
      return { events, scannedTo: positionNumber(scannedTo), paged: true };
    }
    const events: RecordedEvent[] = [];
    let index = after - tailAfter;
    for (; index < shownTo - tailAfter && events.length < maxCount; index += 1) {
      const event = tail[index];
      if (event !== undefined && wanted.has(categoryOf(event.stream))) events.push(event);
    }
    return { events, scannedTo: Math.max(after, tailAfter + index), paged: false };
  };

  const isShown = () => shownTo === tailAfter + tail.length;
  const show = () => {
    if (isShown()) return;
    shownTo = tailAfter + tail.length;
    for (const { wake } of subscriptions) wake();
  };
  const rest = () => {
    resting = setTimeout(() => {
      resting = undefined;
      if (isShown()) credits += 1;
      else show();
      if (credits < burst) rest();
    }, restMs);
    // Nobody waits for it while there is nothing to tell.
    if (isShown()) resting.unref();
  };

  return {
    committed(events) {
      for (const event of events) tail.push(event);
      if (tail.length > 2 * keptEvents || subscriptions.size === 0) {
        const surplus = subscriptions.size === 0 ? tail.length : tail.length - keptEvents;
        tail = tail.slice(surplus);
        tailAfter += surplus;
      }
      if (credits > 0) {
        credits -= 1;
        show();
      }
      if (resting === undefined) rest();
      else if (!isShown()) resting.ref();
    },
    subscribe({ after, categories, onBatch, onCaughtUp, onError, batchSize = 500 }) {
      // Whoever begins finds all that was committed before.
      show();
      const wanted = new Set(categories);
      let scannedTo = positionNumber(after);
      if (scannedTo > tailAfter + tail.length) throw new RangeError('This position lies beyond the end of the log.');
      let live = false;
      let failuresInARow = 0;
      let closed = false;
      let wakeUp: (() => void) | undefined;

      const wake = () => wakeUp?.();
      const whenMore = (): Promise<void> => {
        const { promise, resolve } = Promise.withResolvers<void>();
        wakeUp = resolve;
        if (closed) resolve();
        return promise;
      };

      const step = async (): Promise<void> => {
        const batch = nextBatch(scannedTo, categories, wanted, batchSize);
        if (batch.scannedTo > scannedTo) {
          await onBatch({ events: batch.events, scannedTo: positionText(batch.scannedTo) });
          failuresInARow = 0;
          scannedTo = batch.scannedTo;
        }
        if (scannedTo >= shownTo) {
          if (!live) {
            live = true;
            onCaughtUp?.();
          }
          if (!closed && scannedTo >= shownTo) await whenMore();
        } else if (batch.paged) {
          live = false;
          // Pages are read and often handled synchronously: others must have their turn in between.
          await new Promise(setImmediate);
        }
      };

      const follow = async (): Promise<void> => {
        await new Promise(setImmediate);
        while (!closed) {
          try {
            await step();
          } catch (error) {
            failuresInARow += 1;
            live = false;
            report(onError, error, failuresInARow);
            const wait = pause(backoffMs(failuresInARow, { firstMs: 200, mostMs: 30_000, random }));
            wakeUp = () => closed && wait.end();
            if (!closed) await wait.over;
            wait.end();
          }
        }
      };

      const ended = follow();
      const subscription: Subscription = {
        async close() {
          closed = true;
          wake();
          await ended;
          subscriptions.delete(entry);
        },
        state: () => ({ live, scannedTo: scannedTo === 0 ? undefined : positionText(scannedTo), failuresInARow }),
      };
      const entry = { wake, subscription };
      subscriptions.add(entry);
      return subscription;
    },
    async close() {
      clearTimeout(resting);
      await Promise.all([...subscriptions].map(({ subscription }) => subscription.close()));
    },
  };
};

/** A reporter that throws must not end the subscription that it reports on. */
const report = (onError: SubscribeOptions['onError'], error: unknown, failuresInARow: number): void => {
  try {
    onError?.(error, failuresInARow);
  } catch {
    // Nothing is left to tell it to; `state()` still says that the subscription fails.
  }
};
