import { readFileSync } from 'node:fs';
import { readSettings, settingsTable } from '@adempauze/http';
import { expect, test } from '@jest/globals';
import { ServiceSettings, Urls } from './settings.ts';

const needed = {
  REPLICA: 'offers-1',
  KURRENTDB_URL: 'esdb://127.0.0.1:2113?tls=false',
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  POSTGRES_URL: 'postgres://127.0.0.1/adempauze',
  MASTER_KEY: 'c2VjcmV0',
};

test('what has no default is enough', () => {
  expect(readSettings(ServiceSettings, needed)).toMatchObject({
    ...{ HOST: '127.0.0.1', PORT: 0, KAFKA_PREFIX: 'adempauze', TOPIC_REPLICAS: 1, DEMONSTRATION: 'off' },
    KAFKA_BROKERS: ['127.0.0.1:9092', '127.0.0.1:9093'],
  });
});

test.each(Object.keys(needed))('without %s it says which is missing', (setting) => {
  expect(() => readSettings(ServiceSettings, { ...needed, [setting]: '' })).toThrow(
    `The setting ${setting} is missing`,
  );
});

test.each([
  ['REPLICA', 'Mevrouw Voorbeeld'],
  ['KAFKA_BROKERS', 'kafka'],
  ['SERVICE_TOKEN', 'too-short'],
  ['TOPIC_REPLICAS', 'three'],
  ['CLOCK_START', 'tomorrow'],
])('a wrong %s names itself and keeps its value to itself', (setting, value) => {
  const read = () => readSettings(ServiceSettings, { ...needed, [setting]: value });
  expect(read).toThrow(`The setting ${setting} is wrong`);
  expect(read).not.toThrow(value);
});

test('addresses of replicas are base URLs with commas between them', () => {
  expect(Urls.parse('http://127.0.0.1:4001, http://127.0.0.1:4002')).toEqual([
    'http://127.0.0.1:4001',
    'http://127.0.0.1:4002',
  ]);
  for (const wrong of ['', '127.0.0.1:4001', 'http://127.0.0.1:4001,', 'file:///etc'])
    expect(Urls.safeParse(wrong).success).toBe(false);
});

test('docs/settings.md is the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toContain(settingsTable(ServiceSettings));
});
