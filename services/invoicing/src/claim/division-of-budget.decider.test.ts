import { expect, test } from '@jest/globals';
import { at, delft, insurer } from '../invoicing.fixtures.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, claimDecider } from './claim.decider.ts';
import { ClaimEvent } from './claim.events.ts';
import { noClaim } from './claim.state.rules.ts';
import { answerOf, apply, budgetId, decline, declined, facts, last, now, payers, play } from './division.fixtures.ts';
import { keptBy } from './releasing.ts';

/* The claim by itself: what it asks of a free budget, and what that bears. */

test('what a later division wants more of a budget is asked of it, and it bears what is there', () => {
  const { sharing: _, ...rest } = facts;
  const insured = { insurerId: 'insurer-1', percent: 75, since: at('2027-04-01T10:00:00Z') };
  const budget = { budgetId, municipality: delft, amountCents: 9900 };
  const claim: ClaimFacts = { ...rest, costCents: 9900, insurer: insured, budget };
  const first = claimDecider.decide({ type: 'OpenClaim', data: claim, now }, claimDecider.initialState);
  const events = first.accepted ? first.events : [];
  expect(events.at(-1)).toMatchObject({ type: 'ClaimSettled', data: { budgetCents: 2475 } });
  // As it was stored before the amount was written down.
  const stored = events.map((it) => {
    const { budgetCents: _cents, ...data } = { budgetCents: undefined, ...it.data };
    return ClaimEvent.parse({ type: it.type, data });
  });
  for (const before of [events, stored]) {
    const asking = apply(before.reduce(claimDecider.evolve, claimDecider.initialState), decline(insurer));
    expect(asking.events.map(({ type }) => type)).toEqual(['FundingDeclined']);
    const [ask] = asksOfClaim(asking.state);
    if (ask?.of !== 'budget') throw new Error('The budget is not asked.');
    expect(ask).toMatchObject({ id: 'budget-1', budgetId, turn: 1, wantCents: 9900 });
    // Nothing is given back while it is not known what is needed.
    expect(keptBy(before.reduce(claimDecider.evolve, noClaim))).toMatchObject({ cents: 2475, turn: 0, budgetId });
    expect(keptBy(asking.state)).toBeUndefined();
    for (const [heldCents, restCents] of [
      [2475, 7425],
      [4000, 5900],
      [9900, 0],
    ] as const) {
      const { state } = apply(asking.state, answerOf(ask, heldCents));
      expect(keptBy(state)).toMatchObject({ cents: heldCents, turn: 1, budgetId });
      expect(last(state).lines.map(({ kind, amountCents }) => [kind, amountCents])).toEqual([
        ['scheme', heldCents],
        ...(restCents === 0 ? [] : [['guarantee', restCents]]),
      ]);
      // Answered twice, or to what was asked before, it changes nothing.
      expect(apply(state, answerOf(ask, 9900)).events).toEqual([]);
      const again = apply(asking.state, { type: 'NoteDecline', data: declined(payers[3]), now }).state;
      expect(apply(again, answerOf(ask, heldCents)).events).toEqual([]);
      expect(asksOfClaim(again)).toMatchObject([{ id: 'budget-2', wantCents: 9900 }]);
    }
  }
});

test('money that is set aside after the claim opened, or is there again, bears what the caregiver and the pot bore', () => {
  const { sharing: _, ...rest } = facts;
  const claim: ClaimFacts = { ...rest, bearer: 'own', costCents: 9900, ownCostCents: 5000 };
  const spends = [{ amountCents: 8000, since: now }];
  const budget = { budgetId, municipality: delft, amountCents: 8000, spends };
  const offer = (differences: object): ClaimCommand => ({
    type: 'OfferBudget',
    data: { budgetId, municipality: delft, spendCount: 1, budget: { ...budget, ...differences } },
    now,
  });
  const found = play({ type: 'OpenClaim', data: claim, now }, offer({}));
  expect(last(found).lines.map(({ kind, amountCents }) => [kind, amountCents])).toEqual([
    ['own', 5000],
    ['guarantee', 4900],
  ]);
  const [ask] = asksOfClaim(found);
  if (ask?.of !== 'budget') throw new Error('The budget is not asked.');
  const { state } = apply(found, answerOf(ask, 8000));
  expect(last(state)).toMatchObject({
    ...{ why: 'budgeted', payer: { kind: 'municipality', id: delft } },
    lines: [
      { kind: 'scheme', payer: { id: delft }, amountCents: 8000 },
      { kind: 'own', amountCents: 1900 },
    ],
  });
  // One that does not pay for this care changes nothing.
  const kept = apply(play({ type: 'OpenClaim', data: claim, now }), offer({ bound: true }));
  expect(kept.events.map(({ type }) => type)).toEqual(['BudgetFound', 'AllocationKept']);
  expect(apply(play({ type: 'OpenClaim', data: { ...claim, lateCancellation: true }, now }), offer({}))).toEqual({
    ...{ state: expect.anything(), events: [] },
  });
});
