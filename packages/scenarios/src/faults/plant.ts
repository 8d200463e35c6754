import { processApi, type ServiceName } from '@adempauze/contracts';
import { createServiceClient } from '@adempauze/http';
import {
  type Distributed,
  type DistributedProcess,
  serviceNames,
  startDistributed,
} from '@adempauze/testing/distributed';
import { startProxy, type TcpProxy } from '@adempauze/testing/proxy';
import type { Plant } from './plan.ts';

export type RunningPlant = {
  readonly distributed: Distributed;
  readonly plan: Plant;
  readonly proxies: ReadonlyMap<string, TcpProxy>;
  /** Where people post their GraphQL: behind the proxy that is called `door`. */
  readonly doorUrl: string;
  /** @throws Error when there is none of that name. */
  processOf(name: string): DistributedProcess;
  /** The replicas of a service, without the gateway. */
  servicesOf(service: string): readonly DistributedProcess[];
  close(): Promise<void>;
};

export type PlantOptions = {
  /** Kept until the caller removes it. */
  readonly folder: string;
  readonly replicas: number;
  readonly brokers: 1 | 3;
  readonly clockStart: string;
  readonly onLine: (name: string, line: string) => void;
  readonly onEvent: (name: string, sentence: string) => void;
};

/** The marketplace as processes, with a proxy before the store, the keys, every replica of a service and the door. */
export const startPlant = async (options: PlantOptions): Promise<RunningPlant> => {
  const proxies = new Map<string, TcpProxy>();
  /** The same address by way of a proxy; protocol, password and parameters stay. */
  const through = async (name: string, url: string): Promise<string> => {
    const { port } = new URL(url);
    const proxy = await startProxy({ to: { host: '127.0.0.1', port: Number(port) } });
    proxies.set(name, proxy);
    return url.replace(`:${port}`, `:${proxy.port}`);
  };
  const closeProxies = () => Promise.all([...proxies.values()].map((it) => it.close()));
  try {
    const distributed = await startDistributed({
      ...options,
      demonstration: 'none',
      port: 0,
      logLevel: 'info',
      through,
    });
    const doorUrl = await through('door', distributed.url);
    return {
      distributed,
      proxies,
      doorUrl,
      plan: {
        processes: distributed.processes.map(({ name }) => name),
        services: serviceNames,
        links: [...proxies.keys()].sort(),
        brokers: options.brokers,
      },
      processOf(name) {
        const found = distributed.processes.find((it) => it.name === name);
        if (found === undefined) throw new Error(`There is no process ${name}.`);
        return found;
      },
      servicesOf: (service) => distributed.processes.filter((it) => it.service === service),
      async close() {
        await distributed.close();
        await closeProxies();
      },
    };
  } catch (error) {
    await closeProxies();
    throw error;
  }
};

/** What an operator asks of one replica, past every proxy. */
export const operationsOf = ({ url, service }: DistributedProcess, token: string, timeoutMs: number) =>
  createServiceClient(processApi(service as ServiceName), { url, token, timeoutMs, random: () => 0.5 });

/** The replica that publishes what its service says, by its own word; undefined while none does. */
export const publisherAmong = async (
  replicas: readonly DistributedProcess[],
): Promise<DistributedProcess | undefined> => {
  const told = await Promise.all(
    replicas.map(async (it) => {
      const text = await fetch(`${it.url}/metrics`, { signal: AbortSignal.timeout(2000) })
        .then((answer) => answer.text())
        .catch(() => '');
      return { it, holding: /^adempauze_relay_holding(\{[^}]*\})? 1$/m.test(text) };
    }),
  );
  return told.find(({ holding }) => holding)?.it;
};

/** The replica whose turn it is, by its own word; undefined while it is nobody's. */
export const workerAmong = async (
  replicas: readonly DistributedProcess[],
  token: string,
): Promise<DistributedProcess | undefined> => {
  const told = await Promise.all(
    replicas.map(async (it) => ({
      it,
      working: await operationsOf(it, token, 2000)
        .status({})
        .then((status) => status.working)
        .catch(() => false),
    })),
  );
  return told.find(({ working }) => working)?.it;
};
