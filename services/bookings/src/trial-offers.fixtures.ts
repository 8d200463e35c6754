import {
  type BookableTime,
  type BookingId,
  type HeldPlaces,
  type KeptPlaces,
  type OfferId,
  type Offers,
  type OfferView,
  Place,
  type ResourceId,
  type ResourceView,
  type RoomCause,
  type Terms,
  usualFacts,
} from '@adempauze/contracts';
import type { Publication } from '@adempauze/event-bus';
import { createCommandHandler, createEventCodec, type EventStore } from '@adempauze/event-store';
import {
  accept,
  type CallContext,
  type Clock,
  covers,
  Day,
  type Decider,
  derivedId,
  event,
  Instant,
  minutesBetween,
  type Outcome,
  overlaps,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import { z } from 'zod';
import { delft, offerIdOf, providerIdOf, termsOf } from './examples.fixtures.ts';

/*
 * A small offers, on the same log, with places that can really run out: what bookings needs to be tried against. The
 * real service may not be imported here.
 */

const place = { resourceId: z.string(), bookingId: z.string() };
const ResourceEvent = z.discriminatedUnion('type', [
  event('PlaceHeld', { ...place, from: Instant, until: Instant, expiresAt: Instant }),
  event('HoldExtended', { ...place, expiresAt: Instant }),
  event('PlaceTaken', place),
  event('PlaceMoved', { ...place, from: Instant, until: Instant }),
  event('PlaceReleased', { ...place, reason: z.enum(['cancelled', 'declined', 'expired']) }),
]);
type ResourceEvent = z.infer<typeof ResourceEvent>;
type Occupied = { readonly span: Span; readonly taken: boolean; readonly expiresAt: Instant };
type Resource = ReadonlyMap<string, Occupied>;
type Command = { readonly resourceId: string; readonly bookingId: string; readonly now: Instant } & (
  | { readonly type: 'hold'; readonly span: Span; readonly expiresAt: Instant }
  | { readonly type: 'extend'; readonly expiresAt: Instant }
  | { readonly type: 'take' }
  | { readonly type: 'move'; readonly span: Span }
  | { readonly type: 'expire' }
  | { readonly type: 'release'; readonly reason: 'cancelled' | 'declined' | 'expired' }
);

const decider = (
  capacity: number,
): Decider<Command, Resource, ResourceEvent, Rejection<'place-taken' | 'hold-expired' | 'hold-not-found'>> => ({
  initialState: new Map(),
  evolve(state, { type, data }) {
    const next = new Map(state);
    const known = next.get(data.bookingId);
    if (type === 'PlaceHeld') {
      const span = { from: data.from, until: data.until };
      next.set(data.bookingId, { span, taken: false, expiresAt: data.expiresAt });
    } else if (type === 'PlaceReleased') next.delete(data.bookingId);
    else if (known && type === 'PlaceMoved')
      next.set(data.bookingId, { ...known, span: { from: data.from, until: data.until } });
    else if (known && type === 'PlaceTaken') next.set(data.bookingId, { ...known, taken: true });
    else if (known && type === 'HoldExtended') next.set(data.bookingId, { ...known, expiresAt: data.expiresAt });
    return next;
  },
  decide(command, state) {
    const { resourceId, bookingId, now } = command;
    const mine = state.get(bookingId);
    const live = (it: Occupied) => it.taken || it.expiresAt > now;
    if (command.type === 'hold') {
      const { span, expiresAt } = command;
      if (mine && live(mine))
        return mine.taken || mine.expiresAt >= expiresAt
          ? accept()
          : accept({ type: 'HoldExtended', data: { resourceId, bookingId, expiresAt } });
      const others = [...state.values()].filter((it) => live(it) && overlaps(it.span, span));
      if (others.length >= capacity) return reject('place-taken');
      return accept({ type: 'PlaceHeld', data: { resourceId, bookingId, ...span, expiresAt } });
    }
    if (command.type === 'release') {
      if (!mine) return accept();
      return accept({ type: 'PlaceReleased', data: { resourceId, bookingId, reason: command.reason } });
    }
    if (command.type === 'expire') {
      if (!mine || mine.taken) return accept();
      return accept({ type: 'PlaceReleased', data: { resourceId, bookingId, reason: 'expired' } });
    }
    if (!mine) return reject('hold-not-found');
    if (command.type === 'move') {
      const others = [...state].filter(([id, it]) => id !== bookingId && live(it) && overlaps(it.span, command.span));
      if (others.length >= capacity) return reject('place-taken');
      return accept({ type: 'PlaceMoved', data: { resourceId, bookingId, ...command.span } });
    }
    if (mine.taken) return accept();
    if (!live(mine)) return reject('hold-expired', { expiresAt: mine.expiresAt });
    if (command.type === 'take') return accept({ type: 'PlaceTaken', data: { resourceId, bookingId } });
    return accept({ type: 'HoldExtended', data: { resourceId, bookingId, expiresAt: command.expiresAt } });
  },
});

export const trialOffersPublication: Publication = {
  service: 'offers',
  categories: ['resource', 'room'],
  publish({ type, data }) {
    const { resourceId, bookingId } = data;
    if (type === 'OfferWidened') return { type: 'offers.offer-widened.v1', subject: String(data.offerId), data };
    if (type === 'RoomCame') return { type: 'offers.room-came.v1', subject: String(resourceId), data };
    const subject = String(resourceId);
    if (type === 'PlaceTaken')
      return { type: 'offers.place-taken.v1', subject, data: { ...{ resourceId, bookingId } } };
    if (type !== 'PlaceReleased') return undefined;
    return { type: 'offers.place-released.v1', subject, data: { resourceId, bookingId, reason: data.reason } };
  },
};

/** The offers that there are: block care at once, on acceptance, for own account, two beds, a taxi, and a volunteer. */
export const trialTerms: Readonly<Record<string, Partial<Terms>>> = {
  'block-care': {},
  'on-acceptance': { instant: false },
  'own-account': { bearer: 'own' },
  'guest-house': { form: 'F12', unit: 'night', quantity: 100, unitPriceCents: 12_000, priceCents: 12_000 },
  transport: { form: 'F24', unit: 'visit', quantity: 100, unitPriceCents: 2500, priceCents: 2500, bearer: 'own' },
  'meeting-place': { form: 'F18', accompaniment: 'optional' },
  'for-both': { form: 'F30', accompaniment: 'always' },
  volunteer: { form: 'F06', needsHelper: true, unitPriceCents: 0, priceCents: 0 },
};

/** What bookings asks of offers; a test may put a failure in the place of an answer. */
type Asked =
  | 'movePlace'
  | 'holdPlace'
  | 'holdPlaces'
  | 'releasePlaces'
  | 'findResource'
  | 'rosterWorker'
  | 'extendHold'
  | 'extendHolds'
  | 'takePlace'
  | 'takePlaces'
  | 'releasePlace'
  | 'askTerms'
  | 'listSuitable'
  | 'listTimesWithin'
  | 'findOffer';
export type TrialOffers = { -readonly [K in Asked]: Offers[K] } & {
  /** What offers does by itself when a hold ends: a place that was taken stays taken. */
  expireHold(place: { resourceId: string; bookingId: string }, context: CallContext): Promise<Outcome>;
  /** Times that can be booked from now on, for all of these offers; told to who waits, as often as it is said. */
  publishTimes(
    offerIds: readonly OfferId[],
    resourceId: ResourceId,
    spans: readonly Span[],
    told?: string,
  ): Promise<void>;
  /** What occupies a resource, by booking. */
  occupied(resourceId: string): Promise<Resource>;
};

export const createTrialOffers = (store: EventStore, clock: Clock, capacity: number): TrialOffers => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: decider(capacity), codec: createEventCodec({ schema: ResourceEvent }) },
    streamOf: (id) => `resource-${id}`,
  });
  const termsById = new Map<OfferId, Terms>(
    Object.entries(trialTerms).map(([word, terms]) => [
      offerIdOf(word),
      termsOf({ ...terms, offerId: offerIdOf(word) }),
    ]),
  );
  const published = new Map<OfferId, { resourceId: ResourceId; span: Span }[]>();
  const tellOfRoom = async (
    resourceId: string,
    offerIds: readonly OfferId[],
    span: Span,
    cause: RoomCause,
    of: string,
  ) => {
    const stream = `room-${resourceId}`;
    const data = { resourceId, offerIds: [...offerIds], span: { ...span }, cause };
    const id = derivedId(stream, of);
    await store.append(stream, [{ id, type: 'RoomCame', data, metadata: { v: 1, at: clock() } }], { expected: 'any' });
  };
  const send = async (command: Command, context: CallContext) => {
    const { resourceId, bookingId, type } = command;
    const before = type === 'release' ? (await handler.load(resourceId)).state.get(bookingId) : undefined;
    const outcome = await handler.handle(resourceId, command, context);
    // Whose offer it was this small offers does not know, so it tells all that share it.
    const sharing = [...published].flatMap(([offerId, times]) =>
      times.some((it) => it.resourceId === resourceId) ? [offerId] : [],
    );
    if (before !== undefined && outcome.accepted && sharing.length > 1)
      await tellOfRoom(resourceId, sharing, before.span, 'other-offer', context.commandId);
    return outcome.accepted ? { ...outcome, value: undefined } : outcome;
  };
  const keepAll = async (
    commands: readonly (Command & { readonly bookingId: BookingId })[],
    mode: 'all' | 'fitting',
    context: CallContext,
  ): Promise<Outcome<KeptPlaces>> => {
    if (mode === 'all')
      for (const command of commands) {
        const { state } = await handler.load(command.resourceId);
        const decision = decider(capacity).decide(command, state);
        if (!decision.accepted) return decision;
      }
    const kept: KeptPlaces['kept'] = [];
    const refused: KeptPlaces['refused'] = [];
    let position: string | undefined;
    for (const command of commands) {
      const { bookingId } = command;
      const outcome = await send(command, { ...context, commandId: `${context.commandId}/${bookingId}` });
      if (outcome.accepted) {
        position = outcome.position;
        kept.push(bookingId);
      } else refused.push({ bookingId, code: outcome.rejection.code, facts: { ...outcome.rejection.facts } });
    }
    return { accepted: true, position, value: { kept, refused } };
  };
  const released = new Set<string>();
  const rostered = new Map<string, ResourceView['roster']>();
  /** The caregiver comes along only where that is offered, and always where it is for both. */
  const notAccompanied = (terms: Terms, caregiverJoins: boolean | undefined) => {
    const { accompaniment } = terms;
    if (caregiverJoins === true && accompaniment === undefined) return no('caregiver-cannot-join');
    return caregiverJoins === false && accompaniment === 'always' ? no('caregiver-must-join') : undefined;
  };
  const no = (code: string) => ({ accepted: false as const, rejection: { code, facts: {} } });
  const noOffer = { accepted: false as const, rejection: { code: 'offer-not-found', facts: {} } };
  return {
    async holdPlace({ offerId, resourceId, bookingId, span, expiresAt, caregiverJoins }, context) {
      const terms = termsById.get(offerId);
      if (!terms) return noOffer;
      const refusal = notAccompanied(terms, caregiverJoins);
      if (refusal) return refusal;
      const outcome = await send({ type: 'hold', resourceId, bookingId, span, expiresAt, now: clock() }, context);
      return outcome.accepted ? { ...outcome, value: terms } : outcome;
    },
    async holdPlaces({ offerId, resourceId, expiresAt, mode, places, caregiverJoins }, context) {
      const found = termsById.get(offerId);
      if (!found) return noOffer;
      const refusal = notAccompanied(found, caregiverJoins);
      if (refusal) return refusal;
      const held: HeldPlaces['held'] = [];
      const refused: HeldPlaces['refused'] = [];
      let position: string | undefined;
      for (const { bookingId, span, step } of places) {
        const command: Command = { type: 'hold', resourceId, bookingId, span, expiresAt, now: clock() };
        const outcome = await send(command, { ...context, commandId: `${context.commandId}/${bookingId}` });
        if (outcome.accepted) {
          position = outcome.position;
          held.push({ bookingId, terms: step === undefined ? found : { ...found, step } });
        } else refused.push({ bookingId, code: outcome.rejection.code, facts: { ...outcome.rejection.facts } });
      }
      const [no] = refused;
      if (no === undefined || (mode === 'fitting' && held.length > 0))
        return { accepted: true, position, value: { held, refused } };
      for (const { bookingId } of held)
        await send(
          { type: 'release', resourceId, bookingId, reason: 'cancelled', now: clock() },
          { ...context, commandId: `${context.commandId}/${bookingId}/free` },
        );
      return { accepted: false, rejection: { code: no.code, facts: no.facts } };
    },
    async movePlace({ offerId, resourceId, bookingId, span }, context) {
      const terms = termsById.get(offerId);
      if (!terms) return noOffer;
      const outcome = await send({ type: 'move', resourceId, bookingId, span, now: clock() }, context);
      return outcome.accepted ? { ...outcome, value: terms } : outcome;
    },
    extendHold: (it, context) => send({ type: 'extend', ...it, now: clock() }, context),
    extendHolds: ({ bookingIds, mode, ...it }, context) =>
      keepAll(
        bookingIds.map((bookingId) => ({ type: 'extend', ...it, bookingId, now: clock() })),
        mode,
        context,
      ),
    async releasePlaces({ resourceId, bookingIds, reason }, context) {
      // A command that is known decides nothing.
      if (released.has(context.commandId)) return { accepted: true, position: undefined, value: undefined };
      released.add(context.commandId);
      for (const bookingId of bookingIds) {
        const command: Command = { type: 'release', resourceId, bookingId, reason, now: clock() };
        await send(command, { ...context, commandId: `${context.commandId}/${bookingId}` });
      }
      return { accepted: true, position: undefined, value: undefined };
    },
    findResource: async ({ resourceId }) =>
      resourceView(resourceId, [...termsById.keys()], rostered.get(resourceId) ?? []),
    async rosterWorker({ resourceId, workerId, span }) {
      rostered.set(resourceId, [...(rostered.get(resourceId) ?? []), { workerId, span }]);
      return {
        accepted: true,
        position: undefined,
        value: resourceView(resourceId, [...termsById.keys()], rostered.get(resourceId) ?? []),
      };
    },
    takePlace: (it, context) => send({ type: 'take', ...it, now: clock() }, context),
    takePlaces: ({ bookingIds, mode, ...it }, context) =>
      keepAll(
        bookingIds.map((bookingId) => ({ type: 'take', ...it, bookingId, now: clock() })),
        mode,
        context,
      ),
    releasePlace: (it, context) => send({ type: 'release', ...it, now: clock() }, context),
    expireHold: (it, context) => send({ type: 'expire', ...it, now: clock() }, context),
    async askTerms({ offerId }) {
      const terms = termsById.get(offerId);
      return terms ? { accepted: true, position: undefined, value: terms } : noOffer;
    },
    listSuitable: async ({ forms, caregiverJoins }) =>
      [...termsById.values()].flatMap((terms) => {
        const { offerId, form } = terms;
        const joins = caregiverJoins === undefined ? undefined : caregiverJoins === 'yes';
        return forms.includes(form) && !notAccompanied(terms, joins) ? [{ offerId, form, travelKm: 5 }] : [];
      }),
    async listTimesWithin({ offerId, resourceId: of, window, touching, minMinutes, maxMinutes }) {
      const times: BookableTime[] = [];
      for (const { resourceId, span } of published.get(offerId) ?? []) {
        const minutes = minutesBetween(span);
        const isAsked = covers(window, span) && minutes >= minMinutes && minutes <= maxMinutes && span.from > clock();
        if (!isAsked || (of !== undefined && of !== resourceId)) continue;
        if (touching !== undefined && !overlaps(span, touching)) continue;
        const { state } = await handler.load(resourceId);
        const there = [...state.values()].filter(
          (it) => (it.taken || it.expiresAt > clock()) && overlaps(it.span, span),
        );
        const placesLeft = capacity - there.length;
        if (placesLeft > 0) times.push({ resourceId, span, quantity: 100, priceCents: 0, placesLeft });
      }
      return times;
    },
    async publishTimes(offerIds, resourceId, spans, told = 'once') {
      for (const offerId of offerIds) {
        const known = published.get(offerId) ?? [];
        const isNew = (span: Span) => !known.some((it) => it.resourceId === resourceId && it.span.from === span.from);
        published.set(offerId, [...known, ...spans.filter(isNew).map((span) => ({ resourceId, span }))]);
      }
      const [first, last] = [spans[0], spans.at(-1)];
      if (first === undefined || last === undefined) return;
      const span = { from: first.from, until: last.until };
      await tellOfRoom(resourceId, offerIds, span, 'times', `${span.from}/${span.until}/${told}`);
    },
    findOffer: async ({ offerId }) => {
      const terms = termsById.get(offerId);
      return terms && offerView(terms);
    },
    occupied: async (resourceId) => (await handler.load(resourceId)).state,
  };
};

