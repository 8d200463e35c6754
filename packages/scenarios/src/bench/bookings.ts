import { type BookingRun, runBookings, spread } from './booking-load.ts';
import { type Figure, median, round } from './figures.ts';
import { readThreadTimes } from './machine.ts';
import type { BookingPlace } from './place.ts';
import { cpuSecondsOf, scrapeAll } from './scrape.ts';

/** A run and what it cost the server: milliseconds of processor time for each booking, where they are known. */
export type MeasuredRun = BookingRun & {
  readonly mainMs: number | undefined;
  readonly otherMs: number | undefined;
  /** Of each process that tells, by its name. */
  readonly processMs: ReadonlyMap<string, number>;
};

export const measureBookings = async (
  { target, supply, tokens, seed, metricsUrls, pid }: BookingPlace,
  { connections, seconds, name, nowMs }: { connections: number; seconds: number; name: string; nowMs: () => number },
): Promise<MeasuredRun> => {
  const look = async () => ({
    threads: pid && readThreadTimes(pid()),
    processes: cpuSecondsOf(await scrapeAll(metricsUrls)),
  });
  const { threads: before, processes: secondsBefore } = await look();
  const run = await runBookings({ target, supply, tokens, connections, seconds, name: `${seed}-${name}`, nowMs });
  const { threads: after, processes: secondsAfter } = await look();
  const processMs = new Map(
    [...secondsAfter].map(([it, at]) => [it, ((at - (secondsBefore.get(it) ?? 0)) * 1000) / run.bookings] as const),
  );
  const perBooking = (field: 'mainSeconds' | 'otherSeconds') =>
    before && after ? ((after[field] - before[field]) * 1000) / run.bookings : undefined;
  return { ...run, mainMs: perBooking('mainSeconds'), otherMs: perBooking('otherSeconds'), processMs };
};

export const lineOf = (run: MeasuredRun): string => {
  const { p50, p99 } = spread(run.fullMs);
  const all = [...run.processMs].map(([name, ms]) => `${name} ${round(ms)}`).join(', ');
  const cpu =
    run.mainMs === undefined
      ? all && `; ms of processor a booking: ${all}`
      : `; server ${round(run.mainMs)} + ${round(run.otherMs ?? 0)} ms a booking`;
  return (
    `${run.connections} connections: ${Math.round(run.bookings / run.seconds)} bookings/s, ` +
    `p50 ${round(p50, 1)} ms, p99 ${round(p99, 1)} ms, ${run.lost} lost to others${cpu}`
  );
};

/** The figures of some runs with as many connections: each the median over the runs. */
export const figuresOf = (
  runs: readonly MeasuredRun[],
  floorPerSecond: number | undefined,
  target?: string,
): Figure[] => {
  const [first] = runs;
  if (first === undefined) return [];
  const over = (read: (run: MeasuredRun) => number, digits = 2) => round(median(runs.map(read)), digits);
  const at = `${first.connections} connections`;
  const step = (name: string, field: 'searchMs' | 'requestMs' | 'confirmMs'): Figure => ({
    name: `  ${name}`,
    unit: 'ms',
    median: over((run) => spread(run[field]).p50),
    p50: over((run) => spread(run[field]).p50),
    p99: over((run) => spread(run[field]).p99),
  });
  const cpu = (name: string, field: 'mainMs' | 'otherMs'): Figure[] =>
    first[field] === undefined
      ? []
      : [{ name: `  ${name}`, unit: 'ms/booking', median: over((run) => run[field] ?? 0) }];
  return [
    {
      name: `full bookings, ${at}`,
      unit: 'bookings/s',
      median: over((run) => run.bookings / run.seconds, 0),
      p50: over((run) => spread(run.fullMs).p50),
      p99: over((run) => spread(run.fullMs).p99),
      floor: floorPerSecond && Math.round(floorPerSecond),
      target,
    },
    step('search', 'searchMs'),
    step('request', 'requestMs'),
    step('confirm', 'confirmMs'),
    ...cpu('server, main thread', 'mainMs'),
    ...cpu('server, other threads', 'otherMs'),
    ...(first.mainMs === undefined ? [...first.processMs.keys()] : []).map((name) => ({
      ...{ name: `  ${name}`, unit: 'ms/booking' },
      median: over((run) => run.processMs.get(name) ?? 0),
    })),
  ];
};
