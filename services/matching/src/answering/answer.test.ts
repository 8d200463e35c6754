import { randomBytes } from 'node:crypto';
import { RegisterHelper } from '@adempauze/contracts';
import type { Reaction } from '@adempauze/event-bus';
import { createCommandHandler, type EventStore, type SourceEvent } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId, hourMs, type Instant, overlaps, plusMs, UnavailableError } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, helperIdOf, matchIdOf, registration, requestNamed } from '../examples.fixtures.ts';
import { minutesPerWeek, withTravel } from '../helper/availability.rules.ts';
import { createHelperCodec } from '../helper/helper.codec.ts';
import { helperDecider, objectionTo } from '../helper/helper.decider.ts';
import { helperStream } from '../helper/helper.events.ts';
import { matchCodec } from '../match/match.codec.ts';
import { matchDecider } from '../match/match.decider.ts';
import { matchStream } from '../match/match.events.ts';
import { placementReactions } from '../placement/placement.ts';
import { createAnswering } from './answer.ts';

const keyStore = createSqliteKeyStore({ file: ':memory:', masterKey: randomBytes(32), randomBytes });
const vault = createVault(keyStore, { randomBytes });
let store: EventStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
  await keyStore.close();
});

const begin = at('2027-02-22T10:00:00Z');
/** An hour and a half each: two of a week fit under the maximum, and some are too close together or the same. */
const spans = [0, 0, 1.75, 5, 26, 170].map((hours) => ({
  from: plusMs(at('2027-03-02T09:00:00Z'), hours * hourMs),
  until: plusMs(at('2027-03-02T10:30:00Z'), hours * hourMs),
}));
const matchNames = spans.map((_, index) => `m${index}`);
const helperNames = ['Wim', 'Noor'];

type Fault = 'none' | 'not-written' | 'written-and-stopped';
const fault = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Fault>('none') },
  fc.constantFrom<Fault>('not-written', 'written-and-stopped'),
);
const kinds = [
  'propose',
  'propose',
  'propose',
  'answer',
  'answer',
  'answer',
  'yes',
  'no',
  'deadline',
  'cancel',
  'close',
  'react',
] as const;
const step = fc.record({
  kind: fc.constantFrom(...kinds),
  match: fc.constantFrom(...matchNames),
  helper: fc.constantFrom(...helperNames),
  twice: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One small world: its own streams, and a store that sometimes stops the process before or after an append. */
const createWorld = (world: string, firstFaults: readonly Fault[]) => {
  let faults = firstFaults;
  let now: Instant = begin;
  let appends = 0;
  let faulty = false;
  const clock = () => now;
  const name = (what: string) => `${world} ${what}`;
  const faultyStore: Pick<EventStore, 'append' | 'read'> = {
    read: store.read,
    async append(stream, events, options) {
      const happens = faulty ? (faults[appends++ % faults.length] ?? 'none') : 'none';
      if (happens === 'not-written') throw new UnavailableError('stopped before the append');
      const result = await store.append(stream, events, options);
      if (happens === 'written-and-stopped') throw new UnavailableError('stopped after the append');
      return result;
    },
  };
  const helperCodec = createHelperCodec(vault);
  const helpers = createCommandHandler({
    store: faultyStore,
    decider: helperDecider,
    codec: helperCodec,
    streamOf: helperStream,
    clock,
  });
  const matches = createCommandHandler({
    store: faultyStore,
    decider: matchDecider,
    codec: matchCodec,
    streamOf: matchStream,
    clock,
  });
  const answering = createAnswering({ helpers, matches, clock });
  const notHere = () => {
    throw new Error('No reaction of this test looks into the read model.');
  };
  const reactions = placementReactions({
    helpers,
    matches,
    answering,
    readModel: { db: { first: notHere, all: notHere }, waitFor: notHere },
    forgetKey: vault.forget,
    clock,
  });
  const contextOf = (id: string) => ({ commandId: derivedId(world, id), correlationId: world, actor: 'test' });
  const reactionTo = (event: SourceEvent): Reaction => ({
    correlationId: world,
    commandIdFor: (it) => derivedId('reactor', event.id, it),
    callFor: (it) => contextOf(`reaction ${event.id} ${it}`),
  });
  const handled = new Set<string>();
  /** What the reactor does: every event until it was handled once. */
  const react = async () => {
    const streams = [
      ...helperNames.map((it) => helperStream(helperIdOf(name(it)))),
      ...matchNames.map((it) => matchStream(matchIdOf(name(it)))),
    ];
    for (const stream of streams) {
      for (const event of (await store.read(stream)).events) {
        if (handled.has(event.id)) continue;
        await reactions[event.type]?.(event, reactionTo(event));
        handled.add(event.id);
      }
    }
  };
  const perform = async ({ kind, match, helper }: Step, id: string): Promise<unknown> => {
    const data = { matchId: matchIdOf(name(match)), helperId: helperIdOf(name(helper)) };
    const { matchId, helperId } = data;
    const context = contextOf(id);
    switch (kind) {
      case 'propose': {
        const [asked, asking] = await Promise.all([helpers.load(helperId), matches.load(matchId)]);
        if (asking.state.status === 'absent') return undefined;
        const objection = objectionTo(asked.state, asking.state.request, now);
        return matches.handle(matchId, { type: 'ProposeHelper', data, objection, now }, context);
      }
      case 'answer': {
        // Whoever is asked says yes.
        const { state } = await matches.load(matchId);
        const asked = state.status === 'proposed' ? state.current.helperId : helperId;
        return answering.answer({ matchId, helperId: asked, answer: 'yes' }, context);
      }
      case 'yes':
      case 'no':
        return answering.answer({ ...data, answer: kind }, context);
      case 'deadline':
        return matches.handle(matchId, { type: 'PassDeadline', data, now }, context);
      case 'cancel':
        return matches.handle(matchId, { type: 'CancelMatch', data, now }, context);
      case 'close':
        return matches.handle(matchId, { type: 'CloseMatch', data, now }, context);
      case 'react':
        return react();
    }
    return undefined;
  };
  const orStopped = async (work: Promise<unknown>) => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof UnavailableError) return undefined;
      throw error;
    }
  };

  return {
    /** From now on appends happen as these say, one after the other. */
    failWith(next: readonly Fault[]) {
      faults = next;
      appends = 0;
    },
    perform,
    react,
    settleProposal: (match: string, helper: string, proposal: number) =>
      answering.settle(
        { matchId: matchIdOf(name(match)), helperId: helperIdOf(name(helper)), proposal },
        contextOf(`settle ${proposal}`),
      ),
    later(hours: number) {
      now = plusMs(now, hours * hourMs);
    },
    async prepare() {
      for (const it of helperNames) {
        const data = RegisterHelper.parse({
          ...registration(it, { maxHoursPerWeek: 3 }),
          helperId: helperIdOf(name(it)),
        });
        const command = { type: 'RegisterHelper', data, organisationKind: 'volunteer-organisation', now } as const;
        await helpers.handle(data.helperId, command, contextOf(it));
      }
      for (const [index, it] of matchNames.entries()) {
        const span = spans[index];
        if (!span) throw new Error('Every match has its time.');
        const data = requestNamed(name(it), { span });
        await matches.handle(data.matchId, { type: 'OpenMatch', data, now }, contextOf(it));
      }
      faulty = true;
    },
    /** All at once; some are sent twice, as a caller does who heard no answer. */
    async together(steps: readonly Step[], round: number) {
      await Promise.all(
        steps.flatMap((it, index) => {
          const work = () => orStopped(perform(it, `${round}/${index}`));
          return it.twice ? [work(), work()] : [work()];
        }),
      );
      now = plusMs(now, 5 * hourMs);
    },
    async settle() {
      faulty = false;
      await react();
    },
    async check(settled: boolean) {
      const assignments = new Map<string, string[]>();
      for (const it of helperNames) {
        const { state } = await helpers.load(helperIdOf(name(it)));
        if (state.status === 'absent') throw new Error('A helper is gone.');
        const minutes = new Map<string, number>();
        state.assignments.forEach(({ span, matchId, proposal }, index) => {
          assignments.set(matchId, [...(assignments.get(matchId) ?? []), `${it} ${proposal}`]);
          for (const other of state.assignments.slice(index + 1))
            expect(overlaps(withTravel(span), other.span)).toBe(false);
          for (const [monday, some] of minutesPerWeek(span)) minutes.set(monday, (minutes.get(monday) ?? 0) + some);
        });
        for (const sum of minutes.values()) expect(sum).toBeLessThanOrEqual(3 * 60);
      }
      for (const it of matchNames) {
        const { state } = await matches.load(matchIdOf(name(it)));
        if (state.status === 'absent') throw new Error('A match is gone.');
        const standing = assignments.get(state.request.matchId) ?? [];
        if (state.status === 'matched') {
          const who = helperNames.find((helper) => helperIdOf(name(helper)) === state.current.helperId);
          expect(standing).toContain(`${who} ${state.current.proposal}`);
          if (settled) expect(standing).toHaveLength(1);
        } else if (settled) expect(standing).toEqual([]);
      }
      return assignments;
    },
  };
};

