import { type CallContext, type Instant, instantFromMs, type Outcome } from '@adempauze/kernel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BookingCommand,
  type BookingEvent,
  bookingDecider,
  bookingUpcasters,
  BookingEvent as Schema,
  simpleVault,
} from './booking.fixtures.ts';
import { createEventCodec } from './codec.ts';
import { OutcomeUnknownError } from './errors.ts';
import { createCommandHandler } from './handle-command.ts';
import type { EventStore } from './port.ts';
import { openTestStore, tickingClock } from './testing.ts';

const codec = createEventCodec<BookingEvent>({ schema: Schema, upcasters: bookingUpcasters, vault: simpleVault() });
const streamOf = (id: string) => `booking-${id}`;
const context = (commandId: string): CallContext => ({ commandId, correlationId: 'test', actor: 'tester' });
const request: BookingCommand = { type: 'Request', bookingId: 'b1' };
const confirm: BookingCommand = { type: 'Confirm', bookingId: 'b1' };

let store: EventStore;
/** What the handler asked of the store. */
let calls: string[] = [];
beforeEach(async () => {
  store = await openTestStore();
  calls = [];
});
afterEach(() => store.close());

type Watched = Pick<EventStore, 'append' | 'read'>;
const watched = (over: Partial<Watched> = {}): Watched => ({
  append: (...it) => {
    calls.push('append');
    return (over.append ?? store.append)(...it);
  },
  read: (...it) => {
    calls.push('read');
    return (over.read ?? store.read)(...it);
  },
});
const handlerOn = (
  on: Watched = watched(),
  more: { retryForMs?: number; clock?: () => Instant; cachedStreams?: number } = {},
) =>
  createCommandHandler({
    store: on,
    decider: bookingDecider,
    codec,
    streamOf,
    clock: tickingClock(),
    random: () => 0,
    ...more,
  });

describe('a command', () => {
  test('is decided, stored and answered with the new state and its place', async () => {
    const { handle } = handlerOn();
    const outcome = await handle('b1', request, context('command-1'));
    const { events } = await store.read('booking-b1');
    expect(outcome).toEqual({
      accepted: true,
      position: events[0]?.position,
      value: { state: { status: 'requested', count: 0 }, revision: 0, repeated: false },
    });
    expect(events[0]?.metadata).toMatchObject({
      v: 3,
      commandId: 'command-1',
      $correlationId: 'test',
      actor: 'tester',
    });
    expect(events[0]?.metadata).not.toHaveProperty('$causationId');
  });
  test('costs one append and no read once the stream is known', async () => {
    const { handle } = handlerOn();
    await handle('b1', request, context('command-1'));
    calls = [];
    await handle('b1', { type: 'Count' }, context('command-2'));
    await handle('b1', confirm, context('command-3'));
    expect(calls).toEqual(['append', 'append']);
  });
  test('that is rejected writes nothing', async () => {
    const { handle } = handlerOn();
    expect(await handle('b1', confirm, context('command-1'))).toEqual({
      accepted: false,
      rejection: { code: 'booking-not-found', facts: {} },
    });
    expect((await store.read('booking-b1')).exists).toBe(false);
  });
  test('that had happened already is accepted, at the place where the stream is', async () => {
    const { handle } = handlerOn();
    const first = await handle('b1', request, context('command-1'));
    expect(await handle('b1', request, context('command-2'))).toEqual(first);
    expect((await store.read('booking-b1')).events).toHaveLength(1);
  });
  test('is not rejected on a state that another process has changed', async () => {
    const [here, there] = [handlerOn(), handlerOn()];
    await here.handle('b1', { type: 'Count' }, context('command-1'));
    await there.handle('b1', request, context('command-2'));
    expect(await here.handle('b1', confirm, context('command-3'))).toMatchObject({
      accepted: true,
      value: { revision: 2 },
    });
  });
  test('with a revision is only taken at that revision', async () => {
    const { handle } = handlerOn();
    await handle('b1', request, context('command-1'));
    await expect(handle('b1', confirm, context('command-2'), { ifRevision: 5 })).rejects.toMatchObject({
      name: 'WrongRevisionError',
      actual: 0,
    });
    const asked = [handle('b1', confirm, context('command-3'), { ifRevision: 0 })];
    expect(await Promise.all(asked)).toMatchObject([{ accepted: true }]);
    // The same command again, though the stream moved on: it is a repeat, not a conflict.
    expect(await handle('b1', confirm, context('command-3'), { ifRevision: 0 })).toMatchObject({
      value: { repeated: true },
    });
  });
});

