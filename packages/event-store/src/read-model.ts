import type { Instant } from '@adempauze/kernel';
import type { Position, Subscription } from './port.ts';
import type { Projection, ReadDatabase } from './projection.ts';
import { applierOf, type FailedEvent } from './read-model-apply.ts';
import { openReadFile, type ReadFile, removeOlderFiles } from './read-model-file.ts';
import type { EventSource, SourceEvent } from './source.ts';

export type ReadModelStatus = {
  /** False while a projection or a source fails. It goes on by itself once the cause is gone. */
  readonly healthy: boolean;
  readonly sources: readonly {
    readonly name: string;
    readonly position: Position | undefined;
    readonly live: boolean;
    readonly failuresInARow: number;
  }[];
  /** The event at which a projection stands still. */
  readonly halted: FailedEvent | undefined;
};

export type ReadModel = {
  readonly db: ReadDatabase;
  /** Undefined in memory. */
  readonly file: string | undefined;
  /**
   * Resolves true once the read model has everything up to this position of a source (the first one unless named),
   * false after `timeoutMs`. Wakes with the event, polls nothing.
   */
  waitFor(position: Position, timeoutMs: number, source?: string): Promise<boolean>;
  /** Once every source has reached its end since this was opened. */
  caughtUp(): Promise<void>;
  /** Milliseconds by which it trails: 0 when live, else the age of the last event that it took. */
  lag(now: Instant): number;
  status(): ReadModelStatus;
  close(): Promise<void>;
};

export type ReadModelOptions = {
  /** Made when it is not there. `:memory:` for tests. */
  readonly folder: string;
  /** Of the service: its files begin with it. */
  readonly name: string;
  /** Each sees every event of every source, and leaves alone what it does not know. */
  readonly projections: readonly Projection<SourceEvent>[];
  /** Our own log first: `waitFor` means that one. */
  readonly sources: readonly EventSource[];
  /** Synchronous, before the first event is taken: for an in-memory index that starts from the tables. */
  readonly onOpened?: (db: ReadDatabase) => void;
  /** Synchronous, after each commit, with what was committed, each event once: keeps an in-memory index in step. */
  readonly onCommitted?: (events: readonly SourceEvent[]) => void;
};

type Waiter = { readonly source: string; readonly position: Position; readonly resolve: (reached: boolean) => void };

/**
 * One SQLite file that projections fill from their sources, each event once: rows and positions move in one
 * transaction. The file is named after the shape of the tables. When that changes, or the log behind a source, a new
 * file is filled from the beginning, and the old ones are removed once it has caught up.
 * An event that a projection cannot take stops the read model there until it can: nothing is ever skipped.
 */
export const openReadModel = async (options: ReadModelOptions): Promise<ReadModel> => {
  const epochs = new Map<string, string>();
  for (const source of options.sources) epochs.set(source.name, (await source.epoch?.()) ?? '');
  try {
    return follow(options, openReadFile({ ...options, epochs, afresh: false }));
  } catch (error) {
    // A source that never gave out a stored position was put back to an earlier state.
    if (!(error instanceof RangeError)) throw error;
    return follow(options, openReadFile({ ...options, epochs, afresh: true }));
  }
};

const follow = (options: ReadModelOptions, opened: ReadFile): ReadModel => {
  const { folder, name, projections, sources, onOpened, onCommitted } = options;
  const { file, db } = opened;
  const waiters = new Set<Waiter>();
  const behind = new Set(sources.map((source) => source.name));
  const firstCaughtUp = Promise.withResolvers<void>();
  if (behind.size === 0) firstCaughtUp.resolve();
  let lastAppliedAt: string | undefined;

  const applier = applierOf({
    file: opened,
    projections,
    onApplied: (events) => {
      lastAppliedAt = events.at(-1)?.metadata.at;
      onCommitted?.(events);
    },
    onMoved: (source, position) => {
      for (const waiter of waiters) {
        if (waiter.source === source && waiter.position <= position) waiter.resolve(true);
      }
    },
  });

  const subscriptions = new Map<string, Subscription>();
  /** No event is taken before every source has agreed to its position and the opener has seen the tables. */
  let started = false;
  const start = Promise.withResolvers<void>();
  const subscribe = (source: EventSource) =>
    source.subscribe({
      after: applier.position(source.name),
      onBatch: (batch) =>
        started ? applier.take(source.name, batch) : start.promise.then(() => applier.take(source.name, batch)),
      onCaughtUp: () => {
        if (!behind.delete(source.name) || behind.size > 0) return;
        if (file !== undefined) removeOlderFiles({ folder, name, file });
        firstCaughtUp.resolve();
      },
    });
  try {
    for (const source of sources) subscriptions.set(source.name, subscribe(source));
    onOpened?.(db);
  } catch (error) {
    start.promise.catch(() => {});
    start.reject(error);
    void Promise.allSettled([...subscriptions.values()].map((it) => it.close()));
    // No event was taken, so no thread has the file: it is closed at once.
    void opened.close();
    throw error;
  }
  started = true;
  start.resolve();

  const status = (): ReadModelStatus => {
    const states = [...subscriptions].map(([source, subscription]) => {
      const { live, failuresInARow } = subscription.state();
      return { name: source, position: applier.position(source), live, failuresInARow };
    });
    const halted = applier.failedEvent();
    return { healthy: halted === undefined && states.every((it) => it.failuresInARow === 0), sources: states, halted };
  };

  return {
    db,
    file,
    waitFor: (position, timeoutMs, source = sources[0]?.name ?? '') => {
      if ((applier.position(source) ?? '') >= position) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (reached: boolean) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(reached);
        };
        const waiter: Waiter = { source, position, resolve: settle };
        const timer = setTimeout(settle, timeoutMs, false);
        waiters.add(waiter);
      });
    },
    caughtUp: () => firstCaughtUp.promise,
    lag: (now) => {
      if ([...subscriptions.values()].every((it) => it.state().live)) return 0;
      return lastAppliedAt === undefined ? 0 : Math.max(0, Date.parse(now) - Date.parse(lastAppliedAt));
    },
    status,
    async close() {
      await Promise.all([...subscriptions.values()].map((it) => it.close()));
      for (const waiter of waiters) waiter.resolve(false);
      await applier.keepPositions();
      await opened.close();
    },
  };
};
