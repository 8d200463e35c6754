import type { BudgetId, FundingDecline, IntegrationEventData } from '@adempauze/contracts';
import { createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Day, derivedId, type Outcome, plusMonths, priceFor } from '@adempauze/kernel';
import { paysFor, type SetAside } from '../budget/spends.ts';
import type { SharedCare } from '../cost-sharing/cost-sharing-list.ts';
import type { FundingState, RegisteredPolicy } from '../funding/funding.decider.ts';
import type { QuoteCommand, QuoteState } from '../quote/quote.decider.ts';
import { policiesFor } from './allocation.rules.ts';
import { type AskingDependencies, createAsking } from './asking.ts';
import { asksOfClaim, type ClaimAsk, type ClaimCommand, type ClaimFacts, type ClaimState } from './claim.decider.ts';
import type { ClaimSharing, ClaimSource } from './claim.events.ts';

export type SettlementDependencies = AskingDependencies & {
  readonly claims: CommandHandler<ClaimCommand, ClaimState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  /** The price of an offer on a day, when its tariffs are known. */
  readonly tariffOn: (offerId: string, on: Day) => number | undefined;
  readonly potOf: (municipality: string) => string;
  /** What was set aside for a booking out of free budgets, the first that was named for it first. */
  readonly setAsideFor: (bookingId: string) => readonly SetAside[];
  /** Who agreed to share what other sources leave (S24), the oldest agreement first. */
  readonly sharingsOf: (care: SharedCare) => readonly ClaimSharing[];
  /** Who said no to the booking before it was given. */
  readonly declinesOf: (bookingId: string) => readonly FundingDecline[];
  readonly log?: Log;
};

type LateCancellation = NonNullable<IntegrationEventData<'bookings.booking-cancelled.v1'>['late']>;

export type Settlement = {
  /** Settles one delivery, or goes on where an earlier attempt stopped. @throws what its parts throw; safe to repeat. */
  settle(
    delivered: IntegrationEventData<'bookings.care-delivered.v1'>,
    call: CallContext,
  ): Promise<Outcome<ClaimState>>;
  /** The share of the price that a provider is owed for a late cancellation, on the road of a delivery. Safe to repeat. */
  charge(
    cancelled: IntegrationEventData<'bookings.booking-cancelled.v1'>,
    late: LateCancellation,
    call: CallContext,
  ): Promise<Outcome<ClaimState>>;
  /** A funder says no to its part. Rejected with `claim-not-found` when it has none. */
  decline(
    deliveryId: string,
    decline: Pick<FundingDecline, 'payer' | 'reason'>,
    call: CallContext,
  ): Promise<Outcome<ClaimState>>;
  /** What a funder said of the booking, where the claim opened without knowing it. */
  noteDecline(deliveryId: string, decline: FundingDecline, call: CallContext): Promise<Outcome<ClaimState>>;
  /** An award that covers the care came to light. */
  offerAward(deliveryId: string, source: ClaimSource, call: CallContext): Promise<Outcome<ClaimState>>;
  /** A policy came to light; undefined answers of a claim that knows nothing. */
  offerPolicy(
    deliveryId: string,
    policy: RegisteredPolicy | undefined,
    call: CallContext,
  ): Promise<Outcome<ClaimState> | undefined>;
  /** Money was set aside for the care, or is there again; undefined while the claim is divided, and when it is neither. */
  offerBudget(deliveryId: string, budgetId: BudgetId, call: CallContext): Promise<Outcome<ClaimState> | undefined>;
  /** Goes on with claims that went quiet. */
  resume(deliveryIds: Iterable<string>): Promise<void>;
};

/**
 * From care given to a settled claim: priced by the tariff of its day, allocated over the sources that were quoted and
 * over the policy in force, the rest to the caregiver up to what was shown, or to the pot. It asks nothing of the
 * booking and can undo none (R04).
 */
