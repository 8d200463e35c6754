import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConflictError, derivedId, UnavailableError } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Reactor } from './reactor.ts';
import { createInbox } from './sqlite-inbox.ts';
import { openTrialLog, patienceMs, type TrialLog, trialReactor } from './trial-log.fixtures.ts';

let log: TrialLog;
const running: Reactor[] = [];
beforeEach(async () => {
  log = await openTrialLog();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((reactor) => reactor.close()));
  await log.close();
});
const started = async (...given: Parameters<typeof trialReactor>) => {
  const reactor = trialReactor(...given);
  running.push(reactor);
  await reactor.start();
  return reactor;
};
const named = ({ stream, data }: { stream: string; data: { readonly n?: unknown } }) => `${stream}${data.n}`;

test('events of one key are handled one at a time and in order, keys side by side', async () => {
  const inside = new Map<string, number>();
  const had: string[] = [];
  let most = 0;
  let overlapped = false;
  const turn = () => new Promise(setImmediate);
  for (let n = 1; n <= 20; n += 1) for (const key of ['a', 'b', 'c']) await log.write(key, n);
  const last = await log.write('d', 1);
  const reactor = await started(log, async (event) => {
    overlapped ||= inside.has(event.stream);
    inside.set(event.stream, 1);
    most = Math.max(most, inside.size);
    await turn();
    had.push(named(event));
    inside.delete(event.stream);
  });
  expect(await reactor.waitFor(last, patienceMs)).toBe(true);
  expect(overlapped).toBe(false);
  expect(most).toBeGreaterThan(1);
  for (const key of ['a', 'b', 'c']) {
    const numbers = Array.from({ length: 20 }, (_, index) => `${key}${index + 1}`);
    expect(had.filter((it) => it.startsWith(key))).toEqual(numbers);
  }
});

test('no more keys at a time than the setting says', async () => {
  let inside = 0;
  let most = 0;
  for (let key = 0; key < 20; key += 1) await log.write(`k${key}`, 1);
  const last = await log.write('last', 1);
  const reactor = await started(
    log,
    async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    },
    { settings: { parallelKeys: 3 } },
  );
  await reactor.waitFor(last, patienceMs);
  expect(most).toBe(3);
});

test('a command of a step has the same id whenever the event comes, and knows what caused it', async () => {
  const last = await log.write('a', 1);
  const calls: unknown[] = [];
  const handler = async (_event: unknown, reaction: { callFor(step: string): unknown }) => {
    calls.push(reaction.callFor('hold'));
  };
  for (const _ of [1, 2]) await (await started(log, handler)).waitFor(last, patienceMs);
  const eventId = derivedId(derivedId('trial', 'a', 1), 0);
  expect(calls[0]).toEqual({
    commandId: derivedId('tester', eventId, 'hold'),
    correlationId: 'correlation-a-1',
    actor: 'tester',
    causationId: eventId,
  });
  expect(calls[1]).toEqual(calls[0]);
});

test.each([
  ['an outage', () => new UnavailableError('The other side is down.')],
  ['a conflict', () => new ConflictError('Somebody was first.')],
])('%s holds back its own key for as long as it takes, and parks nothing', async (_what, failure) => {
  const had: string[] = [];
  let failures = 0;
  const recovered = Promise.withResolvers<void>();
  const inbox = createInbox({ file: undefined });
  await log.write('down', 1, 2);
  const last = await log.write('up', 1, 2, 3);
  const upDone = Promise.withResolvers<void>();
  const longEnough = Promise.withResolvers<void>();
  let isDown = true;
  const reactor = await started(
    log,
    async (event) => {
      if (event.stream === 'down' && isDown) {
        failures += 1;
        if (failures === 10) longEnough.resolve();
        throw failure();
      }
      had.push(named(event));
      if (named(event) === 'up3') upDone.resolve();
      if (named(event) === 'down2') recovered.resolve();
    },
    { inbox },
  );
  await Promise.all([upDone.promise, longEnough.promise]);
  expect(had).toEqual(['up1', 'up2', 'up3']);
  expect(reactor.status()).toMatchObject({ live: false, pending: 2, retrying: 1, parked: 0, lagMs: 5000 });
  expect(reactor.status().lastFailure?.reason).toBe(`${failure().name}: ${failure().message}`);
  expect(await reactor.waitFor(last, 1)).toBe(false);
  isDown = false;
  await recovered.promise;
  expect(await reactor.waitFor(last, patienceMs)).toBe(true);
  expect(had).toEqual(['up1', 'up2', 'up3', 'down1', 'down2']);
  expect(reactor.status()).toMatchObject({ pending: 0, retrying: 0, parked: 0, lagMs: 0 });
});

