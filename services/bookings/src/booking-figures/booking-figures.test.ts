import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minuteMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { bookingIdOf, fatima, requestOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/** Every number that is told, by name and label. */
const told = async (world: World): Promise<Record<string, number>> => {
  await world.settled();
  const numbers: Record<string, number> = {};
  for (const it of await world.gauges()) {
    const name = it.name.replace(/^adempauze_/, '');
    if (it.type === 'histogram') {
      for (const { atMost, count } of it.buckets) numbers[`${name} ${atMost}`] = count;
      numbers[`${name} sum`] = it.sum;
      numbers[`${name} count`] = it.count;
    } else
      for (const { value, labels } of it.samples) numbers[[name, ...Object.values(labels ?? {})].join(' ')] = value;
  }
  return numbers;
};
const booked = (world: World, name: string) =>
  world.api.requestBooking(requestOf(bookingIdOf(name)), world.call(`request ${name}`));

test('bookings are counted once, wherever they are in their life, and how long confirming took', async () => {
  const world = await openWorld({ capacity: 3 });
  const { api } = world;
  await api.registerHousehold(fatima(), world.call());
  expect(await told(world)).toMatchObject({ bookings_requested_total: 0, 'booking_confirm_seconds count': 0 });

  for (const name of ['one', 'two', 'three', 'three']) await booked(world, name);
  await booked(world, 'too many');
  expect(await told(world)).toMatchObject({
    ...{ bookings_requested_total: 4, bookings_confirmed_total: 0, 'bookings_waiting held': 3, bookings_overdue: 0 },
    ...{ 'bookings_unmet_total refused': 1, unmet_requests: 1 },
  });

  world.pass(90_000);
  for (const word of ['confirm', 'confirm', 'again'])
    await api.confirmBooking({ bookingId: bookingIdOf('one') }, world.call(word));
  await api.confirmBooking({ bookingId: bookingIdOf('two') }, world.call());
  await api.cancelBooking({ bookingId: bookingIdOf('two'), by: 'caregiver' }, world.call());
  expect(await told(world)).toMatchObject({
    ...{ bookings_requested_total: 4, bookings_confirmed_total: 2, bookings_cancelled_total: 1 },
    ...{ 'bookings_waiting held': 1, 'booking_confirm_seconds sum': 180, 'booking_confirm_seconds count': 2 },
    ...{ 'booking_confirm_seconds 60': 0, 'booking_confirm_seconds 600': 2, 'booking_confirm_seconds 604800': 2 },
  });

  world.pass(15 * minuteMs);
  expect(await told(world)).toMatchObject({ 'bookings_waiting held': 1, bookings_overdue: 1 });
  await world.nudge();
  expect(await told(world)).toMatchObject({
    ...{ 'bookings_waiting held': 0, bookings_overdue: 0, 'bookings_unmet_total expired': 1, unmet_requests: 1 },
  });
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  await world.close();
});

test('a restart forgets nothing that was counted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'figures-'));
  const first = await openWorld({ folder });
  await first.api.registerHousehold(fatima(), first.call());
  await booked(first, 'one');
  await first.settled();
  await first.close();
  const second = await openWorld({ folder });
  // They are told once the read model is whole again.
  await second.until(async () => 'bookings_requested_total' in (await told(second)));
  expect(await told(second)).toMatchObject({ bookings_requested_total: 1, 'bookings_waiting held': 1 });
  await second.close();
  rmSync(folder, { recursive: true });
});

test('consumers tell how far they are, and that nothing waits for an operator', async () => {
  const world = await openWorld();
  await world.api.registerHousehold(fatima(), world.call());
  expect(await told(world)).toMatchObject({
    'consumer_lag_seconds bookings-read-model bookings-log': 0,
    'consumer_lag_seconds bookings-reactor bookings-own': 0,
    'consumer_lag_seconds bookings-reactor bookings-others': 0,
    ...{ 'consumer_pending_events bookings-reactor': 0, 'parked_messages bookings-reactor': 0 },
  });
  await world.close();
});
