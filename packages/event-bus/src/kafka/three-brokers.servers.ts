import { type RunningKafka, startKafka } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { collect } from '../contract.ts';
import { createClient } from './client.ts';
import { topicOf } from './topics.ts';
import { noted, numbersOf, openWorld, upTo } from './world.fixtures.ts';

const leadersOf = async (brokers: readonly string[], topic: string): Promise<number[]> => {
  const admin = createClient({ brokers, clientId: 'raw' }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  return topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
};

const stories = (kafka: RunningKafka) => {
  test('each broker in turn goes away and comes back: partitions move, nothing is lost, nothing counts twice', async () => {
    const world = await openWorld({ brokers: kafka.brokers });
    world.openRelay();
    const reader = collect(world.openBus().source({ name: 'reader', types: [noted] }));
    const topic = topicOf(world.prefix, 'trials');
    await world.write(0, 20);
    await reader.has(20);
    let written = 20;
    for (const n of [1, 2, 3]) {
      await kafka.kill(n);
      await world.write(written, written + 20);
      written += 20;
      await reader.has(written);
      const others = kafka.brokers.filter((_, index) => index + 1 !== n);
      expect(await leadersOf(others, topic)).not.toContain(n);
      await kafka.restart(n);
    }
    await world.write(written, written + 20);
    await reader.has(written + 20);
    expect(numbersOf(reader.events)).toEqual(upTo(written + 20));
    await world.close();
  }, 120_000);
};

await withServer(() => startKafka({ brokers: 3 }), stories);
