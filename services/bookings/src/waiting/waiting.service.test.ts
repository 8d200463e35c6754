import { JoinWaitingList } from '@adempauze/contracts';
import { hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const bookingId = bookingIdOf('one');
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const families = ['fatima', 'anna', 'bram', 'cora'] as const;
type Family = (typeof families)[number];
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const wish = (word: Family, lane: 'urgent' | 'normal' = 'normal') =>
  JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, lane },
    window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
    ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}` },
  });
const waitingOf = async (world: World, word: Family) => {
  const found = await world.api.findWaiting({ offerId, waitingId: waitingIdOf(word) });
  if (found === undefined) throw new Error(`${word} does not wait.`);
  return found;
};
/** A world in which Fatima has the afternoon, and Anna, Bram and Cora (urgent) wait for it. */
const openFull = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of families) accepted(await world.api.registerHousehold(fatima(word), world.call()));
  accepted(await world.api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  for (const word of ['anna', 'bram'] as const) {
    accepted(await world.api.joinWaitingList(wish(word), world.call()));
    world.pass(1000);
  }
  accepted(await world.api.joinWaitingList(wish('cora', 'urgent'), world.call()));
  return world;
};
const isOffered = (world: World, word: Family) =>
  world.until(async () => {
    const [offer] = (await waitingOf(world, word)).offers;
    return offer !== undefined && (await world.api.findBooking({ bookingId: offer.bookingId }))?.status === 'held';
  });

test('a freed place goes round: the urgent first, on when silent or declined, until somebody takes it', async () => {
  const world = await openFull();
  const { api } = world;
  expect(await waitingOf(world, 'bram')).toMatchObject({ aheadUrgent: 1, aheadLonger: 1, offers: [] });
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await isOffered(world, 'cora');
  const [toCora] = (await waitingOf(world, 'cora')).offers;
  expect(toCora).toMatchObject({ span: afternoon, outcome: 'offered' });
  expect((await waitingOf(world, 'anna')).offers).toEqual([]);

  // Cora says nothing for four hours.
  await world.settled();
  world.pass(4 * hourMs + 1000);
  await world.nudge();
  await isOffered(world, 'anna');
  expect((await waitingOf(world, 'cora')).offers).toMatchObject([{ outcome: 'silent' }]);
  // Anna does not want it.
  const [toAnna] = (await waitingOf(world, 'anna')).offers;
  accepted(await api.cancelBooking({ bookingId: toAnna?.bookingId ?? bookingId, by: 'caregiver' }, world.call()));
  await isOffered(world, 'bram');
  const [toBram] = (await waitingOf(world, 'bram')).offers;
  accepted(await api.confirmBooking({ bookingId: toBram?.bookingId ?? bookingId }, world.call()));
  await world.until(async () => (await waitingOf(world, 'bram')).status === 'served');
  expect((await world.offers.occupied(resourceId)).size).toBe(1);

  const list = await api.findWaitingList({ offerId });
  expect(list.waiting.map(({ waitingId }) => waitingId)).toEqual([waitingIdOf('cora'), waitingIdOf('anna')]);
  expect(list.places).toMatchObject([
    {
      status: 'taken',
      span: afternoon,
      offeredTo: [{ outcome: 'silent' }, { outcome: 'declined' }, { outcome: 'taken' }],
    },
  ]);
  await world.settled();
  await world.settled();
  expect(await api.listWaiting({ householdId: householdIdOf('bram') })).toEqual([]);
  expect(await api.listWaiting({ householdId: householdIdOf('anna') })).toMatchObject([{ aheadUrgent: 1 }]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  // What was taken may come free again: then it goes round anew.
  accepted(await api.cancelBooking({ bookingId: toBram?.bookingId ?? bookingId, by: 'caregiver' }, world.call()));
  await world.until(async () => (await waitingOf(world, 'cora')).offers.length === 2);
});

test('while it is offered nobody else can have it; who finds it first by searching has it, and the list says so', async () => {
  const world = await openFull();
  const { api, offers } = world;
  const { holdPlace } = offers;
  // Between the cancellation and the offer somebody else is quicker.
  let quicker = true;
  offers.holdPlace = async (it, context) => {
    if (quicker && it.householdId === householdIdOf('cora')) {
      quicker = false;
      const other = requestOf(bookingIdOf('quick'), { span: afternoon });
      accepted(await api.requestBooking(other, world.call()));
    }
    return holdPlace(it, context);
  };
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await world.until(async () => (await api.findWaitingList({ offerId })).places[0]?.status === 'gone');
  expect(await waitingOf(world, 'cora')).toMatchObject({ status: 'waiting', offers: [{ outcome: 'refused' }] });
  // The quick one lets it go, and it goes round.
  accepted(await api.cancelBooking({ bookingId: bookingIdOf('quick'), by: 'caregiver' }, world.call()));
  await world.until(async () => (await waitingOf(world, 'cora')).offers.some(({ outcome }) => outcome === 'offered'));
  const late = await api.requestBooking(requestOf(bookingIdOf('late'), { span: afternoon }), world.call());
  expect(late).toMatchObject({ accepted: false, rejection: { code: 'place-taken' } });
});

test('broken off before the place was held for who it is offered to, it goes on by itself', async () => {
  const world = await openFull();
  const { holdPlace } = world.offers;
  let failures = 3;
  world.offers.holdPlace = (it, context) => {
    if (failures === 0) return holdPlace(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await isOffered(world, 'cora');
  await world.settled();
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('whose time to answer passed before their place could be held is passed over; the list goes on, and others can join', async () => {
  const world = await openFull();
  const { api, offers } = world;
  const { holdPlace } = offers;
  let isDown = true;
  offers.holdPlace = async (it, context) => {
    if (isDown) throw new UnavailableError('offers is down');
    // As offers does: nothing is held until a moment that has passed.
    if (it.expiresAt <= world.clock()) return { accepted: false, rejection: { code: 'hold-expired', facts: {} } };
    return holdPlace(it, context);
  };
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await world.until(async () => (await api.findWaitingList({ offerId })).places.length === 1);
  world.pass(5 * hourMs);
  isDown = false;
  accepted(await api.joinWaitingList({ ...wish('fatima'), minMinutes: 600, maxMinutes: 700 }, world.call()));
  await isOffered(world, 'anna');
  const [toAnna] = (await waitingOf(world, 'anna')).offers;
  expect(toAnna).toMatchObject({ span: afternoon, outcome: 'offered', until: plusMs(world.clock(), 4 * hourMs) });
  expect((await waitingOf(world, 'cora')).offers).toMatchObject([{ outcome: 'refused' }]);
  await world.settled();
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('a booking that is there already is found, also when the time to answer has passed meanwhile', async () => {
  const world = await openFull();
  const { api, store } = world;
  const { append } = store;
  let isLost = true;
  // Held and written, and broken off before the list heard of it.
  store.append = async (stream, events, options) => {
    if (isLost && events.some(({ type }) => type === 'OfferHeld')) {
      world.pass(5 * hourMs);
      isLost = false;
      throw new UnavailableError('the log is down');
    }
    return append(stream, events, options);
  };
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await isOffered(world, 'anna');
  // They were asked, and said nothing in time.
  expect((await waitingOf(world, 'cora')).offers).toMatchObject([{ outcome: 'silent' }]);
});

test('who leaves is asked no more', async () => {
  const world = await openFull();
  const left = await world.api.leaveWaitingList({ offerId, waitingId: waitingIdOf('cora') }, world.call());
  expect(accepted(left)).toMatchObject({ status: 'left' });
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await isOffered(world, 'anna');
  expect((await waitingOf(world, 'cora')).offers).toEqual([]);
  expect((await waitingOf(world, 'anna')).offers[0]?.until).toBe(plusMs(world.clock(), 4 * hourMs));
});
