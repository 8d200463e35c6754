import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processApi, type ServiceApi, type ServiceName, type ServiceOf, serviceNames } from '@adempauze/contracts';
import { createReplicas, createServiceClient } from '@adempauze/http';
import { type RunningKafka, type RunningPostgres, startKafka, startPostgres } from '@adempauze/testing/servers';
import { eventually, type Launched, launch } from './service-process.fixtures.ts';

export const token = 'a-secret-of-all-processes';

/** One replica: its process, whatever becomes of that, and where it listens. */
export type TrialReplica = {
  readonly name: string;
  readonly service: ServiceName;
  readonly url: string;
  process(): Launched;
  start(): Promise<void>;
  client<A extends ServiceApi>(api: A): ServiceOf<A>;
  readonly operations: ServiceOf<ReturnType<typeof processApi>>;
  readiness(): Promise<{ readonly status: number; readonly text: string }>;
};

/** Real Kafka and PostgreSQL, the double of KurrentDB, and two replicas of every service, each a process. */
export const startWorld = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'adempauze-processes-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const kafka = await startKafka();
    closing.push(() => kafka.stop());
    const postgres = await keepPostgres(join(folder, 'postgres'));
    closing.push(postgres.stop);
    const store = await keepStore(join(folder, 'log.db'));
    closing.push(store.kill);
    const replicas = await startReplicas({ folder, kafka, postgres, storeUrl: store.url, closing });
    return { folder, kafka, postgres, store, replicas, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
export type World = Awaited<ReturnType<typeof startWorld>>;

const keepPostgres = async (folder: string) => {
  let running: RunningPostgres | undefined = await startPostgres({ folder });
  const { connectionString } = running;
  return {
    connectionString,
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async start() {
      running ??= await startPostgres({ folder });
    },
  };
};

const keepStore = async (file: string) => {
  const begin = async (port: string) => {
    const process = launch('packages/testing/src/esdb/main.ts', {}, ['--port', port, '--file', file]);
    return { process, url: await process.says(/^listening (\S+)/) };
  };
  let { process, url } = await begin('0');
  const port = /:(\d+)/.exec(url.replace(/^\w+:/, ''))?.[1] ?? '';
  return {
    url,
    kill: () => process.end('SIGKILL'),
    async start() {
      ({ process, url } = await begin(port));
    },
  };
};

const startReplicas = async (world: {
  readonly folder: string;
  readonly kafka: RunningKafka;
  readonly postgres: { readonly connectionString: string };
  readonly storeUrl: string;
  readonly closing: (() => Promise<unknown>)[];
}): Promise<ReadonlyMap<string, TrialReplica>> => {
  const settings = {
    ...{ KURRENTDB_URL: world.storeUrl, POSTGRES_URL: world.postgres.connectionString, SERVICE_TOKEN: token },
    ...{ KAFKA_BROKERS: world.kafka.brokers.join(','), MASTER_KEY: randomBytes(32).toString('base64') },
    ...{ DEMONSTRATION: 'none', CLOCK_START: '2027-03-01T08:00:00Z', KAFKA_SESSION_TIMEOUT_MS: '2000' },
    ...{
      LOG_LEVEL: 'debug',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'adempauze-compile-cache'),
    },
  };
  const urlsOf = (service: ServiceName) =>
    [...replicas.values()].flatMap((it) => (it.service === service ? [it.url] : [])).join(',');
  const replicas = new Map<string, TrialReplica>();
  const open = async (service: ServiceName, n: number) => {
    const name = `${service}-${n}`;
    const calls: Record<string, string> =
      service === 'bookings' ? { OFFERS_URLS: urlsOf('offers'), INVOICING_URLS: urlsOf('invoicing') } : {};
    const begin = (port: string) =>
      launch(`services/${service}/src/main.ts`, {
        ...{ ...settings, ...calls, REPLICA: name, PORT: port, DATA_FOLDER: join(world.folder, name) },
      });
    let process = begin('0');
    world.closing.push(() => process.end('SIGKILL'));
    const ready = new RegExp(`^${name} is ready at (\\S+)$`);
    const url = await process.says(ready);
    const client = <A extends ServiceApi>(api: A): ServiceOf<A> => {
      const way = createReplicas({ urls: [url], token, timeoutMs: 30_000, random: Math.random });
      world.closing.push(() => way.close());
      return createServiceClient(api, { replicas: way });
    };
    replicas.set(name, {
      ...{ name, service, url, client, operations: client(processApi(service)) },
      process: () => process,
      async start() {
        process = begin(new URL(url).port);
        await process.says(ready);
      },
      async readiness() {
        const response = await fetch(`${url}/health/ready`);
        return { status: response.status, text: await response.text() };
      },
    });
  };
  // Bookings last: it has to be told where the others are.
  const ordered = serviceNames.toSorted((a, b) => Number(a === 'bookings') - Number(b === 'bookings'));
  for (const service of ordered) await Promise.all([1, 2].map((n) => open(service, n)));
  return replicas;
};

/** Whose turn it is, and who stands by. */
export const shiftOf = async (world: World, service: ServiceName) => {
  const both = [...world.replicas.values()].filter((it) => it.service === service);
  return eventually(async () => {
    const told = await Promise.all(both.map(async (it) => ({ it, working: (await it.operations.status({})).working })));
    const [working, ...more] = told.filter((one) => one.working);
    const standing = told.find((one) => !one.working);
    return working && standing && more.length === 0 ? { working: working.it, standing: standing.it } : undefined;
  });
};

export const context = () => ({ commandId: randomUUID(), correlationId: randomUUID(), actor: 'account-of-nobody' });
