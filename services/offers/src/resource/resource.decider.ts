import type {
  BookingId,
  ExtendHold,
  HoldPlace,
  HouseholdId,
  OfferId,
  OpenResource,
  ProviderId,
  PublishTimes,
  ReleasePlace,
  ResourceId,
  TakePlace,
  Terms,
  TimeSpan,
  WithdrawTimes,
} from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  type Instant,
  instantFromMs,
  minuteMs,
  msOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import { type Offer, type TermsRejection, termsFor } from '../offer/terms.rules.ts';
import {
  indexAfter,
  isLive,
  isSameSpans,
  isWithin,
  meltSpans,
  mostOccupied,
  type Occupied,
  type SpanMs,
  subtractSpans,
} from './calendar.rules.ts';
import type { ResourceEvent } from './resource.events.ts';

/** Ends a hold that has passed; only the sweep of deadlines sends it. */
export type ExpireHold = { readonly resourceId: ResourceId; readonly bookingId: BookingId };

export type ResourceCommand = { readonly now: Instant } & (
  | {
      readonly type: 'OpenResource';
      readonly data: OpenResource;
      /** Those of the offers named that are there and of this provider. */
      readonly offers: readonly Pick<Offer, 'offerId' | 'needsHelper'>[];
    }
  | { readonly type: 'PublishTimes'; readonly data: PublishTimes }
  | { readonly type: 'WithdrawTimes'; readonly data: WithdrawTimes }
  | {
      readonly type: 'HoldPlace';
      readonly data: HoldPlace;
      /** As it stands now, or undefined when there is none. */
      readonly offer: Offer | undefined;
      /** By road, from the offer's place to where care is given. */
      readonly journeyKm: number | undefined;
    }
  | { readonly type: 'ExtendHold'; readonly data: ExtendHold }
  | { readonly type: 'TakePlace'; readonly data: TakePlace }
  | { readonly type: 'ReleasePlace'; readonly data: ReleasePlace }
  | { readonly type: 'ExpireHold'; readonly data: ExpireHold }
);

export type Occupation = Occupied & {
  readonly bookingId: BookingId;
  readonly householdId: HouseholdId;
  readonly terms: Terms;
};

export type Resource = {
  readonly resourceId: ResourceId;
  readonly providerId: ProviderId;
  readonly offerIds: readonly OfferId[];
  readonly capacity: number;
  readonly bufferMinutes: number;
  /** Melted, sorted; those that were over at the latest event are let go of. */
  readonly openings: readonly SpanMs[];
  /** Sorted by beginning; places taken that were over at the latest event are let go of. */
  readonly occupations: readonly Occupation[];
  /** The latest moment that this resource has seen: for it, time never goes back, whatever a machine's clock says. */
  readonly latestMs: number;
};
/** The resource, or undefined before it was opened. */
export type ResourceState = Resource | undefined;

export type ResourceRejection =
  | TermsRejection
  | Rejection<
      | 'already-exists'
      | 'offer-not-found'
      | 'helper-offer-has-no-places'
      | 'resource-not-found'
      | 'time-not-offered'
      | 'place-taken'
      | 'hold-not-found'
      | 'hold-expired'
    >;

type Answer = Decision<ResourceEvent, ResourceRejection>;

export const resourceDecider: Decider<ResourceCommand, ResourceState, ResourceEvent, ResourceRejection> = {
  initialState: undefined,
  evolve(state, event) {
    if (event.type === 'ResourceOpened') {
      const { openedAt, ...opened } = event.data;
      return { ...opened, openings: [], occupations: [], latestMs: msOf(openedAt) };
    }
    return state && pruned(evolved(state, event), momentOf(event));
  },
  decide(command, state) {
    if (command.type === 'OpenResource') return open(command, state);
    // A place that was not there is as good as freed.
    if (state === undefined) return command.type === 'ReleasePlace' ? accept() : reject('resource-not-found');
    const nowMs = Math.max(msOf(command.now), state.latestMs);
    switch (command.type) {
      case 'PublishTimes':
        return publishTimes(command.data, state, nowMs);
      case 'WithdrawTimes':
        return withdrawTimes(command.data, state, nowMs);
      case 'HoldPlace':
        return hold(command, state, nowMs);
      case 'ExtendHold':
        return extend(command.data, state, nowMs);
      case 'TakePlace':
        return take(command.data, state, nowMs);
      case 'ReleasePlace':
        return release(command.data, state, nowMs);
      case 'ExpireHold':
        return expire(command.data, state, nowMs);
    }
  },
};

