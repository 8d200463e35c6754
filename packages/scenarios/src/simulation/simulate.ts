import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@adempauze/event-bus';
import { derivedId, hourMs, Instant, minuteMs, plusMs } from '@adempauze/kernel';
import { checkLives } from '../checks/check-lives.ts';
import type { Fact } from '../checks/history.ts';
import { createRandom } from '../torture/random.ts';
import { createActors } from './actors.ts';
import { createCaller, type Told } from './caller.ts';
import { checkHistory } from './checks.ts';
import { createFaults, type Rates, usualRates } from './faults.ts';
import { checkRepeats, checkViews } from './look-around.ts';
import { type SimulatedMarketplace, startSimulated } from './simulated-marketplace.ts';
import { buildTown, type Town } from './town.ts';

export type SimulationOptions = {
  readonly seed: number;
  /** Things that people do, moves of the clock and crashes together. */
  readonly steps: number;
  /** Emptied of nothing: it must be there, and what is written stays. */
  readonly folder: string;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly rates?: Rates;
  readonly log?: Log;
  /** Done before anything fails, and once all is over and at rest. */
  readonly opening?: (marketplace: SimulatedMarketplace, town: Town) => Promise<unknown>;
  readonly closing?: (marketplace: SimulatedMarketplace, town: Town, now: Instant) => Promise<unknown>;
};

export type Simulated = {
  readonly violations: readonly string[];
  readonly log: readonly Fact[];
  readonly told: readonly Told[];
  readonly crashes: number;
  /** Where the last life was lived. */
  readonly folder: string;
  readonly now: Instant;
};

/** Begins before a change of the clock, a leap day, the end of a year, or on an ordinary Monday. */
const begins = [
  '2027-03-24T09:00:00Z',
  '2027-10-27T09:00:00Z',
  '2028-02-26T09:00:00Z',
  '2027-12-24T22:00:00Z',
  '2027-05-17T07:30:00Z',
];
const mostAtOnce = 10;
const breathEvery = 250;
const mostLooks = 12;
const lookAgainAfterMs = 500;
/** The last deadline that a booking made now can have. */
const allDeadlinesMs = 8 * 24 * hourMs;

/** Lives through some weeks of a small town from one seed, with faults and crashes, and says what is wrong afterwards. */
export const simulate = async ({
  seed,
  steps,
  folder,
  pause,
  rates = usualRates,
  log = { warn: () => {}, error: () => {} },
  opening,
  closing,
}: SimulationOptions): Promise<Simulated> => {
  const random = createRandom(seed);
  const faults = createFaults(rates, random.fork(), pause);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return derivedId('simulation', seed, ids);
  };
  let now = Instant.parse(random.pick(begins));
  const clock = () => now;

  let lives = 0;
  const start = () => startSimulated({ folder: join(folder, `life-${lives}`), clock, faults, log });
  let current: Promise<SimulatedMarketplace> = start();
  const funerals: Promise<void>[] = [];
  const caller = createCaller({ life: () => current, random: random.fork(), pause, newKey: newId });
  const town = await buildTown(caller, newId, random.fork(), now);
  const actors = createActors({ caller, town, random: random.fork(), clock, newId });

  const crash = () => {
    current = (async () => {
      const dead = await current;
      await dead.die();
      const before = join(folder, `life-${lives}`);
      lives += 1;
      // In one turn of the event loop, so that the folder is as a crash at this moment would leave it.
      cpSync(before, join(folder, `life-${lives}`), { recursive: true });
      funerals.push(dead.bury().finally(() => rmSync(before, { recursive: true, force: true })));
      return start();
    })();
    return current;
  };
  const moveClock = () => {
    const strides: readonly (readonly [number, number])[] = [
      [1, minuteMs],
      [1, minuteMs],
      [minuteMs, 20 * minuteMs],
      [hourMs, 8 * hourMs],
    ];
    const [least, most] = random.chance(0.06) ? [12 * hourMs, 72 * hourMs] : random.pick(strides);
    const ms = random.whole(least, most);
    now = plusMs(now, ms);
  };
  const nudge = async () => (await current).nudge();

  const violations: string[] = [];
  const settle = async () => {
    const marketplace = await current;
    for (let quiet = 0, head = '', rounds = 0; quiet < 3; rounds += 1) {
      if (rounds === 200) {
        violations.push(`It does not come to rest: ${marketplace.ailments().join('; ')}.`);
        return;
      }
      await marketplace.nudge();
      await marketplace.settled();
      await pause(30);
      const end = (await marketplace.head()) ?? '';
      quiet = end === head ? quiet + 1 : 0;
      head = end;
    }
  };

  await opening?.(await current, town);
  faults.turn('on');
  const underWay = new Set<Promise<unknown>>();
  /** In the middle of everything, while what was booked is still to come: a breath, and a look at what hangs loose. */
  const breathe = async () => {
    await Promise.all(underWay);
    faults.turn('off');
    // A deadline's sweep may still be waiting to try again what had failed.
    let loose: string[] = [];
    for (let looks = 0; looks < mostLooks && (looks === 0 || loose.length > 0); looks += 1) {
      if (looks > 0) await pause(lookAgainAfterMs);
      await settle();
      loose = checkLives(await (await current).readLog(), now);
    }
    violations.push(...loose);
    faults.turn('on');
  };
  for (let step = 0; step < steps; step += 1) {
    if (step % breathEvery === breathEvery - 1) await breathe();
    const draw = random.next();
    if (draw < 0.05) {
      moveClock();
      if (random.chance(0.5)) void nudge();
    } else if (draw < 0.055) await crash();
    else {
      const acting: Promise<unknown> = actors.act().finally(() => underWay.delete(acting));
      underWay.add(acting);
    }
    if (underWay.size >= mostAtOnce) await Promise.race(underWay);
    else if (random.chance(0.3)) await pause(random.whole(0, 3));
  }
  await Promise.all(underWay);
  if (random.chance(0.5)) await crash();
  faults.turn('off');

  const marketplace = await current;
  now = plusMs(now, allDeadlinesMs);
  await settle();
  await actors.wrapUp();
  await settle();
  await actors.billAll();
  await settle();

  const facts = await marketplace.readLog();
  violations.push(...caller.scandals, ...checkHistory(facts, caller.told, now));
  for (const { consumer, key, reason, event } of await marketplace.parked())
    violations.push(`${consumer} parked ${event.type} of ${key}: ${reason}.`);
  violations.push(...marketplace.ailments());
  violations.push(...(await checkViews(marketplace.doors, facts, town, now)));
  violations.push(...(await checkRepeats(marketplace, caller.told)));
  for (const it of await marketplace.compareWithRebuild(join(folder, 'rebuilt')))
    violations.push(`A read model differs from its rebuild. ${it}`);
  await closing?.(marketplace, town, now);
  await Promise.all(funerals);
  await marketplace.close();
  return { violations, log: facts, told: caller.told, crashes: lives, folder: join(folder, `life-${lives}`), now };
};
