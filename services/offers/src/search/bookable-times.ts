import type { PricePayer } from '@adempauze/contracts';
import { minuteMs } from '@adempauze/kernel';
import { dayNumberOf, momentOn, nightsBetween, wallMsOf } from '../amsterdam.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { priceOf } from '../offer/terms.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';
import { placesLeftIn } from '../resource/capacity.rules.ts';
import { placeOn, type Resource } from '../resource/resource.state.rules.ts';
import { type FreeTimes, type Gap, gapAfter } from './free-times.ts';

/** Which times are asked for. Moments are ms since 1970; a time lies wholly between `fromMs` and `untilMs`. */
export type TimesAsked = {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Length wanted; undefined: the offer's own usual length. */
  readonly minutes: number | undefined;
  readonly nights: number | undefined;
  readonly most: number;
  readonly payer?: PricePayer | undefined;
  /** It begins before this moment, wherever it ends. */
  readonly startsBeforeMs?: number | undefined;
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

/** Starts on one day in one gap, all of them free: from `firstMs` to `lastMs`, on the grid that begins at `anchorMs`. */
type Piece = {
  readonly resource: Resource;
  readonly day: number;
  readonly anchorMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly lengthMs: number;
};

/** The shortest that this offer can be found for; what has no gap as long as that needs no look. */
export const shortestMs = (offer: Offer, { minutes, nights }: TimesAsked): number => {
  if (offer.unit === 'night') return ((nights ?? offer.minNights ?? 1) - 1) * 24 * 60 * minuteMs;
  if (offer.unit === 'visit') return (minutes ?? 0) * minuteMs;
  return (minutes ?? Math.min(offer.maxMinutes ?? Number.POSITIVE_INFINITY, offer.minMinutes ?? 0)) * minuteMs;
};

/**
 * Times that can be booked now: the first of each day, day after day, and when there are not enough days more of the
 * same days. In order of time. Whatever is given here can be held, as long as nobody is quicker.
 */
export const bookableTimes = (
  offer: Offer,
  resources: readonly FreeTimes[],
  asked: TimesAsked,
): readonly FoundTime[] => {
  const fromMs = earliestMs(offer, asked);
  const leastMs = shortestMs(offer, asked);
  // Made when there is something to look at: of most offers there is not.
  let lookup: TimesAsked | undefined;
  let sources: { readonly pieces: Generator<Piece, undefined>; head: Piece | undefined }[] | undefined;
  for (const free of resources) {
    if (free.gaps.length === 0 || free.longestMs < leastMs) continue;
    if ((free.gaps[gapAfter(free.gaps, fromMs)]?.fromMs ?? asked.untilMs) >= asked.untilMs) continue;
    lookup ??= { ...asked, fromMs };
    const pieces = offer.unit === 'night' ? stays(offer, free, lookup) : blocks(offer, free, lookup);
    const head = pieces.next().value;
    if (head === undefined) continue;
    sources ??= [];
    sources.push({ pieces, head });
  }
  if (sources === undefined) return none;
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
    const first = earliest(offer, pieces, Number.NEGATIVE_INFINITY, asked);
    if (first === undefined) continue;
    found.push(first);
    days.push({ pieces, lastMs: first.fromMs });
  }
  for (let before = 0; found.length < asked.most && before < found.length; ) {
    before = found.length;
    for (const day of days) {
      if (found.length === asked.most) break;
      const next = earliest(offer, day.pieces, day.lastMs + stepMs, asked);
      if (next === undefined) continue;
      found.push(next);
      day.lastMs = next.fromMs;
    }
  }
  return found.sort((a, b) => a.fromMs - b.fromMs);
};

const none: readonly never[] = [];

/** The earliest time of any of the pieces, not before a moment. */
const earliest = (
  offer: Offer,
  pieces: readonly Piece[],
  notBeforeMs: number,
  { nowMs, payer }: TimesAsked,
): FoundTime | undefined => {
  let best: Piece | undefined;
  let bestMs = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const fromMs = onGrid(piece.anchorMs, Math.max(piece.firstMs, notBeforeMs));
    if (fromMs > piece.lastMs || fromMs >= bestMs) continue;
    best = piece;
    bestMs = fromMs;
  }
  if (best === undefined) return undefined;
  const { resource, lengthMs } = best;
  const span = { fromMs: bestMs, untilMs: bestMs + lengthMs };
  const priced = priceOf(offer, span, payer);
  if (!priced.accepted) return undefined;
  const { quantity, priceCents } = priced.price;
  const { freeAtMs, travelMs = 0 } = placeOn(resource, span);
  const kept = { fromMs: span.fromMs - travelMs, untilMs: freeAtMs };
  return { resource, ...span, quantity, priceCents, placesLeft: placesLeftIn(resource, kept, nowMs) };
};

