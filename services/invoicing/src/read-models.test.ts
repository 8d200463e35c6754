import { Month, Payer } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { listBudgets, listPots } from './budget-list/budget-list.ts';
import { findDeliveryOf, isBilled, listLinesToBill, listPayersToBill, listUnderWay } from './claim-list/claim-list.ts';
import { listCostSharings, listSharings } from './cost-sharing/cost-sharing-list.ts';
import { listDraftPayers, listInvoices } from './invoice-list/invoice-list.ts';
import {
  bookingId,
  budgetId,
  day,
  deliveryId,
  hillegom,
  householdId,
  mandateId,
  offerId,
  policyId,
  potId,
  providerId,
  s01,
  spendId,
} from './invoicing.fixtures.ts';
import { creditBalanceOf, trialBalance } from './ledger/ledger.ts';
import { tablesOf } from './read-models.fixtures.ts';
import { listMandatesInForce, listSchemes } from './scheme-list/scheme-list.ts';
import { listBookingDeclines, listToTell } from './source-list/source-list.ts';
import { findTariff } from './tariff/tariff.ts';

const now = '2027-05-03T10:00:00.000Z';
const month = Month.parse('2027-05');
const payer = Payer.parse({ kind: 'insurer', id: 'insurer-1' });
const invoiceId = derivedId('invoice');
const line = {
  ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), providerId: providerId(1), form: 'F05' },
  ...{ deliveredOn: '2027-05-03', kind: 'insurance', amountCents: 6900, vat: 'standard' },
};
const entry = (account: string, debitCents: number, creditCents: number) => ({ account, debitCents, creditCents });
const budget = {
  ...{ budgetId: budgetId(1), municipality: hillegom, holderAccountId: 'consultant-1', name: 'Vrij budget' },
  ...{ amountCents: 1000, from: '2027-01-01', until: '2028-01-01' },
};
const costSharing = {
  ...{ costSharingId: derivedId('sharing'), name: 'Samen', municipality: hillegom, insurerId: 'insurer-1' },
  ...{ insurerPercent: 50, forms: ['F12'], providerIds: [providerId(1)], from: '2027-01-01', until: '2028-01-01' },
};
const tariff = (from: string, priceCents: number) => ({
  offerId: offerId(1),
  tariff: { from, priceCents, vat: 'exempt' },
});

/** One of every type that is stored or heard of here, in the order of a life. */
const history: readonly (readonly [type: string, data: object])[] = [
  ['SchemePublished', { ...s01, publishedAt: now }],
  [
    'SchemeMandateGranted',
    {
      ...{ mandateId: mandateId(1), schemeId: s01.schemeId, accountId: 'adviser-1' },
      ...{ holder: { $sealed: 'a.b', $place: 'p' }, from: '2027-01-01', until: '2028-01-01', grantedAt: now },
    },
  ],
  ['SchemeAwarded', award('before', '2027-01-01', '2027-04-01')],
  ['PolicyRegistered', { ...policy('before'), registeredAt: now }],
  ['EntitlementOpened', {}],
  ['EntitlementExtended', {}],
  ['RoomReserved', {}],
  ['RoomKept', {}],
  ['RoomLapsed', {}],
  ['RoomReleased', {}],
  ['RoomConsumed', {}],
  ['QuoteGiven', {}],
  ['InvoiceNumbersTaken', {}],
  ['EntitlementReviewed', {}],
  ['CostSharingRecorded', { ...costSharing, recordedAt: now }],
  ['BookingFundingDeclined', declined(2)],
  ['BudgetOpened', { ...budget, openedAt: now }],
  ['BudgetSpent', { budgetId: budgetId(1), spendId: spendId(1), amountCents: 300, spentAt: now }],
  [
    'SpendReleased',
    {
      ...{ budgetId: budgetId(1), spendId: spendId(1), bookingId: bookingId(9), releasedCents: 0, leftCents: 300 },
      releasedAt: now,
    },
  ],
  [
    'SpendsTakenAgain',
    {
      ...{ budgetId: budgetId(1), bookingId: bookingId(9), turn: 1, takenCents: 0, takenAt: now },
      spends: [{ spendId: spendId(1), amountCents: 300 }],
    },
  ],
  ['SpendsKept', { budgetId: budgetId(1), bookingId: bookingId(9), turn: 2, keptAt: now }],
  ['PotOpened', { potId: potId(1), name: 'Respijtpot', municipalities: [hillegom], amountCents: 5000, openedAt: now }],
  ['offers.offer-published.v1', offer(tariff('2027-01-01', 2200))],
  ['offers.tariff-changed.v1', tariff('2027-05-01', 2300)],
  ['ClaimOpened', claim(1)],
  ['ClaimOpened', claim(2)],
  ['RoomAnswered', {}],
  [
    'ClaimSettled',
    {
      ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), month, fundingStatus: 'guaranteed', costCents: 9200 },
      lines: [
        { kind: 'insurance', payer, amountCents: 6900 },
        { kind: 'guarantee', payer: { kind: 'pot', id: potId(1) }, amountCents: 2300 },
      ],
      entries: [
        entry('receivable:insurer:insurer-1', 6900, 0),
        entry(`pot:${potId(1)}`, 2300, 0),
        entry('payable', 0, 9200),
      ],
      settledAt: now,
    },
  ],
  ['InvoiceDrafted', { invoiceId, payer, month, sequence: 1, draftedAt: now }],
  ['InvoiceLinesAdded', { invoiceId, lines: [line], addedAt: now }],
  [
    'InvoiceIssued',
    {
      ...{ invoiceId, payer, month, number: '2027-05-1', totalCents: 6900, issuedAt: now },
      entries: [entry('billed:insurer:insurer-1', 6900, 0), entry('receivable:insurer:insurer-1', 0, 6900)],
    },
  ],
];

