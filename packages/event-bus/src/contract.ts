import type { EventSource, EventStore, NewEvent, Position, Subscription } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { EventBus, EventSchemas, IntegrationEvent, Publication } from './port.ts';

/** A bus over a store: what is appended to the store is published. */
export type BusUnderTest = {
  readonly store: EventStore;
  readonly bus: EventBus;
  /** The bus once more, as after a restart of the process; the old one is closed. */
  restart(): Promise<EventBus>;
  close(): Promise<void>;
};
export type MakeBus = (parts: { publications: readonly Publication[]; schemas: EventSchemas }) => Promise<BusUnderTest>;

const noted = 'trials.noted.v1';
const counted = 'trials.counted.v1';
const heard = 'elsewhere.heard.v1';
const schemas = {
  [noted]: z.object({ trialId: z.string(), n: z.int() }),
  [counted]: z.object({ trialId: z.string(), n: z.int(), part: z.int() }),
  [heard]: z.object({ n: z.int() }),
};

const subjectOf = (stream: string) => stream.slice(stream.indexOf('-') + 1);
const trials: Publication = {
  service: 'trials',
  categories: ['trial'],
  publish({ type, stream, data }) {
    const trialId = subjectOf(stream);
    const n = Number(data.n);
    const note = { type: noted, subject: trialId, data: { trialId, n } };
    const count = (part: number) => ({ type: counted, subject: trialId, data: { trialId, n, part } });
    if (type === 'Noted') return note;
    if (type === 'Counted') return [count(1), count(2), count(3)];
    return type === 'Both' ? [note, count(1)] : undefined;
  },
};
const elsewhere: Publication = {
  service: 'elsewhere',
  categories: ['other'],
  publish: ({ stream, data }) => ({ type: heard, subject: subjectOf(stream), data: { n: Number(data.n) } }),
};

/** Appends one event; the id says what it is, so that a failing test can be read. */
const domainEvent = (type: string, stream: string, n: number): NewEvent => ({
  id: derivedId(type, stream, n),
  type,
  data: { n, private: 'stays at home' },
  metadata: { v: 1, at: '2027-05-03T10:00:00.000Z', $correlationId: `correlation-${n}`, actor: 'account-1' },
});

/** Collects from a source, and resolves conditions on what it has. */
export const collect = (source: EventSource<IntegrationEvent>, after?: Position, gate?: () => Promise<void>) => {
  const events: IntegrationEvent[] = [];
  const places: { readonly scannedTo: Position; readonly count: number }[] = [];
  const waiting = new Set<() => void>();
  const atEnd = Promise.withResolvers<void>();
  const look = () => {
    for (const it of waiting) it();
  };
  const subscription: Subscription = source.subscribe({
    after,
    onCaughtUp: atEnd.resolve,
    async onBatch(batch) {
      await gate?.();
      events.push(...batch.events);
      places.push({ scannedTo: batch.scannedTo, count: events.length });
      look();
    },
  });
  const until = (met: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!met()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    events,
    places,
    subscription,
    caughtUp: atEnd.promise,
    until,
    has: (count: number) => until(() => events.length >= count),
    scannedTo: () => places.at(-1)?.scannedTo,
  };
};

const said = (events: readonly IntegrationEvent[]) =>
  events.map(
    ({ type, stream, data }) => `${type} ${stream} ${data.n}${data.part === undefined ? '' : `/${data.part}`}`,
  );