test('after a stop it goes on where it was; after a crash it repeats no more than what was not saved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-inbox-'));
  const file = join(folder, 'inbox.db');
  const had: string[] = [];
  const handler = async (event: Parameters<typeof named>[0]) => {
    had.push(named(event));
  };
  try {
    const first = createInbox({ file });
    const reactor = await started(log, handler, { inbox: first });
    await reactor.waitFor(await log.write('a', 1, 2, 3), patienceMs);
    await reactor.close();
    await first.close();
    const second = createInbox({ file });
    const again = await started(log, handler, { inbox: second });
    await again.waitFor(await log.write('a', 4), patienceMs);
    expect(had).toEqual(['a1', 'a2', 'a3', 'a4']);
    await again.close();
    await second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('in another log its places mean nothing: it begins anew', async () => {
  const inbox = createInbox({ file: undefined });
  const had: string[] = [];
  let epoch = 'one';
  const run = async () => {
    const source = { ...log.source(), epoch: async () => epoch };
    const reactor = await started(log, async (event) => void had.push(named(event)), { inbox, source });
    await reactor.waitFor(last, patienceMs);
    await reactor.close();
  };
  const last = await log.write('a', 1);
  await run();
  await run();
  expect(had).toEqual(['a1']);
  epoch = 'two';
  await run();
  expect(had).toEqual(['a1', 'a1']);
});

test('positions are saved seldom, and never beyond what is unfinished', async () => {
  const inbox = createInbox({ file: undefined });
  const saved: string[] = [];
  const counting = {
    ...inbox,
    savePositions: (consumer: string, positions: Parameters<typeof inbox.savePositions>[1]) => {
      saved.push(...positions.map(({ position }) => position));
      return inbox.savePositions(consumer, positions);
    },
  };
  const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
  await log.write('a', ...numbers);
  await log.write('stuck', 1);
  await log.write('a', ...numbers.map((n) => n + 200));
  const allElse = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const reactor = await started(
    log,
    async ({ stream, data }) => {
      if (stream === 'stuck') await release.promise;
      if (data.n === 400) allElse.resolve();
    },
    { inbox: counting, settings: { saveEveryEvents: 100, saveEveryMs: patienceMs } },
  );
  await allElse.promise;
  const stuck = reactor.status().sources[0]?.done;
  expect(saved.length).toBeLessThanOrEqual(3);
  expect(saved.at(-1)).toBe(stuck);
  expect(reactor.status().pending).toBeLessThanOrEqual(2);
  release.resolve();
  await reactor.close();
  expect(saved.length).toBeLessThanOrEqual(5);
  expect((saved.at(-1) ?? '') > (stuck ?? '')).toBe(true);
});

test('events do not wait for a slow inbox: one save at a time goes on aside, and close waits for the last', async () => {
  const real = createInbox({ file: undefined });
  const release = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  const slow = {
    ...real,
    async savePositions(...given: Parameters<typeof real.savePositions>) {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await release.promise;
      atOnce -= 1;
      await real.savePositions(...given);
    },
  };
  const last = await log.write('a', ...Array.from({ length: 100 }, (_, n) => n));
  const settings = { saveEveryEvents: 10, saveEveryMs: patienceMs };
  const reactor = await started(log, async () => {}, { inbox: slow, settings });
  expect(await reactor.waitFor(last, patienceMs)).toBe(true);
  expect([atOnce, most]).toEqual([1, 1]);
  const done = reactor.status().sources[0]?.done ?? '';
  const closed = reactor.close();
  release.resolve();
  await closed;
  expect(most).toBe(1);
  expect(await real.positionOf('tester', 'trials', (await log.source().epoch?.()) ?? '')).toBe(done);
});

test('closing ends the handler under way and starts no other', async () => {
  await log.write('a', 1, 2, 3);
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const had: string[] = [];
  const reactor = await started(log, async (event) => {
    entered.resolve();
    await leave.promise;
    had.push(named(event));
  });
  await entered.promise;
  const waiting = reactor.waitFor('9999', patienceMs);
  const closed = reactor.close();
  leave.resolve();
  await closed;
  expect(had).toEqual(['a1']);
  expect(await waiting).toBe(false);
});

test('it takes in no more than it may hold, and still gets everything', async () => {
  const last = await log.write('a', ...Array.from({ length: 300 }, (_, index) => index));
  let most = 0;
  let count = 0;
  const reactor = await started(
    log,
    async () => {
      count += 1;
      most = Math.max(most, reactor.status().pending);
      await Promise.resolve();
    },
    { settings: { maxPending: 10 } },
  );
  expect(await reactor.waitFor(last, patienceMs)).toBe(true);
  expect(count).toBe(300);
  expect(most).toBeLessThanOrEqual(10);
});

test('a source that halts is seen in the status, with its reason', async () => {
  const inner = log.source();
  const halted = Promise.withResolvers<void>();
  const source = {
    ...inner,
    subscribe: (options: Parameters<typeof inner.subscribe>[0]) =>
      inner.subscribe({
        ...options,
        onBatch() {
          throw new UnavailableError('The log cannot be read.');
        },
        onError(error, failures) {
          options.onError?.(error, failures);
          halted.resolve();
        },
      }),
  };
  await log.write('a', 1);
  const reactor = await started(log, async () => {}, { source });
  await halted.promise;
  expect(reactor.status()).toMatchObject({
    live: false,
    sources: [{ halted: 'UnavailableError: The log cannot be read.', failuresInARow: 1 }],
  });
  await expect(reactor.start()).rejects.toThrow(/started twice/);
});
