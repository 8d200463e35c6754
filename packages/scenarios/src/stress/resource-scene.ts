import {
  BookingId,
  HouseholdId,
  OfferId,
  type Offers,
  Place,
  ProviderId,
  PublishOffer,
  ResourceId,
  type TimeSpan,
} from '@adempauze/contracts';
import type { EventStore } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  derivedId,
  hourMs,
  type Instant,
  minuteMs,
  type Outcome,
  plusMs,
} from '@adempauze/kernel';
import { type OffersRuntime, startOffers } from '@adempauze/offers';

/** A booking of a scene, by its word. */
export const bookingOf = ({ resourceId }: Pick<ResourceScene, 'resourceId'>, word: string): BookingId =>
  BookingId.parse(derivedId('stress booking', resourceId, word));
export const householdOf = (word: string): HouseholdId => HouseholdId.parse(derivedId('stress household', word));
/** Where everything is. */
export const rijswijk = Place.parse({ name: 'Rijswijk', municipality: '0603', point: { lat: 52.0367, lon: 4.3257 } });
const day = 24 * hourMs;

/** Three hours on the tenth, eleventh and twelfth day are published, and two days later there is nothing yet. */
export const timesOf = (now: Instant) => {
  const from = (days: number): TimeSpan => {
    const begin = plusMs(now, days * day);
    return { from: begin, until: plusMs(begin, 3 * hourMs) };
  };
  return { first: from(10), second: from(11), third: from(12), later: from(14) };
};
/** Whoever has a hold keeps it for the whole of the race, unless it is the one that has passed. */
export const expiryOf = (now: Instant): Instant => plusMs(now, 5 * day);
export const passedAfterMs = minuteMs;

const providerId = ProviderId.parse(derivedId('stress provider'));
const offerId = OfferId.parse(derivedId('stress offer'));

/** One resource with somebody in it, and what a command about it needs to know. */
export type ResourceScene = {
  readonly resourceId: ResourceId;
  readonly providerId: ProviderId;
  readonly offerId: OfferId;
  readonly now: Instant;
  readonly times: Readonly<Record<'first' | 'second' | 'third' | 'later', TimeSpan>>;
  readonly expiresAt: Instant;
  /** What falls due is done now, by the replica of this api. */
  readonly sweep: (api: Offers) => Promise<Outcome<undefined>>;
};

/** A log with one or more replicas of offers on it. */
export type ResourceWorld = { readonly store: EventStore; readonly shops: readonly OffersRuntime[] };

export const startResourceWorld = async (
  store: EventStore,
  stores: readonly EventStore[],
  clock: Clock,
  newCall: () => CallContext,
): Promise<ResourceWorld> => {
  const shops: OffersRuntime[] = [];
  for (const it of stores) shops.push(await startOffers({ store: it, clock, folder: ':memory:', sweepEveryMs: 1e9 }));
  const [first] = shops;
  if (first === undefined) throw new Error('A world has a shop.');
  await first.api.registerProvider({ providerId, kind: 'home-care', name: 'De Linde', place: rijswijk }, newCall());
  const offer = PublishOffer.parse({
    ...{ offerId, providerId, form: 'F01', title: 'Een blok zorg thuis', place: rijswijk, travelKm: 15, unit: 'hour' },
    ...{ conditionsServed: ['dementia'], bearer: 'guarantee', instant: true, minMinutes: 60, maxMinutes: 480 },
    tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
  });
  await first.api.publishOffer(offer, newCall());
  return { store, shops };
};

export const sceneAt = (key: string, now: Instant, worlds: readonly ResourceWorld[]): ResourceScene => {
  const shops = worlds.flatMap((it) => it.shops);
  return {
    ...{ resourceId: ResourceId.parse(derivedId('stress resource', key)), providerId, offerId, now },
    ...{ times: timesOf(now), expiresAt: expiryOf(now) },
    async sweep(api) {
      const shop = shops.find((it) => it.api === api);
      await shop?.settled();
      await shop?.nudge();
      return { accepted: true, position: undefined, value: undefined };
    },
  };
};

/** Opens the resource and puts into it who is there before the race; turn by turn through each replica. */
export const prepare = async (scene: ResourceScene, { shops }: ResourceWorld, newCall: () => CallContext) => {
  const { resourceId, times, expiresAt, now } = scene;
  const { first, second, third } = times;
  let turn = 0;
  const api = () => {
    turn += 1;
    const shop = shops[turn % shops.length];
    if (shop === undefined) throw new Error('A world has a shop.');
    return shop.api;
  };
  const must = (outcome: Outcome<unknown>) => {
    if (!outcome.accepted) throw new Error(`A scene could not be set: ${outcome.rejection.code}.`);
  };
  const need = {
    offerId,
    conditions: [],
    highRiskActs: [],
    at: rijswijk.point,
    householdId: householdOf('regular'),
    resourceId,
  };
  const opening = { resourceId, providerId, offerIds: [offerId], capacity: 2, bufferMinutes: 0, travelMinutes: 0 };
  must(await api().openResource(opening, newCall()));
  must(await api().publishTimes({ resourceId, spans: [first, second, third] }, newCall()));
  const places = [
    { bookingId: bookingOf(scene, 'taken'), span: first },
    { bookingId: bookingOf(scene, 'held'), span: second },
    { bookingId: bookingOf(scene, 'second held'), span: third },
  ];
  must(await api().holdPlaces({ ...need, expiresAt, mode: 'all', places }, newCall()));
  must(await api().takePlace({ resourceId, bookingId: bookingOf(scene, 'taken') }, newCall()));
  const passed = { ...need, bookingId: bookingOf(scene, 'passed'), span: third, expiresAt: plusMs(now, passedAfterMs) };
  must(await api().holdPlace(passed, newCall()));
};
