import type { EventSource, Position, SourceEvent, Subscription } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, msOf } from '@adempauze/kernel';
import type { Inbox } from './inbox.ts';
import { createLanes, type Task } from './lanes.ts';
import type { Log } from './log.ts';
import { createParkedBook, type Parked } from './parked.ts';
import { hasReached } from './port.ts';
import { createProgress, type Progress } from './progress.ts';
import { backoffMs, isPassing, reasonOf } from './reasons.ts';
import { createSaves } from './saves.ts';
import { machineTimer, type Timer } from './timer.ts';

/** What a handler gets beside the event. Commands sent with these ids are known when the event comes again. */
export type Reaction = {
  /** The id of the command that this consumer sends at this step of this event: the same every time. */
  commandIdFor(step: string | number): string;
  readonly correlationId: string;
  /** All that a command of this step is called with; the actor is the consumer. */
  callFor(step: string | number): CallContext;
};

/** By event type. A handler may run again for the same event: its effect must be known by its command ids. */
export type Reactions = Readonly<Record<string, (event: SourceEvent, reaction: Reaction) => Promise<void>>>;

export type ReactorSettings = {
  /** Keys handled side by side; 32. */
  readonly parallelKeys?: number;
  /** Events taken in and not finished, at most; 2,000. */
  readonly maxPending?: number;
  /** Tries before an event that keeps failing is parked; 3. */
  readonly attempts?: number;
  /** First wait before a retry, at most; 100 ms. Doubles up to `maxDelayMs`, 30 s. */
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Positions are saved after this time, 1 s, or this many finished events, 1,000: what a crash can make come again. */
  readonly saveEveryMs?: number;
  readonly saveEveryEvents?: number;
};

export type ReactorStatus = {
  readonly name: string;
  /** Every source is at the end of its log and nothing is unfinished. */
  readonly live: boolean;
  /** Events taken in and not finished. */
  readonly pending: number;
  /** Age of the oldest of them, by the marketplace's clock; 0 when there is none. */
  readonly lagMs: number;
  /** Events that failed and will be tried again. */
  readonly retrying: number;
  readonly parked: number;
  readonly lastFailure: { readonly reason: string; readonly at: string } | undefined;
  readonly sources: readonly {
    readonly name: string;
    readonly live: boolean;
    readonly done: Position | undefined;
    readonly failuresInARow: number;
    /** Why the source itself halts; absent while it flows. */
    readonly halted: string | undefined;
  }[];
};

export type Reactor = {
  /** Subscribes, each source from where it was. Once. @throws UnavailableError when a source's log or the inbox cannot be reached. */
  start(): Promise<void>;
  readonly parked: Parked;
  status(): ReactorStatus;
  /**
   * True once everything up to this position was handled or parked, of every source or of the one named; false after
   * `timeoutMs` or at close.
   */
  waitFor(position: Position, timeoutMs: number, source?: string): Promise<boolean>;
  /** Ends the handlers under way, starts no others, saves how far it came. */
  close(): Promise<void>;
};

/**
 * Handles events, at least once, one at a time per key (`stream`) and several keys side by side. A part that is down,
 * or a conflict, holds back its key for as long as it takes. Anything else is tried a few times and then parked with
 * its reason; later events of that key park behind it, others flow.
 */
