import { type FundingDecline, Month } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  dayOf,
  type Instant,
  monthOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import { entriesOfChange, entriesOfClaim, isBalanced } from '../ledger/entry.rules.ts';
import { changesBetween, totalOf } from './allocation.rules.ts';
import type { ClaimBudget, ClaimEvent, ClaimInsurer, ClaimSource } from './claim.events.ts';
import {
  type ClaimFacts,
  type ClaimState,
  type DataOf,
  divideClaim,
  evolveClaim,
  hasDeclined,
  isBorneBy,
  linesOf,
  noClaim,
  type RoomAnswer,
  wantedOfBudget,
} from './claim.state.rules.ts';

export type { ClaimFacts, ClaimState, RoomAnswer } from './claim.state.rules.ts';

export type ClaimCommand =
  | { readonly type: 'OpenClaim'; readonly data: ClaimFacts; readonly now: Instant }
  | { readonly type: 'RecordRoom'; readonly data: RoomAnswer; readonly now: Instant }
  | {
      readonly type: 'DeclineFunding';
      readonly data: Pick<FundingDecline, 'payer' | 'reason'>;
      readonly now: Instant;
    }
  /** Said of the booking, before its claim opened. */
  | { readonly type: 'NoteDecline'; readonly data: FundingDecline; readonly now: Instant }
  | { readonly type: 'OfferAward'; readonly data: { readonly source: ClaimSource }; readonly now: Instant }
  | { readonly type: 'OfferPolicy'; readonly data: { readonly insurer: ClaimInsurer }; readonly now: Instant }
  | { readonly type: 'OfferBudget'; readonly data: BudgetOffer; readonly now: Instant }
  | { readonly type: 'RecordBudget'; readonly data: BudgetAnswer; readonly now: Instant };

type BudgetOffer = Omit<DataOf<'BudgetFound'>, 'deliveryId' | 'bookingId' | 'foundAt'>;
type BudgetAnswer = Omit<DataOf<'BudgetAnswered'>, 'answeredAt'>;

export type ClaimRejection = Rejection<'not-found' | 'claim-not-found'>;

/** What the claim still wants to know: of an entitlement, or of a free budget that gave something back. */
export type ClaimAsk = RoomAsk | BudgetAsk;

export type RoomAsk = {
  readonly of: 'room';
  readonly id: string;
  readonly claim: ClaimFacts;
  readonly source: ClaimSource;
  readonly round: number;
  /** What the entitlements before it left over; none for one whose municipality said no. */
  readonly quantity: number;
  readonly costCents: number;
  readonly mostContributionCents: number;
};

export type BudgetAsk = {
  readonly of: 'budget';
  readonly id: string;
  readonly claim: ClaimFacts;
  readonly budgetId: ClaimBudget['budgetId'];
  readonly turn: number;
  readonly wantCents: number;
};

/**
 * The settlement of one delivery, as a process: it opens with the facts, asks each entitlement with room for its part,
 * and settles once the last has answered. Opened anew, it keeps to what it recorded: a redelivery changes nothing. A
 * funder's no, or a source that comes to light, divides the cost anew by the same rules: nothing that was written is
 * changed, each division posts the difference to the one before (R40). The cost and what the provider is owed stay.
 */
export const claimDecider: Decider<ClaimCommand, ClaimState, ClaimEvent, ClaimRejection> = {
  initialState: noClaim,
  evolve: evolveClaim,
  decide({ type, data, now }, state): Decision<ClaimEvent, ClaimRejection> {
    const { claim } = state;
    if (type === 'OpenClaim') {
      // The first telling counts: a tariff or policy that came since does not change what is under way.
      if (claim !== undefined) return accept();
      return concluded(state, { type: 'ClaimOpened', data: { ...data, openedAt: now } }, now);
    }
    if (claim === undefined) {
      return reject(type === 'RecordRoom' || type === 'RecordBudget' ? 'not-found' : 'claim-not-found');
    }
    const { deliveryId, bookingId } = claim;
    switch (type) {
      case 'RecordRoom': {
        // An answer to what was asked before a funder said no comes too late: everybody is asked again.
        const stale = (data.round ?? 0) !== state.round;
        const known = state.answers.some(({ entitlementId }) => entitlementId === data.entitlementId);
        const asked = state.sources.some(({ entitlementId }) => entitlementId === data.entitlementId);
        if (stale || known || !asked) return accept();
        return concluded(state, { type: 'RoomAnswered', data: { ...data, answeredAt: now } }, now);
      }
      case 'DeclineFunding':
        if (!isBorneBy(state, data.payer)) return hasDeclined(state, data.payer) ? accept() : reject('claim-not-found');
        return concluded(
          state,
          { type: 'FundingDeclined', data: { deliveryId, bookingId, ...data, declinedAt: now } },
          now,
        );
      case 'NoteDecline':
        // A second no strikes what came to be there since the first.
        if (hasDeclined(state, data.payer, data.declinedAt)) return accept();
        return concluded(state, { type: 'FundingDeclined', data: { deliveryId, bookingId, ...data } }, now);
      case 'OfferAward':
        if (claim.lateCancellation) return accept();
        return concluded(
          state,
          {
            type: 'AwardFound',
            data: {
              ...{ deliveryId, bookingId, ...data },
              ...(state.sources.some((it) => it.entitlementId === data.source.entitlementId) ? { extended: true } : {}),
              foundAt: now,
            },
          },
          now,
        );
      case 'OfferPolicy':
        if (claim.lateCancellation) return accept();
        return concluded(state, { type: 'PolicyFound', data: { deliveryId, bookingId, ...data, foundAt: now } }, now);
      case 'OfferBudget': {
        const known = state.budgets.find(({ budgetId }) => budgetId === data.budgetId)?.spends ?? [];
        // Looked up before more was set aside, of which the claim heard in between.
        if (claim.lateCancellation || data.spendCount < known.length) return accept();
        return concluded(state, { type: 'BudgetFound', data: { deliveryId, bookingId, ...data, foundAt: now } }, now);
      }
      case 'RecordBudget':
        // Who bears it changed since, or it is divided: the answer was to another question.
        if (data.turn !== state.turn || state.pending === undefined || state.heldCents !== undefined) return accept();
        return concluded(state, { type: 'BudgetAnswered', data: { ...data, answeredAt: now } }, now);
    }
  },
};

