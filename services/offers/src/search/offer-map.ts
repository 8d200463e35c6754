import { type FormId, formOf, type OfferId, type OfferView, type Point } from '@adempauze/contracts';
import { createNear, detourFactor, straightKmOfTravel } from '@adempauze/places';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { Resource } from '../resource/resource.state.rules.ts';
import type { FreeTimes } from './free-times.ts';
import type { Suit } from './suit.ts';

/** A resource in the index. `known`: what was free when it was last looked for, while that holds. */
export type ResourceEntry = { resource: Resource; revision: number; known: FreeTimes | undefined };

/** An offer in the index. `view` is made once for each version of the offer, when it is first shown. */
export type OfferEntry = {
  readonly offerId: OfferId;
  readonly resources: readonly ResourceEntry[];
  offer: Offer;
  suit: Suit;
  revision: number;
  view: OfferView | undefined;
};

export type Kind = 'home' | 'away';
export type OfferNearby = { readonly entry: OfferEntry; readonly travelKm: number };

/** Offers at one place: all of a kind, and those of each form, by id. `reachKm`: the furthest that any of them comes. */
type Spot = {
  readonly point: Point;
  readonly home: OfferEntry[];
  readonly away: OfferEntry[];
  readonly byForm: Map<FormId, OfferEntry[]>;
  reachKm: number;
};

export const kindOf = ({ form }: Pick<Offer, 'form'>): Kind => (formOf(form).atHome ? 'home' : 'away');
const reachOf = ({ nationwide, travelKm }: Offer): number => (nationwide ? Number.POSITIVE_INFINITY : travelKm);

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
    const spot: Spot = { point: { lat, lon }, home: [], away: [], byForm: new Map(), reachKm: 0 };
    spots.set(key, spot);
    map = undefined;
    return spot;
  };
  const listsOf = (spot: Spot, { form }: Offer): readonly OfferEntry[][] => {
    const known = spot.byForm.get(form);
    const ofForm = known ?? [];
    if (known === undefined) spot.byForm.set(form, ofForm);
    return [spot[kindOf({ form })], ofForm];
  };

  return {
    add(entry: OfferEntry): void {
      const spot = spotOf(entry.offer.place.point);
      for (const entries of listsOf(spot, entry.offer)) entries.splice(indexOf(entries, entry.offerId), 0, entry);
      spot.reachKm = Math.max(spot.reachKm, reachOf(entry.offer));
    },
    remove(entry: OfferEntry): void {
      for (const entries of listsOf(spotOf(entry.offer.place.point), entry.offer)) {
        const index = indexOf(entries, entry.offerId);
        if (entries[index] === entry) entries.splice(index, 1);
      }
    },
    /** An offer may come further than it did. */
    reaches({ offer }: OfferEntry): void {
      const spot = spotOf(offer.place.point);
      spot.reachKm = Math.max(spot.reachKm, reachOf(offer));
    },
    /**
     * Those within so many km by road, the nearest first, and at the same distance by id. Lazy. Of a kind at home only
     * what comes so far. `form`: of that form alone.
     */
    *near(from: Point, maxTravelKm: number, kind: Kind, form?: FormId): Generator<OfferNearby, undefined> {
      map ??= createNear([...spots.values()], ({ point }) => point);
      let ring: OfferEntry[][] = [];
      let ringKm = 0;
      // Distances are told to 0.1 km, and kilometres by road are rounded: look a little further and leave out.
      for (const { item, km } of map.near(from, straightKmOfTravel(maxTravelKm + 0.1))) {
        const entries = form === undefined ? item[kind] : item.byForm.get(form);
        if (entries === undefined || entries.length === 0) continue;
        const travelKm = Math.round(km * detourFactor * 10) / 10;
        if (travelKm > maxTravelKm) break;
        if (kind === 'home' && travelKm > item.reachKm) continue;
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
