import { DeliveryId, JoinWaitingList, type WaitingView } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, type Span, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
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

/* Room comes, and who waits is offered it: nobody has to cancel for it. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const otherOfferId = offerIdOf('own-account');
const families = ['anna', 'bram', 'cora'] as const;
type Family = (typeof families)[number];
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** The third Saturday of June and those after it, from nine to twelve. */
const saturday = (week: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), week * 7 * 24 * hourMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};
const year = Array.from({ length: 50 }, (_, week) => saturday(week));
const wish = (word: Family, changes: Partial<JoinWaitingList> = {}) =>
  JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, placeOfService: 'recipient-home' },
    window: { from: at('2027-06-01T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
    ...{ requestedBy: `account-${word}`, ...changes },
  });
const open = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of ['fatima', ...families]) accepted(await world.api.registerHousehold(fatima(word), world.call()));
  return world;
};
const join = async (world: World, word: Family, changes: Partial<JoinWaitingList> = {}): Promise<void> => {
  accepted(await world.api.joinWaitingList(wish(word, changes), world.call()));
  world.pass(1000);
};
const waitingOf = async (world: World, word: Family, of = offerId): Promise<WaitingView> => {
  const found = await world.api.findWaiting({ offerId: of, waitingId: waitingIdOf(word) });
  if (found === undefined) throw new Error(`${word} does not wait.`);
  return found;
};
const offersTo = async (world: World, word: Family) =>
  (await waitingOf(world, word)).offers.map(({ span, outcome }) => [span.from, outcome]);
const liveOffer = async (world: World, word: Family) => {
  await world.until(async () => (await waitingOf(world, word)).offers.some(({ outcome }) => outcome === 'offered'));
  const found = (await waitingOf(world, word)).offers.find(({ outcome }) => outcome === 'offered');
  if (found === undefined) throw new Error(`${word} is offered nothing.`);
  return found;
};
const history = async (world: World, of = offerId) =>
  (await world.store.read(`waiting-${of}`)).events.map(({ type }) => type);
const nothingParked = async (world: World) => {
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
};

test('new times go to who waits longest; on when silent; until somebody takes it; and everybody sees why', async () => {
  const world = await open();
  for (const word of families) await join(world, word);
  await world.settled();
  await world.offers.publishTimes([offerId], resourceId, [saturday(0)]);
  expect(await liveOffer(world, 'anna')).toMatchObject({
    ...{ span: saturday(0), cause: 'times', why: { rule: 'longest', among: 3 } },
    until: plusMs(world.clock(), 4 * hourMs),
  });
  expect(await offersTo(world, 'bram')).toEqual([]);
  await world.settled();
  world.pass(4 * hourMs + 1000);
  await world.nudge();
  const toBram = await liveOffer(world, 'bram');
  expect(toBram.why).toEqual({ rule: 'longest', among: 2 });
  accepted(await world.api.confirmBooking({ bookingId: toBram.bookingId }, world.call()));
  await world.until(async () => (await waitingOf(world, 'bram')).status === 'served');
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([[saturday(0).from, 'silent']]);
  expect(await offersTo(world, 'cora')).toEqual([]);
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  expect((await world.api.findWaitingList({ offerId })).places).toMatchObject([
    { cause: 'times', status: 'taken', offeredTo: [{ why: { rule: 'longest' } }, { why: { rule: 'longest' } }] },
  ]);
  await nothingParked(world);
});

test('a year at once is one place for each who waits, at times of their own; a no is followed by the next', async () => {
  const world = await open();
  for (const word of families) await join(world, word);
  await world.settled();
  await world.offers.publishTimes([offerId], resourceId, year);
  await liveOffer(world, 'cora');
  await world.settled();
  for (const [week, word] of families.entries())
    expect(await offersTo(world, word)).toEqual([[saturday(week).from, 'offered']]);
  expect((await history(world)).filter((type) => type === 'PlaceFreed')).toHaveLength(3);

  const { bookingId } = await liveOffer(world, 'anna');
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await world.until(async () => (await offersTo(world, 'anna')).length === 2);
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([
    [saturday(3).from, 'offered'],
    [saturday(0).from, 'declined'],
  ]);
  expect((await world.offers.occupied(resourceId)).size).toBe(3);
  await nothingParked(world);
});

test('told twice, late or again after a crash it has no second effect', async () => {
  const world = await open();
  await join(world, 'anna');
  await world.settled();
  const { holdPlace, listTimesWithin } = world.offers;
  let failures = 2;
  world.offers.holdPlace = (it, context) => {
    failures -= 1;
    return failures >= 0 ? Promise.reject(new UnavailableError('offers is down')) : holdPlace(it, context);
  };
  await world.offers.publishTimes([offerId], resourceId, year);
  await liveOffer(world, 'anna');
  await world.settled();
  const before = await history(world);
  let looks = 0;
  world.offers.listTimesWithin = (it) => {
    looks += 1;
    return listTimesWithin(it);
  };
  await world.offers.publishTimes([offerId], resourceId, year, 'twice');
  await world.offers.publishTimes([offerId], resourceId, [saturday(1)], 'once more');
  await world.settled();
  expect(await history(world)).toEqual(before);
  // Who thinks about a place is not even looked for.
  expect(looks).toBe(0);
  expect(before).toEqual(['WaitingJoined', 'PlaceFreed', 'PlaceOffered', 'OfferHeld']);
  await nothingParked(world);
});