/** The first moment of the grid that is not before a moment. */
const onGrid = (anchorMs: number, atMs: number): number => anchorMs + Math.ceil((atMs - anchorMs) / stepMs) * stepMs;

/** Blocks and visits, day by day. */
function* blocks(offer: Offer, { resource, gaps }: FreeTimes, asked: TimesAsked): Generator<Piece, undefined> {
  const { startsBeforeMs = Number.POSITIVE_INFINITY } = asked;
  let days = 0;
  for (let i = gapAfter(gaps, asked.fromMs); i < gaps.length; i += 1) {
    const gap = gaps[i];
    if (gap === undefined || gap.fromMs >= asked.untilMs) return;
    const lengthMs = lengthMsFor(offer, gap, asked.minutes);
    if (lengthMs === undefined) return;
    const latestMs = Math.min(Math.min(gap.untilMs, asked.untilMs) - lengthMs, startsBeforeMs - 1);
    const anchorMs = gap.openMs;
    let fromMs = onGrid(anchorMs, Math.max(gap.fromMs, asked.fromMs));
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
const lengthMsFor = (offer: Offer, { openMs, closeMs }: Gap, asked: number | undefined): number | undefined => {
  const { unit, minMinutes = 0, maxMinutes = Number.POSITIVE_INFINITY } = offer;
  const usual = () => {
    if (unit === 'hour') return usualBlockMinutes;
    if (unit === 'part-day') return partDayMinutes;
    return closeMs - openMs <= shortOpeningMs ? (closeMs - openMs) / minuteMs : usualVisitMinutes;
  };
  const minutes = asked ?? Math.min(maxMinutes, Math.max(minMinutes, usual()));
  const rounded = unit === 'hour' ? Math.ceil(minutes / 15) * 15 : minutes;
  return rounded < minMinutes || rounded > maxMinutes ? undefined : rounded * minuteMs;
};

/**
 * Stays, one for each day of arrival. An opening of a house runs from the first check-in to the last check-out, so its
 * wall times are those of every stay in it.
 */
function* stays(offer: Offer, { resource, gaps }: FreeTimes, asked: TimesAsked): Generator<Piece, undefined> {
  const nights = asked.nights ?? offer.minNights ?? 1;
  const { startsBeforeMs = Number.POSITIVE_INFINITY } = asked;
  let days = 0;
  for (let i = gapAfter(gaps, asked.fromMs); i < gaps.length; i += 1) {
    const gap = gaps[i];
    if (gap === undefined || gap.fromMs >= asked.untilMs) return;
    const endMs = Math.min(gap.untilMs, asked.untilMs);
    const beginMs = Math.max(gap.fromMs, asked.fromMs);
    if (nightsBetween(beginMs, endMs) < nights) continue;
    const checkInMs = wallMsOf(gap.openMs);
    const checkOutMs = wallMsOf(gap.closeMs);
    for (let day = dayNumberOf(beginMs); ; day += 1) {
      const fromMs = momentOn(day, checkInMs);
      const untilMs = momentOn(day + nights, checkOutMs);
      if (untilMs > endMs || fromMs >= startsBeforeMs || days === mostDays) break;
      if (fromMs < beginMs) continue;
      days += 1;
      yield { resource, day, anchorMs: fromMs, firstMs: fromMs, lastMs: fromMs, lengthMs: untilMs - fromMs };
    }
  }
}

/**
 * Whether an offer without places of its own is given for so long, and at such a time: somebody is sought for any time
 * that is asked early enough, has a price, and has not begun.
 */
export const isGivenThen = (offer: Offer, asked: TimesAsked): boolean => {
  const { unit, minMinutes = 0, maxMinutes = Number.POSITIVE_INFINITY, minNights = 1 } = offer;
  const { minutes, nights, untilMs, startsBeforeMs = untilMs } = asked;
  if (unit === 'night') {
    const { maxNights = Number.POSITIVE_INFINITY } = offer;
    if (nights !== undefined && (nights < minNights || nights > maxNights)) return false;
  } else if (minutes !== undefined && (minutes < minMinutes || minutes > maxMinutes)) return false;
  const fromMs = earliestMs(offer, asked);
  return fromMs < Math.min(startsBeforeMs, untilMs) && fromMs + shortestMs(offer, asked) <= untilMs;
};

/** From when on a time can be asked: within what is asked, early enough, and with a price. */
const earliestMs = ({ leadTimeMinutes, tariffs }: Offer, { fromMs, nowMs }: TimesAsked): number =>
  Math.max(fromMs, nowMs + Math.max(1, leadTimeMinutes * minuteMs), tariffs[0]?.fromMs ?? Number.POSITIVE_INFINITY);
