import { Month } from '@adempauze/contracts';
import { accept, type Decider, type Decision, type Instant, monthOf, type Rejection, reject } from '@adempauze/kernel';
import { entriesOfClaim, isBalanced } from '../ledger/entry.rules.ts';
import { allocate, totalOf } from './allocation.rules.ts';
import type { ClaimEvent } from './claim.events.ts';

export type ClaimFacts = Omit<Extract<ClaimEvent, { type: 'ClaimOpened' }>['data'], 'openedAt'>;
export type RoomAnswer = Omit<Extract<ClaimEvent, { type: 'RoomAnswered' }>['data'], 'answeredAt'>;
type Settled = Extract<ClaimEvent, { type: 'ClaimSettled' }>['data'];

export type ClaimCommand =
  | { readonly type: 'OpenClaim'; readonly data: ClaimFacts; readonly now: Instant }
  | { readonly type: 'RecordRoom'; readonly data: RoomAnswer; readonly now: Instant };

export type ClaimState = {
  readonly claim: ClaimFacts | undefined;
  readonly answers: readonly RoomAnswer[];
  readonly settled: Settled | undefined;
};
export type ClaimRejection = Rejection<'not-found'>;

/** What the claim still wants to know of an entitlement. */
export type RoomAsk = {
  readonly id: string;
  readonly claim: ClaimFacts;
  readonly entitlementId: ClaimFacts['entitlements'][number]['entitlementId'];
  /** What the entitlements before it left over. */
  readonly quantity: number;
  readonly costCents: number;
  readonly mostContributionCents: number;
};

/**
 * The settlement of one delivery, as a process: it opens with the facts, asks each entitlement with room for its part,
 * and settles once the last has answered. Opened anew, it keeps to what it recorded: a redelivery changes nothing.
 */
export const claimDecider: Decider<ClaimCommand, ClaimState, ClaimEvent, ClaimRejection> = {
  initialState: { claim: undefined, answers: [], settled: undefined },
  evolve(state, { type, data }) {
    switch (type) {
      case 'ClaimOpened': {
        const { openedAt: _, ...claim } = data;
        return { ...state, claim };
      }
      case 'RoomAnswered': {
        const { answeredAt: _, ...answer } = data;
        return { ...state, answers: [...state.answers, answer] };
      }
      case 'ClaimSettled':
        return { ...state, settled: data };
    }
  },
  decide({ type, data, now }, { claim, answers, settled }): Decision<ClaimEvent, ClaimRejection> {
    switch (type) {
      case 'OpenClaim': {
        // The first telling counts: a tariff or policy that came since does not change what is under way.
        if (claim !== undefined) return accept();
        const opened: ClaimEvent = { type: 'ClaimOpened', data: { ...data, openedAt: now } };
        return data.entitlements.length > 0 ? accept(opened) : accept(opened, settle(data, [], now));
      }
      case 'RecordRoom': {
        if (claim === undefined) return reject('not-found');
        const known = answers.some(({ entitlementId }) => entitlementId === data.entitlementId);
        if (settled !== undefined || known) return accept();
        const answered: ClaimEvent = { type: 'RoomAnswered', data: { ...data, answeredAt: now } };
        const all = [...answers, data];
        return all.length < claim.entitlements.length ? accept(answered) : accept(answered, settle(claim, all, now));
      }
    }
  },
};

/** The entitlement to ask next, if any. */
export const asksOfClaim = ({ claim, answers, settled }: ClaimState): RoomAsk[] => {
  const next = claim?.entitlements[answers.length];
  if (claim === undefined || next === undefined || settled !== undefined) return [];
  const sum = (of: 'coveredQuantity' | 'coveredCents' | 'contributionCents') =>
    answers.reduce((total, answer) => total + answer[of], 0);
  return [
    {
      id: `room-${next.entitlementId}`,
      claim,
      entitlementId: next.entitlementId,
      quantity: claim.quantity - sum('coveredQuantity'),
      costCents: claim.costCents - sum('coveredCents'),
      mostContributionCents: claim.ownCostCents - sum('contributionCents'),
    },
  ];
};

/** What of a settled claim came out of the free budget: what the municipality pays, less what its schemes cover. */
export const paidByBudget = ({ claim, answers, settled }: ClaimState): number => {
  if (claim?.budget === undefined || settled === undefined) return 0;
  const covered = answers.reduce((sum, it) => sum + it.coveredCents - it.contributionCents, 0);
  const scheme = totalOf(settled.lines, 'scheme');
  return Math.max(0, Math.min(claim.budget.amountCents, scheme - covered));
};

const settle = (claim: ClaimFacts, answers: readonly RoomAnswer[], now: Instant): ClaimEvent => {
  const { deliveryId, bookingId, costCents, householdId, insurer, budget, bearer, potId } = claim;
  const schemes = claim.entitlements.flatMap(({ entitlementId, municipality }) =>
    answers.filter((it) => it.entitlementId === entitlementId).map((it) => ({ ...it, municipality })),
  );
  const mostOwnCents = claim.ownCostCents;
  const lines = allocate({ costCents, householdId, schemes, insurer, budget, bearer, potId, mostOwnCents });
  const entries = entriesOfClaim(lines, claim.providerId);
  const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
  if (totalCents !== costCents || !isBalanced(entries)) throw new Error('An allocation does not add up to the cost.');
  return {
    type: 'ClaimSettled',
    data: {
      ...{ deliveryId, bookingId, costCents, lines, entries },
      month: Month.parse(monthOf(claim.deliveredOn)),
      fundingStatus: totalOf(lines, 'guarantee') > 0 ? 'guaranteed' : 'split',
      settledAt: now,
    },
  };
};
