import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedId } from '@adempauze/kernel';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

const start = async (file: string, port = '0'): Promise<{ running: ChildProcess; connectionString: string }> => {
  const running = spawn(process.execPath, [main, '--file', file, '--port', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const line = await new Promise<string>((resolve) => running.stdout.setEncoding('utf8').once('data', resolve));
  return { running, connectionString: line.replace('listening ', '').trim() };
};
const ended = (running: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const over = new Promise<number | null>((resolve) => running.once('exit', resolve));
  running.kill(signal);
  return over;
};

test('as a process it loses nothing acknowledged when it is killed, and comes back on its port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-double-'));
  const first = await start(join(folder, 'log.db'));
  const client = EventStoreDBClient.connectionString(first.connectionString);
  const acknowledged: string[] = [];
  let killing: Promise<unknown> | undefined;
  const write = async (writer: number) => {
    for (let n = 0; killing === undefined; n += 1) {
      const id = derivedId('killed', writer, n);
      const event = jsonEvent({ id, type: 'Happened', data: { n } });
      const result = await client.appendToStream(`a-${writer}`, event).catch(() => undefined);
      if (result === undefined) return;
      acknowledged.push(id);
      if (acknowledged.length >= 200) killing ??= ended(first.running, 'SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, n) => write(n)));
  await killing;
  await client.dispose();

  const port = /:(\d+)\?/.exec(first.connectionString)?.[1] ?? '';
  const second = await start(join(folder, 'log.db'), port);
  expect(second.connectionString).toBe(first.connectionString);
  const again = EventStoreDBClient.connectionString(second.connectionString);
  const kept = new Set<string>();
  for await (const { event } of again.readAll()) kept.add(event?.id ?? '');
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  await again.dispose();
  expect(await ended(second.running, 'SIGTERM')).toBe(0);
  rmSync(folder, { recursive: true });
});
