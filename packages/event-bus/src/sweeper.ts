import type { Clock, Instant } from '@adempauze/kernel';
import type { Log } from './log.ts';
import { reasonOf } from './reasons.ts';
import { machineTimer, type Timer } from './timer.ts';

export type SweeperStatus = {
  readonly name: string;
  readonly passes: number;
  readonly acted: number;
  /** Rows that failed in the last pass; they are due again in the next. */
  readonly failing: number;
  readonly lastPassAt: string | undefined;
  readonly lastFailure: string | undefined;
};

export type Sweeper = {
  /** Sweeps at once, what fell due while the process was down included, and then every `everyMs`. Once. */
  start(): void;
  /** Sweeps now, or once more after the pass under way; resolves when that has ended. For after the clock was moved. */
  nudge(): Promise<void>;
  status(): SweeperStatus;
  /** Ends the row under way, starts no other. */
  close(): Promise<void>;
};

/** A full page is followed by the next this soon: long enough for the read model to see what was done. */
const nextPageMs = 50;
const rowsPerPass = 100;
const mostRowsPerPass = 10_000;

/**
 * Acts on stored deadlines: `due` reads what has passed by the marketplace's clock, `act` does what should happen, and
 * must be repeatable, since a row can be due again before the read model has seen that it was done. One pass at a time;
 * a row that fails stops no other.
 */
export const createSweeper = <R>(options: {
  readonly name: string;
  readonly everyMs: number;
  /** The oldest first, `limit` at most. */
  readonly due: (now: Instant, limit: number) => readonly R[] | Promise<readonly R[]>;
  readonly act: (row: R) => Promise<void>;
  readonly clock: Clock;
  readonly log?: Log;
  readonly timer?: Timer;
}): Sweeper => {
  const { name, everyMs, due, act, clock, log, timer = machineTimer } = options;
  let passes = 0;
  let acted = 0;
  let failing = 0;
  let lastPassAt: string | undefined;
  let lastFailure: string | undefined;
  let started = false;
  let closing = false;
  let underWay: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let cancelNext: (() => void) | undefined;

  const failed = (error: unknown) => {
    lastFailure = reasonOf(error);
    log?.warn({ sweeper: name, reason: lastFailure }, 'a sweep failed');
  };

  /** Answers how soon the next pass should be. */
  const pass = async (): Promise<number> => {
    // Rows that keep failing must not fill the page in front of all others.
    const limit = Math.min(mostRowsPerPass, rowsPerPass + failing);
    let failures = 0;
    let rows: readonly R[] = [];
    lastPassAt = clock();
    try {
      rows = await due(clock(), limit);
    } catch (error) {
      failed(error);
    }
    for (const row of rows) {
      if (closing) break;
      try {
        await act(row);
        acted += 1;
      } catch (error) {
        failures += 1;
        failed(error);
      }
    }
    failing = failures;
    passes += 1;
    return rows.length === limit && failures < rows.length ? Math.min(nextPageMs, everyMs) : everyMs;
  };

  const run = (): Promise<void> => {
    cancelNext?.();
    cancelNext = undefined;
    const ended = pass().then((delayMs) => {
      underWay = undefined;
      if (started && !closing) cancelNext = timer(delayMs, () => void sweep());
    });
    underWay = ended;
    return ended;
  };

  const sweep = (): Promise<void> => {
    if (closing) return Promise.resolve();
    if (!underWay) return run();
    following ??= underWay.then(() => {
      following = undefined;
      return closing ? undefined : run();
    });
    return following;
  };

  return {
    start() {
      if (started) throw new Error(`Sweeper ${name} was started twice.`);
      started = true;
      void sweep();
    },
    nudge: sweep,
    status: () => ({ name, passes, acted, failing, lastPassAt, lastFailure }),
    async close() {
      closing = true;
      cancelNext?.();
      await following;
      await underWay;
    },
  };
};

/** Several kinds of deadlines as one: started, nudged and closed together; its status is that of all. */
export const sweepTogether = (name: string, sweepers: readonly Sweeper[]): Sweeper => ({
  start() {
    for (const it of sweepers) it.start();
  },
  async nudge() {
    // What one does can make something due for the next.
    for (const it of sweepers) await it.nudge();
  },
  status() {
    const states = sweepers.map((it) => it.status());
    const sum = (of: (it: SweeperStatus) => number) => states.reduce((total, it) => total + of(it), 0);
    const passed = states.flatMap(({ lastPassAt }) => lastPassAt ?? []).sort();
    return {
      name,
      passes: sum((it) => it.passes),
      acted: sum((it) => it.acted),
      failing: sum((it) => it.failing),
      lastPassAt: passed.at(-1),
      lastFailure: states.find(({ lastFailure }) => lastFailure !== undefined)?.lastFailure,
    };
  },
  async close() {
    await Promise.all(sweepers.map((it) => it.close()));
  },
});
