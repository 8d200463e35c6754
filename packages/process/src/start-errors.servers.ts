import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@adempauze/contracts';
import { createKafkaTopics } from '@adempauze/event-bus/kafka';
import { createVault } from '@adempauze/personal-data';
import { createPostgresKeyStore } from '@adempauze/personal-data/postgres';
import { startEsdbDouble } from '@adempauze/testing/esdb';
import { startKafka, startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { tryStart, twoSentences } from './try-start.fixtures.ts';

const startServers = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-start-errors-'));
  const [kafka, postgres, double] = await Promise.all([startKafka(), startPostgres(), startEsdbDouble()]);
  const all = {
    DATA_FOLDER: folder,
    START_TIMEOUT_MS: '8000',
    KURRENTDB_URL: double.connectionString,
    KAFKA_BROKERS: kafka.brokers.join(','),
    POSTGRES_URL: postgres.connectionString,
  };
  const stop = async () => {
    await Promise.all([kafka.stop(), postgres.stop(), double.stop()]);
    rmSync(folder, { recursive: true });
  };
  return { all, kafka, postgres, stop };
};

await withServer(startServers, ({ all, kafka, postgres }) => {
  test.each([
    [
      'no log',
      { KURRENTDB_URL: 'esdb://127.0.0.1:1?tls=false', START_TIMEOUT_MS: '1500' },
      /KurrentDB\) is niet bereikbaar.*\n.*KurrentDB\) cannot be reached/,
    ],
    ['an address of the log that is none', { KURRENTDB_URL: 'here' }, /KURRENTDB_URL.*\n.*connection string/],
    [
      'no Kafka',
      { KAFKA_BROKERS: '127.0.0.1:1', START_TIMEOUT_MS: '1500' },
      /Kafka is niet bereikbaar.*\n.*Is KAFKA_BROKERS right/,
    ],
    [
      'more copies than brokers',
      { KAFKA_PREFIX: 'copies', TOPIC_REPLICAS: '3', START_TIMEOUT_MS: '1500' },
      /minder servers dan TOPIC_REPLICAS.*\n.*fewer servers than TOPIC_REPLICAS/,
    ],
  ])('%s is said in one sentence', async (_what, settings, sentences) => {
    const { out, err, codes } = await tryStart({ ...all, ...settings });
    expect(err).toMatch(sentences);
    expect(err).toMatch(twoSentences);
    expect({ out, codes }).toEqual({ out: '', codes: [1] });
  });

  test('a master key that is not theirs', async () => {
    const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const keys = await createPostgresKeyStore({
      ...{ connectionString: postgres.connectionString, masterKey: Buffer.alloc(32, 7), randomBytes },
    });
    await createVault(keys, { randomBytes }).prepare(['somebody']);
    await keys.close();
    const begunAt = performance.now();
    const { err, codes } = await tryStart({ ...all, MASTER_KEY: Buffer.alloc(32, 8).toString('base64') });
    expect(err).toMatch(/hoofdsleutel hoort niet bij.*\n.*master key does not belong/);
    expect(codes).toEqual([1]);
    // No waiting mends it.
    expect(performance.now() - begunAt).toBeLessThan(8000);
  });

  test('topics with another number of partitions', async () => {
    const prefix = 'wide';
    await createKafkaTopics({ brokers: kafka.brokers, prefix, services: serviceNames, partitions: 5, replicas: 1 });
    const { err, codes } = await tryStart({ ...all, KAFKA_PREFIX: prefix });
    expect(err).toMatch(/ander aantal partities.*\n.*has 5 partitions, not 3/);
    expect(codes).toEqual([1]);
  });

  test('what is our own mistake is shown as it is', async () => {
    const { err, codes } = await tryStart(all);
    expect(err).toContain('It came as far as the service.');
    expect(codes).toEqual([1]);
  });
});
