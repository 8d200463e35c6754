import type { Admin } from 'kafkajs';
import { createClient, type KafkaAccess } from './client.ts';

/** One topic a service, all its event types together: the order across its types matters. */
export const topicOf = (prefix: string, service: string): string => `${prefix}.${service}.events.v1`;

export type TopicSettings = {
  readonly brokers: readonly string[];
  readonly access?: KafkaAccess | undefined;
  /** First part of every topic and group; `adempauze`. */
  readonly prefix?: string;
  readonly services: readonly string[];
  /** Never changed afterwards: a key would move to another partition and its order would be lost. 3. */
  readonly partitions?: number;
  /** Copies of everything, at most one a broker: 3 where there are three. */
  readonly replicas: number;
};

/**
 * Makes the topics that are missing, and checks those that are there. History is kept for ever, so that a new consumer
 * begins at the beginning; with three replicas a write is acknowledged by at least two.
 * @throws RangeError when a topic has another number of partitions: make topics under another prefix and relay anew.
 */
export const createKafkaTopics = async (settings: TopicSettings): Promise<void> => {
  const { prefix = 'adempauze', services, partitions = 3, replicas } = settings;
  const admin = createClient({ ...settings, clientId: `${prefix}-topics` }).admin();
  await admin.connect();
  try {
    const wanted = services.map((service) => topicOf(prefix, service));
    const there = new Set(await admin.listTopics());
    const missing = wanted.filter((topic) => !there.has(topic));
    if (missing.length > 0)
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: Object.entries({
            'cleanup.policy': 'delete',
            'retention.ms': '-1',
            'retention.bytes': '-1',
            'min.insync.replicas': String(Math.max(1, replicas - 1)),
            'unclean.leader.election.enable': 'false',
            'max.message.bytes': String(2 * 1024 * 1024),
            'message.timestamp.type': 'LogAppendTime',
          }).map(([name, value]) => ({ name, value })),
        })),
      });
    // New brokers make the topic that groups stand on when the first group is asked for; whoever joins then waits less.
    await admin.fetchOffsets({ groupId: `${prefix}.topics`, topics: wanted }).catch(() => undefined);
    for (const [topic, count] of await countPartitions(admin, wanted))
      if (count !== partitions) throw new RangeError(`Topic ${topic} has ${count} partitions, not ${partitions}.`);
  } finally {
    await admin.disconnect();
  }
};

export const countPartitions = async (admin: Admin, topics: readonly string[]): Promise<Map<string, number>> => {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
};
