import { StartError, UnavailableError } from '@adempauze/kernel';
import type { Log } from './log.ts';

export type Lifecycle = {
  /**
   * Starts one part, and remembers how to stop it. Parts start in the order of the calls and stop in reverse.
   * When a part does not start, all before it are stopped, and the reason is thrown.
   */
  readonly start: <T>(step: string, make: () => T | Promise<T>, stop?: (started: T) => unknown) => Promise<T>;
  /**
   * Stops everything, once: whoever asks again gets the same answer. Each part gets its time; one that fails or takes
   * too long does not keep the others from stopping. Gives the steps that did not stop well.
   */
  readonly stop: () => Promise<readonly string[]>;
};

/** `stopTimeoutMs` is for each part by itself. */
export const createLifecycle = ({
  log,
  stopTimeoutMs = 10_000,
}: {
  readonly log: Log;
  readonly stopTimeoutMs?: number;
}): Lifecycle => {
  const started: { step: string; stop: () => unknown }[] = [];
  let stopping: Promise<readonly string[]> | undefined;
  let starting: Promise<unknown> = Promise.resolve();

  const stopAll = async () => {
    await starting.catch(() => undefined); // what is half started must be stopped too
    const failed: string[] = [];
    for (let it = started.pop(); it !== undefined; it = started.pop()) {
      const { step, stop } = it;
      try {
        await withTimeout(stop, stopTimeoutMs);
        log.info({ step }, 'stopped');
      } catch (error) {
        failed.push(step);
        log.error({ step, err: error }, 'did not stop well');
      }
    }
    return failed;
  };
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };
  return {
    async start<T>(step: string, make: () => T | Promise<T>, stopOne?: (it: T) => unknown): Promise<T> {
      if (stopping !== undefined) throw new UnavailableError(`Stopping: ${step} is not started.`);
      const making = (async () => {
        const it = await make();
        if (stopOne) started.push({ step, stop: () => stopOne(it) });
        return it;
      })();
      starting = making;
      try {
        const it = await making;
        log.debug({ step }, 'started');
        return it;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
};

const withTimeout = async (work: () => unknown, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve().then(work), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The part of `process` that starting and stopping need. */
export type ProcessDoor = {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): unknown;
  readonly stderr: { write(text: string): unknown };
};

/**
 * Ctrl-C and `kill` stop the process gracefully; exit code 0 when everything stopped well, else 1. A second signal
 * ends it at once, but not in the first second: npm passes on a Ctrl-C that the process got from the terminal too.
 */
export const stopOnSignals = (lifecycle: Pick<Lifecycle, 'stop'>, process: ProcessDoor, deafMs = 1000): void => {
  let heard = false;
  let impatient = false;
  const onSignal = () => {
    if (impatient) process.exit(130);
    if (heard) return;
    heard = true;
    setTimeout(() => {
      impatient = true;
    }, deafMs).unref();
    lifecycle.stop().then(
      (failed) => process.exit(failed.length === 0 ? 0 : 1),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
};

/** Runs a `main`. What a person can do something about is said in two sentences; the rest with its stack. Exit code 1. */
export const runMain = async (process: ProcessDoor, main: () => Promise<unknown>): Promise<void> => {
  try {
    await main();
  } catch (error) {
    if (error instanceof StartError) process.stderr.write(`${error.sentence.nl}\n${error.sentence.en}\n`);
    else process.stderr.write(`${error instanceof Error ? error.stack : 'Something else than an error was thrown.'}\n`);
    process.exit(1);
  }
};
