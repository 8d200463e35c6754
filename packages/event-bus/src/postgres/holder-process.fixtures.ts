// Run by `startHolderProcess`, as a process that a story kills or puts to sleep.
import { writeSync } from 'node:fs';
import { createPostgresTurns } from './turns.ts';

const say = (line: string): void => void writeSync(1, `${line}\n`);
const [connectionString = ''] = process.argv.slice(2);
const log = { warn: () => undefined, error: () => undefined };

await createPostgresTurns({ connectionString, log }).hold('trials', async () => {
  say('begins');
  return { close: async () => say('ends') };
});
// The machine's timer keeps no process alive.
setInterval(() => undefined, 60_000);
