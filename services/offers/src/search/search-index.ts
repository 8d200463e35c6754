import {
  type BookableTime,
  decodeCursor,
  encodeCursor,
  type ListSuitableOffers,
  type OfferId,
  type OfferView,
  type Page,
  type Point,
  type ProviderId,
  type ProviderView,
  type ResourceId,
  type SearchHit,
  type SearchOffers,
  type SuitableOffer,
} from '@adempauze/contracts';
import { type Clock, instantFromMs, msOf, UnavailableError } from '@adempauze/kernel';
import { offerViewOf } from '../catalogue/views.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { evolveResource, type Resource } from '../resource/resource.state.rules.ts';
import type { StoredEvent } from '../stored-event.ts';
import { bookableTimes, type FoundTime, isGivenThen, type TimesAsked } from './bookable-times.ts';
import { type FreeTimes, freeTimesOf } from './free-times.ts';
import {
  type Around,
  anything,
  createOfferMap,
  type OfferEntry,
  type OfferNearby,
  ofForms,
  type ResourceEntry,
} from './offer-map.ts';
import { type Kind, kindOf, suiting, suitOf, type Wanted } from './suit.ts';

const freeOf = (entry: ResourceEntry, nowMs: number): FreeTimes => {
  const { known } = entry;
  if (known !== undefined && nowMs < known.validUntilMs) return known;
  const free = freeTimesOf(entry.resource, nowMs);
  entry.known = free;
  return free;
};

/** Those of a list in which anything is free. */
const freeAmong = (calendars: readonly ResourceEntry[], nowMs: number): readonly FreeTimes[] => {
  let free: FreeTimes[] | undefined;
  for (const it of calendars) {
    const times = freeOf(it, nowMs);
    if (times.gaps.length === 0) continue;
    free ??= [];
    free.push(times);
  }
  return free ?? none;
};
const none: readonly never[] = [];

/**
 * Everything that search needs, in memory: offers on a map, and the calendars of resources as their streams fold to.
 * Fed twice over: with the state that a command of this process left, before the command is answered, so that what
 * was published or freed is found at once; and with every committed event, so that other processes' work is found
 * too. Whatever comes late is known by its revision and left out.
 */
