import type { EventSource, Position } from '@adempauze/event-store';
import type { Log } from '../log.ts';
import { type EventBus, type EventSchemas, type IntegrationEvent, serviceOf } from '../port.ts';
import { machineTimer, type Timer } from '../timer.ts';
import { createAdmin, createClient, type KafkaAccess, type KafkaTimings } from './client.ts';
import { type Reader, startReader, type Unreadable } from './reader.ts';
import { topicOf } from './topics.ts';

export type KafkaBusOptions = {
  readonly brokers: readonly string[];
  readonly access?: KafkaAccess | undefined;
  /** As given to `createKafkaTopics`; `adempauze`. */
  readonly prefix?: string;
  /** Names the log that the relays read: `store.epoch`. Events of another log are left out. */
  readonly epoch: () => Promise<string>;
  readonly schemas: EventSchemas;
  /** Names this replica of the service, the same after a restart. Every replica reads everything. */
  readonly replica: string;
  /**
   * The sources, by name, that replicas share: one holds it, the others stand by and take over from where the answer
   * says, synchronously, for the log of this epoch; an inbox that they share knows. Elsewhere they read on from where
   * they were themselves.
   */
  readonly shared?: { readonly [name: string]: (epoch: string) => Position | undefined };
  /** How long events of one service wait for those that another may still have from before; 50 ms. */
  readonly orderWaitMs?: number;
  readonly timings?: KafkaTimings;
  /** Records that are no integration events: they are left out, counted and logged. */
  readonly onUnreadable?: (it: Unreadable) => void;
  readonly log?: Log;
  readonly timer?: Timer;
};

export type KafkaBusStatus = {
  /** Every source is in its group, and reads the right log. */
  readonly ready: boolean;
  /** Since the start. */
  readonly unreadable: number;
  readonly sources: readonly { readonly name: string; readonly ready: boolean; readonly holding: boolean }[];
};

export type KafkaBus = EventBus & { status(): KafkaBusStatus };

/**
 * The bus of services that run apart: what relays wrote to Kafka, in the order of the log they read. Places are those
 * of the in-process bus. Connects when a source is subscribed to, and goes on trying for as long as it takes.
 */
export const createKafkaBus = (options: KafkaBusOptions): KafkaBus => {
  const { prefix = 'adempauze', replica, schemas, log, timer = machineTimer } = options;
  const kafka = createClient({
    brokers: options.brokers,
    access: options.access,
    clientId: `${prefix}-${replica}`,
    timings: options.timings,
    log,
  });
  const readers = new Map<Reader, string>();
  const admin = createAdmin(kafka);
  let unreadable = 0;
  /** A replica that reads the same source twice at once is two readers, each with a group of its own. */
  const groupFor = (name: string) => {
    const shared = options.shared?.[name] !== undefined;
    const others = [...readers.values()].filter((it) => it === name).length;
    return [prefix, name, ...(shared ? [] : [replica, ...(others === 0 ? [] : [others + 1])])].join('.');
  };

  return {
    source({ name, types }): EventSource<IntegrationEvent> {
      if (types.length === 0) throw new RangeError('A source needs at least one type.');
      for (const type of types) if (!(type in schemas)) throw new RangeError(`Nobody knows the shape of ${type}.`);
      const services = [...new Set(types.map(serviceOf))].sort();
      return {
        name,
        epoch: options.epoch,
        subscribe(subscriber) {
          const reader = startReader({
            kafka,
            admin: admin.connected,
            groupId: groupFor(name),
            siblings: options.shared?.[name] === undefined ? `${prefix}.${name}.` : undefined,
            topics: new Map(services.map((service) => [service, topicOf(prefix, service)])),
            types: new Set(types),
            epoch: options.epoch,
            timings: options.timings,
            orderWaitMs: options.orderWaitMs ?? 50,
            timer,
            log,
            takeOverFrom: options.shared?.[name],
            onUnreadable(it) {
              unreadable += 1;
              log?.error({ source: name, ...it }, 'a record could not be read and was left out');
              options.onUnreadable?.(it);
            },
            subscriber,
          });
          readers.set(reader, name);
          return {
            state: reader.state,
            async close() {
              await reader.close();
              readers.delete(reader);
            },
          };
        },
      };
    },
    status() {
      const sources = [...readers].map(([it, name]) => ({ name, ready: it.ready(), holding: it.holding() }));
      return { ready: sources.every(({ ready }) => ready), unreadable, sources };
    },
    async close() {
      await Promise.all([...readers.keys()].map((reader) => reader.close()));
      readers.clear();
      await admin.close();
    },
  };
};
