import { derivedId } from '@adempauze/kernel';
import { afterEach, beforeEach } from '@jest/globals';
import type { EventStore, JsonObject, NewEvent, Position, RecordedEvent, SubscribeOptions } from '../port.ts';

/** A store for one test. The suite leaves what others wrote alone: it takes stream names that nobody had before. */
export type StoreUnderTest = {
  readonly store: EventStore;
  /** Ends the link between this process and the log, and gives a store that stands on the same log. */
  readonly restart: () => Promise<EventStore>;
  readonly close: () => Promise<void>;
};

export type Setting = {
  store(): EventStore;
  restart(): Promise<EventStore>;
  /** A stream that nobody has written: `contract<n>` categories are this test's own. */
  stream(category?: string): string;
  /** A category of this test alone. */
  category(): string;
};

let testsStarted = 0;

/** Makes a store before each test and closes it after. */
export const eachWithAStore = (makeStore: () => Promise<StoreUnderTest>): Setting => {
  let made: StoreUnderTest | undefined;
  let current: EventStore | undefined;
  let run = '';
  let names = 0;
  beforeEach(async () => {
    testsStarted += 1;
    names = 0;
    made = await makeStore();
    current = made.store;
    // The epoch and the moment keep runs against a server that is kept apart.
    run = derivedId('contract', await current.epoch(), process.pid, performance.timeOrigin, testsStarted).slice(0, 8);
  });
  afterEach(() => made?.close());
  const now = () => {
    if (current === undefined) throw new Error('The store is made before each test.');
    return current;
  };
  const category = () => {
    names += 1;
    return `c${run}_${names}`;
  };
  return {
    store: now,
    async restart() {
      if (made === undefined) return now();
      current = await made.restart();
      return current;
    },
    category,
    stream: (of = category()) => {
      names += 1;
      return `${of}-${run}:${names}`;
    },
  };
};

let eventsMade = 0;

/** A new event with an id of its own. */
export const anEvent = (data: JsonObject = {}, type = 'SomethingHappened'): NewEvent => {
  eventsMade += 1;
  return {
    id: derivedId('contract event', process.pid, performance.timeOrigin, eventsMade),
    type,
    data,
    metadata: { v: 1, $correlationId: 'contract', actor: 'contract', at: '2027-01-04T12:00:00.000Z' },
  };
};

export const someEvents = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => anEvent({ n }));

/** Resolves once `holds` does, looking each time that something was reported. */
export type Watch = { readonly changed: () => void; until(holds: () => boolean): Promise<void> };

export const watch = (): Watch => {
  let waiting: { holds: () => boolean; resolve: () => void }[] = [];
  return {
    changed() {
      const met = waiting.filter(({ holds }) => holds());
      waiting = waiting.filter((it) => !met.includes(it));
      for (const { resolve } of met) resolve();
    },
    until: (holds) => (holds() ? Promise.resolve() : new Promise((resolve) => waiting.push({ holds, resolve }))),
  };
};

/** Collects what a subscription hands over. */
export const collect = (
  store: EventStore,
  options: Pick<SubscribeOptions, 'after' | 'categories' | 'batchSize'> & {
    readonly beforeEach?: (batch: readonly RecordedEvent[]) => unknown;
  },
) => {
  const { changed, until } = watch();
  const events: RecordedEvent[] = [];
  const caughtUp: number[] = [];
  const errors: unknown[] = [];
  let scannedTo: Position | undefined;
  const { beforeEach: before, ...subscribeTo } = options;
  const subscription = store.subscribe({
    ...subscribeTo,
    async onBatch(batch) {
      await before?.(batch.events);
      events.push(...batch.events);
      scannedTo = batch.scannedTo;
      changed();
    },
    onCaughtUp() {
      caughtUp.push(events.length);
      changed();
    },
    onError(error) {
      errors.push(error);
      changed();
    },
  });
  return {
    events,
    caughtUp,
    errors,
    subscription,
    until,
    scannedTo: () => scannedTo,
    untilEvents: (count: number) => until(() => events.length >= count),
    ids: () => events.map(({ id }) => id),
  };
};
