import { createCommandHandler, createEventCodec, type EventStore } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import {
  accept,
  type CallContext,
  type Decider,
  event,
  type Rejection,
  reject,
  UnavailableError,
} from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Ask, createProcessManager } from './process-manager.ts';
import { trialClock } from './trial-log.fixtures.ts';

// A placement asks one candidate after the other to hold a place; the first yes is confirmed.
const PlacementEvent = z.discriminatedUnion('type', [
  event('HoldAsked', { candidate: z.int() }),
  event('HoldAnswered', { candidate: z.int(), held: z.boolean() }),
  event('ConfirmAsked', { candidate: z.int() }),
  event('Confirmed', { candidate: z.int() }),
  event('GivenUp', {}),
]);
type PlacementEvent = z.infer<typeof PlacementEvent>;
type Input =
  | { readonly type: 'Begin' }
  | { readonly type: 'HoldAnswer'; readonly candidate: number; readonly held: boolean }
  | { readonly type: 'ConfirmAnswer'; readonly candidate: number };
type Placement = {
  readonly status: 'absent' | 'underway' | 'confirmed' | 'given-up';
  readonly asks: readonly PlacementAsk[];
};
type PlacementAsk = Ask & { readonly step: 'hold' | 'confirm'; readonly candidate: number };
const candidates = 3;

const placement: Decider<Input, Placement, PlacementEvent, Rejection> = {
  initialState: { status: 'absent', asks: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'HoldAsked':
        return {
          status: 'underway',
          asks: [{ id: `hold-${data.candidate}`, step: 'hold', candidate: data.candidate }],
        };
      case 'ConfirmAsked':
        return { ...state, asks: [{ id: 'confirm', step: 'confirm', candidate: data.candidate }] };
      case 'HoldAnswered':
        return { ...state, asks: [] };
      case 'Confirmed':
        return { status: 'confirmed', asks: [] };
      case 'GivenUp':
        return { status: 'given-up', asks: [] };
    }
  },
  decide(input, state) {
    if (input.type === 'Begin') {
      if (state.status !== 'absent') return reject('already-begun');
      return accept<PlacementEvent>({ type: 'HoldAsked', data: { candidate: 1 } });
    }
    if (!state.asks.some(({ candidate }) => candidate === input.candidate)) return accept();
    if (input.type === 'ConfirmAnswer')
      return accept<PlacementEvent>({ type: 'Confirmed', data: { candidate: input.candidate } });
    const { candidate, held } = input;
    const answered: PlacementEvent = { type: 'HoldAnswered', data: { candidate, held } };
    if (held) return accept<PlacementEvent>(answered, { type: 'ConfirmAsked', data: { candidate } });
    if (candidate === candidates) return accept<PlacementEvent>(answered, { type: 'GivenUp', data: {} });
    return accept<PlacementEvent>(answered, { type: 'HoldAsked', data: { candidate: candidate + 1 } });
  },
};

let store: EventStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

class Crash extends Error {
  override readonly name = 'Crash';
}

/** A side that knows a command id again and then answers as it did: what every service of ours does. */
const createTarget = (willing: number) => {
  const answers = new Map<string, boolean>();
  const effects: string[] = [];
  return {
    effects,
    ask({ step, candidate }: PlacementAsk, { commandId }: CallContext): boolean {
      const known = answers.get(commandId);
      if (known !== undefined) return known;
      effects.push(`${step} ${candidate}`);
      answers.set(commandId, candidate === willing);
      return candidate === willing;
    },
  };
};

/** A process as a fresh process of the machine has it, nothing cached; it dies at its `dieAt`-th step. */
const boot = (target: ReturnType<typeof createTarget>, dieAt = Number.POSITIVE_INFINITY) => {
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps === dieAt) throw new Crash();
  };
  const between = async <T>(work: () => Promise<T>): Promise<T> => {
    step();
    const result = await work();
    step();
    return result;
  };
  const handler = createCommandHandler({
    store,
    decider: placement,
    codec: createEventCodec({ schema: PlacementEvent }),
    streamOf: (id) => `placement-${id}`,
    clock: trialClock,
  });
  const contexts: CallContext[] = [];
  const manager = createProcessManager({
    name: 'placement',
    handler: {
      handle: (id, input: Input, context) => between(() => handler.handle(id, input, context)),
      load: (id) => between(() => handler.load(id)),
    },
    asks: (state: Placement) => state.asks,
    perform: (ask, context): Promise<Input> =>
      between(async () => {
        contexts.push(context);
        const answer = target.ask(ask, context);
        return ask.step === 'hold'
          ? { type: 'HoldAnswer', candidate: ask.candidate, held: answer }
          : { type: 'ConfirmAnswer', candidate: ask.candidate };
      }),
  });
  return { manager, contexts, steps: () => steps };
};

const context = (id: string): CallContext => ({
  commandId: `begin-${id}`,
  correlationId: `correlation-${id}`,
  actor: 'tester',
});
const historyOf = async (id: string) =>
  (await store.read(`placement-${id}`)).events.map(({ type, data }) => ({ type, data }));
const survive = (work: Promise<unknown>) =>
  work.catch((error) => {
    if (!(error instanceof Crash)) throw error;
  });

