import {
  BookingId,
  Condition,
  FormId,
  formOf,
  HouseholdId,
  OfferId,
  ProviderId,
  ResourceId,
  SearchOffers,
  usualFacts,
} from '@adempauze/contracts';
import { Day, derivedId, hourMs, type Instant, instantOn, minuteMs, plusDays } from '@adempauze/kernel';
import { createPlaces, type Place } from '@adempauze/places';
import { z } from 'zod';
import { dayMs } from '../amsterdam.rules.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { termsFor } from '../offer/terms.rules.ts';
import type { Occupation, Resource } from '../resource/resource.state.rules.ts';
import { createSearchIndex } from './search-index.ts';

export type SearchBench = {
  /** Over the real towns of the country, all forms, one in twenty on request. */
  readonly offers: number;
  readonly resourcesPerOffer: number;
  /** One a day: six hours at home, or one long opening of so many nights for a house. */
  readonly openingsPerResource: number;
  /** Part of the openings in which somebody has a place, 0 to 1. */
  readonly occupied: number;
  readonly searches: number;
  readonly seed: number;
};

export type SearchFigures = {
  readonly offers: number;
  readonly openings: number;
  readonly occupations: number;
  /** Half-hour starts within the openings. */
  readonly slots: number;
  readonly searches: number;
  readonly hitsPerSearch: number;
  readonly buildMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly heapMb: number;
};

export const usualBench: SearchBench = {
  offers: 100_000,
  resourcesPerOffer: 1,
  openingsPerResource: 5,
  occupied: 0.5,
  searches: 3000,
  seed: 1,
};

/** How long searches take over a country full of offers, in one process, without HTTP. The same seed asks the same. */
export const benchSearch = (bench: SearchBench, timeMs: () => number = () => performance.now()): SearchFigures => {
  const random = seeded(bench.seed);
  const startOn = Day.parse('2027-05-03');
  const now: Instant = instantOn(startOn, '08:00');
  const places = createPlaces().nearest({ lat: 52.1, lon: 5.3 }, 100_000);
  const anyPlace = (): Place => {
    const place = places[Math.floor(random() * places.length)];
    if (place === undefined) throw new RangeError('There are no places.');
    return place.item;
  };
  const heapBefore = process.memoryUsage().heapUsed;
  const began = timeMs();
  const index = createSearchIndex({ clock: () => now });
  let openings = 0;
  let occupations = 0;
  let slots = 0;
  for (let i = 0; i < bench.offers; i += 1) {
    const offer = offerAt(anyPlace(), i, random, now);
    index.setOffer(offer, 0);
    for (let j = 0; j < bench.resourcesPerOffer && !offer.needsHelper; j += 1) {
      const resource = resourceFor(offer, `${i}/${j}`, bench, random, now);
      index.setResource(resource, 0);
      openings += resource.openings.length;
      occupations += resource.occupations.length;
      for (const it of resource.openings) slots += (it.untilMs - it.fromMs) / (30 * minuteMs);
    }
  }
  const buildMs = timeMs() - began;

  const times: number[] = [];
  let hits = 0;
  for (let i = -Math.ceil(bench.searches / 10); i < bench.searches; i += 1) {
    const query = searchFrom(anyPlace(), startOn, random);
    const from = timeMs();
    const { items } = index.search(query);
    const took = timeMs() - from;
    if (i < 0) continue; // warming up
    times.push(took);
    hits += items.length;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return {
    offers: bench.offers,
    openings,
    occupations,
    slots: Math.round(slots),
    searches: bench.searches,
    hitsPerSearch: rounded(hits / bench.searches),
    buildMs: Math.round(buildMs),
    meanMs: rounded(times.reduce((sum, it) => sum + it, 0) / times.length),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    heapMb: Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e6),
  };
};

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const usualForms: readonly FormId[] = ['F01', 'F01', 'F05', 'F05', 'F03', 'F12', 'F12', 'F17', 'F08', 'F19'];

const usual = z.object(usualFacts).parse({});

