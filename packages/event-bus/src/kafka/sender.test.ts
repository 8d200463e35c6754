import { UnavailableError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import type { ProducerBatch, ProducerConfig, RecordMetadata } from 'kafkajs';
import { createSender } from './sender.ts';

/** As kafkajs does: asks where each message goes, and answers for a partition of a topic at a time. */
const producing = (answers: (all: RecordMetadata[]) => RecordMetadata[]) => {
  const made: { connected: boolean }[] = [];
  const producer = ({ createPartitioner }: ProducerConfig) => {
    const choose = createPartitioner?.();
    const state = { connected: false };
    made.push(state);
    return {
      async connect() {
        state.connected = true;
      },
      async disconnect() {
        state.connected = false;
      },
      async sendBatch({ topicMessages = [] }: ProducerBatch) {
        const partitionMetadata = [0, 1, 2].map((partitionId) => ({
          ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] },
        }));
        const all = topicMessages.flatMap(({ topic, messages }) => {
          const chosen = messages.map((message) => choose?.({ topic, partitionMetadata, message }) ?? 0);
          return [...new Set(chosen)].map((partition) => ({ topicName: topic, partition, errorCode: 0 }));
        });
        return answers(all);
      },
    };
  };
  return { kafka: { producer }, made };
};
const page = [0, 1, 2].map((partition) => ({ topic: 'trials', message: { partition, key: null, value: '{}' } }));

test('a page that was answered for in every partition was sent', async () => {
  const { kafka, made } = producing((all) => all);
  const sender = createSender(kafka);
  await sender.send(page);
  await sender.send([...page, { topic: 'others', message: { key: 'a', value: '{}' } }]);
  expect(made).toEqual([{ connected: true }]);
  await sender.close();
  expect(made).toEqual([{ connected: false }]);
});

test('a page of which one partition has no answer was not sent, and the next begins with a new producer', async () => {
  let forgets = true;
  const { kafka, made } = producing((all) => (forgets ? all.filter(({ partition }) => partition !== 1) : all));
  const sender = createSender(kafka);
  await expect(sender.send(page)).rejects.toBeInstanceOf(UnavailableError);
  expect(made).toEqual([{ connected: false }]);
  forgets = false;
  await sender.send(page);
  expect(made).toEqual([{ connected: false }, { connected: true }]);
  await sender.close();
});
