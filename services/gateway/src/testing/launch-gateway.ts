import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The gateway as a process of its own, with these settings and nothing else of our environment. */
export const launchGateway = (settings: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  return {
    lines,
    errors,
    ended,
    /** Where it listens, once it says that it is ready. */
    async ready(): Promise<string> {
      for (;;) {
        const url = lines.map((line) => / is ready at (\S+)$/.exec(line)?.[1]).find((it) => it !== undefined);
        if (url !== undefined) return url;
        if (isOver) throw new Error(`The gateway ended:\n${errors.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async end(signal: 'SIGTERM' | 'SIGKILL') {
      child.kill(signal);
      return ended;
    },
  };
};
