import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own, that can be killed or put to sleep: `helper-process.fixtures.ts`. */
export const startHelper = (role: 'relay-killed' | 'member', options: { readonly [name: string]: unknown }) => {
  const program = fileURLToPath(new URL('helper-process.fixtures.ts', import.meta.url));
  const child = spawn(process.execPath, [program, role, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    lines,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    /** By which signal, if any. */
    ended: once(child, 'close').then(([, signal]): unknown => signal),
  };
};
