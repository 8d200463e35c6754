import { randomBytes } from 'node:crypto';
import { type BookingChange, BookingFilter, type Bookings, integrationEvents, type Quote } from '@adempauze/contracts';
import { createInProcessBus, machineTimer } from '@adempauze/event-bus';
import { replicaOf } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, type Instant, type Outcome, UnavailableError } from '@adempauze/kernel';
import { createVault } from '@adempauze/personal-data';
import { comesTrue, openSharedHouse, type SharedHouse } from '@adempauze/process/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  personIdOf,
  requestOf,
  resourceIdOf,
} from './examples.fixtures.ts';
import { bookingsPublication } from './integration/publication.ts';
import { mostHeld } from './requesting/held-limit.ts';
import type { BookingsDependencies } from './runtime.ts';
import { startBookings } from './service.ts';
import { createTrialOffers, trialOffersPublication } from './trial-offers.fixtures.ts';

/* Two replicas over one log, one key store and one inbox, each with a vault and a read model of its own. */

const householdId = householdIdOf('fatima');
const bookingId = bookingIdOf('one');
const log = { warn: () => undefined, error: () => undefined };
const covered: Quote = { ownCostCents: 0, coverage: 'covered', lines: [], refusals: [] };

let now: Instant;
const clock = () => now;
let shared: SharedHouse['shared'];
let keys: SharedHouse['keys'];
let inbox: SharedHouse['inbox'];
let turns: SharedHouse['turns'];
let ended: SharedHouse['ended'];
let close: SharedHouse['close'];
let calls = 0;

beforeEach(async () => {
  now = at('2027-05-01T08:00:00Z');
  ({ shared, keys, inbox, turns, ended, close } = await openSharedHouse(clock));
});
afterEach(() => close());

const start = async (name: string, more: Partial<BookingsDependencies> = {}) => {
  const { store, deafen } = replicaOf(shared, name);
  const vault = createVault(keys, { randomBytes });
  const bus = createInProcessBus({
    store,
    publications: [
      bookingsPublication,
      trialOffersPublication,
      { service: 'matching', categories: ['match'], publish: () => undefined },
    ],
    schemas: integrationEvents,
  });
  const offers = createTrialOffers(store, clock, 5);
  const runtime = await startBookings({
    ...{ store, bus, vault, offers, clock, inbox, log, turns: turns.member(name) },
    forgetKey: vault.forget,
    invoicing: { quoteBooking: async () => ({ accepted: true, position: undefined, value: covered }) },
    folder: ':memory:',
    sweepEveryMs: 1e9,
    ...more,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= runtime.close();
    return closing;
  };
  ended.push(bus.close, close);
  return { ...runtime, close, deafen, vault, offers };
};
const call = (word?: string): CallContext => {
  calls += 1;
  const commandId = derivedId('command', word ?? calls);
  return { commandId, correlationId: commandId, actor: 'account-fatima' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const typesOf = async (stream: string) => (await shared.read(stream)).events.map(({ type }) => type);

test('a booking is asked of one replica, confirmed by the other, and each shows it', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  yes(await two.api.requestBooking(requestOf(bookingId), call()));
  const confirmed = await two.api.confirmBooking({ bookingId }, call());
  expect(yes(confirmed).status).toBe('confirmed');
  expect((await one.api.findBooking({ bookingId }))?.status).toBe('confirmed');
  const waitFor = confirmed.accepted ? confirmed.position : undefined;
  const filter = BookingFilter.parse({ householdId, waitFor, page: {} });
  for (const { api } of [one, two])
    expect((await api.listBookings(filter)).items.map(({ item }) => item.status)).toEqual(['confirmed']);
  // The reactor of the first heard that the place was taken, and did not know who was confirming it.
  await Promise.all([one.settled(), two.settled()]);
  expect((await typesOf(`booking-${bookingId}`)).filter((type) => type === 'BookingConfirmed').length).toBe(1);
  expect(await one.rebuildAndCompare(':memory:')).toEqual([]);
});

test('the same command at two replicas at once is one command', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  const both = [one, two, one, two].map(({ api }) => api.requestBooking(requestOf(bookingId), call('the same')));
  const views = (await Promise.all(both)).map(yes);
  expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1);
  expect(await typesOf(`booking-${bookingId}`)).toEqual(['BookingRequested']);
});

