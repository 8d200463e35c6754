import type { Position } from '@adempauze/event-store';
import type { Admin } from 'kafkajs';
import type { Commit } from './member.ts';

/** How far a relay published its log. It may be old or gone: then events are published again, and known for repeats. */
export type Checkpoint = {
  /** Nothing for another log than the one of this epoch. */
  read(epoch: string): Promise<Position | undefined>;
  /** After the brokers acknowledged everything up to here. */
  save(epoch: string, position: Position): Promise<void>;
};

/** Kept by Kafka beside the group of the relay, so that whichever replica takes over goes on from there. */
export const createKafkaCheckpoint = (options: {
  readonly admin: () => Promise<Admin>;
  readonly commit: (offsets: readonly Commit[]) => Promise<void>;
  readonly groupId: string;
  readonly topic: string;
}): Checkpoint => ({
  async read(epoch) {
    const { groupId, topic } = options;
    const kept = await (await options.admin()).fetchOffsets({ groupId, topics: [topic] });
    const text = kept[0]?.partitions.find(({ partition }) => partition === 0)?.metadata ?? '';
    const [of, position] = text.split(' ');
    return of === epoch && position !== '' ? position : undefined;
  },
  save: (epoch, position) =>
    options.commit([{ topic: options.topic, partition: 0, offset: 0, metadata: `${epoch} ${position}` }]),
});
