import { openTestStore } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, Instant, minuteMs, type Outcome, plusMs } from '@adempauze/kernel';
import { checkCapacity } from '../checks/check-capacity.ts';
import { checkLog } from '../checks/check-log.ts';
import { checkPlaces } from '../checks/check-places.ts';
import { checkSteps } from '../checks/check-steps.ts';
import { createRandom } from '../torture/random.ts';
import { carelessly } from './careless.ts';
import { createMeeting } from './meeting.ts';
import { type Pair, pairsOf } from './pairs.ts';

import { type ResourceCommand, resourceCommands } from './resource-commands.ts';
import { prepare, type ResourceWorld, sceneAt, startResourceWorld } from './resource-scene.ts';
import { readLogAfter } from './whole-log.ts';

export type Raced = {
  readonly pairs: number;
  /** Races in which both stood before an append at once, and those in which somebody had to decide again. */
  readonly met: number;
  readonly lost: number;
  /** Commands that never heard yes. */
  readonly refused: readonly string[];
  readonly violations: readonly string[];
};

/** Times go by the clock of the scenes; nothing here is near a change of it. */
const begin = Instant.parse('2027-02-01T08:00:00Z');
/** Scenes follow each other this closely, and the hold that is to have passed by then has. */
const betweenMs = 2 * minuteMs;

/**
 * Every command against every other on one resource: from two replicas that both decided on the same state, and beside it
 * one after the other, both ways, on a resource that is just the same. What was answered and what stands there afterwards
 * is that of one of the two orders; and whoever reads the log, knowing nothing of the decider, finds nobody too many.
 */
export const raceResource = async ({
  seed,
  keep = () => true,
  careless = false,
}: {
  readonly seed: number;
  /** Which pairs are run; all unless told. */
  readonly keep?: (pair: Pair<ResourceCommand>, index: number) => boolean;
  /** The log takes what comes, whatever was written meanwhile: to see that it shows. */
  readonly careless?: boolean;
}): Promise<Raced> => {
  const random = createRandom(seed);
  const meeting = createMeeting(random);
  let now = begin;
  const clock = () => now;
  let calls = 0;
  const newCall = (): CallContext => {
    calls += 1;
    return { commandId: derivedId('stress call', calls), correlationId: 'stress', actor: 'stress' };
  };
  const stores = [await openTestStore({ clock }), await openTestStore({ clock }), await openTestStore({ clock })];
  const [shared, forth, back] = stores;
  if (shared === undefined || forth === undefined || back === undefined) throw new Error('Three were opened.');
  const log = careless ? carelessly(shared) : shared;
  const raced = await startResourceWorld(
    shared,
    [meeting.storeOf('one', log), meeting.storeOf('two', log)],
    clock,
    newCall,
  );
  const [one, two] = raced.shops;
  if (one === undefined || two === undefined) throw new Error('Two were started.');
  const inTurn: readonly ResourceWorld[] = [
    await startResourceWorld(forth, [forth], clock, newCall),
    await startResourceWorld(back, [back], clock, newCall),
  ];
  const worlds = [raced, ...inTurn];

  const violations: string[] = [];
  const yes = new Set<ResourceCommand>();
  const pairs = pairsOf(resourceCommands).filter(keep);
  for (const [index, [a, b]] of pairs.entries()) {
    const name = `${a.name} / ${b.name}`;
    const scene = sceneAt(String(index), now, worlds);
    for (const world of worlds) await prepare(scene, world, newCall);
    now = plusMs(now, betweenMs);
    // Mostly both have read what is there; else one of them decides on what it remembers, and finds out.
    if (random.chance(0.8)) for (const { api } of raced.shops) await api.findResource(scene);
    const [callA, callB] = [newCall(), newCall()];
    const atOnce = await meeting.race(
      () => a.run(scene, one.api, callA),
      () => b.run(scene, two.api, callB),
    );
    const told = atOnce.map((it, side) => {
      if (it.status === 'fulfilled') {
        if (it.value.accepted) yes.add(side === 0 ? a : b);
        return answerOf(it.value);
      }
      violations.push(`${name}: ${it.reason}.`);
      return 'failed';
    });
    const standing = (world: ResourceWorld) => world.shops[0]?.api.findResource({ resourceId: scene.resourceId });
    const ends = [JSON.stringify([told, await standing(raced)])];
    for (const [turn, world] of inTurn.entries()) {
      const [shop] = world.shops;
      if (shop === undefined) throw new Error('A world has a shop.');
      const sides = [
        async () => answerOf(await a.run(scene, shop.api, callA)),
        async () => answerOf(await b.run(scene, shop.api, callB)),
      ];
      const answers: string[] = [];
      for (const side of turn === 0 ? [0, 1] : [1, 0]) answers[side] = (await sides[side]?.()) ?? '';
      ends.push(JSON.stringify([answers, await standing(world)]));
    }
    if (ends[0] !== ends[1] && ends[0] !== ends[2])
      violations.push(`${name}: neither the one order nor the other.\n  raced ${ends.join('\n  in turn ')}`);
  }

  const { log: facts } = await readLogAfter(shared, ['provider', 'offer', 'resource']);
  violations.push(...checkLog(facts), ...checkCapacity(facts), ...checkPlaces(facts).violations, ...checkSteps(facts));
  for (const { shops } of worlds) {
    for (const shop of shops) {
      await shop.settled();
      if (!careless) violations.push(...(await shop.rebuildAndCompare(':memory:')));
      await shop.close();
    }
  }
  for (const store of stores) await store.close();
  const refused = pairs.flat().filter((it) => !yes.has(it));
  return {
    pairs: pairs.length,
    ...meeting.figures(),
    refused: [...new Set(refused.map(({ name }) => name))],
    violations,
  };
};

const answerOf = (outcome: Outcome<unknown>): string =>
  JSON.stringify(outcome.accepted ? { yes: outcome.value } : { no: outcome.rejection });
