import { randomBytes } from 'node:crypto';
import { integrationEvents, type Quote, RequestSeries } from '@adempauze/contracts';
import { createInProcessBus } from '@adempauze/event-bus';
import { replicaOf } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, type Outcome, UnavailableError } from '@adempauze/kernel';
import { createVault } from '@adempauze/personal-data';
import { comesTrue, openSharedHouse, type SharedHouse } from '@adempauze/process/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { bookingsPublication } from '../integration/publication.ts';
import { startBookings } from '../service.ts';
import { createTrialOffers, trialOffersPublication } from '../trial-offers.fixtures.ts';

/* A series on two replicas over one log, in the same moment, or one after the other stopped. */

const clock = () => at('2027-01-30T08:00:00Z');
const log = { warn: () => undefined, error: () => undefined };
const covered: Quote = { ownCostCents: 0, coverage: 'covered', lines: [], refusals: [] };
const seriesId = seriesIdOf('one');
const resourceId = resourceIdOf('worker');

let house: SharedHouse;
let calls = 0;
beforeEach(async () => {
  house = await openSharedHouse(clock);
});
afterEach(() => house.close());

const call = (word?: string): CallContext => {
  calls += 1;
  const commandId = derivedId('command', word ?? calls);
  return { commandId, correlationId: commandId, actor: 'account-fatima' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const start = async (name: string) => {
  const replica = replicaOf(house.shared, name).store;
  let isStopped = false;
  const append: typeof replica.append = async (...all) => {
    if (isStopped) throw new UnavailableError('stopped');
    return replica.append(...all);
  };
  const store = { ...replica, append };
  const publications = [
    ...[bookingsPublication, trialOffersPublication],
    { service: 'matching', categories: ['match'], publish: () => undefined },
  ];
  const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
  const vault = createVault(house.keys, { randomBytes });
  const offers = createTrialOffers(store, clock, 1);
  const runtime = await startBookings({
    ...{ store, bus, vault, offers, clock, inbox: house.inbox, log, turns: house.turns.member(name) },
    forgetKey: vault.forget,
    invoicing: { quoteBooking: async () => ({ accepted: true, position: undefined, value: covered }) },
    folder: ':memory:',
    sweepEveryMs: 1e9,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= runtime.close();
    return closing;
  };
  house.ended.push(bus.close, close);
  return {
    ...{ ...runtime, offers, close },
    /** From now on it writes nothing. */
    stop() {
      isStopped = true;
    },
  };
};
const asked = RequestSeries.parse({
  ...{ seriesId, householdId: householdIdOf('fatima'), offerId: offerIdOf('block-care'), resourceId },
  rule: { from: '2027-02-01', until: '2027-07-30', weekdays: [1, 3, 5], startsAt: '14:00', endsAt: '17:30' },
  ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
});
const openTwo = async () => {
  const replicas = [await start('one'), await start('two')] as const;
  const [{ api }] = replicas;
  yes(await api.registerHousehold(fatima(), call()));
  const { dates } = yes(await api.requestSeries(asked, call('ask')));
  expect(dates.length).toBeGreaterThan(70);
  return { replicas, dates };
};
const eventsOf = async (category: string, wanted: string) => {
  const { events } = await house.shared.readAll({ categories: [category], maxCount: 2000 });
  return events.flatMap(({ type, data }) => (type === wanted ? [String(data.bookingId)] : []));
};
const onceEach = (ids: readonly string[]) => [ids.length, new Set(ids).size];

test('a yes that reaches both, twice, takes each place once and confirms each date once', async () => {
  const { replicas, dates } = await openTwo();
  const views = await Promise.all(
    ['yes', 'yes', 'another yes', 'another yes'].map((word, n) => {
      const { api } = n % 2 === 0 ? replicas[0] : replicas[1];
      return api.confirmSeries({ seriesId }, call(word));
    }),
  );
  for (const view of views) yes(view);
  for (const { api, settled, parked } of replicas) {
    await settled();
    const view = await api.findSeries({ seriesId });
    expect(new Set(view?.dates.map(({ status, skipped }) => `${status} ${skipped}`))).toEqual(
      new Set(['confirmed null']),
    );
    expect((await parked.list({ first: 5 })).items).toEqual([]);
  }
  expect(onceEach(await eventsOf('resource', 'PlaceTaken'))).toEqual([dates.length, dates.length]);
  expect(onceEach(await eventsOf('booking', 'BookingConfirmed'))).toEqual([dates.length, dates.length]);
});

test('stopped with its places taken and nothing written, the other replica confirms every date', async () => {
  const { replicas, dates } = await openTwo();
  const [one, two] = replicas;
  const { takePlaces } = one.offers;
  one.offers.takePlaces = async (it, context) => {
    const answer = await takePlaces(it, context);
    one.stop();
    return answer;
  };
  await expect(one.api.confirmSeries({ seriesId }, call('yes'))).rejects.toThrow(UnavailableError);
  expect(await eventsOf('booking', 'BookingConfirmed')).toEqual([]);
  expect(await eventsOf('resource', 'PlaceTaken')).toHaveLength(dates.length);
  await one.close();
  await comesTrue(async () => (await eventsOf('booking', 'BookingConfirmed')).length === dates.length);
  await two.settled();
  // The same yes, sent again by who never heard an answer.
  const again = yes(await two.api.confirmSeries({ seriesId }, call('yes')));
  expect(new Set(again.dates.map(({ status }) => status))).toEqual(new Set(['confirmed']));
  expect(onceEach(await eventsOf('booking', 'BookingConfirmed'))).toEqual([dates.length, dates.length]);
});