const offerAt = (place: Place, number: number, random: () => number, now: Instant): Offer => {
  const anyForm = FormId.options[Math.floor(random() * FormId.options.length)] ?? 'F01';
  const form = random() < 0.7 ? (usualForms[Math.floor(random() * usualForms.length)] ?? 'F01') : anyForm;
  const { unit } = formOf(form);
  const offer = offerDecider.evolve(undefined, {
    type: 'OfferPublished',
    data: {
      ...usual,
      offerId: OfferId.parse(derivedId('bench offer', number)),
      providerId: ProviderId.parse(derivedId('bench provider', number % 400)),
      form,
      title: 'Adempauze',
      summary: '',
      place: { name: place.name, municipality: place.municipality as never, point: { lat: place.lat, lon: place.lon } },
      travelKm: 10 + Math.floor(random() * 20),
      conditionsServed: Condition.options.filter(() => random() < 0.5),
      highRiskActsServed: [],
      languages: ['nl'],
      unit,
      tariff: { from: Day.parse('2027-01-01'), priceCents: 2300, vat: 'exempt' },
      bearer: 'guarantee',
      instant: true,
      needsHelper: random() < 0.05,
      publishedAt: now,
      ...(unit === 'hour' ? { minMinutes: 60, maxMinutes: 480 } : {}),
    },
  });
  if (offer === undefined) throw new TypeError('A published offer folds to an offer.');
  return offer;
};

const resourceFor = (
  offer: Offer,
  id: string,
  { openingsPerResource, occupied }: SearchBench,
  random: () => number,
  now: Instant,
): Resource => {
  const isHouse = offer.unit === 'night';
  const capacity = isHouse ? 4 : 1;
  const firstMs = Date.parse(now) + 6 * hourMs;
  const openings = isHouse
    ? [{ fromMs: firstMs, untilMs: firstMs + openingsPerResource * 3 * dayMs - 3 * hourMs }]
    : Array.from({ length: openingsPerResource }, (_, day) => {
        const fromMs =
          firstMs + (day * 2 + Math.floor(random() * 2)) * dayMs + Math.floor(random() * 6) * 30 * minuteMs;
        return { fromMs, untilMs: fromMs + 6 * hourMs };
      });
  const occupations: Occupation[] = [];
  for (let i = 0; i < openingsPerResource * capacity; i += 1) {
    if (random() >= occupied) continue;
    const opening = openings[isHouse ? 0 : i];
    if (opening === undefined) continue;
    const fromMs = opening.fromMs + (isHouse ? Math.floor(random() * openingsPerResource * 3) * dayMs : hourMs);
    const untilMs = fromMs + (isHouse ? 2 * dayMs - 3 * hourMs : 3 * hourMs);
    const wish = { span: { fromMs, untilMs }, conditions: [], highRiskActs: [], journeyKm: 0 };
    const answer = termsFor(offer, wish, Date.parse(now));
    if (!answer.accepted || untilMs > opening.untilMs) continue;
    occupations.push({
      bookingId: BookingId.parse(derivedId('bench booking', id, i)),
      householdId: HouseholdId.parse(derivedId('bench household', id, i)),
      fromMs,
      untilMs,
      freeAtMs: untilMs + 15 * minuteMs,
      expiresAtMs: null,
      terms: answer.terms,
    });
  }
  return {
    resourceId: ResourceId.parse(derivedId('bench resource', id)),
    providerId: offer.providerId,
    offerIds: [offer.offerId],
    capacity,
    openedCapacity: capacity,
    bufferMinutes: 15,
    travelMinutes: 0,
    capacities: [],
    busy: [],
    calendarReadAtMs: null,
    availability: null,
    closedDays: [],
    roster: [],
    openings,
    occupations: occupations.toSorted((a, b) => a.fromMs - b.fromMs),
    latestMs: Date.parse(now),
  };
};

/** What people ask: mostly some hours this week or next, a third a stay, with a condition or two. */
const searchFrom = (place: Place, startOn: Day, random: () => number): SearchOffers => {
  const isStay = random() < 0.3;
  const firstDay = plusDays(startOn, Math.floor(random() * 10));
  return SearchOffers.parse({
    near: { lat: place.lat + (random() - 0.5) / 20, lon: place.lon + (random() - 0.5) / 20 },
    from: instantOn(firstDay),
    until: instantOn(plusDays(firstDay, 3 + Math.floor(random() * 11))),
    conditions: Condition.options.filter(() => random() < 0.12),
    ...(isStay ? { forms: ['F12'], nights: 1 + Math.floor(random() * 3) } : {}),
    ...(random() < 0.2 ? { forms: [FormId.options[Math.floor(random() * FormId.options.length)]] } : {}),
  });
};