test('it asks what its own stream remembers, one after the other, and feeds the answers back', async () => {
  const target = createTarget(2);
  const { manager, contexts } = boot(target);
  const outcome = await manager.take('plain', { type: 'Begin' }, context('plain'));
  expect(outcome).toMatchObject({ accepted: true, value: { status: 'confirmed', asks: [] } });
  expect(target.effects).toEqual(['hold 1', 'hold 2', 'confirm 2']);
  expect(contexts.map(({ actor, correlationId }) => `${actor} ${correlationId}`)).toEqual(
    Array(3).fill('placement correlation-plain'),
  );
  const { events } = await store.read('placement-plain');
  expect(events.map(({ type }) => type)).toEqual([
    'HoldAsked',
    'HoldAnswered',
    'HoldAsked',
    'HoldAnswered',
    'ConfirmAsked',
    'Confirmed',
  ]);
  expect(outcome.accepted && outcome.position).toBe(events.at(-1)?.position);
});

test('a refused input is an answer, and nothing is asked', async () => {
  const target = createTarget(1);
  const { manager } = boot(target);
  await manager.take('twice', { type: 'Begin' }, context('twice'));
  expect(await manager.take('twice', { type: 'Begin' }, context('twice-again'))).toEqual({
    accepted: false,
    rejection: { code: 'already-begun', facts: {} },
  });
  expect(target.effects).toEqual(['hold 1', 'confirm 1']);
});

test.each([
  [
    'the same input again',
    (it: ReturnType<typeof boot>, id: string): Promise<unknown> => it.manager.take(id, { type: 'Begin' }, context(id)),
  ],
  ['a sweep', (it: ReturnType<typeof boot>, id: string): Promise<unknown> => it.manager.resume([id])],
])(
  'stopped between any two steps, once or twice, %s brings it to the same end and asks nothing twice',
  async (how, goOn) => {
    for (const willing of [1, 3, 99]) {
      const reference = `reference-${how.length}-${willing}`;
      const wanted = createTarget(willing);
      const whole = boot(wanted);
      await whole.manager.take(reference, { type: 'Begin' }, context(reference));
      for (let first = 1; first <= whole.steps(); first += 1) {
        for (const second of [1, 2, 3, 4, Number.POSITIVE_INFINITY]) {
          const id = `${how.length}-${willing}-${first}-${second}`;
          const target = createTarget(willing);
          await survive(boot(target, first).manager.take(id, { type: 'Begin' }, context(id)));
          // A sweep knows only what was begun; before that it is the sender who comes again.
          if (first === 1) await boot(target).manager.take(id, { type: 'Begin' }, context(id));
          await survive(goOn(boot(target, second), id));
          await goOn(boot(target), id);
          expect(target.effects).toEqual(wanted.effects);
          expect(await historyOf(id)).toEqual(await historyOf(reference));
        }
      }
    }
  },
);
test('a part that is down stops it with that error; what it had asked is still outstanding', async () => {
  const target = createTarget(1);
  let isDown = true;
  const ask = target.ask;
  target.ask = (...given) => {
    if (isDown) throw new UnavailableError('Offers is down.');
    return ask(...given);
  };
  await expect(boot(target).manager.take('down', { type: 'Begin' }, context('down'))).rejects.toThrow(UnavailableError);
  expect(await historyOf('down')).toEqual([{ type: 'HoldAsked', data: { candidate: 1 } }]);
  expect(await boot(target).manager.resume(['down', 'down'])).toEqual({
    settled: 0,
    failed: [{ id: 'down', reason: 'UnavailableError: Offers is down.' }],
  });
  isDown = false;
  expect(await boot(target).manager.resume(['down', 'never-begun'])).toEqual({ settled: 2, failed: [] });
  expect(target.effects).toEqual(['hold 1', 'confirm 1']);
});

test('two at once, a sweep and an input, ask nothing twice', async () => {
  const target = createTarget(3);
  const one = boot(target);
  await survive(boot(target, 3).manager.take('race', { type: 'Begin' }, context('race')));
  await Promise.all([
    one.manager.resume(['race']),
    boot(target).manager.take('race', { type: 'Begin' }, context('race')),
  ]);
  expect(target.effects).toEqual(['hold 1', 'hold 2', 'hold 3', 'confirm 3']);
});

test('a process whose decider does not take the answer in says so, and does not ask for ever', async () => {
  const handler = createCommandHandler({
    store,
    decider: {
      ...placement,
      decide: (input: Input, state) => (input.type === 'Begin' ? placement.decide(input, state) : accept()),
    },
    codec: createEventCodec({ schema: PlacementEvent }),
    streamOf: (id) => `placement-${id}`,
    clock: trialClock,
  });
  const manager = createProcessManager({
    name: 'placement',
    handler,
    asks: (state: Placement) => state.asks,
    perform: async ({ candidate }): Promise<Input> => ({ type: 'HoldAnswer', candidate, held: true }),
  });
  await expect(manager.take('stuck', { type: 'Begin' }, context('stuck'))).rejects.toThrow(
    'Process placement/stuck still asks hold-1 after the answer.',
  );
});
