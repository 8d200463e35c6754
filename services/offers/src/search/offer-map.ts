import type { OfferId, OfferView, Point } from '@adempauze/contracts';
import { formOf } from '@adempauze/contracts';
import { createNear, detourFactor, straightKmOfTravel } from '@adempauze/places';
import type { Offer } from '../offer/terms.rules.ts';

/** An offer in the index. `view` is made once for each version of the offer. */
export type OfferEntry = {
  readonly offerId: OfferId;
  offer: Offer;
  revision: number;
  view: OfferView;
};

export type Kind = 'home' | 'away';
export type OfferNearby = { readonly entry: OfferEntry; readonly travelKm: number };

type Spot = { readonly point: Point; readonly home: OfferEntry[]; readonly away: OfferEntry[] };

export const kindOf = ({ form }: Pick<Offer, 'form'>): Kind => (formOf(form).atHome ? 'home' : 'away');

/**
 * Published offers by where they are. A place of an offer is a town, so many offers share one spot; only a new spot
 * makes the map anew, at the next look.
 */
export const createOfferMap = () => {
  const spots = new Map<string, Spot>();
  let map: ReturnType<typeof createNear<Spot>> | undefined;

  const spotOf = ({ lat, lon }: Point): Spot => {
    const key = `${lat},${lon}`;
    const known = spots.get(key);
    if (known !== undefined) return known;
    const spot: Spot = { point: { lat, lon }, home: [], away: [] };
    spots.set(key, spot);
    map = undefined;
    return spot;
  };

  return {
    add(entry: OfferEntry): void {
      const entries = spotOf(entry.offer.place.point)[kindOf(entry.offer)];
      entries.splice(indexOf(entries, entry.offerId), 0, entry);
    },
    remove(entry: OfferEntry): void {
      const entries = spotOf(entry.offer.place.point)[kindOf(entry.offer)];
      const index = indexOf(entries, entry.offerId);
      if (entries[index] === entry) entries.splice(index, 1);
    },
    /** Those within so many km by road, the nearest first, and at the same distance by id. Lazy. */
    *near(from: Point, maxTravelKm: number, kind: Kind): Generator<OfferNearby, undefined> {
      map ??= createNear([...spots.values()], ({ point }) => point);
      let ring: OfferEntry[][] = [];
      let ringKm = 0;
      // Distances are told to 0.1 km, and kilometres by road are rounded: look a little further and leave out.
      for (const { item, km } of map.near(from, straightKmOfTravel(maxTravelKm + 0.1))) {
        const entries = item[kind];
        if (entries.length === 0) continue;
        const travelKm = Math.round(km * detourFactor * 10) / 10;
        if (travelKm > maxTravelKm) break;
        if (travelKm !== ringKm) {
          for (const entry of inOrder(ring)) yield { entry, travelKm: ringKm };
          ring = [];
          ringKm = travelKm;
        }
        ring.push(entries);
      }
      for (const entry of inOrder(ring)) yield { entry, travelKm: ringKm };
    },
  };
};
export type OfferMap = ReturnType<typeof createOfferMap>;

const inOrder = (lists: readonly OfferEntry[][]): readonly OfferEntry[] => {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return lists.flat().sort((a, b) => (a.offerId < b.offerId ? -1 : 1));
};

/** Where an id stands, or would stand, in a list sorted by id. */
const indexOf = (entries: readonly OfferEntry[], offerId: OfferId): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.offerId ?? '') < offerId) low = middle + 1;
    else high = middle;
  }
  return low;
};
