import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integrationEvents, OfferId, OffersApi, ProviderId, ResourceId, WorkerId } from '@adempauze/contracts';
import { createInProcessBus } from '@adempauze/event-bus';
import type { EventStore, SourceEvent } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { type CallContext, type Day, derivedId, type Instant, type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  booking,
  holdPlace,
  now,
  offerId,
  openResource,
  providerId,
  publishBeds,
  publishOffer,
  publishTimes,
  registerProvider,
  resourceId,
  searchOffers,
  span,
} from './examples.fixtures.ts';
import { offersPublication, startOffers } from './index.ts';

const workerId = WorkerId.parse(derivedId('worker'));
const day = (text: string) => text as Day;
let calls = 0;
const call = (commandId?: string): CallContext => {
  calls += 1;
  return { commandId: commandId ?? derivedId('call', calls), correlationId: 'test', actor: 'account-1' };
};
const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

const yes = <V>(outcome: Outcome<V>): V => {
  if (!outcome.accepted) throw new Error(outcome.rejection.code);
  return outcome.value;
};
const codeOf = (outcome: Outcome<unknown>) => (outcome.accepted ? 'yes' : outcome.rejection.code);

const start = async (options: { store?: EventStore; folder?: string; at?: Instant; sweepEveryMs?: number } = {}) => {
  let time = options.at ?? now;
  const clock = () => time;
  const store = options.store ?? (await openTestStore({ clock }));
  if (options.store === undefined) ended.push(() => store.close());
  const folder = options.folder ?? ':memory:';
  const runtime = await startOffers({ store, clock, folder, sweepEveryMs: options.sweepEveryMs ?? 1e9 });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= runtime.close());
  ended.push(close);
  const move = (to: Instant) => {
    time = to;
  };
  return { ...runtime, store, close, move };
};

const tuesday = span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z');
const openShop = async ({ api }: Awaited<ReturnType<typeof start>>, capacity = 1) => {
  yes(await api.registerProvider(registerProvider(), call()));
  yes(await api.publishOffer(publishOffer(), call()));
  yes(await api.openResource(openResource({ capacity }), call()));
  yes(await api.publishTimes(publishTimes(tuesday), call()));
};

