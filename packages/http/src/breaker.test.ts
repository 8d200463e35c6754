import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BreakerState, createBreaker, usualBreaker } from './breaker.ts';

/** A breaker in a time of its own, before somebody who is there or not. */
const trial = (options = { failures: 3, openMs: 100, longestOpenMs: 400 }, chance = 0) => {
  let now = 0;
  let isThere = false;
  let looks = 0;
  const heard: BreakerState[] = [];
  const timers = new Set<{ readonly atMs: number; readonly work: () => void }>();
  const breaker = createBreaker(options, {
    nowMs: () => now,
    random: () => chance,
    onState: (state) => heard.push(state),
    async probe() {
      looks += 1;
      return isThere;
    },
    timer(ms, work) {
      const it = { atMs: now + ms, work };
      timers.add(it);
      return () => timers.delete(it);
    },
  });
  return {
    breaker,
    heard,
    looks: () => looks,
    be: (there: boolean) => {
      isThere = there;
    },
    async pass(ms: number) {
      now += ms;
      for (const it of [...timers]) if (it.atMs <= now && timers.delete(it)) it.work();
      await new Promise((resolve) => setImmediate(resolve));
    },
    fail(times: number) {
      for (let n = 0; n < times; n++) breaker.failed();
    },
  };
};

test('opens after three failures in a row, and not when a success came between', () => {
  const { breaker, fail } = trial();
  fail(2);
  breaker.succeeded();
  fail(2);
  expect([breaker.state(), breaker.waitMs()]).toEqual(['closed', 0]);
  fail(1);
  expect([breaker.state(), breaker.waitMs()]).toEqual(['open', 100]);
});

test('looks by itself whether somebody is there, and may then be called', async () => {
  const { breaker, heard, be, pass, fail } = trial();
  fail(3);
  be(true);
  await pass(99);
  expect(breaker.state()).toBe('open');
  await pass(1);
  expect(heard).toEqual(['open', 'half-open', 'closed']);
});

test('is not trusted before a call went well', async () => {
  const { breaker, be, pass, fail } = trial();
  fail(3);
  be(true);
  await pass(100);
  fail(1);
  expect([breaker.state(), breaker.waitMs()]).toEqual(['open', 200]);
  await pass(200);
  breaker.succeeded();
  fail(2);
  expect(breaker.state()).toBe('closed');
});

test('stays away longer each time that nobody is there, up to a bound', async () => {
  const { breaker, pass, fail } = trial();
  fail(3);
  const waits = [];
  for (let n = 0; n < 5; n++) {
    waits.push(breaker.waitMs());
    await pass(breaker.waitMs());
  }
  expect(waits).toEqual([100, 200, 400, 400, 400]);
});

test('a call that took too long has it look at once, and only when nobody is there it opens', async () => {
  const { breaker, be, looks, pass } = trial();
  be(true);
  breaker.suspect();
  await pass(0);
  expect(breaker.state()).toBe('closed');
  be(false);
  breaker.suspect();
  breaker.suspect();
  await pass(0);
  expect([breaker.state(), looks()]).toEqual(['open', 2]);
});

test('one that never opens is never looked at', async () => {
  const { breaker, fail, looks, pass } = trial({ ...usualBreaker, failures: Number.POSITIVE_INFINITY });
  fail(100);
  breaker.suspect();
  await pass(60_000);
  expect([breaker.state(), looks()]).toEqual(['closed', 0]);
});

test('a call that answers late closes it, and nothing is left to be done', async () => {
  const { breaker, fail, looks, pass } = trial();
  fail(3);
  breaker.succeeded();
  await pass(60_000);
  expect([breaker.state(), looks()]).toEqual(['closed', 0]);
});

test('whatever happened, who answers again is called again within the longest time', async () => {
  const step = fc.oneof(
    fc.constantFrom('succeeded', 'failed', 'failed', 'failed', 'suspect', 'there', 'away'),
    fc.nat({ max: 3000 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (steps, chance) => {
        const { breaker, be, pass } = trial(usualBreaker, chance);
        for (const it of steps) {
          if (typeof it === 'number') await pass(it);
          else if (it === 'there' || it === 'away') be(it === 'there');
          else breaker[it]();
          expect(breaker.waitMs()).toBeLessThanOrEqual(usualBreaker.longestOpenMs);
        }
        be(true);
        await pass(0);
        await pass(usualBreaker.longestOpenMs);
        expect(breaker.state()).toBe('closed');
      },
    ),
  );
});
