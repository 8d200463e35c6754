import { DeliveryId } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  delft,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const bookingId = bookingIdOf('one');
const resourceId = resourceIdOf('worker');
const householdId = householdIdOf('fatima');
const nextDay = { from: plusMs(afternoon.from, 24 * hourMs), until: plusMs(afternoon.until, 24 * hourMs) };
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
/** A world in which Fatima has a confirmed afternoon. */
const openConfirmed = async (offer = 'block-care'): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  accepted(await world.api.requestBooking(requestOf(bookingId, { offerId: offerIdOf(offer) }), world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  return world;
};
const tasks = async (world: World) => {
  await world.settled();
  await world.settled();
  return world.api.listTasks({ householdId, done: false });
};

test('a booking moves in one step: the old place is free, the new one is taken, nothing else changes', async () => {
  const world = await openConfirmed();
  const { api } = world;
  const before = await api.findBooking({ bookingId });
  const moved = accepted(
    await api.rescheduleBooking({ bookingId, span: nextDay, placeOfService: 'caregiver-home' }, world.call('move')),
  );
  expect(moved).toMatchObject({ status: 'confirmed', span: nextDay, placeOfService: 'caregiver-home' });
  expect(moved).toMatchObject({ municipality: delft.municipality, terms: before?.terms, quote: before?.quote });
  expect((await world.offers.occupied(resourceId)).get(bookingId)).toMatchObject({ span: nextDay, taken: true });
  const again = await api.rescheduleBooking(
    { bookingId, span: nextDay, placeOfService: 'caregiver-home' },
    world.call(),
  );
  expect(accepted(again)).toEqual(moved);
  // The request of the beginning, heard once more, is the same booking; another wish under its id is not.
  expect(accepted(await api.requestBooking(requestOf(bookingId), world.call()))).toEqual(moved);
  expect(codeOf(await api.requestBooking({ ...requestOf(bookingId), span: nextDay }, world.call()))).toBe(
    'already-exists',
  );
  await world.settled();
  const [listed] = (await api.listBookings({ householdId, page: { first: 5 } })).items;
  expect(listed?.item).toEqual(moved);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('what does not fit there stays where it was', async () => {
  const world = await openConfirmed();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingIdOf('other'), { span: nextDay }), world.call()));
  const move = async (span: typeof nextDay) => codeOf(await api.rescheduleBooking({ bookingId, span }, world.call()));
  expect(await move(nextDay)).toBe('place-taken');
  expect(await move({ from: nextDay.from, until: plusMs(nextDay.until, hourMs) })).toBe('move-same-length');
  expect(await move({ from: at('2027-04-30T11:00:00Z'), until: at('2027-04-30T15:00:00Z') })).toBe('time-in-the-past');
  expect(await api.findBooking({ bookingId })).toMatchObject({ status: 'confirmed', span: afternoon });
  expect((await world.offers.occupied(resourceId)).get(bookingId)).toMatchObject({ span: afternoon, taken: true });
  // And later it may yet move.
  accepted(await api.cancelBooking({ bookingId: bookingIdOf('other'), by: 'caregiver' }, world.call()));
  expect(await move(nextDay)).toBe('accepted');
  const asks = await openConfirmed('on-acceptance');
  expect(codeOf(await asks.api.rescheduleBooking({ bookingId, span: nextDay }, asks.call()))).toBe(
    'booking-cannot-move',
  );
});

test('broken off between asking and moving, it goes on by itself', async () => {
  const world = await openConfirmed();
  const { movePlace } = world.offers;
  let failures = 2;
  world.offers.movePlace = (it, context) => {
    if (failures === 0) return movePlace(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(world.api.rescheduleBooking({ bookingId, span: nextDay }, world.call())).rejects.toThrow(
    UnavailableError,
  );
  await world.until(async () => (await world.api.findBooking({ bookingId }))?.span.from === nextDay.from);
  expect((await world.offers.occupied(resourceId)).get(bookingId)?.span).toEqual(nextDay);
});

test('a confirmed booking waits for its provider once it is over, then for the contact person, and is recorded all the same', async () => {
  const world = await openConfirmed();
  const { api } = world;
  await world.settled();
  world.moveTo(plusMs(afternoon.until, hourMs));
  expect(await api.findBooking({ bookingId })).toMatchObject({
    ...{ recordBy: '2027-05-05T15:00:00.000Z', step: { actor: 'provider', since: afternoon.until } },
  });
  await world.nudge();
  expect(await tasks(world)).toEqual([]);
  world.moveTo(at('2027-05-05T15:00:00Z'));
  await world.nudge();
  expect(await tasks(world)).toMatchObject([{ kind: 'record-overdue', bookingId }]);
  const overdue = await api.findBooking({ bookingId });
  expect(overdue).toMatchObject({ status: 'confirmed', step: { actor: 'contact-person' } });
  expect((await api.listBookings({ householdId, page: { first: 5 } })).items[0]?.item).toEqual(overdue);
  await world.nudge();
  expect(await tasks(world)).toHaveLength(1);
  const deliveryId = DeliveryId.parse(derivedId('delivery', 'late'));
  const recorded = accepted(await api.recordDelivery({ bookingId, deliveryId, quantity: 400 }, world.call()));
  expect(recorded).toMatchObject({ status: 'delivered', recordBy: null, step: { actor: 'nobody' } });
});

test('care that was not given is said gently: no delivery, no cost, no demand, and the rest of the time is free', async () => {
  const world = await openConfirmed();
  const { api } = world;
  const record = async () => codeOf(await api.recordNoCare({ bookingId, reason: 'family-could-not' }, world.call()));
  expect(await record()).toBe('care-not-begun');
  world.moveTo(plusMs(afternoon.from, hourMs));
  expect([await record(), await record()]).toEqual(['accepted', 'accepted']);
  expect(await api.findBooking({ bookingId })).toMatchObject({ status: 'not-given', delivery: null, recordBy: null });
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
  const deliveryId = DeliveryId.parse(derivedId('delivery', 'none'));
  expect(codeOf(await api.recordDelivery({ bookingId, deliveryId, quantity: 100 }, world.call()))).toBe(
    'booking-not-confirmed',
  );
  await world.settled();
  expect(await api.unmetDemand({})).toEqual([]);
});