export const findOccupation = (state: ResourceState, bookingId: BookingId): Occupation | undefined =>
  state?.occupations.find((it) => it.bookingId === bookingId);

const spanMs = ({ from, until }: TimeSpan): SpanMs => ({ fromMs: msOf(from), untilMs: msOf(until) });

const momentOf = ({ data }: ResourceEvent): number => {
  if ('heldAt' in data) return msOf(data.heldAt);
  if ('takenAt' in data) return msOf(data.takenAt);
  if ('releasedAt' in data) return msOf(data.releasedAt);
  if ('extendedAt' in data) return msOf(data.extendedAt);
  if ('expiredAt' in data) return msOf(data.expiredAt);
  if ('publishedAt' in data) return msOf(data.publishedAt);
  if ('withdrawnAt' in data) return msOf(data.withdrawnAt);
  return msOf(data.openedAt);
};

const evolved = (state: Resource, { type, data }: Exclude<ResourceEvent, { type: 'ResourceOpened' }>): Resource => {
  switch (type) {
    case 'TimesPublished':
      return { ...state, openings: meltSpans(state.openings, data.spans.map(spanMs)) };
    case 'TimesWithdrawn':
      return { ...state, openings: subtractSpans(state.openings, data.spans.map(spanMs)) };
    case 'PlaceHeld': {
      const span = spanMs(data.span);
      const others = without(state.occupations, data.bookingId);
      const occupation: Occupation = {
        ...span,
        bookingId: data.bookingId,
        householdId: data.householdId,
        freeAtMs: span.untilMs + state.bufferMinutes * minuteMs,
        expiresAtMs: msOf(data.expiresAt),
        terms: data.terms,
      };
      return { ...state, occupations: others.toSpliced(indexAfter(others, span.fromMs), 0, occupation) };
    }
    case 'HoldExtended':
      return withExpiry(state, data.bookingId, msOf(data.expiresAt));
    case 'PlaceTaken':
      return withExpiry(state, data.bookingId, null);
    case 'PlaceReleased':
    case 'HoldExpired':
      return { ...state, occupations: without(state.occupations, data.bookingId) };
  }
};

const without = (occupations: readonly Occupation[], bookingId: BookingId): readonly Occupation[] => {
  const index = occupations.findIndex((it) => it.bookingId === bookingId);
  return index < 0 ? occupations : occupations.toSpliced(index, 1);
};

const withExpiry = (state: Resource, bookingId: BookingId, expiresAtMs: number | null): Resource => {
  const index = state.occupations.findIndex((it) => it.bookingId === bookingId);
  const occupation = state.occupations[index];
  if (occupation === undefined) return state;
  return { ...state, occupations: state.occupations.with(index, { ...occupation, expiresAtMs }) };
};

/** Lets go of what is over. A hold stays until its end is recorded, so that nobody waits in vain to hear of it. */
const pruned = (state: Resource, atMs: number): Resource => {
  const latestMs = Math.max(state.latestMs, atMs);
  const isOver = (it: Occupation) => it.expiresAtMs === null && it.freeAtMs <= latestMs;
  const { openings, occupations } = state;
  return {
    ...state,
    latestMs,
    openings:
      (openings[0]?.untilMs ?? Number.POSITIVE_INFINITY) <= latestMs
        ? openings.filter((it) => it.untilMs > latestMs)
        : openings,
    occupations: occupations.some(isOver) ? occupations.filter((it) => !isOver(it)) : occupations,
  };
};

const open = ({ data, offers, now }: ResourceCommand & { type: 'OpenResource' }, state: ResourceState): Answer => {
  const offerIds = [...new Set(data.offerIds)];
  if (state !== undefined) {
    const isSame =
      state.providerId === data.providerId &&
      state.capacity === data.capacity &&
      state.bufferMinutes === data.bufferMinutes &&
      new Set(state.offerIds).symmetricDifference(new Set(offerIds)).size === 0;
    return isSame ? accept() : reject('already-exists');
  }
  for (const offerId of offerIds) {
    const offer = offers.find((it) => it.offerId === offerId);
    if (offer === undefined) return reject('offer-not-found');
    if (offer.needsHelper) return reject('helper-offer-has-no-places');
  }
  return accept({ type: 'ResourceOpened', data: { ...data, offerIds, openedAt: now } });
};

const publishTimes = ({ resourceId, spans }: PublishTimes, state: Resource, nowMs: number): Answer => {
  const coming = spans.filter(({ until }) => msOf(until) > nowMs);
  if (coming.length === 0) return reject('time-in-the-past');
  if (coming.every((it) => isWithin(state.openings, spanMs(it)))) return accept();
  return accept({
    type: 'TimesPublished',
    data: { resourceId, spans: coming, publishedAt: instantFromMs(nowMs) },
  });
};

