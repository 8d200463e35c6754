import type { SupplyMeasure } from '@adempauze/contracts';
import { minuteMs } from '@adempauze/kernel';
import { dayNumberOf } from '../amsterdam.rules.ts';
import { meltSpans, type SpanMs, subtractSpans } from '../resource/calendar.rules.ts';
import { type CapacitySpan, capacityIn } from '../resource/capacity.rules.ts';

/*
 * How much was on offer: places times real time, or times nights. At every moment it counts what was on offer at that very
 * moment, so that a day that was closed later is closed only from then on.
 */

/** A change of a calendar; it says something of the time from its own moment on. */
export type SupplyChange =
  | { readonly kind: 'open' | 'shut' | 'busy'; readonly atMs: number; readonly spans: readonly SpanMs[] }
  /** Without spans: wherever no span says otherwise. */
  | {
      readonly kind: 'capacity';
      readonly atMs: number;
      readonly spans: readonly SpanMs[];
      readonly capacity: number;
    };

const since = (spans: readonly SpanMs[], atMs: number): SpanMs[] =>
  spans
    .filter(({ untilMs }) => untilMs > atMs)
    .map(({ fromMs, untilMs }) => ({ fromMs: Math.max(fromMs, atMs), untilMs }));
export const common = (a: readonly SpanMs[], b: readonly SpanMs[]): SpanMs[] => subtractSpans(a, subtractSpans(a, b));

/** What changes say of a span of time and no more; a change that says nothing of it is left out. */
export const changesIn = (changes: readonly SupplyChange[], { fromMs, untilMs }: SpanMs): SupplyChange[] =>
  changes.flatMap((change) => {
    const spans = change.spans.filter((it) => it.fromMs < untilMs && it.untilMs > fromMs);
    // A calendar that was read says of all times that they are free again, and a capacity without spans is the usual one.
    const isOfAll = change.kind === 'busy' || (change.kind === 'capacity' && change.spans.length === 0);
    return spans.length === 0 && !isOfAll ? [] : [{ ...change, spans }];
  });

/** What a resource had on offer over all time, in stretches of one capacity; sorted. */
export const offeredTimes = (openedWith: number, changes: readonly SupplyChange[]): CapacitySpan[] => {
  let openings: SpanMs[] = [];
  /** Published one after the other, as rules are written out: melted together. */
  let coming: SpanMs[] = [];
  let busy: SpanMs[] = [];
  let capacities: CapacitySpan[] = [];
  let usual = [{ fromMs: Number.NEGATIVE_INFINITY, capacity: openedWith }];
  for (const change of changes) {
    const { atMs } = change;
    const spans = since(change.spans, atMs);
    if (change.kind !== 'capacity') {
      if (change.kind === 'open') coming.push(...spans);
      else if (change.kind === 'shut') {
        openings = subtractSpans(meltSpans(openings, coming), spans);
        coming = [];
      } else {
        const before = subtractSpans(busy, [{ fromMs: atMs, untilMs: Number.POSITIVE_INFINITY }]);
        busy = meltSpans(before, spans);
      }
    } else if (change.spans.length === 0) {
      usual = [...usual.filter(({ fromMs }) => fromMs < atMs), { fromMs: atMs, capacity: change.capacity }];
    } else {
      const others = capacities.flatMap((it) =>
        subtractSpans([it], spans).map((left): CapacitySpan => ({ ...left, capacity: it.capacity })),
      );
      capacities = [...others, ...spans.map((it) => ({ ...it, capacity: change.capacity }))].sort(
        (a, b) => a.fromMs - b.fromMs,
      );
    }
  }
  const stretches = usual.map(({ fromMs, capacity }, index) => ({
    span: { fromMs, untilMs: usual[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY },
    capacity,
  }));
  return subtractSpans(meltSpans(openings, coming), busy).flatMap((open) =>
    stretches.flatMap(({ span, capacity }) =>
      common([open], [span]).flatMap((part) => capacityIn({ capacity, capacities }, part)),
    ),
  );
};

/** Of a list of months the first moment of each, in order, and of the month after the last. */
export type MonthEdges = readonly number[];

/** Adds what a span is worth to its months: `amounts` runs beside the months. */
export const addSpan = (
  amounts: number[],
  { fromMs, untilMs }: SpanMs,
  { measure, edges, places }: { readonly measure: SupplyMeasure; readonly edges: MonthEdges; readonly places: number },
): void => {
  for (let month = 0; month < amounts.length; month += 1) {
    const from = Math.max(fromMs, edges[month] ?? Number.POSITIVE_INFINITY);
    const until = Math.min(untilMs, edges[month + 1] ?? Number.NEGATIVE_INFINITY);
    if (from >= until) continue;
    const amount = measure === 'minute' ? (until - from) / minuteMs : midnightsIn(from, until);
    amounts[month] = (amounts[month] ?? 0) + amount * places;
  }
};

/** Nights by the calendar: those whose midnight comes after the beginning, and not after the end. */
const midnightsIn = (fromMs: number, untilMs: number): number => dayNumberOf(untilMs) - dayNumberOf(fromMs);
