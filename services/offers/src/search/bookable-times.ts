import { minuteMs } from '@adempauze/kernel';
import { dayNumberOf, momentOn, wallMsOf } from '../amsterdam.rules.ts';
import { type Offer, priceOf } from '../offer/terms.rules.ts';
import { firstToLeave, indexAfter, mostOccupied, type SpanMs } from '../resource/calendar.rules.ts';
import type { Resource } from '../resource/resource.decider.ts';

/** Which times are asked for. Moments are ms since 1970; a time lies wholly between `fromMs` and `untilMs`. */
export type TimesAsked = {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Length wanted; undefined: the offer's own usual length. */
  readonly minutes: number | undefined;
  readonly nights: number | undefined;
  readonly most: number;
};

export type FoundTime = SpanMs & {
  readonly resource: Resource;
  readonly quantity: number;
  readonly priceCents: number;
  readonly placesLeft: number;
};

/** Starts that are tried: from the beginning of an opening, this far apart. */
const stepMs = 30 * minuteMs;
/** A block of three to four hours is what caregivers want (R16). */
const usualBlockMinutes = 210;
const partDayMinutes = 240;
/** A visit without a length is the whole opening when that is short, and otherwise this long. */
const shortOpeningMs = 4 * 60 * minuteMs;
const usualVisitMinutes = 120;
/** Days of one resource that are looked through for one offer; a bound on what one search can cost. */
const mostDays = 400;

/** Starts on one day in one opening: from `firstMs` to `lastMs`, on the grid that begins at `anchorMs`. */
type Piece = {
  readonly resource: Resource;
  readonly day: number;
  readonly anchorMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly lengthMs: number;
};

/**
 * Times that can be booked now: the first of each day, day after day, and when there are not enough days more of the
 * same days. In order of time. Whatever is given here can be held, as long as nobody is quicker.
 */
export const bookableTimes = (offer: Offer, resources: readonly Resource[], asked: TimesAsked): FoundTime[] => {
  const pricedFromMs = offer.tariffs[0]?.fromMs ?? Number.POSITIVE_INFINITY;
  const firstMs = Math.max(asked.fromMs, asked.nowMs + 1, pricedFromMs);
  const lookup = { ...asked, fromMs: firstMs };
  const sources = resources.map((resource) => {
    const pieces = offer.unit === 'night' ? stays(resource, lookup) : blocks(offer, resource, lookup);
    return { pieces, head: pieces.next().value };
  });
  const found: FoundTime[] = [];
  const days: { readonly pieces: Piece[]; lastMs: number }[] = [];
  while (found.length < asked.most) {
    let day: number | undefined;
    for (const { head } of sources) if (head && (day === undefined || head.day < day)) day = head.day;
    if (day === undefined) break;
    const pieces: Piece[] = [];
    for (const source of sources) {
      while (source.head?.day === day) {
        pieces.push(source.head);
        source.head = source.pieces.next().value;
      }
    }
    const first = earliest(offer, pieces, Number.NEGATIVE_INFINITY, asked.nowMs);
    if (first === undefined) continue;
    found.push(first);
    days.push({ pieces, lastMs: first.fromMs });
  }
  for (let before = 0; found.length < asked.most && before < found.length; ) {
    before = found.length;
    for (const day of days) {
      if (found.length === asked.most) break;
      const next = earliest(offer, day.pieces, day.lastMs + stepMs, asked.nowMs);
      if (next === undefined) continue;
      found.push(next);
      day.lastMs = next.fromMs;
    }
  }
  return found.sort((a, b) => a.fromMs - b.fromMs);
};

/** The earliest time that is free in any of the pieces, not before a moment. */
const earliest = (
  offer: Offer,
  pieces: readonly Piece[],
  notBeforeMs: number,
  nowMs: number,
): FoundTime | undefined => {
  let best: FoundTime | undefined;
  for (const piece of pieces) {
    if (best !== undefined && piece.firstMs >= best.fromMs) continue;
    const time = firstFree(offer, piece, notBeforeMs, nowMs);
    if (time !== undefined && (best === undefined || time.fromMs < best.fromMs)) best = time;
  }
  return best;
};

