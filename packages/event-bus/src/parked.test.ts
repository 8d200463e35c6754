import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedId } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { UnexpectedRejectionError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { Reactor } from './reactor.ts';
import { createInbox } from './sqlite-inbox.ts';
import { openTrialLog, patienceMs, type TrialLog, trialReactor } from './trial-log.fixtures.ts';

let log: TrialLog;
let folder: string;
let inbox: Inbox;
let reactor: Reactor;
let had: string[];
let tries: Map<string, number>;
/** Events that cannot be handled, by key and number. */
let poison: Set<string>;
let lines: string[];
let failure: () => unknown;

const boot = async () => {
  inbox = createInbox({ file: join(folder, 'inbox.db') });
  const line = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  reactor = trialReactor(
    log,
    async ({ stream, data }) => {
      const name = `${stream}${data.n}`;
      tries.set(name, (tries.get(name) ?? 0) + 1);
      if (poison.has(name)) throw failure();
      had.push(name);
    },
    { inbox, sink: { warn: line, error: line } },
  );
  await reactor.start();
};
const shut = async () => {
  await reactor.close();
  await inbox.close();
};
const handled = async (position: string) => expect(await reactor.waitFor(position, patienceMs)).toBe(true);
const waiting = async () =>
  (await reactor.parked.list({ first: 100 })).items.map(
    ({ key, event, attempts, status }) => `${key}${event.data.n} ${attempts} ${status}`,
  );
const idOf = async (key: string) =>
  (await reactor.parked.list({ first: 100 })).items.find((it) => it.key === key)?.id ?? 0;
/** Feeds the key to the handler again. */
const replay = async (key: string) => reactor.parked.replay(await idOf(key), 'account-9');

beforeEach(async () => {
  log = await openTrialLog();
  folder = mkdtempSync(join(tmpdir(), 'adempauze-parked-'));
  had = [];
  tries = new Map();
  poison = new Set(['bad2']);
  lines = [];
  failure = () => new TypeError('Fatima de Vries cannot be handled');
  await boot();
});
afterEach(async () => {
  await shut();
  await log.close();
  rmSync(folder, { recursive: true });
});

test('what cannot be handled is tried three times and parked; its key waits behind it, others flow', async () => {
  await log.write('bad', 1, 2, 3);
  await log.write('good', 1);
  await handled(await log.write('bad', 4));
  expect(had).toEqual(['bad1', 'good1']);
  expect(tries.get('bad2')).toBe(3);
  expect(tries.has('bad3')).toBe(false);
  expect(await waiting()).toEqual(['bad2 3 parked', 'bad3 0 parked', 'bad4 0 parked']);
  expect(reactor.status()).toMatchObject({ parked: 3, pending: 0, retrying: 0 });
});

test('the reason says what and where, and quotes nobody: not in the list, the file or the log', async () => {
  await handled(await log.write('bad', 1, 2, 3));
  const [first, second] = (await reactor.parked.list({ first: 2 })).items;
  expect(first).toMatchObject({
    consumer: 'tester',
    source: 'trials',
    key: 'bad',
    parkedAt: '2027-05-03T10:00:05.000Z',
    reason: expect.stringMatching(/^TypeError at packages\/event-bus\/src\/parked\.test\.ts:\d+$/),
  });
  expect(second?.reason).toBe('waits behind an earlier message');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect([...files, ...lines].join()).not.toContain('Fatima');
  expect(lines.some((line) => line.includes('an event was parked'))).toBe(true);
});

test('our own errors keep their words', async () => {
  failure = () => new UnexpectedRejectionError('offer-not-found');
  await handled(await log.write('bad', 2));
  expect((await reactor.parked.list({ first: 1 })).items[0]?.reason).toBe(
    'UnexpectedRejectionError: The answer was no: offer-not-found.',
  );
});

test('a replay handles the whole key in order, after which it flows again', async () => {
  await handled(await log.write('bad', 1, 2, 3, 4));
  poison.clear();
  expect(await replay('bad')).toEqual({ replayed: 3, left: 0, failure: undefined });
  await handled(await log.write('bad', 5));
  expect(had).toEqual(['bad1', 'bad2', 'bad3', 'bad4', 'bad5']);
  expect(await waiting()).toEqual([]);
  expect((await reactor.parked.list({ first: 10, statuses: ['replayed'] })).items.length).toBe(3);
  expect(await reactor.parked.replay(1, 'account-9')).toBe(undefined);
});

test('a replay that fails stops there, and nothing overtakes', async () => {
  await handled(await log.write('bad', 1, 2, 3, 4));
  poison = new Set(['bad3']);
  expect(await replay('bad')).toEqual({
    replayed: 1,
    left: 2,
    failure: expect.stringMatching(/^TypeError at/),
  });
  await handled(await log.write('bad', 5));
  expect(had).toEqual(['bad1', 'bad2']);
  expect(await waiting()).toEqual(['bad3 1 parked', 'bad4 0 parked', 'bad5 0 parked']);
});

test('events that come in during a replay are handled after it', async () => {
  await handled(await log.write('bad', 1, 2, 3));
  poison.clear();
  const replaying = replay('bad');
  const last = await log.write('bad', 4, 5);
  await replaying;
  await handled(last);
  expect(had).toEqual(['bad1', 'bad2', 'bad3', 'bad4', 'bad5']);
});

test('a discarded message is gone, with who and why; the next is replayed without it', async () => {
  await handled(await log.write('bad', 1, 2, 3));
  const id = await idOf('bad');
  expect(await reactor.parked.discard(id, 'account-9', 'sent in error')).toBe(true);
  expect(await reactor.parked.discard(id, 'account-9', 'sent in error')).toBe(false);
  expect((await reactor.parked.list({ first: 1, statuses: ['discarded'] })).items[0]?.ended).toEqual({
    by: 'account-9',
    at: '2027-05-03T10:00:05.000Z',
    reason: 'sent in error',
  });
  await replay('bad');
  expect(had).toEqual(['bad1', 'bad3']);
  poison = new Set(['lone1']);
  await handled(await log.write('lone', 1));
  expect(await reactor.parked.discard(await idOf('lone'), 'account-9', 'test')).toBe(true);
  await handled(await log.write('lone', 2));
  expect(had).toEqual(['bad1', 'bad3', 'lone2']);
});

test('a key stays blocked over a restart, and a replay cut short by a crash waits again', async () => {
  await handled(await log.write('bad', 1, 2));
  await inbox.settle(await idOf('bad'), 'parked', 'replaying');
  await shut();
  await boot();
  await handled(await log.write('bad', 3));
  expect(had).toEqual(['bad1']);
  expect(await waiting()).toEqual(['bad2 3 parked', 'bad3 0 parked']);
});

test('an event that was parked before a crash, and ended since, is not handled when it comes again', async () => {
  await handled(await log.write('bad', 1, 2));
  expect(await reactor.parked.discard(await idOf('bad'), 'account-9', 'sent in error')).toBe(true);
  poison.clear();
  // As after a crash before the position was saved: the same log from the beginning, the same inbox otherwise.
  const forgetful: Inbox = { ...inbox, positionOf: async () => undefined, savePositions: async () => undefined };
  const names: string[] = [];
  const again = trialReactor(log, async ({ stream, data }) => void names.push(`${stream}${data.n}`), {
    inbox: forgetful,
  });
  await again.start();
  expect(await again.waitFor(await log.write('bad', 3), patienceMs)).toBe(true);
  await again.close();
  expect(names).toEqual(['bad1', 'bad3']);
});

test('the list comes in pages', async () => {
  await handled(await log.write('bad', 2, 3, 4, 5, 6));
  const first = await reactor.parked.list({ first: 2 });
  const second = await reactor.parked.list({ first: 2, after: first.next });
  const third = await reactor.parked.list({ first: 2, after: second.next });
  expect([first, second, third].map(({ items }) => items.map(({ event }) => event.data.n))).toEqual([
    [2, 3],
    [4, 5],
    [6],
  ]);
  expect(third.next).toBe(undefined);
  expect(first.items[0]?.event.id).toBe(derivedId(derivedId('trial', 'bad', 2), 0));
});
