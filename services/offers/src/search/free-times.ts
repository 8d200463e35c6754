import { minuteMs } from '@adempauze/kernel';
import { isLive, type SpanMs } from '../resource/calendar.rules.ts';
import { bookableOf, type Resource } from '../resource/resource.state.rules.ts';

/**
 * A stretch in which a place stays free: whatever begins and ends within it fits, times kept free around it included.
 * `openMs` and `closeMs` are those of the opening that it is a part of.
 */
export type Gap = SpanMs & { readonly openMs: number; readonly closeMs: number };

/** All gaps of a resource, in order. They hold until it changes, or a hold passes. */
export type FreeTimes = {
  readonly resource: Resource;
  readonly gaps: readonly Gap[];
  readonly longestMs: number;
  readonly validUntilMs: number;
};

/** Stretches in which nobody fits any more, in order: as many there as there is room for. */
const fullSpans = (resource: Resource, nowMs: number): SpanMs[] => {
  const { capacity, capacities, occupations } = resource;
  const begins: number[] = [];
  const ends: number[] = [];
  for (const it of occupations) {
    if (!isLive(it, nowMs)) continue;
    begins.push(it.travelMs === undefined ? it.fromMs : it.fromMs - it.travelMs);
    ends.push(it.freeAtMs);
  }
  if (begins.length === 0 && capacities.length === 0 && capacity > 0) return [];
  ends.sort((a, b) => a - b);
  const edges = [...begins, ...ends];
  for (const { fromMs, untilMs } of capacities) edges.push(fromMs, untilMs);
  edges.sort((a, b) => a - b);
  const spans: { fromMs: number; untilMs: number }[] = [];
  const end = Number.MAX_SAFE_INTEGER;
  let [begun, ended, at] = [0, 0, 0];
  // Before the first edge nobody is there; without any room at all it is full from the beginning.
  if (capacity === 0) spans.push({ fromMs: Number.MIN_SAFE_INTEGER, untilMs: edges[0] ?? end });
  for (let i = 0; i < edges.length; i += 1) {
    const fromMs = edges[i] ?? end;
    const untilMs = edges[i + 1] ?? end;
    if (untilMs === fromMs) continue;
    while ((begins[begun] ?? end) <= fromMs) begun += 1;
    while ((ends[ended] ?? end) <= fromMs) ended += 1;
    while ((capacities[at]?.untilMs ?? end) <= fromMs) at += 1;
    const part = capacities[at];
    const fits = part !== undefined && part.fromMs <= fromMs ? part.capacity : capacity;
    if (begun - ended < fits) continue;
    const last = spans.at(-1);
    if (last?.untilMs === fromMs) last.untilMs = untilMs;
    else spans.push({ fromMs, untilMs });
  }
  return spans;
};

/** What is free of a resource now. Worked out once for each of its states, so that a full calendar costs nothing to search. */
export const freeTimesOf = (resource: Resource, nowMs: number): FreeTimes => {
  const openings = bookableOf(resource);
  const [bufferMs, travelMs] = [resource.bufferMinutes * minuteMs, resource.travelMinutes * minuteMs];
  const full = fullSpans(resource, nowMs);
  const gaps: Gap[] = [];
  let longestMs = 0;
  let validUntilMs = Number.POSITIVE_INFINITY;
  for (const { expiresAtMs } of resource.occupations) {
    if (expiresAtMs !== null && expiresAtMs > nowMs) validUntilMs = Math.min(validUntilMs, expiresAtMs);
  }
  const add = (fromMs: number, untilMs: number, opening: SpanMs) => {
    if (fromMs >= untilMs) return;
    gaps.push({ fromMs, untilMs, openMs: opening.fromMs, closeMs: opening.untilMs });
    longestMs = Math.max(longestMs, untilMs - fromMs);
  };
  let first = 0;
  for (const opening of openings) {
    if (opening.untilMs <= nowMs) continue;
    while (first < full.length && (full[first]?.untilMs ?? 0) + travelMs <= opening.fromMs) first += 1;
    let fromMs = opening.fromMs;
    for (let i = first; i < full.length; i += 1) {
      const span = full[i];
      if (span === undefined || span.fromMs - bufferMs >= opening.untilMs) break;
      add(fromMs, Math.min(span.fromMs - bufferMs, opening.untilMs), opening);
      fromMs = Math.max(fromMs, span.untilMs + travelMs);
    }
    add(fromMs, opening.untilMs, opening);
  }
  return { resource, gaps, longestMs, validUntilMs };
};

/** Where the first gap stands that ends after a moment. */
export const gapAfter = (gaps: readonly Gap[], atMs: number): number => {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((gaps[middle]?.untilMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
