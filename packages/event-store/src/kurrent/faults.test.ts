import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppendFault, type EsdbDouble, startEsdbDouble } from '@adempauze/testing/esdb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { collect, someEvents } from '../contract/setting.ts';
import { AppendRefusedError, OutcomeUnknownError, StoreOpenError, StreamDeletedError } from '../errors.ts';
import type { EventStore } from '../port.ts';
import { appendUntilKnown, idsOf, openStore } from './kurrent.fixtures.ts';

let double: EsdbDouble;
let opened: EventStore[] = [];
const open = (...given: Parameters<typeof openStore>) => {
  const store = openStore(...given);
  opened.push(store);
  return store;
};
beforeEach(async () => {
  double = await startEsdbDouble();
});
afterEach(async () => {
  double.faults.freeze(false);
  await Promise.all(opened.map((it) => it.close()));
  opened = [];
  await double.stop();
});

describe('an append', () => {
  test.each<[AppendFault]>([['lost-before'], ['lost-after'], ['ended-after']])(
    'that meets %s is sent again at once, and counts once',
    async (fault) => {
      const store = open(double.connectionString);
      await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
      double.faults.nextAppends(fault);
      const events = someEvents(3);
      expect(await store.append('booking-1', events, { expected: 0 })).toMatchObject({ revision: 3 });
      expect(idsOf((await store.read('booking-1', { fromRevision: 1 })).events)).toEqual(idsIn(events));
    },
  );
  test.each<[AppendFault, number]>([
    ['silent-before', 1],
    ['silent-after', 1],
    ['timeout', 1],
    ['busy', 1],
    ['unheard-of', 1],
    ['lost-before', 2],
    ['lost-after', 2],
    ['ended-after', 2],
  ])(
    'that meets %s (%p times) has an unknown outcome, and the identical one is answered as the first',
    async (fault, times) => {
      const store = open(double.connectionString);
      double.faults.nextAppends(...Array.from({ length: times }, () => fault));
      const events = someEvents(2);
      await expect(store.append('booking-1', events, { expected: 'no_stream' })).rejects.toBeInstanceOf(
        OutcomeUnknownError,
      );
      const again = await store.append('booking-1', events, { expected: 'no_stream' });
      expect(again.revision).toBe(1);
      const read = await store.read('booking-1');
      expect(idsOf(read.events)).toEqual(idsIn(events));
      expect(again.position).toBe(read.events.at(-1)?.position);
    },
  );
  test('after the server ended the stream of appends goes on a new one', async () => {
    const store = open(double.connectionString);
    for (let revision = 0; revision < 5; revision += 1) {
      const expected = revision === 0 ? 'no_stream' : revision - 1;
      expect(await store.append('booking-1', someEvents(1), { expected })).toMatchObject({ revision });
      double.faults.endAppendStreams();
    }
  });
  test('that is never answered does not hold up its neighbours', async () => {
    const store = open(double.connectionString, { timeoutMs: 1000 });
    await store.append('booking-0', someEvents(1), { expected: 'no_stream' });
    double.faults.nextAppends('silent-after');
    const silent = store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    const neighbours = Array.from({ length: 20 }, (_, n) =>
      store.append(`booking-${n + 2}`, someEvents(1), { expected: 'no_stream' }),
    );
    expect(await Promise.race([silent, Promise.all(neighbours).then(() => 'neighbours')])).toBe('neighbours');
    await expect(silent).rejects.toBeInstanceOf(OutcomeUnknownError);
  });
  test('of one store is not touched by a lost link of another in the same process', async () => {
    const other = await startEsdbDouble();
    const failing = open(double.connectionString);
    // Nothing is wrong with it, so it has the time that a busy machine takes.
    const healthy = open(other.connectionString, { timeoutMs: 10_000 });
    const losses = (async () => {
      for (let n = 0; n < 20; n += 1) {
        double.faults.nextAppends('lost-before');
        await appendUntilKnown(failing, `booking-${n}`, someEvents(1), 'no_stream');
      }
    })();
    const appends = Array.from({ length: 200 }, (_, n) =>
      healthy.append(`booking-${n}`, someEvents(1), { expected: 'no_stream' }),
    );
    expect(await Promise.allSettled(appends)).toEqual(
      appends.map(() => expect.objectContaining({ status: 'fulfilled' })),
    );
    await losses;
    await healthy.close();
    await other.stop();
  });
  test('that the server finds too large is refused', async () => {
    const small = await startEsdbDouble({ maxAppendBytes: 2000 });
    const store = open(small.connectionString);
    const append = store.append('booking-1', someEvents(30), { expected: 'no_stream' });
    await expect(append).rejects.toBeInstanceOf(AppendRefusedError);
    await store.close();
    await small.stop();
  });
});

