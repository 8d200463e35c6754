import { JoinWaitingList, type OfferId, type WaitingView } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { givesFirstTimes } from './first-times.fixtures.ts';

/* What one look finds: as many as fit, beyond what they had before, once more after a refusal, and with few questions. */

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
const dayMs = 24 * hourMs;
/** From nine to twelve, so many days after the nineteenth of June. */
const morning = (day: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), day * dayMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};
const open = async (capacity = 1): Promise<World> => {
  const world = await openWorld({ capacity });
  worlds.push(world);
  for (const word of families) accepted(await world.api.registerHousehold(fatima(word), world.call()));
  return world;
};
const join = async (world: World, word: Family, changes: Partial<JoinWaitingList> = {}): Promise<void> => {
  const joining = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, placeOfService: 'recipient-home' },
    window: { from: at('2027-06-01T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
    ...{ requestedBy: `account-${word}`, ...changes },
  });
  accepted(await world.api.joinWaitingList(joining, world.call()));
  world.pass(1000);
  await world.settled();
};
/** Stored before it was refused on joining: it waits for a form at home, at the provider's. */
const joinedBefore = async (world: World, word: Family, of: OfferId): Promise<void> => {
  const { store, clock } = world;
  const joining = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId: of, placeOfService: 'provider' },
    window: { from: at('2027-06-01T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
    requestedBy: `account-${word}`,
  });
  const data = { ...joining, form: 'F01', joinedAt: clock() };
  const joined = { id: derivedId('joined', word), type: 'WaitingJoined', data, metadata: { v: 1, at: clock() } };
  await store.append(`waiting-${of}`, [joined], { expected: 'any' });
  world.pass(1000);
  await world.settled();
};
const offersOf = async (world: World, word: Family, of = offerId): Promise<WaitingView['offers']> =>
  (await world.api.findWaiting({ offerId: of, waitingId: waitingIdOf(word) }))?.offers ?? [];
const offersTo = async (world: World, word: Family, of = offerId) =>
  (await offersOf(world, word, of)).map(({ span, outcome }) => [span.from, outcome]);
const freedOn = async (world: World, of = offerId) =>
  (await world.store.read(`waiting-${of}`)).events.filter(({ type }) => type === 'PlaceFreed').length;

test('one time with room for three is offered to three who wait, also where it fits the last one best', async () => {
  const world = await open(3);
  await join(world, 'anna');
  await join(world, 'bram');
  await join(world, 'cora', { minMinutes: 180, maxMinutes: 180 });
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await world.settled();
  const offered = [[morning(0).from, 'offered']];
  for (const word of families) expect(await offersTo(world, word)).toEqual(offered);
  expect((await offersOf(world, 'cora'))[0]?.why).toEqual({ rule: 'exact', among: 3 });
  expect((await world.offers.occupied(resourceId)).size).toBe(3);
  await world.offers.publishTimes([offerId], resourceId, [morning(0)], 'told again');
  await world.settled();
  for (const word of families) expect(await offersTo(world, word)).toEqual(offered);
  expect(await freedOn(world)).toBe(3);
});

test('room for two among three goes to two, and the third is asked nothing', async () => {
  const world = await open(2);
  for (const word of families) await join(world, word);
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([[morning(0).from, 'offered']]);
  expect(await offersTo(world, 'bram')).toEqual([[morning(0).from, 'offered']]);
  expect(await offersTo(world, 'cora')).toEqual([]);
});

test('equal wishes whose window has begun ask one question, however long the look takes', async () => {
  const world = await open();
  const begun = { from: at('2027-04-30T22:00:00Z'), until: at('2028-06-30T22:00:00Z') };
  for (const word of families) await join(world, word, { window: begun, minMinutes: 300, maxMinutes: 400 });
  const { listTimesWithin } = world.offers;
  let questions = 0;
  world.offers.listTimesWithin = (it) => {
    questions += 1;
    world.pass(1000);
    return listTimesWithin(it);
  };
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await world.settled();
  expect(questions).toBe(1);
});

test('who let pass all the times of an answer is offered what comes after them', async () => {
  const world = await open();
  givesFirstTimes(world);
  await join(world, 'anna');
  const long = { from: morning(0).from, until: morning(65).until };
  await world.offers.publishTimes([offerId], resourceId, [long]);
  await world.settled();
  const [first] = await offersOf(world, 'anna');
  if (first === undefined) throw new Error('Anna is offered nothing.');
  accepted(await world.api.cancelBooking({ bookingId: first.bookingId, by: 'caregiver' }, world.call()));
  await world.settled();
  const days = Array.from({ length: 70 }, (_, day) => morning(day));
  await world.offers.publishTimes([offerId], resourceIdOf('second'), days);
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([
    [morning(66).from, 'offered'],
    [long.from, 'declined'],
  ]);
});

