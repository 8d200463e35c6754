import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Point, straightKm } from './distance.ts';
import { createNear } from './near.ts';

const dutchPoint = fc.record({
  lat: fc.double({ min: 50.7, max: 53.6, noNaN: true }),
  lon: fc.double({ min: 3.3, max: 7.3, noNaN: true }),
});
const itself = (point: Point) => point;

test('near gives what measuring every item gives, nearest first', () =>
  fc.assert(
    fc.property(
      fc.array(dutchPoint, { maxLength: 300 }),
      dutchPoint,
      fc.double({ min: 0, max: 350, noNaN: true }),
      (items, from, maxKm) => {
        const measured = items.map((item) => straightKm(from, item)).filter((km) => km <= maxKm);
        const found = createNear(items, itself).near(from, maxKm).toArray();
        expect(found.map(({ km }) => km.toFixed(6))).toEqual(
          measured.toSorted((a, b) => a - b).map((km) => km.toFixed(6)),
        );
        expect(new Set(found.map(({ item }) => item)).size).toBe(found.length);
      },
    ),
  ));

test('an empty index finds nothing', () =>
  expect(createNear([], itself).near({ lat: 52, lon: 5 }, 100).toArray()).toEqual([]));

test('items on one spot are all found, each once', () => {
  const items = Array.from({ length: 1000 }, (_, id) => ({ id, at: { lat: 52, lon: 5 } }));
  const found = createNear(items, ({ at }) => at)
    .near({ lat: 52, lon: 5 }, 0)
    .toArray();
  expect(new Set(found.map(({ item }) => item.id)).size).toBe(1000);
});

test('a reach beyond the globe reaches the whole globe', () =>
  expect(
    createNear([{ lat: -52, lon: -175 }], itself)
      .near({ lat: 52, lon: 5 }, 30_000)
      .toArray(),
  ).toHaveLength(1));

test('whoever takes the first two never pays for the rest', () => {
  const items = Array.from({ length: 500 }, (_, row) => ({ lat: 52 + row / 1000, lon: 5 }));
  const found = createNear(items, itself).near({ lat: 52, lon: 5 }, 25);
  expect(
    found
      .filter(({ item }) => item.lat > 52.1)
      .take(2)
      .map(({ km }) => Math.round(km))
      .toArray(),
  ).toEqual([11, 11]);
});

test('among 100,000 items, the 50 nearest in 25 km come at once', () => {
  const items = Array.from({ length: 100_000 }, (_, i) => ({
    lat: 50.8 + ((i * 0.618034) % 2.6),
    lon: 3.5 + ((i * 0.414214) % 3.6),
  }));
  const index = createNear(items, itself);
  const begin = performance.now();
  for (let i = 0; i < 20; i += 1) {
    expect(
      index
        .near({ lat: 51.5 + i / 20, lon: 5 }, 25)
        .take(50)
        .toArray(),
    ).toHaveLength(50);
  }
  expect((performance.now() - begin) / 20).toBeLessThan(50); // about 1 ms on a quiet machine
});