test('where nobody waits, and where it fits nobody, nothing is asked and nothing is recorded', async () => {
  const world = await open();
  let looks = 0;
  const { listTimesWithin } = world.offers;
  await join(world, 'anna', { offerId: otherOfferId });
  await world.settled();
  world.offers.listTimesWithin = (it) => {
    looks += 1;
    return listTimesWithin(it);
  };
  await world.offers.publishTimes([offerId], resourceId, year);
  await world.settled();
  expect(looks).toBe(0);
  expect(await history(world)).toEqual([]);
  await world.offers.publishTimes([otherOfferId], resourceIdOf('early'), [
    { from: at('2027-05-20T07:00:00Z'), until: at('2027-05-20T10:00:00Z') },
  ]);
  await world.settled();
  expect(looks).toBe(0);
  expect(await history(world, otherOfferId)).toEqual(['WaitingJoined']);
});

test('a calendar that several offers share: whoever waits at any of them, and never two in one place', async () => {
  const world = await open();
  await join(world, 'anna');
  await join(world, 'bram', { offerId: otherOfferId });
  await world.settled();
  await world.offers.publishTimes([offerId, otherOfferId], resourceId, [saturday(0)]);
  const { bookingId } = await liveOffer(world, 'anna');
  await world.settled();
  expect((await waitingOf(world, 'bram', otherOfferId)).offers).toEqual([]);
  // She lets it go; offers tells of the room for the other offer, as it does when a booking of another offer ends.
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await world.offers.publishTimes([otherOfferId], resourceId, [saturday(0)], 'another offer let go of it');
  await world.until(async () => (await waitingOf(world, 'bram', otherOfferId)).offers[0]?.outcome === 'offered');
  await world.settled();
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  expect(await offersTo(world, 'anna')).toEqual([[saturday(0).from, 'declined']]);
});

test('who comes to wait for what is free is offered it at once, and by the rules', async () => {
  const world = await open();
  await world.offers.publishTimes([offerId], resourceId, [saturday(0)]);
  await world.settled();
  await join(world, 'anna');
  expect(await liveOffer(world, 'anna')).toMatchObject({ cause: 'free', why: { rule: 'only', among: 1 } });
  // For Bram there is nothing left, and Anna is not disturbed.
  await join(world, 'bram');
  await world.settled();
  expect(await offersTo(world, 'bram')).toEqual([]);
  expect(await offersTo(world, 'anna')).toEqual([[saturday(0).from, 'offered']]);
});

test('a freed place that is too long for who waits is looked at for a part that is not', async () => {
  const world = await open();
  const booked = { ...requestOf(bookingIdOf('long'), { offerId, resourceId }), span: saturday(0) };
  accepted(await world.api.requestBooking(booked, world.call()));
  accepted(await world.api.confirmBooking({ bookingId: booked.bookingId }, world.call()));
  const part = { from: saturday(0).from, until: plusMs(saturday(0).from, hourMs) };
  await world.offers.publishTimes([offerId], resourceId, [part]);
  await join(world, 'anna', { maxMinutes: 60 });
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([]);
  accepted(await world.api.cancelBooking({ bookingId: booked.bookingId, by: 'caregiver' }, world.call()));
  expect(await liveOffer(world, 'anna')).toMatchObject({ span: part, cause: 'booking' });
});

test('who was there before goes before who has waited longer, and only there', async () => {
  const world = await open();
  const before = requestOf(bookingIdOf('before'), {
    ...{ householdId: householdIdOf('bram'), offerId, resourceId, requestedBy: 'account-bram' },
  });
  accepted(await world.api.requestBooking(before, world.call()));
  accepted(await world.api.confirmBooking({ bookingId: before.bookingId }, world.call()));
  world.moveTo(plusMs(before.span.until, hourMs));
  const deliveryId = DeliveryId.parse(derivedId('delivery'));
  const view = await world.api.findBooking({ bookingId: before.bookingId });
  accepted(
    await world.api.recordDelivery(
      { bookingId: before.bookingId, deliveryId, quantity: view?.terms.quantity ?? 0 },
      world.call(),
    ),
  );
  await world.settled();
  await join(world, 'anna');
  await join(world, 'bram');
  await world.settled();
  await world.offers.publishTimes([offerId], resourceId, [saturday(0)]);
  expect(await liveOffer(world, 'bram')).toMatchObject({ why: { rule: 'familiar', among: 2 } });
  await world.offers.publishTimes([offerId], resourceIdOf('another'), [saturday(1)]);
  expect(await liveOffer(world, 'anna')).toMatchObject({ span: saturday(1), why: { rule: 'only' } });
});
