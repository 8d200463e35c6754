import { ActivateBackup, ActivationId, type Backup, BookingId } from '@adempauze/contracts';
import { derivedId, hourMs, minuteMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
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
const openWithFatima = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  await world.api.registerHousehold(fatima('jan'), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const householdId = householdIdOf('fatima');
const activationId = ActivationId.parse(derivedId('activation', 'one'));
const backup = (resource: string, offer = 'block-care'): Backup => ({
  ...{ offerId: offerIdOf(offer), resourceId: resourceIdOf(resource), placeOfService: 'recipient-home' },
});
const name = (world: World, ...backups: readonly Backup[]) =>
  world.api.nameBackups({ householdId, backups: [...backups], agreedBy: 'account-fatima' }, world.call());
const activate = (world: World, asked: object, word = 'activate') =>
  world.api.activateBackup(
    ActivateBackup.parse({ activationId, householdId, requestedBy: 'account-fatima', ...asked }),
    world.call(word),
  );
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const settle = async (world: World) => {
  for (let turn = 0; turn < 3; turn += 1) await world.settled();
};
const tasks = async (world: World) => (await world.api.listTasks({ householdId, done: false })).map(({ kind }) => kind);
/** Somebody else has this worker already. */
const isTaken = (world: World, resource: string) =>
  world.api.requestBooking(
    requestOf(bookingIdOf('jan', resource), { householdId: householdIdOf('jan'), resourceId: resourceIdOf(resource) }),
    world.call(),
  );
const next = { from: plusMs(afternoon.from, 24 * hourMs), until: plusMs(afternoon.until, 24 * hourMs) };

test('a booking that dropped out is taken over by the first backup that is free, in one action (R23)', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(codeOf(await activate(world, { bookingIds: [bookingId] }, 'early'))).toBe('booking-still-stands');
  accepted(await api.cancelBooking({ bookingId, by: 'provider' }, world.call()));
  expect(codeOf(await activate(world, { bookingIds: [bookingId] }, 'nobody yet'))).toBe('no-backup-named');

  accepted(await name(world, backup('neighbour'), backup('aunt')));
  accepted(await isTaken(world, 'neighbour'));
  const called = accepted(await activate(world, { bookingIds: [bookingId], spans: [next] }));
  expect(called.dates).toMatchObject([
    {
      ...{ insteadOf: bookingId, status: 'found', bookingStatus: 'confirmed', span: afternoon },
      tried: [{ code: 'place-taken' }],
    },
    { insteadOf: null, status: 'found', bookingStatus: 'confirmed', span: next, tried: [] },
  ]);
  const found = await api.findBooking({ bookingId: BookingId.parse(called.dates[0]?.bookingId) });
  expect(found).toMatchObject({ resourceId: resourceIdOf('aunt'), partOf: { kind: 'backup', id: activationId } });
  expect(accepted(await activate(world, { bookingIds: [bookingId], spans: [next] }, 'again'))).toEqual(called);
  expect(codeOf(await activate(world, { spans: [next] }, 'other'))).toBe('already-exists');
  const mine = { activationId: ActivationId.parse(derivedId('activation', 'two')), householdId: householdIdOf('jan') };
  expect(codeOf(await activate(world, { ...mine, bookingIds: [bookingId] }, 'jan'))).toBe('booking-not-found');
  await settle(world);
  expect(await tasks(world)).toEqual([]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('where none of them is free the contact person is told', async () => {
  const world = await openWithFatima();
  accepted(await name(world, backup('neighbour'), backup('aunt')));
  await isTaken(world, 'neighbour');
  await isTaken(world, 'aunt');
  const { dates } = accepted(await activate(world, { spans: [afternoon] }));
  expect(dates).toMatchObject([{ status: 'nobody', bookingId: null, tried: [{}, {}] }]);
  await settle(world);
  expect(await tasks(world)).toEqual(['backup-not-free']);
  // One time that nobody could come is demand that was not met once, however many were asked (R35).
  const unmet = await world.api.unmetDemand({});
  expect(unmet.reduce((sum, { count }) => sum + count, 0)).toBe(1);
});

test('a backup that says no after all makes way for the next', async () => {
  const world = await openWithFatima();
  accepted(await name(world, backup('house', 'on-acceptance'), backup('aunt')));
  const { dates } = accepted(await activate(world, { spans: [afternoon] }));
  expect(dates).toMatchObject([{ status: 'found', bookingStatus: 'awaiting-acceptance' }]);
  const bookingId = BookingId.parse(dates[0]?.bookingId);
  accepted(await world.api.declineBooking({ bookingId, reason: 'closed' }, world.call()));
  await settle(world);
  const next = await world.api.findActivation({ activationId });
  expect(next?.dates).toMatchObject([{ bookingStatus: 'confirmed', tried: [{ code: 'backup-fell-away' }] }]);
  // The family itself cancels: nobody else is called for that.
  const second = BookingId.parse(next?.dates[0]?.bookingId);
  accepted(await world.api.cancelBooking({ bookingId: second, by: 'caregiver' }, world.call()));
  await settle(world);
  expect((await world.api.findActivation({ activationId }))?.dates[0]?.bookingId).toBe(second);
  expect(await tasks(world)).toEqual([]);
});

test('with few people around, the contact person is asked to name a backup, until there is one', async () => {
  const world = await openWithFatima();
  const note = (smallNetwork: boolean) => world.api.noteNetwork({ householdId, smallNetwork }, world.call());
  expect(await world.api.findBackups({ householdId })).toMatchObject({ backups: [], smallNetwork: null });
  accepted(await note(true));
  await settle(world);
  expect(await tasks(world)).toEqual(['name-backup']);
  accepted(await name(world, backup('aunt')));
  accepted(await name(world, backup('aunt')));
  await settle(world);
  expect(await tasks(world)).toEqual([]);
  const view = await world.api.findBackups({ householdId });
  expect(view).toMatchObject({ smallNetwork: true, agreedBy: 'account-fatima', backups: [{ form: 'F01' }] });
  world.pass(hourMs);
  accepted(await name(world));
  await settle(world);
  expect(await tasks(world)).toEqual(['name-backup']);
  accepted(await note(false));
  await settle(world);
  expect(await tasks(world)).toEqual([]);
  expect(codeOf(await name(world, backup('somebody', 'volunteer')))).toBe('helper-offer-has-no-places');
  expect(codeOf(await name(world, backup('beds', 'guest-house')))).toBe('place-of-service-mismatch');
  const { findResource } = world.offers;
  const without = { aunt: async () => undefined, house: findResource };
  world.offers.findResource = without.aunt;
  expect(codeOf(await name(world, backup('aunt')))).toBe('resource-not-found');
  world.offers.findResource = async (it) => {
    const resource = await without.house(it);
    return resource && { ...resource, offerIds: [offerIdOf('on-acceptance')] };
  };
  expect(codeOf(await name(world, backup('aunt')))).toBe('resource-not-found');
  expect(codeOf(await name(world, backup('aunt', 'on-acceptance')))).toBe('accepted');
});

test('nobody is called for a time that has begun, and for one that is named twice one comes', async () => {
  const world = await openWithFatima();
  accepted(await name(world, backup('neighbour'), backup('aunt')));
  const { dates } = accepted(await activate(world, { spans: [afternoon, next, afternoon] }));
  expect(dates).toMatchObject([
    { span: afternoon, status: 'found' },
    { span: next, status: 'found' },
  ]);
  world.moveTo(afternoon.from);
  const late = { activationId: ActivationId.parse(derivedId('activation', 'late')) };
  expect(codeOf(await activate(world, { ...late, spans: [next, afternoon] }, 'late'))).toBe('time-in-the-past');
  await settle(world);
  expect(await tasks(world)).toEqual([]);
  // What was asked in time is the same when it is asked again.
  expect(codeOf(await activate(world, { spans: [afternoon, next, afternoon] }, 'again'))).toBe('accepted');
});

test('where nobody came, a backup comes for the time that is left', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  accepted(await name(world, backup('aunt')));
  world.moveTo(plusMs(afternoon.from, 10 * minuteMs));
  accepted(await api.recordNoCare({ bookingId, reason: 'provider-could-not' }, world.call()));
  const called = accepted(await activate(world, { bookingIds: [bookingId] }));
  const left = { from: plusMs(afternoon.from, 15 * minuteMs), until: afternoon.until };
  expect(called.dates).toMatchObject([{ insteadOf: bookingId, span: left, bookingStatus: 'confirmed' }]);
  world.pass(hourMs);
  expect(accepted(await activate(world, { bookingIds: [bookingId] }, 'again'))).toEqual(called);
  world.moveTo(afternoon.until);
  const late = { activationId: ActivationId.parse(derivedId('activation', 'late')), bookingIds: [bookingId] };
  expect(codeOf(await activate(world, late, 'late'))).toBe('time-in-the-past');
});

test('broken off while it asks, it goes on by itself', async () => {
  const world = await openWithFatima();
  accepted(await name(world, backup('neighbour'), backup('aunt')));
  await isTaken(world, 'neighbour');
  const { takePlace } = world.offers;
  let failures = 2;
  world.offers.takePlace = (it, context) => {
    if (failures === 0) return takePlace(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(activate(world, { spans: [afternoon] })).rejects.toThrow(UnavailableError);
  const found = async () => (await world.api.findActivation({ activationId }))?.dates[0];
  await world.until(async () => (await found())?.status === 'found');
  expect(await found()).toMatchObject({ bookingStatus: 'confirmed', tried: [{ code: 'place-taken' }] });
  await settle(world);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});
