import { type ProcessOperations, processApi, type ServiceName } from '@adempauze/contracts';
import { createReplicas, createServiceClient } from '@adempauze/http';
import { type Distributed, type DistributedOptions, startDistributed } from '@adempauze/testing/distributed';
import type { Client, Order } from '../client.ts';
import { createIds, type Ids } from '../ids.ts';
import { connect, type Target } from '../target.ts';

/** One replica of a service, and what it says of itself. */
export type ServiceReplica = Distributed['processes'][number] & {
  readonly service: ServiceName;
  readonly operations: ProcessOperations;
};

/** The distributed profile with two replicas of everything, seen through its public door and behind it. */
export type House = Distributed & {
  readonly target: Target;
  readonly client: Client;
  readonly ids: Ids;
  /** Every command that was answered. */
  readonly orders: readonly Order[];
  readonly replicas: readonly ServiceReplica[];
  /** The last lines that the processes said, for whoever has to find out why. */
  readonly lines: readonly string[];
  /** The replica of a service whose turn it is to react and to sweep. */
  working(service: ServiceName): Promise<ServiceReplica>;
  /** What differs between a read model and a rebuild of it, over all replicas of all services. */
  compareWithRebuild(): Promise<string[]>;
  stop(): Promise<void>;
};

const linesKept = 300;
const nowMs = () => performance.now();

export const startHouse = async (seed: string, options: Partial<DistributedOptions> = {}): Promise<House> => {
  const lines: string[] = [];
  const keep = (name: string, line: string) => {
    lines.push(`${name} ${line}`);
    if (lines.length > linesKept) lines.shift();
  };
  const it = await startDistributed({
    ...{ replicas: 2, brokers: 1, port: 0, demonstration: 'none', clockStart: '2026-01-02T08:00:00Z' },
    onLine: (name, line) => {
      if (!/^(kafka|postgres)/.test(name)) keep(name, line);
    },
    onEvent: keep,
    ...options,
  });
  const ids = createIds(seed);
  const orders: Order[] = [];
  const onOrder = (order: Order) => orders.push(order);
  const target = await connect({ target: it.url, ids, nowMs, alone: true, onOrder });
  const replicas = it.processes.flatMap((process): ServiceReplica[] => {
    const { service, ownUrl: url } = process;
    if (service === 'gateway') return [];
    const called = createReplicas({
      ...{ name: process.name, urls: [url], token: it.serviceToken, timeoutMs: 30_000, random: Math.random },
    });
    const operations = createServiceClient(processApi(service), { replicas: called });
    return [{ ...process, service, operations }];
  });
  return {
    ...it,
    ...{ target, client: target.makeClient(), ids, orders, replicas, lines },
    async working(service) {
      for (;;) {
        for (const replica of replicas.filter((one) => one.service === service)) {
          const status = await replica.operations.status({}).catch(() => undefined);
          if (status?.working) return replica;
        }
      }
    },
    async compareWithRebuild() {
      const all = await Promise.all(
        replicas.map(async ({ name, operations }) =>
          (await operations.compareWithRebuild({})).map((difference) => `${name}: ${difference}`),
        ),
      );
      return all.flat();
    },
    async stop() {
      target.close();
      await it.close();
    },
  };
};
