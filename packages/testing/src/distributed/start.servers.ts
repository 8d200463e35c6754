import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { withServer } from '../servers/with-server.ts';
import { doubleMain } from './layout.ts';
import { type DistributedOptions, startDistributed } from './start.ts';

const standIn = fileURLToPath(new URL('./stand-in.fixtures.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'adempauze-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const said: string[] = [];

/** The servers are real; services and gateway are small programs that answer with their settings. */
const standingIn: DistributedOptions = {
  ...{ folder, replicas: 2, brokers: 1, port: 0, demonstration: 'full', clockStart: '2026-01-02T08:00:00Z' },
  onLine: (name, line) => said.push(`${name}: ${line}`),
  onEvent: (name, sentence) => said.push(`${name}: ${sentence}`),
  programOf: (kind) => (kind === 'store' ? doubleMain : standIn),
};
const settingsOf = async (url: string): Promise<NodeJS.ProcessEnv> =>
  (await fetch(url)).json() as Promise<NodeJS.ProcessEnv>;

await withServer(
  async () => {
    const it = await startDistributed({ ...standingIn, through: async (name, url) => `${url}#${name}` });
    return { ...it, stop: () => it.close() };
  },
  (it) => {
    test('every replica of every service runs, and two gateways share a port', () => {
      expect(it.processes.map(({ name }) => name)).toEqual([
        ...['offers-1', 'offers-2', 'bookings-1', 'bookings-2', 'matching-1', 'matching-2'],
        ...['invoicing-1', 'invoicing-2', 'gateway-1', 'gateway-2'],
      ]);
      const pids = it.processes.map((one) => one.pid());
      expect(new Set(pids).size).toBe(10);
      expect(pids).not.toContain(undefined);
      expect(new Set(it.processes.map(({ url }) => url)).size).toBe(9);
      expect(it.url).toBe(it.processes.at(-1)?.url);
    });

    test('a service knows its servers, its folder and every replica of the others, through what stands before them', async () => {
      const bookings = it.processes.find(({ name }) => name === 'bookings-2');
      expect(await settingsOf(bookings?.url ?? '')).toMatchObject({
        ...{ REPLICA: 'bookings-2', HOST: '127.0.0.1', DEMONSTRATION: 'full', CLOCK_START: '2026-01-02T08:00:00Z' },
        KURRENTDB_URL: `${it.storeUrl}#store`,
        POSTGRES_URL: `${it.postgresUrl}#postgres`,
        KAFKA_BROKERS: it.kafka.brokers.join(),
        TOPIC_REPLICAS: '1',
        SERVICE_TOKEN: it.serviceToken,
        MASTER_KEY: it.masterKey,
        DATA_FOLDER: join(folder, 'bookings-2'),
        OFFERS_URLS: it.processes
          .filter(({ service }) => service === 'offers')
          .map(({ name, url }) => `${url}#${name}`)
          .join(),
      });
    });

    test('the gateway has neither the master key nor the brokers', async () => {
      const settings = await settingsOf(it.url);
      expect(settings).toMatchObject({ SHARE_PORT: 'true', ORIGIN: it.url, SERVICE_TOKEN: it.serviceToken });
      expect(settings).not.toHaveProperty('MASTER_KEY');
      expect(settings).not.toHaveProperty('KAFKA_BROKERS');
    });

    test('a replica that was killed comes back where it was', async () => {
      const [offers] = it.processes;
      const before = offers?.pid();
      await offers?.kill();
      await expect(fetch(offers?.url ?? '')).rejects.toThrow();
      await offers?.start();
      expect(offers?.pid()).not.toBe(before);
      expect((await settingsOf(offers?.url ?? '')).REPLICA).toBe('offers-1');
    });

    test('the store keeps its log over a kill', async () => {
      await it.store?.kill();
      expect(it.store?.pid()).toBeUndefined();
      await it.store?.start();
      expect(existsSync(join(folder, 'store', 'log.db'))).toBe(true);
    });

    test('one Ctrl-C stops in order', async () => {
      const steps: string[] = [];
      await it.close((what) => steps.push(what));
      expect(steps).toEqual(['gateway', 'services', 'store', 'PostgreSQL', 'Kafka']);
      expect(it.processes.map((one) => one.pid())).toEqual(it.processes.map(() => undefined));
    });

    test('the folder is kept: the same master key the next time', async () => {
      const again = await startDistributed(standingIn);
      expect(again.masterKey).toBe(it.masterKey);
      expect(again.serviceToken).not.toBe(it.serviceToken);
      await again.close();
    });

    describe('a start that does not succeed', () => {
      test('says why, and leaves nothing running', async () => {
        const programs: Readonly<Record<string, string>> = { store: doubleMain, fill: standIn };
        const failing = { ...standingIn, programOf: (kind: string) => programs[kind] ?? '/no/such.ts' };
        await expect(startDistributed(failing)).rejects.toThrow(/-\d ended with 1\.[\s\S]*Cannot find module/);
      });

      test('may be broken off', async () => {
        const stopping = new AbortController();
        const starting = startDistributed({
          ...standingIn,
          signal: stopping.signal,
          through: async (name, url) => {
            if (name === 'store') stopping.abort(new Error('Enough.'));
            return url;
          },
        });
        await expect(starting).rejects.toThrow('Enough.');
      });
    });

    test('all of it dies with its starter, also by kill -9', async () => {
      const script = `
        const { startDistributed } = await import(${JSON.stringify(new URL('./start.ts', import.meta.url).href)});
        const it = await startDistributed({ replicas: 1, brokers: 1, port: 0, demonstration: 'none',
          programOf: (kind) => kind === 'store' ? ${JSON.stringify(doubleMain)} : ${JSON.stringify(standIn)} });
        const pids = [...it.processes.map((one) => one.pid()), it.store.pid(), it.postgres.pid(), it.kafka.pid(1)];
        console.log(JSON.stringify({ pids, folder: it.folder }));
        setInterval(() => {}, 1000);`;
      const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      starter.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      await until(() => out.includes('\n'));
      const { pids, folder: thrownAway } = JSON.parse(out) as { pids: number[]; folder: string };
      expect(pids.map(isAlive)).toEqual(pids.map(() => true));
      starter.kill('SIGKILL');
      await until(() => !pids.some(isAlive) && !existsSync(thrownAway));
    });
  },
);

const until = async (holds: () => boolean) => {
  while (!holds()) await pause(20);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
