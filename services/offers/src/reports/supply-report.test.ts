import { DatabaseSync } from 'node:sqlite';
import { FormId, Month, OfferId, type SupplyRow, Terms, type TimeSpan } from '@adempauze/contracts';
import type { JsonObject, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { dayOf, derivedId, fold, instantFromMs, instantOn, monthOf, msOf, plusDays } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  booking,
  holdPlace,
  offerId,
  providerId,
  publishOffer,
  registerProvider,
  resourceId,
  span,
} from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { OfferEvent } from '../offer/offer.events.ts';
import type { ProviderEvent } from '../provider/provider.events.ts';
import { anyWholeLife, live } from '../resource/history.fixtures.ts';
import type { ResourceEvent } from '../resource/resource.events.ts';
import { supplyHistoryProjection } from './supply-history.ts';
import { supplyReport } from './supply-report.ts';

const longAgo = at('2027-01-01T00:00:00Z');
const published = (over: Parameters<typeof publishOffer>[0] = {}): OfferEvent => ({
  type: 'OfferPublished',
  data: { ...publishOffer(over), publishedAt: longAgo },
});
const registered: ProviderEvent = {
  type: 'ProviderRegistered',
  data: { ...registerProvider(), registeredAt: longAgo },
};
const offer = fold(offerDecider, [published()]);
if (offer === undefined) throw new Error('The example is an offer.');

type AnyEvent = OfferEvent | ProviderEvent | ResourceEvent;
const stored = ({ type, data }: AnyEvent, revision: number): SourceEvent => ({
  ...{ id: `${type}-${revision}`, type, data: data as unknown as JsonObject, metadata: { v: 1, at: longAgo } },
  ...{ position: String(revision).padStart(6, '0'), stream: 'any-1', revision },
});
const isStatement = (it: Statement | readonly Statement[]): it is Statement => typeof it[0] === 'string';

/** The tables after these events, each of a stream in its order; `again`: some come twice, at once and long after. */
const projected = (streams: readonly (readonly AnyEvent[])[], { again = false } = {}) => {
  const database = new DatabaseSync(':memory:');
  database.exec(supplyHistoryProjection.tables);
  const run = (result: Statement | readonly Statement[] | undefined): void => {
    if (result === undefined) return;
    if (isStatement(result)) {
      const [sql, ...parameters] = result;
      database.prepare(sql).run(...parameters);
    } else for (const statement of result) run(statement);
  };
  const log = streams.flatMap((events) => events.map(stored));
  const twice = again ? [...log.flatMap((it, index) => (index % 3 === 0 ? [it, it] : [it])), ...log] : log;
  for (const event of twice) run(supplyHistoryProjection.project(event));
  const db: ReadDatabase & { close: () => void } = {
    first: (sql, ...parameters) => database.prepare(sql).get(...parameters),
    all: (sql, ...parameters) => database.prepare(sql).all(...parameters),
    close: () => database.close(),
  };
  return db;
};

const period = { from: Month.parse('2027-05'), until: Month.parse('2028-05') };
const months = ['05', '06', '07', '08', '09', '10', '11', '12'].map((it) => `2027-${it}`);
const allMonths = [...months, '2028-01', '2028-02', '2028-03', '2028-04'];

/** What holds at one moment, by asking every event in turn. */
const capacityAt = (events: readonly ResourceEvent[], atMs: number): number => {
  const isIn = (spans: readonly TimeSpan[]) => spans.some((it) => msOf(it.from) <= atMs && atMs < msOf(it.until));
  let [isOpen, isBusy, usual, special] = [false, false, 0, undefined as number | undefined];
  for (const { type, data } of events) {
    if (type === 'ResourceOpened') usual = data.capacity;
    if (type === 'TimesPublished' && msOf(data.publishedAt) <= atMs && isIn(data.spans)) isOpen = true;
    if (type === 'TimesWithdrawn' && msOf(data.withdrawnAt) <= atMs && isIn(data.spans)) isOpen = false;
    if (type === 'CalendarRead' && msOf(data.readAt) <= atMs) isBusy = isIn(data.busy);
    if (type === 'CapacityChanged' && msOf(data.changedAt) <= atMs) {
      if (data.span === undefined) usual = data.capacity;
      else if (isIn([data.span])) special = data.capacity;
    }
  }
  return isOpen && !isBusy ? (special ?? usual) : 0;
};

const spansOf = ({ type, data }: ResourceEvent): readonly TimeSpan[] => {
  if (type === 'TimesPublished' || type === 'TimesWithdrawn') return data.spans;
  if (type === 'CalendarRead') return data.busy;
  if (type === 'CapacityChanged') return data.span === undefined ? [] : [data.span];
  return [];
};
const momentOf = ({ type, data }: ResourceEvent): number[] => {
  if (type === 'TimesPublished') return [msOf(data.publishedAt)];
  if (type === 'TimesWithdrawn') return [msOf(data.withdrawnAt)];
  if (type === 'CalendarRead') return [msOf(data.readAt)];
  return type === 'CapacityChanged' ? [msOf(data.changedAt)] : [];
};

