import kafkajs, { type PartitionAssigner } from 'kafkajs';

const holds = Buffer.from('holds');

/**
 * One member of a group gets every partition, the others stand by and take over when it goes. Whoever has them keeps
 * them: a member that comes in moves nothing.
 */
export const oneHolder =
  (isHolding: () => boolean): PartitionAssigner =>
  ({ cluster }) => ({
    name: 'adempauze-one-holder',
    version: 1,
    protocol: ({ topics }) => ({
      name: 'adempauze-one-holder',
      metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics,
        userData: isHolding() ? holds : Buffer.alloc(0),
      }),
    }),
    async assign({ members, topics }) {
      const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
      const held = ({ memberMetadata }: (typeof members)[number]) =>
        kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData.equals(holds) ?? false;
      const holder = sorted.find(held) ?? sorted[0];
      const everything = Object.fromEntries(
        topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
      );
      return sorted.map((member) => ({
        memberId: member.memberId,
        memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: member === holder ? everything : {},
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
