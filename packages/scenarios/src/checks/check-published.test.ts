import type { Standing } from '@adempauze/event-bus/kafka-inspect';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPublished } from './check-published.ts';
import { happened, logOf, publishedOf, recordsOf } from './good-evidence.fixtures.ts';

const published = publishedOf(logOf(happened));
const records = recordsOf(published);
const idOf = ({ record }: Standing) => (record.kind === 'event' ? record.event.id : undefined);
const check = (them: readonly Standing[]) => checkPublished(published, them);
const firsts = records.filter(
  (it, at) => idOf(it) !== undefined && records.findIndex((of) => idOf(of) === idOf(it)) === at,
);
/** Any record of an event that stands there for the first time. */
const first = fc.constantFrom(...firsts);
const withEvent = (
  it: Standing,
  change: (event: (typeof published)[number]) => (typeof published)[number],
): Standing => (it.record.kind === 'event' ? { ...it, record: { ...it.record, event: change(it.record.event) } } : it);

test('what the relays wrote is as it should be, exact repeats and all', () => {
  expect(check(records)).toEqual([]);
  expect(check([...records, ...records])).toEqual([]);
});

test('an event that is missing', () =>
  fc.assert(
    fc.property(first, (it) => {
      expect(check(records.filter((of) => idOf(of) !== idOf(it))).join()).toMatch(/is not in Kafka/);
    }),
  ));

test('an event that comes after a later one of its subject', () =>
  fc.assert(
    fc.property(first, (it) => {
      const others = records.filter((of) => idOf(of) !== idOf(it));
      const after = others.findLastIndex((of) => of.key === it.key);
      fc.pre(firsts.findLast((of) => of.key === it.key) !== it);
      expect(check(others.toSpliced(after + 1, 0, it)).join()).toMatch(/stands after a later event/);
    }),
  ));

test('an event that comes after readers were told that all before was there', () =>
  fc.assert(
    fc.property(first, (it) => {
      const others = records.filter((of) => idOf(of) !== idOf(it));
      const end = others.findLastIndex((of) => of.service === it.service && of.partition === it.partition);
      fc.pre(
        others.some((of) => of.record.kind === 'read-to' && of.partition === it.partition && of.service === it.service),
      );
      expect(check(others.toSpliced(end + 1, 0, it)).join()).toMatch(/after readers were told/);
    }),
  ));

test('a repeat that says something else', () =>
  fc.assert(
    fc.property(first, (it) => {
      const other = withEvent(it, (event) => ({ ...event, data: { ...event.data, more: 1 } }));
      expect(check([...records, other]).join()).toMatch(/repeats another content/);
    }),
  ));

test('an event that is not what the log says, and one of no event at all', () =>
  fc.assert(
    fc.property(first, (it) => {
      const other = withEvent(it, (event) => ({ ...event, data: { ...event.data, more: 1 } }));
      expect(check(records.map((of) => (of === it ? other : of))).join()).toMatch(/not what the log says/);
      const strange = withEvent(it, (event) => ({ ...event, id: 'strange' }));
      expect(check([...records, strange]).join()).toMatch(/of no event in the log/);
    }),
  ));

test('a subject in two partitions, a key of another, and a record that cannot be read', () =>
  fc.assert(
    fc.property(first, (it) => {
      const moved = records.map((of) => (of === it ? { ...of, partition: 7 } : of));
      const subject = records.filter((of) => of.key === it.key && of.service === it.service);
      if (new Set(subject.map(idOf)).size > 1) expect(check(moved).join()).toMatch(/stands in/);
      const keyed = records.map((of) => (of === it ? { ...of, key: 'other' } : of));
      expect(check(keyed).join()).toMatch(/key of another subject/);
      const unreadable: Standing = { ...it, record: { kind: 'unreadable', reason: 'it has no sequence' } };
      expect(check([...records, unreadable]).join()).toMatch(/cannot be read: it has no sequence/);
    }),
  ));
