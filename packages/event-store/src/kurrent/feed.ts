import { UnavailableError } from '@adempauze/kernel';
import type { Position, RecordedEvent } from '../port.ts';
import type { Link } from './link.ts';
import { positionOf } from './position.ts';
import { followRead, openRead, type StreamFilter } from './read-call.ts';
import { positionIn, receivedOf } from './recorded.ts';

export type Taken = {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was sent or passed over. */
  readonly scannedTo: Position | undefined;
  /** The end of the log was reached with this. */
  readonly caughtUp: boolean;
  /** The server says that it no longer keeps pace. */
  readonly behind: boolean;
};

export type Feed = {
  /** What came, at most `most` events; undefined when nothing did for `idleMs`, or after `wake`. @throws what ended it. */
  take(most: number, idleMs: number): Promise<Taken | undefined>;
  wake(): void;
  close(): void;
};

/**
 * One subscription to the server, kept in order: events, the server's word on how far it looked, and that it reached
 * the end. It is paused while `most` events wait, so a slow handler holds back the server and not the memory.
 */
export const openFeed = (
  link: Link,
  { after, filter, prefix, most }: { after: Position | undefined; filter: StreamFilter; prefix: string; most: number },
): Feed => {
  let waiting: RecordedEvent[] = [];
  let scannedTo: Position | undefined;
  let caughtUp = false;
  let behind = false;
  let ended: Error | undefined;
  let paused = false;
  let news = false;
  let notify: (() => void) | undefined;

  const tell = () => {
    news = true;
    notify?.();
  };

  const call = openRead(link, followRead(after, filter), {
    onMessage(message) {
      const received = receivedOf(message, prefix);
      if (received !== undefined) waiting.push(received.event);
      const checkpoint = message.getCheckpoint();
      const looked = checkpoint ? positionOf(checkpoint.getCommitPosition()) : positionIn(message);
      // A checkpoint in the middle of a commit of old could pass over its rest; ours have the same two positions.
      const whole = checkpoint === undefined || checkpoint.getCommitPosition() === checkpoint.getPreparePosition();
      if (looked !== undefined && whole && (scannedTo === undefined || looked > scannedTo)) scannedTo = looked;
      if (message.hasCaughtUp()) caughtUp = true;
      if (message.hasFellBehind()) {
        caughtUp = false;
        behind = true;
      }
      if (waiting.length >= most && !paused) {
        paused = true;
        call.pause();
      }
      tell();
    },
    onEnd(error) {
      ended = error ?? new UnavailableError('KurrentDB ended the subscription.');
      tell();
    },
  });

  const whenNews = (idleMs: number): Promise<void> => {
    if (news) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, idleMs);
    notify = resolve;
    return promise.finally(() => {
      clearTimeout(timer);
      notify = undefined;
    });
  };

  return {
    async take(limit, idleMs) {
      if (waiting.length === 0) await whenNews(idleMs);
      if (waiting.length > 0) {
        const events = waiting.length <= limit ? waiting : waiting.slice(0, limit);
        waiting = waiting.length <= limit ? [] : waiting.slice(limit);
        if (paused && waiting.length < most / 2) {
          paused = false;
          call.resume();
        }
        if (waiting.length > 0) return { events, scannedTo: events.at(-1)?.position, caughtUp: false, behind };
        return taken(events);
      }
      if (ended !== undefined) throw ended;
      return news ? taken([]) : undefined;
    },
    wake: tell,
    close() {
      call.cancel();
    },
  };

  function taken(events: readonly RecordedEvent[]): Taken {
    const it = { events, scannedTo, caughtUp, behind };
    // An end that came with the last events is told by the next call.
    news = ended !== undefined;
    caughtUp = false;
    behind = false;
    return it;
  }
};
