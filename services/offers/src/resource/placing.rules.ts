import type {
  BookingId,
  ExtendHold,
  ExtendHolds,
  HouseholdId,
  ReleasePlace,
  ReleasePlaces,
  TakePlace,
  TakePlaces,
  Terms,
} from '@adempauze/contracts';
import { accept, instantFromMs, msOf, reject } from '@adempauze/kernel';
import { type TermsRejection, termsFor } from '../offer/terms.rules.ts';
import { isLive, isWithin, type SpanMs } from './calendar.rules.ts';
import { placesLeftIn } from './capacity.rules.ts';
import type { Answer, CommandOf, ExpireHold, OfferAsked, ResourceRejection } from './resource.commands.ts';
import type { ResourceEvent } from './resource.events.ts';
import {
  bookableOf,
  evolveResource,
  findOccupation,
  type Occupation,
  placeOn,
  pruned,
  type Resource,
  spanMs,
} from './resource.state.rules.ts';

/* Who gets a place: decisions about holds and places taken. */

/** Live holds of one household on one resource, from which on it first says yes or no to those (chosen). */
export const mostHolds = 20;

type Asked = CommandOf<'HoldPlace'>['data'] | CommandOf<'OverrideCapacity'>['data'] | CommandOf<'MovePlace'>['data'];

const fittingTerms = (
  data: Asked,
  { offer, journeyKm }: OfferAsked,
  state: Resource,
  nowMs: number,
  knowingly: boolean,
): { accepted: true; terms: Terms } | { accepted: false; rejection: ResourceRejection | TermsRejection } => {
  if (offer === undefined) return reject('offer-not-found');
  if (offer.needsHelper) return reject('helper-offer-has-no-places');
  const { conditions, highRiskActs, traits, placeOfService, payer, step, caregiverJoins } = data;
  const need = { conditions, highRiskActs, traits, journeyKm, placeOfService, payer, step, caregiverJoins };
  const fitting = termsFor(offer, { span: spanMs(data.span), ...need }, nowMs, { knowingly });
  if (!fitting.accepted) return fitting;
  return state.offerIds.includes(data.offerId) ? fitting : reject('time-not-offered');
};

/** Whether one more fits, the times kept free around it included. */
const hasRoom = (state: Resource, span: SpanMs, nowMs: number, exceptBookingId: BookingId): boolean => {
  const { fromMs, freeAtMs, travelMs = 0 } = placeOn(state, span);
  return placesLeftIn(state, { fromMs: fromMs - travelMs, untilMs: freeAtMs }, nowMs, exceptBookingId) > 0;
};

const isThere = (own: Occupation, data: Asked, span: SpanMs): boolean =>
  own.fromMs === span.fromMs &&
  own.untilMs === span.untilMs &&
  own.terms.offerId === data.offerId &&
  own.terms.step === data.step &&
  own.householdId === data.householdId;

const holdsOf = (state: Resource, householdId: HouseholdId, nowMs: number): number =>
  state.occupations.filter((it) => it.expiresAtMs !== null && it.householdId === householdId && isLive(it, nowMs))
    .length;

export const hold = (command: CommandOf<'HoldPlace'>, state: Resource, nowMs: number): Answer => {
  const { data } = command;
  const holds = holdsOf(state, data.householdId, nowMs);
  const own = findOccupation(state, data.bookingId);
  if (holds >= mostHolds && !(own !== undefined && isLive(own, nowMs))) return reject('too-many-holds', { holds });
  return holdOne(data, command, state, nowMs);
};

const holdOne = (data: CommandOf<'HoldPlace'>['data'], asked: OfferAsked, state: Resource, nowMs: number): Answer => {
  const { resourceId, bookingId, householdId, offerId, expiresAt } = data;
  const span = spanMs(data.span);
  const own = findOccupation(state, bookingId);
  if (own !== undefined && isLive(own, nowMs)) {
    if (!isThere(own, data, span)) return reject('already-exists');
    // Room was made without a word of what the family needs: the offer still has to serve that (R19).
    const served = own.override === undefined ? undefined : fittingTerms(data, asked, state, nowMs, true);
    return served === undefined || served.accepted ? extend(data, state, nowMs) : served;
  }
  const fitting = fittingTerms(data, asked, state, nowMs, false);
  if (!fitting.accepted) return fitting;
  if (msOf(expiresAt) <= nowMs) return reject('hold-expired', { expiresAt });
  if (!isWithin(bookableOf(state), span)) return reject('time-not-offered');
  if (!hasRoom(state, span, nowMs, bookingId)) return reject('place-taken');
  return accept({
    type: 'PlaceHeld',
    data: {
      ...{ resourceId, bookingId, householdId, offerId, span: data.span, expiresAt },
      ...{ terms: fitting.terms, heldAt: instantFromMs(nowMs) },
    },
  });
};

