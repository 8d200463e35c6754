import { afterEach, expect, test } from '@jest/globals';
import { listHeldInVain } from '../budget-list/ended-bookings.ts';
import {
  at,
  bookingId,
  budgetId,
  budgetOf,
  call,
  deliveryId,
  hillegom,
  householdId,
  offerId,
  onPot,
  providerId,
  rijswijk,
  spendId,
} from '../invoicing.fixtures.ts';
import { type History, tablesOf } from '../read-models.fixtures.ts';
import { createWorld, endWorlds, leftCents, linesOf, setAside, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Money that is set aside for a booking as it ends without care, or after that, is in the budget again. */

const createTown = async () => {
  const world = await createWorld();
  yes(await world.api().openBudget(budgetOf(20_000), call()));
  return world;
};
const late = {
  ...{ chargeId: deliveryId('late'), on: '2026-01-04', owedCents: 8000, ownCostCents: 2000 },
  ...{ bearer: 'own', vat: 'standard' },
};

test.each([
  ['booking-cancelled', { by: 'caregiver' }],
  ['booking-cancelled', { by: 'caregiver', late }],
  ['booking-declined', { reason: 'no-room' }],
  ['booking-expired', {}],
  ['booking-refused', { reason: 'no-room' }],
  ['care-not-given', { reason: 'no-show' }],
])('what is set aside after %s %j is in the budget again', async (type, differences) => {
  const world = await createTown();
  await setAside(world, 1, 3000, 1);
  await world.about(type, 1, differences);
  await world.settled();
  expect(await leftCents(world)).toBe(20_000);
  await setAside(world, 1, 4000, 2);
  await setAside(world, 1, 5000, 3);
  await setAside(world, 'another', 6000);
  await world.swept();
  expect(await leftCents(world)).toBe(14_000);
  await setAside(world, 1, 7000, 4);
  await world.swept();
  expect(await leftCents(world)).toBe(14_000);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('what is set aside for a booking that nobody knows waits for it, and is back once that has ended', async () => {
  const world = await createTown();
  for (const name of ['given', 'ended']) await setAside(world, name, 9900);
  await world.about('booking-confirmed', 'ended');
  await world.swept();
  expect(await leftCents(world)).toBe(200);
  await world.delivered('given', onPot);
  await world.about('booking-cancelled', 'ended', { by: 'provider' });
  await world.swept();
  expect(await linesOf(world, 'given')).toEqual([['scheme', rijswijk, 9900]]);
  expect(await leftCents(world)).toBe(10_100);
});

test('two replicas that find it at once give it back once, also after a stop', async () => {
  const world = await createTown();
  await world.about('booking-expired', 1);
  await world.settled();
  const other = await world.parts().start('another process');
  await other.settled();
  await setAside(world, 1, 9900);
  await Promise.all([world.settled(), other.settled()]);
  world.stopWhen((type) => type === 'SpendReleased');
  await Promise.all([world.runtime().nudge(), other.nudge()]);
  expect(await leftCents(world)).toBe(10_100);
  world.stopWhen(undefined);
  await Promise.all([world.runtime().nudge(), other.nudge()]);
  await other.close();
  expect(await leftCents(world)).toBe(20_000);
  const { events } = await world.parts().store.read(`budget-${budgetId(1)}`);
  expect(events.map(({ type }) => type)).toEqual(['BudgetOpened', 'BudgetSpent', 'SpendReleased']);
});

test('what was set aside before a stop is given back after it', async () => {
  const world = await createTown();
  await world.about('booking-expired', 1);
  await world.settled();
  await setAside(world, 1, 9900);
  await world.restart();
  await world.swept();
  expect(await leftCents(world)).toBe(20_000);
});

test('whichever of the end and the spend the lists see last, the spend is found until nothing is left of it', () => {
  const about = { budgetId: budgetId(1), spendId: spendId(1), bookingId: bookingId(1) };
  const now = at('2026-01-02T10:00:00Z');
  const opened: History[number] = ['BudgetOpened', { ...budgetOf(20_000), openedAt: now }];
  const spent: History[number] = ['BudgetSpent', { ...about, amountCents: 9900, spentAt: now }];
  const released = (leftCents: number): History[number] => [
    'SpendReleased',
    { ...about, releasedCents: 9900 - leftCents, leftCents, releasedAt: now },
  ];
  const ended: History[number] = [
    'bookings.booking-expired.v1',
    {
      ...{ bookingId: bookingId(1), householdId: householdId(1), offerId: offerId(1) },
      ...{ providerId: providerId(1), form: 'F19', municipality: hillegom },
      span: { from: now, until: at('2026-01-02T13:00:00Z') },
    },
  ];
  const found = (...history: History) => listHeldInVain(tablesOf([opened, ...history], 2), 10);
  expect(found(spent)).toEqual([]);
  expect(found(ended)).toEqual([]);
  for (const both of [
    [spent, ended],
    [ended, spent],
  ]) {
    expect(found(...both)).toEqual([about]);
    expect(found(...both, released(2475))).toEqual([about]);
    expect(found(...both, released(0))).toEqual([]);
  }
  expect(found(spent, released(0), ended)).toEqual([]);
});
