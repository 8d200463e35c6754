import type { EventStore } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { UnavailableError } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Inbox } from './inbox.ts';
import { createInbox } from './sqlite-inbox.ts';
import { createSweeper } from './sweeper.ts';
import { openTrialLog, patienceMs, quickTimer, type TrialLog, trialClock, trialReactor } from './trial-log.fixtures.ts';
import { alwaysMine, type Turns } from './turns.ts';
import { createTurnsOfTwo, type TurnsOfTwo } from './turns-of-two.fixtures.ts';
import { startWork, type Work } from './work.ts';

let log: TrialLog;
let store: EventStore;
let inbox: Inbox;
let turns: TurnsOfTwo;
let had: string[];
let poison: Set<string>;
let atHandler: () => Promise<void>;
const works: Work[] = [];

beforeEach(async () => {
  log = await openTrialLog();
  store = await openTestStore();
  inbox = createInbox({ file: undefined });
  turns = createTurnsOfTwo();
  had = [];
  poison = new Set();
  atHandler = async () => {};
});
afterEach(async () => {
  await Promise.all(works.splice(0).map((work) => work.close()));
  await inbox.close();
  await log.close();
  await store.close();
});

const start = async (who: string, inTurn: Turns = turns.member(who), reads: Inbox = inbox) => {
  const work = await startWork({
    ...{
      service: 'trials',
      turns: inTurn,
      store,
      clock: trialClock,
      reacting: { consumer: 'tester', inbox: reads, sources: [log.source()] },
    },
    timer: quickTimer,
    begin: () => ({
      reactor: trialReactor(
        log,
        async ({ stream, data }) => {
          await atHandler();
          if (poison.has(`${stream}${data.n}`)) throw new TypeError('poison');
          had.push(`${who} ${stream}${data.n}`);
        },
        { inbox },
      ),
      sweeper: createSweeper({
        name: 'sweep',
        everyMs: 60_000,
        clock: trialClock,
        due: () => [],
        act: async () => undefined,
        timer: quickTimer,
      }),
    }),
  });
  works.push(work);
  return work;
};
const handled = async (work: Work, ...numbers: number[]) =>
  expect(await work.waitFor(await log.write('a', ...numbers), patienceMs)).toBe(true);

test('one replica works, the other stands by; after a hand-over it goes on where the first was', async () => {
  const [one, two] = [await start('one'), await start('two')];
  expect([one.working(), two.working()]).toEqual([true, false]);
  expect([two.reactor(), two.sweeper()]).toEqual([undefined, undefined]);
  await handled(one, 1, 2);
  expect(await two.waitForOwn('9999', 1)).toBe(true);
  await turns.pass();
  expect([one.working(), two.working()]).toEqual([false, true]);
  await handled(two, 3);
  await turns.pass();
  await handled(one, 4);
  expect(had).toEqual(['one a1', 'one a2', 'two a3', 'one a4']);
});

test('whoever waits for a reactor whose turn ends is not kept waiting', async () => {
  const one = await start('one');
  await start('two');
  const waiting = one.waitForOwn('9999', patienceMs);
  await turns.pass();
  expect(await waiting).toBe(true);
});

test('a replica that stands by knows from the inbox how far the other is', async () => {
  const [, two] = [await start('one'), await start('two')];
  const written = await log.write('a', 1);
  expect(await two.waitFor(written, patienceMs)).toBe(true);
  expect(had).toEqual(['one a1']);
  expect(await two.waitFor('9999', 500)).toBe(false);
  const away = { ...inbox, positionOf: () => Promise.reject(new UnavailableError('The inbox is away.')) };
  const three = await start('three', turns.member('three'), away);
  expect(await three.waitFor(written, 500)).toBe(false);
});

