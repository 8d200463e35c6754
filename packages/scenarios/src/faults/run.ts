import type { RecordedEvent } from '@adempauze/event-store';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import { dayOf, type Instant, monthOf, msOf } from '@adempauze/kernel';
import { checkEvidence, type Finding } from '../checks/check-evidence.ts';
import type { Evidence } from '../checks/evidence.ts';
import { createIds } from '../ids.ts';
import { createJournal, tallyOf } from '../torture/journal.ts';
import { runLoad } from '../torture/load.ts';
import { createRandom } from '../torture/random.ts';
import { buildWorld } from '../torture/world.ts';
import { createBesides } from './besides.ts';
import { type Callers, createCallers } from './callers.ts';
import { namesIn, namesInFiles } from './find-names.ts';
import { compareWithRebuilds, listParked, publishedFrom, readKafka, readWholeLog } from './gather.ts';
import { createInjector } from './inject.ts';
import { type Blow, type Fault, planFaults } from './plan.ts';
import { type PlantOptions, type RunningPlant, startPlant } from './plant.ts';
import { listenForRecovery, type Recovery } from './recovery.ts';
import { settlePlant } from './settle.ts';
import { readTables } from './tables.ts';
import { lookAround, lookAtEverything, lookAtNames, nextMonthAfter, recordAllCare } from './wrap-up.ts';

export type FaultsOptions = Pick<PlantOptions, 'replicas' | 'brokers'> & {
  /** Holds all data; the caller removes it. */
  readonly folder: string;
  readonly minutes: number;
  readonly seed: number;
  readonly lanes: number;
  /** Share of the blows that are two faults at once. */
  readonly twoShare: number;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** A line for who watches. */
  readonly say: (line: string) => void;
  /** A line of a process. */
  readonly onLine: PlantOptions['onLine'];
  /** All lines of processes so far: names may not stand there either. */
  readonly processLog: () => Promise<string>;
};

/** One fault as it went; `recovery` is absent when no change was answered with yes within the limit. */
export type Hit = {
  readonly fault: Fault;
  readonly what: string;
  readonly lastedMs: number;
  readonly recovery: Recovery | undefined;
};

export type FaultsRun = {
  readonly hits: readonly Hit[];
  readonly findings: readonly Finding[];
  readonly tally: ReturnType<typeof tallyOf>;
  /** Changes answered with yes in a second, while faults came. */
  readonly yesPerSecond: number;
  readonly evidence: Evidence;
};

const clockStart = '2027-03-24T08:00:00.000Z';
const recoverWithinMs = 60_000;
const finishWithinMs = 240_000;
/** The world has supply for so many days; the clock stays well within it. */
const mostDays = 30;

/** Starts a marketplace of processes, plays load on it while faults come, heals all, and holds the evidence to account. */
export const runFaults = async (options: FaultsOptions): Promise<FaultsRun> => {
  const { seed, nowMs, pause, say } = options;
  const random = createRandom(seed);
  const ids = createIds(`faults ${seed}`);
  const violations: string[] = [];
  const begunMs = nowMs();
  const plant = await startPlant({
    ...{ folder: options.folder, replicas: options.replicas, brokers: options.brokers, clockStart },
    onLine: options.onLine,
    onEvent: (name, sentence) => {
      say(`  ! ${name} ${sentence}`);
      violations.push(`${name} ${sentence}, and nobody had asked for it.`);
    },
  });
  const store = createKurrentEventStore({
    connectionString: plant.distributed.storeUrl,
    clock: () => new Date().toISOString() as Instant,
    newId: ids.fork('store').next,
    timeoutMs: 20_000,
  });
  const journal = createJournal();
  const heard = listenForRecovery(journal, nowMs);
  const callers = createCallers({
    ...{ doorUrl: plant.doorUrl, signInUrl: plant.distributed.url, connections: 2 * options.lanes },
    ...{ journal: heard.journal, ids: ids.fork('callers'), random: random.fork(), nowMs, pause },
  });
  say(
    `  up after ${seconds(nowMs() - begunMs)}: ${plant.plan.processes.length} processes, ${plant.plan.links.length} links`,
  );
  try {
    await callers.lookAtClock();
    const world = await buildWorld(callers.caller, ids.fork('world'), 6 + Math.ceil(options.minutes * 2));
    const besides = createBesides({ ...callers, world, ids: ids.fork('besides'), random: random.fork() });
    say(`  the world is there: ${world.slots.length} times to ask for, ${world.households.length} households`);

    // What does not settle is looked at all the same: what stands there tells why.
    const settle = () =>
      settlePlant(plant, store, pause).catch((error: Error) => {
        violations.push(error.message);
      });
    let over = false;
    let failed: unknown;
    const load = runLoad({
      ...{ caller: callers.caller, world, lanes: options.lanes, ids: ids.fork('load'), random: random.fork() },
      ...{ now: callers.now, isOver: () => over, besides: besides.acts },
    });
    load.catch((error: unknown) => {
      failed = error;
    });
    const loadBegunMs = nowMs();
    const yesesBefore = heard.yeses();
    const hits = await hurt({ options, plant, callers, heard, violations, isDown: () => failed !== undefined });
    const yesPerSecond = (heard.yeses() - yesesBefore) / ((nowMs() - loadBegunMs) / 1000);
    for (const { fault, recovery } of hits)
      if (recovery === undefined)
        violations.push(
          `After ${fault.kind} (${fault.target}) no change was answered within ${recoverWithinMs / 1000} s.`,
        );

    for (const it of plant.distributed.processes) if (it.pid() === undefined) await it.start();
    say('  all is healed; callers finish');
    over = true;
    const finished = await within(finishWithinMs, load);
    if (!finished) violations.push(`Callers were not done ${finishWithinMs / 1000} s after the last fault.`);

    await settle();
    // A month later nothing may wait any more that somebody should have done by then.
    await jumpTo(nextMonthAfter(await callers.lookAtClock()), callers, pause);
    const recorded = await recordAllCare(callers.caller, ids.fork('wrap-up'), await callers.lookAtClock());
    await settle();
    await besides.billAll();
    const now = await callers.lookAtClock();
    await settle();
    say(`  settled: ${recorded} deliveries recorded at the end`);

    const told = journal.told();
    const seen = await lookAround(callers.caller, told, world.budgetId);
    const remembered = await lookAtNames(callers.caller, world);
    const atTheDoor = await lookAtEverything(callers.client(), besides.forgotten);
    const compared = await compareWithRebuilds(plant);
    const parked = await listParked(plant);
    const log = await readWholeLog(store);
    const groups = ids.fork(`groups ${options.folder}`);
    const { records, published } = await kafkaFor(plant, log, groups.next, pause);
    await store.close();
    await plant.close();

    const replicas = [];
    for (const it of compared) replicas.push({ ...it, tables: await readTables(plant.processOf(it.name).folder) });
    const gone = new Set(besides.forgotten.map(({ name }) => name));
    const inFiles = await namesInFiles(options.folder);
    const inView = atTheDoor.flatMap((text) => namesIn('The door', text)).filter(({ name }) => gone.has(name));
    const inLogLines = namesIn('The log lines of the processes', await options.processLog());
    const evidence: Evidence = {
      ...{ told, log, now, published, records, replicas, parked, seen, remembered },
      billedBefore: monthOf(dayOf(now)),
      forgotten: besides.forgotten.map(({ personId, name }) => ({ personId, name })),
      readable: [...inFiles.found, ...inView, ...inLogLines],
      lookedThrough: inFiles.files + atTheDoor.length,
    };
    const during: Finding = {
      check: 'while it ran, no answer that nobody may get, nothing that did not recover',
      violations: [...violations, ...journal.violations],
      looked: `${journal.answers()} answers, ${hits.length} faults`,
    };
    return { hits, findings: [during, ...checkEvidence(evidence)], tally: tallyOf(told), yesPerSecond, evidence };
  } finally {
    callers.close();
    await store.close();
    await plant.close();
  }
};

