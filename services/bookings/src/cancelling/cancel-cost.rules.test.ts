import { hourMs, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afternoon, termsOf } from '../examples.fixtures.ts';
import { freeCancelUntil, lateCostOf, percentOf } from './cancel-cost.rules.ts';

const cancellation = { freeUntilHours: 48, lateSharePercent: 50 };
const agreed = {
  terms: termsOf({ bearer: 'own', priceCents: 16_001, cancellation }),
  quote: { ownCostCents: 4_001 },
  span: afternoon,
  partOf: null,
  status: 'confirmed' as const,
};
const freeUntil = plusMs(afternoon.from, -48 * hourMs);
const late = plusMs(freeUntil, 1);

test('free up to and including the moment agreed; a millisecond later the share is owed, the half cent upwards', () => {
  expect(freeCancelUntil(agreed)).toBe(freeUntil);
  expect(lateCostOf(agreed, freeUntil)).toBeUndefined();
  expect(lateCostOf(agreed, late)).toEqual({ owedCents: 8001, ownCostCents: 2001 });
});
test('who does not bear the price, bears nothing of it', () => {
  const terms = { ...agreed.terms, bearer: 'guarantee' as const };
  expect(lateCostOf({ ...agreed, terms }, late)).toEqual({ owedCents: 8001, ownCostCents: 0 });
});
test.each([
  ['a step towards a stay', { terms: { ...agreed.terms, step: 'night' as const } }],
  ['an urgent case', { partOf: { kind: 'urgent' as const } }],
  ['a backup that was called in', { partOf: { kind: 'backup' as const } }],
  ['what was never confirmed', { status: 'awaiting-acceptance' as const }],
  ['a stay that waits for a step', { status: 'reserved' as const }],
  ['terms without a share', { terms: { ...agreed.terms, cancellation: { ...cancellation, lateSharePercent: 0 } } }],
  ['no terms at all', { terms: termsOf({ bearer: 'own' }) }],
])('never for %s', (_what, changes) => {
  expect(lateCostOf({ ...agreed, ...changes }, late)).toBeUndefined();
});

test('never more than the price, nor for the caregiver than the own cost shown, and exact to the cent', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000_000 });
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(cents, cents, percent, fc.constantFrom('own' as const, 'guarantee' as const), (a, b, share, bearer) => {
      const [ownCostCents, priceCents] = a < b ? [a, b] : [b, a];
      const terms = { bearer, priceCents, cancellation: { freeUntilHours: 1, lateSharePercent: share } };
      const cost = lateCostOf({ ...agreed, terms, quote: { ownCostCents } }, plusMs(afternoon.from, -1));
      const exact = (amount: number) => Number((BigInt(amount) * BigInt(share) + 50n) / 100n);
      if (cost === undefined) return exact(priceCents) === 0;
      return (
        cost.owedCents === exact(priceCents) &&
        cost.owedCents <= priceCents &&
        cost.ownCostCents === (bearer === 'own' ? exact(ownCostCents) : 0) &&
        cost.ownCostCents <= ownCostCents &&
        cost.ownCostCents <= cost.owedCents
      );
    }),
    { numRuns: 2000 },
  );
  expect([percentOf(1, 50), percentOf(1, 49), percentOf(3, 50), percentOf(0, 100)]).toEqual([1, 0, 2, 0]);
});
test('later is never cheaper', () => {
  const moment = fc.integer({ min: -100 * hourMs, max: -1 });
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: 0, max: 96 }), (a, b, freeUntilHours) => {
      const terms = { ...agreed.terms, cancellation: { freeUntilHours, lateSharePercent: 30 } };
      const owedAt = (ms: number) => lateCostOf({ ...agreed, terms }, plusMs(afternoon.from, ms))?.owedCents ?? 0;
      return owedAt(Math.min(a, b)) <= owedAt(Math.max(a, b));
    }),
  );
});
