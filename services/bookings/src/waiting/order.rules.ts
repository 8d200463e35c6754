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
  new Set(openOffersIn(places).map(({ waitingId }) => waitingId));

const openOffersIn = (places: ReadonlyMap<string, Place>) =>
  [...places.values()].flatMap(({ span, offers }) =>
    offers.flatMap(({ data: { waitingId, householdId }, outcome }) =>
      outcome === 'offered' ? [{ waitingId, householdId, span }] : [],
    ),
  );

/**
 * A household may wait for several times at one offer. What it let pass for one of them it is not asked again for another,
 * and while it thinks about a place, no other at that same time.
 */
export const shutToHouseholds = ({
  entries,
  places,
}: {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly places: ReadonlyMap<string, Place>;
}) => {
  const thinks = new Map<string, Span[]>();
  for (const { householdId, span } of openOffersIn(places)) addTo(thinks, householdId, [span]);
  const had = new Map<string, Span[]>();
  for (const it of entries.values()) if (it.status === 'waiting') addTo(had, it.householdId, it.had);
  return {
    thinksAbout: ({ householdId }: Entry): readonly Span[] => thinks.get(householdId) ?? [],
    letPass: ({ householdId }: Entry): readonly Span[] => had.get(householdId) ?? [],
  };
};
const addTo = (all: Map<string, Span[]>, key: string, spans: readonly Span[]): void => {
  if (spans.length > 0) all.set(key, [...(all.get(key) ?? []), ...spans]);
};

/** What may pass needs its time, and can itself have brought the room: within this time it is not asked again (chosen). */
const restMs = hourMs;

/** Times that were found are not offered to them where they overlap with one of these. */
export const shutTo = (
  { had, refused }: Pick<Entry, 'had' | 'refused'>,
  now: Instant,
  letPass: readonly Span[] = had,
): Span[] => {
  const restsSince = plusMs(now, -restMs);
  return [...letPass, ...refused.filter(({ at, mayPass }) => !mayPass || at > restsSince).map(({ span }) => span)];
};

/** Whether a time that was found may be offered to them. */
export const isNew = (entry: Entry, span: Span, now: Instant, letPass?: readonly Span[]): boolean =>
  !shutTo(entry, now, letPass).some((it) => overlaps(it, span));

export type Next = { readonly entry: Entry; readonly rule: NextRule; readonly among: number };

/**
 * Who is next for a place: it fits, their household has not let it pass, they have not been refused it, nor heard enough noes
 * at the look that found it, and they have no other offer to think about. The urgent lane first, then whom it fits best, then
 * who has waited longest; with the rule by which they go before the household behind them.
 */
export const nextFor = (
  place: Place,
  entries: ReadonlyMap<string, Entry>,
  places: ReadonlyMap<string, Place>,
  now: Instant,
): Next | undefined => {
  const had = new Set<string>([...place.notFor, ...place.offers.map(({ data }) => data.waitingId)]);
  const letPass = new Set<string>(
    place.offers.flatMap(({ data, outcome }) =>
      outcome === 'declined' || outcome === 'silent' ? [data.householdId] : [],
    ),
  );
  const thinking = thinkingIn(places);
  const shut = shutToHouseholds({ entries, places });
  const between = orderFor(place, now);
  const inOrder = [...entries.values()]
    .filter((it) => it.status === 'waiting' && !had.has(it.waitingId) && !thinking.has(it.waitingId))
    .filter((it) => !letPass.has(it.householdId) && !shut.thinksAbout(it).some((span) => overlaps(span, place.span)))
    .filter((it) => fitsWish(it, place.span) && (!place.isFound || isNew(it, place.span, now, shut.letPass(it))))
    .toSorted((a, b) => (between(a, b).isFirst ? -1 : 1));
  const seen = new Set<string>();
  const [entry, behind, ...others] = inOrder.filter(({ householdId }) => {
    const isFirst = !seen.has(householdId);
    seen.add(householdId);
    return isFirst;
  });
  if (entry === undefined) return undefined;
  if (behind === undefined) return { entry, rule: 'only', among: 1 };
  return { entry, rule: between(entry, behind).rule, among: others.length + 2 };
};
