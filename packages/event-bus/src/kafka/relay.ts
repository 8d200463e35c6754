import type { EventStore, Position, RecordedEvent, Subscription } from '@adempauze/event-store';
import type { Message } from 'kafkajs';
import type { Log } from '../log.ts';
import { createMapper } from '../mapping.ts';
import { type EventSchemas, type IntegrationEvent, type Publication, sequenceAfter, serviceOf } from '../port.ts';
import { reasonOf } from '../reasons.ts';
import { machineTimer, type Timer } from '../timer.ts';
import { type Checkpoint, createKafkaCheckpoint } from './checkpoint.ts';
import { createAdmin, createClient, type KafkaAccess, type KafkaTimings, reconnectDelayMs, within } from './client.ts';
import { startMember } from './member.ts';
import { encodeEvent, encodeReadTo } from './records.ts';
import { createSender } from './sender.ts';
import { countPartitions, topicOf } from './topics.ts';

export type RelayOptions = {
  readonly brokers: readonly string[];
  readonly access?: KafkaAccess | undefined;
  /** As given to `createKafkaTopics`; `adempauze`. */
  readonly prefix?: string;
  readonly store: Pick<EventStore, 'subscribe' | 'epoch'>;
  readonly publications: readonly Publication[];
  readonly schemas: EventSchemas;
  readonly replica: string;
  /** Kafka keeps it, unless told otherwise. */
  readonly checkpoint?: Checkpoint;
  /** How often the checkpoint is saved; 1 s. What a crash makes come again is known for a repeat. */
  readonly saveEveryMs?: number;
  /** How often readers are told how far the log was read when there is nothing to publish; 20 ms. */
  readonly readToEveryMs?: number;
  readonly timings?: KafkaTimings;
  readonly log?: Log;
  readonly timer?: Timer;
};

export type RelayStatus = {
  /** In its group, publishing or standing by. */
  readonly ready: boolean;
  /** Of the replicas of a service one publishes, the others stand by. */
  readonly holding: boolean;
  /** Up to where the log was published by this process. */
  readonly published: Position | undefined;
  readonly failuresInARow: number;
  /** Why it does not get on; absent while it does. */
  readonly halted: string | undefined;
};

export type Relay = { status(): RelayStatus; close(): Promise<void> };

