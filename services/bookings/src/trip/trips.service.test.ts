import { BookingId, PartAsk, SeriesId, StayId } from '@adempauze/contracts';
import { Day, hourMs, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  arrangementId,
  backSpan,
  partIdOf,
  seriesAsk,
  stayAsk,
  thereSpan,
  tripFor,
  weeklyRule,
} from '../arrangement/examples.fixtures.ts';
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
  taxi,
  told,
  trips,
} from '../arrangement/plan-world.fixtures.ts';
import { afternoon, at, bookingIdOf, offerIdOf, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import type { World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const openWorldOfFatima = async (): Promise<World> => {
  const world = await openWithFatima();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

test('trips there and back are confirmed with the care, move with it, and end with it (R22)', async () => {
  const world = await openWorldOfFatima();
  accepted(await plan(world, part('care'), ...trips('care')));
  const agreed = await confirm(world);
  expect(told(agreed)).toBe('agreed agreed agreed');
  const bookingId = bookingOf(agreed, 'care');
  const shift = 24 * hourMs;
  const span = { from: plusMs(afternoon.from, shift), until: plusMs(afternoon.until, shift) };
  accepted(await world.api.rescheduleBooking({ bookingId, span }, world.call()));
  await settle(world);
  const moved = await now(world);
  expect(moved?.parts.map((it) => it.span.from)).toEqual(
    [afternoon.from, thereSpan.from, backSpan.from].map((from) => plusMs(from, shift)),
  );
  expect(told(moved)).toBe('agreed agreed agreed');
  accepted(await world.api.cancelBooking({ bookingId, by: 'provider' }, world.call()));
  await settle(world);
  const ended = await now(world);
  expect(ended?.parts.map(({ end }) => end)).toEqual(['by-itself', 'with-part', 'with-part']);
  expect((await world.offers.occupied(resourceIdOf('taxi'))).size).toBe(0);
  expect(await world.api.listTasks({ householdId, done: false })).toEqual([]);
});

test('what is there already joins a plan, carries trips from then on, and stays what it is (R22)', async () => {
  const world = await openWorldOfFatima();
  const { api } = world;
  const bookingId = bookingIdOf('alone');
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  const there = part('care', { kind: 'existing', of: 'booking', id: bookingId });
  const ghost = part('ghost', { kind: 'existing', of: 'stay', id: StayId.parse(bookingIdOf('ghost')) });
  expect(codeOf(await plan(world, ghost))).toBe('stay-not-found');
  const held = accepted(await plan(world, there, ...trips('care')));
  expect(told(held)).toBe('agreed held held');
  expect(held.parts[0]).toMatchObject({ bookingId, form: 'F01', kind: 'booking' });
  expect(told(await confirm(world))).toBe('agreed agreed agreed');

  const shift = 24 * hourMs;
  const span = { from: plusMs(afternoon.from, shift), until: plusMs(afternoon.until, shift) };
  accepted(await api.rescheduleBooking({ bookingId, span }, world.call()));
  await settle(world);
  expect((await now(world))?.parts[1]?.span.from).toBe(plusMs(thereSpan.from, shift));
  accepted(await api.cancelBooking({ bookingId, by: 'provider' }, world.call()));
  await settle(world);
  expect((await now(world))?.parts.map(({ end }) => end)).toEqual(['by-itself', 'with-part', 'with-part']);
  // Asked again it is the same plan, although what joined it is over by now.
  expect(told(accepted(await plan(world, there, ...trips('care'))))).toBe('ended ended ended');
  const late = [part('late', { kind: 'existing', of: 'booking', id: bookingId })];
  const add = { arrangementId, parts: late, requestedBy: 'account-fatima' };
  expect(codeOf(await api.addArrangementParts(add, world.call()))).toBe('booking-ended');
});

test('a trip that cannot move along is let go of, and the contact person looks for another', async () => {
  const world = await openWorldOfFatima();
  accepted(await plan(world, part('care'), ...trips('care')));
  const agreed = await confirm(world);
  const shift = 24 * hourMs;
  const busy = { from: plusMs(thereSpan.from, shift), until: plusMs(thereSpan.until, shift) };
  const other = { offerId: offerIdOf('transport'), resourceId: resourceIdOf('taxi'), span: busy };
  accepted(
    await world.api.requestBooking(
      requestOf(bookingIdOf('other'), { ...other, placeOfService: 'provider' }),
      world.call(),
    ),
  );
  const span = { from: plusMs(afternoon.from, shift), until: plusMs(afternoon.until, shift) };
  accepted(await world.api.rescheduleBooking({ bookingId: bookingOf(agreed, 'care'), span }, world.call()));
  await settle(world);
  expect((await now(world))?.parts.map(({ status, end }) => end ?? status)).toEqual([
    ...['agreed', 'could-not-move', 'agreed'],
  ]);
  const [task] = await world.api.listTasks({ householdId, done: false });
  expect(task).toMatchObject({ kind: 'trip-lost', partOf: { kind: 'arrangement', id: arrangementId } });
});

test('without transport nothing is confirmed where the caregiver said so, and a stay takes its trips along', async () => {
  const world = await openWorldOfFatima();
  const there = { from: at('2027-05-10T11:00:00Z'), until: at('2027-05-10T12:30:00Z') };
  const busy = { offerId: offerIdOf('transport'), resourceId: resourceIdOf('taxi'), span: there };
  const blocking = bookingIdOf('busy');
  accepted(await world.api.requestBooking(requestOf(blocking, { ...busy, placeOfService: 'provider' }), world.call()));
  const ride = part('there', taxi(there), { tripOf: tripFor('stay', 'there', true) });
  const held = accepted(await plan(world, part('stay', stayAsk()), ride));
  expect(held.parts.map(({ status, blocked }) => `${status} ${blocked}`)).toEqual(['held true', 'refused false']);
  expect(held.next.step).toBe('choose');
  expect(codeOf(await world.api.confirmArrangement({ arrangementId }, world.call()))).toBe('transport-first');
  accepted(await world.api.cancelBooking({ bookingId: blocking, by: 'caregiver' }, world.call()));
  const again = part('again', taxi(there), { tripOf: tripFor('stay', 'there', true), instead: partIdOf('there') });
  accepted(
    await world.api.addArrangementParts({ arrangementId, parts: [again], requestedBy: 'account-fatima' }, world.call()),
  );
  accepted(await world.api.endArrangementParts({ arrangementId, partIds: [partIdOf('there')] }, world.call()));
  const agreed = await confirm(world);
  expect(told(agreed)).toBe('agreed ended agreed');
  const stayId = StayId.parse(agreed.parts[0]?.stayId);
  accepted(await world.api.endStay({ stayId, by: 'provider', reason: 'cancelled' }, world.call()));
  await settle(world);
  expect((await now(world))?.parts.map(({ end }) => end)).toEqual(['by-itself', 'caregiver', 'with-part']);
  expect(await parkedIn(world)).toEqual([]);
});

test('rides of a weekly day out come with it; a date that falls away takes its ride along', async () => {
  const world = await openWorldOfFatima();
  const rides = seriesAsk('transport', 'taxi');
  const rule = { ...weeklyRule, startsAt: '12:00', endsAt: '13:00' };
  const ride = PartAsk.parse({ ...rides, placeOfService: 'provider', rule });
  accepted(await plan(world, part('days', seriesAsk()), part('there', ride, { tripOf: tripFor('days', 'there') })));
  const agreed = await confirm(world);
  expect(told(agreed)).toBe('agreed agreed');
  const seriesOf = async (index: number) => {
    const seriesId = SeriesId.parse(agreed.parts[index]?.seriesId);
    return (await world.api.findSeries({ seriesId }))?.dates ?? [];
  };
  const [, second] = await seriesOf(0);
  accepted(
    await world.api.cancelBooking({ bookingId: BookingId.parse(second?.bookingId), by: 'provider' }, world.call()),
  );
  await settle(world);
  expect((await seriesOf(1)).map(({ status }) => status)).toEqual([
    ...['confirmed', 'cancelled', 'confirmed', 'confirmed'],
  ]);
  const from = Day.parse('2027-05-18');
  const seriesId = SeriesId.parse(agreed.parts[0]?.seriesId);
  accepted(await world.api.endSeries({ seriesId, from, by: 'caregiver' }, world.call()));
  await settle(world);
  expect((await seriesOf(1)).map(({ status }) => status)).toEqual([
    ...['confirmed', 'cancelled', 'cancelled', 'cancelled'],
  ]);
});
