import { command, query, serviceApi } from '@adempauze/contracts';
import { UnavailableError } from '@adempauze/kernel';
import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createReplicas, type ReplicasOptions } from './replicas.ts';
import { createServiceClient } from './service-client.ts';
import { type Manner, startTrialReplica, type TrialReplica } from './test/trial-replica.fixtures.ts';

const TestApi = serviceApi('tests', {
  find: query(z.strictObject({ id: z.string() }), z.string()),
  order: command(z.strictObject({ id: z.string() })),
});
const context = (commandId: string) => ({ commandId, correlationId: 'thread-number-1', actor: 'account-1' });

/** Repeatable: mulberry32. */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const started: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const it of started.splice(0)) await it.close();
});

const start = async (count: number, options: Partial<ReplicasOptions> = {}) => {
  const servers: TrialReplica[] = [];
  for (let n = 1; n <= count; n++) {
    const server = await startTrialReplica(`tests-${n}`);
    servers.push(server);
    started.push({ close: () => server.kill() });
  }
  const replicas = createReplicas({
    ...{
      name: 'tests',
      urls: servers.map(({ url }) => url),
      timeoutMs: 15_000,
      attemptTimeoutMs: 1000,
      random: () => 0,
    },
    ...options,
  });
  started.push(replicas);
  const client = createServiceClient(TestApi, { replicas });
  const [first, second] = servers;
  if (!first) throw new Error('At least one.');
  return { servers, first, second: second ?? first, replicas, client, find: () => client.find({ id: 'x' }) };
};

describe('several replicas', () => {
  test('are asked in turn, with the token and the thread', async () => {
    const { servers, find } = await start(3, { token: 'a-secret-of-ours', correlationId: () => 'thread-number-2' });
    const answers = [await find(), await find(), await find(), await find(), await find(), await find()];
    expect(answers.toSorted()).toEqual(['tests-1', 'tests-1', 'tests-2', 'tests-2', 'tests-3', 'tests-3']);
    expect(servers[0]?.calls[0]).toMatchObject({
      path: '/tests/find',
      headers: { authorization: 'Bearer a-secret-of-ours', 'x-correlation-id': 'thread-number-2' },
      body: '{"input":{"id":"x"}}',
    });
  });

  test('use their connections again', async () => {
    const { first, find } = await start(1);
    for (let n = 0; n < 20; n++) await find();
    expect(new Set(first.calls.map(({ headers }) => headers.connection))).toEqual(new Set(['keep-alive']));
  });

  test.each<[Manner | 'gone']>([['gone'], ['hangs up'], ['hangs'], ['unavailable'], ['bad gateway']])(
    'one that is like this is passed by: %s',
    async (manner) => {
      const { first, second, client, find } = await start(2);
      if (manner === 'gone') await first.kill();
      else first.behave(manner);
      for (let n = 0; n < 8; n++) {
        expect(await find()).toBe('tests-2');
        const outcome = await client.order({ id: 'x' }, context(`command-${n}`));
        expect(outcome).toMatchObject({ accepted: true, position: 'tests-2' });
      }
      // The same command, whoever is asked: a repeat changes nothing.
      const commands = [...first.calls, ...second.calls].filter(({ path }) => path === '/tests/order');
      for (const { body } of commands) expect(JSON.parse(body)).toHaveProperty('context.commandId');
    },
  );

  test('one that hangs costs a call its own part of the time, and the next ones soon nothing', async () => {
    const { first, replicas, find } = await start(2, { breaker: { openMs: 60_000, longestOpenMs: 60_000 } });
    first.behave('hangs');
    const begunMs = performance.now();
    while (replicas.status()[0]?.state !== 'open') expect(await find()).toBe('tests-2');
    const asked = first.calls.filter(({ path }) => path === '/tests/find').length;
    expect(asked).toBeLessThanOrEqual(3);
    // A second each, and not the fifteen that a call has.
    expect(performance.now() - begunMs).toBeLessThan(15_000);
    for (let n = 0; n < 5; n++) await find();
    expect(first.calls.filter(({ path }) => path === '/tests/find')).toHaveLength(asked);
  });

  test('one that is back is found', async () => {
    const { first, second, replicas, find } = await start(2, { breaker: shortlyOpen });
    await first.kill();
    while (replicas.status()[0]?.state !== 'open') await find();
    await first.start();
    const answers = new Set<string>();
    while (!answers.has('tests-1')) answers.add(await find());
    expect(replicas.status().map(({ state }) => state)).toEqual(['closed', 'closed']);
    expect(second.calls.length).toBeGreaterThan(0);
  });

  test('one that says itself that it cannot is not left alone: it may do other things', async () => {
    const { first, replicas, find } = await start(2);
    first.behave('unavailable');
    for (let n = 0; n < 10; n++) await find();
    expect(replicas.status()[0]?.state).toBe('closed');
    expect(first.calls.length).toBeGreaterThanOrEqual(5);
  });

  test('a mistake of the service is not asked for twice', async () => {
    const { servers, find } = await start(2);
    for (const it of servers) it.behave('broken');
    await expect(find()).rejects.toThrow('status 500');
    expect(servers.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(1);
  });
});

describe('when nobody is there', () => {
  test('a call fails soon, and once that is known at once, with when to come back', async () => {
    const { servers, replicas, find } = await start(2);
    for (const it of servers) await it.kill();
    while (replicas.reachable()) await expect(find()).rejects.toBeInstanceOf(UnavailableError);
    const before = replicas.counts().retries;
    const failure = await find().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'UnavailableError', message: 'tests is away.' });
    expect((failure as UnavailableError).retryAfterMs).toBeGreaterThanOrEqual(100);
    expect(replicas.counts().retries).toBe(before);
  });

  test('what all of them say is what is said', async () => {
    const { servers, find } = await start(2);
    for (const it of servers) it.behave('unavailable');
    await expect(find()).rejects.toMatchObject({ name: 'UnavailableError', retryAfterMs: 1234 });
    expect(servers.map(({ calls }) => calls.length)).toEqual([1, 1]);
  });

  test('the only one may be tried again in the same call', async () => {
    const { first, find } = await start(1);
    await first.kill();
    const asking = find();
    await first.start();
    // Either it came back within the three tries or not; never something else.
    await asking.then(
      (it) => expect(it).toBe('tests-1'),
      (error) => expect(error).toBeInstanceOf(UnavailableError),
    );
  });

  test('retries at most double the load', async () => {
    const never = { failures: Number.POSITIVE_INFINITY };
    const { servers, find } = await start(3, { breaker: never, attemptTimeoutMs: 20_000, timeoutMs: 20_000 });
    for (const it of servers) it.behave('bad gateway');
    const calls = 300;
    await Promise.all(Array.from({ length: calls }, () => find().catch(() => undefined)));
    const tried = servers.reduce((sum, it) => sum + it.calls.length, 0);
    expect(tried).toBeLessThanOrEqual(2 * calls + 20);
    expect(tried).toBeGreaterThan(calls);
  });

  test('a call ends within its time, however many hang', async () => {
    const { servers, replicas, find } = await start(3, { timeoutMs: 700, attemptTimeoutMs: 300 });
    for (const it of servers) it.behave('hangs');
    const begunMs = performance.now();
    await expect(find()).rejects.toMatchObject({ message: 'tests did not answer in time.' });
    expect(performance.now() - begunMs).toBeLessThan(5000);
    // By now it is known that nobody is there.
    await until(() => !replicas.reachable());
    const asked = servers.map(({ calls }) => calls.filter(({ path }) => path === '/tests/find').length);
    await expect(find()).rejects.toMatchObject({ message: 'tests is away.' });
    expect(servers.map(({ calls }) => calls.filter(({ path }) => path === '/tests/find').length)).toEqual(asked);
  });
});

