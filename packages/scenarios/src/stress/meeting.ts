import { machineTimer } from '@adempauze/event-bus';
import { type EventStore, WrongRevisionError } from '@adempauze/event-store';
import type { Random } from '../torture/random.ts';

/*
 * A race that is lost before it begins proves nothing. Two replicas that share a log are made to meet: the first append
 * of each waits until the other stands at its own, so that both decided on the same state.
 */

export type Side = 'one' | 'two';

export type Meeting = {
  /** The store as this side has it. */
  storeOf(side: Side, shared: EventStore): EventStore;
  /** Runs both at once; resolves with what became of each. */
  race<A, B>(one: () => Promise<A>, two: () => Promise<B>): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]>;
  /** Races in which both stood before an append at once, and those in which somebody found that another had been first. */
  figures(): { readonly met: number; readonly lost: number };
};

const longestWaitMs = 200;

type Gate = { readonly here: Set<Side>; readonly open: () => void; readonly opened: Promise<void> };

/** Who goes first once both are there comes from `random`. */
export const createMeeting = (random: Random): Meeting => {
  let gate: Gate | undefined;
  let first: Side = 'one';
  let met = 0;
  let lost = 0;
  let isLost = false;

  const newGate = (): Gate => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { here: new Set(), open: resolve, opened: promise };
  };
  /** Once the other is here too, or will not come any more. */
  const arrive = async (side: Side): Promise<void> => {
    const here = gate;
    if (here === undefined || here.here.has(side)) return;
    here.here.add(side);
    if (here.here.size === 2) {
      met += 1;
      here.open();
    }
    // Two who stand in one queue cannot meet: the second comes once the first has gone.
    const cancel = machineTimer(longestWaitMs, here.open);
    await here.opened;
    cancel();
    if (side !== first) await new Promise(setImmediate);
  };

  return {
    storeOf: (side, shared) => ({
      ...shared,
      writer: side,
      async append(stream, events, options) {
        await arrive(side);
        try {
          return await shared.append(stream, events, options);
        } catch (error) {
          if (error instanceof WrongRevisionError) isLost = true;
          throw error;
        }
      },
    }),
    async race(one, two) {
      const here = newGate();
      gate = here;
      isLost = false;
      first = random.chance(0.5) ? 'one' : 'two';
      const run = <T>(act: () => Promise<T>) => act().finally(here.open);
      const ends = await Promise.allSettled([run(one), run(two)]);
      gate = undefined;
      if (isLost) lost += 1;
      return ends;
    },
    figures: () => ({ met, lost }),
  };
};