test('who watches a booking is told of changes, whichever replica made them', async () => {
  const [one, two] = [await start('one'), await start('two')];
  const told: Record<string, BookingChange[]> = { one: [], two: [] };
  one.api.watchBooking(bookingId, (change) => told.one?.push(change));
  const stop = two.api.watchBooking(bookingId, (change) => told.two?.push(change));
  yes(await one.api.registerHousehold(fatima(), call()));
  yes(await one.api.requestBooking(requestOf(bookingId), call()));
  yes(await two.api.confirmBooking({ bookingId }, call()));
  await comesTrue(() => told.one?.length === 2 && told.two?.length === 2);
  expect(told.one).toEqual(told.two);
  expect(told.two?.map(({ what }) => what)).toEqual(['booking-requested', 'booking-confirmed']);
  stop();
});

test('a person who is forgotten through one replica is gone from the memory of the other', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  // Both have decoded her, and have her key at hand.
  for (const { api } of [one, two])
    expect((await api.findHousehold({ householdId }))?.caregiver.name).toBe('Fatima Zandstra');
  yes(await two.api.requestBooking(requestOf(bookingId), call()));
  yes(await one.api.forgetPerson({ personId: personIdOf('fatima-caregiver') }, call()));
  await Promise.all([one.settled(), two.settled()]);
  for (const { api } of [one, two]) expect((await api.findHousehold({ householdId }))?.caregiver.name).toBeNull();
  expect(codeOf(await two.api.requestBooking(requestOf(bookingIdOf('two')), call()))).toBe('person-forgotten');
  expect(codeOf(await two.api.registerHousehold(fatima(), call()))).not.toBe('accepted');
  await expect(two.vault.prepare([personIdOf('fatima-caregiver')])).rejects.toHaveProperty(
    'name',
    'PersonForgottenError',
  );
  expect((await two.api.findBooking({ bookingId }))?.status).toBe('cancelled');
});

test('what a replica left half done is finished by the one whose turn it becomes', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  yes(await one.api.requestBooking(requestOf(bookingId), call()));
  await Promise.all([one.settled(), two.settled()]);
  // Nobody works while the place is taken, and the replica that took it is gone before it says so.
  await one.close();
  expect([one.working(), two.working()]).toEqual([false, true]);
  yes(await two.offers.takePlace({ bookingId, resourceId: resourceIdOf('worker') }, call()));
  await comesTrue(async () => (await two.api.findBooking({ bookingId }))?.status === 'confirmed');
});

test('a deadline that passed is acted upon once, by the replica whose turn it is', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  yes(await two.api.requestBooking(requestOf(bookingId), call()));
  await Promise.all([one.settled(), two.settled()]);
  now = afternoon.from;
  await two.nudge();
  expect((await one.api.findBooking({ bookingId }))?.status).toBe('held');
  await turns.pass();
  await two.nudge();
  await Promise.all([one.settled(), two.settled()]);
  expect((await one.api.findBooking({ bookingId }))?.status).toBe('expired');
  expect((await typesOf(`booking-${bookingId}`)).filter((type) => type === 'BookingExpired').length).toBe(1);
});

