import {
  type CallContext,
  ConflictError,
  derivedId,
  hourMs,
  Instant,
  plusMs,
  UnavailableError,
} from '@adempauze/kernel';
import { checkCapacity } from '../checks/check-capacity.ts';
import { checkMoney } from '../checks/check-claims.ts';
import { checkFiles } from '../checks/check-files.ts';
import { checkHelpers } from '../checks/check-helpers.ts';
import { checkLives } from '../checks/check-lives.ts';
import { checkPlaces } from '../checks/check-places.ts';
import { checkPlans } from '../checks/check-plans.ts';
import { checkSteps } from '../checks/check-steps.ts';
import { checkHolds, checkWaiting } from '../checks/check-waiting.ts';
import { type Fact, object, text } from '../checks/history.ts';
import { createRandom } from '../torture/random.ts';
import { matchCommands } from './match-commands.ts';
import { registerVolunteers } from './match-scene.ts';
import { createMeeting } from './meeting.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { planCommands } from './plan-commands.ts';
import { registerHouse, registerPeople, setScene } from './plan-scene.ts';
import { type Part, type PlanCommand, sceneOf } from './plan-words.ts';
import { type PlanWorld, startPlanWorld } from './plan-world.ts';
import type { Raced } from './race-resource.ts';
import { allCategories, readLogAfter } from './whole-log.ts';

const begin = Instant.parse('2027-02-01T08:00:00Z');
/** The more there is the longer each takes; then a new world begins. */
const scenesInAWorld = 300;

/**
 * Every command on bookings, series, stays and waiting lists against every other on one resource, through two replicas.
 * After each race the marketplace comes to rest, and whoever reads the log finds nobody twice in one place, every booking
 * at its end or waiting for somebody until a moment to come, and as many places as bookings.
 */
export const racePlans = async ({
  seed,
  keep = () => true,
}: {
  readonly seed: number;
  /** Which pairs are run; all unless told. */
  readonly keep?: (pair: Pair<PlanCommand>, index: number) => boolean;
}): Promise<Raced> => {
  const random = createRandom(seed);
  const meeting = createMeeting(random);
  let now = begin;
  let calls = 0;
  const tools = {
    clock: () => now,
    pass(ms: number) {
      now = plusMs(now, ms);
    },
    newCall(): CallContext {
      calls += 1;
      const commandId = derivedId('stress call', calls);
      return { commandId, correlationId: commandId, actor: 'stress' };
    },
  };
  const newWorld = async () => {
    const world = await startPlanWorld(tools.clock, meeting);
    const common = sceneOf('all', world, { ...tools, own: false });
    await registerHouse(common);
    await registerPeople(common);
    await registerVolunteers(common);
    return world;
  };
  const violations: string[] = [];
  const end = async (ended: PlanWorld) => {
    violations.push(...(await ended.ailments()));
    await ended.close();
  };

  const yes = new Set<PlanCommand['run']>();
  const pairs = [...pairsOf(planCommands), ...pairsOf(matchCommands)].filter(keep);
  let world = await newWorld();
  let position: string | undefined;
  for (const [index, [a, b]] of pairs.entries()) {
    const name = `${a.name} / ${b.name}`;
    if (index % scenesInAWorld === 0 && index > 0) {
      await end(world);
      world = await newWorld();
      position = undefined;
    }
    const own = a.own === true || b.own === true;
    const scene = sceneOf(String(index), world, { ...tools, own });
    await world.comeToRest();
    position = (await readLogAfter(world.store, allCategories, position)).position;
    if (own) await registerPeople(scene);
    await setScene(scene, new Set<Part>([...a.needs, ...b.needs]));

    const run = async ({ run: act, afterMs }: PlanCommand, side: 'one' | 'two') => {
      if (afterMs !== undefined) {
        for (let turns = random.whole(0, 6); turns > 0; turns -= 1) await new Promise(setImmediate);
        tools.pass(afterMs);
      }
      const answer = await act(scene, side);
      if (isYes(answer)) yes.add(act);
    };
    // The first replica is the one that sweeps.
    const [first, second] = b.afterMs === undefined ? [a, b] : [b, a];
    for (const it of await meeting.race(
      () => run(first, 'one'),
      () => run(second, 'two'),
    )) {
      if (it.status === 'rejected' && !mayAskAgain(it.reason)) violations.push(`${name}: ${it.reason}.`);
    }
    await world.comeToRest();
    const { log } = await readLogAfter(world.store, allCategories, position);
    violations.push(...checkScene(log, scene.resourceId, now).map((it) => `${name}: ${it}`));
  }
  await end(world);
  // A command that is always refused races nobody.
  const refused = pairs.flat().filter(({ run }) => !yes.has(run));
  return {
    pairs: pairs.length,
    ...meeting.figures(),
    refused: [...new Set(refused.map(({ name }) => name))],
    violations,
  };
};

/** Of streams that began in this part of the log; what an earlier scene left to a deadline is no business of this one. */
const checkScene = (log: readonly Fact[], resourceId: string, now: Instant): string[] => {
  const begun = new Set(
    log
      .filter(({ revision, data }) => revision === 0 && (data.resourceId ?? resourceId) === resourceId)
      .map(({ stream }) => stream),
  );
  const own = log.filter(({ stream }) => begun.has(stream));
  return [
    ...checkCapacity(own),
    ...checkPlaces(own).violations,
    ...checkSteps(own),
    ...checkLives(own, now),
    ...checkWaiting(withRecordBy(own), now),
    ...checkHolds(own, now),
    ...checkPlans(own),
    ...checkHelpers(own),
    ...checkFiles(own),
    ...checkMoney(own),
  ];
};

/** Who lost one race after another, or saw the clock go on by days in the middle of it, is told so and may ask again. */
const mayAskAgain = (error: unknown) => error instanceof ConflictError || error instanceof UnavailableError;

/**
 * The provider records what was given within two days after its end; later it is the contact person's turn, by the task
 * that was set. Both follow from the log, and a confirmation does not name them.
 */
const withRecordBy = (log: readonly Fact[]): Fact[] => {
  const dueAt = new Map(
    log.flatMap((fact) => (fact.type === 'TaskSet' ? [[text(fact, 'bookingId'), text(fact, 'dueAt')] as const] : [])),
  );
  return log.map((fact) => {
    if (fact.type !== 'BookingConfirmed') return fact;
    const recordBy = plusMs(Instant.parse(text(object(fact, 'span'), 'until')), 48 * hourMs);
    return { ...fact, data: { ...fact.data, recordBy: dueAt.get(text(fact, 'bookingId')) ?? recordBy } };
  });
};

/** Only a sweep answers nothing at all. */
const isYes = (answer: unknown): boolean =>
  answer === undefined ||
  (typeof answer === 'object' && answer !== null && 'accepted' in answer && answer.accepted === true);
