import type { Offers } from '@adempauze/contracts';
import { type CallContext, hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { bookingStream } from '../booking/booking.events.ts';
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

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const bookingId = bookingIdOf('one');
const resourceId = resourceIdOf('worker');
const householdId = householdIdOf('fatima');
const nora = 'account-nora';
const fatimaHerself = 'account-fatima';
const daysLater = (days: number) => ({
  from: plusMs(afternoon.from, days * 24 * hourMs),
  until: plusMs(afternoon.until, days * 24 * hourMs),
});
const as = (world: World, actor: string): CallContext => ({ ...world.call(), actor });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = (outcome: Outcome<unknown>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);

/** Nora, who has a mandate, booked an afternoon for Fatima; it is agreed unless told. */
const openBooked = async ({ agreed = true } = {}): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  const registeredBy = { accountId: nora, role: 'professional' as const };
  accepted(await world.api.registerHousehold(fatima('fatima', { registeredBy }), as(world, nora)));
  const request = requestOf(bookingId, { offerId: offerIdOf('block-care'), requestedBy: nora });
  accepted(await world.api.requestBooking(request, as(world, nora)));
  if (agreed) accepted(await world.api.confirmBooking({ bookingId }, as(world, nora)));
  await world.settled();
  return world;
};
/** What the stream of the booking says of moves and of its end. */
const told = async (world: World): Promise<string[]> => {
  const { events } = await world.store.read(bookingStream(bookingId));
  const types = events.map(({ type }) => type);
  return types.filter((type) => !['BookingRequested', 'BookingConfirmed'].includes(type));
};
const entryOf = async (world: World, what: string): Promise<string> => {
  await world.settled();
  const entries = await world.api.listOnBehalf({ householdId });
  return entries.find((it) => it.what === what)?.entryId ?? 'none';
};
const undo = async (world: World, entryId: string) =>
  world.api.undoOnBehalf({ householdId, entryId, by: fatimaHerself }, as(world, fatimaHerself));

type Race = {
  readonly end: (world: World, requested: string) => Promise<unknown>;
  readonly status: string;
  readonly code: string;
  readonly agreed?: false;
};
const races: Record<string, Race> = {
  'cancelling it': {
    end: async (world) => accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call())),
    ...{ status: 'cancelled', code: 'booking-ended' },
  },
  'taking back that it was asked for (R27)': {
    end: async (world, requested) => accepted(await undo(world, requested)),
    ...{ status: 'cancelled', code: 'booking-ended' },
  },
  'forgetting whose it is': {
    end: async (world) =>
      accepted(await world.api.forgetPerson({ personId: personIdOf('fatima-caregiver') }, world.call())),
    ...{ status: 'cancelled', code: 'person-forgotten' },
  },
  'its hold passing': {
    async end(world) {
      world.pass(hourMs);
      await world.nudge();
      await world.until(async () => (await world.api.findBooking({ bookingId }))?.status === 'expired');
    },
    ...{ status: 'expired', code: 'booking-ended', agreed: false },
  },
};
const moments = ['before its place was moved', 'after its place was moved'] as const;
const cases = Object.keys(races).flatMap((name) => moments.map((moment) => [name, moment] as const));

test.each(cases)('a move raced with %s, %s, ends as if that had come wholly first', async (name, moment) => {
  const race = races[name];
  if (race === undefined) throw new Error('It is one of them.');
  const world = await openBooked(race.agreed === undefined ? {} : { agreed: race.agreed });
  const requested = await entryOf(world, 'booking-requested');
  const { movePlace } = world.offers;
  world.offers.movePlace = async (it, context) => {
    world.offers.movePlace = movePlace;
    if (moment === 'before its place was moved') await race.end(world, requested);
    const outcome = await movePlace(it, context);
    if (moment === 'after its place was moved') await race.end(world, requested);
    return outcome;
  };
  const answer = await world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora));
  expect(codeOf(answer)).toBe(race.code);
  expect(await world.api.findBooking({ bookingId })).toMatchObject({ status: race.status, span: afternoon });
  const [asked, refused, ended, ...more] = await told(world);
  expect([asked, refused, more]).toEqual(['MoveAsked', 'MoveRefused', []]);
  expect(ended).toBe(race.status === 'expired' ? 'BookingExpired' : 'BookingCancelled');
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
  // Asked again, the answer is the same.
  const again = await world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora));
  expect(codeOf(again)).toBe(race.code);
  await world.settled();
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('broken off between its place and itself, and cancelled then, the place is free', async () => {
  const world = await openBooked();
  const { movePlace } = world.offers;
  world.offers.movePlace = async (it, context) => {
    await movePlace(it, context);
    throw new UnavailableError('the answer was lost');
  };
  const move = world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora));
  await expect(move).rejects.toThrow(UnavailableError);
  accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  world.offers.movePlace = movePlace;
  await world.settled();
  expect(await told(world)).toEqual(['MoveAsked', 'MoveRefused', 'BookingCancelled']);
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
});