test('from registration to a place that is taken, and every answer fits the contract', async () => {
  const { api, settled, ...rest } = await start();
  const provider = yes(await api.registerProvider(registerProvider(), call()));
  expect(OffersApi.operations.registerProvider.value.parse(provider)).toEqual(provider);
  const offer = yes(await api.publishOffer(publishOffer(), call()));
  expect(OffersApi.operations.publishOffer.value.parse(offer)).toEqual(offer);
  expect(offer).toMatchObject({ providerName: 'De Linde', status: 'published' });
  expect(yes(await api.openResource(openResource(), call())).openings).toEqual([]);
  const resource = yes(await api.publishTimes(publishTimes(tuesday), call()));
  expect(OffersApi.operations.publishTimes.value.parse(resource)).toEqual(resource);

  const { items } = await api.search(searchOffers());
  expect(OffersApi.operations.search.output.parse({ items, hasMore: false }).items).toEqual(items);
  const time = items[0]?.item.times[0];
  if (time === undefined) throw new Error('A time was published.');
  const hold = holdPlace({ span: time.span });
  const terms = yes(await api.holdPlace(hold, call()));
  expect(OffersApi.operations.holdPlace.value.parse(terms)).toEqual(terms);
  expect(terms).toMatchObject({ quantity: time.quantity, priceCents: time.priceCents, instant: true });
  expect(yes(await api.askTerms(hold, call()))).toEqual(terms);
  expect((await api.findResource({ resourceId }))?.occupied).toMatchObject([{ state: 'held', bookingId: booking(1) }]);
  yes(await api.extendHold({ resourceId, bookingId: booking(1), expiresAt: at('2027-05-03T12:00:00Z') }, call()));
  yes(await api.takePlace({ resourceId, bookingId: booking(1) }, call()));

  await settled();
  expect((await api.listResources({ providerId, page: { first: 20 } })).items[0]?.item.occupied).toEqual([
    { bookingId: booking(1), span: time.span, state: 'taken', expiresAt: null },
  ]);
  expect((await api.listOffers({ providerId, page: { first: 20 } })).items.map(({ item }) => item)).toEqual([offer]);
  expect((await api.listOffers({ page: { first: 20 } })).items).toHaveLength(1);
  expect((await api.listProviders({ page: { first: 20 } })).items.map(({ item }) => item)).toEqual([provider]);
  expect(await api.findOffer({ offerId })).toEqual(offer);
  expect(await api.findProvider({ providerId })).toEqual(provider);
  expect(rest.status()).toMatchObject({ readModels: { ok: true }, deadlines: { ok: true } });
  expect(await rest.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what is published, freed or withdrawn is known to search when the command is answered', async () => {
  const shop = await start();
  const { api } = shop;
  const times = async () => (await api.search(searchOffers({ timesPerOffer: 20 }))).items[0]?.item.times.length ?? 0;
  await openShop(shop);
  expect(await times()).toBe(10);
  yes(await api.holdPlace(holdPlace(), call()));
  expect(await times()).toBe(3);
  yes(await api.releasePlace({ resourceId, bookingId: booking(1), reason: 'cancelled' }, call()));
  expect(await times()).toBe(10);
  yes(await api.withdrawTimes(publishTimes(tuesday), call()));
  expect(await times()).toBe(0);
  yes(await api.publishTimes(publishTimes(tuesday), call()));
  yes(await api.withdrawOffer({ offerId }, call()));
  expect(await times()).toBe(0);
  expect(codeOf(await api.holdPlace(holdPlace(), call()))).toBe('offer-withdrawn');
  expect(codeOf(await api.askTerms(holdPlace(), call()))).toBe('offer-withdrawn');
});

test('every command sent twice changes nothing, under its own id and under another', async () => {
  const shop = await start();
  const { api, store } = shop;
  const place = { resourceId, bookingId: booking(1) };
  const tariff = { ...publishOffer().tariff, from: '2027-06-01' as never, priceCents: 2500 };
  const { expiresAt: _, ...hold } = holdPlace();
  const moved = { ...hold, span: span('2027-05-04T08:00:00Z', '2027-05-04T11:30:00Z') };
  const steps: ((context: CallContext) => Promise<Outcome<unknown>>)[] = [
    (context) => api.registerProvider(registerProvider(), context),
    (context) => api.publishOffer(publishOffer(), context),
    (context) => api.changeTariff({ offerId, tariff }, context),
    (context) => api.changePayerTariff({ offerId, tariff: { ...tariff, payer: 'insurer' } }, context),
    (context) => api.changeOffer({ offerId, changes: { summary: 'Met een kop koffie' } }, context),
    (context) => api.openResource(openResource(), context),
    (context) => api.publishTimes(publishTimes(tuesday), context),
    (context) => api.withdrawTimes(publishTimes(span('2027-05-04T14:00:00Z', '2027-05-04T15:00:00Z')), context),
    (context) => api.holdPlace(holdPlace(), context),
    (context) => api.movePlace({ ...moved, resourceId }, context),
    (context) => api.extendHold({ ...place, expiresAt: at('2027-05-03T10:00:00Z') }, context),
    (context) => api.takePlace(place, context),
    (context) => api.releasePlace({ ...place, reason: 'cancelled' }, context),
    (context) => api.setCapacity({ resourceId, capacity: 2 }, context),
    (context) => api.rosterWorker({ resourceId, workerId, span: tuesday }, context),
    (context) => api.unrosterWorker({ resourceId, workerId, span: tuesday }, context),
    (context) => api.readCalendar({ resourceId, text: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR' }, context),
    (context) => api.closeDays({ resourceId, days: { from: day('2027-05-10'), until: day('2027-05-11') } }, context),
    (context) => api.reopenDays({ resourceId, days: { from: day('2027-05-10'), until: day('2027-05-11') } }, context),
    (context) => api.withdrawOffer({ offerId }, context),
  ];
  const length = async () =>
    (await store.readAll({ categories: ['provider', 'offer', 'resource'], maxCount: 1000 })).events.length;
  for (const [i, step] of steps.entries()) {
    const context = call();
    const first = yes(await step(context));
    expect(await length()).toBe(i + 1);
    expect(yes(await step(context))).toEqual(first);
    expect(yes(await step(call()))).toEqual(first);
    expect(await length()).toBe(i + 1);
  }
});

test('a repeat of a hold that is long gone answers with its terms', async () => {
  const shop = await start();
  await openShop(shop);
  const context = call();
  const terms = yes(await shop.api.holdPlace(holdPlace(), context));
  yes(await shop.api.releasePlace({ resourceId, bookingId: booking(1), reason: 'cancelled' }, call()));
  expect(yes(await shop.api.holdPlace(holdPlace(), context))).toEqual(terms);
});

test('who may sell what', async () => {
  const shop = await start();
  const { api } = shop;
  expect(codeOf(await api.publishOffer(publishOffer(), call()))).toBe('provider-not-found');
  await openShop(shop);
  const helper = publishOffer({ offerId: OfferId.parse(derivedId('helper')), form: 'F06', needsHelper: true });
  yes(await api.publishOffer(helper, call()));
  const other = ResourceId.parse(derivedId('other'));
  expect(codeOf(await api.openResource(openResource({ resourceId: other, offerIds: [helper.offerId] }), call()))).toBe(
    'helper-offer-has-no-places',
  );
  const stranger = ProviderId.parse(derivedId('stranger'));
  expect(codeOf(await api.openResource(openResource({ resourceId: other, providerId: stranger }), call()))).toBe(
    'offer-not-found',
  );
  expect(codeOf(await api.holdPlace(holdPlace({ at: { lat: 53.2, lon: 6.5 } }), call()))).toBe('outside-travel-range');
  expect(codeOf(await api.holdPlace(holdPlace({ offerId: OfferId.parse(derivedId('none')) }), call()))).toBe(
    'offer-not-found',
  );
  expect(codeOf(await api.holdPlace(holdPlace({ resourceId: other }), call()))).toBe('resource-not-found');
  expect(yes(await api.askTerms({ ...holdPlace(), offerId: helper.offerId }, call()))).toMatchObject({
    needsHelper: true,
  });
});

test('twenty callers for the last two beds: two have one, the others hear that somebody was first', async () => {
  const shop = await start();
  const { api } = shop;
  yes(await api.registerProvider(registerProvider(), call()));
  yes(await api.publishOffer(publishBeds(), call()));
  yes(await api.openResource(openResource({ capacity: 2 }), call()));
  yes(await api.publishTimes(publishTimes(span('2027-05-10T12:00:00Z', '2027-05-20T09:00:00Z')), call()));
  const stay = span('2027-05-14T12:00:00Z', '2027-05-17T09:00:00Z');
  const holds = Array.from({ length: 20 }, (_, i) => holdPlace({ bookingId: booking(i), span: stay }));
  const answers = await Promise.all(holds.map((data) => api.holdPlace(data, call())));
  expect(answers.map(codeOf).sort()).toEqual([...Array(18).fill('place-taken'), 'yes', 'yes']);
  const taken = await Promise.all(holds.map(({ bookingId }) => api.takePlace({ resourceId, bookingId }, call())));
  expect(taken.filter(({ accepted }) => accepted)).toHaveLength(2);
  expect((await api.findResource({ resourceId }))?.occupied.map((it) => it.state)).toEqual(['taken', 'taken']);
});

test('two processes on one log never give a place away twice', async () => {
  const first = await start();
  await openShop(first);
  const second = await start({ store: first.store });
  const race = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? first : second).api.holdPlace(holdPlace({ bookingId: booking(i) }), call()),
    ),
  );
  expect(race.filter(({ accepted }) => accepted)).toHaveLength(1);
  for (const shop of [first, second]) {
    await shop.settled();
    expect(await shop.rebuildAndCompare(':memory:')).toEqual([]);
  }
});

