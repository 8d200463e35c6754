import { describe, expect, test } from '@jest/globals';
import type { EventStore, Position, RecordedEvent } from '../port.ts';
import { type Setting, someEvents } from './setting.ts';

export const describeLog = ({ store, restart, stream, category }: Setting): void => {
  describe('readAll', () => {
    /** Pages until the end. */
    const everything = async (from: EventStore, categories: readonly string[], maxCount: number, after?: Position) => {
      const events: RecordedEvent[] = [];
      for (let at = after; ; ) {
        const page = await from.readAll({ after: at, categories, maxCount });
        events.push(...page.events);
        if (page.atEnd) return events;
        expect(page.scannedTo).toBeDefined();
        at = page.scannedTo;
      }
    };
    const threeStreams = async () => {
      const categories = [category(), category(), category()];
      const written: string[] = [];
      for (let n = 0; n < 12; n += 1) {
        const events = someEvents(1 + (n % 3));
        await store().append(`${categories[n % 3]}-${Math.floor(n / 3)}`, events, { expected: 'no_stream' });
        written.push(...events.map(({ id }) => id));
      }
      return { categories, written };
    };

    test('gives the events of all streams in the order in which they were appended', async () => {
      const { categories, written } = await threeStreams();
      const events = await everything(store(), categories, 1000);
      expect(events.map(({ id }) => id)).toEqual(written);
      const positions = events.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort());
      expect(new Set(positions).size).toBe(positions.length);
    });
    test.each([1, 2, 3, 7])('in pages of %p gives the same', async (maxCount) => {
      const { categories, written } = await threeStreams();
      expect((await everything(store(), categories, maxCount)).map(({ id }) => id)).toEqual(written);
    });
    test('resumes after the position of any event', async () => {
      const { categories, written } = await threeStreams();
      const events = await everything(store(), categories, 1000);
      for (const [index, { position }] of events.entries()) {
        const rest = await everything(store(), categories, 5, position);
        expect(rest.map(({ id }) => id)).toEqual(written.slice(index + 1));
      }
    });
    test('gives only the categories that were asked for, one or several', async () => {
      const { categories } = await threeStreams();
      const [first = '', , third = ''] = categories;
      for (const asked of [[first], [first, third]]) {
        const events = await everything(store(), asked, 4);
        expect(new Set(events.map((it) => it.stream.split('-')[0]))).toEqual(new Set(asked));
      }
      expect(await everything(store(), [first, third], 4)).toHaveLength(16);
    });
    test('a category is whole: a longer one that begins alike is another', async () => {
      const name = category();
      await store().append(`${name}-1`, someEvents(1), { expected: 'no_stream' });
      await store().append(`${name}x-1`, someEvents(1), { expected: 'no_stream' });
      expect((await everything(store(), [name], 10)).map((it) => it.stream)).toEqual([`${name}-1`]);
    });
    test('looks past what does not match', async () => {
      const { categories } = await threeStreams();
      const { events, scannedTo, atEnd } = await store().readAll({ categories: [category()], maxCount: 5 });
      expect({ events, atEnd }).toEqual({ events: [], atEnd: true });
      const all = await everything(store(), categories, 100);
      expect(scannedTo !== undefined && scannedTo >= (all.at(-1)?.position ?? '')).toBe(true);
      const next = stream();
      await store().append(next, someEvents(1), { expected: 'no_stream' });
      const [found] = await everything(store(), [next.split('-')[0] ?? ''], 5, scannedTo);
      expect(found?.stream).toBe(next);
    });
  });

  describe('after a restart', () => {
    test('everything is as it was: streams, positions, epoch, retention', async () => {
      const name = stream();
      const events = someEvents(4);
      await store().append(name, events, { expected: 'no_stream' });
      await store().setRetention(name, { maxCount: 3 });
      const before = { read: await store().read(name), epoch: await store().epoch() };
      const again = await restart();
      expect({ read: await again.read(name), epoch: await again.epoch() }).toEqual(before);
    });
    test('an append from before it is still known for what it is', async () => {
      const name = stream();
      const events = someEvents(2);
      const first = await store().append(name, events, { expected: 'no_stream' });
      const again = await restart();
      expect(await again.append(name, events, { expected: 'no_stream' })).toEqual(first);
      expect(await again.append(name, someEvents(1), { expected: 1 })).toMatchObject({ revision: 2 });
    });
    test('a tombstone stays', async () => {
      const name = stream();
      await store().append(name, someEvents(1), { expected: 'no_stream' });
      await store().tombstone(name);
      const again = await restart();
      await expect(again.read(name)).rejects.toMatchObject({ name: 'StreamDeletedError' });
    });
  });
};
