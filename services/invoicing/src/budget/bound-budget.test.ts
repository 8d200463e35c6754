import { HelperId, Month, OpenBudget, SpendBudget } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, bookingId, budgetId, call, deliveryId, hillegom, householdId, spendId } from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, yes } from '../world.fixtures.ts';
import { type BudgetCommand, budgetDecider, heldFor } from './budget.decider.ts';
import type { BudgetEvent } from './budget.events.ts';

afterEach(endWorlds);

const ada = HelperId.parse(derivedId('helper', 'ada'));
const stranger = HelperId.parse(derivedId('helper', 'stranger'));
const budget = OpenBudget.parse({
  ...{ budgetId: budgetId(1), municipality: hillegom, holderAccountId: 'nurse', name: 'Vrij budget palliatief' },
  ...{ amountCents: 150_000, from: '2026-01-01', until: '2027-01-01' },
  boundTo: { householdId: householdId(1), helperIds: [ada] },
});
const now = at('2026-01-05T10:00:00Z');
const opened: BudgetEvent = { type: 'BudgetOpened', data: { ...budget, openedAt: now } };
const aside = (name: string, amountCents = 25_000) => ({
  ...{ budgetId: budgetId(1), spendId: spendId(name), amountCents, bookingId: bookingId(name) },
});
const spent = (name: string, amountCents?: number): BudgetEvent => ({
  type: 'BudgetSpent',
  data: { ...aside(name, amountCents), spentAt: now },
});
const keep = (name: string, keepCents: number, turn?: number): BudgetCommand => ({
  type: 'ReleaseSpends',
  data: { budgetId: budgetId(1), bookingId: bookingId(name), keepCents, ...(turn === undefined ? {} : { turn }) },
  now,
});
const take = (name: string, wantCents: number, turn: number): BudgetCommand => ({
  type: 'TakeAgain',
  data: { budgetId: budgetId(1), bookingId: bookingId(name), wantCents, turn },
  now,
});
const given = deciderSpec(budgetDecider);

test('a bound budget is spent on a booking, and on nothing else (S09)', () => {
  const { bookingId: _booking, ...loose } = aside('a');
  given(opened).when({ type: 'SpendBudget', data: loose, now }).thenRejected('budget-is-bound');
  given(opened)
    .when({ type: 'SpendBudget', data: aside('a'), now })
    .then(spent('a'))
    .twiceIsOnce();
});
test('what the care did not cost is in the budget again, once', () => {
  const released = (releasedCents: number): BudgetEvent => ({
    type: 'SpendReleased',
    data: {
      ...{ budgetId: budgetId(1), spendId: spendId('a'), bookingId: bookingId('a'), releasedCents },
      ...{ leftCents: 25_000 - releasedCents, releasedAt: now },
    },
  });
  given(opened, spent('a'), spent('b')).when(keep('a', 0)).then(released(25_000)).twiceIsOnce();
  given(opened, spent('a')).when(keep('a', 20_000)).then(released(5_000)).twiceIsOnce();
  given(opened, spent('a')).when(keep('a', 30_000)).then();
  // Said again after it was released, it is the same spend: nothing is spent anew.
  given(opened, spent('a'), released(25_000))
    .when({ type: 'SpendBudget', data: aside('a'), now })
    .then();
});
test('what was released is taken again as far as it is there, never beyond what its holder spent, once in each turn', () => {
  const about = { budgetId: budgetId(1), bookingId: bookingId('a') };
  const released: BudgetEvent = {
    type: 'SpendReleased',
    data: { ...about, spendId: spendId('a'), releasedCents: 24_000, leftCents: 1000, releasedAt: now },
  };
  const taken = (amountCents: number, takenCents: number, turn = 1): BudgetEvent => ({
    type: 'SpendsTakenAgain',
    data: {
      ...{ ...about, turn, takenCents, takenAt: now },
      spends: takenCents === 0 ? [] : [{ spendId: spendId('a'), amountCents }],
    },
  });
  given()
    .when(take('a', 1, 1))
    .thenRejected('budget-not-found');
  given(opened, spent('a'), released)
    .when(take('a', 20_000, 1))
    .then(taken(20_000, 19_000))
    .twiceIsOnce();
  given(opened, spent('a'), released)
    .when(take('a', 90_000, 1))
    .then(taken(25_000, 24_000));
  given(opened, spent('a'), released, spent('b', 140_000))
    .when(take('a', 20_000, 1))
    .then(taken(10_000, 9_000));
  given(opened, spent('a'), released, spent('b', 149_000))
    .when(take('a', 20_000, 1))
    .then(taken(1000, 0));
  // A release or a question of before the last question comes too late, as does a question of before a release.
  given(opened, spent('a'), released, taken(20_000, 19_000))
    .when(keep('a', 1000, 0))
    .then();
  given(opened, spent('a'), released, taken(20_000, 19_000))
    .when(take('a', 25_000, 1))
    .then();
  const kept: BudgetEvent = { type: 'SpendsKept', data: { ...about, turn: 2, keptAt: now } };
  given(opened, spent('a'), released)
    .when(keep('a', 1000, 2))
    .then(kept)
    .twiceIsOnce();
  given(opened, spent('a'), released, kept)
    .when(take('a', 25_000, 2))
    .then();
});
test('whatever is set aside, released and taken again in whichever order, balance and spends are the budget', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc
      .record({ name, cents: fc.integer({ min: 1, max: 90_000 }) })
      .map((it): BudgetCommand => ({ type: 'SpendBudget', data: aside(it.name, it.cents), now })),
    fc.record({ name, cents: fc.integer({ min: 0, max: 90_000 }) }).map((it) => keep(it.name, it.cents)),
    fc
      .record({ name, cents: fc.integer({ min: 0, max: 90_000 }), turn: fc.nat(5) })
      .map((it) => keep(it.name, it.cents, it.turn)),
    fc
      .record({ name, cents: fc.integer({ min: 0, max: 90_000 }), turn: fc.integer({ min: 1, max: 5 }) })
      .map((it) => take(it.name, it.cents, it.turn)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let state = budgetDecider.evolve(budgetDecider.initialState, opened);
      for (const command of steps) {
        const decision = budgetDecider.decide(command, state);
        if (decision.accepted) state = decision.events.reduce(budgetDecider.evolve, state);
        const total = state.spends.reduce((sum, { amountCents }) => sum + amountCents, 0);
        expect(state.balanceCents + total).toBe(budget.amountCents);
        expect(state.balanceCents).toBeGreaterThanOrEqual(0);
        expect(Math.min(0, ...state.spends.map(({ amountCents }) => amountCents))).toBe(0);
        for (const { amountCents, askedCents } of state.spends) expect(amountCents).toBeLessThanOrEqual(askedCents);
        // Whoever asks hears what is there: all of what it wants, or else the budget is empty or asked for no more.
        if (command.type === 'TakeAgain' && decision.accepted && decision.events.length > 0) {
          const { wantCents, bookingId: of } = command.data;
          const mine = state.spends.filter((it) => it.bookingId === of);
          const mostCents = mine.reduce((sum, { askedCents }) => sum + askedCents, 0);
          const isShort = heldFor(state, of) < Math.min(wantCents, mostCents);
          expect([isShort, state.balanceCents > 0]).not.toEqual([true, true]);
        }
      }
    }),
  );
});