/** Between two edges nothing changes; every midnight of a month is one. */
const naiveCapacity = (events: readonly ResourceEvent[], midnights: readonly number[]) => {
  const changes = events.flatMap((it) => [
    ...momentOf(it),
    ...spansOf(it).flatMap(({ from, until }) => [msOf(from), msOf(until)]),
  ]);
  const firstOfMonths = midnights.filter((it) => dayOf(instantFromMs(it)).endsWith('-01'));
  const edges = [...new Set([...changes, ...firstOfMonths])].sort((a, b) => a - b);
  const minutes = new Map<string, number>();
  edges.forEach((fromMs, index) => {
    const untilMs = edges[index + 1];
    if (untilMs === undefined) return;
    const month = monthOf(dayOf(instantFromMs(fromMs)));
    const amount = ((untilMs - fromMs) / 60_000) * capacityAt(events, fromMs);
    minutes.set(month, (minutes.get(month) ?? 0) + amount);
  });
  const nights = new Map<string, number>();
  for (const midnight of midnights) {
    const month = monthOf(plusDays(dayOf(instantFromMs(midnight)), -1));
    nights.set(month, (nights.get(month) ?? 0) + capacityAt(events, midnight - 1));
  }
  return { minutes, nights };
};

const midnightsAround = (events: readonly ResourceEvent[]): number[] => {
  const all = events.flatMap((it) => [
    ...momentOf(it),
    ...spansOf(it).flatMap(({ from, until }) => [msOf(from), msOf(until)]),
  ]);
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const midnights: number[] = [];
  for (let day = dayOf(instantFromMs(first)); ; day = plusDays(day, 1)) {
    const ms = msOf(instantOn(day));
    midnights.push(ms);
    if (ms > last) return midnights;
  }
};

type Place = { fromMs: number; untilMs: number; state: 'held' | 'taken' | 'letGo'; overridden: boolean };
const naivePlaces = (events: readonly ResourceEvent[]): Place[] => {
  const places = new Map<string, Place>();
  for (const { type, data } of events) {
    if (type === 'PlaceHeld' || type === 'CapacityOverridden') {
      const [fromMs, untilMs] = [msOf(data.span.from), msOf(data.span.until)];
      places.set(data.bookingId, { fromMs, untilMs, state: 'held', overridden: type === 'CapacityOverridden' });
    }
    const place = 'bookingId' in data ? places.get(data.bookingId) : undefined;
    if (place === undefined) continue;
    if (type === 'PlaceTaken') place.state = 'taken';
    if (type === 'HoldExpired') place.state = 'letGo';
    if (type === 'PlaceMoved') {
      Object.assign(place, { fromMs: msOf(data.span.from), untilMs: msOf(data.span.until), overridden: false });
    }
    if (type === 'PlaceReleased') {
      const atMs = msOf(data.releasedAt);
      if (place.state === 'taken' && place.fromMs < atMs) place.untilMs = Math.min(place.untilMs, atMs);
      else place.state = 'letGo';
    }
  }
  return [...places.values()];
};
const minutesOf = ({ fromMs, untilMs }: Place): number => (untilMs - fromMs) / 60_000;
const sum = (rows: readonly SupplyRow[], name: 'capacity' | 'held' | 'taken' | 'overridden' | 'letGo' | 'shared') =>
  rows.reduce((total, it) => total + it[name], 0);

test('capacity and use are those of the events, over clock changes, whatever comes twice', () => {
  fc.assert(
    fc.property(anyWholeLife, fc.boolean(), (life, again) => {
      const events = [...live(life, [offer])].flatMap((it) => it.events);
      const midnights = midnightsAround(events);
      const naive = naiveCapacity(events, midnights);
      const byHour = projected([[registered], [published()], events], { again });
      const byNight = projected([events, [published({ form: 'F12', unit: 'night' })], [registered]], { again });
      const hours = supplyReport(byHour, { municipality: registered.data.place.municipality, ...period });
      const nights = supplyReport(byNight, { providerId, ...period });
      expect(hours.providerIds).toEqual([providerId]);
      for (const month of allMonths) {
        const inMonth = ({ rows }: typeof hours) => rows.filter((it) => it.month === month);
        expect(sum(inMonth(hours), 'capacity')).toBe(Math.round(naive.minutes.get(month) ?? 0));
        expect(sum(inMonth(nights), 'capacity')).toBe(naive.nights.get(month) ?? 0);
      }
      // One month by itself is told as it is in the year.
      const [from, until] = [Month.parse('2027-10'), Month.parse('2027-11')];
      const one = supplyReport(byHour, { providerId, from, until });
      expect(one.rows).toEqual(hours.rows.filter((it) => it.month === from));
      const places = naivePlaces(events);
      for (const state of ['held', 'taken', 'letGo'] as const) {
        const expected = places.filter((it) => it.state === state).reduce((total, it) => total + minutesOf(it), 0);
        expect(Math.abs(sum(hours.rows, state) - expected)).toBeLessThan(3);
      }
      const beyond = places.filter((it) => it.state === 'taken' && it.overridden);
      const expected = beyond.reduce((total, it) => total + minutesOf(it), 0);
      expect(Math.abs(sum(hours.rows, 'overridden') - expected)).toBeLessThan(3);
      expect(sum(hours.rows, 'shared')).toBe(0);
      byHour.close();
      byNight.close();
    }),
    { numRuns: 120 },
  );
});

