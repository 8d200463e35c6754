import { describe, expect, test } from '@jest/globals';
import type { JsonObject, ReadOptions } from '../port.ts';
import { anEvent, type Setting, someEvents } from './setting.ts';

export const describeReads = ({ store, stream }: Setting): void => {
  describe('read', () => {
    const tenEvents = async () => {
      const name = stream();
      await store().append(name, someEvents(10), { expected: 'no_stream' });
      return async (options: ReadOptions) => (await store().read(name, options)).events.map(({ revision }) => revision);
    };

    test('a stream that was never written is not there', async () =>
      expect(await store().read(stream())).toEqual({ exists: false, events: [] }));
    test('a stream that only has a retention is not there', async () => {
      const name = stream();
      await store().setRetention(name, { maxCount: 1 });
      expect(await store().read(name)).toEqual({ exists: false, events: [] });
    });
    test('gives everything that was stored, and where it stands', async () => {
      const name = stream();
      const event = anEvent({ n: 1 }, 'BookingRequested');
      const { position } = await store().append(name, [event], { expected: 'no_stream' });
      expect(await store().read(name)).toEqual({
        exists: true,
        events: [{ ...event, stream: name, revision: 0, position }],
      });
    });
    test('forwards from the start, from a revision on, and so many', async () => {
      const read = await tenEvents();
      expect(await read({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await read({ fromRevision: 7 })).toEqual([7, 8, 9]);
      expect(await read({ fromRevision: 3, maxCount: 2 })).toEqual([3, 4]);
    });
    test('forwards from beyond the end is empty, and the stream is there', async () => {
      const name = stream();
      await store().append(name, someEvents(1), { expected: 'no_stream' });
      expect(await store().read(name, { fromRevision: 5 })).toEqual({ exists: true, events: [] });
    });
    test('backwards from the end, from a revision back, and so many', async () => {
      const read = await tenEvents();
      expect(await read({ direction: 'backwards', maxCount: 3 })).toEqual([9, 8, 7]);
      expect(await read({ direction: 'backwards', fromRevision: 2 })).toEqual([2, 1, 0]);
      expect(await read({ direction: 'backwards', fromRevision: 5, maxCount: 1 })).toEqual([5]);
    });
    test('backwards from beyond the end begins at the last', async () => {
      const read = await tenEvents();
      expect(await read({ direction: 'backwards', fromRevision: 1000, maxCount: 2 })).toEqual([9, 8]);
    });
    test.each<[string, JsonObject]>([
      ['text of every kind', { text: 'Zoë ‐ “rust” 🫖 日本 \u0000 \\ " \n', ключ: 'é' }],
      ['nested values', { a: [{ b: [null, true, 1.5, -0.25, [], {}] }] }],
      ['big numbers as text', { amount: '9223372036854775808', small: 1e-7, large: 9007199254740991 }],
      ['nothing', {}],
    ])('%s comes back as it was', async (_, data) => {
      const name = stream();
      await store().append(name, [anEvent(data)], { expected: 'no_stream' });
      expect((await store().read(name)).events[0]?.data).toEqual(data);
    });
    test('an append is seen by the next read', async () => {
      const name = stream();
      for (let n = 0; n < 20; n += 1) {
        await store().append(name, someEvents(1), { expected: n === 0 ? 'no_stream' : n - 1 });
        expect((await store().read(name, { direction: 'backwards', maxCount: 1 })).events[0]?.revision).toBe(n);
      }
    });
  });

  describe('retention', () => {
    test('by count hides the oldest, and revisions go on', async () => {
      const name = stream();
      await store().append(name, someEvents(5), { expected: 'no_stream' });
      await store().setRetention(name, { maxCount: 2 });
      expect((await store().read(name)).events.map(({ revision }) => revision)).toEqual([3, 4]);
      expect(await store().append(name, someEvents(1), { expected: 4 })).toMatchObject({ revision: 5 });
      expect((await store().read(name)).events.map(({ revision }) => revision)).toEqual([4, 5]);
    });
    test('can be lifted again', async () => {
      const name = stream();
      await store().append(name, someEvents(3), { expected: 'no_stream' });
      await store().setRetention(name, { maxCount: 1 });
      await store().setRetention(name, {});
      expect((await store().read(name)).events).toHaveLength(3);
    });
  });
};
