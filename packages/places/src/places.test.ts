import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { straightKm, travelKm } from './distance.ts';
import { createPlaces, type Place } from './places.ts';

const places = createPlaces();
const everyPlace = places.listPlaces('', 10_000);
const labels = (found: readonly (Place | undefined)[]) => found.map((place) => place?.label);
const find = (query: string): Place => {
  const place = places.findPlace(query);
  if (place === undefined) throw new Error(`No place ${query}.`);
  return place;
};

test('there are 342 municipalities in 12 provinces, each with a name of its own', () => {
  expect(places.municipalities()).toHaveLength(342);
  expect(new Set(places.municipalities().map(({ name }) => name)).size).toBe(342);
  expect(new Set(places.municipalities().map(({ province }) => province)).size).toBe(12);
  expect(places.municipality('0344')).toEqual({ code: '0344', name: 'Utrecht', province: 'Utrecht' });
  expect(places.municipality('9999')).toBeUndefined();
});

test('every municipality has a place, every place a municipality, and each lies in the Netherlands', () => {
  expect(new Set(everyPlace.map(({ municipality }) => municipality)).size).toBe(342);
  for (const { lat, lon, municipality } of everyPlace) {
    expect(places.municipality(municipality)).toBeDefined();
    expect(lat > 50.7 && lat < 53.6 && lon > 3.3 && lon < 7.3).toBe(true);
  }
});

test('every place is found by its label, and no label is given twice', () => {
  for (const place of everyPlace) expect(places.findPlace(place.label)).toBe(place);
});

test.each([
  ['den haag', 'Den Haag'],
  ["'s-Gravenhage", 'Den Haag'],
  ['’s gravenhage', 'Den Haag'],
  ['DEN BOSCH', "'s-Hertogenbosch"],
  ['Sint Odilienberg', 'Sint Odiliënberg'],
  ['t harde', "'t Harde"],
  ['Almere', 'Almere Stad'],
  ['Ameland', 'Nes (Ameland)'],
  ['Etten-Leur', 'Etten-Leur'],
  ['Eemnes', 'Eemnes'],
])('%s is found', (query, label) => expect(find(query).label).toBe(label));

test.each(['', 'The Hague', 'Atlantis', "'"])('%p is not a Dutch place', (query) =>
  expect(places.findPlace(query)).toBeUndefined(),
);

test('a bare name means the town that named its municipality; its namesake needs its own behind it', () => {
  expect(find('Rijswijk').municipality).toBe('0603');
  expect(find('rijswijk, altena').municipality).toBe('1959');
  expect(find('Rijswijk (Rijswijk)')).toBe(find('Rijswijk'));
});

test('where neither namesake named its municipality, nobody guesses', () => {
  expect(places.findPlace('Valkenburg')).toBeUndefined();
  expect(labels(places.listPlaces('valkenburg', 5))).toEqual([
    'Valkenburg (Katwijk)',
    'Valkenburg (Valkenburg aan de Geul)',
  ]);
});

test('a prefix lists in alphabetical order, aliases too, and no more than asked', () => {
  expect(labels(places.listPlaces('den h', 10))).toEqual(['Den Haag', 'Den Ham', 'Den Helder']);
  expect(labels(places.listPlaces("'s-gravenh", 10))).toEqual(['Den Haag']);
  expect(places.listPlaces('a', 7)).toHaveLength(7);
});

test('between real towns: Rijswijk and Utrecht, Groningen and Maastricht', () => {
  expect(straightKm(find('Rijswijk'), find('Utrecht'))).toBeCloseTo(55, -1);
  expect(travelKm(find('Groningen'), find('Maastricht'))).toBeGreaterThan(320); // 340 by the A28, A50 and A2
  expect(travelKm(find('Groningen'), find('Maastricht'))).toBeLessThan(360);
});

test('the nearest places are those that measuring every place gives', () =>
  fc.assert(
    fc.property(
      fc.record({ lat: fc.double({ min: 50, max: 54, noNaN: true }), lon: fc.double({ min: 3, max: 8, noNaN: true }) }),
      (point) => {
        const measured = everyPlace.map((place) => straightKm(point, place)).toSorted((a, b) => a - b);
        expect(places.nearest(point, 80).map(({ km }) => km.toFixed(6))).toEqual(
          measured.slice(0, 80).map((km) => km.toFixed(6)),
        );
      },
    ),
  ));

test('a point belongs to the municipality of the nearest place, and the open sea to none', () => {
  expect(places.municipalityAt({ lat: 52.0907, lon: 5.1214 })?.name).toBe('Utrecht'); // the Dom
  expect(places.municipalityAt({ lat: 51.9995, lon: 4.3602 })?.name).toBe('Delft');
  expect(places.municipalityAt({ lat: 54.5, lon: 3 })).toBeUndefined();
});
