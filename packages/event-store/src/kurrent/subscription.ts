import { backoffMs, pause } from '../backoff.ts';
import type { Position, SubscribeOptions, Subscription } from '../port.ts';
import { LinkFailure } from './failure.ts';
import { type Feed, openFeed } from './feed.ts';
import type { Link, Links } from './link.ts';
import { filterOf, type Reader } from './reading.ts';

export type FollowSettings = {
  readonly links: Links;
  readonly reader: Reader;
  readonly prefix: string;
  readonly random: () => number;
  /** After so long without a message the log itself is looked at. */
  readonly idleMs: number;
  readonly onSeen: (position: Position) => void;
};

/** When it is known that the log goes on: so long for the subscription to bring it, and so often. */
const promptMs = 10;
const mostPrompts = 20;

/** So often an event may be found in the log that the subscription did not bring, before it is taken for stuck. */
const missesBeforeStuck = 2;

export type FollowedLog = Subscription & {
  /** Somebody here saw the log up to this place: it is passed soon, also when nothing there is for this reader. */
  reach(head: Position): void;
};

/**
 * Follows `$all` for some categories for as long as the program runs. Whatever ends a subscription (an error, a clean
 * end, silence while the log grows) is reported, waited out and followed by a new one from the last position taken.
 */
export const followLog = (
  { links, reader, prefix, random, idleMs, onSeen }: FollowSettings,
  { after, categories, onBatch, onCaughtUp, onError, batchSize = 500 }: SubscribeOptions,
): FollowedLog => {
  let scannedTo = after;
  let live = false;
  let failuresInARow = 0;
  let closed = false;
  let handling = false;
  let wake: (() => void) | undefined;
  let wanted: Position | undefined;
  let prompts = 0;

  const isWanted = () => wanted !== undefined && (scannedTo === undefined || scannedTo < wanted);

  const give = async (events: Parameters<typeof onBatch>[0]['events'], to: Position | undefined) => {
    if (to === undefined || (scannedTo !== undefined && to <= scannedTo)) return;
    handling = true;
    await onBatch({ events, scannedTo: to });
    handling = false;
    failuresInARow = 0;
    scannedTo = to;
    onSeen(to);
  };

  const caughtUp = () => {
    failuresInARow = 0;
    if (live) return;
    live = true;
    onCaughtUp?.();
  };

  /** Nothing came for a while: is there nothing, or is the subscription stuck? True for an event that it did not bring. */
  const lookOurselves = async (link: Link): Promise<boolean> => {
    const page = await reader.readAll(link, { after: scannedTo, categories, maxCount: 1 });
    if (page.events.length > 0) return true;
    await give([], page.scannedTo);
    caughtUp();
    return false;
  };

  const followOn = async (link: Link, feed: Feed): Promise<void> => {
    let misses = 0;
    while (!closed) {
      const prompted = isWanted() && prompts < mostPrompts;
      const taken = await feed.take(batchSize, prompted ? promptMs : idleMs);
      if (closed) return;
      if (taken === undefined && prompted) {
        // What it finds is on its way, and no sign of being stuck.
        prompts += 1;
        await lookOurselves(link);
        continue;
      }
      if (taken === undefined) {
        misses = (await lookOurselves(link)) ? misses + 1 : 0;
        if (misses > missesBeforeStuck) throw new LinkFailure('silent', 'A subscription of KurrentDB stands still.');
        continue;
      }
      if (taken.events.length > 0) misses = 0;
      if (taken.behind) live = false;
      await give(taken.events, taken.scannedTo);
      if (taken.caughtUp) caughtUp();
    }
  };

  const followOnce = async (): Promise<void> => {
    const link = await links.current();
    handling = false;
    try {
      // A log that was put back would be silent until it is longer again, and what it then tells is something else.
      const head = await reader.head(link);
      if (scannedTo !== undefined && (head === undefined || head < scannedTo)) {
        throw new RangeError('This position lies beyond the end of the log.');
      }
      if (closed) return;
      const feed = openFeed(link, {
        after: scannedTo,
        filter: filterOf(prefix, categories),
        prefix,
        most: Math.max(2 * batchSize, 100),
      });
      wake = feed.wake;
      try {
        await followOn(link, feed);
      } finally {
        feed.close();
      }
    } catch (error) {
      // A handler that asks the store something may fail for the same reason, but on another call.
      if (error instanceof LinkFailure && !handling) links.failed(link, error);
      throw error;
    }
  };

  const follow = async (): Promise<void> => {
    await new Promise(setImmediate);
    while (!closed) {
      try {
        await followOnce();
      } catch (error) {
        if (closed) return;
        failuresInARow += 1;
        live = false;
        report(onError, error, failuresInARow);
        const wait = pause(backoffMs(failuresInARow, { firstMs: 200, mostMs: 30_000, random }));
        wake = wait.end;
        if (!closed) await wait.over;
        wait.end();
      }
    }
  };

  const ended = follow();
  return {
    async close() {
      closed = true;
      live = false;
      wake?.();
      await ended;
    },
    state: () => ({ live, scannedTo, failuresInARow }),
    reach(head) {
      if (wanted !== undefined && head <= wanted) return;
      wanted = head;
      prompts = 0;
      if (isWanted()) wake?.();
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