export const createSettlement = (dependencies: SettlementDependencies): Settlement => {
  const { claims, entitlements, budgets, funding, quotes, tariffOn, potOf } = dependencies;
  const { setAsideFor, sharingsOf, declinesOf, clock, log } = dependencies;

  const manager = createProcessManager<ClaimCommand, ClaimState, ClaimAsk>({
    name: 'settlement',
    handler: claims,
    asks: asksOfClaim,
    ...(log === undefined ? {} : { log }),
    perform: createAsking(dependencies),
  });

  /** Where room was reserved, in that order, and then what was awarded since the caregiver was shown the cost. */
  const entitlementsOf = async (
    awards: FundingState['awards'],
    { bookingId, deliveryId, form, deliveredOn: on }: IntegrationEventData<'bookings.care-delivered.v1'>,
  ): Promise<ClaimSource[]> => {
    if (awards.length === 0) return [];
    // A longer period may be recorded and not be in its entitlement yet; it counts only for the days that it adds.
    for (const { entitlementId, from, until, rules } of awards) {
      if (on < plusMonths(from, rules.periodMonths) || on >= until) continue;
      const commandId = derivedId('longer', deliveryId, entitlementId, until);
      const context = { commandId, correlationId: deliveryId, actor: 'invoicing' };
      await entitlements.handle(entitlementId, { type: 'ExtendEntitlement', data: { until }, now: clock() }, context);
    }
    const { given } = (await quotes.load(bookingId)).state;
    const sourceOf = ({ entitlementId, municipality, awardedAt: since, until }: FundingState['awards'][number]) => ({
      ...{ entitlementId, municipality, since, until },
    });
    const quoted = (given?.entitlementIds ?? []).flatMap((id) => awards.filter((it) => it.entitlementId === id));
    const since = awards.filter(
      (it) =>
        !quoted.includes(it) &&
        (given === undefined || it.awardedAt > given.quotedAt) &&
        it.from <= on &&
        on < it.until &&
        it.rules.coveredForms.includes(form),
    );
    return [...quoted.map(sourceOf), ...since.map((it) => ({ ...sourceOf(it), found: true as const }))];
  };

  const factsOf = async (delivered: IntegrationEventData<'bookings.care-delivered.v1'>): Promise<ClaimFacts> => {
    const { awards, policies } = (await funding.load(delivered.householdId)).state;
    const declines = declinesOf(delivered.bookingId);
    const insurers = policiesFor(policies, delivered.form, delivered.deliveredOn).map(({ policy, ...share }) => ({
      ...{ ...share, policyId: policy.policyId, since: policy.registeredAt },
    }));
    const sharings = sharingsOf({ ...delivered, on: delivered.deliveredOn });
    const budgets = setAsideFor(delivered.bookingId).map(({ boundTo, spends, ...it }) => ({
      ...{ ...it, spends: [...spends] },
      ...(paysFor(boundTo, delivered) ? {} : { bound: true as const }),
    }));
    const { span: _span, helperId: _helper, ownPrice, ...facts } = delivered;
    // The price of one payer, or of a step towards a stay, stands in no tariff of the offer.
    const known = ownPrice ? undefined : tariffOn(delivered.offerId, delivered.deliveredOn);
    const unitPriceCents = known ?? delivered.unitPriceCents;
    return {
      ...facts,
      unitPriceCents,
      costCents: priceFor(delivered.quantity, unitPriceCents),
      entitlements: await entitlementsOf(awards, delivered),
      ...(insurers.length === 0 ? {} : { policies: insurers }),
      ...(sharings.length === 0 ? {} : { sharings: [...sharings] }),
      ...(declines.length === 0 ? {} : { declines: [...declines] }),
      ...(budgets.length === 0 ? {} : { budgets }),
      potId: potOf(delivered.municipality),
    };
  };

  /**
   * No care, so no scheme and no insurer pays, and no hours are used: the caregiver bears their part, the pot the rest. It
   * counts as one visit at that price, in the month in which it was cancelled.
   */
  const chargeOf = (
    {
      bookingId,
      householdId,
      providerId,
      offerId,
      form,
      municipality,
    }: IntegrationEventData<'bookings.booking-cancelled.v1'>,
    { chargeId, on, owedCents, ownCostCents, bearer, vat }: LateCancellation,
  ): ClaimFacts => ({
    ...{ deliveryId: chargeId, bookingId, householdId, providerId, offerId, form, deliveredOn: on },
    ...{ unit: 'visit', quantity: 100, unitPriceCents: owedCents, costCents: owedCents, vat, bearer, ownCostCents },
    ...{ municipality, entitlements: [], potId: potOf(municipality), lateCancellation: true },
  });

  return {
    charge: (cancelled, late, call) =>
      manager.take(late.chargeId, { type: 'OpenClaim', data: chargeOf(cancelled, late), now: clock() }, call),
    settle: async (delivered, call) =>
      manager.take(delivered.deliveryId, { type: 'OpenClaim', data: await factsOf(delivered), now: clock() }, call),
    decline: (deliveryId, data, call) => manager.take(deliveryId, { type: 'DeclineFunding', data, now: clock() }, call),
    noteDecline: (deliveryId, data, call) =>
      manager.take(deliveryId, { type: 'NoteDecline', data, now: clock() }, call),
    offerAward: (deliveryId, source, call) =>
      manager.take(deliveryId, { type: 'OfferAward', data: { source }, now: clock() }, call),
    async offerPolicy(deliveryId, policy, call) {
      const { claim } = (await claims.load(deliveryId)).state;
      const share = policy?.shares.find(({ form }) => form === claim?.form);
      if (policy === undefined || share === undefined) return undefined;
      const { insurerId, policyId, registeredAt: since } = policy;
      const insurer = { insurerId, percent: share.percent, policyId, since };
      return manager.take(deliveryId, { type: 'OfferPolicy', data: { insurer }, now: clock() }, call);
    },
    async offerBudget(deliveryId, budgetId, call) {
      const { claim, turn, settled, pending } = (await claims.load(deliveryId)).state;
      if (claim === undefined || settled === undefined || pending !== undefined) return undefined;
      const { budget, spends } = (await budgets.load(budgetId)).state;
      const mine = spends.filter(({ bookingId }) => bookingId === claim.bookingId);
      if (budget === undefined || mine.length === 0) return undefined;
      const { municipality, boundTo } = budget;
      const aside = {
        ...{ budgetId, municipality, amountCents: mine.reduce((sum, { askedCents }) => sum + askedCents, 0) },
        spends: mine.map(({ askedCents, at }) => ({ amountCents: askedCents, since: at })),
        // Who gave the care is not known any more: one bound to people has to be named before.
        ...(boundTo === undefined ? {} : { bound: true as const }),
      };
      const data = { budgetId, municipality, spendCount: mine.length, budget: aside };
      const context = { ...call, commandId: derivedId(call.commandId, turn, mine.length) };
      return manager.take(deliveryId, { type: 'OfferBudget', data, now: clock() }, context);
    },
    async resume(deliveryIds) {
      await manager.resume(deliveryIds);
    },
  };
};
