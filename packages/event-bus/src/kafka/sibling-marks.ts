import type { Admin } from 'kafkajs';
import { decodeMarks, type Mark, withMark } from './marks.ts';

/**
 * What the groups of other replicas noted of a topic's partitions: where which sequence stands is the same for all who
 * read it. For a replica that takes work over and has not read these topics before: without it that begins at the
 * beginning. A hint like every mark, so a question that fails is answered with nothing.
 */
export const findSiblingMarks = async (options: {
  readonly admin: Admin;
  /** What their names begin with. */
  readonly groupPrefix: string;
  readonly topics: readonly string[];
  readonly epoch: string;
}): Promise<(topic: string, partition: number) => readonly Mark[]> => {
  const { admin, groupPrefix, topics, epoch } = options;
  const found = new Map<string, Mark[]>();
  try {
    const { groups } = await admin.listGroups();
    const siblings = groups.filter(({ groupId }) => groupId.startsWith(groupPrefix));
    for (const { groupId } of siblings.slice(0, mostAsked)) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics: [...topics] })) {
        for (const { partition, metadata } of partitions) {
          const place = `${topic} ${partition}`;
          found.set(place, [...(found.get(place) ?? []), ...decodeMarks(epoch, metadata)]);
        }
      }
    }
  } catch {
    found.clear();
  }
  return (topic, partition) => found.get(`${topic} ${partition}`) ?? [];
};

const mostAsked = 20;

/** One list of a partition, in order and no longer than Kafka keeps. */
export const mergeMarks = (own: readonly Mark[], others: readonly Mark[]): readonly Mark[] =>
  [...own, ...others]
    .sort((a, b) => a.offset - b.offset)
    .reduce<readonly Mark[]>((marks, mark) => withMark(marks, mark), []);
