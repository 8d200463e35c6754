import kafkajs, { type Admin, type Kafka, type LogEntry } from 'kafkajs';
import type { Log } from '../log.ts';
import { backoffMs } from '../reasons.ts';
import { patchKafkajs } from './patch.ts';

/** How long things may take, in ms. All have a default that fits brokers in one data centre. */
export type KafkaTimings = {
  /** A member that is silent for this long is missed, and another takes over; 10 s. The broker sets a minimum, 6 s as shipped. */
  readonly sessionTimeoutMs?: number;
  /** How long a member may take to come back in when its group changes; 30 s. */
  readonly rebalanceTimeoutMs?: number;
  /** Any other request; 10 s. */
  readonly requestTimeoutMs?: number;
};

/** How brokers that are not open to everybody are spoken to. */
export type KafkaAccess = {
  readonly tls: boolean;
  /** SCRAM-SHA-512. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
};

export const createClient = (options: {
  readonly brokers: readonly string[];
  readonly access?: KafkaAccess | undefined;
  readonly clientId: string;
  readonly timings?: KafkaTimings | undefined;
  readonly log?: Log | undefined;
}): Kafka => {
  patchKafkajs();
  const { log, access } = options;
  return new kafkajs.Kafka({
    ssl: access?.tls ?? false,
    ...(access?.credentials && { sasl: { mechanism: 'scram-sha-512', ...access.credentials } }),
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 3000,
    requestTimeout: options.timings?.requestTimeoutMs ?? 10_000,
    // Few and quick: whoever asked tries again by itself, with its own patience.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: log ? kafkajs.logLevel.WARN : kafkajs.logLevel.NOTHING,
    logCreator: () => (entry) => log?.warn(fieldsOf(entry), 'kafkajs'),
  });
};

/** Its own words, groups and topics; no stack, and nothing of a message. What matters to us we say ourselves. */
const fieldsOf = ({ namespace, log }: LogEntry) => ({
  part: namespace,
  reason: String(log.message).slice(0, 300),
  ...(log.groupId === undefined ? {} : { group: log.groupId }),
  ...(log.topic === undefined ? {} : { topic: log.topic }),
});

/** Waits for what must not be waited for for ever. */
export const within = async (limitMs: number, task: Promise<unknown>): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const timeout = setTimeout(over.resolve, limitMs).unref();
  await Promise.race([task.catch(() => undefined), over.promise]);
  clearTimeout(timeout);
};

const reconnecting = { baseDelayMs: 200, maxDelayMs: 10_000 };
/** How long to wait before the n-th new try to reach the brokers. */
export const reconnectDelayMs = (failuresInARow: number, seed: string): number =>
  backoffMs(reconnecting, failuresInARow, seed);

/** One connection for questions about the cluster, made when it is first needed, and again when that failed. */
export const createAdmin = (kafka: Kafka) => {
  let admin: Promise<Admin> | undefined;
  return {
    connected(): Promise<Admin> {
      const connect = async () => {
        const it = kafka.admin();
        await it.connect();
        return it;
      };
      admin ??= connect().catch((error: unknown) => {
        admin = undefined;
        throw error;
      });
      return admin;
    },
    async close(): Promise<void> {
      const connected = await admin?.catch(() => undefined);
      if (connected) await within(5000, connected.disconnect());
    },
  };
};