const openWorldWithBudget = async () => {
  const world = await createWorld();
  yes(await world.api().openBudget(budget, call('open')));
  const setAside = async (name: string, amountCents = 25_000) =>
    yes(await world.api().spendBudget(SpendBudget.parse(aside(name, amountCents)), call(`aside ${name}`)));
  const night = { unitPriceCents: 25_000, quantity: 100, unit: 'night', bearer: 'guarantee', ownCostCents: 0 };
  const linesOf = async (name: string) =>
    (await world.api().findClaimOfBooking({ bookingId: bookingId(name) }))?.lines.map((it) => [
      it.kind,
      it.amountCents,
    ]);
  const balance = async () => (await world.api().findBudget({ budgetId: budgetId(1) }))?.balanceCents;
  return { world, setAside, night, linesOf, balance };
};

test('it pays what the people give whom the family knows; of what is not given nothing is spent (A02)', async () => {
  const { world, setAside, night, linesOf, balance } = await openWorldWithBudget();
  for (const name of ['one', 'two', 'three']) await setAside(name);
  expect(await balance()).toBe(75_000);
  for (const name of ['one', 'two']) await world.delivered(name, { ...night, helperId: ada });
  await world.about('booking-cancelled', 'three', { by: 'caregiver' });
  await world.about('booking-cancelled', 'three', { by: 'caregiver' });
  await world.settled();
  expect(await linesOf('one')).toEqual([['scheme', 25_000]]);
  expect(await balance()).toBe(100_000);
  expect((await world.api().listBudgets({}))[0]).toMatchObject({ balanceCents: 100_000, spends: [{}, {}] });
  expect(await world.api().trialBalance({})).toMatchObject({ balanced: true });
  world.setClock('2026-02-03T10:00:00Z');
  const invoices = yes(await world.api().billMonth({ month: Month.parse('2026-01') }, call()));
  expect(invoices.map(({ payer, totalCents }) => [payer.kind, totalCents])).toEqual([['municipality', 50_000]]);
});
test('a stranger is not paid out of it, and what the care cost less is in it again', async () => {
  const { world, setAside, night, linesOf, balance } = await openWorldWithBudget();
  for (const name of ['stranger', 'shorter', 'dearer']) await setAside(name, name === 'dearer' ? 10_000 : 25_000);
  await world.delivered('stranger', { ...night, helperId: stranger });
  await world.delivered('shorter', { ...night, quantity: 50, helperId: ada });
  await world.delivered('dearer', { ...night, helperId: ada });
  await world.settled();
  expect(await linesOf('stranger')).toEqual([['guarantee', 25_000]]);
  expect(await linesOf('shorter')).toEqual([['scheme', 12_500]]);
  expect(await linesOf('dearer')).toEqual([
    ['scheme', 10_000],
    ['guarantee', 15_000],
  ]);
  expect(await balance()).toBe(150_000 - 12_500 - 10_000);
  expect(await world.api().findClaim({ deliveryId: deliveryId('dearer') })).toMatchObject({ costCents: 25_000 });
});
