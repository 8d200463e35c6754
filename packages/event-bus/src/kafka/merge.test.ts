import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IntegrationEvent } from '../port.ts';
import { createMerge, type Fetched } from './merge.ts';
import { decodePlace, type Had } from './places.ts';

const sequence = (n: number) => `${String(n).padStart(5, '0')}.000`;
const readTo = (n: number) => `${String(n).padStart(5, '0')}.~`;

const eventAt = (n: number): IntegrationEvent => ({
  id: String(n),
  type: 'trials.noted.v1',
  stream: 'a',
  revision: 0,
  position: sequence(n),
  data: { n },
  metadata: { v: 1, at: '2027-05-03T10:00:00.000Z' },
});
const record = (offset: number, n: number): Fetched => ({
  offset,
  sequence: sequence(n),
  event: eventAt(n),
  halfway: false,
});
const passed = (offset: number, n: number): Fetched => ({
  offset,
  sequence: readTo(n),
  event: undefined,
  halfway: false,
});
const nobody: Had = new Map([
  ['a', undefined],
  ['b', undefined],
]);

test('a record waits until the other partitions are known to have nothing before it', () => {
  const merge = createMerge(new Map([['a', 2]]), new Map([['a', undefined]]));
  merge.add({ service: 'a', partition: 0 }, [record(0, 5)]);
  expect(merge.take(10)).toBeUndefined();
  expect(merge.heldUpBy()).toEqual([]);
  merge.add({ service: 'a', partition: 1 }, [record(0, 3), passed(1, 5)]);
  expect(merge.take(10)?.events.map(({ data }) => data.n)).toEqual([3, 5]);
});

test('a service that stands still is left behind, says so in the place, and comes in later', () => {
  const merge = createMerge(
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
    nobody,
  );
  merge.add({ service: 'b', partition: 0 }, [passed(0, 2)]);
  merge.add({ service: 'a', partition: 0 }, [record(0, 1), record(1, 5)]);
  expect(merge.take(10)?.scannedTo).toBe(readTo(2));
  expect(merge.take(10)).toBeUndefined();
  expect(merge.heldUpBy()).toEqual(['b']);
  merge.leaveBehind(['b']);
  const ahead = merge.take(10);
  expect(ahead?.scannedTo).toBe(`${readTo(2)}/a=${sequence(5)},b=${readTo(2)}`);
  merge.add({ service: 'b', partition: 0 }, [record(1, 3), passed(2, 7)]);
  merge.add({ service: 'a', partition: 0 }, [passed(2, 7)]);
  const late = merge.take(10);
  expect(late?.events.map(({ data }) => data.n)).toEqual([3]);
  expect(late?.events[0]?.position).toBe(`${sequence(3)}/a=${sequence(5)},b=${sequence(3)}`);
  expect(late?.scannedTo).toBe(readTo(7));
});

test('what comes again, and what an older relay still sends, counts once', () => {
  const merge = createMerge(new Map([['a', 1]]), new Map([['a', sequence(1)]]));
  merge.add(
    { service: 'a', partition: 0 },
    [1, 2, 3, 2, 3, 1, 4, 3, 4, 5].map((n, offset) => record(offset, n)),
  );
  expect(merge.take(10)?.events.map(({ data }) => data.n)).toEqual([2, 3, 4, 5]);
});

/**
 * Any log, spread over any partitions of two services, published page by page with repeats, fetched in any portions,
 * given up on at any moment, and read again from any place on the way: each event once, each service in its order,
 * places that only grow.
 */
test('whatever is fetched when, every event counts once, in order, and places only grow', () => {
  const step = fc.record({
    service: fc.constantFrom('a', 'b'),
    partition: fc.nat(2),
    repeat: fc.nat(3),
    page: fc.boolean(),
  });
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.record({ fetch: fc.nat(5), count: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 4, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 1, arbitrary: fc.constant({ leave: true }) },
    { weight: 1, arbitrary: fc.constant({ restart: true }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(action, { maxLength: 80 }), (log, actions) => {
      const lanes = ['a', 'b'].flatMap((service) => [0, 1, 2].map((partition) => ({ service, partition })));
      const stored = lanes.map((): Fetched[] => []);
      const put = (index: number, it: Fetched) => stored[index]?.push({ ...it, offset: stored[index]?.length ?? 0 });
      const indexOf = (service: string, partition: number) =>
        lanes.findIndex((it) => it.service === service && it.partition === partition);
      const written: { service: string; index: number; n: number }[] = [];
      for (const [n, { service, partition, repeat, page }] of log.entries()) {
        const index = indexOf(service, partition);
        written.push({ service, index, n });
        put(index, record(0, n));
        // A relay that lost its checkpoint sends its last events again, in order.
        if (repeat > 1)
          for (const it of written.filter((other) => other.service === service).slice(-repeat))
            put(it.index, record(0, it.n));
        if (page) for (const p of [0, 1, 2]) put(indexOf(service, p), passed(0, n));
      }
      for (const [index] of lanes.entries()) put(index, passed(0, log.length));

      const got: { service: string; n: number }[] = [];
      let place: string | undefined;
      let merge = createMerge(
        new Map([
          ['a', 3],
          ['b', 3],
        ]),
        nobody,
      );
      const fetched = lanes.map(() => 0);
      const fetch = (index: number, count: number) => {
        const lane = lanes[index];
        const from = fetched[index] ?? 0;
        if (lane) merge.add(lane, stored[index]?.slice(from, from + count) ?? []);
        fetched[index] = from + count;
      };
      const take = (count: number) => {
        const taken = merge.take(count);
        if (!taken) return false;
        for (const event of taken.events) {
          const n = Number(event.data.n);
          got.push({ service: log[n]?.service ?? '', n });
          expect(place === undefined || event.position > place).toBe(true);
          place = event.position;
        }
        expect(place === undefined || taken.scannedTo >= place).toBe(true);
        place = taken.scannedTo;
        return true;
      };
      for (const it of actions) {
        if ('fetch' in it) fetch(it.fetch, it.count);
        else if ('take' in it) take(it.take);
        else if ('leave' in it) merge.leaveBehind(merge.heldUpBy());
        else {
          merge = createMerge(
            new Map([
              ['a', 3],
              ['b', 3],
            ]),
            decodePlace(place, ['a', 'b']),
          );
          fetched.fill(0);
        }
      }
      for (const [index] of lanes.entries()) fetch(index, 1000);
      while (take(1000));
      expect(got.map(({ n }) => n).toSorted((x, y) => x - y)).toEqual(log.map((_, n) => n));
      for (const service of ['a', 'b']) {
        const own = got.filter((it) => it.service === service).map(({ n }) => n);
        expect(own).toEqual(own.toSorted((x, y) => x - y));
      }
      expect(merge.waiting()).toBe(0);
    }),
    { numRuns: 500 },
  );
});
