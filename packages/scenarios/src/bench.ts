import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchAppends, benchRebuild } from '@adempauze/event-store/bench';
import { benchSettlement } from '@adempauze/invoicing/bench';
import { figuresOf, lineOf, type MeasuredRun, measureBookings } from './bench/bookings.ts';
import { startDistributedBench } from './bench/distributed.ts';
import { type Figure, median, round, tableOf } from './bench/figures.ts';
import { type LagReport, linesOf, watchLag } from './bench/lag.ts';
import { readCommit, readMachine } from './bench/machine.ts';
import { type BookingPlace, prepareBookings } from './bench/place.ts';
import { searchFigures } from './bench/search.ts';
import { type Bench, startBench } from './bench/standalone.ts';
import { profileBookings } from './bench-profile.ts';

/*
 * `npm run bench -- [--quick] [--json FILE] [--profile]`: what the marketplace does on this machine, beside what the
 * design asks for. Nothing is asserted. The load generator shares the machine with what it measures.
 * `--only bookings`: not the parts by themselves, nor their floor. `--only search`: search at three sizes, with its floor,
 * its memory and the time it takes at a start. `--replicas N`: the same against the distributed
 * profile, started here. `--target URL [--metrics URL,URL]`: against a marketplace that runs; it keeps what was booked.
 * `--minutes M [--connections 32]`: in place of the runs, one load that lasts, and the lag of every consumer during it
 * and after it, until it is zero.
 */

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    only: { type: 'string' },
    replicas: { type: 'string' },
    target: { type: 'string' },
    metrics: { type: 'string', default: '' },
    minutes: { type: 'string' },
    connections: { type: 'string', default: '32' },
  },
});
const nowMs = () => performance.now();
const say = (line: string) => console.log(line);

const quick = { runs: 1, seconds: 3, warmSeconds: 1, levels: [1, 32], appendSeconds: 1, rebuildEvents: 50_000 };
const full = { runs: 3, seconds: 8, warmSeconds: 4, levels: [1, 8, 32, 128], appendSeconds: 3, rebuildEvents: 300_000 };
const size = values.quick ? quick : full;
const searchOffers = values.quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000];
const searchesPerSize = values.quick ? 500 : 3000;
const deliveries = values.quick ? 5_000 : 50_000;
/** Events that one full booking appends: a place held, a request, a place taken, a confirmation. */
const eventsPerBooking = 4;

const benchBookings = async (bench: BookingPlace, floorPerSecond?: number): Promise<Figure[]> => {
  const figures: Figure[] = [];
  await measureBookings(bench, { connections: 32, seconds: size.warmSeconds, name: 'warm-0000', nowMs });
  for (const connections of size.levels) {
    const runs: MeasuredRun[] = [];
    for (let number = 1; number <= size.runs; number += 1) {
      const name = `run-${connections}-000${number}`;
      const run = await measureBookings(bench, { connections, seconds: size.seconds, name, nowMs });
      say(`  ${lineOf(run)}`);
      runs.push(run);
    }
    const target = connections === 32 ? 'at least 1,000/s, p99 under 60 ms (issue 3: 500/s, 100 ms)' : undefined;
    figures.push(...figuresOf(runs, floorPerSecond, target));
  }
  return figures;
};

const restarts = async (bench: Bench): Promise<Figure[]> => {
  const stopped = await bench.restart('stop');
  const killed = await bench.restart('kill');
  return [
    { name: 'restart after a stop', unit: 'ms until ready', median: Math.round(stopped) },
    { name: 'restart after kill -9', unit: 'ms until ready', median: Math.round(killed) },
  ];
};

const benchStore = async (): Promise<{ figures: Figure[]; floorPerSecond: number }> => {
  const figures: Figure[] = [];
  let floorPerSecond = 0;
  for (const writers of [1, 32]) {
    const runs = [];
    for (let run = 0; run < size.runs; run += 1)
      runs.push(await benchAppends({ writers, seconds: size.appendSeconds }));
    floorPerSecond = median(runs.map((it) => it.floorPerSecond));
    const shares = runs.map((it) => it.adapterPerSecond / it.floorPerSecond);
    figures.push({
      ...{ name: `event store appends, ${writers} writers`, unit: 'appends/s', floor: floorPerSecond },
      median: median(runs.map((it) => it.adapterPerSecond)),
      p50: median(runs.map((it) => it.p50)),
      p99: median(runs.map((it) => it.p99)),
      target: writers === 32 ? `at least 70 % of the floor (here ${round(median(shares) * 100, 0)} %)` : undefined,
    });
  }
  const rebuilds = [];
  for (let run = 0; run < size.runs; run += 1) rebuilds.push(await benchRebuild({ events: size.rebuildEvents }));
  figures.push({
    ...{ name: 'rebuild of a read model', unit: 'events/s', target: 'at least 100,000/s' },
    median: median(rebuilds.map((it) => it.eventsPerSecond)),
  });
  return { figures, floorPerSecond };
};

