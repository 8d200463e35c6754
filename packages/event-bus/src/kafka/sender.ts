import { UnavailableError } from '@adempauze/kernel';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { within } from './client.ts';

export type Sender = {
  /** Resolves once all brokers concerned have it, in this order for each partition. @throws UnavailableError */
  send(messages: readonly { readonly topic: string; readonly message: Message }[]): Promise<void>;
  close(): Promise<void>;
};

const requestBytes = 900_000;

/**
 * One producer: idempotent, one request under way, so that a retry inside it neither repeats nor reorders. When it
 * gives up it is thrown away, and whoever sends the page again gets a new one: then there may be repeats.
 */
export const createSender = (kafka: Kafka): Sender => {
  let producer: Producer | undefined;
  let sending: Promise<unknown> = Promise.resolve();

  const connected = async () => {
    if (producer) return producer;
    const it = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await it.connect();
    producer = it;
    return it;
  };
  const drop = async () => {
    const it = producer;
    producer = undefined;
    if (it) await within(5000, it.disconnect());
  };
  const sendNow = async (messages: Parameters<Sender['send']>[0]) => {
    try {
      const it = await connected();
      for (const chunk of chunksOf(messages)) {
        const byTopic = Map.groupBy(chunk, ({ topic }) => topic);
        const topicMessages = [...byTopic].map(([topic, of]) => ({
          topic,
          messages: of.map(({ message }) => message),
        }));
        await it.sendBatch({ acks: -1, topicMessages });
      }
    } catch (error) {
      await drop();
      throw new UnavailableError('Kafka does not take events now.', 1000, { cause: error });
    }
  };

  return {
    send(messages) {
      const sent = sending.then(() => sendNow(messages));
      sending = sent.catch(() => undefined);
      return sent;
    },
    async close() {
      await sending;
      await drop();
    },
  };
};

const chunksOf = function* (messages: Parameters<Sender['send']>[0]) {
  let chunk: (typeof messages)[number][] = [];
  let bytes = 0;
  for (const it of messages) {
    const size = Buffer.byteLength(it.message.value ?? '') + 700; // headers and key
    if (bytes + size > requestBytes && chunk.length > 0) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(it);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
};
