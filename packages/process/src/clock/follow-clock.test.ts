import { OutcomeUnknownError } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { Instant, instantFromMs, msOf } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { clockStream, followClock } from './follow-clock.ts';

const noon = Instant.parse('2027-03-01T12:00:00Z');
const evening = Instant.parse('2027-03-01T18:00:00Z');
const before = Instant.parse('2027-02-01T12:00:00Z');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const openLog = async () => {
  const store = await openTestStore();
  closing.push(() => store.close());
  return store;
};
type Options = Parameters<typeof followClock>[0];
/** A process whose machine stands at noon, until told otherwise. */
const openProcess = async (store: Options['store'], options: Partial<Options> = {}) => {
  const machine = { ms: msOf(noon) };
  const clock = await followClock({ store, machineMs: () => machine.ms, ...options });
  closing.push(() => clock.close());
  return { clock, machine };
};

test('the first process decides where the clock begins, for all', async () => {
  const store = await openLog();
  const one = await openProcess(store, { startAt: before });
  const two = await openProcess(store, { startAt: evening });
  expect([one.clock.now(), two.clock.now()]).toEqual([before, before]);
});

test('without a beginning it is the machine’s time, and goes on with it', async () => {
  const { clock, machine } = await openProcess(await openLog());
  machine.ms += 5000;
  expect(clock.now()).toBe(instantFromMs(msOf(noon) + 5000));
});

test('two that begin at once agree', async () => {
  const store = await openLog();
  const both = await Promise.all([openProcess(store, { startAt: before }), openProcess(store, { startAt: evening })]);
  const [one, two] = both.map(({ clock }) => clock.now());
  expect(one).toBe(two);
  expect((await store.read(clockStream)).events).toHaveLength(1);
});

test('a move is followed by every process, and who waits for it hears so', async () => {
  const store = await openLog();
  const one = await openProcess(store);
  const two = await openProcess(store);
  const position = await one.clock.moveTo(evening);
  expect(one.clock.now()).toBe(evening);
  expect(await two.clock.waitFor(position ?? '', 5000)).toBe(true);
  expect(two.clock.now()).toBe(evening);
  expect(two.clock.position()).toBe(position);
  expect(await one.clock.waitFor('9999999999999999999', 1)).toBe(false);
});

test('it moves forward only', async () => {
  const store = await openLog();
  const one = await openProcess(store);
  await one.clock.moveTo(evening);
  expect(await one.clock.moveTo(noon)).toBeUndefined();
  expect((await store.read(clockStream)).events).toHaveLength(2);
  // Nor from a process that has not heard of the move yet.
  const deaf = () => ({
    close: async () => {},
    state: () => ({ live: true, scannedTo: undefined, failuresInARow: 0 }),
  });
  const two = await openProcess({ ...store, subscribe: deaf });
  await one.clock.moveTo(instantFromMs(msOf(evening) + 1000));
  expect(await two.clock.moveTo(evening)).toBeUndefined();
});

test('a machine whose clock is put back does not take the marketplace with it', async () => {
  const { clock, machine } = await openProcess(await openLog());
  machine.ms += 60_000;
  const seen = clock.now();
  machine.ms -= 30_000;
  expect(clock.now()).toBe(seen);
  machine.ms += 31_000;
  expect(clock.now() > seen).toBe(true);
});

test('a machine that is behind is at least as far as a move says', async () => {
  const store = await openLog();
  const ahead = await openProcess(store);
  const behind = await openProcess(store);
  behind.machine.ms -= 10_000;
  const position = await ahead.clock.moveTo(evening);
  await behind.clock.waitFor(position ?? '', 5000);
  expect(behind.clock.now()).toBe(evening);
});

test('of two that move it at once, both are heard and nothing goes back', async () => {
  const store = await openLog();
  const one = await openProcess(store);
  const two = await openProcess(store);
  const later = instantFromMs(msOf(evening) + 1000);
  await Promise.all([one.clock.moveTo(evening), two.clock.moveTo(later)]);
  const last = (await store.read(clockStream)).events.at(-1);
  await Promise.all([one, two].map(({ clock }) => clock.waitFor(last?.position ?? '', 5000)));
  expect([one.clock.now(), two.clock.now()]).toEqual([later, later]);
});

test('a move whose outcome is unknown is made once', async () => {
  const store = await openLog();
  let lost = 0;
  const { clock } = await openProcess({
    ...store,
    append: async (...asked) => {
      const result = await store.append(...asked);
      if (lost > 0) {
        lost -= 1;
        throw new OutcomeUnknownError('The answer was lost.');
      }
      return result;
    },
  });
  lost = 2;
  await clock.moveTo(evening);
  expect((await store.read(clockStream)).events).toHaveLength(2);
  expect(clock.now()).toBe(evening);
});