const resourceView = (
  resourceId: ResourceView['resourceId'],
  offerIds: ResourceView['offerIds'],
  roster: ResourceView['roster'],
): ResourceView => ({
  ...{ resourceId, providerId: providerIdOf('linde'), offerIds, capacity: 1, bufferMinutes: 0, travelMinutes: 0 },
  ...{ capacities: [], openings: [], occupied: [], closedDays: [], availability: null, calendar: null, roster },
});

const offerView = (terms: Terms): OfferView => ({
  ...{ offerId: terms.offerId, providerId: providerIdOf('linde'), form: terms.form, unit: terms.unit },
  ...{ bearer: terms.bearer, instant: terms.instant, needsHelper: terms.needsHelper, providerName: 'De Linde' },
  ...{ title: 'Een middag vrij', summary: '', travelKm: 20, conditionsServed: ['dementia'], highRiskActsServed: [] },
  place: termsPlace,
  ...{ ...usualOffer, caregiverJoins: terms.accompaniment ?? 'no' },
  ...{ languages: ['nl'], payerTariffs: [], takeover: 'partial', minNights: null, maxNights: null },
  acclimatisation: terms.unit === 'night' ? [{ step: 'part-day' }, { step: 'night' }] : [],
  ...{ confirmedAt: termsMoment, freshUntil: Instant.parse('2028-01-01T00:00:00Z') },
  tariffs: [{ from: termsDay, priceCents: terms.unitPriceCents, vat: terms.vat }],
  ...{ minMinutes: null, maxMinutes: null, status: 'published', publishedAt: termsMoment },
});
/** What an offer says beside that, when its provider says nothing. */
const { exclusions: _hidden, ...usualOffer } = z.object(usualFacts).parse({});
const termsPlace = Place.parse(delft);
const termsDay = Day.parse('2027-01-01');
const termsMoment = Instant.parse('2027-01-01T00:00:00Z');
