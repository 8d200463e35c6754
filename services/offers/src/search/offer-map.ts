import { FormId, type OfferId, type OfferView, type Point } from '@adempauze/contracts';
import { createNear, detourFactor, straightKm } from '@adempauze/places';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { Resource } from '../resource/resource.state.rules.ts';
import type { FreeTimes } from './free-times.ts';
import { formBits, type Kind, kindOf, type Served, type Suit, servedByAny, servesNothing } from './suit.ts';

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

export type OfferNearby = { readonly entry: OfferEntry; readonly travelKm: number };

/** Offers of one form at one place, by id. `served`: by any of them, once; who no longer serves it is left out by whoever looks. */
type OfForm = { readonly formBit: number; readonly offers: OfferEntry[]; served: Served };
/** Offers of one kind at one place: all of them by id, and those of each form. `forms`: of any of them, once, in bits. */
type OfKind = { readonly all: OfferEntry[]; readonly byForm: OfForm[]; forms: number };
/**
 * Offers at one place: by kind, and those that come anywhere by id. `reachKm`: the furthest that any of the others comes.
 * `served`: by any of them, once.
 */
type Spot = {
  readonly point: Point;
  readonly home: OfKind;
  readonly away: OfKind;
  readonly anywhere: OfferEntry[];
  reachKm: number;
  served: Served;
};
type SpotNearby = { readonly spot: Spot; readonly travelKm: number };

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
      home: { all: [], byForm: [], forms: 0 },
      away: { all: [], byForm: [], forms: 0 },
      anywhere: [],
      reachKm: 0,
      served: servesNothing,
    };
    spots.set(key, spot);
    map = undefined;
    return spot;
  };
  const ofFormAt = (spot: Spot, { offer, suit: { formBit } }: OfferEntry): OfForm => {
    const ofKind = spot[kindOf(offer)];
    const known = ofKind.byForm.find((it) => it.formBit === formBit);
    if (known !== undefined) return known;
    const made: OfForm = { formBit, offers: [], served: servesNothing };
    ofKind.byForm.push(made);
    ofKind.forms |= formBit;
    return made;
  };
  /** An offer may come further than it did, and serve more. Who no longer comes anywhere is left out by whoever looks. */
  const reaches = (entry: OfferEntry): void => {
    const { nationwide, travelKm, place } = entry.offer;
    const spot = spotOf(place.point);
    const ofForm = ofFormAt(spot, entry);
    ofForm.served = servedByAny(ofForm.served, entry.suit);
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
     * what comes so far. Not those within `beyondKm`.
     */
    function* near(
      maxTravelKm: number,
      kind: Kind,
      looked: Looked = anything,
      beyondKm = -1,
    ): Generator<OfferNearby, undefined> {
      let ring: OfferEntry[][] = [];
      let ringKm = 0;
      const isIn = (entry: OfferEntry) =>
        (looked.forms(kind) & entry.suit.formBit) !== 0 &&
        (kind === 'away' || ringKm <= entry.suit.reachKm) &&
        looked.offer(entry);
      for (const { spot, travelKm } of spotsWithin(maxTravelKm, kind)) {
        if (travelKm <= beyondKm) continue;
        const forms = looked.forms(kind);
        if ((spot[kind].forms & forms) === 0 || !looked.place(spot.served)) continue;
        if (travelKm !== ringKm) {
          if (ring.length > 0) {
            for (const entry of inOrder(ring, isIn)) yield { entry, travelKm: ringKm };
            ring = [];
          }
          ringKm = travelKm;
        }
        if (kind === 'home' && travelKm > spot.reachKm) ring.push(spot.anywhere);
        else ring.push(...listsOf(spot[kind], forms, looked));
      }
      for (const entry of inOrder(ring, isIn)) yield { entry, travelKm: ringKm };
    }
    /** Those of forms at home that do not come so far, the nearest first. Lazy. */
    function* beyondReach(maxTravelKm: number, looked: Looked): Generator<OfferNearby, undefined> {
      for (const { spot, travelKm } of spotsWithin(maxTravelKm, 'away')) {
        const forms = looked.forms('home');
        if ((spot.home.forms & forms) === 0 || !looked.place(spot.served)) continue;
        const lists = spot.home.byForm
          .filter((it) => (it.formBit & forms) !== 0 && looked.place(it.served))
          .map(({ offers }) => offers);
        for (const entry of inOrder(lists, (it) => it.suit.reachKm < travelKm && looked.offer(it)))
          yield { entry, travelKm };
      }
    }
    return { near, beyondReach };
  };

  return {
    add(entry: OfferEntry): void {
      const spot = spotOf(entry.offer.place.point);
      for (const entries of [spot[kindOf(entry.offer)].all, ofFormAt(spot, entry).offers])
        entries.splice(indexOf(entries, entry.offerId), 0, entry);
      reaches(entry);
    },
    remove(entry: OfferEntry): void {
      const spot = spotOf(entry.offer.place.point);
      for (const entries of [spot[kindOf(entry.offer)].all, ofFormAt(spot, entry).offers, spot.anywhere]) {
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

/** Lists with all that is looked for: form by form, or where that is most of them, the one list, which is looked at lazily. */
const listsOf = ({ all, byForm, forms }: OfKind, wanted: number, looked: Looked): OfferEntry[][] => {
  if ((forms & ~wanted) === 0) return [all];
  let count = 0;
  const lists: OfferEntry[][] = [];
  for (const it of byForm) {
    if ((it.formBit & wanted) === 0 || !looked.place(it.served)) continue;
    lists.push(it.offers);
    count += it.offers.length;
  }
  return count * 2 > all.length ? [all] : lists;
};

/** By road, told to 0.1 km. */
const travelKmOf = (straightKm: number): number => Math.round(straightKm * detourFactor * 10) / 10;

/**
 * What is looked for; all else is left out. `place` and `offer` say the same as long as one look lasts; `forms` of a kind,
 * in bits, may become fewer, and what was found of a form before it did is still given or not.
 */
export type Looked = {
  readonly forms: (kind: Kind) => number;
  readonly place: (served: Served) => boolean;
  readonly offer: (entry: OfferEntry) => boolean;
};
/** Everything of these forms. */
export const ofForms = (forms: readonly FormId[]): Looked => {
  const bits = { home: formBits(forms, 'home'), away: formBits(forms, 'away') };
  return { forms: (kind) => bits[kind], place: () => true, offer: () => true };
};
export const anything: Looked = ofForms(FormId.options);

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
  const found: OfferEntry[] = [];
  for (const list of lists) for (const entry of list) if (isIn(entry)) found.push(entry);
  yield* found.length <= fewEntries ? sortedFew(found) : found.sort((a, b) => (a.offerId < b.offerId ? -1 : 1));
}
const fewEntries = 40;
/** In place and without garbage: a search sorts the offers of hundreds of places, a handful in each. */
const sortedFew = (entries: OfferEntry[]): OfferEntry[] => {
  for (let i = 1; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry === undefined) continue;
    let at = i;
    for (; at > 0; at -= 1) {
      const before = entries[at - 1];
      if (before === undefined || before.offerId <= entry.offerId) break;
      entries[at] = before;
    }
    entries[at] = entry;
  }
  return entries;
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
