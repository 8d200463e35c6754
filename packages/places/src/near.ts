import { around } from 'geokdbush';
import KDBush from 'kdbush';
import { earthRadiusKm, type Point, straightKm } from './distance.ts';

/** An item and its straight distance from the point that was asked about, in km. */
export type Near<T> = { item: T; km: number };

const firstPage = 64;
const halfwayRoundKm = Math.PI * earthRadiusKm;

/**
 * An index over items that do not change; make a new one when they do. `near` gives lazily, nearest first, every item
 * within `maxKm` as the crow flies: `near(home, 25).filter(hasRoom).take(50)` looks no further than it must.
 */
export const createNear = <T>(items: readonly T[], point: (item: T) => Point) => {
  const points = items.map(point);
  const index = new KDBush(items.length);
  for (const { lat, lon } of points) index.add(lon, lat);
  index.finish();

  return {
    *near(from: Point, maxKm: number): Generator<Near<T>, void> {
      const reachKm = Math.min(maxKm, halfwayRoundKm); // geokdbush reads more than half the globe as less
      let given = 0;
      // A larger search begins with the very answer of the smaller one, so each page goes on where the last stopped.
      for (let size = firstPage; ; size *= 8) {
        const found = around(index, from.lon, from.lat, size, reachKm);
        for (const id of found.slice(given)) {
          const item = items[id];
          const at = points[id];
          if (item !== undefined && at !== undefined) yield { item, km: straightKm(from, at) };
        }
        if (found.length < size) return;
        given = found.length;
      }
    },
  };
};
