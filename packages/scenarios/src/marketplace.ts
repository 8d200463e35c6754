import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A marketplace that we started as a process of its own. */
export type RunningMarketplace = {
  /** `http://127.0.0.1:<port>` */
  readonly target: string;
  readonly pid: number;
  readonly folder: string;
  /** From starting the process until it said that it is ready. */
  readonly readyMs: number;
  /** Everything it wrote, as lines. */
  readonly log: readonly string[];
  /** Asks it to stop, waits until it did, and removes a throw-away folder. @throws Error when it ended with a failure. */
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly demonstration: 'none' | 'full';
  /** Where its clock begins; the machine's time, unless told. */
  readonly clockStart?: string | undefined;
  /** Kept after stopping; without it a new one is made and removed. */
  readonly folder?: string | undefined;
  /** Which calendars can be followed; those on the public internet, unless told. */
  readonly calendarsFrom?: 'anywhere';
  readonly nowMs: () => number;
  readonly readyWithinMs?: number;
};

/** When we are told to stop, what we started stops too, and leaves nothing behind. */
export const stopWithUs = (marketplace: RunningMarketplace, us: NodeJS.Process): void => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    us.once(signal, () => {
      marketplace.stop().then(
        () => us.exit(code),
        () => us.exit(code),
      );
    });
  }
};

const main = fileURLToPath(new URL('../../../services/standalone/src/main.ts', import.meta.url));

/** Starts the standalone profile on a free port. @throws Error with what it wrote when it does not get ready in time. */
export const startMarketplace = async ({
  demonstration,
  clockStart,
  folder: given,
  calendarsFrom,
  nowMs,
  readyWithinMs = 60_000,
}: StartOptions): Promise<RunningMarketplace> => {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'adempauze-')));
  const begunMs = nowMs();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_FOLDER: folder,
      DEMONSTRATION: demonstration,
      LOG_LEVEL: 'warn',
      ...(clockStart === undefined ? {} : { CLOCK_START: clockStart }),
      ...(calendarsFrom === undefined ? {} : { CALENDARS_FROM: calendarsFrom }),
    },
  });
  const log: string[] = [];
  const ended = once(child, 'close');
  const removeFolder = () => (given === undefined ? rm(folder, { recursive: true, force: true }) : undefined);
  try {
    const target = await readyLine(child, log, readyWithinMs);
    return {
      target,
      pid: child.pid ?? 0,
      folder,
      readyMs: nowMs() - begunMs,
      log,
      async stop() {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
        await ended;
        await removeFolder();
        if (child.exitCode !== 0) throw new Error(`The marketplace ended with ${child.exitCode ?? child.signalCode}.`);
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    await removeFolder();
    throw error;
  }
};

const readyLine = (child: ChildProcess, log: string[], withinMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new Error([`The marketplace ${why}.`, ...log.slice(-30)].join('\n')));
    const timer = setTimeout(() => failed(`was not ready within ${withinMs} ms`), withinMs);
    const hear = (line: string) => {
      log.push(line);
      const target = /Adempauze is ready: (http\S+)/.exec(line)?.[1];
      if (target === undefined) return;
      clearTimeout(timer);
      resolve(target);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', hear);
    }
    child.once('error', (error) => {
      clearTimeout(timer);
      failed(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      failed(`stopped with ${code ?? signal} before it was ready`);
    });
  });
