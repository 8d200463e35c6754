import type { Position, Subscription } from '@adempauze/event-store';
import { UnavailableError } from '@adempauze/kernel';
import type { Admin, Batch, Kafka } from 'kafkajs';
import type { Log } from '../log.ts';
import type { IntegrationEvent } from '../port.ts';
import { backoffMs } from '../reasons.ts';
import type { Timer } from '../timer.ts';
import { type KafkaTimings, within } from './client.ts';
import { decodeMarks, encodeMarks, type Mark, offsetAfter, withMark } from './marks.ts';
import { startMember } from './member.ts';
import { createMerge, type Fetched, type Merge, type Taken } from './merge.ts';
import { decodePlace, fartherOf } from './places.ts';
import { decodeRecord } from './records.ts';
import { findSiblingMarks, mergeMarks } from './sibling-marks.ts';
import { countPartitions } from './topics.ts';

/** A record that is no event of ours: where it stands, and why it could not be read. Never what stands in it. */
export type Unreadable = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
};

export type ReaderOptions = {
  readonly kafka: Kafka;
  /** Connected when this resolves. */
  readonly admin: () => Promise<Admin>;
  readonly groupId: string;
  /** What the groups of other replicas begin with, where each has its own. */
  readonly siblings?: string | undefined;
  readonly topics: ReadonlyMap<string, string>;
  readonly types: ReadonlySet<string>;
  readonly epoch: () => Promise<string>;
  readonly timings: KafkaTimings | undefined;
  readonly orderWaitMs: number;
  readonly timer: Timer;
  readonly log: Log | undefined;
  readonly onUnreadable: (it: Unreadable) => void;
  /** How far the group came, when another member may have held it. */
  readonly takeOverFrom: ((epoch: string) => Position | undefined) | undefined;
  readonly subscriber: {
    readonly after: Position | undefined;
    readonly onBatch: (batch: {
      readonly events: readonly IntegrationEvent[];
      readonly scannedTo: Position;
    }) => unknown;
    readonly onCaughtUp?: () => void;
    readonly onError?: (error: unknown, failuresInARow: number) => void;
  };
};

export type Reader = Subscription & {
  readonly ready: () => boolean;
  readonly holding: () => boolean;
};

const batchEvents = 500;
/**
 * Records of a partition that wait, at most about: then it is fetched no further until half of them are gone. Only that
 * one: what waits may wait for a record of another.
 */
const waitingLimit = 4000;
const commitEveryMs = 5000;
/** A partition of another service that has more to give is waited for this many times as long. */
const fetchPatience = 100;
const retrying = { baseDelayMs: 100, maxDelayMs: 30_000 };

type Lane = {
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  fetched: number;
  end: number;
  paused: boolean;
  marks: Mark[];
};