test('a hold that passes is free at once, and others hear of it', async () => {
  const shop = await start();
  await openShop(shop);
  const { api, store } = shop;
  const bus = createInProcessBus({ store, publications: [offersPublication], schemas: integrationEvents });
  const heard: SourceEvent[] = [];
  const expired = Promise.withResolvers<void>();
  const types = Object.keys(integrationEvents).filter((it) => it.startsWith('offers.'));
  const subscription = bus.source({ name: 'test', types }).subscribe({
    after: undefined,
    onBatch: ({ events }) => {
      heard.push(...events);
      if (events.some((it) => it.type === 'offers.place-released.v1')) expired.resolve();
    },
  });
  ended.push(() => subscription.close());

  yes(await api.holdPlace(holdPlace(), call()));
  await shop.settled();
  shop.move(plusMs(holdPlace().expiresAt, 0));
  expect((await api.findResource({ resourceId }))?.occupied).toEqual([]);
  expect(codeOf(await api.takePlace({ resourceId, bookingId: booking(1) }, call()))).toBe('hold-expired');
  const { items } = await api.search(searchOffers({ timesPerOffer: 1 }));
  expect(items[0]?.item.times[0]?.span).toEqual(holdPlace().span);
  await shop.nudge();
  await expired.promise;
  expect(heard.map((it) => it.type)).toEqual([
    'offers.provider-registered.v1',
    'offers.offer-published.v1',
    'offers.room-came.v1',
    'offers.place-held.v1',
    'offers.place-released.v1',
  ]);
  expect(heard.at(-1)?.data).toEqual({ resourceId, bookingId: booking(1), reason: 'expired' });
});

