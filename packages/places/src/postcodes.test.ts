import { expect, test } from '@jest/globals';
import { straightKm } from './distance.ts';
import { createPlaces } from './places.ts';
import { decodePostcode, postcodeAreas } from './postcodes.ts';

const places = createPlaces();

test('the table has the 90 areas of two digits, and knows every place it names', () => {
  expect([...postcodeAreas.keys()].filter((digits) => digits.length === 2).toSorted()).toEqual(
    Array.from({ length: 90 }, (_, i) => String(10 + i)),
  );
  for (const [digits, label] of postcodeAreas)
    expect([digits, places.findPlace(label)?.label]).not.toContain(undefined);
});

test('a longer beginning never only repeats what the shorter one says', () => {
  for (const [digits, label] of postcodeAreas) {
    if (digits.length > 2) expect([digits, label]).not.toEqual([digits, postcodeAreas.get(digits.slice(0, -1))]);
  }
});

test.each(['2284 AB', '2284AB', ' 2284ab ', '2284'])('%p is in Rijswijk', (postcode) =>
  expect(places.findPostcode(postcode)?.label).toBe('Rijswijk'),
);

test.each(['0284 AB', '2284 SS', '2284 sa', '2284 A', '228', '2284  AB', '22845', 'B-1000', ''])(
  '%p is no Dutch postcode',
  (text) => {
    expect(decodePostcode(text)).toBeUndefined();
    expect(places.findPostcode(text)).toBeUndefined();
  },
);

test('all postcodes from 1000 to 9999 have a place', () => {
  for (let digits = 1000; digits < 10_000; digits += 1) expect(places.findPostcode(String(digits))).toBeDefined();
});

// Towns that the table does not name for their own postcode, one in most areas.
const towns = `1161 Zwanenburg, 1251 Laren, 1391 Abcoude, 1483 De Rijp, 1531 Wormer, 1693 Onderdijk, 1911 Uitgeest,
2042 Zandvoort, 2151 Nieuw-Vennep, 2351 Leiderdorp, 2421 Nieuwkoop, 2631 Nootdorp, 2741 Waddinxveen, 2811 Reeuwijk,
3253 Ouddorp, 3381 Giessenburg, 3621 Breukelen, 3721 Bilthoven, 3911 Rhenen, 4021 Maurik, 4153 Beesd, 4357 Domburg,
4421 Kapelle, 4571 Axel, 4631 Hoogerheide, 4751 Oud Gastel, 4861 Chaam, 4921 Made, 5061 Oisterwijk, 5151 Drunen,
5261 Vught, 5361 Grave, 5451 Mill, 5521 Eersel, 5691 Son, 5761 Bakel, 5825 Overloon, 5941 Velden, 6031 Nederweert,
6191 Beek, 6241 Bunde, 6321 Wijlre, 6431 Hoensbroek, 6561 Groesbeek, 6651 Druten, 6741 Lunteren, 6881 Velp,
6921 Duiven, 7051 Varsseveld, 7251 Vorden, 7361 Beekbergen, 7451 Holten, 7641 Wierden, 7841 Sleen, 7963 Ruinen,
8061 Hasselt, 8141 Heino, 8316 Marknesse, 8401 Gorredijk, 8491 Akkrum, 8651 IJlst, 8731 Wommels, 9001 Grou,
9231 Surhuisterveen, 9351 Leek, 9461 Gieten, 9581 Musselkanaal, 9621 Slochteren, 9781 Bedum, 9861 Grootegast,
9991 Middelstum`
  .split(/,\s+/)
  .map((line) => ({ postcode: line.slice(0, 4), name: line.slice(5) }));

test('a postcode is mostly within 10 km of the real town, and never off by 20', () => {
  const misses = towns.map(({ postcode, name }) => {
    const guess = places.findPostcode(postcode);
    const town = places.findPlace(name);
    return guess && town ? straightKm(guess, town) : Number.NaN;
  });
  expect(misses.toSorted((a, b) => a - b)[Math.floor(misses.length / 2)]).toBeLessThan(10);
  expect(Math.max(...misses)).toBeLessThan(20);
});