describe('a link', () => {
  test('that answers nothing is given up, and the next call has a new one', async () => {
    const store = open(double.connectionString);
    await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    double.faults.freeze(true);
    const events = someEvents(1);
    const [append, read] = await Promise.allSettled([
      store.append('booking-1', events, { expected: 0 }),
      store.read('booking-1'),
    ]);
    expect(append).toMatchObject({ status: 'rejected', reason: { name: 'OutcomeUnknownError' } });
    expect(read).toMatchObject({ status: 'rejected', reason: { name: 'UnavailableError' } });
    double.faults.freeze(false);
    expect(await store.append('booking-1', events, { expected: 0 })).toMatchObject({ revision: 1 });
  });
  test('that is half open is given up long before its keep-alive would say so', async () => {
    const proxy = await startProxy(double.port);
    const store = open(proxy.connectionString);
    const collected = collect(store, { categories: ['booking'] });
    const first = someEvents(1);
    await store.append('booking-1', first, { expected: 'no_stream' });
    await collected.untilEvents(1);
    proxy.cutSilently();
    const second = someEvents(1);
    const { attempts } = await appendUntilKnown(store, 'booking-1', second, 0);
    expect(attempts).toBeGreaterThan(1);
    await collected.untilEvents(2);
    expect(collected.ids()).toEqual([...idsIn(first), ...idsIn(second)]);
    expect(collected.errors.length).toBeGreaterThan(0);
    await store.close();
    await proxy.stop();
  });
  test('to a follower leads to the leader, for appends, reads and subscriptions', async () => {
    const follower = await double.openFollower();
    const store = open(follower.connectionString);
    const collected = collect(store, { categories: ['booking'] });
    const events = someEvents(2);
    await store.append('booking-1', events, { expected: 'no_stream' });
    expect((await store.read('booking-1')).events).toHaveLength(2);
    await collected.untilEvents(2);
    expect(collected.ids()).toEqual(idsIn(events));
  });
  test('to a cluster finds the leader by gossip', async () => {
    const follower = await double.openFollower();
    const store = open(`esdb+discover://127.0.0.1:${follower.port}?tls=false`);
    expect(await store.append('booking-1', someEvents(1), { expected: 'no_stream' })).toMatchObject({ revision: 0 });
  });
  test('to nobody is unavailable, in time', async () => {
    const gone = await startEsdbDouble();
    await gone.stop();
    const [alone, cluster] = [
      open(gone.connectionString),
      open(`esdb+discover://127.0.0.1:${gone.port}?tls=false&maxDiscoverAttempts=3`),
    ];
    for (const store of [alone, cluster]) {
      await expect(store.read('booking-1')).rejects.toMatchObject({ name: 'UnavailableError' });
      await expect(store.epoch()).rejects.toMatchObject({ name: 'UnavailableError' });
    }
  });
  test('comes back with the server, and a read that was never answered can be asked again', async () => {
    const store = open(double.connectionString);
    await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    double.faults.silenceReads(1);
    await expect(store.read('booking-1')).rejects.toMatchObject({ name: 'UnavailableError' });
    expect((await store.read('booking-1')).events).toHaveLength(1);
    await double.restart();
    await appendUntilKnown(store, 'booking-1', someEvents(1), 0);
    expect((await store.read('booking-1')).events).toHaveLength(2);
  });
});

