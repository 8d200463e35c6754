import {
  type BookingView,
  BudgetView,
  ClaimView,
  CostSharingView,
  DeclinedFunding,
  EntitlementView,
  InvoiceView,
  type Invoicing,
  PolicyView,
  PotView,
  SchemeView,
  TrialBalance,
} from '@adempauze/contracts';
import { priceFor } from '@adempauze/kernel';
import { at, embeddedAccountId, first, firstPage, idOf, type Kit } from './fake-basics.ts';

const lines = (municipality: string, insurer: string, householdKey: string) => [
  { kind: 'scheme', payer: { kind: 'municipality', id: municipality }, amountCents: 9000 },
  { kind: 'insurance', payer: { kind: 'insurer', id: insurer }, amountCents: 2500 },
  { kind: 'own', payer: { kind: 'caregiver', id: idOf(householdKey) }, amountCents: 2300 },
];

export const invoicingWorld = () => ({
  schemes: [
    ['scheme', '0603'],
    ['other-scheme', '0518'],
  ].map(([key = '', municipality]) =>
    SchemeView.parse({
      schemeId: idOf(key),
      name: `Regeling ${key}`,
      municipality,
      source: 'S01',
      validFrom: '2026-01-01',
      rules: {
        coveredForms: ['F01'],
        countedForms: ['F01'],
        cap: { kind: 'money', multiplier: 52 },
        periodMonths: 12,
        contributionCentsPerMonth: 0,
        extendable: true,
      },
    }),
  ),
  entitlements: ['', 'other-'].map((key) =>
    EntitlementView.parse({
      entitlementId: idOf(`${key}entitlement`),
      schemeId: idOf(`${key}scheme`),
      schemeName: 'Regeling',
      householdId: idOf(`${key}household`),
      from: '2027-01-01',
      until: '2028-01-01',
      rateCents: 3300,
      capCents: 171600,
      capHours: null,
      usedCents: 0,
      usedHours: 0,
      leftCents: 171600,
      leftHours: null,
      contributionCents: 0,
      awardedAt: at('2027-01-01T00:00:00Z'),
      review: { endsOn: '2027-12-01', reason: 'situation-changed' },
    }),
  ),
  budgets: ['', 'other-'].map((key) =>
    BudgetView.parse({
      budgetId: idOf(`${key}budget`),
      municipality: key ? '0518' : '0603',
      holderAccountId: embeddedAccountId(`${key}professional`),
      name: 'Vrij budget',
      amountCents: 1_000_000,
      balanceCents: 982_000,
      from: '2027-01-01',
      until: '2028-01-01',
      spends: [{ spendId: idOf('spend'), amountCents: 18_000, at: at('2027-02-01T00:00:00Z') }],
    }),
  ),
  pots: ['', 'other-'].map((key) =>
    PotView.parse({
      potId: idOf(`${key}pot`),
      name: 'Eén pot',
      municipalities: [key ? '0518' : '0603'],
      paidInCents: 500_000,
      balanceCents: 490_000,
    }),
  ),
  costSharings: ['', 'other-'].map((key) =>
    CostSharingView.parse({
      costSharingId: idOf(`${key}cost-sharing`),
      name: 'Samen betalen',
      municipality: key ? '0518' : '0603',
      insurerId: `${key}insurer`,
      insurerPercent: 50,
      forms: ['F12'],
      providerIds: [idOf('provider')],
      from: '2027-01-01',
      until: '2028-01-01',
    }),
  ),
  claims: [
    ['', 'booking-delivered', 'provider'],
    ['', 'booking-helper-delivered', 'organisation'],
    ['other-', 'other-booking', 'other-provider'],
  ].map(([key = '', bookingKey = '', providerKey = '']) =>
    ClaimView.parse({
      deliveryId: idOf(`${bookingKey}-delivery`),
      bookingId: idOf(bookingKey),
      householdId: idOf(`${key}household`),
      providerId: idOf(providerKey),
      offerId: idOf(`${key}offer`),
      form: 'F01',
      deliveredOn: '2027-05-03',
      quantity: 400,
      costCents: 13800,
      vat: 'exempt',
      municipality: '0603',
      fundingStatus: 'split',
      allocations: [
        {
          ...{ allocatedAt: at('2027-05-20T00:00:00Z'), why: 'declined', fundingStatus: 'split' },
          ...{ payer: { kind: 'insurer', id: 'an-insurer' }, reason: 'not-covered' },
          lines: key ? lines('0518', 'other-insurer', 'other-household') : lines('0603', 'insurer', 'household'),
        },
      ],
      declines: (key ? ['0518', 'other-insurer'] : ['0603', 'insurer']).map((id) => ({
        payer: { kind: /^\d/.test(id) ? 'municipality' : 'insurer', id },
        ...{ reason: 'not-covered', declinedAt: at('2027-05-20T00:00:00Z') },
      })),
      lines: key ? lines('0518', 'other-insurer', 'other-household') : lines('0603', 'insurer', 'household'),
    }),
  ),
  invoices: [
    ['invoice-municipality', 'municipality', '0603'],
    ['invoice-insurer', 'insurer', 'insurer'],
    ['invoice-caregiver', 'caregiver', idOf('household')],
    ['other-invoice', 'municipality', '0518'],
    ['other-invoice-insurer', 'insurer', 'other-insurer'],
    ['other-invoice-caregiver', 'caregiver', idOf('other-household')],
  ].map(([key = '', kind, id]) =>
    InvoiceView.parse({
      invoiceId: idOf(key),
      number: '2027-05-0001',
      payer: { kind, id },
      month: '2027-05',
      issuedAt: at('2027-06-01T00:00:00Z'),
      totalCents: 13800,
      lines: (key.startsWith('other') ? ['other-provider'] : ['provider', 'organisation', 'other-provider']).map(
        (providerKey) => ({
          deliveryId: idOf('booking-delivered-delivery'),
          bookingId: idOf('booking-delivered'),
          providerId: idOf(providerKey),
          form: 'F01',
          deliveredOn: '2027-05-03',
          kind: 'scheme',
          amountCents: 4600,
          vat: 'exempt',
        }),
      ),
    }),
  ),
});

