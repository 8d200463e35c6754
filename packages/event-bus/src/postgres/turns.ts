import type { Log } from '../log.ts';
import { reasonOf } from '../reasons.ts';
import { machineTimer, type Timer } from '../timer.ts';
import type { Held, Shift, Turns } from '../turns.ts';
import { type Link, openLink } from './link.ts';
import { startWait } from './wait.ts';

/** A holder shows this often that it lives. */
const beatEveryMs = 1000;
/** Who stands in line asks about this often: how soon a turn that was handed over is taken up. */
const askEveryMs = 400;
/** After a failure, of the link or of the work. */
const tryAgainMs = 1000;

/**
 * Turns by PostgreSQL: who holds the advisory lock of a name, in a session of its own, has the turn. Within some four
 * seconds a holder that does not hear from the server gives its shift up; within some ten the server ends the session
 * of one that it does not hear from. So the one has stopped before the next begins, unless its process slept through
 * it. The connection must lead to the server itself: a pooler that shares sessions would share the lock.
 */
export const createPostgresTurns = (options: {
  readonly connectionString: string;
  /** Before the names, where several marketplaces share a database; `adempauze`. */
  readonly prefix?: string;
  readonly log: Log;
  readonly timer?: Timer;
  readonly random?: () => number;
}): Turns & { close(): Promise<void> } => {
  const { connectionString, prefix = 'adempauze', log, timer = machineTimer, random = Math.random } = options;
  const holds = new Set<Held>();

  return {
    async hold(name, begin) {
      const closing = new AbortController();
      const closed = closing.signal;
      const inLine = Promise.withResolvers<void>();
      let held: Link | undefined;

      /** Spread, so that not all come at once; cut short by close. */
      const pause = (ms: number) => startWait({ timer, ms: ms * (0.5 + random()), unless: [closed] }).over;
      const warn = (error: unknown, message: string) => log.warn({ turn: name, reason: reasonOf(error) }, message);

      const beatUntilLost = async ({ beat, lost }: Link) => {
        while (!lost.aborted) {
          await startWait({ timer, ms: beatEveryMs, unless: [lost] }).over;
          if (!lost.aborted) await beat().catch(() => undefined);
        }
      };

      /** From the moment that the lock is ours until it is not, or nobody wants it any more. */
      const work = async (link: Link) => {
        void beatUntilLost(link);
        let shift: Shift;
        try {
          shift = await begin();
        } catch (error) {
          warn(error, 'a shift could not begin');
          return;
        }
        held = link;
        inLine.resolve();
        await startWait({ timer, unless: [link.lost, closed] }).over;
        held = undefined;
        if (link.lost.aborted) log.warn({ turn: name }, 'the turn was lost, and is given up');
        await shift.close().catch((error: unknown) => warn(error, 'a shift did not end well'));
      };

      /** Once through: a link, the line, a shift. */
      const standInLine = async () => {
        const link = await openLink({ connectionString, name: `adempauze-turn-${name}`, timer });
        try {
          while (!closed.aborted) {
            if (await link.tryLock(`${prefix}:${name}`)) return await work(link);
            inLine.resolve();
            await pause(askEveryMs);
          }
        } finally {
          await link.end();
        }
      };
      const run = async () => {
        while (!closed.aborted) {
          await standInLine().catch((error: unknown) => warn(error, 'no place in line for the turn'));
          inLine.resolve();
          await pause(tryAgainMs);
        }
      };
      const running = run();

      const it: Held = {
        mine: () => held !== undefined && !held.lost.aborted,
        async close() {
          closing.abort();
          await running;
          holds.delete(it);
        },
      };
      holds.add(it);
      await inLine.promise;
      return it;
    },
    async close() {
      await Promise.all([...holds].map((it) => it.close()));
    },
  };
};