test('a move raced with taking back the move before it comes after that, or before', async () => {
  const world = await openBooked();
  accepted(await world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora)));
  const moved = await entryOf(world, 'booking-moved');
  const { movePlace } = world.offers;
  const answers: string[] = [];
  world.offers.movePlace = async (it, context) => {
    world.offers.movePlace = movePlace;
    answers.push(codeOf(await undo(world, moved)));
    return movePlace(it, context);
  };
  answers.push(codeOf(await world.api.rescheduleBooking({ bookingId, span: daysLater(2) }, as(world, nora))));
  expect(answers).toEqual(['accepted', 'accepted']);
  // Taking back has carried out the move that it found, and then its own.
  expect((await told(world)).slice(2)).toEqual(['MoveAsked', 'BookingMoved', 'MoveAsked', 'BookingMoved']);
  expect((await world.api.findBooking({ bookingId }))?.span).toEqual(afternoon);
  expect((await world.offers.occupied(resourceId)).get(bookingId)?.span).toEqual(afternoon);
  // What Nora did is hers, whoever carried it out.
  await world.settled();
  const entries = await world.api.listOnBehalf({ householdId });
  expect(entries.filter(({ what }) => what === 'booking-moved').map(({ by }) => by)).toEqual([nora, nora]);
});

test('two who carry out one move, and hear a yes and a no, leave the booking where its place is', async () => {
  const world = await openBooked();
  const other = bookingIdOf('other');
  const there = { span: daysLater(1), offerId: offerIdOf('block-care') };
  accepted(await world.api.requestBooking(requestOf(other, there), world.call()));
  const { movePlace } = world.offers;
  let calls = 0;
  const carryOut: Offers['movePlace'] = async (it, context) => {
    calls += 1;
    if (calls > 1) return movePlace(it, context);
    const no = await movePlace(it, context);
    // Meanwhile the place comes free, and another carries out the same.
    accepted(await world.api.cancelBooking({ bookingId: other, by: 'caregiver' }, world.call()));
    accepted(await world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora)));
    return no;
  };
  world.offers.movePlace = carryOut;
  const answer = await world.api.rescheduleBooking({ bookingId, span: daysLater(1) }, as(world, nora));
  expect(codeOf(answer)).toBe('accepted');
  const [place, booking] = [await world.offers.occupied(resourceId), await world.api.findBooking({ bookingId })];
  expect([place.get(bookingId)?.span, booking?.span]).toEqual([daysLater(1), daysLater(1)]);
});

test('who moved it is listed also when the move was broken off, and taking it back restores when and where (R27)', async () => {
  const world = await openBooked();
  const { movePlace } = world.offers;
  let failures = 2;
  world.offers.movePlace = async (it, context) => {
    failures -= 1;
    if (failures >= 0) throw new UnavailableError('offers is down');
    return movePlace(it, context);
  };
  const placeOfService = 'caregiver-home' as const;
  const move = world.api.rescheduleBooking({ bookingId, span: daysLater(1), placeOfService }, as(world, nora));
  await expect(move).rejects.toThrow(UnavailableError);
  await world.until(async () => (await world.api.findBooking({ bookingId }))?.span.from === daysLater(1).from);
  const moved = await entryOf(world, 'booking-moved');
  accepted(await undo(world, moved));
  expect(await world.api.findBooking({ bookingId })).toMatchObject({
    ...{ span: afternoon, placeOfService: 'recipient-home', status: 'confirmed' },
  });
});
