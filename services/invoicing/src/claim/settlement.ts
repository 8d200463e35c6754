import type { IntegrationEventData } from '@adempauze/contracts';
import { createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, type Day, type Outcome, priceFor } from '@adempauze/kernel';
import { paysFor, type SetAside } from '../budget/spends.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import type { QuoteCommand, QuoteState } from '../quote/quote.decider.ts';
import { insurerShareOf } from './allocation.rules.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, type ClaimState, type RoomAsk } from './claim.decider.ts';

export type SettlementDependencies = {
  readonly claims: CommandHandler<ClaimCommand, ClaimState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  /** The price of an offer on a day, when its tariffs are known. */
  readonly tariffOn: (offerId: string, on: Day) => number | undefined;
  readonly potOf: (municipality: string) => string;
  /** What was set aside for a booking out of a free budget. */
  readonly setAsideFor: (bookingId: string) => SetAside | undefined;
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
  /** Goes on with claims that went quiet. */
  resume(deliveryIds: Iterable<string>): Promise<void>;
};

/**
 * From care given to a settled claim: priced by the tariff of its day, allocated over the sources that were quoted and
 * over the policy in force, the rest to the caregiver up to what was shown, or to the pot. It asks nothing of the
 * booking and can undo none (R04).
 */
export const createSettlement = (dependencies: SettlementDependencies): Settlement => {
  const { claims, entitlements, funding, quotes, tariffOn, potOf, setAsideFor, clock, log } = dependencies;

  const manager = createProcessManager<ClaimCommand, ClaimState, RoomAsk>({
    name: 'settlement',
    handler: claims,
    asks: asksOfClaim,
    ...(log === undefined ? {} : { log }),
    async perform({ claim, entitlementId, quantity, costCents, mostContributionCents }, context) {
      const { deliveryId, bookingId, unitPriceCents, deliveredOn: on } = claim;
      const outcome = await entitlements.handle(
        entitlementId,
        {
          type: 'ConsumeRoom',
          data: { deliveryId, bookingId, quantity, costCents, unitPriceCents, on, mostContributionCents },
          now: clock(),
        },
        context,
      );
      const use = outcome.accepted ? outcome.value.state.uses.get(bookingId) : undefined;
      const mine = use?.deliveryId === deliveryId ? use : undefined;
      return {
        type: 'RecordRoom',
        data: {
          ...{ deliveryId, entitlementId },
          coveredQuantity: mine?.coveredQuantity ?? 0,
          coveredCents: mine?.coveredCents ?? 0,
          contributionCents: mine?.contributionCents ?? 0,
        },
        now: clock(),
      };
    },
  });

  const factsOf = async (delivered: IntegrationEventData<'bookings.care-delivered.v1'>): Promise<ClaimFacts> => {
    const { awards, policies } = (await funding.load(delivered.householdId)).state;
    const quoted =
      awards.length === 0 ? [] : ((await quotes.load(delivered.bookingId)).state.given?.entitlementIds ?? []);
    const insurer = insurerShareOf(policies, delivered.form, delivered.deliveredOn);
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
      entitlements: quoted.flatMap((entitlementId) =>
        awards
          .filter((award) => award.entitlementId === entitlementId)
          .map(({ municipality }) => ({ entitlementId, municipality })),
      ),
      ...(insurer === undefined ? {} : { insurer }),
      ...(budget === undefined
        ? {}
        : {
            budget: { budgetId: budget.budgetId, municipality: budget.municipality, amountCents: budget.amountCents },
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
    async resume(deliveryIds) {
      await manager.resume(deliveryIds);
    },
  };
};
