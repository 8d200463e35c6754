import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore, Expected, NewEvent } from '../port.ts';
import { openTestStore } from '../testing.ts';

/** The append rules of the server in the fewest words, over lists of ids. */
const model = () => {
  const streams = new Map<string, { ids: string[]; tombstoned: boolean; retained: boolean }>();
  const find = (name: string) => streams.get(name) ?? { ids: [], tombstoned: false, retained: false };
  const last = (name: string) => find(name).ids.length - 1;
  const decide = (
    name: string,
    ids: readonly string[],
    expected: Expected,
  ): 'append' | 'conflict' | 'deleted' | number => {
    const stream = find(name);
    if (stream.tombstoned) return 'deleted';
    if (expected === 'stream_exists' && stream.ids.length === 0 && !stream.retained) return 'conflict';
    if (expected === 'any' || expected === 'stream_exists') {
      const found = ids.map((id) => stream.ids.lastIndexOf(id));
      if (found[0] === -1) return 'append';
      return found.includes(-1) ? 'conflict' : (found.at(-1) ?? -1);
    }
    const from = expected === 'no_stream' ? -1 : expected;
    if (from > last(name)) return 'conflict';
    if (from === last(name)) return 'append';
    const stored = stream.ids.slice(from + 1, from + 1 + ids.length);
    return stored.length === ids.length && stored.every((id, n) => id === ids[n]) ? from + ids.length : 'conflict';
  };
  return {
    last,
    ids: (name: string) => find(name).ids,
    tombstoned: (name: string) => find(name).tombstoned,
    append(name: string, ids: readonly string[], expected: Expected): string {
      const decision = decide(name, ids, expected);
      if (decision === 'deleted') return 'StreamDeletedError';
      if (decision === 'conflict') return `WrongRevisionError at ${last(name) === -1 ? 'no_stream' : last(name)}`;
      if (decision !== 'append') return `revision ${decision}`;
      const stream = find(name);
      streams.set(name, { ...stream, ids: [...stream.ids, ...ids] });
      return `revision ${last(name)}`;
    },
    mark: (name: string, marked: Partial<{ tombstoned: boolean; retained: boolean }>) =>
      void streams.set(name, { ...find(name), ...marked }),
  };
};

const idOf = (n: number) => derivedId('check-commit', n);
const eventOf = (n: number): NewEvent => ({
  id: idOf(n),
  type: 'SomethingHappened',
  data: { n },
  metadata: { v: 1, at: '2027-01-04T00:00:00.000Z' },
});

const answerOf = (append: ReturnType<EventStore['append']>): Promise<string> =>
  append.then(
    ({ revision }) => `revision ${revision}`,
    (error: { name: string; actual?: unknown }) =>
      error.actual === undefined ? error.name : `${error.name} at ${error.actual}`,
  );

const streamNumber = fc.integer({ min: 0, max: 2 });
// Few ids and revisions near the head, so that repeats, partial repeats and conflicts all come up often.
const append = fc.record({
  kind: fc.constant('append' as const),
  stream: streamNumber,
  ids: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
  expected: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<Expected>('no_stream', 'any', 'stream_exists') },
    { weight: 3, arbitrary: fc.integer({ min: -3, max: 1 }).map((fromHead) => ({ fromHead })) },
  ),
});
const other = fc.record({ kind: fc.constantFrom('retain' as const, 'tombstone' as const), stream: streamNumber });
const step = fc.oneof({ weight: 20, arbitrary: append }, { weight: 1, arbitrary: other });

test('any sequence of appends is answered as the model answers it, alone or in one commit', async () => {
  const store = await openTestStore();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, together) => {
      run += 1;
      const reference = model();
      const nameOf = (stream: number) => `model-${run}.${stream}`;
      const expectedAnswers: string[] = [];
      const answers: Promise<string>[] = [];
      for (const it of steps) {
        const name = nameOf(it.stream);
        if (it.kind === 'append') {
          const at = typeof it.expected === 'object' ? reference.last(name) + it.expected.fromHead : it.expected;
          const expected: Expected = typeof at === 'number' && at < 0 ? 'no_stream' : at;
          expectedAnswers.push(reference.append(name, it.ids.map(idOf), expected));
          answers.push(answerOf(store.append(name, it.ids.map(eventOf), { expected })));
        } else if (it.kind === 'tombstone') {
          reference.mark(name, { tombstoned: true });
          await store.tombstone(name);
        } else if (!reference.tombstoned(name)) {
          reference.mark(name, { retained: true });
          await store.setRetention(name, {});
        }
        if (!together) await Promise.all(answers);
      }
      expect(await Promise.all(answers)).toEqual(expectedAnswers);
      for (const stream of [0, 1, 2]) {
        if (reference.tombstoned(nameOf(stream))) continue;
        const { events } = await store.read(nameOf(stream));
        expect(events.map(({ id }) => id)).toEqual(reference.ids(nameOf(stream)));
        expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
      }
    }),
    { numRuns: 150 },
  );
  await store.close();
});
