import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import type { RecordedEvent } from '../port.ts';
import { openTestStore } from '../testing.ts';

const child = fileURLToPath(new URL('./appending.child.ts', import.meta.url));

/** Lets the child append until it has acknowledged so much, kills it, and gives all that it had said. */
const killAfter = async (file: string, run: number, lines: number): Promise<string[]> => {
  const running = spawn(process.execPath, [child, file, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  running.stdout.setEncoding('utf8');
  for await (const text of running.stdout) {
    said += text;
    if (!running.killed && said.split('\n').length > lines) running.kill('SIGKILL');
  }
  return said.split('\n').slice(0, -1);
};

test('nothing acknowledged is lost when the process is killed in the middle of appends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-kill-'));
  const file = join(folder, 'log.db');
  const acknowledged: string[] = [];
  for (const [run, lines] of [40, 700, 123, 1500, 333].entries())
    acknowledged.push(...(await killAfter(file, run, lines)));
  expect(acknowledged.length).toBeGreaterThan(2500);

  const store = await openTestStore({ file });
  const events: RecordedEvent[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.readAll({ after, categories: ['booking', 'resource'], maxCount: 1000 });
    events.push(...page.events);
    after = page.scannedTo;
    if (page.atEnd) break;
  }
  const found = new Set(events.map(({ stream, revision, position }) => `${stream} ${revision} ${position}`));
  expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);

  const byStream = Map.groupBy(events, ({ stream }) => stream);
  for (const [stream, its] of byStream) {
    expect(its.map(({ revision }) => revision)).toEqual(its.map((_, index) => index));
    expect(its.map(({ id }) => id)).toEqual(its.map((_, index) => derivedId(stream, index)));
    // Appends of two events each: a half one would leave an odd number.
    expect(its.length % 2).toBe(0);
  }
  const positions = events.map(({ position }) => Number(position));
  expect(positions).toEqual(positions.map((_, index) => index + 1));
  await store.close();

  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  db.close();
  rmSync(folder, { recursive: true });
}, 60_000);
