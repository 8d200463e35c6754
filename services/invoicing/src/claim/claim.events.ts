import {
  Bearer,
  BookingId,
  BudgetId,
  DeliveryId,
  EntitlementId,
  FormId,
  FundingLine,
  HouseholdId,
  Month,
  MunicipalityCode,
  OfferId,
  ProviderId,
  Quantity,
  Unit,
  VatCategory,
} from '@adempauze/contracts';
import { Day, event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { Entry } from '../ledger/entry.rules.ts';

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
    entitlements: z.array(z.strictObject({ entitlementId: EntitlementId, municipality: MunicipalityCode })),
    insurer: z.strictObject({ insurerId: z.string(), percent: z.int() }).optional(),
    /** Set aside out of a free budget. */
    budget: z.strictObject({ budgetId: BudgetId, municipality: MunicipalityCode, amountCents: PriceCents }).optional(),
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
    settledAt: Instant,
  }),
]);
export type ClaimEvent = z.infer<typeof ClaimEvent>;

export const claimStream = (deliveryId: string) => `claim-${deliveryId}`;
