import {
  decodeCursor,
  encodeCursor,
  type OfferId,
  type Page,
  type ProviderId,
  type ProviderView,
  type ResourceId,
  type SearchHit,
  type SearchOffers,
} from '@adempauze/contracts';
import { type Clock, instantFromMs, msOf } from '@adempauze/kernel';
import { offerViewOf } from '../catalogue/views.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import { type Offer, serves } from '../offer/terms.rules.ts';
import { type Resource, resourceDecider } from '../resource/resource.decider.ts';
import type { StoredEvent } from '../stored-event.ts';
import { bookableTimes, isLengthGiven, type TimesAsked } from './bookable-times.ts';
import { createOfferMap, type Kind, kindOf, type OfferEntry } from './offer-map.ts';

type ResourceEntry = { resource: Resource; revision: number };

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
  const resourcesOf = new Map<OfferId, ResourceEntry[]>();
  const map = createOfferMap();

  const nameOf = (providerId: ProviderId) => providers.get(providerId)?.name ?? '';

  const setOffer = (offer: Offer | undefined, revision: number | undefined): void => {
    if (offer === undefined || revision === undefined) return;
    const known = offers.get(offer.offerId);
    if (known !== undefined && known.revision >= revision) return;
    const view = offerViewOf(offer, nameOf(offer.providerId));
    if (known === undefined) {
      const entry: OfferEntry = { offerId: offer.offerId, offer, revision, view };
      offers.set(offer.offerId, entry);
      if (offer.status === 'published') map.add(entry);
      return;
    }
    if (offer.status === 'withdrawn') map.remove(known);
    Object.assign(known, { offer, revision, view });
  };

  const setResource = (resource: Resource | undefined, revision: number | undefined): void => {
    if (resource === undefined || revision === undefined) return;
    const known = resources.get(resource.resourceId);
    if (known !== undefined) {
      if (known.revision >= revision) return;
      known.resource = resource;
      known.revision = revision;
      return;
    }
    const entry: ResourceEntry = { resource, revision };
    resources.set(resource.resourceId, entry);
    for (const offerId of resource.offerIds) {
      const entries = resourcesOf.get(offerId);
      if (entries === undefined) resourcesOf.set(offerId, [entry]);
      else entries.push(entry);
    }
  };

  const apply = (event: StoredEvent): void => {
    switch (event.type) {
      case 'ProviderRegistered': {
        const { registeredAt: _, ...provider } = event.data;
        providers.set(provider.providerId, provider);
        return;
      }
      case 'OfferPublished':
      case 'TariffChanged':
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
          setResource(resourceDecider.evolve(known?.resource, event), event.revision);
        }
      }
    }
  };

  /** The hit that an offer is, or undefined when nothing of it can be booked. */
  const hitOf = (
    { offer, view }: OfferEntry,
    travelKm: number,
    kind: Kind,
    asked: TimesAsked,
  ): SearchHit | undefined => {
    const atHome = kind === 'home';
    if (offer.needsHelper) {
      return isLengthGiven(offer, asked.minutes)
        ? { offer: view, travelKm, atHome, times: [], onRequest: true }
        : undefined;
    }
    const entries = resourcesOf.get(offer.offerId);
    if (entries === undefined) return undefined;
    const found = bookableTimes(
      offer,
      entries.map(({ resource }) => resource),
      asked,
    );
    if (found.length === 0) return undefined;
    const times = found.map(({ resource, fromMs, untilMs, quantity, priceCents, placesLeft }) => ({
      resourceId: resource.resourceId,
      span: { from: instantFromMs(fromMs), until: instantFromMs(untilMs) },
      quantity,
      priceCents,
      placesLeft,
    }));
    return { offer: view, travelKm, atHome, times, onRequest: false };
  };

  /** Offers that suit whoever asks, in the order of the answer, whether there is room or not. */
  function* suitable({ near, maxKm, forms, language, conditions, highRiskActs }: SearchOffers) {
    const wanted = new Set<string>(forms);
    for (const kind of ['home', 'away'] as const) {
      if (forms.length > 0 && !forms.some((form) => kindOf({ form }) === kind)) continue;
      for (const { entry, travelKm } of map.near(near, maxKm, kind)) {
        const { offer } = entry;
        if (wanted.size > 0 && !wanted.has(offer.form)) continue;
        if (kind === 'home' && travelKm > offer.travelKm) continue;
        if (language !== undefined && !offer.languages.includes(language)) continue;
        if (!serves(offer, { conditions, highRiskActs })) continue;
        yield { entry, travelKm, kind };
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
    size: () => ({ offers: offers.size, resources: resources.size }),

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
      };
      const after = page.after === undefined ? undefined : placeOf(page.after);
      const items: { cursor: string; item: SearchHit }[] = [];
      for (const { entry, travelKm, kind } of suitable(input)) {
        if (after !== undefined && !isBehind(after, kind, travelKm, entry.offerId)) continue;
        const isFull = items.length === page.first;
        const hit = hitOf(entry, travelKm, kind, isFull ? { ...asked, most: 1 } : asked);
        if (hit === undefined) continue;
        if (isFull) return { items, hasMore: true };
        items.push({ cursor: encodeCursor(`${kind} ${travelKm}`, entry.offerId), item: hit });
      }
      return { items, hasMore: false };
    },
  };
};
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

const calendarOf = ({ openings, occupations, latestMs }: Resource): string =>
  JSON.stringify([
    latestMs,
    openings.map(({ fromMs, untilMs }) => [fromMs, untilMs]),
    occupations.map((it) => [it.bookingId, it.fromMs, it.untilMs, it.freeAtMs, it.expiresAtMs]).sort(),
  ]);