const withdrawTimes = ({ resourceId, spans }: WithdrawTimes, state: Resource, nowMs: number): Answer => {
  if (isSameSpans(subtractSpans(state.openings, spans.map(spanMs)), state.openings)) return accept();
  return accept({ type: 'TimesWithdrawn', data: { resourceId, spans, withdrawnAt: instantFromMs(nowMs) } });
};

const hold = (
  { data, offer, journeyKm }: ResourceCommand & { type: 'HoldPlace' },
  state: Resource,
  nowMs: number,
): Answer => {
  const { resourceId, bookingId, householdId, offerId, expiresAt } = data;
  const span = spanMs(data.span);
  const own = findOccupation(state, bookingId);
  if (own !== undefined && isLive(own, nowMs)) {
    const isSame =
      own.fromMs === span.fromMs &&
      own.untilMs === span.untilMs &&
      own.terms.offerId === offerId &&
      own.householdId === householdId;
    return isSame ? extend(data, state, nowMs) : reject('already-exists');
  }
  if (offer === undefined) return reject('offer-not-found');
  if (offer.needsHelper) return reject('helper-offer-has-no-places');
  const { conditions, highRiskActs } = data;
  const fitting = termsFor(offer, { span, conditions, highRiskActs, journeyKm }, nowMs);
  if (!fitting.accepted) return fitting;
  if (msOf(expiresAt) <= nowMs) return reject('hold-expired', { expiresAt });
  if (!state.offerIds.includes(offerId) || !isWithin(state.openings, span)) return reject('time-not-offered');
  if (!hasRoom(state, span, nowMs, bookingId)) return reject('place-taken');
  return accept({
    type: 'PlaceHeld',
    data: {
      resourceId,
      bookingId,
      householdId,
      offerId,
      span: data.span,
      expiresAt,
      terms: fitting.terms,
      heldAt: instantFromMs(nowMs),
    },
  });
};

const hasRoom = (state: Resource, { fromMs, untilMs }: SpanMs, nowMs: number, exceptBookingId: BookingId): boolean => {
  const occupiedSpan = { fromMs, untilMs: untilMs + state.bufferMinutes * minuteMs };
  return mostOccupied(state.occupations, occupiedSpan, nowMs, exceptBookingId) < state.capacity;
};

const extend = ({ resourceId, bookingId, expiresAt }: ExtendHold, state: Resource, nowMs: number): Answer => {
  const own = findOccupation(state, bookingId);
  if (own === undefined) return reject('hold-not-found');
  if (own.expiresAtMs === null) return accept(); // taken: it is kept already
  if (!isLive(own, nowMs)) return reject('hold-expired', { expiresAt: instantFromMs(own.expiresAtMs) });
  if (msOf(expiresAt) <= own.expiresAtMs) return accept();
  return accept({
    type: 'HoldExtended',
    data: { resourceId, bookingId, expiresAt, extendedAt: instantFromMs(nowMs) },
  });
};

const take = ({ resourceId, bookingId }: TakePlace, state: Resource, nowMs: number): Answer => {
  const own = findOccupation(state, bookingId);
  if (own === undefined) return reject('hold-not-found');
  if (own.expiresAtMs === null) return accept();
  if (!isLive(own, nowMs)) return reject('hold-expired', { expiresAt: instantFromMs(own.expiresAtMs) });
  if (own.untilMs <= nowMs) return reject('time-in-the-past');
  // A live hold has its place, so this cannot be; a place is never given on the strength of that alone.
  if (!hasRoom(state, own, nowMs, bookingId)) return reject('place-taken');
  return accept({ type: 'PlaceTaken', data: { resourceId, bookingId, takenAt: instantFromMs(nowMs) } });
};

const release = ({ resourceId, bookingId, reason }: ReleasePlace, state: Resource, nowMs: number): Answer => {
  if (findOccupation(state, bookingId) === undefined) return accept();
  return accept({
    type: 'PlaceReleased',
    data: { resourceId, bookingId, reason, releasedAt: instantFromMs(nowMs) },
  });
};

const expire = ({ resourceId, bookingId }: ExpireHold, state: Resource, nowMs: number): Answer => {
  const own = findOccupation(state, bookingId);
  if (own === undefined || isLive(own, nowMs)) return accept();
  return accept({ type: 'HoldExpired', data: { resourceId, bookingId, expiredAt: instantFromMs(nowMs) } });
};
