import {
  Bearer,
  BookingId,
  BudgetId,
  CostSharingId,
  DeliveryId,
  EntitlementId,
  FormId,
  FundingDecline,
  FundingDeclineReason,
  FundingLine,
  HouseholdId,
  Month,
  MunicipalityCode,
  OfferId,
  Payer,
  PolicyId,
  ProviderId,
  Quantity,
  Unit,
  VatCategory,
} from '@adempauze/contracts';
import { Day, event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { Entry } from '../ledger/entry.rules.ts';
import { FundingChange } from './allocation.rules.ts';

/** An entitlement that is asked for its part. */
export const ClaimSource = z.strictObject({
  entitlementId: EntitlementId,
  municipality: MunicipalityCode,
  /** When it was awarded: a no of the municipality from before that does not count for it. */
  since: Instant.optional(),
  /** The first day after its period, as far as was known. Absent: written down before it was. */
  until: Day.optional(),
  /** Nothing was reserved there: it takes what fits beside what was. */
  found: z.literal(true).optional(),
});
export type ClaimSource = z.infer<typeof ClaimSource>;
const ClaimInsurer = z.strictObject({
  insurerId: z.string(),
  percent: z.int(),
  policyId: PolicyId.optional(),
  since: Instant.optional(),
});
export type ClaimInsurer = z.infer<typeof ClaimInsurer>;

const ClaimSharing = z.strictObject({
  costSharingId: CostSharingId,
  municipality: MunicipalityCode,
  insurerId: z.string(),
  insurerPercent: z.int(),
  /** When the agreement was recorded: a no from before that does not count for it. */
  since: Instant.optional(),
});
export type ClaimSharing = z.infer<typeof ClaimSharing>;

/** Set aside for one booking out of one free budget. */
const ClaimBudget = z.strictObject({
  ...{ budgetId: BudgetId, municipality: MunicipalityCode, amountCents: PriceCents },
  /** The amount by when it was set aside: a no from before that does not count for it. */
  spends: z.array(z.strictObject({ amountCents: PriceCents, since: Instant })).optional(),
  /** Bound to people, and they are not known to have given this care: it pays nothing of it. */
  bound: z.literal(true).optional(),
});
export type ClaimBudget = z.infer<typeof ClaimBudget>;

/** What of the cost comes out of a free budget, and of which; only where something was set aside. */
const ofBudget = { budgetCents: PriceCents.optional(), budgetId: BudgetId.optional() };

/** One delivery on its way to being settled. Everything it depends on is recorded when it opens, so it can go on from here. */
export const ClaimEvent = z.discriminatedUnion('type', [
  event('ClaimOpened', {
    deliveryId: DeliveryId,
    bookingId: BookingId,
    householdId: HouseholdId,
    providerId: ProviderId,
    offerId: OfferId,
    form: FormId,
    deliveredOn: Day,
    unit: Unit,
    quantity: Quantity,
    /** By the tariff of the day of delivery. */
    unitPriceCents: PriceCents,
    costCents: PriceCents,
    vat: VatCategory,
    bearer: Bearer,
    /** The most that the caregiver pays, as was shown (R46). */
    ownCostCents: PriceCents,
    municipality: MunicipalityCode,
    /** Room was reserved there; asked one after the other. */
    entitlements: z.array(ClaimSource),
    /** All that are in force for this care; `insurer`: the first of them, as it was written down before. */
    policies: z.array(ClaimInsurer).optional(),
    insurer: ClaimInsurer.optional(),
    /** Agreed to share what other sources leave (S24), the oldest first; `sharing`: as it was written down before. */
    sharings: z.array(ClaimSharing).optional(),
    sharing: ClaimSharing.optional(),
    /** Who said no while the care was still to be given. */
    declines: z.array(FundingDecline).optional(),
    /** All that was set aside, whether it pays or not; `budget`: the one that paid, as it was written down before. */
    budgets: z.array(ClaimBudget).optional(),
    budget: ClaimBudget.optional(),
    potId: z.string(),
    /** No care was given: what is owed for cancelling late, by the terms agreed. */
    lateCancellation: z.literal(true).optional(),
    openedAt: Instant,
  }),
  event('RoomAnswered', {
    deliveryId: DeliveryId,
    entitlementId: EntitlementId,
    coveredQuantity: z.int().min(0),
    coveredCents: PriceCents,
    contributionCents: PriceCents,
    /** Which time that all entitlements are asked; absent the first time. */
    round: z.int().min(1).optional(),
    answeredAt: Instant,
  }),
  event('ClaimSettled', {
    deliveryId: DeliveryId,
    bookingId: BookingId,
    month: Month,
    fundingStatus: z.enum(['split', 'guaranteed']),
    costCents: PriceCents,
    lines: z.array(FundingLine),
    entries: z.array(Entry),
    ...ofBudget,
    settledAt: Instant,
  }),
  /** A funder says no; its part is divided anew. */
  event('FundingDeclined', { deliveryId: DeliveryId, bookingId: BookingId, ...FundingDecline.shape }),
  /** An award whose period covers the care came to light after the claim had opened. */
  event('AwardFound', {
    ...{ deliveryId: DeliveryId, bookingId: BookingId, source: ClaimSource },
    /** It was asked before, and its period was lengthened since: it is asked anew, and so is everybody. */
    extended: z.literal(true).optional(),
    foundAt: Instant,
  }),
  event('PolicyFound', { deliveryId: DeliveryId, bookingId: BookingId, insurer: ClaimInsurer, foundAt: Instant }),
  /** Money was set aside after the claim had opened, or was given back to a budget that had too little. */
  event('BudgetFound', {
    ...{ deliveryId: DeliveryId, bookingId: BookingId, budgetId: BudgetId, municipality: MunicipalityCode },
    /** How often something was set aside there for this booking, by then. */
    spendCount: z.int().min(1),
    /** All that was set aside there, whatever was given back of it since. */
    budget: ClaimBudget,
    foundAt: Instant,
  }),
  /** A later division wants more of a free budget than the one before took: what is spent on this care by now. */
  event('BudgetAnswered', {
    deliveryId: DeliveryId,
    budgetId: BudgetId,
    /** How often who bears the cost had changed. */
    turn: z.int().min(1),
    wantCents: PriceCents,
    heldCents: PriceCents,
    answeredAt: Instant,
  }),
  /** The cost is borne by others than before. `changes` and `entries` correct what was posted and perhaps billed. */
  event('ClaimReallocated', {
    deliveryId: DeliveryId,
    bookingId: BookingId,
    /** How often it was divided anew by now. */
    number: z.int().min(1),
    /** In which the corrections are billed: that of the decision. */
    month: Month,
    why: z.enum(['declined', 'awarded', 'insured', 'budgeted']),
    payer: Payer,
    reason: FundingDeclineReason.optional(),
    fundingStatus: z.enum(['split', 'guaranteed']),
    costCents: PriceCents,
    lines: z.array(FundingLine),
    changes: z.array(FundingChange).min(1),
    entries: z.array(Entry),
    ...ofBudget,
    reallocatedAt: Instant,
  }),
  /** Everybody was asked anew, and it stays as it was. */
  event('AllocationKept', { deliveryId: DeliveryId, bookingId: BookingId, ...ofBudget, keptAt: Instant }),
]);
export type ClaimEvent = z.infer<typeof ClaimEvent>;

export const claimStream = (deliveryId: string) => `claim-${deliveryId}`;