test('refused for what may pass they are offered that time once it is told again, and not without end before', async () => {
  const world = await open();
  const { holdPlace } = world.offers;
  let held = 0;
  let isTooMany = true;
  world.offers.holdPlace = async (it, context) => {
    held += 1;
    if (isTooMany) return { accepted: false, rejection: { code: 'too-many-holds', facts: {} } };
    return holdPlace(it, context);
  };
  await join(world, 'anna');
  await join(world, 'bram');
  await world.offers.publishTimes([offerId], resourceId, [morning(0)]);
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([[morning(0).from, 'refused']]);
  expect(await offersTo(world, 'bram')).toEqual([[morning(0).from, 'refused']]);
  // Each of them once: for Bram the same answer is not fetched again.
  expect(held).toBe(2);
  isTooMany = false;
  world.pass(hourMs);
  await world.offers.publishTimes([offerId], resourceId, [morning(0)], 'told again');
  await world.settled();
  expect(await offersTo(world, 'anna')).toEqual([
    [morning(0).from, 'offered'],
    [morning(0).from, 'refused'],
  ]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('two offers of one calendar that each refuse who waits do not hand its room to and fro', async () => {
  const world = await open();
  let held = 0;
  const { holdPlace } = world.offers;
  // What is not given at the place that they asked for is seen once it is held, and let go: that is room again.
  world.offers.holdPlace = (it, context) => {
    held += 1;
    if (held > 20) throw new Error('It goes on and on.');
    return holdPlace(it, context);
  };
  await joinedBefore(world, 'anna', offerId);
  await joinedBefore(world, 'bram', otherOfferId);
  await world.offers.publishTimes([offerId, otherOfferId], resourceId, [morning(0)]);
  await world.settled();
  expect(held).toBe(2);
  expect(await offersTo(world, 'anna')).toEqual([[morning(0).from, 'refused']]);
  expect(await offersTo(world, 'bram', otherOfferId)).toEqual([[morning(0).from, 'refused']]);
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('who waits where its form is never given is refused on joining; stored before, they stay there and keep nobody waiting', async () => {
  const world = await open();
  const { api } = world;
  const refusal = async (changes: Partial<JoinWaitingList>) => {
    const joining = JoinWaitingList.parse({
      ...{ waitingId: waitingIdOf('cora'), householdId: householdIdOf('cora'), offerId, placeOfService: 'provider' },
      window: { from: at('2027-06-01T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
      ...{ requestedBy: 'account-cora', ...changes },
    });
    const outcome = await api.joinWaitingList(joining, world.call());
    return outcome.accepted ? undefined : outcome.rejection.code;
  };
  expect(await refusal({})).toBe('place-of-service-mismatch');
  for (const placeOfService of ['recipient-home', 'caregiver-home'] as const)
    expect(await refusal({ offerId: offerIdOf('guest-house'), placeOfService })).toBe('place-of-service-mismatch');
  expect((await world.store.read(`waiting-${offerId}`)).events).toEqual([]);
  expect(await refusal({ offerId: offerIdOf('guest-house') })).toBeUndefined();
  expect(await refusal({ placeOfService: 'caregiver-home', waitingId: waitingIdOf('at hers') })).toBeUndefined();

  await joinedBefore(world, 'anna', offerId);
  const kept = { waitingId: waitingIdOf('anna'), householdId: householdIdOf('anna'), requestedBy: 'account-anna' };
  expect(await refusal(kept)).toBeUndefined();
  expect(await api.findWaiting({ offerId, waitingId: waitingIdOf('anna') })).toMatchObject({
    ...{ status: 'waiting', placeOfService: 'provider', caregiverJoins: null },
  });
  await join(world, 'bram');
  await world.offers.publishTimes([offerId], resourceId, [morning(0), morning(1)]);
  await world.settled();
  expect((await offersOf(world, 'bram')).map(({ outcome }) => outcome)).toEqual(['offered']);
  accepted(await api.leaveWaitingList({ offerId, waitingId: waitingIdOf('anna') }, world.call()));
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});
