import { instantFromMs, minuteMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { createSweeper, type Sweeper } from './sweeper.ts';
import type { Timer } from './timer.ts';

const sweepers: Sweeper[] = [];
afterEach(() => Promise.all(sweepers.splice(0).map((sweeper) => sweeper.close())));

/** Deadlines by name in minutes, a clock and a timer that the test moves. */
const world = (deadlines: Record<string, number>, act: (name: string) => Promise<void> = async () => {}) => {
  const open = new Map(Object.entries(deadlines));
  const acted: string[] = [];
  const timers: { delayMs: number; run: () => void }[] = [];
  let nowMs = 0;
  const timer: Timer = (delayMs, run) => {
    const entry = { delayMs, run };
    timers.push(entry);
    return () => {
      const at = timers.indexOf(entry);
      if (at >= 0) timers.splice(at, 1);
    };
  };
  const limits: number[] = [];
  const sweeper = createSweeper({
    name: 'expiry',
    everyMs: 30_000,
    due(now, limit) {
      limits.push(limit);
      const passed = [...open].filter(([, minutes]) => instantFromMs(minutes * minuteMs) <= now);
      return passed.map(([name]) => name).slice(0, limit);
    },
    async act(name) {
      await act(name);
      open.delete(name);
      acted.push(name);
    },
    clock: () => instantFromMs(nowMs),
    timer,
  });
  sweepers.push(sweeper);
  return {
    sweeper,
    acted,
    timers,
    limits,
    at(minutes: number) {
      nowMs = minutes * minuteMs;
    },
    /** What the timer would do; the pass that it starts is over when this resolves. */
    async tick() {
      timers.shift()?.run();
      await passEnded(sweeper);
    },
  };
};
/** A nudge while a pass is under way would add one; so this looks at the count. */
const passEnded = async (sweeper: Sweeper) => {
  const { passes } = sweeper.status();
  while (sweeper.status().passes === passes) await new Promise(setImmediate);
  await new Promise(setImmediate);
};

test('what fell due while the process was down is done at the start, the rest when its time comes', async () => {
  const { sweeper, acted, timers, at, tick } = world({ early: 1, late: 10 });
  at(5);
  sweeper.start();
  await passEnded(sweeper);
  expect(acted).toEqual(['early']);
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([30_000]);
  await tick();
  expect(acted).toEqual(['early']);
  at(10);
  await tick();
  expect(acted).toEqual(['early', 'late']);
});

test('after the clock was moved a nudge sweeps at once', async () => {
  const { sweeper, acted, timers, at } = world({ late: 10 });
  sweeper.start();
  await sweeper.nudge();
  expect(acted).toEqual([]);
  at(10);
  await sweeper.nudge();
  expect(acted).toEqual(['late']);
  expect(timers.length).toBe(1);
});

test('one pass at a time: a nudge during a pass is one more pass after it', async () => {
  let inside = 0;
  let most = 0;
  const { sweeper, acted } = world({ a: 0, b: 0, c: 0 }, async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(setImmediate);
    inside -= 1;
  });
  sweeper.start();
  await Promise.all([sweeper.nudge(), sweeper.nudge(), sweeper.nudge()]);
  expect(acted).toEqual(['a', 'b', 'c']);
  expect(most).toBe(1);
  expect(sweeper.status().passes).toBe(2);
});

test('a row that fails stops no other, and is due again', async () => {
  let isDown = true;
  const { sweeper, acted } = world({ a: 0, b: 0, c: 0 }, async (name) => {
    if (name === 'b' && isDown) throw new UnavailableError('The other side is down.');
  });
  await sweeper.nudge();
  expect(acted).toEqual(['a', 'c']);
  expect(sweeper.status()).toMatchObject({
    acted: 2,
    failing: 1,
    lastFailure: 'UnavailableError: The other side is down.',
  });
  isDown = false;
  await sweeper.nudge();
  expect(acted).toEqual(['a', 'c', 'b']);
  expect(sweeper.status().failing).toBe(0);
});

test('many due rows come page by page without waiting for the next turn, and those that fail do not starve the rest', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `row-${index}`);
  const failing = new Set(names.slice(0, 99));
  const { sweeper, acted, timers, limits, tick } = world(
    Object.fromEntries(names.map((name) => [name, 0])),
    async (name) => {
      if (failing.has(name)) throw new Error('a bug');
    },
  );
  sweeper.start();
  await passEnded(sweeper);
  expect(acted.length).toBe(1);
  expect(timers[0]?.delayMs).toBe(50);
  await tick();
  await tick();
  expect(limits).toEqual([100, 199, 199]);
  expect(acted.length).toBe(151);
  expect(timers[0]?.delayMs).toBe(30_000);
});

test('closing ends the row under way and starts no other', async () => {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const { sweeper, acted, timers } = world({ a: 0, b: 0 }, async () => {
    entered.resolve();
    await leave.promise;
  });
  sweeper.start();
  await entered.promise;
  const closed = sweeper.close();
  leave.resolve();
  await closed;
  expect(acted).toEqual(['a']);
  expect(timers).toEqual([]);
  await sweeper.nudge();
  expect(acted).toEqual(['a']);
});

test('rows that cannot be read are tried again at the next turn', async () => {
  let reads = 0;
  const sweeper = createSweeper({
    name: 'expiry',
    everyMs: 30_000,
    due() {
      reads += 1;
      if (reads === 1) throw new UnavailableError('The read model is closed.');
      return [];
    },
    act: async () => {},
    clock: () => instantFromMs(0),
  });
  await sweeper.nudge();
  expect(sweeper.status().lastFailure).toBe('UnavailableError: The read model is closed.');
  await sweeper.nudge();
  expect(sweeper.status()).toMatchObject({ passes: 2, acted: 0 });
  await sweeper.close();
});
