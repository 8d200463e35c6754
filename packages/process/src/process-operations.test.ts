import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processApi } from '@adempauze/contracts';
import { alwaysMine, createInbox, createReactor, createSweeper, startWork } from '@adempauze/event-bus';
import { storeSource } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import {
  createApp,
  createCorrelation,
  createHealth,
  createMetrics,
  createReplicas,
  createServiceClient,
  createServiceRouter,
  listen,
  silentLog,
} from '@adempauze/http';
import { derivedId, instantFromMs } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { followClock } from './clock/follow-clock.ts';
import { createProcessOperations } from './process-operations.ts';

/* The operations of a process as their callers have them: over HTTP, on a real log and a real reactor. */

type World = Awaited<ReturnType<typeof openWorld>>;
let world: World;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const startMs = Date.UTC(2027, 2, 1, 12);

const openWorld = async () => {
  const opened = <T>(it: T, close: (it: T) => unknown): T => {
    closing.push(() => close(it));
    return it;
  };
  const store = opened(await openTestStore(), (it) => it.close());
  const clock = opened(await followClock({ store, machineMs: () => startMs }), (it) => it.close());
  const inbox = opened(createInbox({ file: undefined }), (it) => it.close());
  const folder = opened(mkdtempSync(join(tmpdir(), 'adempauze-operations-')), (it) => rmSync(it, { recursive: true }));
  const source = storeSource({ name: 'trials', store, codecs: { trial: { upcast: (it) => it } } });
  const state = { poisoned: true, sweptAt: '', rebuiltIn: '' };
  const work = opened(
    await startWork({
      ...{ service: 'matching', turns: alwaysMine, store, clock: clock.now },
      reacting: { consumer: 'tester', inbox, sources: [source] },
      begin: () => ({
        reactor: createReactor({
          ...{ name: 'tester', sources: [source], inbox, clock: clock.now, settings: { attempts: 1 } },
          on: {
            async Noted() {
              if (state.poisoned) throw new TypeError('a bug');
            },
          },
        }),
        sweeper: createSweeper({
          ...{ name: 'sweep', everyMs: 60_000, clock: clock.now, act: async () => undefined },
          due(now) {
            state.sweptAt = now;
            return [];
          },
        }),
      }),
    }),
    (it) => it.close(),
  );
  const health = createHealth({ checks: { log: () => ({ ok: true }) }, log: silentLog });
  const api = processApi('matching');
  const operations = createProcessOperations({
    ...{ service: 'matching', replica: 'matching-1', health, now: clock.now, clock, folder },
    runtime: {
      ...{ parked: work.parked, working: work.working, listActions: work.listActions, nudge: work.nudge },
      ...{ status: () => ({}), settled: async () => undefined, close: async () => undefined },
      async rebuildAndCompare(into) {
        writeFileSync(join(into, 'copy.db'), '');
        state.rebuiltIn = into;
        return ['one differs'];
      },
    },
  });
  const app = createApp({
    ...{ routers: [createServiceRouter(api, operations)], health, log: silentLog },
    metrics: createMetrics({ service: 'matching', processMetrics: false }),
    correlation: createCorrelation({ newId: () => 'correlation-1' }),
  });
  const door = opened(await listen(app, { host: '127.0.0.1', port: 0 }), (it) => it.close());
  const replicas = opened(createReplicas({ urls: [door.url], timeoutMs: 10_000, random: Math.random }), (it) =>
    it.close(),
  );
  const write = async (...keys: readonly string[]) => {
    let last = '';
    for (const key of keys) {
      const metadata = { v: 1, at: instantFromMs(startMs) };
      const event = { id: derivedId('noted', key), type: 'Noted', data: {}, metadata };
      ({ position: last } = await store.append(`trial-${key}`, [event], { expected: 'any' }));
    }
    await work.waitFor(last, 10_000);
  };
  return { store, clock, folder, state, write, client: createServiceClient(api, { replicas }) };
};

