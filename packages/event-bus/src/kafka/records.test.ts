import { expect, test } from '@jest/globals';
import type { IHeaders, Message } from 'kafkajs';
import type { IntegrationEvent } from '../port.ts';
import { decodeRecord, encodeEvent, encodeReadTo } from './records.ts';

const event: IntegrationEvent = {
  id: '0190-1',
  type: 'trials.noted.v2',
  stream: 'trial-a',
  revision: 3,
  position: '0000000000000000042.001',
  data: { n: 1 },
  metadata: { v: 2, at: '2027-05-03T10:00:00.000Z', $correlationId: 'c-1', $causationId: 'd-1' },
};
const received = ({ headers, value }: Message): { headers: IHeaders; value: Buffer } => ({
  headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, it]) => [name, Buffer.from(String(it))])),
  value: Buffer.from(value ?? ''),
});
const read = (message: Message) => {
  const { headers, value } = received(message);
  return decodeRecord(headers, value);
};

test('an event is a CloudEvent in binary mode, keyed by its subject', () => {
  const message = encodeEvent('trials', 'log-1', event, ['trials.counted.v1']);
  expect(message).toEqual({
    key: 'trial-a',
    value: '{"n":1}',
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: '0190-1',
      ce_source: '/trials/log-1',
      ce_type: 'trials.noted.v2',
      ce_subject: 'trial-a',
      ce_time: '2027-05-03T10:00:00.000Z',
      ce_partitionkey: 'trial-a',
      ce_sequence: '0000000000000000042.001',
      ce_streamrevision: '3',
      ce_correlationid: 'c-1',
      ce_causationid: 'd-1',
      ce_followedby: 'trials.counted.v1',
    },
  });
  expect(read(message)).toEqual({ kind: 'event', epoch: 'log-1', event, followedBy: ['trials.counted.v1'] });
});

test('how far the log was read is a CloudEvent too, with an id of its own in each partition', () => {
  const [first, second] = [0, 1].map((partition) => encodeReadTo('trials', 'log/1', partition, '0042.~'));
  expect(read(first ?? { value: null })).toEqual({ kind: 'read-to', epoch: 'log/1', sequence: '0042.~' });
  expect(first?.headers?.ce_id).not.toEqual(second?.headers?.ce_id);
});

test.each([
  ['no headers', { headers: {} }, 'it is no CloudEvent of version 1.0'],
  ['another version', { headers: { ce_specversion: '0.3' } }, 'it is no CloudEvent of version 1.0'],
  ['a foreign source', { headers: { ce_source: 'https://example.org' } }, 'its source names no log'],
  ['a source that is no text', { headers: { ce_source: '/trials/%' } }, 'its source names no log'],
  ['no sequence', { headers: { ce_sequence: 'later' } }, 'it has no sequence'],
  ['a strange type', { headers: { ce_type: 'Noted' } }, 'its type is no name of an integration event'],
  ['no id', { headers: { ce_id: '' } }, 'an attribute is missing or wrong'],
  ['no time', { headers: { ce_time: 'yesterday' } }, 'an attribute is missing or wrong'],
  ['no revision', { headers: { ce_streamrevision: '-1' } }, 'it has no stream revision'],
  ['half a value', { value: '{"n":' }, 'its value is no JSON object'],
  ['a list', { value: '[1]' }, 'its value is no JSON object'],
  ['no value', { value: null }, 'its value is no JSON object'],
])('a record with %s is unreadable and says why', (what, { headers = {}, value }: Partial<Message>, reason) => {
  const good = encodeEvent('trials', 'log-1', event, []);
  const bad = {
    ...good,
    headers: what === 'no headers' ? {} : { ...good.headers, ...headers },
    value: value === undefined ? good.value : value,
  };
  expect(read(bad)).toEqual({ kind: 'unreadable', reason });
});