describe('the same command again', () => {
  test('is answered as before and decides nothing', async () => {
    const { handle } = handlerOn();
    await handle('b1', request, context('command-1'));
    const first = await handle('b1', confirm, context('command-2'));
    // Decided again, it would be rejected as already confirmed.
    const again = await handle('b1', confirm, context('command-2'));
    expect(again).toEqual({ ...first, value: { ...(first.accepted ? first.value : {}), repeated: true } });
    expect((await store.read('booking-b1')).events).toHaveLength(2);
  });
  test('is known by another process, and after a restart', async () => {
    await handlerOn().handle('b1', request, context('command-1'));
    await handlerOn().handle('b1', confirm, context('command-2'));
    expect(await handlerOn().handle('b1', confirm, context('command-2'))).toMatchObject({
      value: { repeated: true, revision: 1 },
    });
  });
  test('is known to a handler whose state was made before it', async () => {
    const [here, there] = [handlerOn(), handlerOn()];
    await here.handle('b1', { type: 'Count' }, context('command-1'));
    await there.handle('b1', { type: 'Count' }, context('command-2'));
    expect(await here.handle('b1', { type: 'Count' }, context('command-2'))).toMatchObject({ value: { revision: 1 } });
    expect((await store.read('booking-b1')).events).toHaveLength(2);
  });
  test('in another stream is another command', async () => {
    const { handle } = handlerOn();
    for (const id of ['b1', 'b2']) await handle(id, request, context('command-1'));
    expect((await store.readAll({ categories: ['booking'], maxCount: 10 })).events).toHaveLength(2);
  });
  test('many at once are handled once', async () => {
    const { handle } = handlerOn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => handle('b1', { type: 'Count' }, context('command-1'))),
    );
    expect(answers.filter((it) => it.accepted && !it.value.repeated)).toHaveLength(1);
    expect((await store.read('booking-b1')).events).toHaveLength(1);
  });
});

describe('when the outcome is unknown', () => {
  test('the identical append is sent again: written once, whichever half was lost', async () => {
    for (const [id, lose] of [
      ['acknowledgement', 'after'],
      ['request', 'before'],
    ] as const) {
      let failures = 2;
      const seen = new Set<string>();
      const append: EventStore['append'] = async (stream, events, options) => {
        seen.add(JSON.stringify([stream, events, options]));
        const result = lose === 'after' ? await store.append(stream, events, options) : undefined;
        failures -= 1;
        if (failures >= 0) throw new OutcomeUnknownError('The line dropped.');
        return result ?? store.append(stream, events, options);
      };
      const { handle } = handlerOn(watched({ append }));
      expect(await handle(id, { type: 'Count' }, context('command-1'))).toMatchObject({
        value: { revision: 0, state: { count: 1 } },
      });
      expect(seen.size).toBe(1);
      expect((await store.read(streamOf(id))).events).toHaveLength(1);
    }
  });
  test('it gives up after a while, says so, and knows the command when it comes again', async () => {
    let broken = true;
    const append: EventStore['append'] = async (...it) => {
      const result = await store.append(...it);
      if (broken) throw new OutcomeUnknownError('The line dropped.');
      return result;
    };
    const { handle } = handlerOn(watched({ append }), { retryForMs: 60 });
    await expect(handle('b1', { type: 'Count' }, context('command-1'))).rejects.toBeInstanceOf(OutcomeUnknownError);
    broken = false;
    expect(await handle('b1', { type: 'Count' }, context('command-1'))).toMatchObject({ value: { repeated: true } });
    expect((await store.read('booking-b1')).events).toHaveLength(1);
  });
});

