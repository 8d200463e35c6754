import { type FeedOwner, feedIdOf, HelperId, mostFeedEntries } from '@adempauze/contracts';
import { derivedId, type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  providerIdOf,
  requestOf,
  resourceIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const open = async (): Promise<World> => {
  const world = await openWorld({ capacity: 5 });
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const family: FeedOwner = { kind: 'household', id: householdIdOf('fatima') };
const linde: FeedOwner = { kind: 'provider', id: providerIdOf('linde') };
const helperId = HelperId.parse(derivedId('helper', 'hans'));
const hans: FeedOwner = { kind: 'helper', id: helperId };
const one = '1'.repeat(64);
const two = '2'.repeat(64);
const openFeed = async (world: World, owner: FeedOwner, secretHash = one) =>
  accepted(await world.api.openFeed({ owner, secretHash }, world.call()));
const read = (world: World, owner: FeedOwner, secretHash = one) =>
  world.api.readFeed({ feedId: feedIdOf(owner), secretHash });
const told = async (world: World, owner: FeedOwner) => {
  await world.settled();
  return (await read(world, owner))?.entries.map(({ bookingId, status }) => [bookingId, status]);
};

test('a feed is read with its own secret only, and with the last one', async () => {
  const world = await open();
  expect(await openFeed(world, family)).toMatchObject({ openedAt: '2027-05-01T08:00:00.000Z', fresh: true });
  expect(await read(world, family)).toEqual({ owner: family, entries: [] });
  expect(await read(world, family, two)).toBeUndefined();
  expect(await read(world, linde)).toBeUndefined();
  await openFeed(world, family, two);
  expect(await read(world, family)).toBeUndefined();
  expect(await read(world, family, two)).toBeDefined();
  expect(accepted(await world.api.closeFeed({ owner: family }, world.call()))).toMatchObject({ openedAt: null });
  expect(await read(world, family, two)).toBeUndefined();
});

test('a command that comes again says that its address was shown before', async () => {
  const world = await open();
  const ask = (secretHash: string) => world.api.openFeed({ owner: family, secretHash }, world.call('open'));
  expect(accepted(await ask(one))).toMatchObject({ fresh: true });
  // Every try comes with a secret of its own.
  expect(accepted(await ask(two))).toMatchObject({ fresh: false });
  expect(await read(world, family, one)).toBeDefined();
});

test('the family sees what it thinks about; the provider from when it was asked (R51)', async () => {
  const world = await open();
  const bookingId = bookingIdOf('one');
  for (const owner of [family, linde]) await openFeed(world, owner);
  const request = requestOf(bookingId, { offerId: offerIdOf('on-acceptance'), resourceId: resourceIdOf('acceptance') });
  accepted(await world.api.requestBooking(request, world.call()));
  expect(await told(world, family)).toEqual([[bookingId, 'tentative']]);
  expect(await told(world, linde)).toEqual([]);
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  for (const owner of [family, linde]) expect(await told(world, owner)).toHaveLength(1);
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  for (const owner of [family, linde]) expect(await told(world, owner)).toEqual([[bookingId, 'cancelled']]);
  const revision = (await world.api.findBooking({ bookingId }))?.revision;
  expect((await read(world, family))?.entries).toEqual([
    {
      ...{ bookingId, providerId: providerIdOf('linde'), form: 'F01', status: 'cancelled', revision },
      span: request.span,
    },
  ]);
  world.pass(31 * 86_400_000);
  for (const owner of [family, linde]) expect(await told(world, owner)).toEqual([]);
});

test('a helper sees a booking once he said yes', async () => {
  const world = await open();
  await openFeed(world, hans);
  const bookingId = bookingIdOf('with-hans');
  const request = requestOf(bookingId, { offerId: offerIdOf('volunteer'), resourceId: undefined });
  accepted(await world.api.requestBooking(request, world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  expect(await told(world, hans)).toEqual([]);
  const matchId = derivedId('match', 'hans');
  await world.matchingSays('helper-matched', { matchId, bookingId, helperId });
  await world.until(async () => (await world.api.findBooking({ bookingId }))?.status === 'confirmed');
  expect(await told(world, hans)).toEqual([[bookingId, 'confirmed']]);
});

test('what is over stays for a season, in order of time', async () => {
  const world = await open();
  await openFeed(world, family);
  const ids = [3, 1, 2].map((week) => ({ week, bookingId: bookingIdOf('week', week) }));
  for (const { week, bookingId } of ids) {
    const moved = (text: string) => plusMs(at(text), week * 7 * 86_400_000);
    const span = { from: moved('2027-05-03T11:00:00Z'), until: moved('2027-05-03T15:00:00Z') };
    accepted(await world.api.requestBooking(requestOf(bookingId, { span }), world.call()));
    accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  }
  const inOrder = [1, 2, 3].map((week) => bookingIdOf('week', week));
  expect((await told(world, family))?.map(([id]) => id)).toEqual(inOrder);
  world.moveTo(at('2027-05-20T08:00:00Z'));
  expect((await told(world, family))?.map(([id]) => id)).toEqual(inOrder);
  world.moveTo(at('2027-08-12T08:00:00Z'));
  expect((await told(world, family))?.map(([id]) => id)).toEqual(inOrder.slice(1));
  expect(mostFeedEntries).toBeGreaterThan(1000);
});

test('forgetting a person closes the feed for good, of a caregiver and of a helper; a provider’s stays', async () => {
  const world = await open();
  for (const owner of [family, linde, hans]) await openFeed(world, owner);
  const caregiver = personIdOf('fatima-caregiver');
  accepted(await world.api.forgetPerson({ personId: caregiver }, world.call()));
  expect(await read(world, family)).toBeUndefined();
  accepted(await world.api.forgetPerson({ personId: personIdOf('nobody') }, world.call()));
  await world.settled();
  expect((await world.api.findFeed({ owner: family })).openedAt).toBeNull();
  expect((await world.api.findFeed({ owner: hans })).openedAt).not.toBeNull();
  expect(await read(world, linde)).toBeDefined();
  expect(await world.api.openFeed({ owner: family, secretHash: two }, world.call())).toMatchObject({
    accepted: false,
    rejection: { code: 'person-forgotten' },
  });
});

test('there is no feed of a household that is not there', async () => {
  const world = await open();
  const owner: FeedOwner = { kind: 'household', id: householdIdOf('nobody') };
  expect(await world.api.openFeed({ owner, secretHash: one }, world.call())).toMatchObject({
    rejection: { code: 'household-not-found' },
  });
  expect(await read(world, owner)).toBeUndefined();
  expect(accepted(await world.api.closeFeed({ owner }, world.call()))).toMatchObject({ openedAt: null });
});
