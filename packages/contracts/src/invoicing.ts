import { Cents, Day, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId, mostForms } from './forms.ts';
import {
  BookingId,
  BudgetId,
  CostSharingId,
  DeliveryId,
  EntitlementId,
  HelperId,
  HouseholdId,
  InvoiceId,
  MandateId,
  OfferId,
  PolicyId,
  PotId,
  ProviderId,
  SchemeId,
  SpendId,
} from './ids.ts';
import { PayerPrice } from './offer-facts.ts';
import { PageRequest, pageOf } from './page.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';
import { Bearer, MunicipalityCode, PricePayer, Quantity, Unit, VatCategory } from './vocabulary.ts';

/*
 * From care given to settled invoice. Streams: scheme-<id>, mandate-<id>, entitlement-<household>-<scheme>-<period>, budget-<id>,
 * pot-<id>, claim-<deliveryId>, invoice-<id>. Nothing here can stop or undo a booking (R03, R04).
 */

const Label = z.string().trim().min(2).max(160);

/** Calendar month, `2027-05`. */
export const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'A month looks like 2027-05.' })
  .brand<'Month'>();
export type Month = z.infer<typeof Month>;

/** Who pays a line. A caregiver is known by household; a municipality by its CBS code; insurers and pots by id. */
export const Payer = z.strictObject({
  kind: z.enum(['municipality', 'insurer', 'caregiver', 'pot']),
  id: z.string().min(1).max(64),
});
export type Payer = z.infer<typeof Payer>;

/**
 * A scheme as data. `cap`: money (`multiplier` times the rate frozen at award; only `countedForms` count) or hours in
 * total. `maxHoursPerWeek`: weeks from Monday. `serviceArea`: where the care must be given. `contributionCents` per
 * calendar month in which help was given. Source of the figures: S01, S02.
 */
export const SchemeRules = z.strictObject({
  coveredForms: z.array(FormId).min(1).max(mostForms),
  countedForms: z.array(FormId).max(mostForms),
  cap: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('money'), multiplier: z.int().min(1).max(1000) }),
    z.strictObject({ kind: z.literal('hours'), hours: z.int().min(1).max(10_000) }),
  ]),
  maxHoursPerWeek: z.int().min(1).max(168).optional(),
  periodMonths: z.int().min(1).max(60),
  serviceArea: z.array(MunicipalityCode).max(342).default([]),
  contributionCentsPerMonth: PriceCents,
  extendable: z.boolean(),
});
export type SchemeRules = z.infer<typeof SchemeRules>;

export const PublishScheme = z.strictObject({
  schemeId: SchemeId,
  name: Label,
  municipality: MunicipalityCode,
  /** The id in domain.md, such as S01. */
  source: z.string().regex(/^S\d{2,3}$/),
  validFrom: Day,
  rules: SchemeRules,
});
export type PublishScheme = z.infer<typeof PublishScheme>;

const endsAfterBeginning = (it: { readonly from: Day; readonly until: Day }) => it.from < it.until;

/** A municipality lets a professional decide on a scheme (R06). */
export const GrantSchemeMandate = z
  .strictObject({
    mandateId: MandateId,
    schemeId: SchemeId,
    accountId: z.string().min(1).max(100),
    holder: Label,
    from: Day,
    until: Day,
  })
  .refine(endsAfterBeginning, { path: ['until'], error: 'The end lies after the beginning.' });
export type GrantSchemeMandate = z.infer<typeof GrantSchemeMandate>;

/** Who decides: an account, and the municipality when it decides on its own scheme. Filled in at the door, never asked. */
const decision = { accountId: z.string().min(1).max(100), municipality: MunicipalityCode.optional() };

/** Effective at once. The rate is frozen at the award (A06). The period begins on `startsOn` and lasts as the scheme says. */
export const AwardScheme = z.strictObject({
  schemeId: SchemeId,
  householdId: HouseholdId,
  startsOn: Day,
  rateCents: PriceCents,
  decidedBy: z.strictObject(decision),
});
export type AwardScheme = z.infer<typeof AwardScheme>;
/** A next period, where the scheme allows one; who may award may extend. */
export const ExtendEntitlement = z.strictObject({ entitlementId: EntitlementId, decidedBy: z.strictObject(decision) });
export type ExtendEntitlement = z.infer<typeof ExtendEntitlement>;

