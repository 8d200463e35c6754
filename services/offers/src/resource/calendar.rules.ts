/*
 * Who occupies which place when, in plain numbers: moments are ms since 1970, spans are half-open, lists are sorted
 * by their beginning.
 */

export type SpanMs = { readonly fromMs: number; readonly untilMs: number };

/**
 * A place that is held or taken. It keeps others out from `travelMs` before its span, which is the same for all of one
 * list, until `freeAtMs`, the end of the span and the time kept free after it.
 */
export type Occupied = SpanMs & {
  readonly bookingId: string;
  readonly freeAtMs: number;
  readonly travelMs?: number;
  /** Until when it is held; null when it is taken. */
  readonly expiresAtMs: number | null;
};

/** A hold that has passed keeps nobody out any more, whether that was recorded or not. */
export const isLive = ({ expiresAtMs }: Pick<Occupied, 'expiresAtMs'>, nowMs: number): boolean =>
  expiresAtMs === null || expiresAtMs > nowMs;

/** From when on it keeps others out. */
const busyFromMs = ({ fromMs, travelMs }: Pick<Occupied, 'fromMs' | 'travelMs'>): number =>
  travelMs === undefined ? fromMs : fromMs - travelMs;

/** Overlapping and touching spans melt together. */
export const meltSpans = (spans: readonly SpanMs[], added: readonly SpanMs[]): SpanMs[] => {
  const melted: SpanMs[] = [];
  for (const span of [...spans, ...added].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = melted.at(-1);
    if (last === undefined || span.fromMs > last.untilMs) melted.push({ fromMs: span.fromMs, untilMs: span.untilMs });
    else if (span.untilMs > last.untilMs) melted[melted.length - 1] = { fromMs: last.fromMs, untilMs: span.untilMs };
  }
  return melted;
};

/** What is left of melted spans when others are taken out. */
export const subtractSpans = (spans: readonly SpanMs[], taken: readonly SpanMs[]): SpanMs[] => {
  const out = meltSpans([], taken);
  return spans.flatMap(({ fromMs, untilMs }) => {
    const left: SpanMs[] = [];
    let beginMs = fromMs;
    for (const gap of out) {
      if (gap.untilMs <= beginMs) continue;
      if (gap.fromMs >= untilMs) break;
      if (gap.fromMs > beginMs) left.push({ fromMs: beginMs, untilMs: gap.fromMs });
      beginMs = gap.untilMs;
    }
    if (beginMs < untilMs) left.push({ fromMs: beginMs, untilMs });
    return left;
  });
};

export const isSameSpans = (a: readonly SpanMs[], b: readonly SpanMs[]): boolean =>
  a.length === b.length && a.every(({ fromMs, untilMs }, i) => fromMs === b[i]?.fromMs && untilMs === b[i]?.untilMs);

/** Where the first item stands that begins after a moment. */
export const indexAfter = (spans: readonly { readonly fromMs: number }[], atMs: number): number => {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.fromMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Whether one of the melted spans holds the whole span. */
export const isWithin = (spans: readonly SpanMs[], { fromMs, untilMs }: SpanMs): boolean => {
  const last = spans[indexAfter(spans, fromMs) - 1];
  return last !== undefined && untilMs <= last.untilMs;
};

/** A list that is short is looked through as it is. */
const shortList = 12;
/** How long the longest of a list keeps its place, in ms. Lists never change, so it is worked out once. */
const longest = new WeakMap<readonly Occupied[], number>();
const longestOf = (occupations: readonly Occupied[]): number => {
  const known = longest.get(occupations);
  if (known !== undefined) return known;
  let longestMs = 0;
  for (const { fromMs, freeAtMs } of occupations) longestMs = Math.max(longestMs, freeAtMs - fromMs);
  longest.set(occupations, longestMs);
  return longestMs;
};
/** Where the first stands that can still be there at a moment. */
const firstThere = (occupations: readonly Occupied[], atMs: number): number =>
  occupations.length <= shortList ? 0 : indexAfter(occupations, atMs - longestOf(occupations));

/**
 * The most places that are occupied at one moment of a span, by live holds and taken places of other bookings. The span
 * includes the times kept free around it.
 */
export const mostOccupied = (
  occupations: readonly Occupied[],
  span: SpanMs,
  nowMs: number,
  exceptBookingId?: string,
): number => {
  const ends: number[] = [];
  const begins: number[] = [];
  for (let i = firstThere(occupations, span.fromMs); i < occupations.length; i += 1) {
    const it = occupations[i];
    if (it === undefined || busyFromMs(it) >= span.untilMs) break;
    if (it.freeAtMs <= span.fromMs || !isLive(it, nowMs) || it.bookingId === exceptBookingId) continue;
    begins.push(busyFromMs(it));
    ends.push(it.freeAtMs);
  }
  if (begins.length < 2) return begins.length;
  ends.sort((a, b) => a - b);
  let most = 0;
  let ended = 0;
  for (let begun = 0; begun < begins.length; begun += 1) {
    // Half-open: who leaves at this moment has made room for who comes.
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= Math.max(begins[begun] ?? 0, span.fromMs)) ended += 1;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
};

/** When the first of those who occupy a place in a span leaves; undefined when nobody does. */
export const firstToLeave = (occupations: readonly Occupied[], span: SpanMs, nowMs: number): number | undefined => {
  let firstMs: number | undefined;
  for (let i = firstThere(occupations, span.fromMs); i < occupations.length; i += 1) {
    const it = occupations[i];
    if (it === undefined || busyFromMs(it) >= span.untilMs) break;
    if (it.freeAtMs <= span.fromMs || !isLive(it, nowMs)) continue;
    if (firstMs === undefined || it.freeAtMs < firstMs) firstMs = it.freeAtMs;
  }
  return firstMs;
};
