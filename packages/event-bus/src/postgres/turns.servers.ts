import { startProxy, type TcpProxy } from '@adempauze/testing/proxy';
import { type RunningPostgres, startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../kafka/world.fixtures.ts';
import type { Turns } from '../turns.ts';
import { holdAs, type Journal, startHolderProcess } from './holder.fixtures.ts';
import { createPostgresTurns } from './turns.ts';

const stories = (server: RunningPostgres) => {
  const { connectionString } = server;
  let lines: string[];
  let journal: Journal;
  let warnings: string[];
  let opened: (Turns & { close(): Promise<void> })[];
  let proxies: TcpProxy[];
  beforeEach(() => {
    lines = [];
    journal = { lines };
    warnings = [];
    opened = [];
    proxies = [];
  });
  afterEach(async () => {
    for (const proxy of proxies) proxy.trouble(undefined);
    await Promise.all(opened.map((turns) => turns.close()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  const open = (through = connectionString, prefix = 'stories') => {
    const line = (fields: object, message: string) => void warnings.push(JSON.stringify({ ...fields, message }));
    const turns = createPostgresTurns({ connectionString: through, prefix, log: { warn: line, error: line } });
    opened.push(turns);
    return turns;
  };
  const behindProxy = async () => {
    const url = new URL(connectionString);
    const proxy = await startProxy({ to: { host: url.hostname, port: Number(url.port) } });
    proxies.push(proxy);
    url.port = String(proxy.port);
    return { proxy, url: url.href };
  };

  test('of two that want a turn one has it; when that closes the other has it within a second', async () => {
    const [a, b] = [await holdAs(open(), 'a', journal), await holdAs(open(), 'b', journal)];
    expect([a.mine(), b.mine()]).toEqual([true, false]);
    expect(lines).toEqual(['a begins']);
    const closedAtMs = performance.now();
    await a.close();
    await eventually(() => b.mine());
    expect(performance.now() - closedAtMs).toBeLessThan(1000);
    expect(lines).toEqual(['a begins', 'a ends', 'b begins']);
    expect(a.mine()).toBe(false);
  });

  test('however many race, one at a time has the turn, and each gets it in the end', async () => {
    let atWork = 0;
    let most = 0;
    const had = new Set<number>();
    const racers = Array.from({ length: 6 }, async (_, n) => {
      const done = Promise.withResolvers<void>();
      const held = await open().hold('race', async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        had.add(n);
        done.resolve();
        return {
          async close() {
            await new Promise(setImmediate);
            atWork -= 1;
          },
        };
      });
      await done.promise;
      await held.close();
    });
    await Promise.all(racers);
    expect([most, had.size]).toEqual([1, 6]);
  });

  test('turns of other names, and of other marketplaces, are other turns', async () => {
    const turns = open();
    const held = [
      await holdAs(turns, 'a', journal, { name: 'one' }),
      await holdAs(turns, 'b', journal, { name: 'two' }),
      await holdAs(open(connectionString, 'elsewhere'), 'c', journal, { name: 'one' }),
    ];
    expect(held.map((it) => it.mine())).toEqual([true, true, true]);
  });

  test('a holder that is killed is replaced', async () => {
    const holder = startHolderProcess(connectionString);
    await eventually(() => holder.lines.includes('begins'));
    const heir = await holdAs(open(connectionString, 'adempauze'), 'heir', journal);
    expect(heir.mine()).toBe(false);
    holder.signal('SIGKILL');
    await holder.ended;
    await eventually(() => heir.mine(), 5000);
  });

  test('a holder that falls asleep is replaced, and has lost its turn when it wakes', async () => {
    const holder = startHolderProcess(connectionString);
    await eventually(() => holder.lines.includes('begins'));
    const heir = await holdAs(open(connectionString, 'adempauze'), 'heir', journal);
    holder.signal('SIGSTOP');
    await eventually(() => heir.mine(), 15_000);
    holder.signal('SIGCONT');
    await eventually(() => holder.lines.includes('ends'), 5000);
    expect(heir.mine()).toBe(true);
    holder.signal('SIGKILL');
    await holder.ended;
  }, 40_000);

  test('when its link is cut a holder stops at once, and another goes on; it stands in line again', async () => {
    const { proxy, url } = await behindProxy();
    const a = await holdAs(open(url), 'a', journal);
    const b = await holdAs(open(), 'b', journal);
    proxy.cut();
    await eventually(() => lines.includes('a ends'), 1000);
    expect(a.mine()).toBe(false);
    await eventually(() => b.mine(), 5000);
    await b.close();
    await eventually(() => a.mine(), 5000);
    expect(lines).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'a begins']);
    expect(warnings.some((it) => it.includes('the turn was lost'))).toBe(true);
  });

  test('when nothing comes through any more, a holder stops before another begins', async () => {
    const { proxy, url } = await behindProxy();
    const a = await holdAs(open(url), 'a', journal);
    const b = await holdAs(open(), 'b', journal);
    proxy.trouble({ kind: 'silent' });
    await eventually(() => !a.mine(), 6000);
    await eventually(() => b.mine(), 15_000);
    expect(lines).toEqual(['a begins', 'a ends', 'b begins']);
    proxy.trouble(undefined);
    await b.close();
    await eventually(() => a.mine(), 10_000);
  }, 40_000);

  test('a shift that ends slowly is not followed by a second one of the same holder', async () => {
    const { proxy, url } = await behindProxy();
    const slow = Promise.withResolvers<void>();
    const a = await holdAs(open(url), 'a', journal, { onEnd: () => slow.promise });
    const cutAtMs = performance.now();
    proxy.cut();
    const other = await holdAs(open(), 'other', journal);
    await eventually(() => other.mine(), 5000);
    await other.close();
    // Time enough to be in line again, if it did not wait for its own end.
    await eventually(() => performance.now() - cutAtMs > 2000);
    expect(lines).toEqual(['a begins', 'other begins', 'other ends']);
    slow.resolve();
    await eventually(() => a.mine(), 5000);
    expect(lines.slice(3)).toEqual(['a ends', 'a begins']);
  });

  test('a shift that cannot begin leaves the turn to others, and is tried again', async () => {
    let tries = 0;
    const held = await open().hold('trials', async () => {
      tries += 1;
      if (tries < 3) throw new TypeError('Fatima cannot begin');
      return { close: async () => undefined };
    });
    expect(held.mine()).toBe(false);
    await eventually(() => held.mine(), 10_000);
    expect(tries).toBe(3);
    expect(warnings.join()).toContain('a shift could not begin');
    expect(warnings.join()).not.toContain('Fatima');
  });

  test('over a restart of the server everybody stands in line again, and one has the turn', async () => {
    const held = [await holdAs(open(), 'a', journal), await holdAs(open(), 'b', journal)];
    await server.kill();
    await eventually(() => held.every((it) => !it.mine()), 6000);
    await server.restart();
    await eventually(() => held.some((it) => it.mine()), 15_000);
    expect(held.filter((it) => it.mine()).length).toBe(1);
    expect(lines.slice(0, 2)).toEqual(['a begins', 'a ends']);
  }, 60_000);

  test('with nobody there at first it stands in line all the same, and closes when asked', async () => {
    const held = await open('postgres://adempauze:x@127.0.0.1:1/adempauze').hold('trials', async () => ({
      close: async () => undefined,
    }));
    expect(held.mine()).toBe(false);
    await held.close();
    await held.close();
  });
};

await withServer(() => startPostgres(), stories);
