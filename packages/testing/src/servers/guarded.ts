import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server of somebody else, running for us. It dies when we do, however we die. */
export type GuardedProcess = {
  readonly pid: number;
  /** Resolves with the line that shows that it is ready. @throws Error with its last lines when it ended instead. */
  ready(line: RegExp): Promise<string>;
  /** Sends the signal and waits until it has ended; after `patienceMs` it is killed. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL', patienceMs?: number): Promise<void>;
  /** Its exit code, once it has ended; 128 and the number of the signal that killed it. */
  readonly ended: Promise<number>;
  /** The last it said. */
  lastLines(): readonly string[];
};

/**
 * The shell around it waits for two things: the program's end, and the end of its own standard input, which the
 * system closes when this process is gone. Then it kills the program and removes the throw-away folder.
 */
const guard = `
  exec 3<&0
  remove=$1; shift
  "$@" </dev/null 3<&- & pid=$!
  echo "guarded $pid"
  { read -r _ <&3 || { kill -KILL $pid; while kill -0 $pid; do sleep 0.05; done
    [ -z "$remove" ] || { rm -rf "$remove"; rmdir "$(dirname "$remove")"; }; }; } >/dev/null 2>&1 & watcher=$!
  wait $pid; code=$?
  kill $watcher 2>/dev/null
  exit $code
`;

export const startGuarded = async (options: {
  readonly program: string;
  readonly args: readonly string[];
  /** Removed when this process dies; its folder too, once it is empty. */
  readonly throwAwayFolder?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly cwd?: string;
  /** The whole environment of the program; ours, unless told. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told of every line that it says. */
  readonly onLine?: ((line: string) => void) | undefined;
}): Promise<GuardedProcess> => {
  const shell = spawn(
    '/bin/sh',
    ['-c', guard, 'sh', options.throwAwayFolder ?? '', options.program, ...options.args],
    // In a group of its own: Ctrl-C goes to us, and we stop it in order.
    {
      ...options.user,
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(options.env ? { env: options.env } : {}),
      stdio: 'pipe',
      detached: true,
    },
  );
  shell.stdin.on('error', () => undefined);
  const lastLines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [shell.stdout, shell.stderr]) {
    createInterface(stream).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      for (const listener of listeners) listener(line);
      if (!hello.test(line)) options.onLine?.(line);
    });
  }
  const ended = once(shell, 'close').then(() => shell.exitCode ?? 137);

  const lineLike = async (pattern: RegExp): Promise<string> => {
    const found = Promise.withResolvers<string>();
    const look = (line: string) => {
      if (pattern.test(line)) found.resolve(line);
    };
    lastLines.forEach(look);
    listeners.add(look);
    try {
      return await Promise.race([
        found.promise,
        ended.then(() => Promise.reject(new Error(`${options.program} ended:\n${lastLines.join('\n')}`))),
      ]);
    } finally {
      listeners.delete(look);
    }
  };

  const guarded = Number((await lineLike(hello)).split(' ')[1]);
  return {
    pid: guarded,
    ready: lineLike,
    async end(signal, patienceMs = 10_000) {
      if (!hasEnded(shell)) send(guarded, signal);
      const impatient = setTimeout(() => hasEnded(shell) || send(guarded, 'SIGKILL'), patienceMs);
      await ended;
      clearTimeout(impatient);
    },
    ended,
    lastLines: () => lastLines.filter((line) => !hello.test(line)),
  };
};

/** What the shell says of the program that it started. */
const hello = /^guarded \d+$/;

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

const send = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
};
