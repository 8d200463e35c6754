import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { doubleMain } from '../distributed/layout.ts';
import { type GuardedProcess, startGuarded } from '../servers/guarded.ts';
import { startKafka } from '../servers/kafka.ts';
import { findFreePorts } from '../servers/ports.ts';
import { startPostgres } from '../servers/postgres.ts';
import { type Compose, type ComposeService, exampleSecrets, ownServices, readCompose } from './compose.ts';

/*
 * `infra/compose.yaml` without a container engine: the same commands with the same settings, in the order that the file
 * asks for, found well by the checks of the file. Names of hosts become loopback and each port a free one; KurrentDB is
 * the double, Kafka and PostgreSQL those of this machine, and the door is a few lines that hand on connections in turn.
 */

export type ByHand = {
  /** Of the door. */
  readonly url: string;
  /** `host:port` as the compose file names it, by where it is here. */
  readonly whereIs: (address: string) => string;
  /** In the order in which they were there: `offers-1 healthy`, `clock completed`. */
  readonly course: readonly string[];
  /** Asks every process to stop, in reverse order: its exit code, by name. */
  readonly stopProcesses: () => Promise<ReadonlyMap<string, number>>;
  readonly stop: () => Promise<void>;
};

const healthyWithinMs = 120_000;
const checkEveryMs = 250;

/** `app` is a folder that stands for the image's `/app`; `folder` takes the volumes. `onStep` hears the course. */
export const startByHand = async (
  app: string,
  folder: string,
  onStep: (step: string) => void = () => {},
): Promise<ByHand> => {
  const compose = readCompose({ ...exampleSecrets, DEMONSTRATION: 'full', LOG_LEVEL: 'warn' });
  await mkdir(folder, { recursive: true });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let it = stops.pop(); it !== undefined; it = stops.pop()) await it();
  };
  try {
    return await start(compose, { app, folder, stops, stop, onStep });
  } catch (error) {
    await stop();
    throw error;
  }
};

type Place = {
  readonly app: string;
  readonly folder: string;
  readonly stops: (() => Promise<unknown>)[];
  readonly stop: () => Promise<void>;
  readonly onStep: (step: string) => void;
};

