import type { IntegrationEvent } from '../port.ts';
import { createClient } from './client.ts';
import { encodeEvent, encodeReadTo } from './records.ts';
import { createSender } from './sender.ts';
import { topicOf } from './topics.ts';
import { noted } from './world.fixtures.ts';

const trialAt = (n: number): IntegrationEvent => ({
  id: `trial-${n}`,
  type: noted,
  stream: String(n % 3),
  revision: Math.floor(n / 3),
  position: `${String(n).padStart(19, '0')}.000`,
  data: { key: String(n % 3), n },
  metadata: { v: 1, at: '2027-05-03T10:00:00.000Z' },
});

/** Writes what no relay of ours would, straight to the topic of the trials. */
export const produce = async (options: {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly epoch?: string;
  readonly numbers?: readonly number[];
  readonly readTo?: number;
  readonly garbage?: true;
}): Promise<void> => {
  const { epoch = '', numbers = [], readTo } = options;
  const topic = topicOf(options.prefix, 'trials');
  const sender = createSender(createClient({ brokers: options.brokers, clientId: 'raw' }));
  const broken = encodeEvent('trials', epoch || 'any', trialAt(1), []);
  const messages = [
    ...numbers.map((n) => encodeEvent('trials', epoch, trialAt(n), [])),
    ...(readTo === undefined
      ? []
      : [0, 1, 2].map((partition) =>
          encodeReadTo('trials', epoch, partition, `${String(readTo).padStart(19, '0')}.~`),
        )),
    ...(options.garbage
      ? [
          { key: '1', value: 'garbage' },
          { ...broken, value: '{"n":' },
          { ...broken, value: '[1]' },
        ]
      : []),
  ];
  await sender.send(messages.map((message) => ({ topic, message })));
  await sender.close();
};

/** How many records stand in the topic of the trials, of all types or one. */
export const countRecords = async (brokers: readonly string[], prefix: string, type?: string): Promise<number> => {
  const kafka = createClient({ brokers, clientId: 'raw' });
  const topic = topicOf(prefix, 'trials');
  const admin = kafka.admin();
  await admin.connect();
  const bounds = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const total = bounds.reduce((sum, { high }) => sum + Number(high), 0);
  if (type === undefined) return total;

  const consumer = kafka.consumer({ groupId: `${prefix}.raw`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  let count = 0;
  const all = Promise.withResolvers<void>();
  await consumer.run({
    async eachMessage({ message }) {
      seen += 1;
      if (message.headers?.ce_type?.toString() === type) count += 1;
      if (seen === total) all.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  return count;
};
