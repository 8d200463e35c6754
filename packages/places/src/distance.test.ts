import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detourFactor, earthRadiusKm, type Point, straightKm, straightKmOfTravel, travelKm } from './distance.ts';

const rijswijk: Point = { lat: 52.03634, lon: 4.32501 };
const delft: Point = { lat: 52.00667, lon: 4.35556 };
const amsterdam: Point = { lat: 52.37403, lon: 4.88969 };
const maastricht: Point = { lat: 50.84833, lon: 5.68889 };

const anyPoint = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('Rijswijk and Delft are 4 km apart in a straight line, and 5 by road', () => {
  expect(straightKm(rijswijk, delft)).toBeCloseTo(3.9, 1);
  expect(travelKm(rijswijk, delft)).toBe(5.1);
});

test('Amsterdam and Maastricht are 178 km apart in a straight line, and some 230 by road', () => {
  expect(straightKm(amsterdam, maastricht)).toBeCloseTo(178.3, 0);
  expect(travelKm(amsterdam, maastricht)).toBeGreaterThan(225);
  expect(travelKm(amsterdam, maastricht)).toBeLessThan(240);
});

test('a degree of latitude is 111.2 km', () =>
  expect(straightKm({ lat: 52, lon: 5 }, { lat: 53, lon: 5 })).toBeCloseTo(111.195, 3));

test('the other side of the world is half its circumference away, and still a number', () =>
  expect(straightKm({ lat: 52, lon: 5 }, { lat: -52, lon: -175 })).toBeCloseTo(20_015.087, 3));

test('a step short of the other side of the world is that step less than half its circumference', () =>
  fc.assert(
    fc.property(
      fc.double({ min: -89, max: 89, noNaN: true }),
      fc.double({ min: -180, max: 0, noNaN: true }),
      fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      (lat, lon, off) => {
        const opposite = { lat: -lat + off, lon: lon + 180 };
        const fromThere = straightKm({ lat: -lat, lon: lon + 180 }, opposite);
        expect(straightKm({ lat, lon }, opposite)).toBeCloseTo(Math.PI * earthRadiusKm - fromThere, 8);
      },
    ),
  ));

test('a distance is the same both ways, nought to itself, and never negative', () =>
  fc.assert(
    fc.property(anyPoint, anyPoint, (a, b) => {
      expect(straightKm(a, b)).toBe(straightKm(b, a));
      expect(travelKm(a, b)).toBe(travelKm(b, a));
      expect(straightKm(a, a)).toBe(0);
      expect(straightKm(a, b)).toBeGreaterThanOrEqual(0);
    }),
  ));

test('no detour over a third point is shorter than the straight line', () =>
  fc.assert(
    fc.property(anyPoint, anyPoint, anyPoint, (a, b, via) => {
      expect(straightKm(a, via) + straightKm(via, b)).toBeGreaterThanOrEqual(straightKm(a, b) - 1e-6);
    }),
  ));

test('travel is the straight line times the detour, to 0.1 km', () =>
  fc.assert(
    fc.property(anyPoint, anyPoint, (a, b) => {
      expect(Math.abs(travelKm(a, b) - straightKm(a, b) * detourFactor)).toBeLessThanOrEqual(0.05 + 1e-9);
      expect(Math.abs(straightKmOfTravel(travelKm(a, b)) - straightKm(a, b))).toBeLessThanOrEqual(0.05);
    }),
  ));