export const createReactor = (options: {
  readonly name: string;
  readonly sources: readonly EventSource[];
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly on: Reactions;
  readonly log?: Log;
  readonly settings?: ReactorSettings;
  readonly timer?: Timer;
}): Reactor => {
  const { name, inbox, clock, on, log, timer = machineTimer } = options;
  const {
    parallelKeys = 32,
    maxPending = 2000,
    attempts = 3,
    saveEveryMs = 1000,
    saveEveryEvents = 1000,
  } = options.settings ?? {};
  const backoff = {
    baseDelayMs: options.settings?.baseDelayMs ?? 100,
    maxDelayMs: options.settings?.maxDelayMs ?? 30_000,
  };

  const lanes = createLanes({ parallel: parallelKeys, timer });
  const sources = options.sources.map(followed);
  const waiters = new Set<() => void>();
  let started = false;
  let retrying = 0;
  let lastFailure: ReactorStatus['lastFailure'];

  const handle = async (event: SourceEvent): Promise<void> => {
    await on[event.type]?.(event, reactionTo(name, event));
  };
  const book = createParkedBook({ consumer: name, inbox, clock, lanes, handle });

  const save = async (): Promise<boolean> => {
    const ahead = sources.flatMap((it) => {
      const position = it.progress.done();
      return position === undefined || position === it.saved ? [] : [{ it, position }];
    });
    if (ahead.length === 0) return true;
    const positions = ahead.map(({ it, position }) => ({ source: it.source.name, epoch: it.epoch, position }));
    try {
      await inbox.savePositions(name, positions);
      for (const { it, position } of ahead) it.saved = position;
      return true;
    } catch (error) {
      log?.error({ consumer: name, reason: reasonOf(error) }, 'positions could not be saved');
      return false;
    }
  };
  const saves = createSaves({ save, everyMs: saveEveryMs, everyEvents: saveEveryEvents, timer });
  const moved = (events: number) => {
    saves.moved(events);
    for (const look of waiters) look();
  };

  const failed = (event: SourceEvent, error: unknown): string => {
    const reason = reasonOf(error);
    lastFailure = { reason, at: clock() };
    log?.warn({ consumer: name, eventId: event.id, type: event.type, reason }, 'an event could not be handled');
    return reason;
  };

  const taskFor = ({ source, progress }: Followed, event: SourceEvent): Task => {
    const ticket = progress.begin(event);
    let failures = 0;
    let tries = 0;
    /** Once that is decided the handler sees it no more, however long it takes to write it down. */
    let toPark: string | undefined;
    const finish = () => {
      if (failures > 0) retrying -= 1;
      progress.finish(ticket);
      moved(1);
      return undefined;
    };
    const again = () => {
      failures += 1;
      if (failures === 1) retrying += 1;
      return { againAfterMs: backoffMs(backoff, failures, `${name}/${event.id}`) };
    };
    return async () => {
      try {
        if (toPark === undefined) {
          const diverted = book.divert(source.name, event);
          if (diverted === false || !(await diverted)) await handle(event);
          return finish();
        }
      } catch (error) {
        const reason = failed(event, error);
        if (isPassing(error)) return again();
        tries += 1;
        if (tries < attempts) return again();
        toPark = reason;
      }
      return (await park(source.name, event, toPark, tries)) ? finish() : again();
    };
  };

  const park = async (source: string, event: SourceEvent, reason: string, tries: number): Promise<boolean> => {
    try {
      await book.park(source, event, reason, tries);
      log?.error({ consumer: name, eventId: event.id, type: event.type, reason }, 'an event was parked');
      return true;
    } catch (error) {
      failed(event, error);
      return false;
    }
  };

  const take = async (it: Followed, events: readonly SourceEvent[], scannedTo: Position): Promise<void> => {
    it.halted = undefined;
    for (const event of events) {
      const seen = it.progress.seen();
      if (seen !== undefined && event.position <= seen) continue;
      if (!(event.type in on)) {
        it.progress.pass(event.position);
        continue;
      }
      if (lanes.pending() >= maxPending) await lanes.roomFor(maxPending);
      if (lanes.closing()) return;
      lanes.add(event.stream, taskFor(it, event));
    }
    it.progress.pass(scannedTo);
    moved(0);
  };

  return {
    async start() {
      if (started) throw new Error(`Reactor ${name} was started twice.`);
      started = true;
      await book.open();
      for (const it of sources) {
        it.epoch = (await it.source.epoch?.()) ?? '';
        it.saved = await inbox.positionOf(name, it.source.name, it.epoch);
        if (lanes.closing()) return;
        it.progress.resume(it.saved);
        it.subscription = it.source.subscribe({
          after: it.saved,
          onBatch: ({ events, scannedTo }) => take(it, events, scannedTo),
          onError(error, failuresInARow) {
            it.halted = reasonOf(error);
            log?.error({ consumer: name, source: it.source.name, reason: it.halted, failuresInARow }, 'a source halts');
          },
        });
      }
    },
    parked: book.doors,
    status() {
      const states = sources.map(({ source, progress, subscription, halted }) => {
        const state = subscription?.state();
        return {
          name: source.name,
          live: state?.live ?? false,
          done: progress.done(),
          failuresInARow: state?.failuresInARow ?? 0,
          halted: state && state.failuresInARow > 0 ? halted : undefined,
        };
      });
      const pending = sources.reduce((sum, { progress }) => sum + progress.unfinished(), 0);
      const now = msOf(clock());
      const ages = sources.map(({ progress }) => now - Date.parse(progress.oldestAt() ?? clock()));
      return {
        name,
        live: pending === 0 && states.every(({ live }) => live),
        pending,
        lagMs: Math.max(0, ...ages),
        retrying,
        parked: book.count(),
        lastFailure,
        sources: states,
      };
    },
    waitFor(position, timeoutMs, sourceName) {
      const concerned = sources.filter(({ source }) => sourceName === undefined || source.name === sourceName);
      const reached = () => concerned.every(({ progress }) => hasReached(progress.done(), position));
      if (reached()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (answer: boolean) => {
          cancel();
          waiters.delete(look);
          resolve(answer);
        };
        const look = () => {
          if (reached()) end(true);
          else if (lanes.closing()) end(false);
        };
        const cancel = timer(timeoutMs, () => end(false));
        waiters.add(look);
      });
    },
    async close() {
      // Together: a source may be waiting, in its batch, for room in the lanes.
      await Promise.all([lanes.close(), ...sources.map(({ subscription }) => subscription?.close())]);
      book.close();
      await saves.flush();
      for (const look of waiters) look();
    },
  };
};

type Followed = {
  readonly source: EventSource;
  readonly progress: Progress;
  epoch: string;
  saved: Position | undefined;
  subscription: Subscription | undefined;
  halted: string | undefined;
};

const followed = (source: EventSource): Followed => ({
  source,
  progress: createProgress(),
  epoch: '',
  saved: undefined,
  subscription: undefined,
  halted: undefined,
});

const reactionTo = (consumer: string, event: SourceEvent): Reaction => {
  const correlationId = event.metadata.$correlationId ?? event.id;
  const commandIdFor = (step: string | number) => derivedId(consumer, event.id, step);
  return {
    commandIdFor,
    correlationId,
    callFor: (step) => ({ commandId: commandIdFor(step), correlationId, actor: consumer, causationId: event.id }),
  };
};