test('who hangs holds up no other service', async () => {
  const hanging = await start(1, { timeoutMs: 3000, attemptTimeoutMs: 3000 });
  const well = await start(1);
  hanging.first.behave('hangs');
  const waiting = Array.from({ length: 300 }, () => hanging.find().catch(() => 'failed'));
  for (let n = 0; n < 20; n++) expect(await well.find()).toBe('tests-1');
  await hanging.first.kill();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['failed']));
});

test.each([1, 2, 3])(
  'whatever befalls the others, every call is answered while one is well, and all are back in the end: seed %s',
  async (seed) => {
    const random = seeded(seed);
    // Time enough for who is well on a busy machine; who hangs is met in some of the rounds, since each takes so long.
    const { servers, client, replicas } = await start(3, { random, attemptTimeoutMs: 2000, breaker: shortlyOpen });
    const quick = ['serves', 'hangs up', 'unavailable', 'bad gateway', 'gone'] as const;
    let sent = 0;
    for (let round = 0; round < 9; round++) {
      const manners = round % 4 === 1 ? (['hangs'] as const) : quick;
      const well = Math.floor(random() * servers.length);
      for (const [index, server] of servers.entries()) {
        const manner = index === well ? 'serves' : (manners[Math.floor(random() * manners.length)] ?? 'serves');
        if (manner === 'gone') await server.kill();
        else {
          await server.start();
          server.behave(manner);
        }
      }
      // Whoever was ill a moment ago is still left alone for a little; the time of a call is longer than that.
      await until(() => replicas.status()[well]?.state === 'closed');
      const ids = Array.from({ length: 10 }, () => `command-${seed}-${sent++}`);
      const outcomes = await Promise.all(ids.map((id) => client.order({ id }, context(id))));
      expect(outcomes.every(({ accepted }) => accepted)).toBe(true);
      const served = new Set(servers.flatMap(({ calls }) => calls.map(({ body }) => body)));
      for (const id of ids) expect([...served].some((body) => body.includes(`"${id}"`))).toBe(true);
    }
    for (const server of servers) {
      await server.start();
      server.behave('serves');
    }
    await until(() => replicas.status().every(({ state }) => state === 'closed'));
  },
  60_000,
);

const shortlyOpen = { openMs: 100, longestOpenMs: 200 };

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};
