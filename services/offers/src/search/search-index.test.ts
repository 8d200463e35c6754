import { OfferId, ResourceId, type SearchHit, type SearchOffers } from '@adempauze/contracts';
import {
  Day,
  derivedId,
  fold,
  instantFromMs,
  instantOn,
  minuteMs,
  msOf,
  plusDays,
  wallTimeOf,
} from '@adempauze/kernel';
import { travelKm } from '@adempauze/places';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  booking,
  holdPlace,
  householdId,
  now,
  offerId,
  openResource,
  publishBeds,
  publishOffer,
  publishTimes,
  resourceId,
  rijswijk,
  searchOffers,
  span,
} from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { anyLife, anyWholeLife, live } from '../resource/history.fixtures.ts';
import { resourceDecider } from '../resource/resource.decider.ts';
import type { Resource } from '../resource/resource.state.rules.ts';
import { createSearchIndex } from './search-index.ts';

const offerOf = (data: ReturnType<typeof publishOffer>): Offer => {
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, publishedAt: now } }]);
  if (offer === undefined) throw new Error('The example is an offer.');
  // Its provider never stops saying that it is so; freshness has tests of its own.
  return { ...offer, confirmedAtMs: Date.UTC(2030, 0, 1) };
};
const otherOfferId = OfferId.parse(derivedId('offer', 'beds'));
const blocks = offerOf(publishOffer());
const beds = offerOf(publishBeds({ offerId: otherOfferId }));

const resourceOf = (over: Partial<Resource>, ...openings: [string, string][]): Resource => ({
  resourceId,
  providerId: blocks.providerId,
  offerIds: [offerId],
  capacity: 1,
  openedCapacity: 1,
  bufferMinutes: 0,
  travelMinutes: 0,
  capacities: [],
  busy: [],
  calendarReadAtMs: null,
  availability: null,
  closedDays: [],
  roster: [],
  occupations: [],
  latestMs: msOf(now),
  openings: openings.map(([from, until]) => ({ fromMs: msOf(at(from)), untilMs: msOf(at(until)) })),
  ...over,
});
const indexOf = (offers: readonly Offer[], resources: readonly Resource[], clock = () => now) => {
  const index = createSearchIndex({ clock });
  for (const offer of offers) index.setOffer(offer, 0);
  for (const resource of resources) index.setResource(resource, 0);
  return index;
};
const found = (index: ReturnType<typeof indexOf>, over: Parameters<typeof searchOffers>[0] = {}) =>
  index.search(searchOffers(over)).items.map(({ item }) => item);
const startsOf = (hits: readonly SearchHit[]) => hits[0]?.times.map(({ span: { from } }) => from);

const weekdays: [string, string][] = [4, 5, 6, 7].map((day) => [
  `2027-05-0${day}T07:00:00Z`,
  `2027-05-0${day}T15:00:00Z`,
]);

