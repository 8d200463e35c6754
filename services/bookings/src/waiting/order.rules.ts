import type { NextRule, PlaceCause, WaitingOutcome } from '@adempauze/contracts';
import { covers, hourMs, type Instant, minutesBetween, overlaps, plusMs, type Span } from '@adempauze/kernel';
import type { WaitingData } from './waiting.events.ts';

export type Entry = Omit<WaitingData<'WaitingJoined'>, 'joinedAt' | 'since'> & {
  readonly since: Instant;
  readonly status: 'waiting' | 'served' | 'left';
  /** Times that they were offered and did not take; the last hundred. */
  readonly had: readonly Span[];
  /** Times that they were not offered, since their wish thought about another place; the last hundred. */
  readonly missed: readonly Span[];
  /**
   * Times that they could not have when it was their turn, and when; the last 400. `mayPass`: what stood in the way goes by
   * itself; of any other the offer, or their need, has to change first.
   */
  readonly refused: readonly { readonly span: Span; readonly at: Instant; readonly mayPass: boolean }[];
};
export type Place = {
  readonly placeId: string;
  readonly resourceId: WaitingData<'PlaceFreed'>['resourceId'];
  readonly span: Span;
  readonly freedAt: Instant;
  readonly cause: PlaceCause;
  /** Found by looking for somebody who waits: nobody is asked for a time that they had before. */
  readonly isFound: boolean;
  /** Who are not asked for it: each heard their noes already at the look that found it. */
  readonly notFor: readonly string[];
  readonly status: 'offered' | 'taken' | 'gone' | 'nobody';
  /** In the order in which it was offered; the last one is whose turn it is. */
  readonly offers: readonly {
    readonly data: WaitingData<'PlaceOffered'>;
    /** `asked`: the booking for it has yet to be held. */
    readonly stage: 'asked' | 'held' | 'over';
    readonly outcome: WaitingOutcome;
    /** No answer to go by: the offer has changed since it was asked, or its time was over before it could be. */
    readonly overtaken?: true;
  }[];
};

/** The urgent lane first, then who has waited longest: the order of the list, whatever the place. */
export const goesBefore = (a: Entry, b: Entry): boolean => {
  if (a.lane !== b.lane) return a.lane === 'urgent';
  return a.since === b.since ? a.waitingId < b.waitingId : a.since < b.since;
};

export const fitsWish = ({ window, minMinutes, maxMinutes }: Entry, span: Span): boolean => {
  const minutes = minutesBetween(span);
  return covers(window, span) && minutes >= minMinutes && minutes <= maxMinutes;
};

/** A wait of more than eight weeks has failed (R10): from then on nothing goes before it but urgency. */
const tooLongMs = 8 * 7 * 24 * hourMs;
const steps = { near: 0, around: 1, far: 2 } as const;

/** Lower goes first. In this order; the first in which two households differ decides between them. */
const criteria = (place: Pick<Place, 'resourceId' | 'span'>, now: Instant) => {
  const tooLongSince = plusMs(now, -tooLongMs);
  const waitsTooLong = (it: Entry) => it.since < tooLongSince;
  // Among those who wait too long only the wait counts.
  const unlessTooLong = (rank: (it: Entry) => number) => (it: Entry) => (waitsTooLong(it) ? 0 : rank(it));
  const isFamiliar = ({ fit }: Entry) => fit?.familiar.includes(place.resourceId) ?? false;
  const isExact = ({ window, minMinutes, maxMinutes }: Entry) =>
    minMinutes === maxMinutes || (window.from === place.span.from && window.until === place.span.until);
  return [
    ['urgent', (it: Entry) => (it.lane === 'urgent' ? 0 : 1)],
    ['eight-weeks', (it: Entry) => (waitsTooLong(it) ? 0 : 1)],
    ['familiar', unlessTooLong((it) => (isFamiliar(it) ? 0 : 1))],
    ['exact', unlessTooLong((it) => (isExact(it) ? 0 : 1))],
    ['near', unlessTooLong(({ fit }) => steps[fit?.distance ?? 'far'])],
  ] as const satisfies readonly (readonly [NextRule, (it: Entry) => number])[];
};

/** For a place: what decides between two households, and which of them is first. */
export const orderFor = (place: Pick<Place, 'resourceId' | 'span'>, now: Instant) => {
  const inTurn = criteria(place, now);
  return (a: Entry, b: Entry): { readonly rule: NextRule; readonly isFirst: boolean } => {
    for (const [rule, rank] of inTurn) {
      const difference = rank(a) - rank(b);
      if (difference !== 0) return { rule, isFirst: difference < 0 };
    }
    return { rule: 'longest', isFirst: goesBefore(a, b) };
  };
};

/** Who has an offer to think about. */
export const thinkingIn = (places: ReadonlyMap<string, Place>): ReadonlySet<string> =>
  new Set(
    [...places.values()].flatMap(({ offers }) =>
      offers.flatMap(({ data, outcome }) => (outcome === 'offered' ? [data.waitingId] : [])),
    ),
  );

/** What may pass needs its time, and can itself have brought the room: within this time it is not asked again (chosen). */
const restMs = hourMs;

/** Times that were found are not offered to them where they overlap with one of these. */
export const shutTo = ({ had, refused }: Entry, now: Instant): Span[] => {
  const restsSince = plusMs(now, -restMs);
  return [...had, ...refused.filter(({ at, mayPass }) => !mayPass || at > restsSince).map(({ span }) => span)];
};

/** Whether a time that was found may be offered to them. */
export const isNew = (entry: Entry, span: Span, now: Instant): boolean =>
  !shutTo(entry, now).some((it) => overlaps(it, span));

export type Next = { readonly entry: Entry; readonly rule: NextRule; readonly among: number };

/**
 * Who is next for a place: it fits, they have not had it nor been refused it, nor heard enough noes at the look that found it,
 * and have no other offer to think about. The urgent lane first, then whom it fits best, then who has waited longest; with the
 * rule by which they go before the one behind them.
 */
export const nextFor = (
  place: Place,
  entries: ReadonlyMap<string, Entry>,
  places: ReadonlyMap<string, Place>,
  now: Instant,
): Next | undefined => {
  const had = new Set<string>([...place.notFor, ...place.offers.map(({ data }) => data.waitingId)]);
  const thinking = thinkingIn(places);
  const between = orderFor(place, now);
  const [entry, behind, ...others] = [...entries.values()]
    .filter((it) => it.status === 'waiting' && !had.has(it.waitingId) && !thinking.has(it.waitingId))
    .filter((it) => fitsWish(it, place.span) && (!place.isFound || isNew(it, place.span, now)))
    .toSorted((a, b) => (between(a, b).isFirst ? -1 : 1));
  if (entry === undefined) return undefined;
  if (behind === undefined) return { entry, rule: 'only', among: 1 };
  return { entry, rule: between(entry, behind).rule, among: others.length + 2 };
};