const start = async (compose: Compose, { app, folder, stops, stop, onStep }: Place): Promise<ByHand> => {
  const own = ownServices(compose);
  const listening = own.filter(([, { environment }]) => environment.PORT !== undefined);
  const [storePort = 0, doorPort = 0, ...ports] = await findFreePorts(listening.length + 2);

  const kafka = await startKafka();
  stops.push(() => kafka.stop());
  const postgres = await startPostgres();
  stops.push(() => postgres.stop());
  const store = await startGuarded({
    program: process.execPath,
    args: [doubleMain, '--port', String(storePort), '--file', join(folder, 'log.db')],
  });
  stops.push(() => store.end('SIGTERM'));
  await store.ready(/^listening /);

  const addresses = new Map<string, string>([
    ['kurrentdb:2113', `127.0.0.1:${storePort}`],
    ['kafka-1:9092', kafka.brokers.join(',')],
    ['127.0.0.1:4000', `127.0.0.1:${doorPort}`],
  ]);
  const gateways: number[] = [];
  listening.forEach(([name, { network_mode, environment }], index) => {
    const port = ports[index] ?? 0;
    addresses.set(`${network_mode ? '127.0.0.1' : name}:${environment.PORT}`, `127.0.0.1:${port}`);
    if (!network_mode) return;
    gateways.push(port);
    // What the Caddyfile does for Prometheus.
    addresses.set(`door:41${environment.PORT?.slice(-2)}`, `127.0.0.1:${port}`);
  });
  const whereIs = (address: string) => addresses.get(address) ?? address;
  const moved = (text: string) => text.replaceAll(/[\w.-]+:\d+/g, whereIs);
  const portOf = (name: string, { environment: { PORT }, network_mode }: ComposeService) =>
    whereIs(`${network_mode ? '127.0.0.1' : name}:${PORT}`).split(':')[1] ?? '';

  const door = createServer((incoming) => {
    const port = gateways[0] ?? 0;
    gateways.push(...gateways.splice(0, 1));
    const outgoing = connect(port, '127.0.0.1');
    incoming.pipe(outgoing).pipe(incoming);
    for (const socket of [incoming, outgoing]) socket.on('error', () => [incoming, outgoing].map((it) => it.destroy()));
  }).listen(doorPort, '127.0.0.1');
  stops.push(async () => door.close());

  const course: string[] = [];
  const happened = (step: string) => {
    course.push(step);
    onStep(step);
  };
  const running = new Map<string, GuardedProcess>();
  const conditions = new Map<string, Promise<void>>();
  const begin = async (name: string, service: ComposeService): Promise<void> => {
    await Promise.all(Object.keys(service.depends_on).map((it) => conditions.get(it)));
    const environment = await environmentOf(name, service);
    const it = await startGuarded({
      program: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', ...(service.command ?? [])],
      ...{ cwd: app, env: environment },
    });
    running.set(name, it);
    stops.push(() => it.end('SIGTERM'));
    if (service.healthcheck === undefined) {
      const code = await it.ended;
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${it.lastLines().join('\n')}`);
      happened(`${name} completed`);
    } else {
      await beHealthy(name, it, service.healthcheck.test.slice(2), service);
      happened(`${name} healthy`);
    }
  };

  const environmentOf = async (name: string, service: ComposeService) => {
    const volume = service.volumes.find((it) => it.endsWith(':/data'))?.split(':')[0];
    const data = join(folder, volume ?? `${name}-has-no-volume`);
    if (volume) await mkdir(data, { recursive: true });
    const told = Object.entries(service.environment).map(([setting, text]): [string, string] => [setting, moved(text)]);
    return {
      NODE_ENV: 'production',
      ...Object.fromEntries(told),
      ...(service.environment.POSTGRES_URL && { POSTGRES_URL: postgres.connectionString }),
      DATA_FOLDER: data,
      ...(service.environment.HOST && { HOST: '127.0.0.1' }),
      ...(service.environment.PORT && { PORT: portOf(name, service) }),
    };
  };

  const beHealthy = async (name: string, it: GuardedProcess, check: readonly string[], service: ComposeService) => {
    const args = check.map((text) =>
      text.replaceAll(`127.0.0.1:${service.environment.PORT}`, `127.0.0.1:${portOf(name, service)}`),
    );
    let ended: number | undefined;
    void it.ended.then((code) => {
      ended = code;
    });
    for (
      const giveUpMs = performance.now() + healthyWithinMs;
      performance.now() < giveUpMs;
      await pause(checkEveryMs)
    ) {
      if (ended !== undefined) break;
      if (await succeeds(args)) return;
    }
    throw new Error(`${name} is not healthy (${ended ?? 'it runs'}):\n${it.lastLines().join('\n')}`);
  };

  // As each waits for those it names, they can all be asked at once.
  const inOrder = [...own].sort(([, a], [, b]) => depthOf(compose.services, a) - depthOf(compose.services, b));
  for (const [name, service] of inOrder) conditions.set(name, begin(name, service));
  await Promise.all(conditions.values());

  return {
    url: `http://127.0.0.1:${doorPort}`,
    ...{ whereIs, course, stop },
    async stopProcesses() {
      const codes = new Map<string, number>();
      for (const [name] of inOrder.toReversed()) {
        const it = running.get(name);
        await it?.end('SIGTERM', 30_000);
        if (it) codes.set(name, await it.ended);
      }
      return codes;
    },
  };
};

type Services = Compose['services'];
const depthOf = (services: Services, { depends_on }: ComposeService): number => {
  const others = Object.keys(depends_on).flatMap((it) => services[it] ?? []);
  return 1 + Math.max(0, ...others.map((it) => depthOf(services, it)));
};

const succeeds = (args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, (error) => resolve(error === null));
  });