const benchParts = async (): Promise<Figure[]> => {
  const searches = searchFigures(searchOffers, searchesPerSize);
  const settled = await benchSettlement({ deliveries });
  return [
    ...searches,
    {
      name: `settlement of ${deliveries.toLocaleString('en-GB')} deliveries, ${settled.exact ? 'exact' : 'NOT EXACT'}`,
      ...{ unit: 'deliveries/s', median: settled.settledPerSecond },
      target: '1 million under 60 s (16,667/s), exact',
    },
  ];
};

/** After a load of minutes: how long consumers may take to come to the end of the log. */
const restWithinMs = 10 * 60_000;

/** One load that lasts, and what it does to those who follow the log. */
const benchLag = async (bench: BookingPlace, minutes: number): Promise<{ figures: Figure[]; lag: LagReport }> => {
  const connections = Number(values.connections);
  await measureBookings(bench, { connections, seconds: size.warmSeconds, name: 'warm-0000', nowMs });
  const watch = watchLag({ urls: bench.metricsUrls, nowMs, wait });
  const run = await measureBookings(bench, { connections, seconds: minutes * 60, name: 'load-0001', nowMs });
  const lag = await watch.finish(restWithinMs);
  say(`  ${lineOf(run)}`);
  for (const line of linesOf(lag)) say(line);
  return { figures: figuresOf([run], undefined), lag };
};

/** Wide enough that a worker's calendar holds some forty bookings at the end of all runs; a region of 300 would be sold out. */
const supply = { offersPerTown: 160, households: 600 };

const openPlace = async (): Promise<BookingPlace & { close(): Promise<void> }> => {
  const { target, replicas, metrics } = values;
  if (target !== undefined) {
    const at = target.replace(/\/$/, '');
    const metricsUrls = metrics === '' ? [`${at}/metrics`] : metrics.split(',');
    const seed = randomBytes(4).toString('hex');
    return {
      ...(await prepareBookings({ target: at, seed, size: supply, metricsUrls, nowMs })),
      close: async () => {},
    };
  }
  if (replicas !== undefined) return startDistributedBench({ replicas: Number(replicas), size: supply, say, nowMs });
  return startBench({ nowMs, size: supply });
};

/** Only the bookings, or only a load that lasts, wherever they are asked for. */
const benchPlace = async (): Promise<{ figures: Figure[]; lag?: LagReport }> => {
  const place = await openPlace();
  try {
    if (values.minutes !== undefined) return await benchLag(place, Number(values.minutes));
    return { figures: await benchBookings(place) };
  } finally {
    await place.close();
  }
};

/** Every part, with its floor; standalone. */
const benchAll = async (): Promise<{ figures: Figure[] }> => {
  const store = await benchStore();
  const bench = await startBench({ nowMs, size: supply });
  const booked: Figure[] = [];
  try {
    booked.push(...(await benchBookings(bench, store.floorPerSecond / eventsPerBooking)), ...(await restarts(bench)));
  } finally {
    await bench.close();
  }
  return { figures: [...booked, ...store.figures, ...(await benchParts())] };
};

/** Search by itself: at a tenth, at the size that is asked for, and at ten times that. */
const isSearch = values.only === 'search';
const isPlace =
  !isSearch && [values.only, values.replicas, values.target, values.minutes].some((it) => it !== undefined);
if (![undefined, 'bookings', 'search'].includes(values.only)) {
  console.error('Alleen --only bookings en --only search bestaan. / There are only --only bookings and --only search.');
  process.exitCode = 1;
} else if (values.profile) {
  const bench = await startBench({ nowMs, size: supply });
  try {
    await profileBookings(bench, { seconds: 10, nowMs, say });
  } finally {
    await bench.close();
  }
} else {
  const machine = readMachine();
  const commit = readCommit(fileURLToPath(new URL('.', import.meta.url)));
  say(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, commit ${commit ?? 'unknown'}`,
  );
  const benchOnlySearch = async () => ({ figures: searchFigures(searchOffers, searchesPerSize) });
  const measured = await (isSearch ? benchOnlySearch() : isPlace ? benchPlace() : benchAll());
  say(`\n${tableOf(measured.figures)}`);
  if (values.json !== undefined) {
    await writeFile(
      values.json,
      `${JSON.stringify({ machine, commit, measuredAt: new Date().toISOString(), ...measured }, null, 2)}\n`,
    );
  }
}