test('what is parked is listed on every replica, and ended only where the work is done', async () => {
  const [one, two] = [await start('one'), await start('two')];
  poison.add('a2');
  await handled(one, 1, 2, 3);
  const [first, second] = (await two.parked.list({ first: 10 })).items;
  expect([first, second].map((it) => it?.event.data.n)).toEqual([2, 3]);
  const id = first?.id ?? 0;
  await expect(two.parked.replay(id, 'account-9')).rejects.toThrow(UnavailableError);
  await expect(two.parked.discard(id, 'account-9', 'sent in error')).rejects.toThrow(UnavailableError);
  expect(await two.listActions({ first: 10 })).toEqual({ items: [], hasMore: false });
  await turns.pass();
  poison.clear();
  expect(await two.parked.replay(id, 'account-9')).toEqual({ replayed: 2, left: 0, failure: undefined });
  await handled(two, 4);
  expect(had).toEqual(['one a1', 'two a2', 'two a3', 'two a4']);
  expect(await one.parked.replay(id, 'account-9')).toBe(undefined);
});

test('what an operator does with a parked message stands in the log, the latest first', async () => {
  const work = await start('one', alwaysMine);
  poison.add('a1').add('b1');
  await handled(work, 1, 2);
  await log.write('b', 1);
  await handled(work, 3);
  const idOf = async (key: string) =>
    (await work.parked.list({ first: 10 })).items.find((it) => it.key === key)?.id ?? 0;
  const a = await idOf('a');
  expect(await work.parked.replay(a, 'account-8')).toMatchObject({ replayed: 0, left: 3 });
  expect(await work.parked.discard(await idOf('b'), 'account-9', 'sent in error')).toBe(true);
  poison.clear();
  expect(await work.parked.replay(a, 'account-9')).toMatchObject({ replayed: 3 });
  expect(await work.parked.discard(a, 'account-9', 'too late')).toBe(false);

  const page = await work.listActions({ first: 2 });
  expect(page.hasMore).toBe(true);
  const rest = await work.listActions({ first: 2, after: page.items.at(-1)?.cursor });
  expect(rest.hasMore).toBe(false);
  const all = [...page.items, ...rest.items].map(({ item }) => item);
  expect(all.map(({ type, key, by }) => [type, key, by])).toEqual([
    ['ParkedMessageReplayed', 'a', 'account-9'],
    ['ParkedMessageDiscarded', 'b', 'account-9'],
    ['ParkedMessageReplayed', 'a', 'account-8'],
  ]);
  expect(all[1]).toMatchObject({
    consumer: 'tester',
    eventType: log.type,
    reason: 'sent in error',
    at: trialClock(),
  });
  expect((await store.read('operation-trials')).events.map(({ metadata }) => metadata.actor)).toEqual([
    'account-8',
    'account-9',
    'account-9',
  ]);
  await expect(work.listActions({ first: 1, after: 'x' })).rejects.toThrow(RangeError);
});

test('a replay that has not begun when the turn ends is refused, and can be asked of the other', async () => {
  const [one, two] = [await start('one'), await start('two')];
  poison.add('a1');
  await handled(one, 1);
  const [message] = (await one.parked.list({ first: 1 })).items;
  const id = message?.id ?? 0;
  poison.clear();
  const entered = Promise.withResolvers<void>();
  atHandler = async () => {
    entered.resolve();
    await leave.promise;
  };
  const leave = Promise.withResolvers<void>();
  const begun = one.parked.replay(id, 'account-9');
  await entered.promise;
  const behind = one.parked.replay(id, 'account-9');
  const refused = expect(behind).rejects.toThrow(UnavailableError);
  const passed = turns.pass();
  leave.resolve();
  await passed;
  await refused;
  expect(await begun).toMatchObject({ replayed: 1, left: 0 });
  expect(two.working()).toBe(true);
  expect(await two.parked.replay(id, 'account-9')).toBe(undefined);
});

test('a shift that cannot begin is closed, and the reason is told', async () => {
  const broken: Inbox = { ...inbox, everParked: () => Promise.reject(new UnavailableError('The inbox is away.')) };
  let swept = 0;
  const starting = startWork({
    ...{ service: 'trials', turns: alwaysMine, store, clock: trialClock },
    begin: () => ({
      reactor: trialReactor(log, async () => {}, { inbox: broken }),
      sweeper: createSweeper({
        name: 'sweep',
        everyMs: 1,
        clock: trialClock,
        act: async () => undefined,
        due() {
          swept += 1;
          return [];
        },
      }),
    }),
  });
  await expect(starting).rejects.toThrow('The inbox is away.');
  expect(swept).toBe(0);
});
