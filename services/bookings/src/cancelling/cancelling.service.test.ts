import type { BookingView } from '@adempauze/contracts';
import { dayOf, hourMs, type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  bookingIdOf,
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
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** A confirmed booking for own account: EUR 160, free until two days before, after that half of it. */
const openBooked = async (): Promise<World> => {
  const world = await openWorld({
    quoteBooking: async () => ({
      ...{ accepted: true, position: undefined },
      value: { ownCostCents: 12_001, coverage: 'partly', lines: [], refusals: [] },
    }),
  });
  worlds.push(world);
  const { holdPlace } = world.offers;
  world.offers.holdPlace = async (it, context) => {
    const outcome = await holdPlace(it, context);
    if (!outcome.accepted) return outcome;
    return { ...outcome, value: { ...outcome.value, cancellation: { freeUntilHours: 48, lateSharePercent: 50 } } };
  };
  accepted(await world.api.registerHousehold(fatima(), world.call()));
  const place = { offerId: offerIdOf('own-account'), resourceId: resourceIdOf('worker') };
  accepted(await world.api.requestBooking(requestOf(bookingId, place), world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  return world;
};
const now = async ({ api }: World): Promise<BookingView | undefined> => api.findBooking({ bookingId });
const freeCancelUntil = plusMs(afternoon.from, -48 * hourMs);
/** What others were told of the cancellation. */
const told = async ({ store }: World) => {
  const { events } = await store.read(`booking-${bookingId}`);
  return events.find(({ type }) => type === 'BookingCancelled')?.data.late;
};

test('until the moment agreed it is free; what it costs after that is shown first, and has to be accepted', async () => {
  const world = await openBooked();
  const { api } = world;
  expect(await now(world)).toMatchObject({ cancelCostCents: 0, freeCancelUntil });
  world.moveTo(plusMs(freeCancelUntil, hourMs));
  expect(await now(world)).toMatchObject({ cancelCostCents: 6001 });
  const cancel = { bookingId, by: 'caregiver' as const };
  expect(await api.cancelBooking({ ...cancel, acceptCostCents: 6000 }, world.call())).toMatchObject({
    ...{
      accepted: false,
      rejection: { code: 'cancelling-costs', facts: { ownCostCents: 6001, freeUntil: freeCancelUntil } },
    },
  });
  expect(await now(world)).toMatchObject({ status: 'confirmed' });
  const outcome = accepted(await api.cancelBooking({ ...cancel, acceptCostCents: 6001 }, world.call()));
  expect(outcome).toMatchObject({ status: 'cancelled', cancelCostCents: 6001, endReason: null });
  expect(await told(world)).toMatchObject({ owedCents: 8000, ownCostCents: 6001, bearer: 'own' });
  // Again is the same, and the list says so too.
  expect(accepted(await api.cancelBooking(cancel, world.call()))).toMatchObject({ cancelCostCents: 6001 });
  await world.settled();
  const { items } = await api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 5 } });
  expect(items[0]?.item).toEqual(await now(world));
});

test('in time it costs nothing', async () => {
  const world = await openBooked();
  world.moveTo(freeCancelUntil);
  const outcome = await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call());
  expect(accepted(outcome)).toMatchObject({ status: 'cancelled', cancelCostCents: 0 });
  expect(await told(world)).toBeUndefined();
});

test('a provider who takes its word back says why, and nobody pays', async () => {
  const world = await openBooked();
  world.moveTo(plusMs(freeCancelUntil, hourMs));
  const cancel = { bookingId, by: 'provider' as const, reason: 'no-staff' as const };
  expect(accepted(await world.api.cancelBooking(cancel, world.call()))).toMatchObject({
    ...{ status: 'cancelled', cancelCostCents: 0, endReason: 'no-staff' },
  });
  expect(await told(world)).toBeUndefined();
  await world.settled();
  const { items } = await world.api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 5 } });
  expect(items[0]?.item.endReason).toBe('no-staff');
  expect(await world.api.unmetBySource({})).toMatchObject([{ source: 'declined', reason: 'no-staff', form: 'F01' }]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('after a death or admission nothing is owed, whoever is the first to cancel', async () => {
  for (const first of ['the process', 'the caregiver'] as const) {
    const world = await openBooked();
    world.moveTo(plusMs(freeCancelUntil, hourMs));
    const ending = { householdId: householdIdOf('fatima'), ending: 'death' as const, on: dayOf(world.clock()) };
    const end = world.api.endCare({ ...ending, endedBy: 'account-fatima' }, world.call());
    if (first === 'the process') await end;
    await world.api.cancelBooking({ bookingId, by: 'caregiver', acceptCostCents: 0 }, world.call());
    await end;
    await world.until(async () => (await now(world))?.status === 'cancelled');
    if (first === 'the process') expect(await told(world)).toBeUndefined();
    expect((await now(world))?.cancelCostCents).toBe(0);
  }
});

test('moving it changes when, and not what cancelling costs: too late before is too late after', async () => {
  const world = await openBooked();
  const { api } = world;
  const days = (count: number) => ({
    from: plusMs(afternoon.from, count * 24 * hourMs),
    until: plusMs(afternoon.until, count * 24 * hourMs),
  });
  const move = async (count: number) =>
    accepted(await api.rescheduleBooking({ bookingId, span: days(count) }, world.call()));
  const free = plusMs(days(1).from, -48 * hourMs);
  // In time: free until so many hours before it begins, whenever that is by then.
  expect(await move(1)).toMatchObject({ cancelCostCents: 0, freeCancelUntil: free });
  world.moveTo(plusMs(free, hourMs));
  expect(await move(20)).toMatchObject({ cancelCostCents: 6001, freeCancelUntil: free });
  expect(await move(30)).toMatchObject({ cancelCostCents: 6001, freeCancelUntil: free });
  await world.settled();
  const [listed] = (await api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 1 } })).items;
  expect(listed?.item).toEqual(await now(world));
  const cancel = { bookingId, by: 'caregiver' as const };
  expect(await api.cancelBooking(cancel, world.call())).toMatchObject({
    rejection: { code: 'cancelling-costs', facts: { ownCostCents: 6001, freeUntil: free } },
  });
  accepted(await api.cancelBooking({ ...cancel, acceptCostCents: 6001 }, world.call()));
  expect(await told(world)).toMatchObject({ owedCents: 8000, ownCostCents: 6001 });
  await world.settled();
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});
