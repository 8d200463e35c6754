import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from '../servers/ports.ts';

/** The services that have replicas, in the order in which they are named everywhere. */
export const serviceNames = ['offers', 'bookings', 'matching', 'invoicing'] as const;
export type ServiceName = (typeof serviceNames)[number];
export type ProcessKind = ServiceName | 'gateway';

/** One replica: what it is called, where it listens and where it keeps its read models. */
export type Replica = {
  readonly name: string;
  readonly service: ProcessKind;
  /** Counted from 1. */
  readonly replica: number;
  readonly port: number;
  readonly url: string;
  /** Where this very process shows its health and measurements; gateways share `url`. */
  readonly ownUrl: string;
  /** Of its own; of a gateway it only holds what can be made again. */
  readonly folder: string;
};

/** Who runs where. Ports are fixed here, so that a replica that is started again is found where it was. */
export const layOut = async (options: {
  readonly replicas: number;
  readonly folder: string;
  /** Of all gateways together; 0 takes any free one. */
  readonly gatewayPort: number;
}): Promise<readonly Replica[]> => {
  const { replicas, folder } = options;
  const ports = await findFreePorts((serviceNames.length + 1) * replicas + 1);
  const gatewayPort = options.gatewayPort || (ports.pop() ?? 0);
  const numbers = Array.from({ length: replicas }, (_, index) => index + 1);
  const replicaAt = (service: ProcessKind, replica: number, port: number, ownPort = port): Replica => {
    const name = `${service}-${replica}`;
    const [url, ownUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${ownPort}`];
    return { name, service, replica, port, url, ownUrl, folder: join(folder, name) };
  };
  return [
    ...serviceNames.flatMap((service) => numbers.map((replica) => replicaAt(service, replica, ports.pop() ?? 0))),
    ...numbers.map((replica) => replicaAt('gateway', replica, gatewayPort, ports.pop() ?? 0)),
  ];
};

const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const mainOf = (kind: ProcessKind): string => join(root, 'services', kind, 'src', 'main.ts');
export const doubleMain = join(root, 'packages', 'testing', 'src', 'esdb', 'main.ts');
export const fillMain = join(root, 'services', 'standalone', 'src', 'fill.ts');
