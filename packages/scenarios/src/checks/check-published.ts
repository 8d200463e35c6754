import type { IntegrationEvent } from '@adempauze/event-bus';
import type { Standing } from '@adempauze/event-bus/kafka-inspect';

/**
 * Every event that the log should have become stands in Kafka, as it should, for the first time in order; what comes
 * again is an exact repeat; nothing comes for the first time after readers were told that it would not; and nothing
 * else stands there.
 */
export const checkPublished = (published: readonly IntegrationEvent[], records: readonly Standing[]): string[] => {
  const violations: string[] = [];
  const wanted = new Map(published.map((it) => [it.id, it]));
  const found = new Map<string, string>();
  const partitionOf = new Map<string, string>();
  const lastOf = new Map<string, string>();
  const readTo = new Map<string, string>();
  for (const { service, partition, offset, key, record } of records) {
    const where = `${service}/${partition}`;
    if (record.kind === 'unreadable') {
      violations.push(`The record at ${where}@${offset} cannot be read: ${record.reason}.`);
      continue;
    }
    if (record.kind === 'read-to') {
      const before = readTo.get(where);
      if (before === undefined || record.sequence > before) readTo.set(where, record.sequence);
      continue;
    }
    const { event } = record;
    const { id, type, stream, position } = event;
    const content = textOf(event);
    const before = found.get(id);
    if (before !== undefined) {
      if (before !== content) violations.push(`${type} ${id} at ${where}@${offset} repeats another content.`);
      continue;
    }
    found.set(id, content);
    const should = wanted.get(id);
    if (should === undefined) violations.push(`${type} ${id} at ${where}@${offset} is of no event in the log.`);
    else if (textOf(should) !== content)
      violations.push(`${type} ${id} at ${where}@${offset} is not what the log says.`);
    if (key !== stream) violations.push(`${type} ${id} at ${where}@${offset} has the key of another subject.`);
    const subject = `${service} ${stream}`;
    const other = partitionOf.get(subject);
    if (other !== undefined && other !== where) violations.push(`${subject} stands in ${other} and in ${where}.`);
    partitionOf.set(subject, where);
    const last = lastOf.get(subject);
    if (last !== undefined && position < last)
      violations.push(`${type} ${id} at ${where}@${offset} stands after a later event of ${stream}.`);
    lastOf.set(subject, position);
    const promised = readTo.get(where);
    if (promised !== undefined && position <= promised)
      violations.push(`${type} ${id} at ${where}@${offset} comes after readers were told that all before was there.`);
  }
  for (const { id, type, stream } of published)
    if (!found.has(id)) violations.push(`${type} ${id} of ${stream} is not in Kafka.`);
  return violations;
};

/** What of an event a consumer sees, with fields in one order. */
const textOf = ({ type, stream, revision, position, data, metadata }: IntegrationEvent): string =>
  JSON.stringify([type, stream, revision, position, sorted(data), metadata.at, metadata.$correlationId]);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, it]) => [name, sorted(it)]);
};
