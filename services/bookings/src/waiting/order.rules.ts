import type { WaitingOutcome } from '@adempauze/contracts';
import { covers, type Instant, minutesBetween, type Span } from '@adempauze/kernel';
import type { WaitingData } from './waiting.events.ts';

export type Entry = Omit<WaitingData<'WaitingJoined'>, 'joinedAt' | 'since'> & {
  readonly since: Instant;
  readonly status: 'waiting' | 'served' | 'left';
};
export type Place = {
  readonly placeId: string;
  readonly resourceId: WaitingData<'PlaceFreed'>['resourceId'];
  readonly span: Span;
  readonly freedAt: Instant;
  readonly status: 'offered' | 'taken' | 'gone' | 'nobody';
  /** In the order in which it was offered; the last one is whose turn it is. */
  readonly offers: readonly {
    readonly data: WaitingData<'PlaceOffered'>;
    /** `asked`: the booking for it has yet to be held. */
    readonly stage: 'asked' | 'held' | 'over';
    readonly outcome: WaitingOutcome;
  }[];
};

/** The urgent lane first, then who has waited longest. */
export const goesBefore = (a: Entry, b: Entry): boolean => {
  if (a.lane !== b.lane) return a.lane === 'urgent';
  return a.since === b.since ? a.waitingId < b.waitingId : a.since < b.since;
};

export const fitsWish = ({ window, minMinutes, maxMinutes }: Entry, span: Span): boolean => {
  const minutes = minutesBetween(span);
  return covers(window, span) && minutes >= minMinutes && minutes <= maxMinutes;
};

/** Who is next for a place: fits, has not had it, and has no other offer to think about. */
export const nextFor = (
  place: Place,
  entries: ReadonlyMap<string, Entry>,
  places: ReadonlyMap<string, Place>,
): Entry | undefined => {
  const had = new Set<string>(place.offers.map(({ data }) => data.waitingId));
  const thinking = new Set<string>(
    [...places.values()].flatMap(({ offers }) =>
      offers.flatMap(({ data, outcome }) => (outcome === 'offered' ? [data.waitingId] : [])),
    ),
  );
  return [...entries.values()]
    .filter((it) => it.status === 'waiting' && !had.has(it.waitingId) && !thinking.has(it.waitingId))
    .filter((it) => fitsWish(it, place.span))
    .toSorted((a, b) => (goesBefore(a, b) ? -1 : 1))[0];
};
