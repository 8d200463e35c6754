import type { IHeaders, Kafka } from 'kafkajs';
import { createClient } from './client.ts';
import { decodeRecord, type KafkaRecord } from './records.ts';
import { createSender } from './sender.ts';
import { topicOf } from './topics.ts';

/*
 * A topic as it stands, past consumers and their positions: for tests and tools that check what the relays wrote, and
 * write it again. What the relays should have written comes from `createMapper`.
 */

export { createMapper } from '../mapping.ts';
export type { KafkaRecord } from './records.ts';

export type Standing = {
  readonly service: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly record: KafkaRecord;
};

type Place = {
  readonly brokers: readonly string[];
  /** As given to `createKafkaTopics`; `adempauze`. */
  readonly prefix?: string;
  readonly service: string;
  /** A consumer group of the reader's own. */
  readonly groupId: string;
};

/** Every record of a service's topic up to the end that it has now; by partition in its order. */
export const readTopic = async (place: Place): Promise<Standing[]> => {
  const standing: Standing[] = [];
  await eachRecord(place, ({ partition, offset, key, headers, value }) => {
    const record = decodeRecord(headers, value);
    standing.push({ service: place.service, partition, offset, key: key?.toString(), record });
  });
  return standing.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
};

/**
 * Writes records that stand there again, as they are, after what is there now: what a relay does that was killed
 * before it wrote down how far it was. `choose` is asked for each; answers how many it chose.
 */
export const repeatRecords = async (place: Place, choose: () => boolean): Promise<number> => {
  const topic = topicOf(place.prefix ?? 'adempauze', place.service);
  const chosen: Raw[] = [];
  const kafka = await eachRecord(place, (it) => {
    if (choose()) chosen.push(it);
  });
  const sender = createSender(kafka);
  try {
    const messages = chosen.map(({ partition, key, headers, value }) => ({
      topic,
      message: { partition, key, value, ...(headers === undefined ? {} : { headers }) },
    }));
    if (messages.length > 0) await sender.send(messages);
  } finally {
    await sender.close();
  }
  return chosen.length;
};

type Raw = {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders | undefined;
};

const eachRecord = async (place: Place, onRecord: (it: Raw) => void): Promise<Kafka> => {
  const { brokers, prefix = 'adempauze', service, groupId } = place;
  const topic = topicOf(prefix, service);
  const kafka = createClient({ brokers, clientId: groupId });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map<number, number>();
  try {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > Number(low)) ends.set(partition, Number(high));
  } finally {
    await admin.disconnect();
  }
  if (ends.size === 0) return kafka;

  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const read = Promise.withResolvers<void>();
  consumer.on('consumer.crash', ({ payload }) => read.reject(payload.error));
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      async eachBatch({ batch }) {
        const end = ends.get(batch.partition);
        if (end === undefined) return;
        for (const { key, value, headers, offset } of batch.messages)
          if (Number(offset) < end)
            onRecord({ partition: batch.partition, offset: Number(offset), key, value, headers });
        if (Number(batch.lastOffset()) + 1 >= end) ends.delete(batch.partition);
        if (ends.size === 0) read.resolve();
      },
    });
    await read.promise;
  } finally {
    await consumer.disconnect();
  }
  return kafka;
};
