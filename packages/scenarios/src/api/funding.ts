import { type FormId, Month } from '@adempauze/contracts';
import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Claim, claim, Id, list, listOf, Payer } from './shapes.ts';

/* Who pays: schemes and awards, policies, budgets, invoices, and demand that found no place. */

export type NewRules = {
  readonly coveredForms: readonly FormId[];
  readonly countedForms: readonly FormId[];
  readonly capMultiplier?: number;
  readonly capHours?: number;
  readonly maxHoursPerWeek?: number;
  readonly periodMonths: number;
  readonly serviceArea?: readonly string[];
  readonly contributionCentsPerMonth: number;
  readonly extendable: boolean;
};
const Identified = z.object({ id: Id });
export const publishScheme = mutation<
  { schemeId: string; name: string; source: string; validFrom: Day; rules: NewRules },
  typeof Identified
>('publishScheme', 'scheme', '{ id }', Identified);
const Mandate = z.object({ mandateId: z.string() });
export const grantSchemeMandate = mutation<
  { schemeId: string; accountId: string; holder: string; from: Day; until: Day },
  typeof Mandate
>('grantSchemeMandate', 'schemeMandate', '{ mandateId }', Mandate);

const Entitlement = z.object({
  id: Id,
  from: Day,
  until: Day,
  capCents: z.int().nullable(),
  usedCents: z.int(),
  usedHours: z.number(),
  leftCents: z.int().nullable(),
  leftHours: z.number().nullable(),
  contributionCents: z.int(),
});
export type Entitlement = z.infer<typeof Entitlement>;
const entitlement = '{ id from until capCents usedCents usedHours leftCents leftHours contributionCents }';
export const awardScheme = mutation<
  { schemeId: string; householdId: string; startsOn: Day; rateCents: number },
  typeof Entitlement
>('awardScheme', 'entitlement', entitlement, Entitlement);
export const extendEntitlement = mutation<{ entitlementId: string }, typeof Entitlement>(
  'extendEntitlement',
  'entitlement',
  entitlement,
  Entitlement,
);
export const reviewEntitlement = mutation<
  { entitlementId: string; endsOn: Day; reason: 'NOT_ELIGIBLE' | 'OTHER_LAW_PAYS' | 'SITUATION_CHANGED' },
  typeof Entitlement
>('reviewEntitlement', 'entitlement', entitlement, Entitlement);
export const findEntitlement = query<{ id: string }, z.ZodNullable<typeof Entitlement>>(
  'entitlement',
  `query Entitlement($id: ID!) { entitlement(id: $id) ${entitlement} }`,
  Entitlement.nullable(),
);

const Policy = z.object({ policyId: z.string() });
export const registerPolicy = mutation<
  {
    policyId: string;
    householdId: string;
    insurerId: string;
    shares: readonly { form: FormId; percent: number }[];
    from: Day;
    until: Day;
  },
  typeof Policy
>('registerPolicy', 'policy', '{ policyId }', Policy);

const Shared = z.object({ costSharingId: z.string() });
export const recordCostSharing = mutation<
  {
    costSharingId: string;
    name: string;
    municipalityCode: string;
    insurerId: string;
    insurerPercent: number;
    forms: readonly FormId[];
    providerIds: readonly string[];
    from: Day;
    until: Day;
  },
  typeof Shared
>('recordCostSharing', 'costSharing', '{ costSharingId }', Shared);
/** `claim` as the funder that declines sees it. */
const Declined = z.object({ bookingId: Id, claim: Claim.nullable() });
export const declineFunding = mutation<
  {
    bookingId?: string;
    deliveryId?: string;
    reason: 'NOT_ENTITLED' | 'NOT_COVERED' | 'OTHER_LAW_PAYS' | 'OTHER_PAYER' | 'PAID_ALREADY';
  },
  typeof Declined
>('declineFunding', 'declined', `{ bookingId claim ${claim} }`, Declined);

