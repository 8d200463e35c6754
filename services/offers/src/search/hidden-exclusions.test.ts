import { CareTrait, Condition, FormId, HighRiskAct, SeekRespite } from '@adempauze/contracts';
import { Day, instantOn, plusDays } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { Resource } from '../resource/resource.state.rules.ts';
import { usualBench } from './bench.ts';
import { offerAt, resourceFor, seeded } from './bench-supply.ts';
import { createSearchIndex } from './search-index.ts';
import { createSeeking } from './seek.ts';

/* Whom a provider does not take in is known to it alone (R19): no answer of search by need betrays it. */

const startOn = Day.parse('2027-05-03');
const now = instantOn(startOn, '08:00');
const towns = createPlaces().nearest({ lat: 52.1, lon: 5.3 }, 200);
const [middle] = towns;

type Supply = readonly { readonly offer: Offer; readonly resource: Resource | undefined }[];
const supplyOf = (seed: number, size: number): Supply => {
  const random = seeded(seed);
  const some = Array.from({ length: 1 + (seed % 12) }, () => towns[Math.floor(random() * towns.length)]?.item);
  return Array.from({ length: size }, (_, i) => {
    const place = some[Math.floor(random() * some.length)];
    if (place === undefined) throw new RangeError('There are no places.');
    const made = offerAt(place, i, random, now);
    const staleMs = random() < 0.1 ? 91 * 86_400_000 : 0;
    const offer: Offer = {
      ...made,
      title: `offer ${i}`,
      travelKm: Math.floor(random() * 30),
      leadTimeMinutes: random() < 0.2 ? 2880 : 0,
      confirmedAtMs: made.confirmedAtMs - staleMs,
      languages: random() < 0.3 ? ['nl', 'ar'] : ['nl'],
      highRiskActsServed: HighRiskAct.options.filter(() => random() < 0.5),
      exclusions: CareTrait.options.filter(() => random() < 0.15),
    };
    const bench = { ...usualBench, occupied: random() };
    return { offer, resource: offer.needsHelper ? undefined : resourceFor(offer, `${i}`, bench, random, now) };
  });
};
const seekIn = (supply: Supply) => {
  const index = createSearchIndex({ clock: () => now });
  for (const { offer, resource } of supply) {
    index.setOffer(offer, 0);
    if (resource !== undefined) index.setResource(resource, 0);
  }
  return createSeeking({ index, clock: () => now });
};

const some = <T>(options: readonly T[], most: number) => fc.subarray([...options], { maxLength: most });
const day = fc.integer({ min: 0, max: 10 }).map((days) => plusDays(startOn, days));
const asked = fc.record(
  {
    near: fc.constant({ lat: middle?.item.lat, lon: middle?.item.lon }),
    forms: some(FormId.options, 4),
    when: fc.oneof(
      fc.constant({ kind: 'now' }),
      fc.record({ kind: fc.constantFrom('day', 'evening', 'weekend'), day }),
    ),
    minutes: fc.constantFrom(45, 180, 600),
    nights: fc.integer({ min: 1, max: 9 }),
    conditions: some(Condition.options, 1),
    highRiskActs: some(HighRiskAct.options, 1),
    traits: fc.subarray([...CareTrait.options], { minLength: 1 }),
    language: fc.constantFrom('nl', 'ar'),
    transport: fc.constant(true),
    maxKm: fc.constantFrom(0, 10, 40),
    first: fc.constantFrom(1, 3, 12),
  },
  { requiredKeys: ['near', 'when', 'traits', 'first'] },
);

test('an offer that does not take somebody in is to them as if it were not there; every other is as if it said nothing', () => {
  let excluding = 0;
  let misfits = 0;
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.constantFrom(3, 20, 150),
      fc.array(asked, { minLength: 3, maxLength: 5 }),
      (seed, size, questions) => {
        const supply = supplyOf(seed, size);
        const seek = seekIn(supply);
        for (const question of questions) {
          const input = SeekRespite.parse(question);
          const takesIn = ({ offer }: Supply[number]) => !offer.exclusions.some((it) => input.traits.includes(it));
          const others = supply
            .filter(takesIn)
            .map(({ offer, resource }) => ({ offer: { ...offer, exclusions: [] }, resource }));
          const answer = seek(input);
          expect(answer).toEqual(seekIn(others)(input));
          excluding += supply.length - others.length;
          misfits += answer.misfits.length;
        }
      },
    ),
    { numRuns: 60 },
  );
  // The question was asked in earnest.
  expect(excluding).toBeGreaterThan(100);
  expect(misfits).toBeGreaterThan(100);
});