/**
 * Publishes what a service says to the others: follows its log, turns events into integration events and sends them,
 * page by page, each page after the one before was acknowledged. After each page every partition is told how far the
 * log was read, so that readers can put partitions back in order. At least once; a repeat carries the same sequence.
 * A publication that fails halts it, right before that event. @throws RangeError as the in-process bus does.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const { prefix = 'adempauze', store, publications, schemas, log, timer = machineTimer } = options;
  const mapper = createMapper(publications, schemas);
  const services = [...new Set(publications.map(({ service }) => service))].sort();
  const topics = services.map((service) => topicOf(prefix, service));
  const categories = publications.flatMap((it) => it.categories);
  const groupId = [prefix, 'relay', ...services].join('.');
  const kafka = createClient({
    brokers: options.brokers,
    access: options.access,
    clientId: `${prefix}-${options.replica}`,
    timings: options.timings,
    log,
  });
  const admin = createAdmin(kafka);
  const sender = createSender(kafka);
  let term = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let subscription: Subscription | undefined;
  let epoch = '';
  let published: Position | undefined;
  let unsaved = false;
  let failuresInARow = 0;
  let halted: string | undefined;
  let closed = false;
  let cancelSave: (() => void) | undefined;
  let partitions = new Map<string, number>();

  const failed = (error: unknown, failures: number) => {
    failuresInARow = failures;
    halted = reasonOf(error);
    log?.error({ group: groupId, reason: halted, failuresInARow }, 'the relay does not get on');
  };

  /** Back in the group, or at the end of the log: what was wrong is past, also for who has nothing to publish. */
  const recovered = () => {
    failuresInARow = 0;
    halted = undefined;
  };

  const save = async () => {
    cancelSave?.();
    cancelSave = undefined;
    if (!unsaved || published === undefined) return;
    unsaved = false;
    await checkpoint.save(epoch, published).catch((error: unknown) => {
      log?.warn({ group: groupId, reason: reasonOf(error) }, 'the checkpoint could not be saved');
    });
  };

  const readTo = (position: Position) =>
    services.flatMap((service) => {
      const topic = topicOf(prefix, service);
      return Array.from({ length: partitions.get(topic) ?? 0 }, (_, partition) => ({
        topic,
        message: encodeReadTo(service, epoch, partition, sequenceAfter(position)),
      }));
    });
  const messagesOf = (event: RecordedEvent) => {
    const mapped = mapper.map(event).map(({ result }): IntegrationEvent => {
      if (result instanceof Error) throw result;
      return result;
    });
    return mapped.map((it, index): { topic: string; message: Message } => {
      const service = serviceOf(it.type);
      const after = new Set(mapped.slice(index + 1).map(({ type }) => type));
      return { topic: topicOf(prefix, service), message: encodeEvent(service, epoch, it, [...after]) };
    });
  };

  // A page without events says only how far the log was read: the latest of several is enough.
  let quiet: Position | undefined;
  let cancelQuiet: (() => void) | undefined;
  const publish = async (messages: readonly { readonly topic: string; readonly message: Message }[], to: Position) => {
    cancelQuiet?.();
    cancelQuiet = undefined;
    quiet = undefined;
    await sender.send([...messages, ...readTo(to)]);
    published = to;
    unsaved = true;
    failuresInARow = 0;
    halted = undefined;
    cancelSave ??= timer(options.saveEveryMs ?? 1000, () => void save());
  };
  const publishQuietly = (to: Position, delayMs = options.readToEveryMs ?? 20) => {
    quiet = to;
    cancelQuiet ??= timer(delayMs, () => {
      cancelQuiet = undefined;
      const latest = quiet;
      if (latest === undefined) return;
      publish([], latest).catch((error: unknown) => {
        failed(error, failuresInARow + 1);
        // In a quiet log nothing may come after it for long, and somebody waits for it: it is said again.
        if (subscription && quiet === undefined && (published === undefined || published < latest))
          publishQuietly(latest, reconnectDelayMs(failuresInARow, groupId));
      });
    });
  };

  const onBatch = async (batch: { readonly events: readonly RecordedEvent[]; readonly scannedTo: Position }) => {
    const messages: { topic: string; message: Message }[] = [];
    let to: Position | undefined;
    let failure: unknown;
    for (const event of batch.events) {
      try {
        messages.push(...messagesOf(event));
      } catch (error) {
        failure = error;
        break;
      }
      to = event.position;
    }
    if (failure === undefined) to = batch.scannedTo;
    if (to !== undefined && messages.length > 0) await publish(messages, to);
    else if (to !== undefined) publishQuietly(to);
    if (failure !== undefined) throw failure;
  };

  const begin = async (mine: number) => {
    for (let failures = 1; mine === term && !closed; failures += 1) {
      try {
        const now = await store.epoch();
        if (now !== epoch) published = undefined;
        epoch = now;
        const saved = await checkpoint.read(epoch);
        partitions = await countPartitions(await admin.connected(), topics);
        if (mine !== term || closed) return;
        const after = saved === undefined || (published !== undefined && published > saved) ? published : saved;
        subscription = store.subscribe({
          ...{ after, categories, batchSize: 500, onBatch, onError: failed },
          // The log can be read again, and has nothing new that would show it.
          onCaughtUp: recovered,
        });
        return;
      } catch (error) {
        failed(error, failures);
        await new Promise<void>((resolve) => timer(reconnectDelayMs(failures, groupId), resolve));
      }
    }
  };
  const end = async () => {
    cancelQuiet?.();
    cancelQuiet = undefined;
    await subscription?.close();
    subscription = undefined;
    await sender.close();
  };

  const member = startMember({
    kafka,
    groupId,
    topics,
    timings: options.timings,
    timer,
    reads: false,
    prepare: async () => undefined,
    onHolding() {
      if (subscription) return [];
      recovered();
      term += 1;
      const mine = term;
      turn = turn.then(() => begin(mine));
      return [];
    },
    onStandingBy() {
      recovered();
      term += 1;
      turn = turn.then(end);
    },
    onBatch: async () => false,
    onFailure: failed,
  });
  const checkpoint =
    options.checkpoint ??
    createKafkaCheckpoint({ admin: admin.connected, commit: member.commit, groupId, topic: topics[0] ?? '' });

  return {
    status: () => ({
      ready: member.state() !== 'down' && halted === undefined,
      holding: member.state() === 'holding',
      published,
      failuresInARow,
      halted,
    }),
    async close() {
      if (closed) return;
      closed = true;
      term += 1;
      await within(15_000, turn.then(end));
      await within(5000, save());
      await member.close();
      await admin.close();
    },
  };
};
