import { AddParts, ArrangementId, PlanArrangement, SeriesId, StayId } from '@adempauze/contracts';
import { minuteMs, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { afternoon, at, bookingIdOf, personIdOf, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import type { World } from '../trial-world.fixtures.ts';
import { arrangementId, bookingAsk, partIdOf, seriesAsk, stayAsk } from './examples.fixtures.ts';
import {
  accepted,
  bookingOf,
  codeOf,
  confirm,
  householdId,
  now,
  openWithFatima,
  parkedIn,
  part,
  plan,
  settle,
  statusOf,
  told,
  trips,
} from './plan-world.fixtures.ts';

const worlds: World[] = [];
const openWorldOfFatima = async (): Promise<World> => {
  const world = await openWithFatima();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

test('several forms are asked for at once, and confirmed with one yes; each keeps its own terms and cost (R11)', async () => {
  const world = await openWorldOfFatima();
  const held = accepted(await plan(world, part('care'), part('help', seriesAsk()), part('stay', stayAsk())));
  expect(told(held)).toBe('held held held');
  expect(held.parts.map(({ kind, form }) => `${kind} ${form}`)).toEqual(['booking F01', 'series F01', 'stay F12']);
  expect(held.next).toMatchObject({ step: 'confirm', actor: 'caregiver', until: plusMs(world.clock(), 15 * minuteMs) });
  expect(accepted(await plan(world, part('care'), part('help', seriesAsk()), part('stay', stayAsk())))).toEqual(held);
  expect(codeOf(await world.api.planArrangement({ ...asked(), purpose: 'Anders.' }, world.call()))).toBe(
    'already-exists',
  );

  const same = [part('care'), part('help', seriesAsk()), part('stay', stayAsk())];
  const again = { ...asked(), parts: same, purpose: 'Even weg.', requestedBy: 'account-fatima' };
  expect(accepted(await world.api.planArrangement(again, world.call()))).toEqual(held);
  const others = [part('care', stayAsk()), part('help', seriesAsk()), part('stay', stayAsk())];
  expect(codeOf(await world.api.planArrangement({ ...asked(), parts: others }, world.call()))).toBe('already-exists');
  expect(codeOf(await world.api.addArrangementParts({ ...asked(), parts: others }, world.call()))).toBe(
    'already-exists',
  );

  const agreed = await confirm(world);
  expect(told(agreed)).toBe('agreed agreed agreed');
  expect(agreed.next).toMatchObject({ step: 'nothing', actor: 'nobody' });
  expect(await statusOf(world, bookingOf(agreed, 'care'))).toBe('confirmed');
  const [, help, stay] = agreed.parts;
  const series = await world.api.findSeries({ seriesId: SeriesId.parse(help?.seriesId) });
  expect(series).toMatchObject({ status: 'confirmed', purpose: 'Even weg.' });
  expect(await world.api.findStay({ stayId: StayId.parse(stay?.stayId) })).toMatchObject({ status: 'confirmed' });
  expect(agreed.ownCostCents).toBe(agreed.parts.reduce((sum, it) => sum + (it.ownCostCents ?? 0), 0));

  await settle(world);
  const listed = await world.api.listArrangements({ householdId, page: { first: 5 } });
  expect(listed.items.map(({ item }) => item.arrangementId)).toEqual([arrangementId]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  expect(await parkedIn(world)).toEqual([]);
});

test('what could not be had is named; the household chooses again, without touching the rest', async () => {
  const world = await openWorldOfFatima();
  const other = requestOf(bookingIdOf('other'), { resourceId: resourceIdOf('worker') });
  accepted(await world.api.requestBooking(other, world.call()));
  const held = accepted(await plan(world, part('care'), part('help', seriesAsk())));
  expect(told(held)).toBe('refused held');
  expect(held.parts[0]).toMatchObject({ reason: { code: 'place-taken' }, turn: { actor: 'caregiver' } });
  expect(held.next.step).toBe('confirm');
  const agreed = await confirm(world);
  expect(told(agreed)).toBe('refused agreed');
  expect(agreed.next).toMatchObject({ step: 'choose', actor: 'caregiver' });

  const again = part('care-2', bookingAsk(afternoon, 'on-acceptance', 'colleague'));
  const add = AddParts.parse({ arrangementId, parts: [again], requestedBy: 'account-fatima' });
  expect(told(accepted(await world.api.addArrangementParts(add, world.call())))).toBe('refused agreed held');
  expect(told(accepted(await world.api.addArrangementParts(add, world.call())))).toBe('refused agreed held');
  accepted(await world.api.endArrangementParts({ arrangementId, partIds: [partIdOf('care')] }, world.call()));
  const all = accepted(await world.api.confirmArrangement({ arrangementId }, world.call('yes again')));
  expect(told(all)).toBe('ended agreed agreed');
  expect(all.next).toMatchObject({ step: 'answer', actor: 'provider' });
  await world.api.declineBooking({ bookingId: bookingOf(all, 'care-2'), reason: 'no-staff' }, world.call());
  await settle(world);
  const declined = await now(world);
  expect(declined?.parts[2]).toMatchObject({ status: 'ended', end: 'by-itself', ownCostCents: null });
  // What was counted on is gone: the household says what now, and after that nothing is open.
  expect(declined?.next).toMatchObject({ step: 'choose', actor: 'caregiver' });
  const without = { arrangementId, partIds: [partIdOf('care-2')] };
  const done = accepted(await world.api.endArrangementParts(without, world.call()));
  expect(done.parts[2]).toMatchObject({ status: 'ended', end: 'caregiver' });
  expect(done.next).toMatchObject({ step: 'nothing', actor: 'nobody' });
});

test('one part ends, the others stand; another form comes in the place of a series (R12)', async () => {
  const world = await openWorldOfFatima();
  accepted(await plan(world, part('care'), part('help', seriesAsk())));
  await confirm(world);
  const other = bookingAsk(
    { from: at('2027-05-14T11:00:00Z'), until: at('2027-05-14T15:00:00Z') },
    'block-care',
    'mia',
  );
  const parts = [part('other', other, { instead: partIdOf('help') })];
  accepted(await world.api.addArrangementParts({ arrangementId, parts, requestedBy: 'account-fatima' }, world.call()));
  const changed = accepted(await world.api.confirmArrangement({ arrangementId }, world.call('change')));
  expect(told(changed)).toBe('agreed ended agreed');
  expect(changed.parts[1]?.end).toBe('replaced');
  const series = await world.api.findSeries({ seriesId: SeriesId.parse(changed.parts[1]?.seriesId) });
  expect(series?.dates.map(({ on, status }) => `${on} ${status}`)).toEqual([
    ...['2027-05-04 confirmed', '2027-05-11 confirmed', '2027-05-18 cancelled', '2027-05-25 cancelled'],
  ]);
  const ended = accepted(
    await world.api.endArrangementParts({ arrangementId, partIds: [partIdOf('care')] }, world.call()),
  );
  expect(told(ended)).toBe('ended ended agreed');
  world.moveTo(plusMs(other.kind === 'booking' ? other.span.from : world.clock(), minuteMs));
  const late = await world.api.endArrangementParts({ arrangementId, partIds: [partIdOf('other')] }, world.call());
  expect(codeOf(late)).toBe('booking-already-begun');
});

test('a yes to one part by itself is a yes; the plan knows, and its own yes changes nothing of it', async () => {
  const world = await openWorldOfFatima();
  const held = accepted(await plan(world, part('care'), part('help', seriesAsk())));
  accepted(await world.api.confirmBooking({ bookingId: bookingOf(held, 'care') }, world.call()));
  expect(told(await now(world))).toBe('agreed held');
  const seriesId = SeriesId.parse(held.parts[1]?.seriesId);
  accepted(await world.api.confirmSeries({ seriesId }, world.call()));
  expect(await now(world)).toMatchObject({ parts: [{ status: 'agreed' }, { status: 'agreed' }] });
  expect((await now(world))?.next).toMatchObject({ step: 'nothing', actor: 'nobody' });
  expect(told(await confirm(world))).toBe('agreed agreed');
  expect(await statusOf(world, bookingOf(held, 'care'))).toBe('confirmed');
});

test('what nobody says yes to is let go of by itself, and the plan knows', async () => {
  const world = await openWorldOfFatima();
  accepted(await plan(world, part('care'), ...trips('care')));
  await settle(world);
  world.pass(16 * minuteMs);
  await world.nudge();
  await world.until(async () => told(await now(world)) === 'ended ended ended');
  await settle(world);
  expect(codeOf(await world.api.confirmArrangement({ arrangementId }, world.call()))).toBe('arrangement-not-held');
  expect(await world.api.listTasks({ householdId, done: false })).toEqual([]);
  expect((await world.offers.occupied(resourceIdOf('taxi'))).size).toBe(0);
});

test('who is forgotten leaves a plan without words, and nothing in it is held', async () => {
  const world = await openWorldOfFatima();
  const parts = [part('care'), ...trips('care'), part('help', seriesAsk())];
  accepted(await plan(world, ...parts));
  await confirm(world);
  await settle(world);
  accepted(await world.api.forgetPerson({ personId: personIdOf('fatima-caregiver') }, world.call()));
  await settle(world);
  const left = await now(world);
  expect(left).toMatchObject({ purpose: null, next: { step: 'choose' } });
  const standing = await world.api.listBookings({ householdId, status: ['held', 'confirmed'], page: { first: 50 } });
  expect(standing.items).toEqual([]);
  expect((await world.offers.occupied(resourceIdOf('taxi'))).size).toBe(0);
  const add = { arrangementId, parts: [part('more')], requestedBy: 'account-fatima' };
  expect(codeOf(await world.api.addArrangementParts(add, world.call()))).toBe('person-forgotten');
  // What was asked is the same answer still.
  const again = { ...asked(), parts, purpose: 'Even weg.', requestedBy: 'account-fatima' };
  expect(accepted(await world.api.planArrangement(again, world.call()))).toEqual(left);
  expect(accepted(await world.api.addArrangementParts(again, world.call()))).toEqual(left);
  const anew = { ...again, arrangementId: ArrangementId.parse(partIdOf('another plan')) };
  expect(codeOf(await world.api.planArrangement(anew, world.call()))).toBe('person-forgotten');
  expect(await parkedIn(world)).toEqual([]);
});

const interrupted = ['holdPlace', 'takePlace', 'releasePlace'] as const;
test.each(interrupted)('broken off at %s, it goes on by itself to the same end', async (what) => {
  const world = await openWorldOfFatima();
  const calls = { holdPlace: 3, takePlace: 3, releasePlace: 2 };
  const original: (...parameters: never[]) => unknown = world.offers[what];
  let count = 0;
  let failures = 0;
  const broken = (...parameters: never[]): unknown => {
    count += 1;
    if (count < calls[what] || failures >= 2) return original(...parameters);
    failures += 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  Object.assign(world.offers, { [what]: broken });
  const survive = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
  await survive(plan(world, part('care'), ...trips('care'), part('stay', stayAsk())));
  await world.until(async () => told(await now(world)) === 'held held held held');
  await survive(world.api.confirmArrangement({ arrangementId }, world.call('yes')));
  await world.until(async () => told(await now(world)) === 'agreed agreed agreed agreed');
  await survive(world.api.endArrangementParts({ arrangementId, partIds: [partIdOf('care')] }, world.call('end')));
  await world.until(async () => (await world.offers.occupied(resourceIdOf('taxi'))).size === 0);
  await settle(world);
  expect(told(await now(world))).toBe('ended ended ended agreed');
  expect(failures).toBeGreaterThan(0);
  expect(await parkedIn(world)).toEqual([]);
});

const asked = () => PlanArrangement.parse({ arrangementId, householdId, parts: [part('care')], requestedBy: 'x' });