export const createSearchIndex = ({ clock }: { readonly clock: Clock }) => {
  const providers = new Map<ProviderId, ProviderView>();
  const offers = new Map<OfferId, OfferEntry>();
  const resources = new Map<ResourceId, ResourceEntry>();
  /** Lists that offers and resources share, whichever comes first. */
  const resourcesOf = new Map<OfferId, ResourceEntry[]>();
  const map = createOfferMap();

  const listOf = (offerId: OfferId): ResourceEntry[] => {
    const known = resourcesOf.get(offerId);
    if (known !== undefined) return known;
    const list: ResourceEntry[] = [];
    resourcesOf.set(offerId, list);
    return list;
  };
  const nameOf = (providerId: ProviderId) => providers.get(providerId)?.name ?? '';

  const setOffer = (offer: Offer | undefined, revision: number | undefined): void => {
    if (offer === undefined || revision === undefined) return;
    const known = offers.get(offer.offerId);
    if (known !== undefined && known.revision >= revision) return;
    const suit = suitOf(offer);
    if (known === undefined) {
      const { offerId } = offer;
      const entry: OfferEntry = { offerId, resources: listOf(offerId), offer, suit, revision, view: undefined };
      offers.set(offerId, entry);
      if (offer.status === 'published') map.add(entry);
      return;
    }
    if (offer.status === 'withdrawn') map.remove(known);
    Object.assign(known, { offer, suit, revision, view: undefined });
    if (offer.status === 'published') map.reaches(known);
  };
  const viewOf = (entry: OfferEntry): OfferView => {
    entry.view ??= offerViewOf(entry.offer, nameOf(entry.offer.providerId));
    return entry.view;
  };

  const setResource = (resource: Resource | undefined, revision: number | undefined): void => {
    if (resource === undefined || revision === undefined) return;
    const known = resources.get(resource.resourceId);
    if (known !== undefined) {
      if (known.revision >= revision) return;
      known.resource = resource;
      known.revision = revision;
      known.known = undefined;
      return;
    }
    const entry: ResourceEntry = { resource, revision, known: undefined };
    resources.set(resource.resourceId, entry);
    for (const offerId of resource.offerIds) listOf(offerId).push(entry);
  };

  const apply = (event: StoredEvent): void => {
    switch (event.type) {
      case 'ProviderRegistered': {
        const { registeredAt: _, ...provider } = event.data;
        providers.set(provider.providerId, provider);
        return;
      }
      case 'OfferPublished':
      case 'OfferChanged':
      case 'TariffChanged':
      case 'PayerTariffChanged':
      case 'OfferConfirmed':
      case 'OfferWentStale':
      case 'OfferWithdrawn': {
        const known = offers.get(event.data.offerId);
        if (known === undefined || known.revision < event.revision) {
          setOffer(offerDecider.evolve(known?.offer, event), event.revision);
        }
        return;
      }
      default: {
        const known = resources.get(event.data.resourceId);
        if (known === undefined || known.revision < event.revision) {
          setResource(evolveResource(known?.resource, event), event.revision);
        }
      }
    }
  };

  /** What can be booked of an offer, or undefined when nothing can: times of which nothing is worked out to be shown. */
  const foundOf = ({ entry, travelKm }: OfferNearby, asked: TimesAsked): Found | undefined => {
    const { offer, resources: calendars } = entry;
    if (offer.needsHelper) {
      return isGivenThen(offer, asked) ? { entry, travelKm, times: none, onRequest: true } : undefined;
    }
    const free = freeAmong(calendars, asked.nowMs);
    const times = free.length === 0 ? none : bookableTimes(offer, free, asked);
    return times.length === 0 ? undefined : { entry, travelKm, times, onRequest: false };
  };
  /** What was found, to be shown. */
  const hitOf = ({ entry, travelKm, times, onRequest }: Found): SearchHit => {
    const atHome = kindOf(entry.offer) === 'home';
    return { offer: viewOf(entry), travelKm, atHome, times: times.map(timeOf), onRequest };
  };

  /** Offers that suit whoever asks, in the order of the answer, whether there is room or not. */
  function* suitable(input: Wanted & Pick<SearchOffers, 'near' | 'maxKm' | 'forms'>, nowMs: number) {
    const { near, maxKm, forms } = input;
    const suits = suiting(input, nowMs);
    const looked = forms.length === 0 ? anything : ofForms(forms);
    const around = map.from(near);
    for (const kind of ['home', 'away'] as const) {
      if (forms.length > 0 && !forms.some((it) => kindOf({ form: it }) === kind)) continue;
      for (const { entry, travelKm } of around.near(maxKm, kind, looked)) {
        const { offer } = entry;
        const servesMs = suits(offer, entry.suit);
        if (servesMs !== undefined) yield { entry, travelKm, kind, servesMs };
      }
    }
  }

  return {
    setProvider: (provider: ProviderView): void => void providers.set(provider.providerId, provider),
    setOffer,
    setResource,
    apply,
    findOffer: (offerId: OfferId): Offer | undefined => offers.get(offerId)?.offer,
    /** Where these calendars are not the ones that the read model holds: resource ids, none when all is well. */
    differencesFrom(others: Iterable<{ readonly resource: Resource; readonly revision: number }>): string[] {
      const different: string[] = [];
      let compared = 0;
      for (const { resource, revision } of others) {
        compared += 1;
        const own = resources.get(resource.resourceId);
        if (own === undefined || own.revision !== revision || calendarOf(own.resource) !== calendarOf(resource)) {
          different.push(`search index: resource ${resource.resourceId}`);
        }
      }
      if (compared !== resources.size) different.push(`search index: ${resources.size} resources, not ${compared}`);
      return different;
    },
    viewOf,
    foundOf,
    hitOf,
    /** What is free of everything that an offer uses, as far as search knows. */
    freeOfOffer(offerId: OfferId, nowMs: number): readonly FreeTimes[] {
      const entry = offers.get(offerId);
      return entry === undefined ? none : freeAmong(entry.resources, nowMs);
    },
    freeOf: (entry: OfferEntry, nowMs: number): readonly FreeTimes[] => freeAmong(entry.resources, nowMs),
    /** Offers around a point, for one search: nothing may be set before it is over. */
    around: (from: Point): Around => map.from(from),
    size: () => ({ offers: offers.size, resources: resources.size }),

    /** Who would suit, full or not, the nearest first. */
    listSuitable(input: ListSuitableOffers): SuitableOffer[] {
      const found: SuitableOffer[] = [];
      if (input.knowing !== undefined && !offers.has(input.knowing))
        throw new UnavailableError('Search does not know this offer yet.');
      for (const { entry, travelKm } of suitable({ ...input, activities: [] }, msOf(clock()))) {
        // Where a volunteer is sought nothing ever comes free.
        if (entry.offer.needsHelper) continue;
        found.push({ offerId: entry.offerId, form: entry.offer.form, travelKm });
        // At home and away come one after the other, each the nearest first.
        if (found.length >= 2 * input.first) break;
      }
      return found.toSorted((a, b) => a.travelKm - b.travelKm).slice(0, input.first);
    },

    /** Offers with real bookable times, forms at home first (R13), then the shorter journey (R33). */
    search(input: SearchOffers): Page<SearchHit> {
      const { page, timesPerOffer } = input;
      const asked: TimesAsked = {
        nowMs: msOf(clock()),
        fromMs: msOf(input.from),
        untilMs: msOf(input.until),
        minutes: input.minutes,
        nights: input.nights,
        most: timesPerOffer,
        payer: input.payer,
      };
      const after = page.after === undefined ? undefined : placeOf(page.after);
      const items: { cursor: string; item: SearchHit }[] = [];
      for (const { entry, travelKm, kind, servesMs } of suitable(input, asked.nowMs)) {
        if (after !== undefined && !isBehind(after, kind, travelKm, entry.offerId)) continue;
        const isFull = items.length === page.first;
        const untilMs = Math.min(asked.untilMs, servesMs);
        const found = foundOf({ entry, travelKm }, { ...asked, untilMs, most: isFull ? 1 : asked.most });
        if (found === undefined) continue;
        if (isFull) return { items, hasMore: true };
        items.push({ cursor: encodeCursor(`${kind} ${travelKm}`, entry.offerId), item: hitOf(found) });
      }
      return { items, hasMore: false };
    },
  };
};
/** A time, to be shown. */
export const timeOf = ({ resource, fromMs, untilMs, quantity, priceCents, placesLeft }: FoundTime): BookableTime => ({
  resourceId: resource.resourceId,
  span: { from: instantFromMs(fromMs), until: instantFromMs(untilMs) },
  quantity,
  priceCents,
  placesLeft,
});
/** An offer of which something can be booked. Without times, and on request, where somebody is sought first. */
export type Found = OfferNearby & { readonly times: readonly FoundTime[]; readonly onRequest: boolean };
export type SearchIndex = ReturnType<typeof createSearchIndex>;

type PlaceInOrder = { readonly kind: string; readonly travelKm: number; readonly offerId: string };

const placeOf = (cursor: string): PlaceInOrder => {
  const [key, offerId] = decodeCursor(cursor);
  const [kind = '', km] = key.split(' ');
  return { kind, travelKm: Number(km), offerId };
};

/** Whether an offer comes after a place in the order of the answer; of a place that is none, nothing does. */
const isBehind = (after: PlaceInOrder, kind: Kind, travelKm: number, offerId: OfferId): boolean => {
  if (kind !== after.kind) return kind === 'away' && after.kind === 'home';
  return travelKm === after.travelKm ? offerId > after.offerId : travelKm > after.travelKm;
};

const calendarOf = ({ openings, occupations, latestMs, capacity, capacities, busy }: Resource): string =>
  JSON.stringify([
    latestMs,
    openings.map(({ fromMs, untilMs }) => [fromMs, untilMs]),
    occupations.map((it) => [it.bookingId, it.fromMs, it.untilMs, it.freeAtMs, it.expiresAtMs, it.override]).sort(),
    [capacity, ...capacities.map((it) => [it.fromMs, it.untilMs, it.capacity])],
    busy.map(({ fromMs, untilMs }) => [fromMs, untilMs]),
  ]);
