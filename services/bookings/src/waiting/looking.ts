import type { OfferId, Offers, PlaceCause, ResourceId, WaitingId } from '@adempauze/contracts';
import type { Reaction } from '@adempauze/event-bus';
import {
  type Clock,
  derivedId,
  type Instant,
  minuteMs,
  minutesBetween,
  overlaps,
  plusMs,
  type Span,
} from '@adempauze/kernel';
import { type Entry, goesBefore, type Place, shutTo, shutToHouseholds, thinkingIn } from './order.rules.ts';
import type { WaitingList } from './waiting.decider.ts';
import type { createWaiting } from './waiting.ts';

/** Times that one question gives; the first that is new to whoever waits is offered. */
const asked = 60;
/**
 * Questions in a row for one household that may have nothing of a full answer. An answer is the first time of each day, and
 * more of the same days as far as it reaches, so what lies between those times is not in it: the first questions each go on
 * from where the earliest of them is shut until. The last ones each go on beyond the answer, for who may have nothing of
 * whole months.
 */
const mostSteps = 16;
const mostQuestions = 20;
/**
 * Times that are tried for one household at one look, where others are quicker; and noes after which they are tried no more,
 * also to what was found for others: of many who do not fit, each hears three, and not one for every time that is free.
 */
const mostTries = 3;

/** Where to look, and for whom: everybody who waits, unless one is named. */
export type LookAt = {
  readonly offerId: OfferId;
  readonly resourceId?: ResourceId;
  readonly span?: Span;
  readonly only?: WaitingId;
  /** Nobody is looked for who missed that time already: without it, two wishes that are busy could go on and on. */
  readonly unlessMissed?: true;
  readonly cause: PlaceCause;
};

/**
 * Looks what can really be had for those who wait, and frees it for them: one place for each at a time, so that a year of
 * times is no more places than there are households. Nothing is remembered of a look: again it finds what is left, and
 * nothing when there is nothing, in whatever order events came. Whom a place goes to the list decides, and the hold whether
 * it is there. Where nobody waits it costs one read of an empty list.
 */
