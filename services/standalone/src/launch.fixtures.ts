import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Where node keeps what it made of our files: no setting of the program, and half of the time of its start. */
const { NODE_COMPILE_CACHE = '' } = process.env;

/** Starts `main.ts` as a process of its own, with these settings and nothing else of our environment. */
export const launch = (settings: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { PORT: '0', NODE_COMPILE_CACHE, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode);
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.\n${err}`);
      await pause(5);
    }
  };
  return {
    out: () => out,
    err: () => err,
    /** Its exit code, or the signal that ended it. */
    ended,
    /** Waits until what is looked for is found. @throws Error when the process ends before that. */
    until,
    /** Its address, once it said that it is ready. */
    ready: () => until(() => /Adempauze is ready: (http\S+)/.exec(out)?.[1]),
    async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
};

/** A look at the log of a data folder, beside the process that writes it; undefined while there is none. */
export const lookInLog = <T>(folder: string, look: (db: DatabaseSync) => T): T | undefined => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
    return look(db);
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
};
export const countEvents = (folder: string): number =>
  lookInLog(folder, (db) => Number(db.prepare('SELECT count(*) AS count FROM events').get()?.count)) ?? 0;
