import { EntitlementId, Payer } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  bookingId,
  day,
  deliveryId,
  hillegom,
  householdId,
  offerId,
  providerId,
  rijswijk,
} from '../invoicing.fixtures.ts';
import { isBalanced } from '../ledger/entry.rules.ts';
import { allocate, totalOf } from './allocation.rules.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, claimDecider } from './claim.decider.ts';
import type { ClaimEvent } from './claim.events.ts';

const now = at('2027-05-03T16:00:00Z');
const facts: ClaimFacts = {
  deliveryId: deliveryId(1),
  bookingId: bookingId(1),
  householdId: householdId(1),
  providerId: providerId(1),
  offerId: offerId(1),
  form: 'F05',
  deliveredOn: day('2027-05-03'),
  unit: 'hour',
  quantity: 400,
  unitPriceCents: 2300,
  costCents: 9200,
  vat: 'standard',
  bearer: 'own',
  ownCostCents: 9200,
  municipality: hillegom,
  entitlements: [],
  potId: 'default',
};
const caregiver = Payer.parse({ kind: 'caregiver', id: householdId(1) });
const insurer = { insurerId: 'insurer-1', percent: 75 };
const open = (change: Partial<ClaimFacts> = {}): ClaimCommand => ({
  type: 'OpenClaim',
  data: { ...facts, ...change },
  now,
});
const entitlement = (name: number) => ({
  entitlementId: EntitlementId.parse(derivedId('e', name)),
  municipality: rijswijk,
});
const answer = (name: number, coveredQuantity: number, coveredCents: number, contributionCents = 0): ClaimCommand => ({
  type: 'RecordRoom',
  data: {
    deliveryId: deliveryId(1),
    ...{ entitlementId: entitlement(name).entitlementId, coveredQuantity, coveredCents, contributionCents },
  },
  now,
});

/** The lines after these commands, or undefined while the claim is open. */
const play = (...commands: readonly ClaimCommand[]) => {
  let state = claimDecider.initialState;
  for (const command of commands) {
    const decision = claimDecider.decide(command, state);
    if (decision.accepted) state = decision.events.reduce(claimDecider.evolve, state);
  }
  return state;
};

test('A13: four hours at 23.00 are 69.00 for the insurer and 23.00 for the caregiver', () => {
  const { settled } = play(open({ insurer, ownCostCents: 2300 }));
  expect(settled).toMatchObject({
    fundingStatus: 'split',
    month: '2027-05',
    lines: [
      { kind: 'insurance', payer: { kind: 'insurer', id: 'insurer-1' }, amountCents: 6900 },
      { kind: 'own', payer: caregiver, amountCents: 2300 },
    ],
    entries: [
      { account: 'receivable:insurer:insurer-1', debitCents: 6900, creditCents: 0 },
      { account: `receivable:caregiver:${householdId(1)}`, debitCents: 2300, creditCents: 0 },
      { account: `payable:provider:${providerId(1)}`, debitCents: 0, creditCents: 9200 },
    ],
  });
});

test('with no source the caregiver pays what was shown, and never more (R46): the pot carries the rest', () => {
  expect(play(open()).settled?.lines).toEqual([{ kind: 'own', payer: caregiver, amountCents: 9200 }]);
  expect(play(open({ unitPriceCents: 2500, costCents: 10_000 })).settled).toMatchObject({
    fundingStatus: 'guaranteed',
    lines: [
      { kind: 'own', amountCents: 9200 },
      { kind: 'guarantee', payer: { kind: 'pot', id: 'default' }, amountCents: 800 },
    ],
  });
});

test('under the guarantee the caregiver pays nothing', () => {
  const { settled } = play(open({ bearer: 'guarantee', ownCostCents: 0 }));
  expect(settled?.lines).toEqual([{ kind: 'guarantee', payer: { kind: 'pot', id: 'default' }, amountCents: 9200 }]);
});

