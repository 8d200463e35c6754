import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A program of ours as a process of its own, with these settings and nothing else of our environment. */
export const launch = (program: string, settings: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `${root}${program}`, ...args],
    { env: settings, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const out: string[] = [];
  const err: string[] = [];
  for (const [stream, lines] of [[child.stdout, out] as const, [child.stderr, err] as const])
    if (stream) createInterface(stream).on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode);
  return {
    out,
    err,
    /** Its exit code, or the signal that ended it. */
    ended,
    /** What stands between the brackets in the line on its standard output that looks like this. */
    async says(pattern: RegExp, withinMs = 120_000): Promise<string> {
      return eventually(
        () => {
          const found = out.map((line) => pattern.exec(line)?.[1]).find((it) => it !== undefined);
          if (found !== undefined) return found;
          if (child.exitCode !== null) throw new EndedError(`${program} ended:\n${err.join('\n')}`);
          return undefined;
        },
        withinMs,
        () => `${program} did not say ${pattern}; it said:\n${[...out, ...err].join('\n')}`,
      );
    },
    async end(signal: 'SIGTERM' | 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
};
export type Launched = ReturnType<typeof launch>;

/** It cannot come to be any more. */
class EndedError extends Error {
  override readonly name = 'EndedError';
}

/** Looks until something is found. @throws Error when that takes too long. */
export const eventually = async <T>(
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 20_000,
  otherwise: () => string = () => 'It did not come to be in time.',
): Promise<T> => {
  const deadline = performance.now() + withinMs;
  let failure: unknown;
  while (performance.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof EndedError) throw error;
      failure = error;
    }
    await pause(20);
  }
  throw new Error(otherwise(), { cause: failure });
};
