import { openTestStore } from '@adempauze/event-store/testing';
import {
  type CallContext,
  ConflictError,
  derivedId,
  Instant,
  type Outcome,
  plusMs,
  UnavailableError,
} from '@adempauze/kernel';
import { checkBudgets } from '../checks/check-budgets.ts';
import { checkFiles } from '../checks/check-files.ts';
import { checkLog } from '../checks/check-log.ts';
import { createRandom } from '../torture/random.ts';
import { type CalendarHouse, openCalendarHouse } from './calendar-house.ts';
import { carelessly } from './careless.ts';
import type { Desk, DeskCommand, DeskScene } from './desk-words.ts';
import { type Apis, type House, type Houses, startHouses } from './houses.ts';
import { createMeeting } from './meeting.ts';
import { type Pair, pairsOf } from './pairs.ts';
import type { Raced } from './race-resource.ts';
import { allCategories, readLogAfter } from './whole-log.ts';

const begin = Instant.parse('2027-02-01T08:00:00Z');
const betweenMs = 60_000;
/** A marketplace with a clock of its own. */
type World = Houses & {
  now: () => Instant;
  passTo(moment: Instant): void;
};

const apisOf = ({ offers, bookings, matching, invoicing }: House): Apis => ({
  ...{ offers: offers.api, bookings: bookings.api, matching: matching.api, invoicing: invoicing.api },
});

/**
 * Every command of a desk against every other on the same file, through two replicas; and beside it one after the other,
 * both ways, on files that are just the same. Once all is at rest, what was answered and what stands there is that of one
 * of the two orders, both replicas say the same, and the log has nothing twice of what there may be one of.
 */
export const raceDesk = async <Part extends string>(
  desk: Desk<Part>,
  {
    seed,
    keep = () => true,
    careless = false,
  }: {
    readonly seed: number;
    /** Which pairs are run; all unless told. */
    readonly keep?: (pair: Pair<DeskCommand<Part>>, index: number) => boolean;
    /** The log takes what comes, whatever was written meanwhile: to see that it shows. */
    readonly careless?: boolean;
  },
): Promise<Raced> => {
  const random = createRandom(seed);
  const meeting = createMeeting(random);
  const newWorld = async (shared: boolean): Promise<World> => {
    let now = begin;
    const clock = () => now;
    const store = await openTestStore({ clock });
    const log = careless && shared ? carelessly(store) : store;
    const stores = shared ? [meeting.storeOf('one', log), meeting.storeOf('two', log)] : [store];
    return {
      ...(await startHouses(clock, store, stores)),
      now: clock,
      passTo(moment) {
        if (moment > now) now = moment;
      },
    };
  };
  const raced = await newWorld(true);
  const [one, two] = raced.all.map(apisOf);
  if (one === undefined || two === undefined) throw new Error('Two were started.');
  const inTurn = [await newWorld(false), await newWorld(false)];
  const worlds = [raced, ...inTurn];

  const calendars = await openCalendarHouse();
  const violations: string[] = [];
  const yes = new Set<DeskCommand<Part>>();
  const pairs = pairsOf(desk.commands).filter(keep);
  for (const [index, [a, b]] of pairs.entries()) {
    const name = `${a.name} / ${b.name}`;
    const latest = worlds.map((it) => it.now()).reduce((most, it) => (it > most ? it : most));
    const parts = new Set([...a.needs, ...b.needs]);
    const moments = desk.moments?.(latest, parts) ?? {
      begun: plusMs(latest, betweenMs),
      now: plusMs(latest, betweenMs),
    };
    const scenes: DeskScene[] = [];
    for (const world of worlds) {
      world.passTo(moments.begun);
      const scene = sceneAt(String(index), moments, world, calendars);
      await world.comeToRest();
      await desk.prepare(scene, parts);
      world.passTo(moments.now);
      await world.comeToRest();
      scenes.push(scene);
    }
    const [scene, ...others] = scenes;
    if (scene === undefined) throw new Error('There is a world.');
    const [callA, callB] = [callOf(index, 'a'), callOf(index, 'b')];
    const answerOf = ({ seen = (_scene, value) => value }: DeskCommand<Part>, outcome: Outcome<unknown>) =>
      plainly(outcome.accepted ? { yes: seen(scene, outcome.value) } : { no: outcome.rejection });

    const atOnce = await meeting.race(
      () => a.run(scene, one, callA),
      () => b.run(scene, two, callB),
    );
    let mayHaveFailed = false;
    const told = atOnce.map((it, side) => {
      const command = side === 0 ? a : b;
      if (it.status === 'fulfilled') {
        if (it.value.accepted) yes.add(command);
        return answerOf(command, it.value);
      }
      // Who lost one race after another is told so, and may ask again.
      mayHaveFailed = true;
      if (!(it.reason instanceof ConflictError || it.reason instanceof UnavailableError))
        violations.push(`${name}: ${it.reason}.`);
      return 'failed';
    });
    await raced.comeToRest();
    const standings = [plainly(await desk.standing(scene, one)), plainly(await desk.standing(scene, two))];
    if (standings[0] !== standings[1])
      violations.push(`${name}: two replicas do not say the same.\n  one  ${standings[0]}\n  two  ${standings[1]}`);
    const ends = [JSON.stringify([told, standings[0]])];
    for (const [turn, world] of inTurn.entries()) {
      const [apis] = world.all.map(apisOf);
      const own = others[turn];
      if (apis === undefined || own === undefined) throw new Error('A world has a house.');
      const answers: string[] = [];
      for (const side of turn === 0 ? [0, 1] : [1, 0]) {
        const command = side === 0 ? a : b;
        const outcome = await command.run(own, apis, side === 0 ? callA : callB);
        if (outcome.accepted) yes.add(command);
        answers[side] = answerOf(command, outcome);
      }
      await world.comeToRest();
      ends.push(JSON.stringify([answers, plainly(await desk.standing(own, apis))]));
    }
    if (!mayHaveFailed && ends[0] !== ends[1] && ends[0] !== ends[2])
      violations.push(`${name}: neither the one order nor the other.\n${apart(ends)}`);
  }

  const { log } = await readLogAfter(raced.store, allCategories);
  violations.push(...checkLog(log), ...checkFiles(log), ...checkBudgets(log));
  for (const world of worlds) {
    if (!careless) violations.push(...(await world.ailments()));
    await world.close();
  }
  await calendars.close();
  const refused = pairs.flat().filter((it) => !yes.has(it));
  return {
    pairs: pairs.length,
    ...meeting.figures(),
    refused: [...new Set(refused.map((it) => it.name))],
    violations,
  };
};

