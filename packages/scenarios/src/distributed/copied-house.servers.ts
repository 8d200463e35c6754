import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Instant } from '@adempauze/kernel';
import { startEsdbDouble } from '@adempauze/testing/esdb';
import { startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { afterAll, expect, test } from '@jest/globals';
import { findNow } from '../api/supply.ts';
import { seeEverything } from '../everything.ts';
import { createIds } from '../ids.ts';
import { startMarketplace } from '../marketplace.ts';
import { playStories } from '../stage.ts';
import { stories } from '../stories.ts';
import { connect } from '../target.ts';
import { startHouse } from './house.fixtures.ts';

/*
 * Moving house: what a marketplace in one process knows is copied into the log and the keys of the distributed profile,
 * and everybody sees there what they saw here. And back.
 */

const run = promisify(execFile);
const nowMs = () => performance.now();
const root = await mkdtemp(join(tmpdir(), 'adempauze-moving-'));
// Root runs PostgreSQL as somebody else, who has to get through.
await chmod(root, 0o711);
afterAll(() => rm(root, { recursive: true, force: true }));
const [one, many, again] = ['one', 'many', 'again'].map((name) => join(root, name));

/** Everything that everybody sees of the marketplace in one process in this folder, and its time. */
const lookAtStandalone = async (folder: string, clockStart: string, plays: boolean) => {
  const marketplace = await startMarketplace({ demonstration: 'none', clockStart, folder, nowMs });
  const target = await connect({ target: marketplace.target, ids: createIds('moving'), nowMs, alone: true });
  try {
    const played = plays ? await playStories(stories, target.stage) : [];
    expect(played.map(({ failure }) => failure?.en)).toEqual(played.map(() => undefined));
    const client = target.makeClient();
    return { seen: await seeEverything(client), now: await client.visitor().ask(findNow, {}) };
  } finally {
    target.close();
    await marketplace.stop();
  }
};

const copyMain = fileURLToPath(new URL('../copy.ts', import.meta.url));
const copy = async (from: string, to: string, keys: string): Promise<string> => {
  const args = ['--disable-warning=ExperimentalWarning', copyMain, '--from', from, '--to', to, '--keys', keys];
  return (await run(process.execPath, args, { env: { PATH: process.env.PATH } })).stdout;
};

/** Into the folder from which the distributed profile is going to be started. */
const moveIn = async (): Promise<string> => {
  await mkdir(join(many ?? '', 'store'), { recursive: true });
  const postgres = await startPostgres({ folder: join(many ?? '', 'postgres') });
  const double = await startEsdbDouble({ file: join(many ?? '', 'store', 'log.db') });
  try {
    return await copy(one ?? '', double.connectionString, postgres.connectionString);
  } finally {
    await Promise.all([double.stop(), postgres.stop()]);
  }
};

let before: { seen: string[]; now: Instant };
let said: string;

await withServer(
  async () => {
    before = await lookAtStandalone(one ?? '', '2026-01-02T08:00:00Z', true);
    said = await moveIn();
    const masterKey = (await readFile(join(one ?? '', 'keys', 'master.key'), 'utf8')).trim();
    return startHouse('moved', { folder: many, masterKey, clockStart: before.now });
  },
  (house) => {
    test('the log and the keys are there', () => {
      expect(said).toMatch(/\d{3,} events are equal in both, in the same order/);
      expect(said).toMatch(/The keys of \d+ persons came along, under the same master key; \d+ stay forgotten\./);
    });

    test('everybody sees what they saw before, names and all', async () => {
      expect(before.seen.join()).toContain('Mantelzorger fatima');
      expect(await seeEverything(house.client)).toEqual(before.seen);
    }, 60_000);

    test('every read model of every replica equals a rebuild', async () => {
      expect(await house.compareWithRebuild()).toEqual([]);
    }, 60_000);

    test('life goes on there, and all of it can move back', async () => {
      const target = await connect({ target: house.url, ids: createIds('moved on'), nowMs, alone: false });
      const played = await playStories(stories, target.stage);
      target.close();
      expect(played.map(({ failure }) => failure?.en)).toEqual(stories.map(() => undefined));
      const there = { seen: await seeEverything(house.client), now: await house.client.visitor().ask(findNow, {}) };
      // Nobody may write to a log that is copied.
      await Promise.all(house.processes.map((it) => it.stop()));
      await cp(join(one ?? '', 'keys', 'master.key'), join(again ?? '', 'keys', 'master.key'), { recursive: true });
      await copy(house.storeUrl, again ?? '', house.postgresUrl);
      expect((await lookAtStandalone(again ?? '', there.now, false)).seen).toEqual(there.seen);
    }, 180_000);
  },
);
