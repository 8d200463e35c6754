import { UnavailableError } from '@adempauze/kernel';
import kafkajs, { type Message, type Producer, type ProducerConfig } from 'kafkajs';
import { within } from './client.ts';

export type Sender = {
  /** Resolves once all brokers concerned have it, in this order for each partition. @throws UnavailableError */
  send(messages: readonly { readonly topic: string; readonly message: Message }[]): Promise<void>;
  close(): Promise<void>;
};

const requestBytes = 900_000;

type Producing = Pick<Producer, 'connect' | 'disconnect' | 'sendBatch'>;
/** What is asked of kafkajs here. */
export type ProducerMaker = { producer(config: ProducerConfig): Producing };

/**
 * One producer: idempotent, one request under way, so that a retry inside it neither repeats nor reorders. When it
 * gives up it is thrown away, and whoever sends the page again gets a new one: then there may be repeats.
 *
 * kafkajs says yes to a batch of which it lost a part: when the leader of one partition moves to a broker that has
 * answered for another, its retry takes that broker for done (issue 1303). So every partition must have its answer.
 */
export const createSender = (kafka: ProducerMaker): Sender => {
  let producer: Producing | undefined;
  /** Topic and partition of whatever is under way and has no answer. */
  const unanswered = new Set<string>();
  let sending: Promise<unknown> = Promise.resolve();

  const connected = async () => {
    if (producer) return producer;
    const it = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner() {
        const choose = kafkajs.Partitioners.DefaultPartitioner();
        return (choice) => {
          const partition = choose(choice);
          unanswered.add(`${choice.topic} ${partition}`);
          return partition;
        };
      },
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
        unanswered.clear();
        for (const { topicName, partition } of await it.sendBatch({ acks: -1, topicMessages }))
          unanswered.delete(`${topicName} ${partition}`);
        if (unanswered.size > 0) throw new Error(`There is no answer for ${[...unanswered].join(', ')}.`);
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
