import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isLeafType } from 'graphql';
import { globalId } from '../schema/ids.ts';
import { schema } from '../schema/schema.ts';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';
import { type Asker, accountOf, askers, may, ownOf, step, things } from '../testing/things.ts';
import { accessTable } from './access-table.ts';

/* Every query that is not for everybody, with every role. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const reportMonths = 'from: "2027-05", until: "2027-06"';
/** Every query that is not a road to a node: its arguments for what is theirs, and for what is not. */
const rootQueries: Readonly<Record<string, { own: (asker: Asker) => string; other?: string }>> = {
  resource: idArgument('Resource'),
  booking: idArgument('Booking'),
  stay: idArgument('Stay'),
  stays: {
    own: (asker) => (asker === 'caregiver' || asker === 'professional' ? `(household: "${idOf('household')}")` : ''),
    other: `(household: "${idOf('other-household')}")`,
  },
  stayProposal: {
    own: () => `(household: "${idOf('household')}", offer: "${idOf('offer')}")`,
    other: `(household: "${idOf('other-household')}", offer: "${idOf('offer')}")`,
  },
  waitingList: {
    own: (asker) => `(offer: "${idOf(asker === 'coordinator' ? 'offer-helper' : 'offer')}")`,
    other: `(offer: "${idOf('other-offer')}")`,
  },
  series: idArgument('Series'),
  seriesList: {
    own: (asker) => (asker === 'caregiver' || asker === 'professional' ? `(household: "${idOf('household')}")` : ''),
    other: `(household: "${idOf('other-household')}")`,
  },
  calendarFeed: {
    own: (asker) => (asker === 'caregiver' ? '(of: HOUSEHOLD)' : '(of: PROVIDER)'),
    other: `(of: PROVIDER, id: "${idOf('other-provider')}")`,
  },
  arrangement: idArgument('Arrangement'),
  arrangements: {
    own: () => `(household: "${idOf('household')}")`,
    other: `(household: "${idOf('other-household')}")`,
  },
  household: idArgument('Household'),
  urgentCase: idArgument('UrgentCase'),
  urgentOptions: {
    own: () => `(case: "${idOf('urgent')}")`,
    other: `(case: "${idOf('other-urgent')}")`,
  },
  openUrgentCases: { own: () => '' },
  match: idArgument('Match'),
  entitlement: idArgument('Entitlement'),
  budget: idArgument('Budget'),
  invoice: idArgument('Invoice'),
  resources: { own: () => '', other: `(provider: "${idOf('other-provider')}")` },
  bookings: {
    own: (asker) => (asker === 'caregiver' || asker === 'professional' ? household('household') : ''),
    other: household('other-household'),
  },
  households: { own: () => '' },
  matchQueue: { own: () => '' },
  helpers: { own: () => '' },
  actLimits: { own: () => '' },
  unmetDemand: { own: () => '', other: '(municipalityCode: "0518")' },
  waitingTimes: { own: () => `(${reportMonths})`, other: `(municipalityCode: "0518", ${reportMonths})` },
  demandReport: { own: () => `(${reportMonths})`, other: `(municipalityCode: "0518", ${reportMonths})` },
  supplyAndUse: {
    own: (asker) => (asker === 'operator' ? `(municipalityCode: "0603", ${reportMonths})` : `(${reportMonths})`),
    other: `(municipalityCode: "0518", provider: "${idOf('other-provider')}", ${reportMonths})`,
  },
  familiarShare: {
    own: (asker) =>
      asker === 'caregiver' || asker === 'professional'
        ? `(household: "${idOf('household')}", ${reportMonths})`
        : `(${reportMonths})`,
    other: `(household: "${idOf('other-household')}", ${reportMonths})`,
  },
  unmetBySource: { own: () => '', other: '(municipalityCode: "0518")' },
  entitlements: {
    own: () => `(household: "${idOf('household')}")`,
    other: `(household: "${idOf('other-household')}")`,
  },
  budgets: { own: () => '' },
  claims: { own: () => '' },
  costSharings: { own: () => '' },
  pots: { own: () => '' },
  claim: {
    own: (asker) => `(deliveryId: "${idOf(ownOf('Claim', asker))}")`,
    other: `(bookingId: "${idOf('other-booking')}")`,
  },
  invoices: {
    own: (asker) =>
      asker === 'caregiver' || asker === 'professional'
        ? `(payer: { kind: CAREGIVER, id: "${idOf('household')}" })`
        : '',
  },
  trialBalance: { own: () => '' },
  parked: { own: () => '' },
  operatorActions: { own: () => '' },
  status: { own: () => '' },
};
function idArgument(type: string) {
  return {
    own: (asker: Asker) => `(id: "${idOf(ownOf(type, asker))}")`,
    other: `(id: "${globalId(type, idOf(things[type]?.other ?? ''))}")`,
  };
}
function household(key: string) {
  return `(filter: { household: "${idOf(key)}" })`;
}
const isPublic = (field: string) => may(accessTable.Query?.fields[field], 'visitor');

describe('queries', () => {
  const fields = schema.getQueryType()?.getFields() ?? {};
  test('all that are not public are asked here', () => {
    expect(
      Object.keys(fields)
        .filter((it) => !isPublic(it))
        .toSorted(),
    ).toEqual(Object.keys(rootQueries).toSorted());
  });
  const holds = (field: string, value: unknown): boolean => {
    if (value === null || value === undefined) return false;
    const items = String(fields[field]?.type).includes('Connection') ? step(value, 'edges') : value;
    return Array.isArray(items) ? items.length > 0 : true;
  };
  const selection = (field: string): string => {
    const type = getNamedType(fields[field]?.type);
    if (!type || isLeafType(type)) return '';
    return type.name.endsWith('Connection') ? '{ edges { cursor } }' : '{ __typename }';
  };
  for (const [field, { own, other }] of Object.entries(rootQueries)) {
    test.each(askers)(`${field}: %s`, async (asker) => {
      const rule = accessTable.Query?.fields[field];
      const ask = (args: string) => gateway.ask(`{ ${field}${args} ${selection(field)} }`, {}, accountOf(asker));
      const { body } = await ask(own(asker));
      if (asker === 'visitor') return expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(body.errors).toBeUndefined();
      expect(holds(field, body.data[field])).toBe(may(rule, asker));
      if (other === undefined) return undefined;
      const { body: otherBody } = await ask(other);
      expect(otherBody.errors).toBeUndefined();
      return expect(holds(field, otherBody.data[field])).toBe(rule?.[asker] === 'all');
    });
  }
});
