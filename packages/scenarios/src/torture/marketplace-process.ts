import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A marketplace in a process of its own, from the moment it was started: it may be killed before it is ready. */
export type MarketplaceProcess = {
  readonly pid: number;
  /** Milliseconds from starting it until it said that it is ready. @throws Error when it ends before that. */
  readonly ready: Promise<number>;
  /** Its last lines. */
  readonly lines: readonly string[];
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits until it did. @throws Error when it ended with a failure. */
  stop(): Promise<void>;
  /** With its exit code or signal. */
  readonly ended: Promise<string>;
};

export type LaunchOptions = {
  readonly folder: string;
  readonly port: number;
  readonly demonstration: 'none' | 'full';
  /** Where its clock begins in an empty folder. */
  readonly clockStart?: string | undefined;
  /** Options for Node itself, before the program. */
  readonly execArgv?: readonly string[];
  readonly nowMs: () => number;
};

const main = fileURLToPath(new URL('../../../../services/standalone/src/main.ts', import.meta.url));
const linesKept = 200;

export const launchMarketplace = ({
  folder,
  port,
  demonstration,
  clockStart,
  execArgv = [],
  nowMs,
}: LaunchOptions): MarketplaceProcess => {
  const begunMs = nowMs();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...execArgv, main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_FOLDER: folder,
      DEMONSTRATION: demonstration,
      LOG_LEVEL: 'warn',
      ...(clockStart === undefined ? {} : { CLOCK_START: clockStart }),
    },
  });
  const lines: string[] = [];
  const isReady = Promise.withResolvers<number>();
  // Who kills it before it is ready does not wait for that.
  isReady.promise.catch(() => {});
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
      if (line.includes('Adempauze is ready')) isReady.resolve(nowMs() - begunMs);
    });
  }
  const ended = once(child, 'close').then(() => {
    const how = String(child.exitCode ?? child.signalCode);
    isReady.reject(
      new Error([`The marketplace ended with ${how} before it was ready.`, ...lines.slice(-20)].join('\n')),
    );
    return how;
  });
  return {
    pid: child.pid ?? 0,
    ready: isReady.promise,
    lines,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGINT');
      const how = await ended;
      if (how !== '0') throw new Error([`The marketplace ended with ${how}.`, ...lines.slice(-20)].join('\n'));
    },
  };
};

/** A port that was free a moment ago. */
export const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
};
