import type { FundingDecline, IntegrationEventData } from '@adempauze/contracts';
import { createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  type Day,
  derivedId,
  type Outcome,
  plusMonths,
  priceFor,
} from '@adempauze/kernel';
import { paysFor, type SetAside } from '../budget/spends.ts';
import type { CostSharingCommand, CostSharingState } from '../cost-sharing/cost-sharing.decider.ts';
import type { FindCostSharing } from '../cost-sharing/cost-sharing-list.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState, RegisteredPolicy } from '../funding/funding.decider.ts';
import type { QuoteCommand, QuoteState } from '../quote/quote.decider.ts';
import { policyFor } from './allocation.rules.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, type ClaimState, type RoomAsk } from './claim.decider.ts';
import type { ClaimSource } from './claim.events.ts';

export type SettlementDependencies = {
  readonly claims: CommandHandler<ClaimCommand, ClaimState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  readonly costSharings: Pick<CommandHandler<CostSharingCommand, CostSharingState>, 'load'>;
  /** The price of an offer on a day, when its tariffs are known. */
  readonly tariffOn: (offerId: string, on: Day) => number | undefined;
  readonly potOf: (municipality: string) => string;
  /** What was set aside for a booking out of a free budget. */
  readonly setAsideFor: (bookingId: string) => SetAside | undefined;
  /** Who agreed to share what other sources leave (S24). */
  readonly sharingOf: FindCostSharing;
  /** Who said no to the booking before it was given. */
  readonly declinesOf: (bookingId: string) => readonly FundingDecline[];
  readonly clock: Clock;
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
  /** Goes on with claims that went quiet. */
  resume(deliveryIds: Iterable<string>): Promise<void>;
};

/**
 * From care given to a settled claim: priced by the tariff of its day, allocated over the sources that were quoted and
 * over the policy in force, the rest to the caregiver up to what was shown, or to the pot. It asks nothing of the
 * booking and can undo none (R04).
 */
export const createSettlement = (dependencies: SettlementDependencies): Settlement => {
  const { claims, entitlements, funding, quotes, costSharings, tariffOn, potOf } = dependencies;
  const { setAsideFor, sharingOf, declinesOf, clock, log } = dependencies;

  const manager = createProcessManager<ClaimCommand, ClaimState, RoomAsk>({
    name: 'settlement',
    handler: claims,
    asks: asksOfClaim,
    ...(log === undefined ? {} : { log }),
    async perform({ claim, source, round, quantity, costCents, mostContributionCents }, context) {
      const { deliveryId, bookingId, unitPriceCents, deliveredOn: on, form, unit, municipality } = claim;
      const { entitlementId } = source;
      const again = round === 0 ? {} : { round };
      const command: EntitlementCommand = {
        type: 'ConsumeRoom',
        data: {
          ...{ deliveryId, bookingId, quantity, costCents, unitPriceCents, on, mostContributionCents, ...again },
          ...(source.found ? { found: { form, unit, municipality } } : {}),
        },
        now: clock(),
      };
      let outcome = await entitlements.handle(entitlementId, command, context);
      if (!outcome.accepted && outcome.rejection.code === 'entitlement-not-found') {
        // The award was recorded, but the process stopped before the entitlement opened.
        const { awards } = (await funding.load(claim.householdId)).state;
        const data = awards.find((it) => it.entitlementId === entitlementId);
        const open = { ...context, commandId: derivedId(context.commandId, 'open') };
        if (data) await entitlements.handle(entitlementId, { type: 'OpenEntitlement', data, now: clock() }, open);
        outcome = await entitlements.handle(entitlementId, command, context);
      }
      const use = outcome.accepted ? outcome.value.state.uses.get(bookingId) : undefined;
      const mine = use?.deliveryId === deliveryId ? use : undefined;
      return {
        type: 'RecordRoom',
        data: {
          ...{ deliveryId, entitlementId, ...again },
          coveredQuantity: mine?.coveredQuantity ?? 0,
          coveredCents: mine?.coveredCents ?? 0,
          contributionCents: mine?.contributionCents ?? 0,
        },
        now: clock(),
      };
    },
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
    const sourceOf = ({ entitlementId, municipality, awardedAt: since }: FundingState['awards'][number]) => ({
      ...{ entitlementId, municipality, since },
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
    const insured = policyFor(
      policies.filter(
        ({ insurerId, registeredAt }) =>
          !declines.some(({ payer, declinedAt }) => payer.id === insurerId && registeredAt <= declinedAt),
      ),
      delivered.form,
      delivered.deliveredOn,
    );
    const sharing = sharingOf({ ...delivered, on: delivered.deliveredOn });
    const agreedAt = sharing && (await costSharings.load(sharing.costSharingId)).state.recordedAt;
    const aside = setAsideFor(delivered.bookingId);
    const budget = aside === undefined || !paysFor(aside, delivered) ? undefined : aside;
    const { span: _span, helperId: _helper, ownPrice, ...facts } = delivered;
    // The price of one payer, or of a step towards a stay, stands in no tariff of the offer.
    const known = ownPrice ? undefined : tariffOn(delivered.offerId, delivered.deliveredOn);
    const unitPriceCents = known ?? delivered.unitPriceCents;
    return {
      ...facts,
      unitPriceCents,
      costCents: priceFor(delivered.quantity, unitPriceCents),
      entitlements: await entitlementsOf(awards, delivered),
      ...(insured === undefined
        ? {}
        : {
            insurer: {
              ...{ insurerId: insured.insurerId, percent: insured.percent },
              ...{ policyId: insured.policy.policyId, since: insured.policy.registeredAt },
            },
          }),
      ...(sharing === undefined
        ? {}
        : {
            sharing: {
              ...{ costSharingId: sharing.costSharingId, municipality: sharing.municipality },
              ...{ insurerId: sharing.insurerId, insurerPercent: sharing.insurerPercent },
              ...(agreedAt === undefined ? {} : { since: agreedAt }),
            },
          }),
      ...(declines.length === 0 ? {} : { declines: [...declines] }),
      ...(budget === undefined
        ? {}
        : {
            budget: {
              ...{ budgetId: budget.budgetId, municipality: budget.municipality, amountCents: budget.amountCents },
              spends: [...budget.spends],
            },
          }),
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
    async resume(deliveryIds) {
      await manager.resume(deliveryIds);
    },
  };
};
