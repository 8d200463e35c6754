import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BookingFilter, CareWishes, DeliveryId } from '@adempauze/contracts';
import { createSqliteEventStore } from '@adempauze/event-store';
import { derivedId, hourMs, type Outcome, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import {
  afternoon,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  requestOf,
  resourceIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const householdId = householdIdOf('fatima');
const caregiverId = personIdOf('fatima-caregiver');
const recipientId = personIdOf('fatima-recipient');
const given = bookingIdOf('given');
const coming = bookingIdOf('coming');

/** Names, places, contact data, health and free text of the example; long enough not to turn up by chance. */
const words = [
  ...[
    'Fatima',
    'Zandstra',
    '0612345678',
    'fatima.zandstra',
    'Hendrik',
    'birthYear',
    'dementia',
    'insulin',
    'wandering',
    'moroccan',
    'Sonneveld',
  ],
  ...['zwemmen', 'verjaardag', 'Rijswijk', 'Delft', '"lat"', 'Ria de Boer', 'somewhat'],
];

const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};

/** Every word that stands readable in a file of the folder, with the file. */
const readableIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      return words.filter((word) => bytes.includes(word)).map((word) => `${entry.name}: ${word}`);
    });

/** A household with care that was given and care to come. */
const live = async (world: World): Promise<void> => {
  const { api } = world;
  const { recipient, ...household } = fatima();
  const needs = { highRiskActs: ['insulin-injection' as const], traits: ['wandering' as const] };
  const wishes = CareWishes.parse({ cultures: ['moroccan'], womanPreferred: true });
  accepted(await api.registerHousehold({ ...household, wishes, recipient: { ...recipient, ...needs } }, world.call()));
  const contactPerson = { accountId: 'account-lead', name: 'Ria de Boer', organisation: 'Steunpunt' };
  accepted(await api.changeContactPerson({ householdId, contactPerson }, world.call()));
  accepted(await api.requestBooking(requestOf(given), world.call()));
  accepted(await api.confirmBooking({ bookingId: given }, world.call()));
  const evening = { from: plusMs(afternoon.until, 20 * hourMs), until: plusMs(afternoon.until, 24 * hourMs) };
  accepted(await api.requestBooking(requestOf(coming, { span: evening }), world.call()));
  accepted(await api.confirmBooking({ bookingId: coming }, world.call()));
  world.moveTo(afternoon.until);
};
const deliver = (world: World) =>
  world.api.recordDelivery(
    {
      ...{ bookingId: given, deliveryId: DeliveryId.parse(derivedId('delivery')), quantity: 400 },
      ...{ caregiverRested: 'somewhat', recipientAtEase: 'yes' },
    },
    world.call(),
  );
const page = BookingFilter.shape.page.parse({});

test('nothing of a person is readable in any file, and after forgetting nobody can read it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookings-'));
  const world = await openWorld({ folder });
  const { api } = world;
  await live(world);
  accepted(await deliver(world));
  await world.settled();
  expect(readableIn(folder)).toEqual([]);
  expect((await api.findHousehold({ householdId }))?.caregiver.name).toBe('Fatima Zandstra');

  const forget = (personId = caregiverId) => api.forgetPerson({ personId }, world.call());
  const forgotten = accepted(await forget());
  expect(forgotten).toEqual({
    personId: caregiverId,
    cancelledBookings: [coming],
    kept: ['deliveries-and-costs', 'invoices'],
  });
  await world.settled();
  expect(accepted(await forget())).toEqual(forgotten);
  expect(accepted(await forget(recipientId)).cancelledBookings).toEqual([]);
  await world.settled();

  expect(await api.findHousehold({ householdId })).toMatchObject({
    caregiver: { name: null, phone: null, email: null, place: null, accountId: null },
    recipient: { name: null, birthYear: null, conditions: null, place: null, careProfile: null },
    needProfile: null,
    contactPerson: { name: null, accountId: 'account-lead' },
  });
  expect(await api.findBooking({ bookingId: given })).toMatchObject({
    status: 'delivered',
    purpose: null,
    delivery: { quantity: 400 },
  });
  expect(await api.findBooking({ bookingId: coming })).toMatchObject({ status: 'cancelled' });
  expect((await world.offers.occupied(resourceIdOf('worker'))).has(coming)).toBe(false);
  const listed = await api.listBookings({ householdId, page });
  expect(listed.items.map(({ item }) => item.purpose)).toEqual([null, null]);
  expect((await api.listHouseholds({ accountId: 'account-fatima', page })).items).toEqual([]);
  expect((await api.listHouseholds({ accountId: 'account-lead', page })).items).toHaveLength(1);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  await world.close();

  expect(readableIn(folder)).toEqual([]);
  const again = await openWorld({ folder });
  expect((await again.api.findHousehold({ householdId }))?.recipient.name).toBeNull();
  expect(await again.rebuildAndCompare(':memory:')).toEqual([]);
  await again.close();
  rmSync(folder, { recursive: true });
});