test('entitlements are asked one after the other, each for what the one before left', () => {
  const opened = open({ entitlements: [entitlement(1), entitlement(2)], insurer });
  expect(asksOfClaim(play(opened))).toMatchObject([{ quantity: 400, costCents: 9200 }]);
  const asked = asksOfClaim(play(opened, answer(1, 100, 2300, 2100)));
  expect(asked).toMatchObject([{ quantity: 300, costCents: 6900, mostContributionCents: 7100 }]);
  const state = play(opened, answer(1, 100, 2300, 2100), answer(1, 100, 2300, 2100), answer(2, 100, 2300));
  expect(asksOfClaim(state)).toEqual([]);
  expect(state.settled?.lines).toEqual([
    { kind: 'scheme', payer: { kind: 'municipality', id: rijswijk }, amountCents: 2500 },
    { kind: 'contribution', payer: caregiver, amountCents: 2100 },
    { kind: 'insurance', payer: { kind: 'insurer', id: 'insurer-1' }, amountCents: 3450 },
    { kind: 'own', payer: caregiver, amountCents: 1150 },
  ]);
});

test('a delivery told again, also with another price, changes nothing', () => {
  const given = deciderSpec(claimDecider);
  const settled = play(open()).settled;
  if (settled === undefined) throw new Error('not settled');
  const history: ClaimEvent[] = [
    { type: 'ClaimOpened', data: { ...facts, openedAt: now } },
    { type: 'ClaimSettled', data: settled },
  ];
  given()
    .when(open())
    .then(...history)
    .twiceIsOnce();
  given(...history)
    .when(open({ unitPriceCents: 9900, costCents: 39_600 }))
    .then();
  given(...history)
    .when(answer(1, 100, 100))
    .then();
  given()
    .when(answer(1, 100, 100))
    .thenRejected('not-found');
});

test('care that costs nothing is settled without lines', () => {
  expect(play(open({ unitPriceCents: 0, costCents: 0 })).settled).toMatchObject({ lines: [], entries: [] });
});

const anyCents = fc.integer({ min: 0, max: 2_000_000 });
test('whatever the sources take, the lines add up to the cost, the books balance, and nobody pays more than was shown', () => {
  const anySplit = fc.record({
    costCents: anyCents,
    ownCostCents: anyCents,
    bearer: fc.constantFrom('own' as const, 'guarantee' as const),
    insurer: fc.option(fc.record({ insurerId: fc.constantFrom('a', 'b'), percent: fc.integer({ min: 1, max: 100 }) }), {
      nil: undefined,
    }),
    rooms: fc.array(fc.tuple(anyCents, anyCents), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(anySplit, ({ rooms, insurer: share, ...change }) => {
      const entitlements = rooms.map((_, index) => entitlement(index));
      const answers = rooms.map(([covered, contribution], index) => answer(index, 100, covered, contribution));
      const { settled } = play(open({ ...change, entitlements, ...(share ? { insurer: share } : {}) }), ...answers);
      expect(totalOf(settled?.lines ?? [], 'scheme', 'contribution', 'insurance', 'own', 'guarantee')).toBe(
        change.costCents,
      );
      expect(settled?.lines.every(({ amountCents }) => amountCents > 0)).toBe(true);
      expect(isBalanced(settled?.entries ?? [])).toBe(true);
      expect(totalOf(settled?.lines ?? [], 'own', 'contribution')).toBeLessThanOrEqual(change.ownCostCents);
    }),
  );
});

test('what is shown before is the most that is paid after, at the same price or a higher one', () => {
  fc.assert(
    fc.property(anyCents, anyCents, fc.integer({ min: 1, max: 100 }), (shownCents, moreCents, percent) => {
      const split = {
        householdId: householdId(1),
        schemes: [],
        insurer: { insurerId: 'a', percent },
        bearer: 'own',
        potId: 'p',
      } as const;
      const shown = totalOf(allocate({ ...split, costCents: shownCents, mostOwnCents: undefined }), 'own');
      const paid = allocate({ ...split, costCents: shownCents + moreCents, mostOwnCents: shown });
      expect(totalOf(paid, 'own')).toBeLessThanOrEqual(shown);
    }),
  );
});
