import { derivedId } from '@adempauze/kernel';
import { OutcomeUnknownError } from '../errors.ts';
import type { EventStore, Expected, NewEvent, RecordedEvent } from '../port.ts';
import { tickingClock } from '../testing.ts';
import { createKurrentEventStore, type KurrentEventStore, type KurrentEventStoreOptions } from './store.ts';

let made = 0;

/** A store with short times, for tests of what goes wrong. */
export const openStore = (
  connectionString: string,
  options: Partial<KurrentEventStoreOptions> = {},
): KurrentEventStore => {
  made += 1;
  const store = made;
  let ids = 0;
  return createKurrentEventStore({
    connectionString,
    clock: tickingClock(),
    newId: () => {
      ids += 1;
      return derivedId('kurrent test', store, ids, performance.timeOrigin);
    },
    random: () => 0.5,
    timeoutMs: 300,
    idleMs: 50,
    ...options,
  });
};

/** What a command handler does: the identical append again, for as long as nobody says what became of it. */
export const appendUntilKnown = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: Expected,
): Promise<{ revision: number; attempts: number }> => {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const { revision } = await store.append(stream, events, { expected });
      return { revision, attempts };
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) && !isUnavailable(error)) throw error;
      if (attempts > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

const isUnavailable = (error: unknown): boolean => error instanceof Error && error.name === 'UnavailableError';

export const idsOf = (events: readonly RecordedEvent[]): string[] => events.map(({ id }) => id);