test('nobody who was forgotten is registered or books again, and what was given is still settled', async () => {
  const world = await openWorld();
  const { api } = world;
  await live(world);
  accepted(await api.forgetPerson({ personId: caregiverId }, world.call()));
  const codeOf = (outcome: Outcome<unknown>) => (outcome.accepted ? 'accepted' : outcome.rejection.code);
  const other = fatima('other');
  const registered = { ...other, caregiver: { ...other.caregiver, personId: caregiverId } };
  expect(codeOf(await api.registerHousehold(registered, world.call()))).toBe('person-forgotten');
  expect(codeOf(await api.registerHousehold(fatima(), world.call()))).toBe('person-forgotten');
  const request = requestOf(bookingIdOf('new'), {
    span: { from: plusMs(world.clock(), hourMs), until: plusMs(world.clock(), 2 * hourMs) },
  });
  expect(codeOf(await api.requestBooking(request, world.call()))).toBe('person-forgotten');
  const { contactPerson } = fatima();
  expect(codeOf(await api.changeContactPerson({ householdId, contactPerson }, world.call()))).toBe('person-forgotten');
  expect(accepted(await deliver(world)).delivery).toMatchObject({ quantity: 400 });
  await world.close();
});

test('a helper, whom only matching knows, is forgotten too', async () => {
  const world = await openWorld();
  const personId = personIdOf('helper');
  await world.vault.prepare([personId]);
  const sealed = world.vault.seal(personId, 'here', 'Joke');
  expect(accepted(await world.api.forgetPerson({ personId }, world.call())).cancelledBookings).toEqual([]);
  expect(world.vault.open('here', sealed)).toEqual({ redacted: true });
  await world.close();
});

test('stopped right after the event, the rest happens at the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookings-'));
  const before = await openWorld({ folder });
  await live(before);
  await before.settled();
  await before.close();
  // As a process leaves it that was killed between the event and everything after.
  const clock = () => afternoon.until;
  const log = await createSqliteEventStore({ file: join(folder, 'events.db'), clock, newId: () => 'never' });
  const data = { personId: recipientId, forgottenAt: afternoon.until };
  const event = { id: derivedId('forgotten'), type: 'PersonForgotten', data, metadata: { v: 1, at: afternoon.until } };
  await log.append(`person-${recipientId}`, [event], { expected: 'no_stream' });
  await log.close();

  const after = await openWorld({ folder, startsAt: afternoon.until });
  await after.settled();
  await after.settled();
  expect((await after.api.findBooking({ bookingId: coming }))?.status).toBe('cancelled');
  expect((await after.api.findHousehold({ householdId }))?.recipient.name).toBeNull();
  expect(accepted(await after.api.forgetPerson({ personId: recipientId }, after.call())).cancelledBookings).toEqual([
    coming,
  ]);
  await after.close();
  rmSync(folder, { recursive: true });
});

test('a request whose caregiver is forgotten meanwhile is refused, and its place let go', async () => {
  const world = await openWorld();
  const { api, offers } = world;
  accepted(await api.registerHousehold(fatima(), world.call()));
  const hold = offers.holdPlace;
  offers.holdPlace = async (input, context) => {
    const held = await hold(input, context);
    accepted(await api.forgetPerson({ personId: caregiverId }, world.call('forget')));
    return held;
  };
  const outcome = await api.requestBooking(requestOf(coming), world.call());
  expect(outcome).toMatchObject({ accepted: false, rejection: { code: 'person-forgotten' } });
  expect((await offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  await world.close();
});

test('a booking that is confirmed while its recipient is being forgotten is cancelled by the sweep', async () => {
  const world = await openWorld();
  const { api, offers, vault } = world;
  accepted(await api.registerHousehold(fatima(), world.call()));
  const slipped = bookingIdOf('slipped');
  const forget = vault.forget;
  // As in a replica whose read model has not heard of it yet.
  vault.drop = () => undefined;
  const bothHaveListed = Promise.withResolvers<void>();
  let times = 0;
  vault.forget = async (personId) => {
    // The caller and the reactor have both listed what is to come, and the key is still there.
    times += 1;
    if (times === 2) {
      accepted(await api.requestBooking(requestOf(slipped), world.call()));
      expect(accepted(await api.confirmBooking({ bookingId: slipped }, world.call())).status).toBe('confirmed');
      bothHaveListed.resolve();
    }
    await bothHaveListed.promise;
    return forget(personId);
  };
  accepted(await api.forgetPerson({ personId: recipientId }, world.call('forget')));
  await world.settled();
  world.nudge();
  await world.until(async () => (await api.findBooking({ bookingId: slipped }))?.status === 'cancelled');
  await world.settled();
  expect((await offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  await world.close();
});

test('a request that slips in while its recipient is forgotten is cancelled by the sweep', async () => {
  const world = await openWorld();
  const { api, offers } = world;
  accepted(await api.registerHousehold(fatima(), world.call()));
  const hold = offers.holdPlace;
  offers.holdPlace = async (input, context) => {
    accepted(await api.forgetPerson({ personId: recipientId }, world.call('forget')));
    return hold(input, context);
  };
  const slipped = bookingIdOf('slipped');
  accepted(await api.requestBooking(requestOf(slipped, { offerId: offerIdOf('block-care') }), world.call()));
  const confirmed = await api.confirmBooking({ bookingId: slipped }, world.call());
  expect(confirmed).toMatchObject({ accepted: false, rejection: { code: 'person-forgotten' } });
  await world.settled();
  world.nudge();
  await world.until(async () => (await api.findBooking({ bookingId: slipped }))?.status === 'cancelled');
  await world.settled();
  expect(accepted(await api.forgetPerson({ personId: recipientId }, world.call())).cancelledBookings).toEqual([
    slipped,
  ]);
  expect((await offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  await world.close();
});