const Declines = z.object({ declines: z.array(z.object({ payer: Payer, reason: z.string() })).nullable() });
/** Who said no to the cost of a booking. */
export const findDeclines = query<{ bookingId: string }, z.ZodNullable<typeof Declines>>(
  'claim',
  'query Declines($bookingId: ID!) { claim(bookingId: $bookingId) { declines { payer { kind id } reason } } }',
  Declines.nullable(),
);
export const listClaims = query<
  { month?: Month; waitFor?: string | null; first?: number; after?: string | null },
  ReturnType<typeof listOf<typeof Claim>>
>(
  'claims',
  `query Claims($month: Month, $waitFor: String, $first: Int, $after: String) {
     claims(month: $month, waitFor: $waitFor, first: $first, after: $after) ${list(claim)} }`,
  listOf(Claim),
);

const Budget = z.object({
  id: Id,
  amountCents: z.int(),
  balanceCents: z.int(),
  spends: z.array(z.object({ spendId: z.string(), amountCents: z.int(), at: Instant })),
});
const budget = '{ id amountCents balanceCents spends { spendId amountCents at } }';
export const openBudget = mutation<
  {
    budgetId: string;
    holderAccountId: string;
    name: string;
    amountCents: number;
    from: Day;
    until: Day;
    boundTo?: { readonly householdId: string; readonly helperIds: readonly string[] };
  },
  typeof Budget
>('openBudget', 'budget', budget, Budget);
export const spendBudget = mutation<
  { budgetId: string; spendId: string; amountCents: number; form?: FormId; bookingId?: string },
  typeof Budget
>('spendBudget', 'budget', budget, Budget);
export const findBudget = query<{ id: string }, z.ZodNullable<typeof Budget>>(
  'budget',
  `query Budget($id: ID!) { budget(id: $id) ${budget} }`,
  Budget.nullable(),
);

export const openPot = mutation<
  { potId: string; name: string; municipalityCodes: readonly string[]; amountCents: number },
  typeof Identified
>('openPot', 'pot', '{ id }', Identified);

const Invoice = z.object({
  number: z.string(),
  payer: Payer.nullable(),
  month: Month,
  totalCents: z.int().nullable(),
  lines: z.array(z.object({ deliveryId: z.string(), kind: z.string(), amountCents: z.int() })),
});
export type Invoice = z.infer<typeof Invoice>;
const invoice = '{ number payer { kind id } month totalCents lines { deliveryId kind amountCents } }';
const Numbered = z.array(z.object({ number: z.string() }));
export const billMonth = mutation<{ month: Month }, typeof Numbered>('billMonth', 'invoices', '{ number }', Numbered);
export const listInvoices = query<
  {
    payer?: { kind: z.infer<typeof Payer>['kind']; id: string };
    month: Month;
    waitFor?: string | null;
    first?: number;
    after?: string | null;
  },
  ReturnType<typeof listOf<typeof Invoice>>
>(
  'invoices',
  `query Invoices($payer: PayerInput, $month: Month, $waitFor: String, $first: Int, $after: String) {
     invoices(payer: $payer, month: $month, waitFor: $waitFor, first: $first, after: $after) ${list(invoice)} }`,
  listOf(Invoice),
);

const TrialBalance = z.object({ debitCents: z.number(), creditCents: z.number(), balanced: z.boolean() });
export const findTrialBalance = query<object, typeof TrialBalance>(
  'trialBalance',
  '{ trialBalance { debitCents creditCents balanced } }',
  TrialBalance,
);

const UnmetDemand = z.array(z.object({ form: z.object({ id: z.string() }), month: z.string(), count: z.int() }));
export const listUnmetDemand = query<object, typeof UnmetDemand>(
  'unmetDemand',
  '{ unmetDemand { form { id } month count } }',
  UnmetDemand,
);
const Clock = z.object({ now: Instant });
export const moveClock = mutation<{ to: Instant }, typeof Clock>('moveClock', 'clock', '{ now }', Clock);
