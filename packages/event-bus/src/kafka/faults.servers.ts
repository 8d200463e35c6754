import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@adempauze/event-store';
import { type RunningKafka, startKafka } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { collect } from '../contract.ts';
import { hasReached } from '../port.ts';
import { createReactor } from '../reactor.ts';
import { createInbox, openInboxFile } from '../sqlite-inbox.ts';
import { quickTimer, trialClock } from '../trial-log.fixtures.ts';
import { startHelper } from './helper.fixtures.ts';
import { countRecords, produce } from './raw.fixtures.ts';
import { eventually, noted, numbersOf, openWorld, upTo } from './world.fixtures.ts';

type World = Awaited<ReturnType<typeof openWorld>>;

const stories = (kafka: RunningKafka) => {
  const { brokers } = kafka;
  const inWorld = (tell: (world: World) => Promise<void>) => async () => {
    const world = await openWorld({ brokers });
    try {
      await tell(world);
    } finally {
      await world.close();
    }
  };
  const source = { name: 'reader', types: [noted] };

  test(
    'a broker is killed and comes back: nothing is lost, nothing counts twice',
    inWorld(async (world) => {
      const relay = world.openRelay();
      const bus = world.openBus();
      const errors: unknown[] = [];
      const numbers: number[] = [];
      bus.source(source).subscribe({
        after: undefined,
        onBatch: ({ events }) => numbers.push(...numbersOf(events)),
        onError: (error) => errors.push(error),
      });
      await world.write(0, 20);
      await eventually(() => numbers.length === 20);
      await kafka.kill(1);
      await world.write(20, 40);
      await eventually(() => !bus.status().ready && relay.status().failuresInARow > 0);
      await kafka.restart(1);
      await world.write(40, 60);
      await eventually(() => numbers.length >= 60);
      await eventually(() => bus.status().ready && relay.status().ready);
      expect(numbers).toEqual(upTo(60));
      expect(errors).not.toEqual([]);
    }),
  );

  test(
    'members of a group: one holds, and whoever takes over goes on right after what was saved',
    inWorld(async (world) => {
      world.openRelay();
      let saved: Position | undefined;
      const shared = { reader: () => saved };
      const had: { readonly by: string; readonly n: number }[] = [];
      const join = (replica: string) => {
        const bus = world.openBus({ replica, shared });
        const subscription = bus.source(source).subscribe({
          after: saved,
          onBatch({ events, scannedTo }) {
            had.push(...numbersOf(events).map((n) => ({ by: replica, n })));
            if (saved === undefined || scannedTo > saved) saved = scannedTo;
          },
        });
        const holds = () => bus.status().sources.some(({ holding }) => holding);
        return { bus, subscription, holds };
      };
      const first = join('r1');
      await eventually(first.holds);
      const second = join('r2');
      await eventually(() => second.bus.status().ready);
      await world.write(0, 20);
      await eventually(() => had.length === 20);
      expect(second.holds()).toBe(false);
      expect(second.subscription.state().live).toBe(true);
      await first.bus.close();
      await eventually(second.holds);
      await world.write(20, 40);
      await eventually(() => had.length >= 40);
      const third = join('r1');
      await eventually(() => third.bus.status().ready);
      await world.write(40, 60);
      await eventually(() => had.length >= 60);
      expect(had.map(({ n }) => n)).toEqual(upTo(60));
      expect(had.map(({ by }) => by)).toEqual([...Array(20).fill('r1'), ...Array(40).fill('r2')]);
    }),
  );

  test(
    'what comes again, late and among newer events counts once and keeps its order',
    inWorld(async (world) => {
      const epoch = await world.store.epoch();
      // As two relays would that both think they are the one.
      const sent = [0, 1, 2, 0, 3, 1, 2, 4, 3, 4, 0, 5, 6, 7, 5, 6, 8, 7, 8, 9];
      await produce({ brokers, prefix: world.prefix, epoch, numbers: sent, readTo: 9 });
      const reader = collect(world.openBus().source(source));
      await reader.has(10);
      await reader.caughtUp;
      expect(numbersOf(reader.events)).toEqual(upTo(10));
      expect(await countRecords(brokers, world.prefix)).toBe(sent.length + 3);
    }),
  );

  test(
    'a backlog of many pages is read to its end, however far one partition runs ahead of the others',
    inWorld(async (world) => {
      const epoch = await world.store.epoch();
      // Twelve thousand of one key, then one each of the others: more than a partition may have waiting.
      const numbers = [...Array.from({ length: 12_000 }, (_, index) => index * 3), 36_001, 36_002];
      await produce({ brokers, prefix: world.prefix, epoch, numbers, readTo: 36_002 });
      const reader = collect(world.openBus().source(source));
      await reader.has(numbers.length);
      await reader.caughtUp;
      expect(numbersOf(reader.events)).toEqual(numbers);
    }),
  );

  test(
    'a poisoned message is reported or parked, and does not stop its neighbours',
    inWorld(async (world) => {
      const relay = world.openRelay();
      await world.write(0, 6);
      await eventually(() => relay.status().published !== undefined);
      await produce({ brokers, prefix: world.prefix, garbage: true });
      const last = await world.write(6, 12);
      const unreadable: string[] = [];
      const bus = world.openBus({ onUnreadable: ({ reason }) => unreadable.push(reason) });
      const handled: number[] = [];
      const reactor = createReactor({
        name: 'tester',
        sources: [bus.source(source)],
        inbox: createInbox({ file: undefined }),
        clock: trialClock,
        timer: quickTimer,
        on: {
          async [noted]({ data }) {
            if (data.n === 4) throw new TypeError('a bug');
            handled.push(Number(data.n));
          },
        },
      });
      await reactor.start();
      await eventually(() => hasReached(reactor.status().sources[0]?.done, last));
      // 7 and 10 have the key of 4, and wait behind it.
      expect(handled.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 6, 8, 9, 11]);
      expect((await reactor.parked.list({ first: 10 })).items.map(({ event }) => event.data.n)).toEqual([4, 7, 10]);
      expect(unreadable.toSorted()).toEqual([
        'it is no CloudEvent of version 1.0',
        'its value is no JSON object',
        'its value is no JSON object',
      ]);
      expect(bus.status().unreadable).toBe(3);
      await reactor.close();
    }),
  );

  test('a relay is killed between the send and the checkpoint: it sends again, and it counts once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'adempauze-relay-'));
    const file = join(folder, 'log.db');
    const world = await openWorld({ brokers });
    const relay = startHelper('relay-killed', { brokers, prefix: world.prefix, file });
    expect(await relay.ended).toBe('SIGKILL');
    const later = await openWorld({ brokers, file });
    later.openRelay({ prefix: world.prefix });
    await later.write(20, 30);
    const reader = collect(later.openBus({ prefix: world.prefix }).source(source));
    await reader.has(30);
    await reader.caughtUp;
    expect(numbersOf(reader.events)).toEqual(upTo(30));
    expect(await countRecords(brokers, world.prefix, noted)).toBeGreaterThan(30);
    await later.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  test(
    'of two relays one publishes; the other goes on from its checkpoint when it goes',
    inWorld(async (world) => {
      const reader = collect(world.openBus().source(source));
      const first = world.openRelay();
      await eventually(() => first.status().holding);
      const second = world.openRelay({ replica: 'r2' });
      await world.write(0, 20);
      await reader.has(20);
      await eventually(() => second.status().ready);
      expect(second.status()).toMatchObject({ holding: false, published: undefined });
      await first.close();
      await world.write(20, 40);
      await reader.has(40);
      expect(second.status().holding).toBe(true);
      expect(numbersOf(reader.events)).toEqual(upTo(40));
      // Nothing was sent twice: the checkpoint was handed over.
      expect(await countRecords(brokers, world.prefix, noted)).toBe(40);
    }),
  );

  test(
    'a holder that sleeps past its session: another takes over, and the sleeper does no harm when it wakes',
    inWorld(async (world) => {
      const folder = mkdtempSync(join(tmpdir(), 'adempauze-sleeper-'));
      const inboxFile = join(folder, 'inbox.db');
      const inbox = openInboxFile(inboxFile);
      const epoch = await world.store.epoch();
      world.openRelay();
      const sleeper = startHelper('member', { brokers, prefix: world.prefix, epoch, inboxFile });
      await world.write(0, 10);
      await eventually(() => sleeper.lines.includes('had 9'));

      const bus = world.openBus({
        replica: 'r2',
        shared: { reader: (of) => inbox.positionOf('tester', 'reader', of) },
      });
      const numbers: number[] = [];
      bus.source(source).subscribe({
        after: inbox.positionOf('tester', 'reader', epoch),
        onBatch({ events, scannedTo }) {
          numbers.push(...numbersOf(events));
          inbox.savePositions('tester', [{ source: 'reader', epoch, position: scannedTo }]);
        },
      });
      await eventually(() => bus.status().ready);
      sleeper.signal('SIGSTOP');
      await world.write(10, 20);
      await eventually(() => numbers.includes(19));
      sleeper.signal('SIGCONT');
      await eventually(() => sleeper.lines.at(-1) === 'standing by' || sleeper.lines.at(-1) === 'had 19');
      await world.write(20, 30);
      const had = () => sleeper.lines.flatMap((it) => (it.startsWith('had ') ? [Number(it.slice(4))] : []));
      await eventually(() => new Set([...had(), ...numbers]).size === 30);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      expect(had()).toEqual([...new Set(had())].toSorted((a, b) => a - b));
      sleeper.signal('SIGKILL');
      await sleeper.ended;
      await bus.close();
      inbox.close();
      rmSync(folder, { recursive: true });
    }),
  );

  test(
    'events of another log are left out, and a reader whose log became another one says that it is not ready',
    inWorld(async (world) => {
      let epoch = 'this-log';
      const { prefix } = world;
      await produce({ brokers, prefix, epoch: 'an-older-log', numbers: upTo(5), readTo: 5 });
      await produce({ brokers, prefix, epoch, numbers: upTo(3), readTo: 3 });
      const bus = world.openBus({ epoch: async () => epoch });
      const reader = collect(bus.source(source));
      await reader.has(3);
      await reader.caughtUp;
      expect(numbersOf(reader.events)).toEqual(upTo(3));
      epoch = 'a-newer-log';
      await produce({ brokers, prefix, epoch, numbers: upTo(9), readTo: 9 });
      await eventually(() => !bus.status().ready);
      expect(reader.subscription.state()).toMatchObject({ live: false, failuresInARow: 1 });
      expect(reader.events.length).toBe(3);
    }),
  );
};

await withServer(() => startKafka(), stories);
