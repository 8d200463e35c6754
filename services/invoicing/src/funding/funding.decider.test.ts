import { RegisterPolicy } from '@adempauze/contracts';
import { plusDays, plusMonths } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entitlementIdOf } from '../entitlement/entitlement.events.ts';
import { at, day, householdId, policyId, s02 } from '../invoicing.fixtures.ts';
import { type FundingCommand, fundingDecider } from './funding.decider.ts';
import type { Award, FundingEvent } from './funding.events.ts';

const now = at('2026-01-02T10:00:00Z');
const awardFrom = (startsOn: string, rateCents = 3300, extendable = false): Award => ({
  entitlementId: entitlementIdOf({ householdId: householdId(1), schemeId: s02.schemeId, startsOn }),
  schemeId: s02.schemeId,
  schemeName: s02.name,
  householdId: householdId(1),
  municipality: s02.municipality,
  rules: { ...s02.rules, extendable },
  rateCents,
  from: day(startsOn),
  until: plusMonths(day(startsOn), 6),
  awardedBy: 'adviser-1',
  awardedAt: now,
});
const awarded = (data: Award): FundingEvent => ({ type: 'SchemeAwarded', data });
const award = (data: Award): FundingCommand => ({ type: 'AwardScheme', data, now });
const extend = (startsOn: string): FundingCommand => ({
  type: 'ExtendAward',
  data: { entitlementId: awardFrom(startsOn).entitlementId },
  now,
});
const given = deciderSpec(fundingDecider);

test('a scheme is awarded once for a period; the next may begin on the day after it', () => {
  given()
    .when(award(awardFrom('2026-01-05')))
    .then(awarded(awardFrom('2026-01-05')))
    .twiceIsOnce();
  const first = awarded(awardFrom('2026-01-05'));
  given(first)
    .when(award(awardFrom('2026-07-04')))
    .thenRejected('entitlement-overlaps');
  given(first)
    .when(award(awardFrom('2026-07-05')))
    .then(awarded(awardFrom('2026-07-05')));
  given(first)
    .when(award(awardFrom('2026-01-05', 3500)))
    .thenRejected('already-exists');
});

test('A07: S02 is not extended; a scheme that can be is, unless the next period is in the way', () => {
  given(awarded(awardFrom('2026-01-05')))
    .when(extend('2026-01-05'))
    .thenRejected('scheme-not-extendable');
  given().when(extend('2026-01-05')).thenRejected('entitlement-not-found');
  const first = awardFrom('2026-01-05', 3300, true);
  const { householdId: household, entitlementId } = first;
  given(awarded(first))
    .when(extend('2026-01-05'))
    .then({
      type: 'AwardExtended',
      data: { householdId: household, entitlementId, until: day('2027-01-05'), extendedAt: now },
    });
  given(awarded(first), awarded(awardFrom('2026-12-31')))
    .when(extend('2026-01-05'))
    .thenRejected('entitlement-overlaps');
});

const policy = RegisterPolicy.parse({
  policyId: policyId(1),
  householdId: householdId(1),
  insurerId: 'insurer-1',
  shares: [{ form: 'F05', percent: 75 }],
  from: '2026-01-01',
  until: '2027-01-01',
});

test('a policy is registered once', () => {
  given()
    .when({ type: 'RegisterPolicy', data: policy, now })
    .then({ type: 'PolicyRegistered', data: { ...policy, registeredAt: now } })
    .twiceIsOnce();
  given({ type: 'PolicyRegistered', data: { ...policy, registeredAt: now } })
    .when({ type: 'RegisterPolicy', data: { ...policy, insurerId: 'insurer-2' }, now })
    .thenRejected('already-exists');
});

test('whatever is awarded and extended, periods of one scheme never overlap', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 900 })), { maxLength: 20, size: 'max' });
  fc.assert(
    fc.property(steps, (asked) => {
      let state = fundingDecider.initialState;
      for (const [isExtension, offset] of asked) {
        const startsOn = plusDays(day('2026-01-01'), offset);
        const nth = state.awards[offset % Math.max(1, state.awards.length)]?.from ?? startsOn;
        const command = isExtension ? extend(nth) : award(awardFrom(startsOn, 3300, true));
        const decision = fundingDecider.decide(command, state);
        if (decision.accepted) state = decision.events.reduce(fundingDecider.evolve, state);
      }
      for (const [index, { until }] of state.awards.entries()) {
        const next = state.awards[index + 1];
        if (next !== undefined) expect(until <= next.from).toBe(true);
      }
    }),
  );
});
