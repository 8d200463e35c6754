import { type Measured, scrapeAll } from './scrape.ts';

/** What was seen at one moment: seconds of lag by consumer and replica, and events taken in and not finished. */
export type LagSample = {
  /** Milliseconds since watching began. */
  readonly atMs: number;
  readonly lagSeconds: ReadonlyMap<string, number>;
  readonly pending: number;
  readonly parked: number;
};

export type LagReport = {
  readonly consumers: readonly {
    readonly consumer: string;
    /** The most that was seen, in seconds. */
    readonly mostSeconds: number;
    /** When the load ended. */
    readonly atEndSeconds: number;
    /** From the end of the load until it was seen at zero and stayed there; undefined when it did not come to zero. */
    readonly untilZeroSeconds: number | undefined;
  }[];
  readonly mostPending: number;
  /** Until nothing was pending either. */
  readonly untilZeroSeconds: number | undefined;
  readonly parked: number;
  readonly samples: number;
};

export const sampleOf = (measured: readonly Measured[], atMs: number): LagSample => {
  const lagSeconds = new Map<string, number>();
  let pending = 0;
  let parked = 0;
  for (const { name, labels, value } of measured) {
    if (name === 'adempauze_consumer_lag_seconds') {
      const consumer = `${labels.replica ?? labels.service} ${labels.consumer}`;
      lagSeconds.set(consumer, Math.max(value, lagSeconds.get(consumer) ?? 0));
    }
    if (name === 'adempauze_consumer_pending_events') pending += value;
    if (name === 'adempauze_parked_messages') parked = Math.max(parked, value);
  }
  return { atMs, lagSeconds, pending, parked };
};

const isAtRest = ({ lagSeconds, pending }: LagSample) =>
  pending === 0 && lagSeconds.size > 0 && [...lagSeconds.values()].every((it) => it === 0);

/** @param endedMs when the load ended, on the clock of the samples */
export const reportOf = (samples: readonly LagSample[], endedMs: number): LagReport => {
  const after = samples.filter(({ atMs }) => atMs >= endedMs);
  /** The first moment from which on all samples are good; undefined when the last is not. */
  const since = (good: (sample: LagSample) => boolean): number | undefined => {
    const lastBad = after.findLastIndex((it) => !good(it));
    const first = after[lastBad + 1];
    return first && (first.atMs - endedMs) / 1000;
  };
  const names = new Set(samples.flatMap(({ lagSeconds }) => [...lagSeconds.keys()]));
  const consumers = [...names].sort().map((consumer) => ({
    consumer,
    mostSeconds: Math.max(...samples.map(({ lagSeconds }) => lagSeconds.get(consumer) ?? 0)),
    atEndSeconds: after[0]?.lagSeconds.get(consumer) ?? 0,
    untilZeroSeconds: since(({ lagSeconds }) => (lagSeconds.get(consumer) ?? 0) === 0),
  }));
  return {
    consumers,
    mostPending: Math.max(0, ...samples.map(({ pending }) => pending)),
    untilZeroSeconds: since(isAtRest),
    parked: samples.at(-1)?.parked ?? 0,
    samples: samples.length,
  };
};

export type LagWatch = {
  /** The load has ended: goes on until all is at rest twice in a row, or for this long, and then says what was seen. */
  readonly finish: (withinMs: number) => Promise<LagReport>;
};

/** Looks every second. Lag counts from the first look that saw it, so it is known to the second. */
export const watchLag = ({
  urls,
  nowMs,
  wait,
  everyMs = 1000,
}: {
  /** `/metrics` of every process. */
  readonly urls: readonly string[];
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly everyMs?: number;
}): LagWatch => {
  const begunMs = nowMs();
  const samples: LagSample[] = [];
  let endMs: number | undefined;
  let endedMs: number | undefined;
  const look = async () => {
    for (let restful = 0; ; ) {
      const atMs = nowMs() - begunMs;
      const sample = sampleOf(await scrapeAll(urls), atMs);
      // Nobody who answers is not nobody who lags.
      if (sample.lagSeconds.size > 0) samples.push(sample);
      restful = endedMs !== undefined && atMs >= endedMs && isAtRest(sample) ? restful + 1 : 0;
      if (restful === 2 || (endMs !== undefined && nowMs() > endMs)) return;
      await wait(Math.max(0, begunMs + atMs + everyMs - nowMs()));
    }
  };
  const looking = look();
  return {
    async finish(withinMs) {
      endedMs = nowMs() - begunMs;
      endMs = nowMs() + withinMs;
      await looking;
      return reportOf(samples, endedMs);
    },
  };
};

const seconds = (value: number | undefined) => (value === undefined ? 'not reached' : `${value.toFixed(1)} s`);

export const linesOf = ({ consumers, mostPending, untilZeroSeconds, parked, samples }: LagReport): string[] => {
  const width = Math.max(10, ...consumers.map(({ consumer }) => consumer.length));
  return [
    `  ${'consumer'.padEnd(width)}  ${'most'.padStart(8)}  ${'at end'.padStart(8)}  ${'zero after'.padStart(11)}`,
    ...consumers.map(
      (it) =>
        `  ${it.consumer.padEnd(width)}  ${seconds(it.mostSeconds).padStart(8)}  ${seconds(it.atEndSeconds).padStart(8)}  ${seconds(it.untilZeroSeconds).padStart(11)}`,
    ),
    `  everything at rest after ${seconds(untilZeroSeconds)}; at most ${mostPending} events under way, ${parked} parked, ${samples} looks`,
  ];
};