describe('who loses a race', () => {
  test('decides again on the new state', async () => {
    const [here, there] = [handlerOn(), handlerOn()];
    await here.handle('b1', { type: 'Count' }, context('command-1'));
    await there.handle('b1', { type: 'Count' }, context('command-2'));
    expect(await here.handle('b1', { type: 'Count' }, context('command-3'))).toMatchObject({
      value: { state: { count: 3 } },
    });
  });
  test('gives up with a conflict after three times', async () => {
    const rival = handlerOn(watched(), {});
    let n = 0;
    const append: EventStore['append'] = async (...it) => {
      n += 1;
      await rival.handle('b1', { type: 'Count' }, context(`command-rival-${n}`));
      return store.append(...it);
    };
    const { handle } = handlerOn(watched({ append }));
    await expect(handle('b1', { type: 'Count' }, context('command-1'))).rejects.toMatchObject({
      name: 'ConflictError',
    });
    expect(n).toBe(3);
  });
  test('in one process nobody loses: they wait for each other', async () => {
    const { handle } = handlerOn();
    const racers = Array.from({ length: 50 }, (_, n) =>
      handle('b1', { type: 'Count', limit: 10 }, context(`command-${n}`)),
    );
    const outcomes = await Promise.all(racers);
    expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(10);
    expect(calls.filter((it) => it === 'append')).toHaveLength(10);
    expect((await store.read('booking-b1')).events).toHaveLength(10);
  });

  test('of any racers, in any order, over several processes, exactly as many win as there is room', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ process: fc.nat(3), command: fc.nat(7), turns: fc.nat(3) }), {
          minLength: 1,
          maxLength: 16,
        }),
        fc.integer({ min: 1, max: 3 }),
        async (racers, limit) => {
          run += 1;
          const id = `race.${run}`;
          const processes = Array.from({ length: 4 }, () => handlerOn(store));
          const outcomes = await Promise.all(
            racers.map(async ({ process, command, turns }) => {
              for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
              const racing = (): Promise<Outcome<unknown> | undefined> | undefined =>
                processes[process]
                  ?.handle(id, { type: 'Count', limit }, context(`command-${command}`))
                  .catch((error: unknown) => {
                    if ((error as Error).name === 'ConflictError') return racing();
                    throw error;
                  });
              return { command, outcome: await racing() };
            }),
          );
          const { events } = await store.read(streamOf(id));
          const commands = new Set(racers.map(({ command }) => `command-${command}`));
          expect(events).toHaveLength(Math.min(limit, commands.size));
          expect(new Set(events.map(({ metadata }) => metadata.commandId)).size).toBe(events.length);
          const winners = new Set(
            outcomes.filter((it) => it.outcome?.accepted).map(({ command }) => `command-${command}`),
          );
          expect(winners).toEqual(new Set(events.map(({ metadata }) => metadata.commandId)));
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});

describe('load', () => {
  test('gives the state now, also what another process wrote', async () => {
    const [here, there] = [handlerOn(), handlerOn()];
    expect(await here.load('b1')).toMatchObject({ exists: false, state: { status: 'absent' } });
    await there.handle('b1', request, context('command-1'));
    expect(await here.load('b1')).toMatchObject({ exists: true, revision: 0, state: { status: 'requested' } });
  });
  test('asOf gives what was known at that moment', async () => {
    let now = instantFromMs(Date.UTC(2027, 0, 4));
    const { handle, load } = handlerOn(watched(), { clock: () => now });
    await handle('b1', request, context('command-1'));
    now = instantFromMs(Date.UTC(2027, 0, 6));
    await handle('b1', confirm, context('command-2'));
    const on = (day: number) => load('b1', { asOf: instantFromMs(Date.UTC(2027, 0, day)) });
    expect(await on(3)).toMatchObject({ exists: false });
    expect(await on(5)).toMatchObject({ exists: true, revision: 0, state: { status: 'requested' } });
    expect(await on(6)).toMatchObject({ revision: 1, state: { status: 'confirmed' } });
  });
  test('after forget the stream is read again, and people who were forgotten are gone from the state', async () => {
    const vault = simpleVault();
    const sealing = createEventCodec({ schema: Schema, upcasters: bookingUpcasters, vault });
    const handler = createCommandHandler({
      store,
      decider: bookingDecider,
      codec: sealing,
      streamOf,
      clock: tickingClock(),
    });
    await handler.handle('b1', { ...request, note: 'He walks at night.' }, context('command-1'));
    expect((await handler.load('b1')).state.note).toBe('He walks at night.');
    vault.forget('caregiver-1');
    handler.forget();
    expect((await handler.load('b1')).state.note).toEqual({ redacted: true });
  });
  test.each([undefined, 'b1'])(
    'forget(%s) while a command is under way counts for what that command leaves too',
    async (id) => {
      const vault = simpleVault();
      const under = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      let isHeld = false;
      const handler = createCommandHandler({
        store: watched({
          async append(...it) {
            if (isHeld) {
              under.resolve();
              await goOn.promise;
            }
            return store.append(...it);
          },
        }),
        codec: createEventCodec({ schema: Schema, upcasters: bookingUpcasters, vault }),
        ...{ decider: bookingDecider, streamOf, clock: tickingClock() },
      });
      await handler.handle('b1', { ...request, note: 'He walks at night.' }, context('command-1'));
      isHeld = true;
      const counting = handler.handle('b1', { type: 'Count' }, context('command-2'));
      await under.promise;
      vault.forget('caregiver-1');
      handler.forget(id);
      goOn.resolve();
      await counting;
      expect((await handler.load('b1')).state.note).toEqual({ redacted: true });
    },
  );
  test('only so many states are kept', async () => {
    const { handle } = handlerOn(watched(), { cachedStreams: 2 });
    for (const id of ['b1', 'b2', 'b3']) await handle(id, { type: 'Count' }, context('command-1'));
    calls = [];
    await handle('b3', { type: 'Count' }, context('command-2'));
    await handle('b1', { type: 'Count' }, context('command-2'));
    expect(calls).toEqual(['append', 'read', 'append']);
  });
});