/**
 * As text, fields in the order of their names. What is named after an event has another id in every world, since each
 * writer has ids of its own.
 */
const plainly = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(
          Object.entries(it)
            .filter(([field]) => field !== 'entryId' && field !== 'taskId')
            .toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : it,
  );

const callOf = (index: number, ...words: readonly (string | number)[]): CallContext => {
  const commandId = derivedId('stress desk', index, ...words);
  return { commandId, correlationId: commandId, actor: 'stress' };
};

const sceneAt = (
  key: string,
  moments: Pick<DeskScene, 'begun' | 'now'>,
  world: World,
  calendars: CalendarHouse,
): DeskScene => {
  let turn = 0;
  let calls = 0;
  const apis = world.all.map(apisOf);
  return {
    ...moments,
    id: (...words) => derivedId('stress desk', key, ...words),
    next() {
      turn += 1;
      const next = apis[turn % apis.length];
      if (next === undefined) throw new Error('A world has a house.');
      return next;
    },
    newCall() {
      calls += 1;
      return callOf(Number(key), 'scene', calls);
    },
    rest: () => world.comeToRest(),
    passTo: world.passTo,
    addressOf: calendars.addressOf,
  };
};

/** What was raced and both orders, from a little before the first place where they are no longer the same. */
const apart = (ends: readonly string[]): string => {
  const [raced = ''] = ends;
  return ends
    .map((end, index) => {
      const other = index === 0 ? (ends[1] ?? '') : raced;
      let at = 0;
      while (at < end.length && end[at] === other[at]) at += 1;
      return `  ${index === 0 ? 'raced  ' : 'in turn'} …${end.slice(Math.max(0, at - 200), at + 400)}`;
    })
    .join('\n');
};