/** After the first invoices: sources come to light, funders say no, and the cost is divided anew. */
const afterwards: typeof history = [
  ['AwardExtended', { ...award('before', '2027-01-01', '2028-01-01'), extendedAt: now }],
  ['SchemeAwarded', award('after', '2027-05-01', '2027-06-01')],
  ['PolicyRegistered', { ...policy('after'), registeredAt: now }],
  ['BookingFundingDeclined', declined(1)],
  ['AwardFound', { ...of(1), source: { entitlementId: entitlementId('after'), municipality: hillegom }, foundAt: now }],
  ['PolicyFound', { ...of(1), insurer: { insurerId: 'insurer-2', percent: 10, policyId: policyId('after') } }],
  ['BudgetFound', { ...of(1), budgetId: budgetId(1), municipality: hillegom, spendCount: 1, foundAt: now }],
  ['BudgetAnswered', { ...of(1), budgetId: budgetId(1), turn: 1, wantCents: 200, heldCents: 100, answeredAt: now }],
  ['FundingDeclined', { ...of(1), payer, reason: 'not-covered', declinedAt: now }],
  ['AllocationKept', { ...of(1), keptAt: now }],
  [
    'ClaimReallocated',
    {
      ...{ ...of(1), number: 1, month, why: 'declined', payer, fundingStatus: 'guaranteed', costCents: 9200 },
      lines: [{ kind: 'guarantee', payer: { kind: 'pot', id: potId(1) }, amountCents: 9200 }],
      changes: [
        { kind: 'insurance', payer, amountCents: -6900 },
        { kind: 'guarantee', payer: { kind: 'pot', id: potId(1) }, amountCents: 6900 },
      ],
      entries: [entry(`pot:${potId(1)}`, 6900, 0), entry('receivable:insurer:insurer-1', 0, 6900)],
      reallocatedAt: now,
    },
  ],
];
const everything = [...history, ...afterwards];

function offer(it: ReturnType<typeof tariff>) {
  return {
    ...it,
    providerId: providerId(1),
    form: 'F05',
    unit: 'hour',
    bearer: 'own',
    needsHelper: false,
    municipality: hillegom,
  };
}
function of(name: number) {
  return { deliveryId: deliveryId(name), bookingId: bookingId(name) };
}
function entitlementId(name: string) {
  return derivedId('entitlement', name);
}
function award(name: string, from: string, until: string) {
  const { rules, schemeId } = s01;
  return {
    ...{ entitlementId: entitlementId(name), schemeId, householdId: householdId(1), from, until, awardedAt: now },
    rules: { ...rules, coveredForms: ['F05'] },
  };
}
function policy(name: string) {
  return {
    ...{ policyId: policyId(name), householdId: householdId(1), insurerId: 'insurer-1' },
    ...{ shares: [{ form: name === 'after' ? 'F05' : 'F19', percent: 75 }], from: '2027-01-01', until: '2028-01-01' },
  };
}
function declined(name: number) {
  const said = { payer: { kind: 'insurer', id: 'insurer-9' }, reason: 'not-covered', declinedAt: now };
  return { bookingId: bookingId(name), ...said };
}
function claim(name: number) {
  return {
    ...{ deliveryId: deliveryId(name), bookingId: bookingId(name), householdId: householdId(1), offerId: offerId(1) },
    ...{ providerId: providerId(1), form: 'F05', deliveredOn: '2027-05-03', vat: 'standard', openedAt: now },
    entitlements: [{ entitlementId: derivedId('entitlement'), municipality: hillegom }],
  };
}