const opened = (capacity: number, offerIds: OfferId[]): ResourceEvent => ({
  type: 'ResourceOpened',
  data: { resourceId, providerId, offerIds, capacity, bufferMinutes: 0, travelMinutes: 0, openedAt: longAgo },
});
const open = (...spans: TimeSpan[]): ResourceEvent => ({
  type: 'TimesPublished',
  data: { resourceId, spans, publishedAt: longAgo },
});

test('the hour that the clock repeats is an hour, and the one that it skips is none', () => {
  const nightOut = span('2027-10-30T20:00:00Z', '2027-10-31T06:00:00Z');
  const nightIn = span('2028-03-25T20:00:00Z', '2028-03-26T06:00:00Z');
  const db = projected([[registered], [published()], [opened(1, [offerId]), open(nightOut, nightIn)]]);
  expect(supplyReport(db, { providerId, ...period }).rows).toMatchObject([
    { month: '2027-10', measure: 'minute', capacity: 600 },
    { month: '2028-03', measure: 'minute', capacity: 600 },
  ]);
});

test('a house of seven beds over the end of a month: each night on the day of arrival', () => {
  const stay = span('2027-05-28T12:00:00Z', '2027-06-03T09:00:00Z');
  const night = published({ form: 'F12', unit: 'night' });
  const place = holdPlace({ bookingId: booking(1), span: stay });
  const held: ResourceEvent = {
    type: 'PlaceHeld',
    data: {
      ...{ resourceId, offerId, bookingId: booking(1), householdId: place.householdId, span: stay },
      ...{ expiresAt: stay.from, heldAt: longAgo },
      terms: Terms.parse({
        ...{ offerId, providerId, form: 'F12', unit: 'night', quantity: 600, unitPriceCents: 1, priceCents: 6 },
        ...{ vat: 'exempt', bearer: 'guarantee', instant: true, needsHelper: false, providerMunicipality: '0603' },
      }),
    },
  };
  const taken: ResourceEvent = { type: 'PlaceTaken', data: { resourceId, bookingId: booking(1), takenAt: longAgo } };
  const early: ResourceEvent = {
    type: 'PlaceReleased',
    data: { resourceId, bookingId: booking(1), reason: 'cancelled', releasedAt: at('2027-06-01T10:00:00Z') },
  };
  const house = [opened(7, [offerId]), open(stay), held, taken];
  const whole = projected([[registered], [night], house]);
  expect(supplyReport(whole, { providerId, ...period }).rows).toMatchObject([
    { month: '2027-05', measure: 'night', capacity: 28, taken: 4 },
    { month: '2027-06', measure: 'night', capacity: 14, taken: 2 },
  ]);
  const left = projected([[registered], [night], [...house, early]]);
  expect(supplyReport(left, { providerId, ...period }).rows).toMatchObject([
    { month: '2027-05', taken: 4, letGo: 0 },
    { month: '2027-06', capacity: 14, taken: 0, letGo: 0 },
  ]);
});

test('what can be used for two forms counts for both, and says so, until one is withdrawn', () => {
  const other = OfferId.parse(derivedId('offer', 'second'));
  const second = published({ offerId: other, form: FormId.parse('F03') });
  const withdrawn: OfferEvent = {
    type: 'OfferWithdrawn',
    data: { offerId: other, withdrawnAt: at('2027-05-10T10:00:00Z') },
  };
  const times = open(span('2027-05-10T08:00:00Z', '2027-05-10T12:00:00Z'));
  const db = projected([[registered], [published()], [second, withdrawn], [opened(2, [offerId, other]), times]]);
  expect(supplyReport(db, { providerId, ...period }).rows).toMatchObject([
    { form: 'F01', capacity: 480, shared: 240 },
    { form: 'F03', capacity: 240, shared: 240 },
  ]);
});

test('a day that is closed is closed from the moment it was said', () => {
  const day = span('2027-05-10T06:00:00Z', '2027-05-10T16:00:00Z');
  const shut: ResourceEvent = {
    type: 'TimesWithdrawn',
    data: { resourceId, spans: [day], withdrawnAt: at('2027-05-10T12:00:00Z') },
  };
  const db = projected([[registered], [published()], [opened(1, [offerId]), open(day), shut]]);
  expect(supplyReport(db, { providerId, ...period }).rows).toMatchObject([{ capacity: 360 }]);
  expect(supplyReport(db, { providerId, from: Month.parse('2027-06'), until: Month.parse('2027-07') }).rows).toEqual(
    [],
  );
});