const operator = { commandId: 'command-of-operator', correlationId: 'correlation-2', actor: 'account-of-operator' };
const all = { page: { first: 10 } };

test('says what it is, whose turn it is and what time', async () => {
  expect(await world.client.status({})).toEqual({
    ...{ service: 'matching', replica: 'matching-1', ready: true, working: true },
    ...{ checks: { log: { ok: true, detail: '' } }, now: '2027-03-01T12:00:00.000Z' },
    clockAt: world.clock.position(),
  });
});

test('what is parked is listed by pages, replayed, and what was done stands in the log', async () => {
  const { client, state, write } = world;
  await write('a', 'b', 'c');
  const first = await client.listParked({ page: { first: 2 } });
  expect(first).toMatchObject({ hasMore: true, items: [{ item: { type: 'Noted', attempts: 1 } }, {}] });
  const rest = await client.listParked({ page: { first: 2, after: first.items[1]?.cursor ?? '' } });
  expect(rest.hasMore).toBe(false);
  expect(new Set([...first.items, ...rest.items].map(({ item }) => item.key))).toEqual(
    new Set(['trial-a', 'trial-b', 'trial-c']),
  );

  const [one, two] = first.items.map(({ item }) => item.id);
  expect(await client.replayParked({ id: one ?? -1 }, operator)).toMatchObject({
    accepted: true,
    value: { replayed: 0, left: 1, failure: expect.stringContaining('TypeError') },
  });
  state.poisoned = false;
  expect(await client.replayParked({ id: one ?? -1 }, operator)).toMatchObject({
    accepted: true,
    value: { replayed: 1, left: 0 },
  });
  expect(await client.discardParked({ id: two ?? -1, reason: 'seen to by hand' }, operator)).toMatchObject({
    accepted: true,
    value: { id: two },
  });
  expect((await client.listParked(all)).items).toHaveLength(1);
  const actions = await client.listActions({ page: { first: 2 } });
  expect(actions).toMatchObject({
    hasMore: true,
    items: [
      { item: { action: 'discarded', messageId: two, reason: 'seen to by hand', by: 'account-of-operator' } },
      { item: { action: 'replayed', messageId: one, consumer: 'tester', eventType: 'Noted' } },
    ],
  });
  const older = await client.listActions({ page: { first: 2, after: actions.items[1]?.cursor ?? '' } });
  expect(older).toMatchObject({ hasMore: false, items: [{ item: { action: 'replayed', messageId: one } }] });
});

test('what is not there is not found, and what is no cursor gives an empty page', async () => {
  const { client } = world;
  const notFound = { accepted: false, rejection: { code: 'not-found' } };
  expect(await client.replayParked({ id: 12 }, operator)).toMatchObject(notFound);
  expect(await client.discardParked({ id: 12, reason: 'no reason' }, operator)).toMatchObject(notFound);
  const page = { first: 5, after: 'not a cursor' };
  expect(await client.listParked({ page })).toEqual({ items: [], hasMore: false });
  expect(await client.listActions({ page })).toEqual({ items: [], hasMore: false });
});

test('a nudge waits until the clock is where it was moved to, and then sweeps by it', async () => {
  const elsewhere = await followClock({ store: world.store, machineMs: () => startMs });
  closing.push(() => elsewhere.close());
  const clockAt = await elsewhere.moveTo(instantFromMs(startMs + 86_400_000));
  await world.client.nudge(clockAt === undefined ? {} : { clockAt });
  expect(world.state.sweptAt).toBe('2027-03-02T12:00:00.000Z');
});

test('a rebuild to compare with leaves nothing behind', async () => {
  expect(await world.client.compareWithRebuild({})).toEqual(['one differs']);
  expect(world.state.rebuiltIn.startsWith(join(world.folder, 'rebuild-'))).toBe(true);
  expect(() => rmSync(world.state.rebuiltIn)).toThrow('ENOENT');
  expect(await world.client.settled({})).toEqual({});
});
