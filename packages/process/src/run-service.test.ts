import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '@adempauze/http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tryStart, twoSentences } from './try-start.fixtures.ts';

/* What stops a start before any server is needed. With servers: `start-errors.servers.ts`. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adempauze-run-service-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (settings: Readonly<Record<string, string>>) => tryStart({ DATA_FOLDER: folder, ...settings });

test.each([
  ['a setting that is missing', { MASTER_KEY: '' }, /MASTER_KEY ontbreekt.*\n.*MASTER_KEY is missing/],
  [
    'a master key of the wrong length',
    { MASTER_KEY: 'c2hvcnQ=' },
    /hoofdsleutel.*\n.*master key is not a key of 32 bytes/,
  ],
  ['an open door without a secret', { HOST: '0.0.0.0' }, /Stel SERVICE_TOKEN in.*\n.*Set SERVICE_TOKEN/],
  ['a name for Kafka without its password', { KAFKA_USERNAME: 'adempauze' }, /Stel ze allebei in.*\n.*Set both/],
  ['no PostgreSQL', {}, /PostgreSQL is niet bereikbaar.*\n.*PostgreSQL cannot be reached/],
  ['a PostgreSQL address that is none', { POSTGRES_URL: 'here' }, /niet bereikbaar.*\n.*is POSTGRES_URL right/],
])('%s is said in one sentence', async (_what, more, sentences) => {
  const { out, err, codes } = await run(more);
  expect(err).toMatch(sentences);
  expect(err).toMatch(twoSentences);
  expect(err).not.toContain('a-password-of-nobody');
  expect({ out, codes }).toEqual({ out: '', codes: [1] });
});

test('a PostgreSQL that takes connections and says nothing does not hold up the sentence', async () => {
  const connections: Socket[] = [];
  const silent = createServer((it) => void connections.push(it)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { err, codes } = await run({ POSTGRES_URL: `postgres://127.0.0.1:${port}/adempauze` });
  silent.close();
  for (const it of connections) it.destroy();
  expect(err).toMatch(/PostgreSQL cannot be reached/);
  expect(codes).toEqual([1]);
});

test('a port that is taken is said before anything is opened', async () => {
  const other = await listen((_request, response) => void response.end(), { host: '127.0.0.1', port: 0 });
  const { err, codes } = await run({ PORT: String(other.port) });
  await other.close();
  expect(err).toMatch(/Poort \d+ is al in gebruik.*\n.*is taken/);
  expect(codes).toEqual([1]);
});
