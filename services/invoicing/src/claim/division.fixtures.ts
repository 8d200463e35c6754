import { CostSharingId, EntitlementId, type FundingDecline, MunicipalityCode } from '@adempauze/contracts';
import { derivedId, type Instant } from '@adempauze/kernel';
import {
  at,
  bookingId,
  budgetId as budgetIdOf,
  byMunicipality,
  day,
  delft,
  deliveryId,
  householdId,
  insurer,
  offerId,
  providerId,
  rijswijk,
} from '../invoicing.fixtures.ts';
import { type BudgetAsk, type ClaimCommand, type ClaimFacts, type ClaimState, claimDecider } from './claim.decider.ts';
import type { ClaimEvent } from './claim.events.ts';

/* One claim by itself, with a free budget, and what may be said to it. */

export const now = at('2027-05-03T16:00:00Z');
export const municipality = byMunicipality(rijswijk);
export const budgetId = budgetIdOf(1);
/** Of the free budget, and of nothing else. */
export const gouda = MunicipalityCode.parse('0513');
export const entitlementId = (name: number) => EntitlementId.parse(derivedId('division', name));
export const facts: ClaimFacts = {
  ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), householdId: householdId(1), providerId: providerId(1) },
  ...{ offerId: offerId(1), form: 'F12', deliveredOn: day('2027-04-30'), unit: 'night', quantity: 300 },
  ...{ unitPriceCents: 17_555, costCents: 52_665, vat: 'exempt', bearer: 'guarantee', ownCostCents: 0 },
  ...{ municipality: rijswijk, entitlements: [], potId: 'default' },
  sharing: {
    costSharingId: CostSharingId.parse(derivedId('sharing')),
    ...{ municipality: rijswijk, insurerId: 'insurer-1', insurerPercent: 50 },
  },
};
export const payers = [
  municipality,
  byMunicipality(delft),
  insurer,
  { kind: 'insurer', id: 'insurer-0' },
  { kind: 'pot', id: 'default' },
] as const;

export const decline = (payer: typeof insurer | typeof municipality, when: Instant = now): ClaimCommand => ({
  ...{ type: 'DeclineFunding', data: { payer, reason: 'not-covered' }, now: when },
});
export const declined = (payer: (typeof payers)[number]): FundingDecline => ({
  ...{ payer, reason: 'not-covered', declinedAt: now },
});
export const answerOf = ({ budgetId, turn, wantCents }: BudgetAsk, heldCents: number): ClaimCommand => ({
  ...{ type: 'RecordBudget', data: { deliveryId: deliveryId(1), budgetId, turn, wantCents, heldCents }, now },
});
export const open = (change: Partial<ClaimFacts>): ClaimCommand => ({
  type: 'OpenClaim',
  data: { ...facts, ...change },
  now,
});
export const apply = (
  state: ClaimState,
  command: ClaimCommand,
): { state: ClaimState; events: readonly ClaimEvent[] } => {
  const decision = claimDecider.decide(command, state);
  const events = decision.accepted ? decision.events : [];
  return { state: events.reduce(claimDecider.evolve, state), events };
};
export const play = (...commands: readonly ClaimCommand[]): ClaimState =>
  commands.reduce((state, command) => apply(state, command).state, claimDecider.initialState);
export const last = ({ allocations }: ClaimState) => {
  const allocation = allocations.at(-1);
  if (allocation === undefined) throw new Error('It is not divided.');
  return allocation;
};