test('what is parked shows on every replica, and what is done with it stands in the log', async () => {
  const broken = async () => {
    throw new TypeError('no answer that anybody knows');
  };
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  yes(await one.api.requestBooking(requestOf(bookingId), call()));
  one.offers.releasePlace = broken;
  const cancel: Parameters<Bookings['cancelBooking']>[0] = { bookingId, by: 'caregiver' };
  await one.api.cancelBooking(cancel, call()).catch(() => undefined);
  await comesTrue(async () => (await two.parked.list({ first: 10 })).items.length === 1);
  const [message] = (await two.parked.list({ first: 10 })).items;
  const id = message?.id ?? 0;
  await expect(two.parked.replay(id, 'account-operator')).rejects.toThrow(UnavailableError);
  await turns.pass();
  expect(await two.parked.replay(id, 'account-operator')).toMatchObject({ replayed: 1, left: 0 });
  for (const { listActions } of [one, two]) {
    expect((await listActions({ first: 10 })).items.map(({ item }) => item)).toMatchObject([
      { type: 'ParkedMessageReplayed', messageId: id, by: 'account-operator', eventType: 'BookingCancelled' },
    ]);
  }
});

test('a yes under way in one replica is left to it, so that the same command later hears yes again', async () => {
  const waits = Promise.withResolvers<void>();
  await start('one', {
    timer(ms, then) {
      // The reactor of this replica has heard of the place, and leaves the other its moment.
      if (ms === 50) waits.resolve();
      return machineTimer(ms, then);
    },
  });
  const offers = createTrialOffers(replicaOf(shared, 'two').store, clock, 5);
  const two = await start('two', {
    offers: {
      ...offers,
      async takePlace(input, context) {
        const taken = await offers.takePlace(input, context);
        await waits.promise;
        return taken;
      },
    },
  });
  yes(await two.api.registerHousehold(fatima(), call()));
  yes(await two.api.requestBooking(requestOf(bookingId), call()));
  const confirm = call('confirm');
  yes(await two.api.confirmBooking({ bookingId }, confirm));
  yes(await two.api.cancelBooking({ bookingId, by: 'caregiver' }, call()));
  expect(codeOf(await two.api.confirmBooking({ bookingId }, confirm))).toBe('accepted');
  const { events } = await shared.read(`booking-${bookingId}`);
  expect(events.find(({ type }) => type === 'BookingConfirmed')?.metadata.commandId).toBe(confirm.commandId);
});

test('what is corrected at one replica counts at the other for the very next request (R26)', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  const asked: unknown[] = [];
  const { holdPlace } = two.offers;
  two.offers.holdPlace = (input, context) => {
    asked.push(input.traits);
    return holdPlace(input, context);
  };
  yes(await two.api.requestBooking(requestOf(bookingId), call()));
  const changedBy = 'account-fatima';
  yes(await one.api.changeCareNeed({ householdId, changedBy, recipient: { traits: ['wandering'] } }, call()));
  yes(await two.api.requestBooking(requestOf(bookingIdOf('next')), call()));
  expect(asked).toEqual([undefined, ['wandering']]);
});

test('of holds a replica knows its own at once and those of others with its read model, which is as far as it goes', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.registerHousehold(fatima(), call()));
  const ask = ({ api }: typeof one, name: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, number) => {
        const changes = { resourceId: resourceIdOf(`worker-${number % 100}-of-${name}`) };
        return codeOf(await api.requestBooking(requestOf(bookingIdOf(name, number), changes), call()));
      }),
    );
  const accepted = (codes: string[]) => codes.filter((code) => code === 'accepted').length;
  // What one has is known to two: together they stay within it.
  expect(accepted(await ask(one, 'before', 150))).toBe(150);
  await two.settled();
  const hears = [one.deafen(), two.deafen()];
  const [more, elsewhere] = await Promise.all([ask(one, 'one', 90), ask(two, 'two', 90)]);
  // Behind, each goes up to the limit by itself, and no further.
  expect([accepted(more), accepted(elsewhere)]).toEqual([mostHeld - 150, mostHeld - 150]);
  // A yes said here makes room here, before the read model has heard of the booking.
  yes(await one.api.confirmBooking({ bookingId: bookingIdOf('one', 0) }, call()));
  expect(accepted(await ask(one, 'after a yes', 3))).toBe(1);
  for (const hear of hears) hear();
  await Promise.all([one.settled(), two.settled()]);
  expect(accepted([...(await ask(one, 'late', 5)), ...(await ask(two, 'too late', 5))])).toBe(0);
});
