import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createKafkaTopics } from '@adempauze/event-bus/kafka';
import { loadMasterKey } from '@adempauze/personal-data';
import { type RunningKafka, startKafka } from '../servers/kafka.ts';
import { kafkaCacheFolder } from '../servers/kafka-jars.ts';
import { findFreePorts } from '../servers/ports.ts';
import { type RunningPostgres, startPostgres } from '../servers/postgres.ts';
import { type Child, createChild, runToEnd } from './child.ts';
import {
  doubleMain,
  fillMain,
  layOut,
  mainOf,
  type ProcessKind,
  type Replica,
  type ServiceName,
  serviceNames,
} from './layout.ts';
import { commonEnvironment, environmentOf, type SharedSettings } from './settings.ts';

export type DistributedOptions = {
  /** Kept, for the next start; without it everything is thrown away at the end. */
  readonly folder?: string | undefined;
  /** Of each service and of the gateway. */
  readonly replicas: number;
  /** `full`: a region with people and bookings, filled through the services when the log is empty. */
  readonly demonstration: 'full' | 'none';
  /** Where the demonstration's clock begins in an empty log; now, unless told. */
  readonly clockStart?: string | undefined;
  readonly brokers: 1 | 3;
  /** A KurrentDB that runs already; without it the double is started, with its log in the folder. */
  readonly kurrentUrl?: string | undefined;
  /** Of the gateway; 0 takes any free one. */
  readonly port: number;
  /** 32 bytes in base64; without it the one in the folder, which is made at the first start. */
  readonly masterKey?: string | undefined;
  readonly logLevel?: string;
  /** Told of every line that a process says. */
  readonly onLine?: (name: string, line: string) => void;
  /** Told of what happens to a process that nobody asked for, as a sentence. */
  readonly onEvent?: (name: string, sentence: string) => void;
  /** Starts a process again that ended by itself. Off, unless told: who tests faults starts them again as it likes. */
  readonly revives?: boolean;
  /** Aborted when somebody does not want to wait any longer: what was started is stopped in order. */
  readonly signal?: AbortSignal;
  /** Puts a proxy before a server or a service: the address that the others get for it. */
  readonly through?: (name: string, url: string) => Promise<string>;
  /** For tests of the launcher itself: the program that a process is. */
  readonly programOf?: (kind: ProcessKind | 'store' | 'fill') => string;
};

export type DistributedProcess = {
  readonly name: string;
  readonly service: ProcessKind;
  /** Counted from 1. */
  readonly replica: number;
  /** Its own address; every gateway has the same. */
  readonly url: string;
  /** Where this very process shows its health and measurements. */
  readonly ownUrl: string;
  readonly folder: string;
  pid(): number | undefined;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves once it is ready. @throws ChildStartError */
  start(): Promise<void>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
};

export type Distributed = {
  /** Of the gateway. */
  readonly url: string;
  /** Its connection string. */
  readonly storeUrl: string;
  readonly postgresUrl: string;
  readonly kafka: RunningKafka;
  readonly postgres: RunningPostgres;
  readonly serviceToken: string;
  /** In base64. */
  readonly masterKey: string;
  readonly folder: string;
  readonly processes: readonly DistributedProcess[];
  /** Undefined for a store that we did not start. */
  readonly store: Pick<Child, 'pid' | 'kill' | 'start' | 'stop'> | undefined;
  /** The settings that every process got alike: what a tool needs that speaks to the services. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops in order: gateway, services, store, PostgreSQL, Kafka. `onStep` hears what is being stopped. */
  close(onStep?: (what: string) => void): Promise<void>;
};

const services = [...serviceNames];

/**
 * The marketplace as processes on loopback: brokers, PostgreSQL, the store, every service and the gateway, each with
 * its replicas. Everything ends when this process does, however it does.
 * @throws MissingProgramError when a program is not on this machine, ChildStartError when a process does not get ready.
 */