test('three and a half hours unless told, on different days rather than the same afternoon', () => {
  const index = indexOf([blocks], [resourceOf({}, ...weekdays)]);
  const [hit] = found(index);
  expect(hit).toMatchObject({ travelKm: 0, atHome: true, onRequest: false });
  expect(hit?.times).toHaveLength(3);
  expect(hit?.times[0]).toEqual({
    resourceId,
    span: span('2027-05-04T07:00:00Z', '2027-05-04T10:30:00Z'),
    quantity: 350,
    priceCents: 8050,
    placesLeft: 1,
  });
  expect(startsOf(found(index))).toEqual(['04', '05', '06'].map((day) => at(`2027-05-${day}T07:00:00Z`)));
});
test('more of the same day when there are not enough days', () => {
  const index = indexOf([blocks], [resourceOf({}, ['2027-05-04T07:00:00Z', '2027-05-04T11:30:00Z'])]);
  const starts = ['07:00', '07:30', '08:00'].map((time) => at(`2027-05-04T${time}:00Z`));
  expect(startsOf(found(index, { timesPerOffer: 20 }))).toEqual(starts);
});
test('the length asked for, within what the offer is given for', () => {
  const index = indexOf([blocks], [resourceOf({}, ...weekdays)]);
  expect(found(index, { minutes: 100 })[0]?.times[0]?.quantity).toBe(175); // whole quarters
  expect(found(index, { minutes: 45 })).toEqual([]);
  expect(found(index, { minutes: 495 })).toEqual([]);
  const long = offerOf(publishOffer({ minMinutes: 240 }));
  expect(found(indexOf([long], [resourceOf({}, ...weekdays)]))[0]?.times[0]?.quantity).toBe(400);
});
test('wholly between the two moments, and never in the past', () => {
  const index = indexOf([blocks], [resourceOf({}, ...weekdays)], () => at('2027-05-04T08:00:00Z'));
  expect(startsOf(found(index, { timesPerOffer: 1 }))).toEqual([at('2027-05-04T08:30:00Z')]);
  expect(startsOf(found(index, { from: '2027-05-04T09:10:00Z', timesPerOffer: 1 }))).toEqual([
    at('2027-05-04T09:30:00Z'),
  ]);
  expect(found(index, { until: '2027-05-04T11:59:00Z' })).toEqual([]);
});
test('around what is occupied and its buffer; a hold that has passed is free', () => {
  const taken = { bookingId: booking(1), householdId, terms: {} as never };
  const occupied = {
    ...taken,
    fromMs: msOf(at('2027-05-04T07:00:00Z')),
    untilMs: msOf(at('2027-05-04T09:00:00Z')),
    freeAtMs: msOf(at('2027-05-04T09:20:00Z')),
  };
  const day = weekdays.slice(0, 1);
  const whenHeld = (expiresAtMs: number | null) =>
    indexOf([blocks], [resourceOf({ bufferMinutes: 20, occupations: [{ ...occupied, expiresAtMs }] }, ...day)]);
  expect(startsOf(found(whenHeld(null), { timesPerOffer: 1 }))).toEqual([at('2027-05-04T09:30:00Z')]);
  expect(startsOf(found(whenHeld(msOf(now) + 1), { timesPerOffer: 1 }))).toEqual([at('2027-05-04T09:30:00Z')]);
  expect(startsOf(found(whenHeld(msOf(now)), { timesPerOffer: 1 }))).toEqual([at('2027-05-04T07:00:00Z')]);
});
test('stays by the check-in and check-out times of the house, over a clock change too', () => {
  const house = resourceOf({ offerIds: [otherOfferId], capacity: 2 }, ['2027-10-28T12:00:00Z', '2027-11-03T10:00:00Z']);
  const index = indexOf([beds], [house]);
  const ask = { from: '2027-10-29T22:00:00Z', until: '2027-11-20T22:00:00Z', timesPerOffer: 20 };
  const [hit] = found(index, { ...ask, nights: 2 });
  expect(hit?.atHome).toBe(false);
  expect(hit?.times.map((it) => it.span)).toEqual([
    span('2027-10-30T12:00:00Z', '2027-11-01T10:00:00Z'), // 14:00 in summer, 11:00 in winter
    span('2027-10-31T13:00:00Z', '2027-11-02T10:00:00Z'),
    span('2027-11-01T13:00:00Z', '2027-11-03T10:00:00Z'),
  ]);
  expect(hit?.times.map((it) => [it.quantity, it.priceCents, it.placesLeft])).toEqual(Array(3).fill([200, 4600, 2]));
  expect(found(index, { ...ask, nights: 6 })).toEqual([]);
});
test('what does not serve is not shown', () => {
  const index = indexOf([blocks], [resourceOf({}, ...weekdays)]);
  expect(found(index, { conditions: ['dementia'], highRiskActs: ['insulin-injection'], language: 'nl' })).toHaveLength(
    1,
  );
  expect(found(index, { conditions: ['palliative'] })).toEqual([]);
  expect(found(index, { highRiskActs: ['ventilation'] })).toEqual([]);
  expect(found(index, { language: 'ar' })).toEqual([]);
  expect(found(index, { forms: ['F12'] })).toEqual([]);
});
test('a volunteer is sought on request', () => {
  const helper = offerOf(publishOffer({ form: 'F06', needsHelper: true }));
  expect(found(indexOf([helper], []))).toMatchObject([{ onRequest: true, times: [] }]);
  expect(found(indexOf([helper], []), { minutes: 600 })).toEqual([]);
});
test('an offer that is withdrawn, or too far for the worker, is gone', () => {
  const index = indexOf([blocks], [resourceOf({}, ...weekdays)]);
  expect(found(index, { near: { lat: 52.1583, lon: 4.4931 } })).toEqual([]); // Leiden, further than 15 km by road
  index.setOffer({ ...blocks, status: 'withdrawn' }, 1);
  expect(found(index)).toEqual([]);
  index.setOffer(blocks, 0); // late, and known for it
  expect(found(index)).toEqual([]);
});

