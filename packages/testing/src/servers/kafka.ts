import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type GuardedProcess, startGuarded } from './guarded.ts';
import { checkJava, kafkaCacheFolder, provideKafkaJars } from './kafka-jars.ts';
import { findFreePorts } from './ports.ts';

export type RunningKafka = {
  /** `127.0.0.1:port` of each broker. */
  readonly brokers: readonly string[];
  readonly folder: string;
  /** Process id of the n-th broker, while it runs. */
  pid(n: number): number | undefined;
  /** Pulls the plug of the n-th broker, counted from 1. */
  kill(n: number): Promise<void>;
  /** Starts the n-th broker again, on its own folder and port; stops it in order first when it runs. */
  restart(n: number): Promise<void>;
  /** Ends all brokers; a throw-away folder is removed. */
  stop(): Promise<void>;
};

/**
 * Real Apache Kafka brokers (KRaft, no ZooKeeper, no container) on loopback and free ports. One is up in some two
 * seconds. Without `folder` their data is thrown away; with it, ports and data are as they were the last time.
 * They end when this process does.
 * @throws MissingProgramError when Java, or Maven for the first time, is not on this machine.
 */
export const startKafka = async (
  options: {
    readonly brokers?: 1 | 3;
    readonly folder?: string | undefined;
    readonly env?: { readonly [name: string]: string | undefined };
    /** Told of every line that the n-th broker says. */
    readonly onLine?: (n: number, line: string) => void;
    /** Told when the n-th broker ended although nobody here asked for it. */
    readonly onDied?: (n: number, code: number) => void;
  } = {},
): Promise<RunningKafka> => {
  await checkJava();
  const jars = await provideKafkaJars(kafkaCacheFolder(options.env ?? process.env));
  const kept = options.folder !== undefined;
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), 'adempauze-kafka-'));
  const layout = await layOut(folder, options.brokers ?? 1, kept);
  const running = new Map<number, GuardedProcess>();

  const start = async (n: number) => {
    const home = homeOf(folder, n);
    const broker = await startGuarded({
      program: 'java',
      args: [...jvm, '-cp', join(jars, '*'), 'kafka.Kafka', join(home, 'server.properties')],
      ...(kept ? {} : { throwAwayFolder: home }),
      cwd: home,
      onLine: (line) => options.onLine?.(n, line),
    });
    running.set(n, broker);
    void broker.ended.then((code) => {
      if (running.get(n) !== broker) return;
      running.delete(n);
      options.onDied?.(n, code);
    });
    await broker.ready(/Kafka Server started/);
  };
  const end = async (n: number, signal: 'SIGTERM' | 'SIGKILL') => {
    const broker = running.get(n);
    running.delete(n);
    await broker?.end(signal);
  };
  const numbers = layout.ports.map((_, index) => index + 1);
  const stop = async () => {
    await Promise.all(numbers.map((n) => end(n, kept ? 'SIGTERM' : 'SIGKILL')));
    if (!kept) await rm(folder, { recursive: true, force: true });
  };
  try {
    // Together: three of them need each other to be ready.
    await Promise.all(numbers.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: layout.ports.map(({ client }) => `127.0.0.1:${client}`),
    folder,
    pid: (n) => running.get(n)?.pid,
    kill: (n) => end(n, 'SIGKILL'),
    async restart(n) {
      await end(n, 'SIGTERM');
      await start(n);
    },
    stop,
  };
};

/** Small and quick to start; these brokers serve one developer or one test run. */
const jvm = [
  '-Xmx512m',
  '-Xshare:auto',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.showThreadName=false',
];

type Layout = { readonly ports: readonly { readonly client: number; readonly controller: number }[] };

const homeOf = (folder: string, n: number) => join(folder, `broker-${n}`);

/** Ports, cluster id and a formatted folder for each broker; a folder that was laid out before is left as it is. */
const layOut = async (folder: string, count: number, kept: boolean): Promise<Layout> => {
  const file = join(folder, 'layout.json');
  if (existsSync(file)) {
    const layout: Layout = JSON.parse(await readFile(file, 'utf8'));
    if (layout.ports.length !== count) throw new Error(`${folder} was made for ${layout.ports.length} brokers.`);
    return layout;
  }
  const ports = await findFreePorts(2 * count);
  const layout: Layout = {
    ports: Array.from({ length: count }, (_, index) => ({
      client: ports[2 * index] ?? 0,
      controller: ports[2 * index + 1] ?? 0,
    })),
  };
  const clusterId = kafkaId();
  for (const n of layout.ports.keys().map((index) => index + 1)) {
    const home = homeOf(folder, n);
    const data = join(home, 'data');
    await mkdir(data, { recursive: true });
    await writeFile(join(home, 'server.properties'), propertiesOf(n, layout, data));
    // What `kafka-storage format` writes, without the second that another Java would take.
    const meta = { version: 1, 'cluster.id': clusterId, 'node.id': n, 'directory.id': kafkaId() };
    await writeFile(join(data, 'meta.properties'), asProperties(meta));
  }
  if (kept) await writeFile(file, JSON.stringify(layout));
  return layout;
};

const propertiesOf = (n: number, { ports }: Layout, data: string): string => {
  const own = ports[n - 1];
  const copies = ports.length;
  const inSync = copies > 1 ? 2 : 1;
  return asProperties({
    'process.roles': 'broker,controller',
    'node.id': n,
    'controller.quorum.voters': ports.map(({ controller }, index) => `${index + 1}@127.0.0.1:${controller}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${own?.client},CONTROLLER://127.0.0.1:${own?.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${own?.client}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // So that a test need not wait six seconds until a member that died is missed.
    'group.min.session.timeout.ms': 500,
    // A broker that died is missed after this; its partitions then get another leader.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 300,
    'controller.quorum.election.timeout.ms': 500,
    'controller.quorum.fetch.timeout.ms': 1500,
  });
};

const asProperties = (values: { readonly [name: string]: string | number | boolean }): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** As Kafka writes its ids: 16 random bytes in base64url. */
const kafkaId = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
