import type { OfferId, Offers, PlaceCause, ResourceId, WaitingId } from '@adempauze/contracts';
import type { Reaction } from '@adempauze/event-bus';
import { type Clock, derivedId, overlaps, type Span } from '@adempauze/kernel';
import { type Entry, goesBefore, isNew, thinkingIn } from './order.rules.ts';
import type { WaitingList } from './waiting.decider.ts';
import type { createWaiting } from './waiting.ts';

/** Times that one look asks for; the first that is new to whoever waits is offered. */
const asked = 60;
/** Times that are tried for one household at one look, where others are quicker. */
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
    /** What was asked and gave nothing: while this look goes on there is only ever less. */
    const nothingIn = new Set<string>();
    const timesFor = async ({ window, minMinutes, maxMinutes }: Entry): Promise<Found[]> => {
      const now = clock();
      const from = now > window.from ? now : window.from;
      const { until } = window;
      const question = [from, until, minMinutes, maxMinutes].join();
      if (from >= until || nothingIn.has(question)) return [];
      const found = await offers.listTimesWithin({
        ...{ offerId, window: { from, until }, minMinutes, maxMinutes, first: asked },
        ...(resourceId === undefined ? {} : { resourceId }),
        // What came may be a part of what they want: before and after it there was room already.
        ...(span === undefined ? {} : { touching: span }),
      });
      if (found.length === 0) nothingIn.add(question);
      return found;
    };

    for (const { waitingId } of whoWaits(await stateOf(offerId), span, only)) {
      const lost: Span[] = [];
      const tried = new Set<string>();
      while (lost.length < mostTries) {
        const entry = openTo(await stateOf(offerId), waitingId);
        if (entry === undefined) break;
        const missed = unlessMissed ? entry.missed : [];
        const time = (await timesFor(entry)).find(
          (it) => isNew(entry, it.span) && ![...lost, ...missed].some((other) => overlaps(other, it.span)),
        );
        if (time === undefined) break;
        const placeId = derivedId('room', reaction.commandIdFor('room'), offerId, time.resourceId, ...edges(time.span));
        const outcome = await waiting.take(
          offerId,
          {
            ...{ type: 'FreePlace', offerId, placeId, resourceId: time.resourceId, span: time.span },
            ...{ cause, found: true, now: clock() },
          },
          reaction.callFor(`room-${placeId}`),
        );
        const place = outcome.accepted ? outcome.value.places.get(placeId) : undefined;
        // Their wish thinks about another place; once it lets go of that, this one comes round again.
        if (place?.offers.some((it) => it.data.waitingId === waitingId && it.outcome === 'elsewhere')) break;
        // To somebody else whom it fits better: there may be another one. To nobody: it is not tried again.
        if (place?.status !== 'offered' || tried.has(placeId)) lost.push(time.span);
        tried.add(placeId);
      }
    }
  };
};
export type Look = ReturnType<typeof createLooking>;
type Found = { readonly resourceId: ResourceId; readonly span: Span };

const edges = ({ from, until }: Span) => [from, until] as const;

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