const tablesAfter = (upTo: number, times: number) => tablesOf(everything.slice(0, upTo), times);

test('every event twice gives the same rows as once', () => {
  for (let upTo = 1; upTo <= everything.length; upTo += 1) {
    expect(tablesAfter(upTo, 2).dump()).toEqual(tablesAfter(upTo, 1).dump());
  }
});

test('the lists tell what happened', () => {
  const db = tablesAfter(history.length, 2);
  expect(listSchemes(db, hillegom)).toEqual([s01]);
  expect(listMandatesInForce(db, s01.schemeId, day('2027-12-31'))).toEqual([
    { accountId: 'adviser-1', holder: 'p a.b' },
  ]);
  expect(listMandatesInForce(db, s01.schemeId, day('2028-01-01'))).toEqual([]);
  expect(listBudgets(db, {})).toEqual([
    { ...budget, balanceCents: 700, spends: [{ spendId: spendId(1), amountCents: 300, at: now }] },
  ]);
  expect(listPots(db)).toMatchObject([{ paidInCents: 5000, balanceCents: 2700 }]);
  expect(['2026-12-31', '2027-04-30', '2027-05-01'].map((on) => findTariff(db, offerId(1), day(on)))).toEqual([
    undefined,
    2200,
    2300,
  ]);
  expect(findDeliveryOf(db, bookingId(1))).toBe(deliveryId(1));
  expect(listUnderWay(db, '2027-05-03T10:00:01.000Z', 10)).toEqual([deliveryId(2)]);
  expect(listPayersToBill(db, month)).toEqual([{ kind: 'pot', id: potId(1) }]);
  expect(isBilled(db, deliveryId(1))).toBe(false);
  expect(trialBalance(db)).toMatchObject({ balanced: true, debitCents: 21_100, creditCents: 21_100 });
  expect(creditBalanceOf(db, 'receivable:insurer:insurer-1')).toBe(0);
  const { items } = listInvoices(db, { month }, { first: 10 });
  expect(items.map(({ item }) => item)).toMatchObject([{ number: '2027-05-1', lines: [line] }]);
});

test('what is divided anew is corrected on a next invoice, and a claim is told what it does not know', () => {
  const told = tablesAfter(everything.length, 2);
  expect(listLinesToBill(told, month, payer)).toEqual([{ ...line, amountCents: -6900, correction: 1 }]);
  expect(listLinesToBill(told, month, { kind: 'pot', id: potId(1) }).map((it) => it.amountCents)).toEqual([2300, 6900]);
  expect(listPots(told)).toMatchObject([{ balanceCents: 5000 - 9200 }]);
  expect(trialBalance(told)).toMatchObject({ balanced: true });
  expect(isBilled(told, deliveryId(1))).toBe(false);
  const before = tablesAfter(history.length + 4, 1);
  // The first claim is borne by the pot; the second is not settled, and heard nothing of the no to its booking.
  expect(listToTell(before, 10).map((it) => [it.deliveryId, it.kind, it.sourceId])).toEqual(
    [
      [deliveryId(1), 'award', entitlementId('after')],
      [deliveryId(1), 'award', entitlementId('before')],
      [deliveryId(1), 'decline', `insurer:insurer-9 ${now}`],
      [deliveryId(1), 'policy', policyId('after')],
      [deliveryId(2), 'decline', `insurer:insurer-9 ${now}`],
    ].toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
  );
  expect(listBookingDeclines(before, bookingId(1))).toMatchObject([{ payer: { id: 'insurer-9' } }]);
  expect(listCostSharings(told, { insurerId: 'insurer-1' })).toEqual([costSharing]);
  const care = { municipality: hillegom, providerId: providerId(1), form: 'F12', on: day('2027-12-31') } as const;
  const { costSharingId, municipality, insurerId, insurerPercent } = costSharing;
  expect(listSharings(told, care)).toEqual([{ costSharingId, municipality, insurerId, insurerPercent, since: now }]);
  for (const other of [{ on: day('2028-01-01') }, { form: 'F05' as const }, { providerId: providerId(2) }]) {
    expect(listSharings(told, { ...care, ...other })).toEqual([]);
  }
});

test('a draft is shown to nobody, and its lines are not billed again', () => {
  const db = tablesAfter(history.length - 1, 1);
  expect(listInvoices(db, {}, { first: 10 }).items).toEqual([]);
  expect(listDraftPayers(db, month)).toEqual([payer]);
  expect(listLinesToBill(db, month, payer)).toEqual([]);
  expect(listLinesToBill(tablesAfter(history.length - 3, 1), month, payer)).toEqual([line]);
});
