import { startKafka } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { readTopic, repeatRecords } from './inspect.ts';
import { produce } from './raw.fixtures.ts';
import { createKafkaTopics } from './topics.ts';

await withServer(
  () => startKafka(),
  ({ brokers }) => {
    const place = { brokers, prefix: 'inspected', service: 'trials', groupId: 'inspected.reader' };
    const numbers = async () =>
      (await readTopic(place)).map(({ key, record }) => [key, record.kind === 'event' ? record.event.data.n : null]);

    test('a topic is read whole, and records stand in it again as they were', async () => {
      await createKafkaTopics({ ...place, services: ['trials'], replicas: 1 });
      expect(await readTopic(place)).toEqual([]);
      expect(await repeatRecords(place, () => true)).toBe(0);
      await produce({ brokers, prefix: place.prefix, epoch: 'one', numbers: [3, 6], readTo: 6 });
      const before = await readTopic(place);
      expect(before.map(({ record }) => record.kind).sort()).toEqual([
        'event',
        'event',
        'read-to',
        'read-to',
        'read-to',
      ]);
      let asked = 0;
      const onlyEvents = () => {
        asked += 1;
        return true;
      };
      expect(await repeatRecords(place, onlyEvents)).toBe(asked);
      const after = await readTopic(place);
      expect(after).toHaveLength(10);
      const again = after.filter(({ record }) => record.kind === 'event');
      expect(again[2]?.record).toEqual(again[0]?.record);
      expect(again[3]?.record).toEqual(again[1]?.record);
      expect((await numbers()).filter(([key]) => key !== undefined)).toEqual([
        ['0', 3],
        ['0', 6],
        ['0', 3],
        ['0', 6],
      ]);
    });
  },
);