describe('a subscription', () => {
  test.each([
    ['is dropped with an error', () => double.faults.dropSubscriptions('error')],
    ['is ended politely', () => double.faults.dropSubscriptions('end')],
    ['stands still without a word', () => double.faults.stallSubscriptions()],
    ['loses its server', () => double.restart()],
  ])('that %s goes on by itself, with every event once', async (_, fault) => {
    const store = open(double.connectionString);
    const collected = collect(store, { categories: ['booking'] });
    const first = someEvents(3);
    await store.append('booking-1', first, { expected: 'no_stream' });
    await collected.until(() => collected.caughtUp.length > 0 && collected.events.length === 3);
    await fault();
    const second = someEvents(3);
    await appendUntilKnown(store, 'booking-2', second, 'no_stream');
    await collected.untilEvents(6);
    expect(collected.ids()).toEqual([...idsIn(first), ...idsIn(second)]);
    expect(collected.errors.length).toBeGreaterThan(0);
    await collected.until(() => collected.caughtUp.length > 1);
    expect(collected.subscription.state()).toMatchObject({ live: true, failuresInARow: 0 });
  });
  test('does not show what the server keeps in our streams', async () => {
    const store = open(double.connectionString);
    const collected = collect(store, { categories: ['booking'] });
    const events = someEvents(1);
    await store.append('booking-1', events, { expected: 'no_stream' });
    await store.setRetention('booking-1', { maxCount: 5 });
    await store.tombstone('booking-1');
    const after = someEvents(1);
    await store.append('booking-2', after, { expected: 'no_stream' });
    await collected.untilEvents(2);
    expect(collected.ids()).toEqual([...idsIn(events), ...idsIn(after)]);
    const page = await store.readAll({ categories: ['booking'], maxCount: 1 });
    const rest = await store.readAll({ categories: ['booking'], maxCount: 1, after: page.scannedTo });
    const last = await store.readAll({ categories: ['booking'], maxCount: 1, after: rest.scannedTo });
    expect([page, rest, last].flatMap((it) => idsOf(it.events))).toEqual([...idsIn(events), ...idsIn(after)]);
  });
  test('of a log that was put back says so, for as long as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'adempauze-kurrent-'));
    const kept = await startEsdbDouble({ file: join(folder, 'log.db') });
    const store = open(kept.connectionString);
    const collected = collect(store, { categories: ['booking'] });
    await store.append('booking-1', someEvents(2), { expected: 'no_stream' });
    await collected.untilEvents(2);
    await kept.restart(() => {
      for (const file of readdirSync(folder)) rmSync(join(folder, file));
    });
    await collected.until(() => collected.errors.some((error) => error instanceof RangeError));
    expect(collected.subscription.state().live).toBe(false);
    const fresh = open(kept.connectionString);
    await fresh.epoch();
    expect(() => fresh.subscribe({ after: collected.scannedTo(), categories: ['booking'], onBatch: () => {} })).toThrow(
      RangeError,
    );
    await Promise.all([store.close(), fresh.close()]);
    await kept.stop();
    rmSync(folder, { recursive: true });
  });
  test('is not opened at a position of another kind of store', () => {
    const store = open(double.connectionString);
    const subscribe = () => store.subscribe({ after: '0000000000000012', categories: ['booking'], onBatch: () => {} });
    expect(subscribe).toThrow(RangeError);
  });
});

describe('under restarts and lost answers', () => {
  test('every append counts once, in order, and every follower has it once', async () => {
    const store = open(double.connectionString);
    const follower = open(double.connectionString);
    const collected = collect(follower, { categories: ['booking'], batchSize: 7 });
    const written: string[][] = Array.from({ length: 8 }, () => []);
    const writer = async (n: number) => {
      for (let revision = -1; revision < 23; revision += 2) {
        const events = someEvents(2);
        const { revision: last } = await appendUntilKnown(
          store,
          `booking-${n}`,
          events,
          revision === -1 ? 'no_stream' : revision,
        );
        expect(last).toBe(revision + 2);
        written[n]?.push(...idsIn(events));
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, (_, n) => writer(n)));
    const troubles = (async () => {
      const faults = ['lost-after', 'silent-after', 'ended-after', 'lost-before', 'busy', 'silent-before'] as const;
      for (const fault of faults) {
        double.faults.nextAppends(fault, fault);
        double.faults.dropSubscriptions('end');
        await collected.untilEvents(collected.events.length + 8);
      }
      await double.restart();
    })();
    await writers;
    await troubles;
    await collected.untilEvents(8 * 24);
    for (const [n, ids] of written.entries()) {
      expect(idsOf((await store.read(`booking-${n}`)).events)).toEqual(ids);
      expect(idsOf(collected.events.filter(({ stream }) => stream === `booking-${n}`))).toEqual(ids);
    }
    expect(collected.events).toHaveLength(8 * 24);
  });
});

describe('the log has a name', () => {
  test('that replicas which ask at the same time agree on, and that an operator renews', async () => {
    const stores = Array.from({ length: 4 }, () => openStore(double.connectionString));
    opened.push(...stores);
    const names = new Set(await Promise.all(stores.map((it) => it.epoch())));
    expect(names.size).toBe(1);
    const renewed = await stores[0]?.renewEpoch();
    expect(names.has(renewed ?? '')).toBe(false);
    expect(await open(double.connectionString).epoch()).toBe(renewed);
  });
});

describe('settings', () => {
  test('a connection string that cannot be read is refused, and its password is not told', () => {
    const wrong = () => open('https://admin:changeit@host:2113');
    expect(wrong).toThrow(StoreOpenError);
    expect(wrong).not.toThrow(/changeit/);
  });
  test('kurrentdb:// is esdb://', async () => {
    const store = open(double.connectionString.replace('esdb:', 'kurrentdb:'));
    expect(await store.append('booking-1', someEvents(1), { expected: 'no_stream' })).toMatchObject({ revision: 0 });
  });
  test('a tombstone twice is a tombstone', async () => {
    const store = open(double.connectionString);
    await store.append('booking-1', someEvents(1), { expected: 'no_stream' });
    await store.tombstone('booking-1');
    await store.tombstone('booking-1');
    await expect(store.read('booking-1')).rejects.toBeInstanceOf(StreamDeletedError);
  });
});

const idsIn = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

/** Passes bytes on, until it stops doing so for the connections that it has. */
const startProxy = async (port: number) => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    connectionString: `esdb://127.0.0.1:${bound}?tls=false`,
    cutSilently() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
