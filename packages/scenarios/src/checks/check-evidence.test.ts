import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { checkEvidence } from './check-evidence.ts';
import type { Evidence, Replica } from './evidence.ts';
import { evidenceOf, happened, logOf, publishedOf } from './good-evidence.fixtures.ts';
import type { Fact, Told } from './history.ts';

const found = (evidence: Evidence) => checkEvidence(evidence).flatMap(({ violations }) => violations);
const good = logOf(happened);
const whole = evidenceOf(good);
/** The log says something else; what Kafka, replicas and callers have stays as it was. */
const withLog = (log: readonly Fact[]): Evidence => ({ ...whole, log, published: publishedOf(log) });

test('evidence in which everything holds has nothing to say', () => {
  expect(found(whole)).toEqual([]);
});

/** The events whose mutation nothing in the evidence contradicts, by name. */
const unseen = (mutate: (at: number, fact: Fact) => readonly Fact[] | undefined): string[] =>
  good.flatMap((fact, at) => {
    const log = mutate(at, fact);
    return log !== undefined && found(withLog(log)).length === 0 ? [`${fact.stream} ${fact.type}`] : [];
  });
/** As if it had always been so: no gap in revisions, no jump in positions. */
const asIf = (log: readonly Fact[]): Fact[] => {
  const revisions = new Map<string, number>();
  return log.map((fact, index) => {
    const revision = revisions.get(fact.stream) ?? 0;
    revisions.set(fact.stream, revision + 1);
    return { ...fact, revision, position: String(index + 1).padStart(16, '0') };
  });
};
test('any event that is gone is missed', () => {
  expect(unseen((at) => good.toSpliced(at, 1))).toEqual([]);
});
test('any event that never was is missed, though nothing shows a gap', () => {
  expect(unseen((at) => asIf(good.toSpliced(at, 1)))).toEqual([]);
});
test('any event that stands twice is seen, at once or later, under its own id or another', () => {
  const other = (fact: Fact): Fact => ({ ...fact, id: 'other', metadata: { ...fact.metadata, commandId: 'other' } });
  expect(unseen((at, fact) => asIf(good.toSpliced(at, 0, fact)))).toEqual([]);
  expect(unseen((_, fact) => asIf([...good, fact]))).toEqual([]);
  expect(unseen((at, fact) => asIf(good.toSpliced(at, 0, other(fact))))).toEqual([]);
  expect(unseen((_, fact) => asIf([...good, other(fact)]))).toEqual([]);
});
test('two events of a stream in the other order are seen', () => {
  const swapped = (at: number, fact: Fact) => {
    const next = good.findIndex((it, index) => index > at && it.stream === fact.stream);
    const other = good[next];
    return other && good.with(at, other).with(next, fact);
  };
  expect(unseen(swapped)).toEqual([]);
});

/** Every amount in the data of an event, each altered in a copy of its own. */
const altered = (value: unknown, name = ''): unknown[] => {
  if (typeof value === 'number') return /Cents$|[qQ]uantity$/.test(name) ? [value + 1, Math.max(0, value - 1)] : [];
  if (Array.isArray(value)) return value.flatMap((it, index) => altered(it).map((other) => value.with(index, other)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, it]) => altered(it, key).map((other) => ({ ...value, [key]: other })));
};
test('any amount that was charged, given or spent is seen when it is another', () => {
  const isData = (it: unknown): it is Fact['data'] => typeof it === 'object' && it !== null;
  // What is reserved is what may be asked; nobody is charged by it.
  const charging = good.entries().filter(([, { type }]) => type !== 'RoomReserved');
  const survivors = [...charging].flatMap(([at, fact]) =>
    altered(fact.data)
      .filter(isData)
      .filter((data) => JSON.stringify(data) !== JSON.stringify(fact.data))
      .filter((data) => found(withLog(good.with(at, { ...fact, data }))).length === 0)
      .map((data) => `${fact.type} ${JSON.stringify(data)}`),
  );
  expect(survivors).toEqual([]);
});

