import { type GuardedProcess, startGuarded } from '../servers/guarded.ts';

/** One process of the profile, over all its lives: stopped or killed and started again it is the same replica. */
export type Child = {
  readonly name: string;
  /** While it runs. */
  pid(): number | undefined;
  /** Resolves once it said that it is ready. @throws ChildStartError when it ended, or was not ready in time. */
  start(): Promise<void>;
  /** Asks it to stop, and waits until it has; after the patience it is killed. */
  stop(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
};

/** The message holds the last lines that it said. */
export class ChildStartError extends Error {
  override readonly name = 'ChildStartError';
}

export type ChildOptions = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly throwAwayFolder?: string;
  /** What it says when it is ready. */
  readonly readyLine: RegExp;
  readonly readyWithinMs?: number;
  /** How long it may take to stop. */
  readonly patienceMs?: number;
  readonly onLine?: (line: string) => void;
  /** Told of what happens to it that nobody here asked for, as a sentence. */
  readonly onEvent?: (sentence: string) => void;
  /** Starts it again when it ends by itself, after a wait that grows with every end. */
  readonly revives: boolean;
  readonly nowMs: () => number;
};

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** Who ran this long has recovered. */
const steadyMs = 30_000;

export const createChild = (options: ChildOptions): Child => {
  const { name, onEvent, nowMs, readyWithinMs = 60_000, patienceMs = 20_000 } = options;
  let running: GuardedProcess | undefined;
  let reviving: NodeJS.Timeout | undefined;
  let endsInARow = 0;
  /** Counts what was asked of it, so that what belongs to an earlier wish is known for it. */
  let wishes = 0;

  const launch = async (): Promise<void> => {
    const wish = wishes;
    const it = await startGuarded(options);
    if (wish !== wishes) return it.end('SIGKILL');
    running = it;
    const begunMs = nowMs();
    void it.ended.then((code) => {
      if (running !== it) return;
      running = undefined;
      if (nowMs() - begunMs > steadyMs) endsInARow = 0;
      died(code);
    });
    const late = timeOut(readyWithinMs, () => new ChildStartError(`${name} was not ready within ${readyWithinMs} ms.`));
    try {
      await Promise.race([it.ready(options.readyLine), late.over]);
    } catch (error) {
      if (error instanceof ChildStartError) throw error;
      throw new ChildStartError([`${name} ended with ${await it.ended}.`, ...it.lastLines()].join('\n'));
    } finally {
      late.cancel();
    }
  };

  let isReady = false;
  const died = (code: number) => {
    if (!isReady) return; // whoever starts it hears of it
    if (!options.revives) return onEvent?.(`ended with ${code}`);
    revive(`ended with ${code}`);
  };
  const revive = (why: string) => {
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** endsInARow);
    endsInARow += 1;
    onEvent?.(`${why}; it is started again in ${waitMs / 1000} s`);
    const wish = wishes;
    reviving = setTimeout(async () => {
      isReady = false;
      try {
        await launch();
        if (wish !== wishes) return;
        isReady = true;
        onEvent?.(`runs again with pid ${running?.pid}`);
      } catch {
        if (wish !== wishes) return;
        await running?.end('SIGKILL');
        running = undefined;
        revive('did not get ready');
      }
    }, waitMs);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    wishes += 1;
    isReady = false;
    clearTimeout(reviving);
    const it = running;
    running = undefined;
    await it?.end(signal, patienceMs);
  };
  return {
    name,
    pid: () => running?.pid,
    async start() {
      if (running) return;
      wishes += 1;
      clearTimeout(reviving);
      isReady = false;
      try {
        await launch();
        isReady = true;
      } catch (error) {
        await end('SIGKILL');
        throw error;
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};

/** Runs a program until it ends by itself. @throws ChildStartError with its last lines when it ended with a failure. */
export const runToEnd = async (
  options: Pick<ChildOptions, 'name' | 'program' | 'args' | 'env' | 'onLine' | 'throwAwayFolder'> & {
    /** Aborted when it should stop: it is asked to. */
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> => {
  const it = await startGuarded(options);
  const stop = () => void it.end('SIGTERM');
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop);
  const code = await it.ended;
  options.signal?.removeEventListener('abort', stop);
  if (code !== 0) throw new ChildStartError([`${options.name} ended with ${code}.`, ...it.lastLines()].join('\n'));
};

const timeOut = (ms: number, error: () => Error) => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(error()), ms);
  promise.catch(() => undefined);
  return { over: promise, cancel: () => clearTimeout(timer) };
};
