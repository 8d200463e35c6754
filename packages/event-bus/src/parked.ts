import type { SourceEvent } from '@adempauze/event-store';
import { type Clock, UnavailableError } from '@adempauze/kernel';
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

export type ListParked = {
  readonly first: number;
  readonly after?: number | undefined;
  readonly statuses?: readonly ParkedStatus[];
};

/** What an operator can see and do of the messages that a consumer could not handle. `by` is an opaque account id. */
export type Parked = {
  /** In order of parking; without `statuses`, those that wait. `next` is the `after` of the next page. */
  list(options: ListParked): Promise<ParkedPage>;
  /**
   * Feeds all that waits under this message's key to the handler again, in order, until one fails. Once nothing waits
   * the key flows again. `undefined`: no such message waits here.
   * @throws UnavailableError when events are handled by another replica now.
   */
  replay(id: number, by: string): Promise<ReplayResult | undefined>;
  /**
   * Gives up on one message; what waits behind it needs a replay. False: it does not wait.
   * @throws UnavailableError when events are handled by another replica now.
   */
  discard(id: number, by: string, reason: string): Promise<boolean>;
};

/** A page of what a consumer parked, whoever handles its events now. */
export const listParked = async (
  inbox: Pick<Inbox, 'listParked'>,
  consumer: string,
  { first, after, statuses }: ListParked,
): Promise<ParkedPage> => {
  const rows = await inbox.listParked({
    consumer,
    first: first + 1,
    ...(after === undefined ? {} : { after }),
    ...(statuses === undefined ? {} : { statuses }),
  });
  const items = rows.slice(0, first);
  return { items, next: rows.length > first ? items.at(-1)?.id : undefined };
};

/** The side that the reactor uses. Nothing of it is asked of the inbox for an event that nothing stands in the way of. */
export type ParkedBook = {
  readonly doors: Parked;
  /** Learns what was parked before; first of all. */
  open(): Promise<void>;
  /**
   * False: the event is for the handler. Else it may not be: it was parked before, or its key is blocked and it has to
   * wait too; the answer comes once that is durable.
   */
  divert(source: string, event: SourceEvent): false | Promise<boolean>;
  park(source: string, event: SourceEvent, reason: string, attempts: number): Promise<void>;
  /** Messages that wait. */
  count(): number;
  /** Refuses the replays that have not begun. */
  close(): void;
};

export const createParkedBook = (options: {
  readonly consumer: string;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly handle: (event: SourceEvent) => Promise<void>;
}): ParkedBook => {
  const { consumer, inbox, clock, lanes, handle } = options;
  /** The first message that waits, by key. */
  const blocked = new Map<string, { readonly source: string; readonly event: SourceEvent }>();
  /** Ids of events that were ever parked. */
  const known = new Set<string>();
  const replays = new Set<(error: Error) => void>();
  let count = 0;

  /** What is blocked is changed by one at a time, so that nobody decides on what was read before another's change. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };

  const firstWaiting = async (key: string) => (await inbox.listParked({ consumer, key, first: 1 }))[0];
  const lookWhatWaits = async (key: string) => {
    const first = await firstWaiting(key);
    if (first) blocked.set(key, first);
    else blocked.delete(key);
    count = await inbox.countParked(consumer);
  };
  const keep = async (source: string, event: SourceEvent, reason: string, attempts: number) => {
    await inbox.park({ consumer, source, key: event.stream, event, reason, parkedAt: clock(), attempts });
    if (!blocked.has(event.stream)) blocked.set(event.stream, { source, event });
    if (!known.has(event.id)) count += 1;
    known.add(event.id);
  };

  const replayKey = async (key: string, by: string): Promise<ReplayResult> => {
    let replayed = 0;
    let failure: string | undefined;
    while (failure === undefined && !lanes.closing()) {
      const next = await firstWaiting(key);
      // One that stands at `replaying` was left so by a replay that was cut short: this is the only one of its key.
      if (!next || (next.status === 'parked' && !(await inbox.settle(next.id, 'parked', 'replaying')))) break;
      try {
        await handle(next.event);
      } catch (error) {
        failure = reasonOf(error);
        await inbox.failAgain(next.id, failure);
        await inbox.settle(next.id, 'replaying', 'parked');
        break;
      }
      await inbox.settle(next.id, 'replaying', 'replayed', { by, at: clock(), reason: 'replayed' });
      replayed += 1;
    }
    await inTurn(() => lookWhatWaits(key));
    return { replayed, left: await inbox.countParked(consumer, key), failure };
  };

  const mine = async (id: number, statuses: readonly ParkedStatus[]) => {
    const message = await inbox.findParked(id);
    return message?.consumer === consumer && statuses.includes(message.status) ? message : undefined;
  };

  return {
    async open() {
      await inbox.recoverReplaying(consumer);
      for (const id of await inbox.everParked(consumer)) known.add(id);
      await Promise.all((await inbox.blockedKeys(consumer)).map(lookWhatWaits));
    },
    doors: {
      list: (asked) => listParked(inbox, consumer, asked),
      async replay(id, by) {
        const message = await mine(id, ['parked', 'replaying']);
        if (!message) return undefined;
        if (lanes.closing()) throw handledElsewhere();
        // In the key's own lane: nothing new of it is handled meanwhile, what comes in before parks behind.
        return new Promise<ReplayResult>((resolve, refuse) => {
          replays.add(refuse);
          lanes.add(message.key, async () => {
            await replayKey(message.key, by).then(resolve, refuse);
            replays.delete(refuse);
            return undefined;
          });
        });
      },
      async discard(id, by, reason) {
        const message = await mine(id, ['parked']);
        if (!message) return false;
        return inTurn(async () => {
          const settled = await inbox.settle(id, 'parked', 'discarded', { by, at: clock(), reason });
          await lookWhatWaits(message.key);
          return settled;
        });
      },
    },
    divert(source, event) {
      if (known.has(event.id)) return Promise.resolve(true);
      const first = blocked.get(event.stream);
      if (!first) return false;
      // It stands before what waits, so it was handled and comes again after a crash: a repeat like any other.
      if (first.source === source && event.position < first.event.position) return false;
      return inTurn(async () => {
        if (!blocked.has(event.stream)) return false;
        await keep(source, event, 'waits behind an earlier message', 0);
        return true;
      });
    },
    park: (source, event, reason, attempts) => inTurn(() => keep(source, event, reason, attempts)),
    count: () => count,
    close() {
      for (const refuse of replays) refuse(handledElsewhere());
      replays.clear();
    },
  };
};

/** Of a replica whose turn it is not, or not any more. */
export const handledElsewhere = () => new UnavailableError('Another replica handles these events now. Try again.');