/** One subscription: a member of a group, a merge of what it fetches, and a pump that hands it on, one batch at a time. */
export const startReader = (options: ReaderOptions): Reader => {
  const { topics, types, timer, log, subscriber } = options;
  const services = [...topics.keys()];
  const serviceByTopic = new Map([...topics].map(([service, topic]) => [topic, service]));
  let epoch: string | undefined;
  let lanes: Lane[] = [];
  let merge: Merge | undefined;
  /** What was handed on, the batch under way included: that one is not given up. */
  let had = decodePlace(subscriber.after, services);
  let scannedTo = subscriber.after;
  let live = false;
  let failuresInARow = 0;
  let closed = false;
  let halted = false;
  let more = false;
  let pumping: Promise<void> | undefined;
  let cancelPatience: (() => void) | undefined;
  let cancelCommit: (() => void) | undefined;
  const endPauses = new Set<() => void>();
  const foreignEpochs = new Set<string>();

  const failed = (error: unknown, failures: number) => {
    live = false;
    failuresInARow = failures;
    subscriber.onError?.(error, failures);
  };

  /** The ends of every partition, and the marks left behind by whoever read them before. */
  const prepare = async () => {
    const now = await options.epoch();
    if (epoch !== undefined && now !== epoch)
      throw new UnavailableError('The log behind the bus is another one; start again.');
    epoch = now;
    const admin = await options.admin();
    const counts = await countPartitions(admin, [...topics.values()]);
    const kept = await admin.fetchOffsets({ groupId: options.groupId, topics: [...topics.values()] });
    // Who begins at a place, as when it takes work over, may not have read these topics for long, or ever.
    const begins = lanes.length === 0 && [...had.values()].some((place) => place !== undefined);
    const marksOfOthers =
      begins && options.siblings !== undefined
        ? await findSiblingMarks({ admin, groupPrefix: options.siblings, topics: [...topics.values()], epoch: now })
        : () => [];
    const found: Lane[] = [];
    for (const [service, topic] of topics) {
      const bounds = await admin.fetchTopicOffsets(topic);
      if (bounds.length !== counts.get(topic)) throw new UnavailableError(`Topic ${topic} is not whole yet.`);
      for (const { partition, high, low } of bounds.toSorted((a, b) => a.partition - b.partition)) {
        const before = lanes.find((it) => it.topic === topic && it.partition === partition);
        const text = kept
          .find((it) => it.topic === topic)
          ?.partitions.find((it) => it.partition === partition)?.metadata;
        const known = before?.marks ?? mergeMarks(decodeMarks(now, text ?? null), marksOfOthers(topic, partition));
        const marks = known.filter(({ offset }) => offset <= Number(high));
        if (Number(low) > offsetAfter(marks, had.get(service)))
          throw new UnavailableError(`Topic ${topic} has lost the beginning of its history; rebuild it from the log.`);
        found.push({ service, topic, partition, fetched: 0, end: Number(high), paused: false, marks });
      }
    }
    lanes = found;
  };

  const noteMarks = () => {
    for (const { service, partition, mark } of merge?.marks() ?? []) {
      const lane = lanes.find((it) => it.service === service && it.partition === partition);
      if (lane && mark) lane.marks = withMark(lane.marks, mark);
    }
  };

  const commitMarks = async () => {
    cancelCommit?.();
    cancelCommit = undefined;
    const known = epoch;
    if (known === undefined || !merge) return;
    noteMarks();
    await member.commit(
      lanes.flatMap(({ topic, partition, marks }) => {
        const offset = marks.at(-1)?.offset;
        return offset === undefined ? [] : [{ topic, partition, offset, metadata: encodeMarks(known, marks) }];
      }),
    );
  };

  const hand = async ({ events, scannedTo: to }: Taken) => {
    for (let failures = 1; ; failures += 1) {
      try {
        await subscriber.onBatch({ events, scannedTo: to });
        failuresInARow = 0;
        scannedTo = to;
        return;
      } catch (error) {
        failed(error, failures);
        await pause(backoffMs(retrying, failures, options.groupId));
        if (closed) return;
      }
    }
  };

  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        endPauses.delete(end);
        resolve();
      };
      const cancel = timer(delayMs, end);
      endPauses.add(end);
    });

  const pump = async () => {
    for (
      let taken = merge?.take(batchEvents);
      taken && !closed;
      taken = closed ? undefined : merge?.take(batchEvents)
    ) {
      cancelPatience?.();
      cancelPatience = undefined;
      had = new Map(taken.had);
      await hand(taken);
      cancelCommit ??= timer(commitEveryMs, () => void commitMarks());
      for (const lane of lanes) {
        if (!lane.paused || !merge || merge.waiting(lane) >= waitingLimit / 2) continue;
        lane.paused = false;
        member.resume(lane);
      }
    }
  };

  const wake = () => {
    more = pumping !== undefined;
    if (pumping || closed) return;
    pumping = pump().finally(() => {
      pumping = undefined;
      // What came in after its last look would otherwise wait for the next.
      if (more) wake();
      else rest();
    });
  };

  /** Nothing can be handed on now: either all is done, or another service holds it up. */
  const rest = () => {
    const now = merge;
    if (!now || closed) return;
    if (now.waiting() === 0 && isAtEnd(lanes)) {
      if (live) return;
      live = true;
      subscriber.onCaughtUp?.();
      return;
    }
    const services = now.heldUpBy();
    if (services.length === 0 || cancelPatience) return;
    const hasMore = !isAtEnd(lanes.filter(({ service }) => services.includes(service)));
    cancelPatience = timer(options.orderWaitMs * (hasMore ? fetchPatience : 1), () => {
      cancelPatience = undefined;
      now.leaveBehind(services);
      wake();
    });
  };

  const member = startMember({
    kafka: options.kafka,
    groupId: options.groupId,
    topics: [...topics.values()],
    timings: options.timings,
    timer,
    reads: true,
    prepare,
    onHolding() {
      noteMarks();
      if (epoch !== undefined) had = fartherOf(had, decodePlace(options.takeOverFrom?.(epoch), services));
      const counts = new Map(services.map((service) => [service, lanes.filter((it) => it.service === service).length]));
      merge = createMerge(counts, had);
      failuresInARow = 0;
      setImmediate(wake);
      return lanes.map((lane) => {
        lane.paused = false;
        lane.fetched = offsetAfter(lane.marks, had.get(lane.service));
        return { topic: lane.topic, partition: lane.partition, offset: lane.fetched };
      });
    },
    onStandingBy() {
      noteMarks();
      merge = undefined;
      cancelPatience?.();
      cancelPatience = undefined;
      live = false;
    },
    async onBatch(batch) {
      const service = serviceByTopic.get(batch.topic);
      const lane = lanes.find((it) => it.topic === batch.topic && it.partition === batch.partition);
      const into = merge;
      if (service === undefined || !lane || !into) return false;
      await checkHistory(batch, lane);
      if (merge !== into) return false;
      const records = batch.messages.flatMap(({ offset, headers, value }): Fetched[] => {
        if (Number(offset) < lane.fetched) return [];
        const record = decodeRecord(headers, value);
        if (record.kind === 'unreadable') {
          options.onUnreadable({ topic: batch.topic, partition: batch.partition, offset, reason: record.reason });
          return [];
        }
        if (record.epoch !== epoch) {
          noteForeign(record.epoch);
          return [];
        }
        if (record.kind === 'read-to')
          return [{ offset: Number(offset), sequence: record.sequence, event: undefined, halfway: false }];
        const { event } = record;
        const wanted = types.has(event.type);
        const halfway = wanted && record.followedBy.some((type) => types.has(type));
        return [{ offset: Number(offset), sequence: event.position, event: wanted ? event : undefined, halfway }];
      });
      lane.fetched = Number(batch.lastOffset()) + 1;
      lane.end = Number(batch.highWatermark);
      into.add(lane, records);
      if (!isAtEnd([lane])) live = false;
      if (!lane.paused && into.waiting(lane) > waitingLimit) {
        lane.paused = true;
        member.pause(lane);
      }
      wake();
      return true;
    },
    onFailure(error, failures) {
      failed(new UnavailableError('Kafka cannot be read now.', 1000, { cause: error }), failures);
    },
  });

  /** kafkajs jumps in silence to where a topic begins now, when what it should read is gone. */
  const checkHistory = async (batch: Batch, lane: Lane) => {
    const first = Number(batch.firstOffset() ?? lane.fetched);
    if (first < lane.fetched) {
      // The topic was made anew: its offsets begin again, and sequences tell what is known.
      lane.fetched = first;
      lane.marks = [];
    }
    if (first <= lane.fetched) return;
    const bounds = await (await options.admin()).fetchTopicOffsets(lane.topic);
    if (Number(bounds.find(({ partition }) => partition === lane.partition)?.low) > lane.fetched)
      throw new UnavailableError(`Topic ${lane.topic} has lost what was not read yet; rebuild it from the log.`);
  };

  /** An older log's events, or a newer one's: then this process reads the wrong log, and says so. */
  const noteForeign = (foreign: string) => {
    if (foreignEpochs.has(foreign)) return;
    foreignEpochs.add(foreign);
    options.epoch().then(
      (now) => {
        if (now === epoch || closed) return;
        halted = true;
        merge = undefined;
        failed(new UnavailableError('The log behind the bus is another one; start again.'), failuresInARow + 1);
      },
      () => foreignEpochs.delete(foreign),
    );
    log?.warn({ group: options.groupId }, 'events of another log are left out');
  };

  return {
    ready: () => !halted && member.state() !== 'down',
    holding: () => member.state() === 'holding',
    state: () => ({ live: live || member.state() === 'standing-by', scannedTo, failuresInARow }),
    async close() {
      if (closed) return;
      closed = true;
      cancelPatience?.();
      cancelCommit?.();
      for (const end of endPauses) end();
      await pumping;
      await within(5000, commitMarks());
      await member.close();
    },
  };
};

const isAtEnd = (lanes: readonly Lane[]) => lanes.every(({ fetched, end }) => fetched >= end);
