import { type EventStore, OutcomeUnknownError } from '@adempauze/event-store';
import { UnavailableError } from '@adempauze/kernel';
import type { Faults } from './faults.ts';

export type FaultyStore = EventStore & {
  /**
   * The process dies: from now on nothing is written and nobody hears of anything. Resolves once whatever had reached
   * the disk's queue is written, its answer lost.
   */
  die(): Promise<void>;
  /** The folder was copied: whoever of the dead process still tries may know that it is in vain. */
  bury(): void;
};

/** A real store behind a bad line. */
export const createFaultyStore = (store: EventStore, faults: Faults): FaultyStore => {
  let life: 'alive' | 'dying' | 'dead' = 'alive';
  const underWay = new Set<Promise<unknown>>();
  const gone = (): Error =>
    // Before the copy a failure must leave no trace, and this one is never parked; after it nobody should try again.
    life === 'dead' ? new Error('The process is dead.') : new UnavailableError('The process dies.');
  const mustLive = (): void => {
    if (life !== 'alive') throw gone();
  };

  return {
    ...store,
    async append(stream, events, options) {
      mustLive();
      if (faults.strikes('appendRefused')) throw new UnavailableError('An append was refused on purpose.');
      if (faults.strikes('appendSlow')) await faults.slowness();
      mustLive();
      const unknown = faults.strikes('appendUnknown');
      if (unknown && faults.strikes('appendUnknown')) throw new OutcomeUnknownError('An append was lost on purpose.');
      const appending = store.append(stream, events, options);
      underWay.add(appending);
      try {
        const result = await appending;
        mustLive();
        if (unknown) throw new OutcomeUnknownError('An answer was lost on purpose.');
        return result;
      } finally {
        underWay.delete(appending);
      }
    },
    subscribe: (options) =>
      store.subscribe({
        ...options,
        async onBatch(batch) {
          mustLive();
          if (faults.strikes('batchSlow')) await faults.slowness();
          if (faults.strikes('batchFails')) throw new UnavailableError('A batch was dropped on purpose.');
          mustLive();
          await options.onBatch(batch);
          if (faults.strikes('batchAgain')) await options.onBatch(batch);
          if (faults.strikes('batchFails')) throw new UnavailableError('A batch was forgotten on purpose.');
        },
      }),
    async die() {
      life = 'dying';
      await Promise.allSettled([...underWay]);
    },
    bury() {
      life = 'dead';
    },
  };
};
