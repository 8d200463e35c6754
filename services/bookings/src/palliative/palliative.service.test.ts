import { FlagPalliative, HelperId } from '@adempauze/contracts';
import { derivedId, hourMs, type Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  requestOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const openWithFatima = async (): Promise<World> => {
  const world = await openWorld({ startsAt: at('2027-05-04T08:00:00Z') });
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const householdId = householdIdOf('fatima');
const words = 'Zij heeft nog enkele weken.';
const flag = FlagPalliative.parse({ householdId, words, flaggedBy: 'account-nurse' });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const pass = async (world: World, ms: number) => {
  world.pass(ms);
  await world.settled();
  await world.nudge();
  await world.settled();
};
const kindsOf = async (world: World) =>
  (await world.api.listTasks({ householdId, done: false })).map(({ kind, bookingId }) => [kind, bookingId]);
const night = { from: at('2027-05-08T11:00:00Z'), until: at('2027-05-08T15:00:00Z') };
const helperAsked = async (world: World, word: string) => {
  const request = requestOf(bookingIdOf(word), { offerId: offerIdOf('volunteer'), resourceId: undefined, span: night });
  accepted(await world.api.requestBooking(request, world.call()));
  accepted(await world.api.confirmBooking({ bookingId: bookingIdOf(word) }, world.call()));
};
const wanted = async (world: World) => {
  const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 100 });
  return events.filter(({ type }) => type === 'HelperWanted').map(({ data }) => [data.lane, data.faces]);
};

test('from the flag on, helpers are asked for before others and known faces first, without saying why (R08)', async () => {
  const world = await openWithFatima();
  await helperAsked(world, 'before');
  const flagged = accepted(await world.api.flagPalliative(flag, world.call()));
  expect(flagged).toMatchObject({ active: true, words, confirmBy: at('2027-05-05T08:00:00Z') });
  accepted(await world.api.flagPalliative(flag, world.call()));
  await helperAsked(world, 'after');
  expect(await wanted(world)).toEqual([
    [undefined, undefined],
    ['urgent', 'known-first'],
  ]);
  const { events } = await world.store.readAll({ categories: ['fastlane'], maxCount: 10 });
  expect(events).toHaveLength(1);
  expect(JSON.stringify(events)).not.toMatch(/palliative|weken/i);
});

test('it goes before others on a waiting list, also where it waits already', async () => {
  const world = await openWithFatima();
  const window = { from: at('2027-06-01T00:00:00Z'), until: at('2027-07-01T00:00:00Z') };
  const offerId = offerIdOf('block-care');
  const join = async (word: string) =>
    accepted(
      await world.api.joinWaitingList(
        {
          ...{ waitingId: waitingIdOf(word), householdId, offerId, window, lane: 'normal', minMinutes: 15 },
          ...{ maxMinutes: 600, placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
        },
        world.call(word),
      ),
    );
  expect((await join('before')).lane).toBe('normal');
  accepted(await world.api.flagPalliative(flag, world.call()));
  expect((await join('after')).lane).toBe('urgent');
  const laneOf = async () => (await world.api.findWaiting({ offerId, waitingId: waitingIdOf('before') }))?.lane;
  await world.until(async () => (await laneOf()) === 'urgent');
});

test('what is not confirmed within a day is the contact person’s task; what is, is not', async () => {
  const world = await openWithFatima();
  accepted(await world.api.flagPalliative(flag, world.call()));
  await helperAsked(world, 'slow');
  await helperAsked(world, 'quick');
  const matched = {
    bookingId: bookingIdOf('quick'),
    matchId: derivedId('match'),
    helperId: HelperId.parse(derivedId('helper')),
  };
  await world.matchingSays('helper-matched', matched);
  await world.until(
    async () => (await world.api.findBooking({ bookingId: bookingIdOf('quick') }))?.status === 'confirmed',
  );
  await pass(world, 23 * hourMs);
  expect(await kindsOf(world)).toEqual([]);
  await pass(world, hourMs);
  await pass(world, hourMs);
  expect(await kindsOf(world)).toEqual([['palliative-late', bookingIdOf('slow')]]);
});

test('a flag after which nothing was arranged is told as well; lifted, the household is asked after', async () => {
  const world = await openWithFatima();
  accepted(await world.api.flagPalliative(flag, world.call()));
  await pass(world, 24 * hourMs);
  expect(await kindsOf(world)).toEqual([['palliative-late', null]]);
  const lifted = accepted(await world.api.liftPalliative({ householdId, liftedBy: 'account-nurse' }, world.call()));
  expect(lifted).toMatchObject({ active: false, endedWhy: 'lifted' });
  await world.settled();
  expect((await kindsOf(world)).map(([kind]) => kind)).toEqual(['palliative-late', 'palliative-lifted']);
});

test('the words are gone once the recipient was forgotten', async () => {
  const world = await openWithFatima();
  accepted(await world.api.flagPalliative(flag, world.call()));
  accepted(await world.api.forgetPerson({ personId: personIdOf('fatima-recipient') }, world.call()));
  expect((await world.api.findPalliative({ householdId }))?.words).toBeNull();
  expect((await world.api.flagPalliative(flag, world.call())).accepted).toBe(false);
});
