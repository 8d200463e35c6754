import { type FormId, formOf, type OfferId, type OfferView, type Point } from '@adempauze/contracts';
import { createNear, detourFactor, straightKm } from '@adempauze/places';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { Resource } from '../resource/resource.state.rules.ts';
import type { FreeTimes } from './free-times.ts';
import { type Served, type Suit, servedByAny, servesNothing } from './suit.ts';

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

/**
 * Offers at one place: all of a kind, those of each form, and those that come anywhere, by id. `reachKm`: the furthest that
 * any of the others comes. `served`: by any of them, once; who no longer serves it is left out by whoever looks.
 */
type Spot = {
  readonly point: Point;
  readonly home: OfferEntry[];
  readonly away: OfferEntry[];
  readonly byForm: Map<FormId, OfferEntry[]>;
  readonly anywhere: OfferEntry[];
  reachKm: number;
  served: Served;
};
type SpotNearby = { readonly spot: Spot; readonly travelKm: number };

export const kindOf = ({ form }: Pick<Offer, 'form'>): Kind => (formOf(form).atHome ? 'home' : 'away');

/**
 * Published offers by where they are. A place of an offer is a town, so many offers share one spot; only a new spot
 * makes the map anew, at the next look.
 */
export const createOfferMap = () => {
  const spots = new Map<string, Spot>();
  let map: ReturnType<typeof createNear<Spot>> | undefined;
  /** Spots with somebody who comes anywhere, and the furthest that anybody else comes. */
  const anywhere = new Set<Spot>();
  let furthestKm = 0;

  const spotOf = ({ lat, lon }: Point): Spot => {
    const key = `${lat},${lon}`;
    const known = spots.get(key);
    if (known !== undefined) return known;
    const spot: Spot = {
      point: { lat, lon },
      home: [],
      away: [],
      byForm: new Map(),
      anywhere: [],
      reachKm: 0,
      served: servesNothing,
    };
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
  /** An offer may come further than it did, and serve more. Who no longer comes anywhere is left out by whoever looks. */
  const reaches = (entry: OfferEntry): void => {
    const { nationwide, travelKm, place } = entry.offer;
    const spot = spotOf(place.point);
    spot.served = servedByAny(spot.served, entry.suit);
    if (kindOf(entry.offer) === 'away') return;
    spot.reachKm = Math.max(spot.reachKm, travelKm);
    furthestKm = Math.max(furthestKm, travelKm);
    if (!nationwide) return;
    anywhere.add(spot);
    const index = indexOf(spot.anywhere, entry.offerId);
    if (spot.anywhere[index] !== entry) spot.anywhere.splice(index, 0, entry);
  };

  /** The map as it is seen from one point. For one search: places are looked up once, and nothing may change meanwhile. */
  const from = (point: Point) => {
    map ??= createNear([...spots.values()], (it) => it.point);
    const measured: SpotNearby[] = [];
    const nearest = map.near(point, Number.POSITIVE_INFINITY);
    const spotAt = (index: number): SpotNearby | undefined => {
      const known = measured[index];
      if (known !== undefined) return known;
      const next = nearest.next();
      if (next.done === true) return undefined;
      const made = { spot: next.value.item, travelKm: travelKmOf(next.value.km) };
      measured.push(made);
      return made;
    };
    let beyond: SpotNearby[] | undefined;
    const spotsBeyond = (): readonly SpotNearby[] => {
      beyond ??= [...anywhere]
        .map((spot) => ({ spot, travelKm: travelKmOf(straightKm(point, spot.point)) }))
        .filter((it) => it.travelKm > furthestKm)
        .sort((a, b) => a.travelKm - b.travelKm);
      return beyond;
    };
    function* spotsWithin(maxTravelKm: number, kind: Kind): Generator<SpotNearby, undefined> {
      const walkedKm = kind === 'home' ? Math.min(maxTravelKm, furthestKm) : maxTravelKm;
      for (let i = 0; ; i += 1) {
        const it = spotAt(i);
        if (it === undefined || it.travelKm > walkedKm) break;
        yield it;
      }
      if (kind === 'away') return;
      for (const it of spotsBeyond()) {
        if (it.travelKm > maxTravelKm) return;
        yield it;
      }
    }
    /**
     * Those within so many km by road, the nearest first, and at the same distance by id. Lazy. Of a kind at home only
     * what comes so far. `form`: of that form alone. `looked`: what is looked for; all else is left out.
     */
    function* near(
      maxTravelKm: number,
      kind: Kind,
      form?: FormId,
      looked: Looked = anything,
    ): Generator<OfferNearby, undefined> {
      let ring: (readonly OfferEntry[])[] = [];
      let ringKm = 0;
      const isIn = (entry: OfferEntry) => (kind === 'away' || ringKm <= entry.suit.reachKm) && looked.offer(entry);
      for (const { spot, travelKm } of spotsWithin(maxTravelKm, kind)) {
        if (!looked.place(spot.served)) continue;
        const entries = entriesOf(spot, travelKm, kind, form);
        if (entries.length === 0) continue;
        if (travelKm !== ringKm) {
          for (const entry of inOrder(ring, isIn)) yield { entry, travelKm: ringKm };
          ring = [];
          ringKm = travelKm;
        }
        ring.push(entries);
      }
      for (const entry of inOrder(ring, isIn)) yield { entry, travelKm: ringKm };
    }
    return { near };
  };

  return {
    add(entry: OfferEntry): void {
      const spot = spotOf(entry.offer.place.point);
      for (const entries of listsOf(spot, entry.offer)) entries.splice(indexOf(entries, entry.offerId), 0, entry);
      reaches(entry);
    },
    remove(entry: OfferEntry): void {
      const spot = spotOf(entry.offer.place.point);
      for (const entries of [...listsOf(spot, entry.offer), spot.anywhere]) {
        const index = indexOf(entries, entry.offerId);
        if (entries[index] === entry) entries.splice(index, 1);
      }
      if (spot.anywhere.length === 0) anywhere.delete(spot);
    },
    reaches,
    from,
  };
};
export type OfferMap = ReturnType<typeof createOfferMap>;
/** Offers as they lie around one point. */
export type Around = ReturnType<OfferMap['from']>;

/** By road, told to 0.1 km. */
const travelKmOf = (straightKm: number): number => Math.round(straightKm * detourFactor * 10) / 10;

const entriesOf = (spot: Spot, travelKm: number, kind: Kind, form: FormId | undefined): readonly OfferEntry[] => {
  if (kind === 'home' && travelKm > spot.reachKm) {
    return form === undefined ? spot.anywhere : spot.anywhere.filter(({ offer }) => offer.form === form);
  }
  return form === undefined ? spot[kind] : (spot.byForm.get(form) ?? none);
};
const none: readonly never[] = [];

/** Which places are looked in, and for which of the offers there. It says the same as long as one look lasts. */
export type Looked = {
  readonly place: (served: Served) => boolean;
  readonly offer: (entry: OfferEntry) => boolean;
};
const anything: Looked = { place: () => true, offer: () => true };

/** Those that are looked for, by id. Of one list lazily: of most of it nothing is asked. */
function* inOrder(
  lists: readonly (readonly OfferEntry[])[],
  isIn: (entry: OfferEntry) => boolean,
): Generator<OfferEntry, undefined> {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) {
    for (const entry of only) if (isIn(entry)) yield entry;
    return;
  }
  yield* lists.flatMap((list) => list.filter(isIn)).sort((a, b) => (a.offerId < b.offerId ? -1 : 1));
}

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