/** Why a review ends an award (S11). */
export const ReviewReason = z.enum(['not-eligible', 'other-law-pays', 'situation-changed']);
export type ReviewReason = z.infer<typeof ReviewReason>;

/**
 * The municipality looks at an award afterwards and ends it from a day on, today at the earliest (S11, A08): what was given
 * before stays paid, what is given later is another source's or the pot's. No booking changes.
 */
export const ReviewEntitlement = z.strictObject({
  entitlementId: EntitlementId,
  endsOn: Day,
  reason: ReviewReason,
  decidedBy: z.strictObject(decision),
});
export type ReviewEntitlement = z.infer<typeof ReviewEntitlement>;

/** A supplementary policy of the household: which share of which form it pays (S23, R44). */
export const RegisterPolicy = z
  .strictObject({
    policyId: PolicyId,
    householdId: HouseholdId,
    insurerId: z.string().min(1).max(64),
    shares: z
      .array(z.strictObject({ form: FormId, percent: z.int().min(1).max(100) }))
      .min(1)
      .max(30),
    from: Day,
    until: Day,
  })
  .refine(endsAfterBeginning, { path: ['until'], error: 'The end lies after the beginning.' });
export type RegisterPolicy = z.infer<typeof RegisterPolicy>;

/** A free budget (S07): its holder spends up to the balance, nobody approves (R43). */
export const OpenBudget = z
  .strictObject({
    budgetId: BudgetId,
    municipality: MunicipalityCode,
    holderAccountId: z.string().min(1).max(100),
    name: Label,
    amountCents: PriceCents,
    from: Day,
    until: Day,
    /** Bound to the people whom a household knows (S09): it pays only for what they give there. */
    boundTo: z.strictObject({ householdId: HouseholdId, helperIds: z.array(HelperId).min(1).max(20) }).optional(),
  })
  .refine(endsAfterBeginning, { path: ['until'], error: 'The end lies after the beginning.' });
export type OpenBudget = z.infer<typeof OpenBudget>;
/**
 * With a booking it is set aside for it: what the care did not cost is in the budget again, and pays for that care after
 * all when another funder says no and it is still there. Also after the care. Of a booking that ends without care, or
 * ended so before, all of it is in the budget again. For one that nobody knows it is kept: the booking may yet come, and
 * only its end gives it back.
 */
export const SpendBudget = z.strictObject({
  budgetId: BudgetId,
  spendId: SpendId,
  amountCents: PriceCents.min(1),
  form: FormId.optional(),
  bookingId: BookingId.optional(),
});
export type SpendBudget = z.infer<typeof SpendBudget>;

/** The pot that stands surety (S26) for the municipalities named; it may go below zero, which is what a guarantee is for. */
export const OpenPot = z.strictObject({
  potId: PotId,
  name: Label,
  municipalities: z.array(MunicipalityCode).max(342),
  amountCents: PriceCents,
});
export type OpenPot = z.infer<typeof OpenPot>;

/**
 * What an insurer, a municipality and providers agreed to finance afterwards (S24): of what other sources leave, the insurer
 * bears its percentage and the municipality the rest, the odd cent to the municipality (A09). For care in that municipality.
 */
export const RecordCostSharing = z
  .strictObject({
    costSharingId: CostSharingId,
    name: Label,
    municipality: MunicipalityCode,
    insurerId: z.string().min(1).max(64),
    insurerPercent: z.int().min(1).max(99),
    forms: z.array(FormId).min(1).max(mostForms),
    providerIds: z.array(ProviderId).min(1).max(50),
    from: Day,
    until: Day,
  })
  .refine(endsAfterBeginning, { path: ['until'], error: 'The end lies after the beginning.' });
export type RecordCostSharing = z.infer<typeof RecordCostSharing>;
export const CostSharingView = z.strictObject({ ...RecordCostSharing.shape });
export type CostSharingView = z.infer<typeof CostSharingView>;

