import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startEsdbDouble } from '@adempauze/testing/esdb';
import { expect, test } from '@jest/globals';

const child = fileURLToPath(new URL('./client-append.child.ts', import.meta.url));

// Why `append-lane.ts` is there. When this fails, the client was mended, and ADR 20 can be looked at again.
test("the client's own append ends the process when a link of another client is lost", async () => {
  const [failing, healthy] = [await startEsdbDouble(), await startEsdbDouble()];
  failing.faults.nextAppends(...Array.from({ length: 40 }, () => 'lost-before' as const));
  const running = spawn(process.execPath, [child, failing.connectionString, healthy.connectionString], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  for (const out of [running.stdout, running.stderr]) out.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise<number | null>((resolve) => running.once('close', resolve));
  expect(code).toBe(1);
  expect(said).toMatch(/batchAppend\.js[\s\S]*TypeError: undefined is not iterable/);
  await Promise.all([failing.stop(), healthy.stop()]);
});
