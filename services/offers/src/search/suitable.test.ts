import { ListSuitableOffers, OfferId } from '@adempauze/contracts';
import { derivedId, fold, UnavailableError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { now, publishBeds, publishOffer, rijswijk } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import { createSearchIndex } from './search-index.ts';

const idOf = (word: string) => OfferId.parse(derivedId('offer', word));
const index = createSearchIndex({ clock: () => now });
const add = (data: ReturnType<typeof publishOffer>, word: string) =>
  index.setOffer(
    fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, offerId: idOf(word), publishedAt: now } }]),
    0,
  );
const village = (lat: number) => ({ ...rijswijk, municipality: '0999' as never, point: { ...rijswijk.point, lat } });
add(publishBeds({ place: village(52.2) }), 'house further on');
add(publishBeds({ place: village(52.05) }), 'house nearby');
add(publishBeds({ place: village(52.05), exclusions: ['wandering'] }), 'does not take in who wanders');
add(publishBeds({ place: village(53.2) }), 'far away');
add(publishOffer({ travelKm: 5, place: village(52.2) }), 'comes not so far');
add(publishOffer(), 'comes home');
const ask = (over: object = {}) =>
  index
    .listSuitable(ListSuitableOffers.parse({ near: rijswijk.point, maxKm: 40, forms: ['F12', 'F01'], ...over }))
    .map(({ offerId }) => offerId);

test('who suits and is near enough, full or not, the nearest first; who is not taken in has no place there', () => {
  expect(ask({ traits: ['wandering'] })).toEqual(['comes home', 'house nearby', 'house further on'].map(idOf));
  expect(ask()).toContain(idOf('does not take in who wanders'));
  expect(ask({ forms: ['F12'], first: 1, traits: ['wandering'] })).toEqual([idOf('house nearby')]);
  expect(ask({ conditions: ['palliative'] })).toEqual([]);
});
test('who comes along is asked as a hold asks it: not where nobody may, nor alone where both must', () => {
  const place = { municipality: '0998' as never, name: 'Elders', point: { lat: 51.5, lon: 5.5 } };
  const near = { near: place.point, maxKm: 10, forms: ['F18', 'F30'] };
  for (const caregiverJoins of ['no', 'optional', 'always'] as const)
    add(publishBeds({ form: 'F18', unit: 'part-day', place, caregiverJoins }), caregiverJoins);
  const answer = (over: object = {}) => ask({ ...near, ...over }).toSorted();
  const some = (...words: readonly string[]) => words.map(idOf).toSorted();
  expect(answer({ caregiverJoins: 'yes' })).toEqual(some('optional', 'always'));
  expect(answer({ caregiverJoins: 'no' })).toEqual(some('no', 'optional'));
  expect(answer()).toEqual(some('no', 'optional', 'always'));
});
test('it can be asked to know an offer, and says so while it does not', () => {
  expect(ask({ knowing: idOf('far away') })).toHaveLength(4);
  expect(() => ask({ knowing: idOf('not heard of yet') })).toThrow(UnavailableError);
});
