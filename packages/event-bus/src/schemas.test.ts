import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { backoffMs, reasonOf } from './reasons.ts';
import { decodeIntegrationEvent, faultOf, parseOpen, sealedPathOf } from './schemas.ts';

const strict = z.strictObject({
  n: z.int(),
  stay: z.strictObject({ from: Instant }),
  lines: z.array(z.strictObject({ units: z.int() })).optional(),
});
const open = z.object({ n: z.int(), stay: z.object({ from: Instant }) });
const stay = { from: '2027-05-03T10:00:00Z' };

test('a consumer leaves out what it does not know yet, also where the schema is strict', () => {
  const sent = { n: 1, added: 'later', stay: { ...stay, added: 2 }, lines: [{ units: 1 }, { units: 2, added: 3 }] };
  const read = { n: 1, stay: { from: '2027-05-03T10:00:00.000Z' }, lines: [{ units: 1 }, { units: 2 }] };
  expect(parseOpen(strict, sent)).toEqual(read);
  expect(parseOpen(open, sent)).toEqual({ n: read.n, stay: read.stay });
  expect(sent.stay.added).toBe(2);
});

test('and still refuses what it does know and finds in another shape', () => {
  expect(() => parseOpen(strict, { n: 'one', added: 1, stay })).toThrow(z.ZodError);
  expect(() => parseOpen(strict, { n: 1 })).toThrow(z.ZodError);
});

test('an event is decoded by its type', () => {
  const schemas = { 'trials.noted.v1': open };
  const event = {
    id: 'event-1',
    type: 'trials.noted.v1',
    stream: 'a',
    revision: 0,
    position: '1.000',
    data: { n: 1, stay },
    metadata: { v: 1, at: stay.from },
  };
  expect(decodeIntegrationEvent(schemas, 'trials.noted.v1', event)?.n).toBe(1);
  expect(decodeIntegrationEvent(schemas, 'trials.noted.v1', { ...event, type: 'trials.other.v1' })).toBe(undefined);
});

test.each([strict, open])('a producer may add nothing at any depth, whatever the schema lets through', (schema) => {
  expect(faultOf(schema, { n: 1, stay })).toBe(undefined);
  expect(faultOf(schema, { n: 1, stay: { ...stay, name: 'x' } })).toMatch(/stay/);
  expect(faultOf(schema, { n: 1, stay, name: 'x' })).toMatch(/name is not in the schema|the whole unrecognized_keys/);
  expect(faultOf(schema, { n: 'Fatima', stay })).toBe('n invalid_type');
});

test('sealed values are found wherever they are', () => {
  expect(sealedPathOf({ a: [{ b: { $sealed: 'x' } }] })).toBe('a.0.b');
  expect(sealedPathOf({ a: [1, null, 'text'] })).toBe(undefined);
});

test('a reason quotes no value', () => {
  const parsed = strict.safeParse({ n: 'Fatima', stay });
  expect(reasonOf(parsed.error)).toMatch(/^ZodError: n invalid_type/);
  expect(reasonOf(new Error('Fatima\n    at services/fatima.ts:1:1'))).not.toMatch(/fatima/i);
  expect(reasonOf('Fatima')).toBe('something was thrown that is no error');
});

test('waits double up to their most, and differ between seeds', () => {
  const settings = { baseDelayMs: 100, maxDelayMs: 30_000 };
  for (const [retry, whole] of [
    [1, 100],
    [2, 200],
    [3, 400],
    [9, 25_600],
    [10, 30_000],
    [1000, 30_000],
  ] as const) {
    const waits = ['a', 'b', 'c', 'd'].map((seed) => backoffMs(settings, retry, seed));
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(whole / 2);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(whole);
    expect(new Set(waits).size).toBeGreaterThan(1);
  }
});
