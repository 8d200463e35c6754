import type { SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { Inbox, ParkedMessage, ParkedStatus } from './inbox.ts';
import type { Lanes } from './lanes.ts';
import { reasonOf } from './reasons.ts';

export type ParkedPage = { readonly items: readonly ParkedMessage[]; readonly next: number | undefined };

export type ReplayResult = {
  readonly replayed: number;
  /** Messages of the key that still wait. */
  readonly left: number;
  /** Why it stopped before the last. */
  readonly failure: string | undefined;
};

/** What an operator can see and do of the messages that a consumer could not handle. */
export type Parked = {
  /** In order of parking; without `statuses`, those that wait. `next` is the `after` of the next page. */
  list(options: {
    readonly first: number;
    readonly after?: number | undefined;
    readonly statuses?: readonly ParkedStatus[];
  }): ParkedPage;
  /**
   * Feeds all that waits under this message's key to the handler again, in order, until one fails. Once nothing waits
   * the key flows again. `undefined`: no such message waits here.
   */
  replay(id: number): Promise<ReplayResult | undefined>;
  /** Gives up on one message; what waits behind it needs a replay. `by` is an opaque account id. False: it does not wait. */
  discard(id: number, by: string, reason: string): boolean;
};

/** The side that the reactor uses. */
export type ParkedBook = {
  readonly doors: Parked;
  /** True when the event is not for the handler: its key is blocked, so it waits too, or it was parked before. */
  divert(source: string, event: SourceEvent): boolean;
  park(source: string, event: SourceEvent, reason: string, attempts: number): void;
  count(): number;
};

export const createParkedBook = (options: {
  readonly consumer: string;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly handle: (event: SourceEvent) => Promise<void>;
}): ParkedBook => {
  const { consumer, inbox, clock, lanes, handle } = options;
  inbox.recoverReplaying(consumer);
  /** The first message that waits, by key. */
  const blocked = new Map<string, { readonly source: string; readonly event: SourceEvent }>();
  let everParked =
    inbox.listParked({ consumer, statuses: ['parked', 'replaying', 'replayed', 'discarded'], first: 1 }).length > 0;

  const waiting = (key: string, first: number) => inbox.listParked({ consumer, key, first });
  const lookWhatWaits = (key: string) => {
    const [first] = waiting(key, 1);
    if (first) blocked.set(key, first);
    else blocked.delete(key);
  };
  for (const key of inbox.blockedKeys(consumer)) lookWhatWaits(key);
  const park = (source: string, event: SourceEvent, reason: string, attempts: number) => {
    inbox.park({ consumer, source, key: event.stream, event, reason, parkedAt: clock(), attempts });
    if (!blocked.has(event.stream)) blocked.set(event.stream, { source, event });
    everParked = true;
  };

  const replayKey = async (key: string): Promise<ReplayResult> => {
    let replayed = 0;
    let failure: string | undefined;
    while (failure === undefined && !lanes.closing()) {
      const [next] = waiting(key, 1);
      if (!next || !inbox.settle(next.id, 'parked', 'replaying')) break;
      try {
        await handle(next.event);
        inbox.settle(next.id, 'replaying', 'replayed');
        replayed += 1;
      } catch (error) {
        failure = reasonOf(error);
        inbox.failAgain(next.id, failure);
        inbox.settle(next.id, 'replaying', 'parked');
      }
    }
    lookWhatWaits(key);
    return { replayed, left: inbox.countParked(consumer, key), failure };
  };

  const mine = (id: number) => {
    const message = inbox.findParked(id);
    return message?.consumer === consumer && message.status === 'parked' ? message : undefined;
  };

  return {
    doors: {
      list({ first, after, statuses }) {
        const rows = inbox.listParked({
          consumer,
          first: first + 1,
          ...(after === undefined ? {} : { after }),
          ...(statuses === undefined ? {} : { statuses }),
        });
        const items = rows.slice(0, first);
        return { items, next: rows.length > first ? items.at(-1)?.id : undefined };
      },
      replay(id) {
        const message = mine(id);
        if (!message || lanes.closing()) return Promise.resolve(undefined);
        // In the key's own lane: nothing new of it is handled meanwhile, what comes in before parks behind.
        return new Promise((resolve, refuse) => {
          lanes.add(message.key, async () => {
            await replayKey(message.key).then(resolve, refuse);
            return undefined;
          });
        });
      },
      discard(id, by, reason) {
        const message = mine(id);
        if (!message) return false;
        const settled = inbox.settle(id, 'parked', 'discarded', { by, at: clock(), reason });
        lookWhatWaits(message.key);
        return settled;
      },
    },
    divert(source, event) {
      if (everParked && inbox.wasParked(consumer, event.id)) return true;
      const first = blocked.get(event.stream);
      if (!first) return false;
      // It stands before what waits, so it was handled and comes again after a crash: a repeat like any other.
      if (first.source === source && event.position < first.event.position) return false;
      park(source, event, 'waits behind an earlier message', 0);
      return true;
    },
    park,
    count: () => inbox.countParked(consumer),
  };
};
