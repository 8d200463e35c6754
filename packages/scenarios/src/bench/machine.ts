import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
};

export const readMachine = (): Machine => {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
};

/** The commit that was measured, with a plus when files differ from it; undefined outside a checkout. */
export const readCommit = (folder: string): string | undefined => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return undefined;
  }
};

/** Seconds of processor time since a process began: of its main thread and of all its others. */
export type ThreadTimes = { readonly mainSeconds: number; readonly otherSeconds: number };

const ticksPerSecond = 100;

/** From Linux's own books; undefined where there are none. */
export const readThreadTimes = (pid: number): ThreadTimes | undefined => {
  try {
    let mainSeconds = 0;
    let otherSeconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // The name stands in brackets and may hold anything; user and system time are the 14th and 15th field.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const seconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
      if (thread === String(pid)) mainSeconds += seconds;
      else otherSeconds += seconds;
    }
    return { mainSeconds, otherSeconds };
  } catch {
    return undefined;
  }
};