/** Decides one after the other, each on what came of those before. Events let go of what is over; so does the start. */
const oneByOne = <T>(
  items: readonly T[],
  state: Resource,
  nowMs: number,
  decide: (item: T, state: Resource) => Answer,
): {
  readonly events: ResourceEvent[];
  readonly refused: { item: T; rejection: ResourceRejection | TermsRejection }[];
} => {
  const events: ResourceEvent[] = [];
  const refused: { item: T; rejection: ResourceRejection | TermsRejection }[] = [];
  let current = pruned(state, nowMs);
  for (const item of items) {
    const decision = decide(item, current);
    if (!decision.accepted) {
      refused.push({ item, rejection: decision.rejection });
      continue;
    }
    for (const event of decision.events) {
      events.push(event);
      current = evolveResource(current, event) ?? current;
    }
  }
  return { events, refused };
};

export const holdAll = ({ data, offers }: CommandOf<'HoldPlaces'>, state: Resource, nowMs: number): Answer => {
  const { places, mode, offerId, ...shared } = data;
  const asked = new Set<string>(places.map((it) => it.bookingId));
  const others = state.occupations.filter((it) => !asked.has(it.bookingId));
  const holds = holdsOf({ ...state, occupations: others }, data.householdId, nowMs);
  if (holds >= mostHolds) return reject('too-many-holds', { holds });
  const none: OfferAsked = { offer: undefined, journeyKm: undefined };
  const { events, refused } = oneByOne(places, state, nowMs, (place, current) => {
    const one = { ...shared, offerId, ...place };
    return holdOne(
      { ...one, offerId: place.offerId ?? offerId },
      offers.get(place.offerId ?? offerId) ?? none,
      current,
      nowMs,
    );
  });
  const [no] = refused;
  if (no === undefined) return accept(...events);
  if (mode === 'fitting' && refused.length < places.length) return accept(...events);
  const rejection: ResourceRejection = no.rejection;
  return { accepted: false, rejection: { ...rejection, facts: { ...rejection.facts, from: no.item.span.from } } };
};

/** Another time in one step. A booking that has begun stays where it is. */
export const move = (command: CommandOf<'MovePlace'>, state: Resource, nowMs: number): Answer => {
  const { data } = command;
  const { resourceId, bookingId, householdId, offerId } = data;
  const own = findOccupation(state, bookingId);
  if (own === undefined || own.householdId !== householdId) return reject('hold-not-found');
  if (own.expiresAtMs !== null && !isLive(own, nowMs))
    return reject('hold-expired', { expiresAt: instantFromMs(own.expiresAtMs) });
  const span = spanMs(data.span);
  if (isThere(own, data, span)) return accept();
  if (own.fromMs <= nowMs) return reject('time-in-the-past');
  const fitting = fittingTerms(data, command, state, nowMs, false);
  if (!fitting.accepted) return fitting;
  if (!isWithin(bookableOf(state), span)) return reject('time-not-offered');
  if (!hasRoom(state, span, nowMs, bookingId)) return reject('place-taken');
  const { terms } = fitting;
  const movedAt = instantFromMs(nowMs);
  return accept({ type: 'PlaceMoved', data: { resourceId, bookingId, offerId, span: data.span, terms, movedAt } });
};