/** Why a funder says no afterwards. */
export const FundingDeclineReason = z.enum([
  'not-entitled',
  'not-covered',
  'other-law-pays',
  'other-payer',
  'paid-already',
]);
export type FundingDeclineReason = z.infer<typeof FundingDeclineReason>;

/**
 * A funder does not bear its part after all, of one delivery or of a booking that was not given yet. Its part is divided
 * anew; the care, the booking and what the caregiver was shown stay as they are (R04, R46). Who declines is filled in at the
 * door. Rejected with `claim-not-found` when there is no part of theirs.
 */
export const DeclineFunding = z
  .strictObject({
    deliveryId: DeliveryId.optional(),
    bookingId: BookingId.optional(),
    payer: Payer,
    reason: FundingDeclineReason,
  })
  .refine((it) => (it.deliveryId === undefined) !== (it.bookingId === undefined), {
    path: ['deliveryId'],
    error: 'Give a delivery or a booking.',
  });
export type DeclineFunding = z.infer<typeof DeclineFunding>;

/** What somebody wants that costs something. */
const costing = {
  form: FormId,
  unit: Unit,
  quantity: Quantity,
  /** For everybody. */
  unitPriceCents: PriceCents,
  /** For those who have a price of their own on that day; the first to pay decides whose price counts (S48). */
  payerPrices: z
    .array(PayerPrice.pick({ payer: true, unitPriceCents: true }))
    .max(PricePayer.options.length)
    .optional(),
  on: Day,
  bearer: Bearer,
  /** Where the care is given. */
  municipality: MunicipalityCode,
  /** Who gives it: what payers agreed to share with that provider counts (S24). Without it, no agreement does. */
  providerId: ProviderId.optional(),
  /** The most that the caregiver pays, contributions included, where that is known beforehand: 0 when it is urgent. */
  ownAtMostCents: PriceCents.optional(),
};

/** What is asked before a booking: who would pay what. Reserves room under a scheme until `reservedUntil`. */
export const QuoteBooking = z.strictObject({
  bookingId: BookingId,
  householdId: HouseholdId,
  ...costing,
  reservedUntil: Instant,
});
export type QuoteBooking = z.infer<typeof QuoteBooking>;

export const FundingKind = z.enum(['scheme', 'insurance', 'contribution', 'own', 'guarantee']);
export const FundingLine = z.strictObject({ kind: FundingKind, payer: Payer, amountCents: PriceCents });
export type FundingLine = z.infer<typeof FundingLine>;