export const createLooking = ({
  waiting,
  offers,
  clock,
}: {
  readonly waiting: Pick<ReturnType<typeof createWaiting>, 'take' | 'handler'>;
  readonly offers: Pick<Offers, 'listTimesWithin'>;
  readonly clock: Clock;
}) => {
  const stateOf = async (offerId: string) => (await waiting.handler.load(offerId)).state;

  return async (
    { offerId, resourceId, span, only, unlessMissed, cause }: LookAt,
    reaction: Reaction,
  ): Promise<void> => {
    // One moment for the whole look: where a window has begun, equal wishes still ask the same question.
    const now = clock();
    /** What was answered: while this look goes on there is only ever less, so whoever finds nothing in it need not ask. */
    const answers = new Map<string, readonly Found[]>();
    /** To whom a place was refused at this look, and which. */
    const refusedHere = new Map<WaitingId, Span[]>();
    const isTried = (waitingId: WaitingId) => (refusedHere.get(waitingId)?.length ?? 0) >= mostTries;
    /** Who missed a place that nobody has, since their wish thinks about another: once it lets go of that, it comes again. */
    const missedHere = new Map<WaitingId, Span[]>();
    const comesAgain = (waitingId: WaitingId, time: Span) =>
      missedHere.get(waitingId)?.some((it) => overlaps(it, time));

    const timesIn = async (
      { from, until }: Span,
      { minMinutes, maxMinutes }: Entry,
      isOpen: (time: Found) => boolean,
    ): Promise<readonly Found[]> => {
      if (from >= until) return [];
      const question = [from, until, minMinutes, maxMinutes].join();
      const known = answers.get(question);
      // Of an answer that is not full there may be something shorter by now, where somebody has taken what was in it.
      if (known?.length === 0 || (known !== undefined && known.length >= asked && !known.some(isOpen))) return known;
      const found = await offers.listTimesWithin({
        ...{ offerId, window: { from, until }, minMinutes, maxMinutes, first: asked },
        ...(resourceId === undefined ? {} : { resourceId }),
        // What came may be a part of what they want: before and after it there was room already.
        ...(span === undefined ? {} : { touching: span }),
      });
      answers.set(question, found);
      return found;
    };
    const firstOpen = async (entry: Entry, shut: readonly Span[]): Promise<Found | undefined> => {
      const isOpen = (time: Found) => !shut.some((it) => overlaps(it, time.span));
      const { until } = entry.window;
      let from = now > entry.window.from ? now : entry.window.from;
      for (let question = 0; question < mostQuestions; question += 1) {
        const found = await timesIn({ from, until }, entry, isOpen);
        const open = found.find(isOpen);
        const [first, last] = [found[0], found.at(-1)];
        if (open !== undefined || first === undefined || last === undefined || found.length < asked) return open;
        from = question < mostSteps ? shutUntil(first.span, shut) : last.span.until;
      }
      return undefined;
    };

    for (const { waitingId } of whoWaits(await stateOf(offerId), span, only)) {
      const lost: Span[] = [];
      for (let tries = 0; lost.length < mostTries; tries += 1) {
        const state = await stateOf(offerId);
        const entry = openTo(state, waitingId);
        if (entry === undefined || isTried(waitingId)) break;
        const { thinksAbout, letPass } = shutToHouseholds(state);
        const had = [...thinksAbout(entry), ...letPass(entry)];
        const shut = [...lost, ...shutTo(entry, now, had), ...(unlessMissed ? entry.missed : [])];
        const time = await firstOpen(entry, shut);
        if (time === undefined || comesAgain(waitingId, time.span)) break;
        // A time with several places is found as often as it has room, each for somebody else.
        const found = derivedId('room', reaction.commandIdFor('room'), offerId, waitingId, tries);
        const placeId = derivedId(found, time.resourceId, ...edges(time.span));
        const notFor = [...refusedHere.keys()].filter(isTried);
        const outcome = await waiting.take(
          offerId,
          {
            ...{ type: 'FreePlace', offerId, placeId, resourceId: time.resourceId, span: time.span },
            ...{ cause, found: true, ...(notFor.length > 0 && { notFor }), now: clock() },
          },
          reaction.callFor(`room-${placeId}`),
        );
        const place = outcome.accepted ? outcome.value.places.get(placeId) : undefined;
        for (const id of whoHeard(place, 'refused')) remember(refusedHere, id, time.span);
        if (place?.status === 'nobody')
          for (const id of whoHeard(place, 'elsewhere')) remember(missedHere, id, time.span);
        if (comesAgain(waitingId, time.span)) break;
        // To somebody else whom it fits better: there may be another one, then too. To nobody: it is not tried again.
        if (place?.status !== 'offered' && place?.status !== 'taken') lost.push(time.span);
      }
    }
  };
};
export type Look = ReturnType<typeof createLooking>;
type Found = { readonly resourceId: ResourceId; readonly span: Span };

/** Until when nothing as long as this is open, from where it begins: between two times that are shut there may be too little. */
const shutUntil = (span: Span, shut: readonly Span[]): Instant => {
  const lengthMs = minutesBetween(span) * minuteMs;
  let until = span.from;
  for (const it of shut.toSorted((a, b) => (a.from < b.from ? -1 : 1)))
    if (it.from < plusMs(until, lengthMs) && it.until > until) until = it.until;
  return until;
};

const edges = ({ from, until }: Span) => [from, until] as const;

/** Who could not have it for a reason of their own: where it was gone, that was the reason of the last one. */
const whoHeard = (place: Place | undefined, answer: 'refused' | 'elsewhere'): WaitingId[] =>
  (place?.status === 'gone' ? place.offers.slice(0, -1) : (place?.offers ?? [])).flatMap(({ data, outcome }) =>
    outcome === answer ? [data.waitingId] : [],
  );

const remember = (all: Map<WaitingId, Span[]>, id: WaitingId, span: Span): void =>
  void all.set(id, [...(all.get(id) ?? []), span]);

/** In the order of the list. */
const whoWaits = ({ entries }: WaitingList, span: Span | undefined, only: WaitingId | undefined): Entry[] =>
  [...entries.values()]
    .filter((it) => it.status === 'waiting' && (only === undefined || it.waitingId === only))
    .filter((it) => span === undefined || overlaps(it.window, span))
    .toSorted((a, b) => (goesBefore(a, b) ? -1 : 1));

/** Who waits still, and has nothing to think about. */
const openTo = ({ entries, places }: WaitingList, waitingId: WaitingId): Entry | undefined => {
  const entry = entries.get(waitingId);
  return entry?.status === 'waiting' && !thinkingIn(places).has(waitingId) ? entry : undefined;
};
