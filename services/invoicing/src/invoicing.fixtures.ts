import {
  BookingId,
  BudgetId,
  DeliveryId,
  HouseholdId,
  MandateId,
  MunicipalityCode,
  OfferId,
  OpenBudget,
  PolicyId,
  PotId,
  ProviderId,
  PublishScheme,
  RecordCostSharing,
  RegisterPolicy,
  SchemeId,
  SpendId,
} from '@adempauze/contracts';
import { type CallContext, Day, derivedId, Instant } from '@adempauze/kernel';

/* Examples with the figures of domain.md, shared by the tests of this service. */

const id = (...parts: (string | number)[]) => derivedId('invoicing examples', ...parts);
export const bookingId = (name: string | number) => BookingId.parse(id('booking', name));
export const deliveryId = (name: string | number) => DeliveryId.parse(id('delivery', name));
export const householdId = (name: string | number) => HouseholdId.parse(id('household', name));
export const providerId = (name: string | number) => ProviderId.parse(id('provider', name));
export const offerId = (name: string | number) => OfferId.parse(id('offer', name));
export const policyId = (name: string | number) => PolicyId.parse(id('policy', name));
export const budgetId = (name: string | number) => BudgetId.parse(id('budget', name));
export const spendId = (name: string | number) => SpendId.parse(id('spend', name));
export const potId = (name: string | number) => PotId.parse(id('pot', name));
export const mandateId = (name: string | number) => MandateId.parse(id('mandate', name));
export const day = (text: string) => Day.parse(text);
export const at = (text: string) => Instant.parse(text);

export const hillegom = MunicipalityCode.parse('0534');
export const rijswijk = MunicipalityCode.parse('0603');
export const delft = MunicipalityCode.parse('0503');

/** Adempauzeregeling: household help, replacement care and coach together up to 52 times the rate; no contribution. */
export const s01 = PublishScheme.parse({
  schemeId: SchemeId.parse(id('scheme', 'S01')),
  name: 'Adempauzeregeling',
  municipality: hillegom,
  source: 'S01',
  validFrom: '2026-01-01',
  rules: {
    coveredForms: ['F19', 'F03', 'F23', 'F01'],
    countedForms: ['F19', 'F03', 'F23'],
    cap: { kind: 'money', multiplier: 52 },
    periodMonths: 12,
    contributionCentsPerMonth: 0,
    extendable: false,
  },
});

/** Household help for informal carers in Rijswijk: 40 hours in 6 months, 3 a week, EUR 21 a month with help. */
export const s02 = PublishScheme.parse({
  schemeId: SchemeId.parse(id('scheme', 'S02')),
  name: 'Huishoudelijke hulp voor mantelzorgers',
  municipality: rijswijk,
  source: 'S02',
  validFrom: '2026-01-01',
  rules: {
    coveredForms: ['F19'],
    countedForms: ['F19'],
    cap: { kind: 'hours', hours: 40 },
    maxHoursPerWeek: 3,
    periodMonths: 6,
    serviceArea: [rijswijk],
    contributionCentsPerMonth: 2100,
    extendable: false,
  },
});

const year = { from: '2026-01-01', until: '2027-01-01' };
/** Of household 1 with insurer-1, for household help, unless told otherwise. */
export const policyOf = (percent: number, differences: object = {}) =>
  RegisterPolicy.parse({
    ...{ policyId: policyId(1), householdId: householdId(1), insurerId: 'insurer-1' },
    ...{ shares: [{ form: 'F19', percent }], ...year, ...differences },
  });
/** Hillegom and insurer-1 share nights with provider 1, half and half, unless told otherwise. */
export const sharingOf = (name: string, differences: object = {}) =>
  RecordCostSharing.parse({
    ...{ costSharingId: id('cost sharing', name), name, municipality: hillegom, insurerId: 'insurer-1' },
    ...{ insurerPercent: 50, forms: ['F12'], providerIds: [providerId(1)], ...year, ...differences },
  });
/** Budget 1, of Rijswijk, unless told otherwise. */
export const budgetOf = (amountCents: number, differences: object = {}) =>
  OpenBudget.parse({
    ...{ budgetId: budgetId(1), municipality: rijswijk, holderAccountId: 'consultant-1', name: 'Vrij budget' },
    ...{ amountCents, ...year, ...differences },
  });

export const insurer = { kind: 'insurer', id: 'insurer-1' } as const;
export const byMunicipality = (code: string) => ({ kind: 'municipality', id: code }) as const;
export const officerOf = (municipality: MunicipalityCode) => ({ accountId: 'officer', municipality });
/** What of a delivery says that the caregiver pays nothing. */
export const onPot = { bearer: 'guarantee', ownCostCents: 0 } as const;

let calls = 0;
/** A call of its own; the same key twice is the same command. */
export const call = (key?: string): CallContext => {
  calls += 1;
  return { commandId: `command-${key ?? calls}`, correlationId: 'correlation', actor: 'account-1' };
};
