import { describe, expect, test } from '@jest/globals';
import { collect, type Setting, someEvents } from './setting.ts';

export const describeSubscriptions = ({ store, restart, stream, category }: Setting): void => {
  describe('subscribe', () => {
    const write = async (of: string, count: number, perAppend = 1) => {
      const written: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const events = someEvents(perAppend);
        await store().append(stream(of), events, { expected: 'no_stream' });
        written.push(...events.map(({ id }) => id));
      }
      return written;
    };

    test('hands over what is there, says that it caught up, then what comes', async () => {
      const name = category();
      const old = await write(name, 5);
      const collected = collect(store(), { categories: [name] });
      await collected.until(() => collected.caughtUp.length > 0);
      expect(collected.ids()).toEqual(old);
      expect(collected.subscription.state()).toMatchObject({ live: true, failuresInARow: 0 });
      const fresh = await write(name, 5, 2);
      await collected.untilEvents(15);
      expect(collected.ids()).toEqual([...old, ...fresh]);
      expect(collected.caughtUp[0]).toBe(5);
    });
    test('on an empty category catches up at once', async () => {
      const collected = collect(store(), { categories: [category()] });
      await collected.until(() => collected.caughtUp.length === 1);
      expect(collected.events).toEqual([]);
    });
    test('live events are the same as read ones', async () => {
      const name = category();
      const collected = collect(store(), { categories: [name] });
      await collected.until(() => collected.caughtUp.length > 0);
      await write(name, 3, 3);
      await collected.untilEvents(9);
      expect(collected.events).toEqual((await store().readAll({ categories: [name], maxCount: 100 })).events);
    });
    test('resumes after the position of any event and of any batch', async () => {
      const name = category();
      const ids = await write(name, 6);
      const first = collect(store(), { categories: [name], batchSize: 2 });
      await first.untilEvents(6);
      for (const [index, { position }] of first.events.entries()) {
        const rest = collect(store(), { categories: [name], after: position });
        await rest.until(() => rest.caughtUp.length > 0);
        expect(rest.ids()).toEqual(ids.slice(index + 1));
        await rest.subscription.close();
      }
      const after = first.scannedTo();
      const end = collect(store(), { categories: [name], after });
      await end.until(() => end.caughtUp.length > 0);
      expect(end.events).toEqual([]);
    });
    test('several categories come in log order, and others not at all', async () => {
      const [one, two, other] = [category(), category(), category()];
      const collected = collect(store(), { categories: [one, two] });
      const expected: string[] = [];
      for (const name of [one, two, other, two, one, other]) {
        const ids = await write(name, 2);
        if (name !== other) expected.push(...ids);
      }
      await collected.untilEvents(8);
      expect(collected.ids()).toEqual(expected);
    });
    test('its position moves past events that it does not want', async () => {
      const [wanted, other] = [category(), category()];
      const collected = collect(store(), { categories: [wanted] });
      await write(other, 3);
      const target = stream(other);
      const { position } = await store().append(target, someEvents(1), { expected: 'no_stream' });
      await collected.until(() => (collected.scannedTo() ?? '') >= position);
      expect(collected.events).toEqual([]);
    });
    test('a slow handler gets everything, one batch at a time', async () => {
      const name = category();
      let inside = 0;
      let most = 0;
      const collected = collect(store(), {
        categories: [name],
        beforeEach: async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise(setImmediate);
          await new Promise(setImmediate);
          inside -= 1;
        },
      });
      const ids = (await Promise.all(Array.from({ length: 10 }, () => write(name, 20)))).flat();
      await collected.untilEvents(200);
      expect(most).toBe(1);
      expect([...collected.ids()].sort()).toEqual([...ids].sort());
    });
    test('batches are at most as long as was asked', async () => {
      const name = category();
      await write(name, 4, 5);
      const sizes: number[] = [];
      const collected = collect(store(), {
        categories: [name],
        batchSize: 3,
        beforeEach: (it) => sizes.push(it.length),
      });
      await collected.untilEvents(20);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
    });
    test('what a handler could not take comes again, and nothing is skipped', async () => {
      const name = category();
      const ids = await write(name, 4);
      let failures = 0;
      const collected = collect(store(), {
        categories: [name],
        batchSize: 2,
        beforeEach: () => {
          failures += 1;
          if (failures <= 2) throw new Error('Not now.');
        },
      });
      await collected.until(() => collected.errors.length > 0);
      expect(collected.subscription.state()).toMatchObject({ live: false });
      expect(collected.subscription.state().failuresInARow).toBeGreaterThan(0);
      await collected.untilEvents(4);
      await collected.until(() => collected.caughtUp.length > 0);
      expect(collected.errors).toHaveLength(2);
      expect(collected.ids()).toEqual(ids);
      expect(collected.subscription.state()).toMatchObject({ failuresInARow: 0 });
    });
    test('a handler that fails while live gets the same batch again', async () => {
      const name = category();
      let broken = false;
      const collected = collect(store(), {
        categories: [name],
        beforeEach: (events) => {
          if (!broken || events.length === 0) return;
          broken = false;
          throw new Error('Once.');
        },
      });
      await collected.until(() => collected.caughtUp.length > 0);
      broken = true;
      const ids = await write(name, 3);
      await collected.untilEvents(3);
      expect(collected.ids()).toEqual(ids);
      expect(collected.errors).toHaveLength(1);
    });
    test('one that fails does not hold up another', async () => {
      const name = category();
      const failing = collect(store(), { categories: [name], beforeEach: () => Promise.reject(new Error('Never.')) });
      const good = collect(store(), { categories: [name] });
      const ids = await write(name, 5);
      await good.untilEvents(5);
      await failing.until(() => failing.errors.length > 0);
      expect(good.ids()).toEqual(ids);
      expect(failing.events).toEqual([]);
    });
    test('after close nothing comes any more', async () => {
      const name = category();
      const collected = collect(store(), { categories: [name] });
      await write(name, 1);
      await collected.untilEvents(1);
      await collected.subscription.close();
      const other = collect(store(), { categories: [name] });
      await write(name, 2);
      await other.untilEvents(3);
      expect(collected.events).toHaveLength(1);
    });
    test('close ends one that waits to try again', async () => {
      const name = category();
      const collected = collect(store(), { categories: [name], beforeEach: () => Promise.reject(new Error('Never.')) });
      await write(name, 1);
      await collected.until(() => collected.errors.length > 0);
      await collected.subscription.close();
    });
    test('a reader that is stopped in the middle goes on where it was', async () => {
      const name = category();
      const ids = await write(name, 30);
      const first = collect(store(), { categories: [name], batchSize: 4 });
      await first.untilEvents(8);
      await first.subscription.close();
      const again = await restart();
      const rest = collect(again, { categories: [name], after: first.scannedTo(), batchSize: 4 });
      await rest.untilEvents(30 - first.events.length);
      await rest.until(() => rest.caughtUp.length > 0);
      expect([...first.ids(), ...rest.ids()]).toEqual(ids);
    });
    test('under load, followers that come and go get every event once', async () => {
      const name = category();
      const writers = Promise.all(Array.from({ length: 16 }, () => write(name, 25, 2)));
      const followers = [1, 7, 100].map((batchSize) => collect(store(), { categories: [name], batchSize }));
      const late = new Promise(setImmediate).then(() => collect(store(), { categories: [name], batchSize: 10 }));
      await writers;
      const all = [...followers, await late];
      await Promise.all(all.map((it) => it.untilEvents(800)));
      const { events } = await store().readAll({ categories: [name], maxCount: 1000 });
      for (const it of all) expect(it.ids()).toEqual(events.map(({ id }) => id));
    });
  });
};
