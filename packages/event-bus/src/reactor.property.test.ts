import { ConflictError, UnavailableError } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Inbox } from './inbox.ts';
import { createInbox } from './sqlite-inbox.ts';
import { openTrialLog, patienceMs, type TrialLog, trialReactor } from './trial-log.fixtures.ts';

const keys = ['a', 'b', 'c', 'd'];
const perKey = 30;
let log: TrialLog;
let last: string;

beforeAll(async () => {
  log = await openTrialLog();
  for (let n = 1; n <= perKey; n += 5) {
    for (const key of keys) last = await log.write(key, n, n + 1, n + 2, n + 3, n + 4);
  }
});
afterAll(() => log.close());

/** Runs a reactor until it is through, or dies at its `dieAt`-th step: nothing it does after that leaves a trace. */
const runUntilDeath = async (world: {
  inbox: Inbox;
  effect: (commandId: string, name: string, key: string) => void;
  dieAt: number;
  fails: (step: number) => 'before' | 'after' | undefined;
  poison: ReadonlySet<string>;
  settings: { parallelKeys: number; maxPending: number; saveEveryEvents: number; saveEveryMs: number };
}): Promise<boolean> => {
  const death = Promise.withResolvers<boolean>();
  let steps = 0;
  const dead = () => steps >= world.dieAt;
  const step = () => {
    steps += 1;
    if (dead()) death.resolve(false);
    if (dead()) throw new UnavailableError('The process is dead.');
    return steps;
  };
  const inbox: Inbox = {
    ...world.inbox,
    async savePositions(consumer, positions) {
      step();
      await world.inbox.savePositions(consumer, positions);
      step();
    },
    async park(message) {
      step();
      await world.inbox.park(message);
      step();
    },
  };
  const reactor = trialReactor(
    log,
    async ({ stream, data }, { commandIdFor }) => {
      const name = `${stream}${data.n}`;
      const fails = world.fails(step());
      if (world.poison.has(name)) throw new TypeError('poison');
      if (fails === 'before') throw new UnavailableError('The other side is down.');
      await Promise.resolve();
      step();
      world.effect(commandIdFor('do'), name, stream);
      step();
      // The answer is lost: done, and asked again.
      if (fails === 'after') throw new ConflictError('Somebody was first.');
    },
    { inbox, settings: world.settings },
  );
  await reactor.start();
  const through = await Promise.race([death.promise, reactor.waitFor(last, patienceMs)]);
  await reactor.close();
  return through;
};

test('wherever it is stopped, each event has its effect once, in the order of its key; poison keeps its place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }),
      fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.integer({ min: 1, max: perKey })), { maxLength: 2 }),
      fc.record({
        parallelKeys: fc.integer({ min: 1, max: 6 }),
        maxPending: fc.integer({ min: 1, max: 200 }),
        saveEveryEvents: fc.integer({ min: 1, max: 60 }),
        saveEveryMs: fc.constantFrom(1, 1000, patienceMs),
      }),
      async (deaths, failing, poisoned, settings) => {
        const real = createInbox({ file: undefined });
        const known = new Set<string>();
        const effects = new Map(keys.map((key) => [key, [] as string[]]));
        const poison = new Set(poisoned.map(([key, n]) => `${key}${n}`));
        const world = {
          inbox: real,
          // As a service does with a command id that it has seen before: nothing.
          effect(commandId: string, name: string, key: string) {
            if (!known.has(commandId)) effects.get(key)?.push(name);
            known.add(commandId);
          },
          poison,
          settings,
          fails: (step: number) =>
            (failing.includes(step) ? (step % 2 ? 'before' : 'after') : undefined) as 'before' | undefined,
        };
        for (const dieAt of [...deaths, Number.POSITIVE_INFINITY]) await runUntilDeath({ ...world, dieAt });

        const expected = new Map(keys.map((key) => [key, Array.from({ length: perKey }, (_, n) => `${key}${n + 1}`)]));
        const beforePoison = (names: readonly string[]) => {
          const at = names.findIndex((name) => poison.has(name));
          return at < 0 ? names : names.slice(0, at);
        };
        for (const [key, names] of expected) expect(effects.get(key)).toEqual(beforePoison(names));
        for (const [key, names] of expected) {
          const waiting = await real.listParked({ consumer: 'tester', key, first: 1000 });
          const parked = waiting.map(({ event }) => `${key}${event.data.n}`);
          expect(parked).toEqual(names.slice(beforePoison(names).length));
        }

        // Mended: replayed in order, each once.
        poison.clear();
        const reactor = trialReactor(
          log,
          async ({ stream, data }, { commandIdFor }) => world.effect(commandIdFor('do'), `${stream}${data.n}`, stream),
          { inbox: real },
        );
        await reactor.start();
        for (const key of await real.blockedKeys('tester')) {
          const [first] = await real.listParked({ consumer: 'tester', key, first: 1 });
          await reactor.parked.replay(first?.id ?? 0, 'account-9');
        }
        await reactor.close();
        expect(effects).toEqual(expected);
        await real.close();
      },
    ),
    { numRuns: 60 },
  );
});