/** The operations of invoicing; `quote` is what every booking is quoted. */
export const fakeInvoicing = (
  { yes }: Kit,
  world: ReturnType<typeof invoicingWorld>,
  quote: () => BookingView['quote'],
) => {
  const theBudget = () => first(world.budgets);
  const theEntitlement = () => first(world.entitlements);

  return {
    publishScheme: yes('publishScheme', () => first(world.schemes)),
    grantSchemeMandate: yes('grantSchemeMandate', () => undefined),
    awardScheme: yes('awardScheme', theEntitlement),
    extendEntitlement: yes('extendEntitlement', theEntitlement),
    reviewEntitlement: yes('reviewEntitlement', theEntitlement),
    recordCostSharing: yes('recordCostSharing', () => first(world.costSharings)),
    declineFunding: yes('declineFunding', () => {
      const claim = first(world.claims);
      return DeclinedFunding.parse({
        ...{ payer: claim.lines[0]?.payer, reason: 'not-covered', declinedAt: at('2027-06-01T00:00:00Z') },
        ...{ bookingId: claim.bookingId, claim },
      });
    }),
    registerPolicy: yes('registerPolicy', () =>
      PolicyView.parse({
        policyId: idOf('policy'),
        householdId: idOf('household'),
        insurerId: 'insurer',
        shares: [{ form: 'F05', percent: 75 }],
        from: '2027-01-01',
        until: '2028-01-01',
      }),
    ),
    openBudget: yes('openBudget', theBudget),
    spendBudget: yes('spendBudget', theBudget),
    openPot: yes('openPot', () => first(world.pots)),
    quoteBooking: yes('quoteBooking', () => quote()),
    estimateCosts: async ({ options }) =>
      options.map(({ quantity, unitPriceCents }) => ({ ...quote(), priceCents: priceFor(quantity, unitPriceCents) })),
    billMonth: yes('billMonth', () => world.invoices),
    findScheme: async ({ schemeId }) => world.schemes.find((it) => it.schemeId === schemeId),
    listSchemes: async ({ municipality }) =>
      world.schemes.filter((it) => !municipality || it.municipality === municipality),
    listEntitlements: async ({ householdId }) => world.entitlements.filter((it) => it.householdId === householdId),
    findEntitlement: async ({ entitlementId }) => world.entitlements.find((it) => it.entitlementId === entitlementId),
    findBudget: async ({ budgetId }) => world.budgets.find((it) => it.budgetId === budgetId),
    listBudgets: async ({ holderAccountId }) =>
      world.budgets.filter((it) => !holderAccountId || it.holderAccountId === holderAccountId),
    listCostSharings: async ({ municipality, insurerId }) =>
      world.costSharings.filter(
        (it) => (!municipality || it.municipality === municipality) && (!insurerId || it.insurerId === insurerId),
      ),
    listPots: async () => world.pots,
    findClaim: async ({ deliveryId }) => world.claims.find((it) => it.deliveryId === deliveryId),
    findClaimOfBooking: async ({ bookingId }) => world.claims.find((it) => it.bookingId === bookingId),
    listClaims: async ({ payer }) =>
      firstPage(
        world.claims.filter((it) =>
          it.lines.some((line) => line.payer.kind === payer.kind && line.payer.id === payer.id),
        ),
      ),
    findInvoice: async ({ invoiceId }) => world.invoices.find((it) => it.invoiceId === invoiceId),
    listInvoices: async ({ payer, providerId }) =>
      firstPage(
        world.invoices.filter(
          (it) =>
            (!payer || (it.payer.kind === payer.kind && it.payer.id === payer.id)) &&
            (!providerId || it.lines.some((line) => line.providerId === providerId)),
        ),
      ),
    trialBalance: async () =>
      TrialBalance.parse({
        rows: [{ account: 'care-cost', debitCents: 13800, creditCents: 13800 }],
        debitCents: 13800,
        creditCents: 13800,
        balanced: true,
      }),
  } satisfies Partial<Invoicing>;
};
