import { BookingId, formOf, type JoinWaitingList, type WaitingId } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  derivedId,
  hourMs,
  type Instant,
  plusMs,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import { forgetRefused, lifted, mayLift, timePassed, wasNeverAsked } from './answers.rules.ts';
import { type Entry, nextFor, type Place } from './order.rules.ts';
import type { WaitingData, WaitingEvent } from './waiting.events.ts';

/** How long a household may think about a freed place; not past its beginning. */
export const thinkMs = 4 * hourMs;
/** Places of which nothing more is to be decided that are remembered, for who asks why. */
const keptPlaces = 50;
/** Times that one household waits for at one offer (chosen): each is looked for by itself. */
const mostPerHousehold = 10;

/** Somebody who joins; with what is known beside it, and the wish that they do it for. */
export type Joining = JoinWaitingList &
  Pick<WaitingData<'WaitingJoined'>, 'form' | 'homeMunicipality' | 'wishId' | 'since' | 'fit'>;

type OfOffer = { readonly placeId: string; readonly waitingId: WaitingId };
export type WaitingCommand = { readonly now: Instant } & (
  | { readonly type: 'Join'; readonly data: Joining }
  | { readonly type: 'Leave'; readonly waitingId: WaitingId; readonly why?: 'elsewhere' }
  /** Into the urgent lane. */
  | { readonly type: 'Raise'; readonly waitingId: WaitingId }
  | ({ readonly type: 'FreePlace' } & Omit<WaitingData<'PlaceFreed'>, 'freedAt'>)
  | ({ readonly type: 'RecordHeld' } & OfOffer)
  /**
   * `place-gone`: the place itself is no longer there; `forgotten`: the household is not; `elsewhere`: a wish is busy;
   * `may-pass`: what stands in the way goes by itself.
   */
  | ({
      readonly type: 'RecordRefused';
      readonly because: 'place-gone' | 'forgotten' | 'elsewhere' | 'may-pass' | 'other';
    } & OfOffer)
  | ({ readonly type: 'TakeOffer' } & OfOffer)
  | ({ readonly type: 'PassOn'; readonly why: 'declined' | 'silent' } & OfOffer)
  /** The offer may suit more than it did; or one household, that is then named. */
  | ({ readonly type: 'LiftRefusals' } & Omit<WaitingData<'RefusalsLifted'>, 'liftedAt'>)
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type WaitingList = {
  readonly entries: ReadonlyMap<string, Entry>;
  /** In the order in which they came free. */
  readonly places: ReadonlyMap<string, Place>;
};

export type WaitingRejection = Rejection<
  'already-exists' | 'waiting-not-found' | 'time-in-the-past' | 'place-of-service-mismatch' | 'waits-too-often'
>;

/**
 * Who waits for an offer (R35, issue 5). A freed place is offered to one household at a time, by rules that everybody can
 * read (`order.rules.ts`); declined or silent, it goes to the next. No place is offered to two.
 */
export const waitingDecider: Decider<WaitingCommand, WaitingList, WaitingEvent, WaitingRejection> = {
  initialState: { entries: new Map(), places: new Map() },

  evolve(state, { type, data }) {
    const entries = new Map(state.entries);
    const places = new Map(state.places);
    switch (type) {
      case 'WaitingJoined': {
        const { joinedAt, since = joinedAt, ...entry } = data;
        entries.set(data.waitingId, { ...entry, since, status: 'waiting', had: [], missed: [], refused: [] });
        break;
      }
      case 'WaitingLeft': {
        const entry = entries.get(data.waitingId);
        if (entry) entries.set(data.waitingId, { ...entry, status: data.why === 'served' ? 'served' : 'left' });
        break;
      }
      case 'WaitingRaised': {
        const entry = entries.get(data.waitingId);
        if (entry) entries.set(data.waitingId, { ...entry, lane: 'urgent' });
        break;
      }
      case 'PlaceFreed': {
        const { placeId, resourceId, span, freedAt, cause = 'booking', found = false, notFor = [] } = data;
        const over = [...places.values()].filter(({ status }) => status !== 'offered');
        for (const old of over.slice(0, Math.max(0, over.length - keptPlaces))) places.delete(old.placeId);
        const known = { placeId, resourceId, span, freedAt, cause, isFound: found, notFor };
        places.set(placeId, { ...known, status: 'offered', offers: [] });
        break;
      }
      case 'PlaceOffered':
        change(places, data.placeId, (it) => ({
          ...it,
          offers: [...it.offers, { data, stage: 'asked', outcome: 'offered' }],
        }));
        break;
      case 'OfferHeld':
        change(places, data.placeId, (it) => withLast(it, { stage: 'held' }));
        break;
      case 'OfferTaken':
        change(places, data.placeId, (it) => ({
          ...withLast(it, { stage: 'over', outcome: 'taken' }),
          status: 'taken',
        }));
        break;
      case 'OfferPassed': {
        change(places, data.placeId, (it) =>
          withLast(it, { stage: 'over', outcome: data.why, ...wasNeverAsked(it, data) }),
        );
        const entry = entries.get(data.waitingId);
        const place = places.get(data.placeId);
        if (entry && place) entries.set(data.waitingId, { ...entry, ...timePassed(entry, data, place) });
        break;
      }
      case 'RefusalsLifted':
        return lifted(entries, places, data.waitingId);
      case 'PlaceClosed':
        if (data.why === 'gone') forgetRefused(entries, places.get(data.placeId));
        change(places, data.placeId, (it) => ({ ...it, status: data.why }));
        break;
    }
    return { entries, places };
  },

  decide(command, state) {
    const { now } = command;
    switch (command.type) {
      case 'Join':
        return join(state, command.data, now);
      case 'Leave': {
        const entry = state.entries.get(command.waitingId);
        if (entry === undefined) return reject('waiting-not-found');
        if (entry.status !== 'waiting') return accept();
        return accept(left(entry, command.why ?? 'left', now));
      }
      case 'Raise': {
        const entry = state.entries.get(command.waitingId);
        if (entry?.status !== 'waiting' || entry.lane === 'urgent') return accept();
        const { offerId, waitingId, householdId } = entry;
        return accept({ type: 'WaitingRaised', data: { offerId, waitingId, householdId, raisedAt: now } });
      }
      case 'FreePlace': {
        const { type: _free, now: freedAt, ...known } = command;
        const { offerId, placeId, span } = known;
        if (state.places.has(placeId) || span.from <= now) return accept();
        const freed: WaitingEvent = { type: 'PlaceFreed', data: { ...known, freedAt } };
        const next = offerNext(waitingDecider.evolve(state, freed), offerId, placeId, now);
        // What nobody waits for is no business of the list.
        return next.type === 'PlaceOffered' ? accept<WaitingEvent>(freed, next) : accept();
      }
      case 'RecordHeld': {
        const offer = liveOffer(state, command);
        if (offer?.stage !== 'asked') return accept();
        const { offerId, placeId, waitingId } = offer.data;
        return accept({ type: 'OfferHeld', data: { offerId, placeId, waitingId, heldAt: now } });
      }
      case 'RecordRefused':
        return refused(state, command, now);
      case 'TakeOffer': {
        const offer = liveOffer(state, command);
        const entry = state.entries.get(command.waitingId);
        if (offer === undefined || entry === undefined) return accept();
        const { offerId, placeId, waitingId } = offer.data;
        const taken: WaitingEvent = { type: 'OfferTaken', data: { offerId, placeId, waitingId, takenAt: now } };
        return accept<WaitingEvent>(taken, ...(entry.status === 'waiting' ? [left(entry, 'served', now)] : []));
      }
      case 'PassOn':
        return passOn(state, command, command.why, now);
      case 'LiftRefusals': {
        const { offerId, waitingId } = command;
        if (!mayLift(state.entries, state.places, waitingId)) return accept();
        const data = { offerId, ...(waitingId && { waitingId }), liftedAt: now };
        return accept({ type: 'RefusalsLifted', data });
      }
      case 'GoOn':
        return accept();
    }
  },
};

/** The offer of a place to somebody, as long as it is theirs to answer. */
export const liveOffer = ({ places }: WaitingList, { placeId, waitingId }: OfOffer) => {
  const last = places.get(placeId)?.offers.at(-1);
  return last?.data.waitingId === waitingId && last.outcome === 'offered' ? last : undefined;
};

/** What somebody asks who joins, beside the time. */
const asked = ['householdId', 'minMinutes', 'maxMinutes', 'lane', 'placeOfService', 'caregiverJoins'] as const;

const join = (state: WaitingList, data: Joining, now: Instant): Decision<WaitingEvent, WaitingRejection> => {
  const known = state.entries.get(data.waitingId);
  if (known !== undefined) {
    const { from, until } = known.window;
    const isSame =
      asked.every((it) => known[it] === data[it]) && from === data.window.from && until === data.window.until;
    return isSame ? accept() : reject('already-exists');
  }
  // Its form stays what it is, so that it could never be served. Whatever else an offer lacks it may have tomorrow.
  if (data.form !== undefined && formOf(data.form).atHome !== (data.placeOfService !== 'provider'))
    return reject('place-of-service-mismatch');
  if (data.window.until <= now) return reject('time-in-the-past');
  const waits = [...state.entries.values()].filter(
    (it) =>
      it.householdId === data.householdId &&
      it.wishId === undefined &&
      it.status === 'waiting' &&
      it.window.until > now,
  );
  // Of wishes there is a most of their own.
  if (data.wishId === undefined && waits.length >= mostPerHousehold)
    return reject('waits-too-often', { most: mostPerHousehold });
  return accept({ type: 'WaitingJoined', data: { ...data, joinedAt: now } });
};

const left = (entry: Entry, why: WaitingData<'WaitingLeft'>['why'], now: Instant): WaitingEvent => {
  const { offerId, waitingId, householdId } = entry;
  return { type: 'WaitingLeft', data: { offerId, waitingId, householdId, why, leftAt: now } };
};

/** Who was forgotten waits no more, before the next is chosen. */
const refused = (
  state: WaitingList,
  { because, ...of }: Extract<WaitingCommand, { type: 'RecordRefused' }>,
  now: Instant,
): Decision<WaitingEvent, WaitingRejection> => {
  const entry = state.entries.get(of.waitingId);
  const passed = passOn(state, of, because === 'elsewhere' ? because : 'refused', now, because);
  if (!passed.accepted || passed.events.length === 0 || because !== 'forgotten' || entry?.status !== 'waiting') {
    return passed;
  }
  return accept<WaitingEvent>(left(entry, 'forgotten', now), ...passed.events);
};

const passOn = (
  state: WaitingList,
  of: OfOffer,
  why: WaitingData<'OfferPassed'>['why'],
  now: Instant,
  because?: Extract<WaitingCommand, { type: 'RecordRefused' }>['because'],
): Decision<WaitingEvent, WaitingRejection> => {
  const offer = liveOffer(state, of);
  if (offer === undefined) return accept();
  const { offerId, placeId, waitingId } = offer.data;
  const mayPass = because === 'may-pass' && { mayPass: true as const };
  const data = { offerId, placeId, waitingId, why, ...mayPass, passedAt: now };
  const passed: WaitingEvent = { type: 'OfferPassed', data };
  const closed: WaitingEvent = { type: 'PlaceClosed', data: { offerId, placeId, why: 'gone', closedAt: now } };
  return accept<WaitingEvent>(
    passed,
    because === 'place-gone' ? closed : offerNext(waitingDecider.evolve(state, passed), offerId, placeId, now),
  );
};

/** To the next, or to nobody any more. */
const offerNext = (
  { entries, places }: WaitingList,
  offerId: WaitingData<'PlaceOffered'>['offerId'],
  placeId: string,
  now: Instant,
): WaitingEvent => {
  const place = places.get(placeId);
  const closed = (why: 'gone' | 'nobody'): WaitingEvent => ({
    type: 'PlaceClosed',
    data: { offerId, placeId, why, closedAt: now },
  });
  if (place === undefined || place.span.from <= now) return closed('gone');
  const next = nextFor(place, entries, places, now);
  if (next === undefined) return closed('nobody');
  const { waitingId, householdId } = next.entry;
  const why = { rule: next.rule, among: next.among };
  const late = plusMs(now, thinkMs);
  const until = late < place.span.from ? late : place.span.from;
  const bookingId = BookingId.parse(derivedId('waiting', offerId, placeId, waitingId));
  const offer = { offerId, placeId, waitingId, householdId, bookingId, until, why };
  return { type: 'PlaceOffered', data: { ...offer, offeredAt: now } };
};

const change = (places: Map<string, Place>, placeId: string, to: (it: Place) => Place): void => {
  const known = places.get(placeId);
  if (known !== undefined) places.set(placeId, to(known));
};

const withLast = (place: Place, changes: Partial<Place['offers'][number]>): Place => ({
  ...place,
  offers: place.offers.map((it, index) => (index === place.offers.length - 1 ? { ...it, ...changes } : it)),
});
