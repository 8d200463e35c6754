import { z } from 'zod';

/** A spot on the map, WGS84 degrees. */
export const Point = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });
export type Point = z.infer<typeof Point>;

/** Mean radius of the earth; the same that geokdbush sorts by, so that order and distance never disagree. */
export const earthRadiusKm = 6371;

/**
 * How much longer the road is than the straight line. An average: one trip around a river or a lake can be twice as
 * long as the crow flies. Source: Wang, Bette, Schreckenberg and Guhr, "How much longer do you have to drive than the
 * crow has to fly?", npj Complexity 1, 22 (2024), doi:10.1038/s44260-024-00023-x: 1.3 give or take 0.1.
 */
export const detourFactor = 1.3;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const halfChordSquared = (angle: number): number => Math.sin(angle / 2) ** 2;

/**
 * Great-circle distance in km, not rounded. On a sphere, so up to 0.5 % off the true shape of the earth.
 *
 * `far` is the half chord, squared, from `a` to the point right opposite `b`; with `near` it makes one. Where `near` is
 * almost one, and the arcsine flat, the distance is read from `far`, which keeps its digits there. Up to a quarter of
 * the globe the formula is geokdbush's own.
 */
export const straightKm = (a: Point, b: Point): number => {
  const shrink = Math.cos(radians(a.lat)) * Math.cos(radians(b.lat));
  const turn = radians(a.lon - b.lon);
  const near = halfChordSquared(radians(a.lat - b.lat)) + shrink * halfChordSquared(turn);
  if (near <= 0.5) return 2 * earthRadiusKm * Math.asin(Math.sqrt(near));
  const far = halfChordSquared(radians(a.lat + b.lat)) + shrink * Math.cos(turn / 2) ** 2;
  return earthRadiusKm * (Math.PI - 2 * Math.asin(Math.sqrt(Math.min(1, far))));
};

/** Estimated travel distance by road in km, rounded to 0.1 km: the straight line times `detourFactor`. Not a route. */
export const travelKm = (a: Point, b: Point): number => Math.round(straightKm(a, b) * detourFactor * 10) / 10;

/** The straight line that a trip of this many km by road spans, for asking `near`. Not rounded. */
export const straightKmOfTravel = (travelKm: number): number => travelKm / detourFactor;