/** What every bus must do. Run it in a test file of the adapter: `eventBusContract('in process', makeBus)`. */
export const eventBusContract = (name: string, make: MakeBus): void => {
  const withBus = (tell: (it: BusUnderTest & { write: Write }) => Promise<void>) => async () => {
    const it = await make({ publications: [trials, elsewhere], schemas });
    try {
      await tell({ ...it, write: writer(it.store) });
    } finally {
      await it.close();
    }
  };
  const both = { name: 'reader', types: [noted, counted] };

  describe(`event bus ${name}`, () => {
    test(
      'a domain event becomes what its publication says, under an id of its own, and nothing else of it is told',
      withBus(async ({ bus, write }) => {
        await write('Noted', 'trial-a', 7);
        const reader = collect(bus.source(both));
        await reader.has(1);
        const [event] = reader.events;
        expect(event).toMatchObject({
          id: derivedId(derivedId('Noted', 'trial-a', 7), 0),
          type: noted,
          stream: 'a',
          revision: 0,
          data: { trialId: 'a', n: 7 },
          metadata: {
            v: 1,
            at: '2027-05-03T10:00:00.000Z',
            $correlationId: 'correlation-7',
            $causationId: derivedId('Noted', 'trial-a', 7),
          },
        });
        expect(JSON.stringify(event)).not.toMatch(/stays at home|account-1/);
        await reader.subscription.close();
      }),
    );

    test(
      'the events of one key keep their order, those before the subscription and those after it',
      withBus(async ({ bus, write }) => {
        for (let n = 0; n < 20; n += 1) await write('Noted', `trial-${n % 3}`, n);
        const reader = collect(bus.source(both));
        await reader.has(20);
        for (let n = 20; n < 40; n += 1) await write('Noted', `trial-${n % 3}`, n);
        await reader.has(40);
        for (const key of ['0', '1', '2']) {
          const numbers = reader.events.filter(({ stream }) => stream === key).map(({ data }) => Number(data.n));
          expect(numbers).toEqual(Array.from({ length: 40 }, (_, n) => n).filter((n) => n % 3 === Number(key)));
        }
        await reader.subscription.close();
      }),
    );

    test(
      'several public events of one event come in order, each with a place and an id of its own',
      withBus(async ({ bus, write }) => {
        await write('Noted', 'trial-a', 1);
        await write('Counted', 'trial-a', 2);
        await write('Both', 'trial-a', 3);
        const reader = collect(bus.source(both));
        await reader.has(6);
        expect(said(reader.events)).toEqual([
          `${noted} a 1`,
          `${counted} a 2/1`,
          `${counted} a 2/2`,
          `${counted} a 2/3`,
          `${noted} a 3`,
          `${counted} a 3/1`,
        ]);
        const positions = reader.events.map(({ position }) => position);
        expect(positions).toEqual([...positions].sort());
        expect(new Set(positions).size).toBe(6);
        expect(new Set(reader.events.map(({ id }) => id)).size).toBe(6);
        await reader.subscription.close();
      }),
    );

    test(
      'reading goes on right after any event and after any place that was reported',
      withBus(async ({ bus, write }) => {
        for (const [n, type] of ['Noted', 'Counted', 'Kept', 'Both', 'Counted'].entries())
          await write(type, 'trial-a', n);
        const reader = collect(bus.source(both));
        await reader.has(9);
        const all = said(reader.events);
        const places = [
          ...reader.events.slice(0, -1).map(({ position }, index) => ({ after: position, had: index + 1 })),
          ...reader.places
            .filter(({ count }) => count < 9)
            .map(({ scannedTo, count }) => ({ after: scannedTo, had: count })),
        ];
        for (const { after, had } of places) {
          const rest = collect(bus.source(both), after);
          await rest.has(all.length - had);
          expect(said(rest.events)).toEqual(all.slice(had));
          await rest.subscription.close();
        }
        await reader.subscription.close();
      }),
    );

    test(
      'over restarts from a saved place nothing is lost and nothing comes twice',
      withBus(async ({ bus: first, write, restart }) => {
        let bus = first;
        let after: Position | undefined;
        const had: string[] = [];
        let written = 0;
        for (let round = 0; round < 5; round += 1) {
          for (let i = 0; i < 12; i += 1) {
            await write(['Noted', 'Both', 'Counted', 'Kept'][written % 4] ?? 'Kept', `trial-${written % 2}`, written);
            written += 1;
          }
          const reader = collect(bus.source(both), after);
          await reader.has(1);
          await reader.subscription.close();
          had.push(...said(reader.events));
          after = reader.scannedTo();
          bus = await restart();
        }
        const whole = collect(bus.source({ name: 'whole', types: both.types }));
        await whole.has((written / 4) * 6);
        const last = collect(bus.source(both), after);
        await last.has(whole.events.length - had.length);
        expect([...had, ...said(last.events)]).toEqual(said(whole.events));
        await last.subscription.close();
        await whole.subscription.close();
      }),
    );

    test(
      'a source gives the types that it was asked for and no others',
      withBus(async ({ bus, write }) => {
        await write('Noted', 'trial-a', 1);
        await write('Noted', 'other-a', 2);
        await write('Both', 'trial-a', 3);
        await write('Noted', 'other-a', 4);
        const counts = collect(bus.source({ name: 'counts', types: [counted] }));
        const others = collect(bus.source({ name: 'others', types: [heard, counted] }));
        await counts.has(1);
        await others.has(3);
        expect(said(counts.events)).toEqual([`${counted} a 3/1`]);
        expect(said(others.events)).toEqual([`${heard} a 2`, `${counted} a 3/1`, `${heard} a 4`]);
        await counts.subscription.close();
        await others.subscription.close();
      }),
    );

    test(
      'a slow reader gets everything, one batch at a time',
      withBus(async ({ bus, write }) => {
        let inside = 0;
        let most = 0;
        const slow = async () => {
          inside += 1;
          most = Math.max(most, inside);
          for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
          inside -= 1;
        };
        const reader = collect(bus.source(both), undefined, slow);
        for (let n = 0; n < 30; n += 1) await write('Noted', 'trial-a', n);
        await reader.has(30);
        expect(reader.events.map(({ data }) => data.n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
        expect(most).toBe(1);
        await reader.subscription.close();
      }),
    );

    test(
      'a reader that throws gets the same again, and then the rest',
      withBus(async ({ bus, write }) => {
        for (let n = 0; n < 3; n += 1) await write('Counted', 'trial-a', n);
        const tried: string[] = [];
        const seen: unknown[] = [];
        let failures = 0;
        const took: IntegrationEvent[] = [];
        const all = Promise.withResolvers<void>();
        const subscription = bus.source(both).subscribe({
          after: undefined,
          onBatch({ events }) {
            const [first] = events;
            if (first && failures < 2) {
              tried.push(first.id);
              failures += 1;
              throw new Error('not now');
            }
            took.push(...events);
            if (took.length >= 9) all.resolve();
          },
          onError: (error) => seen.push(error),
        });
        await all.promise;
        expect(new Set(tried).size).toBe(1);
        expect(took[0]?.id).toBe(tried[0]);
        expect(said(took)).toEqual([0, 1, 2].flatMap((n) => [1, 2, 3].map((part) => `${counted} a ${n}/${part}`)));
        expect(seen).toEqual([new Error('not now'), new Error('not now')]);
        await subscription.close();
      }),
    );

    test(
      'a reader that stands still holds up no other',
      withBus(async ({ bus, write }) => {
        const held = Promise.withResolvers<void>();
        const still = collect(bus.source({ ...both, name: 'still' }), undefined, () => held.promise);
        const free = collect(bus.source({ ...both, name: 'free' }));
        for (let n = 0; n < 10; n += 1) await write('Noted', 'trial-a', n);
        await free.has(10);
        expect(still.events).toEqual([]);
        held.resolve();
        await still.has(10);
        expect(said(still.events)).toEqual(said(free.events));
        await still.subscription.close();
        await free.subscription.close();
      }),
    );

    test(
      'the reported place moves on through events of other types',
      withBus(async ({ bus, write }) => {
        await write('Both', 'trial-a', 0);
        const reader = collect(bus.source({ name: 'notes', types: [noted] }));
        await reader.has(1);
        const [own] = reader.events;
        await write('Counted', 'trial-a', 1);
        const everything = collect(bus.source(both));
        await everything.has(5);
        const foreign = everything.events.at(-1)?.position ?? '';
        await reader.until(() => (reader.scannedTo() ?? '') >= foreign);
        expect(reader.events).toEqual([own]);
        await reader.subscription.close();
        await everything.subscription.close();
      }),
    );

    test(
      'a reader learns that it is at the end, and after closing it hears nothing more',
      withBus(async ({ bus, write }) => {
        await write('Noted', 'trial-a', 1);
        const reader = collect(bus.source(both));
        await reader.has(1);
        await reader.caughtUp;
        expect(reader.subscription.state().live).toBe(true);
        expect(reader.subscription.state()).toMatchObject({ failuresInARow: 0 });
        await reader.subscription.close();
        await write('Noted', 'trial-a', 2);
        const other = collect(bus.source({ ...both, name: 'other' }));
        await other.has(2);
        expect(reader.events.length).toBe(1);
        await bus.close();
        await write('Noted', 'trial-a', 3);
        expect(other.events.length).toBe(2);
      }),
    );

    test(
      'a type without a shape, and one that nobody publishes, are refused at once',
      withBus(async ({ bus }) => {
        expect(() => bus.source({ name: 'reader', types: ['trials.unheard-of.v1'] })).toThrow(RangeError);
        expect(() => bus.source({ name: 'reader', types: [] })).toThrow(RangeError);
      }),
    );
  });
};

type Write = (type: string, stream: string, n: number) => Promise<Position>;

const writer =
  (store: EventStore): Write =>
  async (type, stream, n) => {
    const { position } = await store.append(stream, [domainEvent(type, stream, n)], { expected: 'any' });
    return position;
  };