/** The provider makes room where none was published. What the offer serves stays a rule. */
export const override = (command: CommandOf<'OverrideCapacity'>, state: Resource, nowMs: number): Answer => {
  const { data } = command;
  const { resourceId, bookingId, householdId, offerId, expiresAt, reason } = data;
  const own = findOccupation(state, bookingId);
  if (own !== undefined && isLive(own, nowMs))
    return isThere(own, data, spanMs(data.span)) ? extend(data, state, nowMs) : reject('already-exists');
  const fitting = fittingTerms(data, command, state, nowMs, true);
  if (!fitting.accepted) return fitting;
  if (msOf(expiresAt) <= nowMs) return reject('hold-expired', { expiresAt });
  return accept({
    type: 'CapacityOverridden',
    data: {
      ...{ resourceId, bookingId, householdId, offerId, span: data.span, expiresAt, reason },
      ...{ terms: fitting.terms, heldAt: instantFromMs(nowMs) },
    },
  });
};

export const extend = (
  { resourceId, bookingId, expiresAt }: Pick<ExtendHold, 'resourceId' | 'bookingId' | 'expiresAt'>,
  state: Resource,
  nowMs: number,
): Answer => {
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

export const take = ({ resourceId, bookingId }: TakePlace, state: Resource, nowMs: number): Answer => {
  const own = findOccupation(state, bookingId);
  if (own === undefined) return reject('hold-not-found');
  if (own.expiresAtMs === null) return accept();
  if (!isLive(own, nowMs)) return reject('hold-expired', { expiresAt: instantFromMs(own.expiresAtMs) });
  if (own.untilMs <= nowMs) return reject('time-in-the-past');
  // What goes beyond capacity knowingly takes nobody's place who was there; and needs none itself.
  if (own.override === undefined) {
    if (state.busy.some((it) => it.fromMs < own.untilMs && own.fromMs < it.untilMs)) return reject('calendar-busy');
    const published = state.occupations.some((it) => it.override !== undefined)
      ? { ...state, occupations: state.occupations.filter((it) => it.override === undefined) }
      : state;
    // A live hold has its place, so this cannot be; a place is never given on the strength of that alone.
    if (!hasRoom(published, own, nowMs, bookingId)) return reject('place-taken');
  }
  return accept({ type: 'PlaceTaken', data: { resourceId, bookingId, takenAt: instantFromMs(nowMs) } });
};

export const release = ({ resourceId, bookingId, reason }: ReleasePlace, state: Resource, nowMs: number): Answer => {
  if (findOccupation(state, bookingId) === undefined) return accept();
  return accept({
    type: 'PlaceReleased',
    data: { resourceId, bookingId, reason, releasedAt: instantFromMs(nowMs) },
  });
};

export const expire = ({ resourceId, bookingId }: ExpireHold, state: Resource, nowMs: number): Answer => {
  const own = findOccupation(state, bookingId);
  if (own === undefined || isLive(own, nowMs)) return accept();
  return accept({ type: 'HoldExpired', data: { resourceId, bookingId, expiredAt: instantFromMs(nowMs) } });
};

/** All of these or none; or those that can be, where a no to one, or to all, is no answer about the others. */
const together = (
  { bookingIds, mode }: Pick<TakePlaces, 'bookingIds' | 'mode'>,
  state: Resource,
  nowMs: number,
  decide: (bookingId: BookingId, state: Resource) => Answer,
): Answer => {
  const { events, refused } = oneByOne([...new Set(bookingIds)], state, nowMs, decide);
  const [no] = refused;
  return no === undefined || mode === 'fitting' ? accept(...events) : { accepted: false, rejection: no.rejection };
};

export const extendAll = ({ resourceId, expiresAt, ...asked }: ExtendHolds, state: Resource, nowMs: number): Answer =>
  together(asked, state, nowMs, (bookingId, it) => extend({ resourceId, bookingId, expiresAt }, it, nowMs));
export const takeAll = ({ resourceId, ...asked }: TakePlaces, state: Resource, nowMs: number): Answer =>
  together(asked, state, nowMs, (bookingId, it) => take({ resourceId, bookingId }, it, nowMs));
export const releaseAll = ({ resourceId, reason, bookingIds }: ReleasePlaces, state: Resource, nowMs: number): Answer =>
  together({ bookingIds, mode: 'all' }, state, nowMs, (bookingId, it) =>
    release({ resourceId, bookingId, reason }, it, nowMs),
  );
