import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Turns } from '../turns.ts';

/** What shifts did, in order, of every holder of a story. */
export type Journal = { readonly lines: string[] };

/** Stands in line under this name, and writes down when its shifts begin and end. */
export const holdAs = async (
  turns: Turns,
  who: string,
  journal: Journal,
  options: { readonly name?: string; readonly onEnd?: () => Promise<void> } = {},
) => {
  let atOnce = 0;
  return turns.hold(options.name ?? 'trials', async () => {
    atOnce += 1;
    if (atOnce > 1) throw new Error('Two shifts at once.');
    journal.lines.push(`${who} begins`);
    return {
      async close() {
        await options.onEnd?.();
        journal.lines.push(`${who} ends`);
        atOnce -= 1;
      },
    };
  });
};

/** A process of its own that stands in line; its lines say what it does. */
export const startHolderProcess = (connectionString: string) => {
  const program = fileURLToPath(new URL('holder-process.fixtures.ts', import.meta.url));
  const child = spawn(process.execPath, [program, connectionString], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return { lines, signal: (signal: NodeJS.Signals) => child.kill(signal), ended: once(child, 'close') };
};