/** False when it takes longer. @throws whatever the task throws in time. */
const within = async (limitMs: number, task: Promise<unknown>): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  try {
    return await Promise.race([task.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

type Hurting = {
  readonly options: FaultsOptions;
  readonly plant: RunningPlant;
  readonly callers: Callers;
  readonly heard: ReturnType<typeof listenForRecovery>;
  readonly violations: string[];
  readonly isDown: () => boolean;
};

/** Blow after blow until the time is over; each next one once there was a yes again. */
const hurt = async ({ options, plant, callers, heard, violations, isDown }: Hurting): Promise<Hit[]> => {
  const { nowMs, pause, say, seed } = options;
  const hits: Hit[] = [];
  const groups = createIds(`groups ${seed} ${options.folder}`);
  const injector = createInjector({
    ...{ plant, nowMs, pause, random: createRandom(seed + 1), newGroupId: groups.next },
    async moveClock(hours) {
      const isFar = msOf(callers.now()) - Date.parse(clockStart) > mostDays * 86_400_000;
      await callers.moveClock(isFar ? 0.2 : hours);
    },
  });
  const untilMs = nowMs() + options.minutes * 60_000;
  const strike = async (fault: Fault) => {
    const faultBegunMs = nowMs();
    const what = await injector.inject(fault).catch((error: Error) => {
      violations.push(`${fault.kind} (${fault.target}): ${error.message}.`);
      return `${fault.target}: ${error.message}`;
    });
    const endedMs = nowMs();
    const recovery = await heard.after(faultBegunMs, endedMs, recoverWithinMs);
    hits.push({ fault, what, lastedMs: endedMs - faultBegunMs, recovery });
    say(
      `  ${seconds(untilMs - nowMs())} left: ${fault.kind} (${what}), ${seconds(endedMs - faultBegunMs)}; ` +
        (recovery === undefined
          ? 'NOT RECOVERED'
          : `yes after ${Math.round(recovery.firstYesMs)} ms, longest silence ${Math.round(recovery.silenceMs)} ms`),
    );
  };
  const blows: Iterator<Blow, never> = planFaults(plant.plan, createRandom(seed), options.twoShare);
  while (nowMs() < untilMs && !isDown()) {
    const { pauseMs, faults } = blows.next().value;
    await pause(pauseMs);
    await Promise.all(faults.map(strike));
  }
  return hits;
};

/** Moves the clock there, however often it takes. */
const jumpTo = async (to: Instant, callers: Callers, pause: FaultsOptions['pause']): Promise<void> => {
  for (let tries = 0; tries < 60; tries += 1) {
    const hours = (msOf(to) - msOf(callers.now())) / 3_600_000;
    if (hours <= 0 || (await callers.moveClock(hours))) return;
    await pause(1000);
  }
  throw new Error('The clock could not be moved after everything was healed.');
};

/** Reads Kafka once all that was published should be there: relays may be a moment behind. */
const kafkaFor = async (
  plant: RunningPlant,
  log: readonly RecordedEvent[],
  newGroupId: () => string,
  pause: FaultsOptions['pause'],
): Promise<Pick<Evidence, 'records' | 'published'>> => {
  const published = publishedFrom(log);
  for (let tries = 1; ; tries += 1) {
    const records = await readKafka(plant, newGroupId);
    const there = new Set(records.flatMap(({ record }) => (record.kind === 'event' ? [record.event.id] : [])));
    if (tries === 10 || published.every(({ id }) => there.has(id))) return { records, published };
    await pause(1000);
  }
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
