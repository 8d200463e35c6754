import { mostOccupied, type Occupied, type SpanMs } from './calendar.rules.ts';

/** How many fit in a stretch of time. */
export type CapacitySpan = SpanMs & { readonly capacity: number };

/** The parts of a span in which capacity does not change, in order; at other times than those named it is `capacity`. */
export const capacityIn = (
  { capacity, capacities }: { readonly capacity: number; readonly capacities: readonly CapacitySpan[] },
  span: SpanMs,
): CapacitySpan[] => {
  if (capacities.length === 0) return [{ ...span, capacity }];
  const parts: CapacitySpan[] = [];
  let atMs = span.fromMs;
  for (const it of capacities) {
    if (it.untilMs <= atMs) continue;
    if (it.fromMs >= span.untilMs) break;
    if (it.fromMs > atMs) parts.push({ fromMs: atMs, untilMs: it.fromMs, capacity });
    const untilMs = Math.min(it.untilMs, span.untilMs);
    parts.push({ fromMs: Math.max(atMs, it.fromMs), untilMs, capacity: it.capacity });
    atMs = untilMs;
  }
  if (atMs < span.untilMs) parts.push({ fromMs: atMs, untilMs: span.untilMs, capacity });
  return parts;
};

type Calendar = {
  readonly capacity: number;
  readonly capacities: readonly CapacitySpan[];
  readonly occupations: readonly Occupied[];
};

/** The fewest places that are free at one moment of a span; none or less where more are there than fit. */
export const placesLeftIn = (calendar: Calendar, span: SpanMs, nowMs: number, exceptBookingId?: string): number => {
  const { capacity, capacities, occupations } = calendar;
  if (capacities.length === 0) return capacity - mostOccupied(occupations, span, nowMs, exceptBookingId);
  let left = Number.POSITIVE_INFINITY;
  for (const part of capacityIn(calendar, span)) {
    left = Math.min(left, part.capacity - mostOccupied(occupations, part, nowMs, exceptBookingId));
  }
  return left;
};

/** The first moment after one at which capacity changes; never is infinitely far. */
export const nextChange = (capacities: readonly CapacitySpan[], afterMs: number): number => {
  for (const { fromMs, untilMs } of capacities) {
    if (fromMs > afterMs) return fromMs;
    if (untilMs > afterMs) return untilMs;
  }
  return Number.POSITIVE_INFINITY;
};