const firstFree = (offer: Offer, piece: Piece, notBeforeMs: number, nowMs: number): FoundTime | undefined => {
  const { resource, anchorMs, lastMs, lengthMs } = piece;
  const { capacity, occupations, bufferMinutes } = resource;
  let fromMs = onGrid(anchorMs, Math.max(piece.firstMs, notBeforeMs));
  while (fromMs <= lastMs) {
    const untilMs = fromMs + lengthMs;
    const kept = { fromMs, untilMs: untilMs + bufferMinutes * minuteMs };
    const occupied = mostOccupied(occupations, kept, nowMs);
    if (occupied < capacity) {
      const priced = priceOf(offer, { fromMs, untilMs });
      if (!priced.accepted) return undefined;
      const { quantity, priceCents } = priced.price;
      return { resource, fromMs, untilMs, quantity, priceCents, placesLeft: capacity - occupied };
    }
    // Nothing can be free before the first of them leaves.
    const leavesMs = firstToLeave(occupations, kept, nowMs) ?? fromMs;
    fromMs = onGrid(anchorMs, Math.max(fromMs + 1, leavesMs));
  }
  return undefined;
};

/** The first moment of the grid that is not before a moment. */
const onGrid = (anchorMs: number, atMs: number): number => anchorMs + Math.ceil((atMs - anchorMs) / stepMs) * stepMs;

/** Openings that may hold a time between two moments, in order. */
function* openingsIn({ openings }: Resource, { fromMs, untilMs }: SpanMs): Generator<SpanMs, undefined> {
  for (let i = Math.max(0, indexAfter(openings, fromMs) - 1); i < openings.length; i += 1) {
    const opening = openings[i];
    if (opening === undefined || opening.fromMs >= untilMs) return;
    if (opening.untilMs > fromMs) yield opening;
  }
}

/** Blocks and visits, day by day. */
function* blocks(offer: Offer, resource: Resource, asked: TimesAsked): Generator<Piece, undefined> {
  let days = 0;
  for (const opening of openingsIn(resource, asked)) {
    const lengthMs = lengthMsFor(offer, opening, asked.minutes);
    if (lengthMs === undefined) return;
    const latestMs = Math.min(opening.untilMs, asked.untilMs) - lengthMs;
    const anchorMs = opening.fromMs;
    let fromMs = onGrid(anchorMs, Math.max(opening.fromMs, asked.fromMs));
    while (fromMs <= latestMs) {
      if (days === mostDays) return;
      days += 1;
      const day = dayNumberOf(fromMs);
      const midnightMs = momentOn(day + 1, 0);
      yield { resource, day, anchorMs, firstMs: fromMs, lastMs: Math.min(latestMs, midnightMs - 1), lengthMs };
      fromMs = onGrid(anchorMs, midnightMs);
    }
  }
}

/** In ms; undefined when the offer is not given for so short or so long. */
const lengthMsFor = (offer: Offer, opening: SpanMs, asked: number | undefined): number | undefined => {
  const { unit, minMinutes = 0, maxMinutes = Number.POSITIVE_INFINITY } = offer;
  const usual = () => {
    if (unit === 'hour') return usualBlockMinutes;
    if (unit === 'part-day') return partDayMinutes;
    const openMs = opening.untilMs - opening.fromMs;
    return openMs <= shortOpeningMs ? openMs / minuteMs : usualVisitMinutes;
  };
  const minutes = asked ?? Math.min(maxMinutes, Math.max(minMinutes, usual()));
  const rounded = unit === 'hour' ? Math.ceil(minutes / 15) * 15 : minutes;
  return rounded < minMinutes || rounded > maxMinutes ? undefined : rounded * minuteMs;
};

/**
 * Stays, one for each day of arrival. An opening of a house runs from the first check-in to the last check-out, so its
 * wall times are those of every stay in it.
 */
function* stays(resource: Resource, asked: TimesAsked): Generator<Piece, undefined> {
  const nights = asked.nights ?? 1;
  let days = 0;
  for (const opening of openingsIn(resource, asked)) {
    const checkInMs = wallMsOf(opening.fromMs);
    const checkOutMs = wallMsOf(opening.untilMs);
    const endMs = Math.min(opening.untilMs, asked.untilMs);
    for (let day = dayNumberOf(Math.max(opening.fromMs, asked.fromMs)); ; day += 1) {
      const fromMs = momentOn(day, checkInMs);
      const untilMs = momentOn(day + nights, checkOutMs);
      if (untilMs > endMs || days === mostDays) break;
      if (fromMs < opening.fromMs || fromMs < asked.fromMs) continue;
      days += 1;
      yield { resource, day, anchorMs: fromMs, firstMs: fromMs, lastMs: fromMs, lengthMs: untilMs - fromMs };
    }
  }
}

/** Whether an offer without places of its own is given for this long. */
export const isLengthGiven = ({ minMinutes, maxMinutes }: Offer, minutes: number | undefined): boolean =>
  minutes === undefined || (minutes >= (minMinutes ?? 0) && minutes <= (maxMinutes ?? Number.POSITIVE_INFINITY));
