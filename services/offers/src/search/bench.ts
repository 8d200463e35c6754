import { Condition, FormId, SearchOffers } from '@adempauze/contracts';
import { Day, type Instant, instantOn, minuteMs, plusDays } from '@adempauze/kernel';
import { createNear, createPlaces, type Place } from '@adempauze/places';
import { benchSeek, type SeekFigures } from './bench-seek.ts';
import { offerAt, resourceFor, type SearchBench, seeded } from './bench-supply.ts';
import { createSearchIndex } from './search-index.ts';

export type SearchFigures = {
  readonly offers: number;
  readonly openings: number;
  readonly occupations: number;
  /** Half-hour starts within the openings. */
  readonly slots: number;
  readonly searches: number;
  readonly hitsPerSearch: number;
  readonly buildMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The least that a search can take: the places nearby by themselves, without looking at any offer; the median. */
  readonly floorMs: number;
  /** What the index holds; exact where the process can collect its garbage (`--expose-gc`). */
  readonly heapMb: number;
  /** Search by need over the same offers, for each of the usual questions; empty when none are asked. */
  readonly seeks: readonly SeekFigures[];
};

/** A hundred thousand offers with more than the five million slots that are asked of search. */
export const usualBench: SearchBench = {
  offers: 100_000,
  resourcesPerOffer: 1,
  openingsPerResource: 5,
  occupied: 0.5,
  searches: 3000,
  seeks: 1000,
  seed: 1,
};

/** The same country when almost everything is booked: what is left has to be found among calendars that are full. */
export const soldOutBench: SearchBench = { ...usualBench, occupied: 1, seeks: 0 };

/** How long searches take over a country full of offers, in one process, without HTTP. The same seed asks the same. */
export const benchSearch = (bench: SearchBench, timeMs: () => number = () => performance.now()): SearchFigures => {
  const random = seeded(bench.seed);
  const startOn = Day.parse('2027-05-03');
  const now: Instant = instantOn(startOn, '08:00');
  const places = createPlaces().nearest({ lat: 52.1, lon: 5.3 }, 100_000);
  const anyPlace = (): Place => {
    const place = places[Math.floor(random() * places.length)];
    if (place === undefined) throw new RangeError('There are no places.');
    return place.item;
  };
  const points: Place[] = [];
  const heapBefore = usedMemory();
  const began = timeMs();
  const clock = () => now;
  const index = createSearchIndex({ clock });
  let openings = 0;
  let occupations = 0;
  let slots = 0;
  for (let i = 0; i < bench.offers; i += 1) {
    const place = anyPlace();
    points.push(place);
    const offer = offerAt(place, i, random, now);
    index.setOffer(offer, 0);
    for (let j = 0; j < bench.resourcesPerOffer && !offer.needsHelper; j += 1) {
      const resource = resourceFor(offer, `${i}/${j}`, bench, random, now);
      index.setResource(resource, 0);
      openings += resource.openings.length;
      occupations += resource.occupations.length;
      for (const it of resource.openings) slots += (it.untilMs - it.fromMs) / (30 * minuteMs);
    }
  }
  const buildMs = timeMs() - began;
  const heapMb = Math.round((usedMemory() - heapBefore) / 1e6);
  const nearby = createNear(points, (it) => it);

  const times: number[] = [];
  const floors: number[] = [];
  let hits = 0;
  for (let i = -Math.ceil(bench.searches / 10); i < bench.searches; i += 1) {
    const query = searchFrom(anyPlace(), startOn, random);
    const from = timeMs();
    const { items } = index.search(query);
    const took = timeMs() - from;
    const floorFrom = timeMs();
    nearby.near(query.near, query.maxKm).take(query.page.first).toArray();
    const floorTook = timeMs() - floorFrom;
    if (i < 0) continue; // warming up
    times.push(took);
    floors.push(floorTook);
    hits += items.length;
  }
  times.sort((a, b) => a - b);
  floors.sort((a, b) => a - b);
  const at = (share: number) => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return {
    offers: bench.offers,
    openings,
    occupations,
    slots: Math.round(slots),
    searches: bench.searches,
    hitsPerSearch: rounded(hits / bench.searches),
    buildMs: Math.round(buildMs),
    meanMs: rounded(times.reduce((sum, it) => sum + it, 0) / times.length),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    floorMs: rounded(floors[Math.floor(floors.length / 2)] ?? 0),
    heapMb,
    seeks:
      bench.seeks === 0 ? [] : benchSeek({ index, clock, startOn, anyPlace, random, searches: bench.seeks, timeMs }),
  };
};

/** Bytes on the heap, without garbage where the process can collect it. */
const usedMemory = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What people ask: mostly some hours this week or next, a third a stay, with a condition or two. */
const searchFrom = (place: Place, startOn: Day, random: () => number): SearchOffers => {
  const isStay = random() < 0.3;
  const firstDay = plusDays(startOn, Math.floor(random() * 10));
  return SearchOffers.parse({
    near: { lat: place.lat + (random() - 0.5) / 20, lon: place.lon + (random() - 0.5) / 20 },
    from: instantOn(firstDay),
    until: instantOn(plusDays(firstDay, 3 + Math.floor(random() * 11))),
    conditions: Condition.options.filter(() => random() < 0.12),
    ...(isStay ? { forms: ['F12'], nights: 1 + Math.floor(random() * 3) } : {}),
    ...(random() < 0.2 ? { forms: [FormId.options[Math.floor(random() * FormId.options.length)]] } : {}),
  });
};