/** Why a source does not pay (all). Another source or own payment stays open (R42). */
export const SchemeRefusal = z.strictObject({
  schemeId: SchemeId,
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type SchemeRefusal = z.infer<typeof SchemeRefusal>;

/**
 * The split as far as it is known. `ownCostCents` is the most that the caregiver will ever pay for this booking (R46).
 * `coverage` says how sure the sources are; unknown never blocks (R44).
 */
export const Quote = z.strictObject({
  ownCostCents: PriceCents,
  coverage: z.enum(['covered', 'partly', 'not', 'unknown']),
  lines: z.array(FundingLine),
  refusals: z.array(SchemeRefusal),
  /** Whose price of their own counts; absent: the price for everybody. */
  pricedFor: PricePayer.optional(),
});
export type Quote = z.infer<typeof Quote>;

/** The most that is estimated at once: a page of search, with the times of each offer. */
export const mostEstimates = 500;

/** What a household would be quoted for each of these by itself. Nothing is reserved, and nothing is written down. */
export const EstimateCosts = z.strictObject({
  householdId: HouseholdId,
  options: z.array(z.strictObject(costing)).min(1).max(mostEstimates),
});
export type EstimateCosts = z.infer<typeof EstimateCosts>;

/** `priceCents`: the whole price, as it is for who pays first. */
export const CostEstimate = z.strictObject({ ...Quote.shape, priceCents: PriceCents });
export type CostEstimate = z.infer<typeof CostEstimate>;

/** Makes the invoices of a month: one per payer, from everything settled and not yet billed. Asked again, it makes none twice. */
export const BillMonth = z.strictObject({ month: Month });
export type BillMonth = z.infer<typeof BillMonth>;

export const SchemeView = z.strictObject({ ...PublishScheme.shape });
export type SchemeView = z.infer<typeof SchemeView>;

/** What is left, in euros or in hours, so that it can be shown before booking (R42). */
export const EntitlementView = z.strictObject({
  entitlementId: EntitlementId,
  schemeId: SchemeId,
  schemeName: z.string(),
  householdId: HouseholdId,
  from: Day,
  until: Day,
  rateCents: PriceCents,
  capCents: PriceCents.nullable(),
  capHours: z.number().nullable(),
  usedCents: PriceCents,
  usedHours: z.number(),
  leftCents: PriceCents.nullable(),
  leftHours: z.number().nullable(),
  contributionCents: PriceCents,
  awardedAt: Instant,
  /** A review ended it: the first day on which it pays no more. */
  review: z.strictObject({ endsOn: Day, reason: ReviewReason }).optional(),
});
export type EntitlementView = z.infer<typeof EntitlementView>;

export const BudgetView = z.strictObject({
  budgetId: BudgetId,
  municipality: MunicipalityCode,
  holderAccountId: z.string(),
  name: z.string(),
  amountCents: PriceCents,
  balanceCents: Cents,
  from: Day,
  until: Day,
  boundTo: z.strictObject({ householdId: HouseholdId, helperIds: z.array(HelperId) }).optional(),
  spends: z.array(z.strictObject({ spendId: SpendId, amountCents: PriceCents, at: Instant })),
});
export type BudgetView = z.infer<typeof BudgetView>;

export const PotView = z.strictObject({
  potId: PotId,
  name: z.string(),
  municipalities: z.array(MunicipalityCode),
  paidInCents: Cents,
  balanceCents: Cents,
});
export type PotView = z.infer<typeof PotView>;

export const PolicyView = z.strictObject({ ...RegisterPolicy.shape });
export type PolicyView = z.infer<typeof PolicyView>;

/**
 * How a cost was divided at one moment, and why then: `delivered` is the first; `declined` names who said no, `awarded`
 * and `insured` whose source was found, `budgeted` whose free budget has money for it (again).
 */
export const Allocation = z.strictObject({
  allocatedAt: Instant,
  why: z.enum(['delivered', 'declined', 'awarded', 'insured', 'budgeted']),
  payer: Payer.optional(),
  reason: FundingDeclineReason.optional(),
  fundingStatus: z.enum(['split', 'guaranteed']),
  lines: z.array(FundingLine),
});
export type Allocation = z.infer<typeof Allocation>;

/** A funder that said no. */
export const FundingDecline = z.strictObject({ payer: Payer, reason: FundingDeclineReason, declinedAt: Instant });
export type FundingDecline = z.infer<typeof FundingDecline>;

/** The cost of one delivery and who bears it: the lines add up to the cost, to the cent (R40). */
export const ClaimView = z.strictObject({
  deliveryId: DeliveryId,
  bookingId: BookingId,
  householdId: HouseholdId,
  providerId: ProviderId,
  offerId: OfferId,
  form: FormId,
  deliveredOn: Day,
  quantity: Quantity,
  costCents: PriceCents,
  vat: VatCategory,
  municipality: MunicipalityCode,
  fundingStatus: z.enum(['open', 'split', 'guaranteed', 'settled']),
  lines: z.array(FundingLine),
  /** No care was given: a share of the price, owed for cancelling late. */
  lateCancellation: z.boolean().default(false),
  /** How it was divided, the first time first; the last is what counts now. */
  allocations: z.array(Allocation).default([]),
  declines: z.array(FundingDecline).default([]),
});
export type ClaimView = z.infer<typeof ClaimView>;

/** `claim` is null while nothing was delivered: then the no counts when it is. */
export const DeclinedFunding = z.strictObject({
  ...FundingDecline.shape,
  bookingId: BookingId,
  claim: ClaimView.nullable(),
});
export type DeclinedFunding = z.infer<typeof DeclinedFunding>;

/** `amountCents` is below zero where less is owed than was billed before. */
export const InvoiceLine = z.strictObject({
  deliveryId: DeliveryId,
  bookingId: BookingId,
  providerId: ProviderId,
  form: FormId,
  deliveredOn: Day,
  kind: FundingKind,
  amountCents: Cents,
  vat: VatCategory,
  /** Which time that the cost was divided anew this line comes from; absent for the first division. */
  correction: z.int().min(1).optional(),
});
export const InvoiceView = z.strictObject({
  invoiceId: InvoiceId,
  number: z.string(),
  payer: Payer,
  month: Month,
  issuedAt: Instant,
  totalCents: Cents,
  lines: z.array(InvoiceLine),
});
export type InvoiceView = z.infer<typeof InvoiceView>;

export const TrialBalanceRow = z.strictObject({ account: z.string(), debitCents: z.int(), creditCents: z.int() });
export const TrialBalance = z.strictObject({
  rows: z.array(TrialBalanceRow),
  debitCents: z.int(),
  creditCents: z.int(),
  balanced: z.boolean(),
});
export type TrialBalance = z.infer<typeof TrialBalance>;

const waiting = { waitFor: z.string().max(100).optional() };

export const InvoicingApi = serviceApi('invoicing', {
  publishScheme: command(PublishScheme, SchemeView),
  grantSchemeMandate: command(GrantSchemeMandate, z.undefined()),
  awardScheme: command(AwardScheme, EntitlementView),
  extendEntitlement: command(ExtendEntitlement, EntitlementView),
  reviewEntitlement: command(ReviewEntitlement, EntitlementView),
  recordCostSharing: command(RecordCostSharing, CostSharingView),
  declineFunding: command(DeclineFunding, DeclinedFunding),
  registerPolicy: command(RegisterPolicy, PolicyView),
  openBudget: command(OpenBudget, BudgetView),
  spendBudget: command(SpendBudget, BudgetView),
  openPot: command(OpenPot, PotView),
  quoteBooking: command(QuoteBooking, Quote),
  /** In the order asked. What is quoted right after it is the same, unless something was booked or decided in between. */
  estimateCosts: query(EstimateCosts, z.array(CostEstimate)),
  billMonth: command(BillMonth, z.array(InvoiceView)),
  /** From its own stream: there as soon as it was published, whichever replica is asked. */
  findScheme: query(z.strictObject({ schemeId: SchemeId }), SchemeView.optional()),
  listSchemes: query(z.strictObject({ municipality: MunicipalityCode.optional(), ...waiting }), z.array(SchemeView)),
  listEntitlements: query(z.strictObject({ householdId: HouseholdId, ...waiting }), z.array(EntitlementView)),
  findEntitlement: query(z.strictObject({ entitlementId: EntitlementId }), EntitlementView.optional()),
  findBudget: query(z.strictObject({ budgetId: BudgetId }), BudgetView.optional()),
  listBudgets: query(
    z.strictObject({
      municipality: MunicipalityCode.optional(),
      holderAccountId: z.string().max(100).optional(),
      ...waiting,
    }),
    z.array(BudgetView),
  ),
  listCostSharings: query(
    z.strictObject({ municipality: MunicipalityCode.optional(), insurerId: z.string().max(64).optional(), ...waiting }),
    z.array(CostSharingView),
  ),
  listPots: query(z.strictObject({ ...waiting }), z.array(PotView)),
  findClaim: query(z.strictObject({ deliveryId: DeliveryId, ...waiting }), ClaimView.optional()),
  findClaimOfBooking: query(z.strictObject({ bookingId: BookingId, ...waiting }), ClaimView.optional()),
  /** In which a funder bears a part, or did until it was divided anew; by the month in which that is billed. */
  listClaims: query(
    z.strictObject({ payer: Payer, month: Month.optional(), ...waiting, page: PageRequest }),
    pageOf(ClaimView),
  ),
  findInvoice: query(z.strictObject({ invoiceId: InvoiceId }), InvoiceView.optional()),
  listInvoices: query(
    z.strictObject({
      payer: Payer.optional(),
      providerId: ProviderId.optional(),
      month: Month.optional(),
      ...waiting,
      page: PageRequest,
    }),
    pageOf(InvoiceView),
  ),
  trialBalance: query(z.strictObject({ ...waiting }), TrialBalance),
});
export type Invoicing = ServiceOf<typeof InvoicingApi>;
