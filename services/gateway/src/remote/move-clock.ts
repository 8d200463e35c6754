import type { Log } from '@adempauze/http';
import { type Instant, UnavailableError } from '@adempauze/kernel';
import type { FollowedClock } from '@adempauze/process/clock';
import type { Demonstration } from '../dependencies.ts';
import type { Replica } from './services.ts';

const mostRounds = 10;

/** The end of the log. */
export type Head = () => Promise<string | undefined>;

/**
 * Moves the demonstration's clock for all processes, and has every replica that is there do what falls due. One that is
 * away follows the clock by itself when it is back, and does what fell due meanwhile.
 */
export const createMoveClock = ({
  clock,
  each,
  head,
  log,
}: {
  readonly clock: Pick<FollowedClock, 'moveTo'>;
  readonly each: readonly Pick<Replica, 'service' | 'url' | 'work'>[];
  readonly head: Head;
  readonly log: Log;
}): Demonstration => {
  const onEach = (ask: (work: Replica['work']) => Promise<unknown>) =>
    Promise.all(
      each.map(async ({ service, url, work }) => {
        try {
          await ask(work);
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
          log.warn({ callee: service, url, err: error }, 'a replica follows the clock later');
        }
      }),
    );
  const settle = async () => {
    // What one service does can give another something to do, so until a round finds nothing new; or nearly, where
    // others keep the marketplace busy.
    let before: string | undefined;
    for (let rounds = 0; rounds < mostRounds; rounds += 1) {
      await onEach((it) => it.settled({}));
      const now = await head();
      if (now === before) return;
      before = now;
    }
  };
  return {
    async moveClock(to: Instant) {
      const clockAt = await clock.moveTo(to);
      const nudge = () => onEach((it) => it.nudge(clockAt === undefined ? {} : { clockAt }));
      await nudge();
      await settle();
      // What fell due in one service can have made something due in another.
      await nudge();
      await settle();
    },
  };
};