export const startDistributed = async (options: DistributedOptions): Promise<Distributed> => {
  const { onLine, onEvent, through = async (_name, url) => url, programOf = programOfKind } = options;
  const kept = options.folder !== undefined;
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), 'adempauze-distributed-'));
  await makeFolder(folder);
  const replicas = await layOut({ replicas: options.replicas, folder, gatewayPort: options.port });
  const masterKey = options.masterKey ?? readMasterKey(folder, kept);
  const serviceToken = randomBytes(24).toString('hex');

  let postgresStarting: Promise<RunningPostgres> | undefined;
  let kafkaStarting: Promise<RunningKafka> | undefined;
  let store: Child | undefined;
  const children = new Map<Replica, Child>();

  const makeChild = (name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv, home: string) =>
    createChild({
      name,
      program: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', program, ...args],
      env,
      ...(kept ? {} : { throwAwayFolder: home }),
      readyLine: name === 'store' ? /^listening / : /is ready at http/,
      onLine: (line) => onLine?.(name, line),
      onEvent: (sentence) => onEvent?.(name, sentence),
      revives: options.revives ?? false,
      nowMs: () => performance.now(),
    });

  const childrenOf = (...kinds: readonly ProcessKind[]) =>
    [...children].filter(([{ service }]) => kinds.includes(service)).map(([, child]) => child);

  let closing: Promise<void> | undefined;
  const close = async (onStep: (what: string) => void = () => {}): Promise<void> => {
    closing ??= (async () => {
      onStep('gateway');
      await Promise.all(childrenOf('gateway').map((it) => it.stop()));
      onStep('services');
      await Promise.all(childrenOf(...services).map((it) => it.stop()));
      if (store) onStep('store');
      await store?.stop();
      onStep('PostgreSQL');
      await (await settledOf(postgresStarting))?.stop();
      onStep('Kafka');
      await (await settledOf(kafkaStarting))?.stop();
      if (!kept) await rm(folder, { recursive: true, force: true });
    })();
    await closing;
  };

  const startStore = async (): Promise<string> => {
    if (options.kurrentUrl !== undefined) return options.kurrentUrl;
    const [port = 0] = await findFreePorts(1);
    const home = join(folder, 'store');
    await mkdir(home, { recursive: true, mode: 0o700 });
    const args = ['--port', String(port), '--file', join(home, 'log.db')];
    store = makeChild('store', programOf('store'), args, { PATH: process.env.PATH }, home);
    await store.start();
    return `esdb://127.0.0.1:${port}?tls=false`;
  };

  /** All at once; the first that fails stops the start. */
  const startAll = (...kinds: readonly ProcessKind[]) => Promise.all(childrenOf(...kinds).map((it) => it.start()));

  /** What is not wanted any more is being stopped: nothing may be started behind its back. */
  const checkWanted = () => {
    if (closing !== undefined) throw new Error('The start was broken off.');
  };

  const start = async (): Promise<Distributed> => {
    kafkaStarting = startKafka({
      brokers: options.brokers,
      folder: kept ? join(folder, 'kafka') : undefined,
      onLine: (n, line) => onLine?.(`kafka-${n}`, line),
      onDied: (n, code) => void revive(`kafka-${n}`, code, async () => (await kafkaStarting)?.restart(n)),
    });
    postgresStarting = startPostgres({
      folder: kept ? join(folder, 'postgres') : undefined,
      onLine: (line) => onLine?.('postgres', line),
      onDied: (code) => void revive('postgres', code, async () => (await postgresStarting)?.restart()),
    });
    for (const it of [kafkaStarting, postgresStarting]) it.catch(() => undefined);
    const reached = new Map(await Promise.all(replicas.map(async (it) => [it, await reachedAt(it, through)] as const)));
    const gatewayUrl = replicas.find(({ service }) => service === 'gateway')?.url ?? '';
    const settings = {
      ...{ masterKey, serviceToken, demonstration: options.demonstration, clockStart: options.clockStart },
      logLevel: options.logLevel ?? 'warn',
      urlsOf: (service: ServiceName) =>
        replicas.filter((it) => it.service === service).map((it) => reached.get(it) ?? it.url),
      origin: gatewayUrl,
      // With the jars, in a folder of this user: what stands there is run.
      compileCache: join(dirname(kafkaCacheFolder(process.env)), 'compiled'),
      path: process.env.PATH,
    };
    const startLog = async () => {
      const ownStoreUrl = await startStore();
      const storeUrl = await through('store', ownStoreUrl);
      checkWanted();
      await fill(commonEnvironment({ ...settings, storeUrl }), 'begin');
      return { ownStoreUrl, storeUrl };
    };
    const startTopics = async (starting: Promise<RunningKafka>) => {
      const { brokers } = await starting;
      await createKafkaTopics({ brokers, services, replicas: options.brokers });
    };
    const [kafka, postgres, { ownStoreUrl, storeUrl }] = await Promise.all([
      ...([kafkaStarting, postgresStarting, startLog(), startTopics(kafkaStarting)] as const),
    ]);
    const postgresUrl = await through('postgres', postgres.connectionString);
    const shared: SharedSettings = { ...settings, storeUrl, postgresUrl, brokers: kafka.brokers };
    checkWanted();
    for (const replica of replicas) {
      await mkdir(replica.folder, { recursive: true, mode: 0o700 });
      const child = makeChild(
        ...([replica.name, programOf(replica.service), [], environmentOf(shared, replica), replica.folder] as const),
      );
      children.set(replica, child);
    }
    checkWanted();
    await startAll(...services);
    checkWanted();
    if (options.demonstration === 'full') await fill(commonEnvironment(shared));
    checkWanted();
    await startAll('gateway');
    checkWanted();
    return {
      url: gatewayUrl,
      storeUrl: ownStoreUrl,
      postgresUrl: postgres.connectionString,
      ...{ kafka, postgres, serviceToken, masterKey, folder, store, close },
      environment: commonEnvironment(shared),
      processes: [...children].map(([{ name, service, replica, url, ownUrl, folder: home }, child]) => ({
        ...{ name, service, replica, url, ownUrl, folder: home },
        pid: child.pid,
        kill: child.kill,
        start: child.start,
        stop: child.stop,
      })),
    };
  };

  /** Turns the clock of an untouched log back, or fills it; at a later start it fills the calendars for the weeks ahead. */
  const fill = (environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<void> =>
    runToEnd({
      name: 'fill',
      program: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', programOf('fill'), ...args],
      env: environment,
      onLine: (line) => onLine?.('fill', line),
      signal: options.signal,
    });

  /** A server that ended by itself is started again at once: nothing works without it. */
  const revive = async (name: string, code: number, restart: () => Promise<unknown>) => {
    if (closing !== undefined) return;
    if (options.revives !== true) return onEvent?.(name, `ended with ${code}`);
    onEvent?.(name, `ended with ${code}; it is started again`);
    await restart().then(
      () => onEvent?.(name, 'runs again'),
      (error: Error) => onEvent?.(name, `did not start again: ${error.message}`),
    );
  };

  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const onAbort = () => aborted.reject(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([start(), aborted.promise]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
};

const programOfKind = (kind: ProcessKind | 'store' | 'fill'): string =>
  kind === 'store' ? doubleMain : kind === 'fill' ? fillMain : mainOf(kind);

/** Gateways share one address; a proxy before them is the business of whoever speaks to it. */
const reachedAt = async (replica: Replica, through: NonNullable<DistributedOptions['through']>): Promise<string> =>
  replica.service === 'gateway' ? replica.url : through(replica.name, replica.url);

/** Ours alone; but root runs PostgreSQL as somebody else, who has to get through to its own folder. */
const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await chmod(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
};

const readMasterKey = (folder: string, kept: boolean): string => {
  if (!kept) return randomBytes(32).toString('base64');
  const { key } = loadMasterKey({
    file: join(folder, 'master.key'),
    keysExist: () => existsSync(join(folder, 'postgres', 'access.json')),
    randomBytes,
  });
  return Buffer.from(key).toString('base64');
};

const settledOf = async <T>(starting: Promise<T> | undefined): Promise<T | undefined> => {
  try {
    return await starting;
  } catch {
    return undefined;
  }
};
