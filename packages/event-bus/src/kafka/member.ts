import type { Batch, Consumer, Kafka } from 'kafkajs';
import type { Timer } from '../timer.ts';
import { oneHolder } from './assigner.ts';
import { type KafkaTimings, reconnectDelayMs, within } from './client.ts';

export type Seek = { readonly topic: string; readonly partition: number; readonly offset: number };
export type Commit = Seek & { readonly metadata: string };

/** `down`: not in its group, and trying to get in. */
export type MemberState = 'down' | 'holding' | 'standing-by';

export type Member = {
  state(): MemberState;
  pause(lane: { readonly topic: string; readonly partition: number }): void;
  resume(lane: { readonly topic: string; readonly partition: number }): void;
  /** Best effort: refused to who is not the holder any more. */
  commit(offsets: readonly Commit[]): Promise<void>;
  close(): Promise<void>;
};

/**
 * Stays in a consumer group, of which one member holds every partition. When kafkajs gives up it is made anew, after a
 * growing wait: a member that crashed for good is not ready, and does not stay so in silence.
 */
export const startMember = (options: {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly timings: KafkaTimings | undefined;
  readonly timer: Timer;
  /** False: only in the group to be the one holder; nothing is fetched. */
  readonly reads: boolean;
  /** Before each time that it goes in. */
  prepare(): Promise<void>;
  /**
   * Synchronous, at every join, before anything is fetched: where to read from. Whatever kafkajs or the broker remember
   * of it does not count.
   */
  onHolding(): readonly Seek[];
  onStandingBy(): void;
  /** False: the same has to be fetched again. */
  onBatch(batch: Batch): Promise<boolean>;
  onFailure(error: unknown, failuresInARow: number): void;
}): Member => {
  const { kafka, groupId, topics, timings, timer } = options;
  const sessionTimeout = timings?.sessionTimeoutMs ?? 10_000;
  let consumer: Consumer | undefined;
  let state: MemberState = 'down';
  let failuresInARow = 0;
  const closing = Promise.withResolvers<void>();
  let closed = false;

  const joined = (it: Consumer, assignment: { readonly [topic: string]: readonly number[] }) => {
    failuresInARow = 0;
    const holding = Object.values(assignment).some((partitions) => partitions.length > 0);
    state = holding ? 'holding' : 'standing-by';
    if (!holding) return options.onStandingBy();
    for (const { offset, ...lane } of options.onHolding()) it.seek({ ...lane, offset: String(offset) });
    const all = topics.map((topic) => ({ topic }));
    if (options.reads) it.resume(all);
    else it.pause(all);
  };

  /** In the group until something ends it; answers what. */
  const takePart = async (): Promise<unknown> => {
    const ended = Promise.withResolvers<unknown>();
    const it = kafka.consumer({
      groupId,
      sessionTimeout,
      rebalanceTimeout: timings?.rebalanceTimeoutMs ?? 30_000,
      heartbeatInterval: Math.ceil(sessionTimeout / 5),
      maxWaitTimeInMs: 100,
      allowAutoTopicCreation: false,
      partitionAssigners: [oneHolder(() => state === 'holding')],
      // It never starts itself again: we do that, in one way, whatever it was.
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
    });
    it.on(it.events.CRASH, ({ payload }) => ended.resolve(payload.error));
    it.on(it.events.GROUP_JOIN, ({ payload }) => {
      try {
        joined(it, payload.memberAssignment);
      } catch (error) {
        ended.resolve(error);
      }
    });
    consumer = it;
    try {
      await options.prepare();
      if (closed) return;
      await it.connect();
      await it.subscribe({ topics: [...topics], fromBeginning: true });
      if (closed) return;
      await it.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        async eachBatch({ batch, resolveOffset, isRunning, isStale }) {
          if (closed || !isRunning() || isStale()) return;
          try {
            if (await options.onBatch(batch)) resolveOffset(batch.lastOffset());
          } catch (error) {
            ended.resolve(error);
          }
        },
      });
      return await Promise.race([ended.promise, closing.promise]);
    } catch (error) {
      return error;
    } finally {
      state = 'down';
      await within(10_000, it.disconnect());
    }
  };

  const life = async () => {
    while (!closed) {
      const error = await takePart();
      if (closed) return;
      failuresInARow += 1;
      options.onStandingBy();
      options.onFailure(error, failuresInARow);
      const again = Promise.withResolvers<void>();
      const cancel = timer(reconnectDelayMs(failuresInARow, groupId), again.resolve);
      await Promise.race([again.promise, closing.promise]);
      cancel();
    }
  };
  const living = life();

  return {
    state: () => state,
    pause({ topic, partition }) {
      if (state === 'holding') consumer?.pause([{ topic, partitions: [partition] }]);
    },
    resume({ topic, partition }) {
      if (state === 'holding') consumer?.resume([{ topic, partitions: [partition] }]);
    },
    async commit(offsets) {
      if (state !== 'holding' || offsets.length === 0) return;
      await within(
        5000,
        consumer?.commitOffsets(offsets.map((it) => ({ ...it, offset: String(it.offset) }))) ?? Promise.resolve(),
      );
    },
    async close() {
      closed = true;
      closing.resolve();
      await within(20_000, living);
    },
  };
};