test('home first, then the shorter journey; pages join without a gap', () => {
  const anyOffer = fc.record({
    lat: fc.integer({ min: -4, max: 4 }),
    lon: fc.integer({ min: -4, max: 4 }),
    home: fc.boolean(),
    travelKm: fc.integer({ min: 0, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(anyOffer, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (list, first) => {
      const offers = list.map(({ lat, lon, home, travelKm: reach }, i) =>
        offerOf({
          ...(home ? publishOffer() : publishBeds()),
          offerId: OfferId.parse(derivedId(i)),
          place: { ...publishOffer().place, point: { lat: 52 + lat / 20, lon: 4.3 + lon / 20 } },
          travelKm: reach,
        }),
      );
      const resource = resourceOf({ offerIds: offers.map((it) => it.offerId) }, [
        '2027-05-03T12:00:00Z',
        '2027-05-09T09:00:00Z',
      ]);
      const index = indexOf(offers, [resource]);
      const hits: SearchHit[] = [];
      for (let after: string | undefined; ; ) {
        const page = index.search(searchOffers({ maxKm: 25, page: { first, after } }));
        hits.push(...page.items.map(({ item }) => item));
        expect(page.items.length).toBeLessThanOrEqual(first);
        if (!page.hasMore) break;
        after = page.items.at(-1)?.cursor;
      }
      const expected = offers
        .map((offer) => ({ offer, km: travelKm(rijswijk.point, offer.place.point), home: offer.form === 'F01' }))
        .filter(({ offer, km, home }) => km <= 25 && (!home || km <= offer.travelKm))
        .sort((a, b) => Number(b.home) - Number(a.home) || a.km - b.km || (a.offer.offerId < b.offer.offerId ? -1 : 1));
      expect(hits.map((it) => [it.offer.offerId, it.travelKm])).toEqual(
        expected.map((it) => [it.offer.offerId, it.km]),
      );
    }),
  );
  expect(
    indexOf([blocks], [resourceOf({}, ...weekdays)]).search(searchOffers({ page: { after: 'nonsense' } })).items,
  ).toEqual([]);
});

const anySearch = fc.record({
  fromHours: fc.integer({ min: -24, max: 72 }),
  hours: fc.integer({ min: 1, max: 200 }),
  minutes: fc.option(fc.integer({ min: 15, max: 600 }), { nil: undefined }),
  nights: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  timesPerOffer: fc.integer({ min: 1, max: 20 }),
});

test('every time that is shown can be held, and when there is one, one is shown', () => {
  const both = [blocks, beds];
  let shown = 0;
  fc.assert(
    fc.property(fc.oneof(anyLife, anyWholeLife), anySearch, (life, { fromHours, hours, ...asked }) => {
      let clockMs = life.startMs;
      const index = createSearchIndex({ clock: () => instantFromMs(clockMs) });
      for (const offer of both) index.setOffer(offer, 0);
      let revision = 0;
      for (const { after: resource, nowMs } of live(life, both)) {
        if (resource === undefined) continue;
        revision += 1;
        index.setResource(resource, revision);
        clockMs = Math.max(clockMs, nowMs, resource.latestMs);
        const from = instantFromMs(clockMs + fromHours * 60 * minuteMs);
        const until = instantFromMs(msOf(from) + hours * 60 * minuteMs);
        const query: SearchOffers = searchOffers({ ...asked, from, until });
        const hits = index.search(query).items.map(({ item }) => item);
        for (const hit of hits) {
          const times = hit.times.map((it) => it.span.from);
          expect(times).toEqual([...new Set(times)].sort());
          expect(times.length).toBeLessThanOrEqual(asked.timesPerOffer);
          for (const time of hit.times) {
            shown += 1;
            expect(time.span.from >= from && time.span.until <= until).toBe(true);
            const data = holdPlace({
              bookingId: booking(99),
              offerId: hit.offer.offerId,
              span: time.span,
              conditions: [],
              expiresAt: instantFromMs(clockMs + 1),
            });
            const offer = both.find((it) => it.offerId === hit.offer.offerId);
            const command = { type: 'HoldPlace', data, offer, journeyKm: 1, now: instantFromMs(clockMs) } as const;
            const decision = resourceDecider.decide(command, resource);
            expect(decision).toMatchObject({
              accepted: true,
              events: [{ data: { terms: { quantity: time.quantity, priceCents: time.priceCents } } }],
            });
          }
        }
        if (asked.minutes !== undefined && asked.minutes % 15 === 0) {
          const isShown = hits.some((it) => it.offer.offerId === offerId);
          expect(isShown).toBe(canHoldAny(resource, clockMs, msOf(from), msOf(until), asked.minutes));
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(shown).toBeGreaterThan(1000);
});

/** Tries every half hour of every opening the slow way: by asking the decider. */
const canHoldAny = (resource: Resource, nowMs: number, fromMs: number, untilMs: number, minutes: number): boolean =>
  resource.openings.some((opening) => {
    for (let start = opening.fromMs; start < Math.min(opening.untilMs, untilMs); start += 30 * minuteMs) {
      if (start < fromMs || start + minutes * minuteMs > untilMs) continue;
      const times = { from: instantFromMs(start), until: instantFromMs(start + minutes * minuteMs) };
      const data = holdPlace({
        bookingId: booking(99),
        span: times,
        conditions: [],
        expiresAt: instantFromMs(nowMs + 1),
      });
      const command = { type: 'HoldPlace', data, offer: blocks, journeyKm: 1, now: instantFromMs(nowMs) } as const;
      if (resourceDecider.decide(command, resource).accepted) return true;
    }
    return false;
  });

test('arrival is at the same wall time on every day of the year', () => {
  const house = resourceOf({ offerIds: [otherOfferId] }, ['2027-05-04T12:00:00Z', '2028-05-04T09:00:00Z']);
  const index = indexOf([beds], [house]);
  for (let day = Day.parse('2027-05-05'); day < '2028-05-01'; day = plusDays(day, 1)) {
    const [hit] = found(index, {
      from: instantOn(day),
      until: instantOn(plusDays(day, 3)),
      nights: 2,
      timesPerOffer: 5,
    });
    const [time, ...others] = hit?.times ?? [];
    expect(others).toEqual([]);
    expect(time && [wallTimeOf(time.span.from), wallTimeOf(time.span.until)]).toEqual(['14:00', '11:00']);
  }
});

test('applied events and handed-over states come to the same, in any order', () => {
  const index = indexOf([], []);
  const data = { ...openResource(), openedAt: now };
  const meta = { id: '1', stream: 'x', position: '1', metadata: { v: 1, at: now } };
  const published = {
    type: 'TimesPublished',
    data: { ...publishTimes(span(...(weekdays[0] ?? ['', '']))), publishedAt: now },
  } as const;
  index.apply({ ...meta, revision: 0, type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } });
  index.apply({ ...meta, revision: 0, type: 'ResourceOpened', data });
  index.apply({ ...meta, revision: 1, ...published });
  index.apply({ ...meta, revision: 1, ...published });
  expect(found(index)).toHaveLength(1);
  index.setResource(resourceOf({ resourceId: ResourceId.parse(resourceId) }), 5);
  index.apply({ ...meta, revision: 1, ...published });
  expect(found(index)).toEqual([]);
  expect(index.size()).toEqual({ offers: 1, resources: 1 });
});