test('started again it finds everything, and ends the holds that passed in between', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-offers-'));
  ended.push(async () => rmSync(folder, { recursive: true, force: true }));
  const before = await start({ folder });
  await openShop(before);
  yes(await before.api.holdPlace(holdPlace(), call()));
  await before.settled();
  await before.close();

  const later = plusMs(holdPlace().expiresAt, 60_000);
  const again = await start({ folder, store: before.store, at: later });
  const { items } = await again.api.search(searchOffers({ timesPerOffer: 1 }));
  expect(items).toMatchObject([{ item: { offer: { offerId, providerName: 'De Linde' } } }]);
  const holdEnded = Promise.withResolvers<void>();
  const subscription = before.store.subscribe({
    categories: ['resource'],
    onBatch: ({ events }) => {
      if (events.some((it) => it.type === 'HoldExpired')) holdEnded.resolve();
    },
  });
  await holdEnded.promise;
  await subscription.close();
  await again.settled();
  expect(await again.rebuildAndCompare(':memory:')).toEqual([]);
  again.forgetCaches();
  expect(
    codeOf(await again.api.holdPlace(holdPlace({ bookingId: booking(2), expiresAt: plusMs(later, 9e5) }), call())),
  ).toBe('yes');
});

test('several places in one decision, and the same answer when it is asked again', async () => {
  const shop = await start();
  const { api } = shop;
  await openShop(shop);
  const { bookingId: _, span: __, ...need } = holdPlace();
  const places = [
    span('2027-05-04T07:00:00Z', '2027-05-04T09:00:00Z'),
    span('2027-05-11T07:00:00Z', '2027-05-11T09:00:00Z'),
  ];
  const command = {
    ...need,
    mode: 'fitting',
    places: places.map((it, i) => ({ bookingId: booking(i), span: it })),
  } as const;
  const context = call();
  const answer = yes(await api.holdPlaces({ ...command, places: [...command.places] }, context));
  expect(OffersApi.operations.holdPlaces.value.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({
    held: [{ bookingId: booking(0), terms: { quantity: 200 } }],
    refused: [{ bookingId: booking(1), code: 'time-not-offered' }],
  });
  expect(yes(await api.holdPlaces({ ...command, places: [...command.places] }, context))).toEqual(answer);
  const later = {
    resourceId,
    bookingIds: [booking(0)],
    expiresAt: plusMs(need.expiresAt, 60_000),
    mode: 'all',
  } as const;
  expect(yes(await api.extendHolds({ ...later, bookingIds: [...later.bookingIds] }, call()))).toEqual({
    ...{ kept: [booking(0)], refused: [] },
  });
  const taking = { resourceId, bookingIds: [booking(0), booking(1)], mode: 'fitting' as const };
  const again = call();
  const head = async () => (await shop.store.read(`resource-${resourceId}`)).events.length;
  const before = await head();
  const taken = yes(await api.takePlaces(taking, again));
  expect(OffersApi.operations.takePlaces.value.parse(taken)).toEqual(taken);
  expect(taken).toEqual({
    kept: [booking(0)],
    refused: [{ bookingId: booking(1), code: 'hold-not-found', facts: {} }],
  });
  expect(yes(await api.takePlaces(taking, again))).toEqual(taken);
  expect(yes(await api.takePlaces(taking, call()))).toEqual(taken);
  expect(await head()).toBe(before + 1);
  expect(codeOf(await api.takePlaces({ ...taking, mode: 'all' }, call()))).toBe('hold-not-found');
  yes(await api.releasePlaces({ resourceId, bookingIds: [booking(0), booking(1)], reason: 'cancelled' }, call()));
  expect((await api.findResource({ resourceId }))?.occupied).toEqual([]);
});

test('moved in one step: others hear of it, search knows it, and the terms are those of the new time', async () => {
  const shop = await start();
  const { api } = shop;
  await openShop(shop);
  yes(await api.holdPlace(holdPlace(), call()));
  yes(await api.takePlace({ resourceId, bookingId: booking(1) }, call()));
  const { expiresAt: _, ...wish } = holdPlace({ span: span('2027-05-04T12:00:00Z', '2027-05-04T14:00:00Z') });
  expect(yes(await api.movePlace(wish, call()))).toMatchObject({ quantity: 200 });
  const { items } = await api.search(searchOffers({ timesPerOffer: 1 }));
  expect(items[0]?.item.times[0]?.span.from).toBe(at('2027-05-04T07:00:00Z'));
  await shop.settled();
  expect(await shop.rebuildAndCompare(':memory:')).toEqual([]);
});

test('beyond capacity, knowingly: recorded with who did it and why, and seen in the calendar', async () => {
  const shop = await start();
  const { api, store } = shop;
  await openShop(shop);
  yes(await api.holdPlace(holdPlace(), call()));
  yes(await api.overrideCapacity({ ...holdPlace({ bookingId: booking(2) }), reason: 'palliative' }, call()));
  expect((await api.findResource({ resourceId }))?.occupied.map((it) => it.override)).toEqual([
    undefined,
    'palliative',
  ]);
  const [event] = (await store.read(`resource-${resourceId}`)).events.slice(-1);
  expect(event).toMatchObject({
    type: 'CapacityOverridden',
    data: { reason: 'palliative' },
    metadata: { actor: 'account-1' },
  });
  const days = { from: day('2027-05-04'), until: day('2027-05-05') };
  const timeline = await api.findOccupancy({ resourceId, days });
  expect(timeline?.find(({ overridden }) => overridden > 0)).toMatchObject({
    capacity: 1,
    held: 2,
    taken: 0,
    open: true,
  });
  expect(timeline?.[0]).toMatchObject({ held: 0, open: false });
  expect(await api.findOccupancy({ resourceId: ResourceId.parse(derivedId('none')), days })).toBeUndefined();
  await shop.settled();
  expect(await shop.rebuildAndCompare(':memory:')).toEqual([]);
});

test('rules are expanded, and further as days go by; an offer that nobody confirms leaves search, and its provider hears', async () => {
  const shop = await start();
  const { api, store } = shop;
  await openShop(shop);
  const rule = {
    kind: 'weekly',
    weekday: 2,
    from: '09:00',
    until: '17:00',
    everyWeeks: 1,
    startsOn: day('2027-05-03'),
  } as const;
  const rules = { resourceId, rules: [rule], exceptDays: [], holidays: 'closed', aheadDays: 28 } as const;
  yes(await api.setAvailability({ ...rules, rules: [rule], exceptDays: [] }, call()));
  await shop.settled();
  const openings = async () => (await api.findResource({ resourceId }))?.openings.length;
  const before = await openings();
  shop.move(plusMs(now, 15 * 86_400_000));
  await shop.nudge();
  expect(await openings()).toBe(before);
  const found = async () =>
    (await api.search(searchOffers({ from: plusMs(now, 89 * 86_400_000), until: plusMs(now, 100 * 86_400_000) }))).items
      .length;
  await shop.settled();
  shop.move(plusMs(now, 88 * 86_400_000));
  await shop.nudge();
  await shop.settled();
  expect(await found()).toBe(1);
  shop.move(plusMs(now, 90 * 86_400_000));
  await shop.settled();
  await shop.nudge();
  await shop.settled();
  expect(await found()).toBe(0);
  const types = (await store.read(`offer-${offerId}`)).events.map((it) => it.type);
  expect(types).toEqual(['OfferPublished', 'OfferWentStale']);
  yes(await api.confirmOffer({ offerId }, call()));
  await shop.settled();
  expect(await found()).toBe(1);
  await shop.settled();
  expect(await shop.rebuildAndCompare(':memory:')).toEqual([]);
});

test('whom a provider does not take in is known to it alone', async () => {
  const { api } = await start();
  yes(await api.registerProvider(registerProvider(), call()));
  const offer = yes(await api.publishOffer(publishOffer({ exclusions: ['wandering'] }), call()));
  expect(JSON.stringify(offer)).not.toContain('wandering');
  expect(await api.findExclusions({ offerId })).toEqual(['wandering']);
  expect(JSON.stringify(await api.askTerms({ ...holdPlace(), traits: ['wandering'] }, call()))).not.toContain('wander');
});