/** Whom to ask next, if anybody: the entitlements in their order, and then the free budget that pays. */
export const asksOfClaim = (state: ClaimState): ClaimAsk[] => {
  const { claim, sources, answers, round, turn } = state;
  const source = sources[answers.length];
  if (claim === undefined) return [];
  if (source === undefined) {
    const wanted = wantedOfBudget(claim, state);
    return wanted === undefined ? [] : [{ of: 'budget', id: `budget-${turn}`, claim, turn, ...wanted }];
  }
  const sum = (of: 'coveredQuantity' | 'coveredCents' | 'contributionCents') =>
    answers.reduce((total, answer) => total + answer[of], 0);
  return [
    {
      of: 'room',
      id: round === 0 ? `room-${source.entitlementId}` : `room-${source.entitlementId}-${round}`,
      ...{ claim, source, round },
      quantity: source.declined ? 0 : claim.quantity - sum('coveredQuantity'),
      costCents: source.declined ? 0 : claim.costCents - sum('coveredCents'),
      mostContributionCents: claim.ownCostCents - sum('contributionCents'),
    },
  ];
};

/** The event, and the division that it completes. */
const concluded = (before: ClaimState, first: ClaimEvent, now: Instant): Decision<ClaimEvent, ClaimRejection> => {
  const state = evolveClaim(before, first);
  const isOver = state.settled !== undefined && state.pending === undefined;
  if (state.claim === undefined || isOver || asksOfClaim(state).length > 0) return accept(first);
  return accept(first, divided(state.claim, state, now));
};

const divided = (claim: ClaimFacts, state: ClaimState, now: Instant): ClaimEvent => {
  const { deliveryId, bookingId, costCents } = claim;
  const { lines, budgetCents, budgetId } = divideClaim(claim, state);
  const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
  if (totalCents !== costCents) throw new Error('An allocation does not add up to the cost.');
  const fundingStatus = totalOf(lines, 'guarantee') > 0 ? 'guaranteed' : 'split';
  const ofBudget = state.budgets.length === 0 ? {} : { budgetCents, ...(budgetId === undefined ? {} : { budgetId }) };
  const shared = { deliveryId, bookingId, costCents, lines, fundingStatus, ...ofBudget } as const;
  const deliveredIn = Month.parse(monthOf(claim.deliveredOn));
  if (state.settled === undefined || state.pending === undefined) {
    const entries = entriesOfClaim(lines, claim.providerId);
    if (!isBalanced(entries)) throw new Error('The entries of an allocation do not balance.');
    return { type: 'ClaimSettled', data: { ...shared, entries, month: deliveredIn, settledAt: now } };
  }
  const changes = changesBetween(linesOf(state), lines);
  if (changes.length === 0) {
    return { type: 'AllocationKept', data: { deliveryId, bookingId, ...ofBudget, keptAt: now } };
  }
  const entries = entriesOfChange(changes);
  if (!isBalanced(entries)) throw new Error('The entries of a correction do not balance.');
  const decidedIn = Month.parse(monthOf(dayOf(now)));
  return {
    type: 'ClaimReallocated',
    data: {
      ...{ ...shared, ...state.pending, changes, entries },
      number: state.allocations.length,
      month: decidedIn < deliveredIn ? deliveredIn : decidedIn,
      reallocatedAt: now,
    },
  };
};
