import type { Bookings, Offers } from '@adempauze/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { createFakeMarketplace } from '../testing/fake-marketplace.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

/* What is asked of the services on whose behalf: nobody gets figures that are not theirs, nor of too few. */

let asked: { readonly operation: string; readonly query: object }[] = [];
let gateway: TestGateway;
const told =
  <Q extends object, A>(operation: string, answer: (query: Q) => Promise<A>) =>
  (query: Q): Promise<A> => {
    asked.push({ operation, query });
    return answer(query);
  };
beforeAll(async () => {
  const { bookings, offers } = createFakeMarketplace();
  const watched: Bookings = {
    ...bookings,
    waitingTimes: told('waitingTimes', bookings.waitingTimes),
    demandReport: told('demandReport', bookings.demandReport),
    careUse: told('careUse', bookings.careUse),
    familiarShare: told('familiarShare', bookings.familiarShare),
  };
  const supply: Offers = { ...offers, supplyReport: told('supplyReport', offers.supplyReport) };
  gateway = await startGateway({ bookings: watched, offers: supply });
});
afterAll(() => gateway.close());
beforeEach(() => {
  asked = [];
});

const months = 'from: "2027-05", until: "2027-06"';
const ask = async (field: string, account: string, args = months) => {
  const selection = ['waitingTimes', 'demandReport'].includes(field) ? '{ edges { cursor } }' : '{ __typename }';
  return (await gateway.ask(`{ ${field}(${args}) ${selection} }`, {}, account)).body;
};

test('a municipality asks of its area, and small groups stay hidden', async () => {
  for (const field of ['waitingTimes', 'demandReport', 'familiarShare', 'supplyAndUse']) {
    expect((await ask(field, 'municipality')).errors).toBeUndefined();
  }
  const use = { providerIds: [idOf('provider')], municipality: '0603', showSmallGroups: false };
  expect(asked).toMatchObject([
    { operation: 'waitingTimes', query: { municipality: '0603', showSmallGroups: false } },
    { operation: 'demandReport', query: { municipality: '0603', showSmallGroups: false } },
    { operation: 'familiarShare', query: { municipality: '0603', showSmallGroups: false } },
    { operation: 'supplyReport', query: { municipality: '0603' } },
    { operation: 'careUse', query: use },
  ]);
});

test('a municipality that asks of another gets nothing, and nothing is asked for it', async () => {
  for (const field of ['waitingTimes', 'demandReport', 'familiarShare', 'supplyAndUse']) {
    const { data } = await ask(field, 'municipality', `municipalityCode: "0518", ${months}`);
    expect([[], { edges: [] }]).toContainEqual(data[field]);
  }
  expect(asked).toEqual([]);
});

test('a provider asks of its own work only, and sees it however few its clients are', async () => {
  for (const field of ['waitingTimes', 'familiarShare', 'supplyAndUse']) await ask(field, 'provider');
  const own = { providerId: idOf('provider') };
  expect(asked).toMatchObject([
    { operation: 'waitingTimes', query: { ...own, showSmallGroups: true } },
    { operation: 'familiarShare', query: { ...own, showSmallGroups: true } },
    { operation: 'supplyReport', query: own },
    { operation: 'careUse', query: { providerIds: [idOf('provider')], showSmallGroups: true } },
  ]);
  asked = [];
  const { data } = await ask('supplyAndUse', 'provider', `provider: "${idOf('other-provider')}", ${months}`);
  expect([data.supplyAndUse, asked]).toEqual([[], []]);
});

test('what people of an area looked for is told to no single provider', async () => {
  await ask('supplyAndUse', 'provider', `municipalityCode: "0603", ${months}`);
  expect(asked.find(({ operation }) => operation === 'careUse')?.query).not.toHaveProperty('municipality');
});

test('a family sees its own household and no other, nor a whole area', async () => {
  const own = `household: "${idOf('household')}", ${months}`;
  for (const account of ['caregiver', 'professional']) {
    expect((await ask('familiarShare', account, own)).data.familiarShare).toHaveLength(1);
    expect(asked.at(-1)?.query).toMatchObject({ householdId: idOf('household'), showSmallGroups: true });
  }
  asked = [];
  const other = `household: "${idOf('other-household')}", ${months}`;
  expect((await ask('familiarShare', 'caregiver', other)).data.familiarShare).toEqual([]);
  expect((await ask('familiarShare', 'caregiver')).data.familiarShare).toEqual([]);
  expect((await ask('familiarShare', 'municipality', own)).data.familiarShare).toEqual([]);
  expect(asked).toEqual([]);
});

test('the operator sees all, without small groups, and names an area for supply', async () => {
  await ask('waitingTimes', 'operator');
  expect(asked).toMatchObject([{ query: { showSmallGroups: false } }]);
  expect(asked[0]?.query).not.toHaveProperty('municipality');
  const { errors } = await ask('supplyAndUse', 'operator');
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});

test('months that run backwards, or for more than two years, are refused', async () => {
  for (const args of ['from: "2027-05", until: "2027-05"', 'from: "2027-05", until: "2029-06"']) {
    for (const field of ['waitingTimes', 'demandReport', 'familiarShare', 'supplyAndUse']) {
      const { errors } = await ask(field, 'municipality', args);
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', errors: [{ pointer: '#/until' }] } });
    }
  }
});
