import {
  BookingId,
  Condition,
  FormId,
  formOf,
  HouseholdId,
  OfferId,
  ProviderId,
  ResourceId,
  usualFacts,
} from '@adempauze/contracts';
import { Day, derivedId, hourMs, type Instant, minuteMs } from '@adempauze/kernel';
import type { Place } from '@adempauze/places';
import { z } from 'zod';
import { dayMs } from '../amsterdam.rules.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { termsFor } from '../offer/terms.rules.ts';
import type { Occupation, Resource } from '../resource/resource.state.rules.ts';

/* A country full of offers, the same for the same seed. */

export type SearchBench = {
  /** Over the real towns of the country, all forms, one in twenty on request. */
  readonly offers: number;
  readonly resourcesPerOffer: number;
  /** One a day: six hours at home, or one long opening of so many nights for a house. */
  readonly openingsPerResource: number;
  /** Part of the openings in which somebody has a place, 0 to 1. */
  readonly occupied: number;
  readonly searches: number;
  /** Searches by need for each of the usual questions. */
  readonly seeks: number;
  readonly seed: number;
};

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
export const seeded = (seed: number) => {
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

export const offerAt = (place: Place, number: number, random: () => number, now: Instant): Offer => {
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

export const resourceFor = (
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