const yes = (operation: Told['operation'], about: string): Told => ({
  ...{ key: `${operation} ${about} more`, operation, about, answer: 'accepted', sent: 1 },
});
const refused = (operation: Told['operation'], about: string): Told[] =>
  whole.told.map((it) =>
    it.operation === operation && it.about === about ? { ...it, answer: 'refused', status: 'place-taken' } : it,
  );
const later = (at: string) => Instant.parse(at);
const unbilled = () => good.filter(({ stream }) => !stream.startsWith('invoice-'));
const replicasWith = (more: Partial<Replica>): Pick<Evidence, 'replicas'> => ({
  replicas: whole.replicas.map((it) => (it.name === 'bookings-2' ? { ...it, ...more } : it)),
});

const breaks: readonly [string, Partial<Evidence>, RegExp][] = [
  ['an acknowledged command is lost', { told: [...whole.told, yes('cancelBooking', 'b6')] }, /Lost: cancelBooking/],
  ['a no was done all the same', { told: refused('requestBooking', 'b7') }, /was refused .* stands in booking-b7 all/],
  ['nobody asked for it', { told: whole.told.filter(({ about }) => about !== 'b4') }, /nobody asked for it/],
  ['an hour later a request still waits', { now: later('2027-04-02T13:00:00Z') }, /b7 is held since its deadline/],
  ['a hold outlives its end', { now: later('2027-04-02T13:00:00Z') }, /resource-r1 holds a place for booking b7 since/],
  ['a provider never answers', { now: later('2027-04-03T09:00:00Z') }, /b5 waits for the provider since/],
  ['care is over and never recorded', { now: later('2027-04-11T11:00:00Z') }, /b6 waits for the provider since/],
  ['a month is not billed', { billedBefore: '2027-05', log: unbilled() }, /Line d1 .* is not billed/],
  [
    'a read model is not what its log says',
    replicasWith({ differences: ['bookings: only on the left: []'] }),
    /bookings-2 differs from a rebuild/,
  ],
  [
    'replicas differ in their rows',
    replicasWith({ tables: { ...whole.replicas[0]?.tables, 'bookings bookings': { rows: 6, digest: 'cccc' } } }),
    /bookings bookings differs between bookings-1 \(7 rows\) and bookings-2 \(6 rows\)/,
  ],
  ['a replica has no rows at all', { replicas: [] }, /nothing to look at: read models/],
  [
    'a message waits for an operator',
    { parked: [{ id: 'matching:1', consumer: 'matching', reason: 'why' }] },
    /Parked: matching:1/,
  ],
  [
    'the door shows another status',
    { seen: { ...whole.seen, bookings: { b1: 'CONFIRMED' } } },
    /b1 is shown as confirmed; the log says delivered/,
  ],
  [
    'the door shows another balance',
    { seen: { ...whole.seen, budget: { id: 'g1', balanceCents: 0 } } },
    /Budget g1 is shown with 0/,
  ],
  ['the trial balance does not balance', { seen: { ...whole.seen, trialBalanced: false } }, /trial balance/],
  [
    'a forgotten name is remembered',
    { readable: [{ where: 'bookings-1/bookings.db', name: 'Naaste Xq2' }] },
    /bookings-1\/bookings.db still holds the name of a forgotten/,
  ],
  ['a name stands readable', { readable: [{ where: 'Kafka', name: 'Naaste Xq1' }] }, /Kafka holds a readable name/],
  [
    'somebody was told to be forgotten and is not',
    { forgotten: [{ personId: 'q9', name: 'x' }] },
    /q9 was forgotten and the log does not/,
  ],
  ['a key was lost', { remembered: [{ householdId: 'h1', name: 'Naaste Xq1', shown: null }] }, /h1 was not forgotten/],
  ['nobody looked for names', { lookedThrough: 0 }, /nothing to look at: nobody forgotten/],
];
test.each(breaks)('it is said when %s', (_what, broken, sentence) => {
  expect(found({ ...whole, ...broken }).join('\n')).toMatch(sentence);
});