let worlds = 0;

test('whoever races and whenever it stops: no overlap, no full week exceeded, a match has its appointment and no other does', async () => {
  let matched = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 16 }),
      fc.array(fault, { minLength: 1, maxLength: 20 }),
      async (rounds, faults) => {
        worlds += 1;
        const world = createWorld(`world ${worlds}`, faults);
        await world.prepare();
        for (const [round, steps] of rounds.entries()) {
          await world.together(steps, round);
          await world.check(false);
        }
        await world.settle();
        matched += (await world.check(true)).size;
      },
    ),
    { numRuns: 120 },
  );
  expect(matched).toBeGreaterThan(0);
});

const asks = (kind: Step['kind']): Step => ({ kind, match: 'm0', helper: 'Wim', twice: false });

test('a late look at an older proposal leaves the newer one standing', async () => {
  const world = createWorld('older and newer', ['none']);
  await world.prepare();
  await world.perform(asks('propose'), 'first question');
  world.later(48);
  await world.perform(asks('deadline'), 'no answer');
  await world.perform(asks('propose'), 'second question');
  expect(await world.perform(asks('yes'), 'yes')).toMatchObject({ accepted: true });
  expect(await world.settleProposal('m0', 'Wim', 1)).toMatchObject({ rejection: { code: 'match-not-proposed' } });
  expect((await world.check(true)).size).toBe(1);
});

test('a yes that was cut short, released, and sent again to a new question takes the appointment on anew', async () => {
  const world = createWorld('cut short', ['none']);
  await world.prepare();
  await world.perform(asks('propose'), 'first question');
  world.failWith(['none', 'not-written']);
  await expect(world.perform(asks('yes'), 'yes')).rejects.toThrow(UnavailableError);
  world.failWith(['none']);
  world.later(48);
  await world.perform(asks('deadline'), 'no answer');
  await world.react();
  expect((await world.check(true)).size).toBe(0);
  await world.perform(asks('propose'), 'second question');
  expect(await world.perform(asks('yes'), 'yes')).toMatchObject({
    accepted: true,
    value: { state: { status: 'matched' } },
  });
  expect((await world.check(true)).size).toBe(1);
});
