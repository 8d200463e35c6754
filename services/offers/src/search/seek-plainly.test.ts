import { Condition, FormId, HighRiskAct, SeekRespite } from '@adempauze/contracts';
import { Day, instantOn, msOf, plusDays } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { usualBench } from './bench.ts';
import { offerAt, resourceFor, seeded } from './bench-supply.ts';
import type { OfferEntry } from './offer-map.ts';
import { createSearchIndex } from './search-index.ts';
import { createSeeking } from './seek.ts';
import { besidePlainly, soughtPlainly } from './seek-reference.fixtures.ts';
import { suitOf } from './suit.ts';

const startOn = Day.parse('2027-05-03');
const now = instantOn(startOn, '08:00');
const towns = createPlaces().nearest({ lat: 52.1, lon: 5.3 }, 100_000);

/** A country of so many offers, a few of them anywhere, some of them changed or withdrawn after they were published. */
const countryOf = (seed: number, size: number) => {
  const random = seeded(seed);
  const some = Array.from({ length: 4 + (seed % 40) }, () => towns[Math.floor(random() * towns.length)]?.item);
  const bench = { ...usualBench, occupied: random(), seed };
  const index = createSearchIndex({ clock: () => now });
  const entries = Array.from({ length: size }, (_, i): OfferEntry => {
    const place = some[Math.floor(random() * some.length)];
    if (place === undefined) throw new RangeError('There are no places.');
    const made = offerAt(place, i, random, now);
    const facts = { title: `offer ${i}`, nationwide: random() < 0.1, leadTimeMinutes: random() < 0.2 ? 2880 : 0 };
    const offer = { ...made, ...facts, highRiskActsServed: HighRiskAct.options.filter(() => random() < 0.3) };
    const resource = offer.needsHelper ? undefined : resourceFor(offer, `${i}`, bench, random, now);
    index.setOffer(offer, 0);
    if (resource !== undefined) index.setResource(resource, 0);
    const reach = { nationwide: random() < 0.5, travelKm: offer.travelKm + 15, conditionsServed: Condition.options };
    const later = random() < 0.8 ? offer : { ...offer, ...(random() < 0.5 ? { status: 'withdrawn' as const } : reach) };
    index.setOffer(later, 1);
    const resources = resource === undefined ? [] : [{ resource, revision: 0, known: undefined }];
    return { offerId: offer.offerId, resources, offer: later, suit: suitOf(later), revision: 1, view: undefined };
  });
  return { index, entries, near: some[0] };
};

const some = <T>(options: readonly T[]) => fc.subarray([...options], { maxLength: 2 });
const day = fc.integer({ min: 0, max: 10 }).map((days) => plusDays(startOn, days));
const asked = fc.record(
  {
    forms: fc.subarray([...FormId.options], { minLength: 1 }),
    when: fc.oneof(
      fc.constant({ kind: 'now' }),
      fc.record({ kind: fc.constantFrom('day', 'evening', 'weekend'), day }),
      day.map((from) => ({ kind: 'range', from, until: plusDays(from, 6) })),
    ),
    minutes: fc.constantFrom(60, 180, 300),
    nights: fc.integer({ min: 1, max: 4 }),
    repeat: fc.record({ times: fc.integer({ min: 2, max: 9 }) }),
    conditions: some(Condition.options),
    highRiskActs: some(HighRiskAct.options),
    maxKm: fc.constantFrom(0, 10, 40, 150),
    first: fc.constantFrom(1, 2, 4, 12, 50),
  },
  { requiredKeys: ['forms', 'when', 'first'] },
);

test('search by need shows whom asking every offer in the country would show, in the same order', () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.constantFrom(5, 60, 300),
      fc.array(asked, { minLength: 3, maxLength: 6 }),
      (seed, size, questions) => {
        const { index, entries, near } = countryOf(seed, size);
        const seek = createSeeking({ index, clock: () => now });
        for (const question of questions) {
          const input = SeekRespite.parse({ ...question, near: { lat: near?.lat, lon: near?.lon } });
          const { options, beside } = seek(input);
          const titles = options.map(({ hit }) => hit.offer.title);
          expect(titles).toEqual(soughtPlainly(index, entries, input, input.forms, msOf(now)));
          const others = beside.map(({ hit }) => hit.offer.title);
          expect(others).toEqual(besidePlainly(index, entries, input, titles, msOf(now)));
        }
      },
    ),
    { numRuns: 60 },
  );
});
