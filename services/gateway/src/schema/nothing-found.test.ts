import type { RecordNothingFound, Sought } from '@adempauze/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

/* A search that finds nothing is counted, once, and keeps nobody waiting. */

let gateway: TestGateway;
let nothing: NonNullable<Sought['nothingFound']>;
beforeAll(async () => {
  gateway = await startGateway();
  Object.assign(gateway.offers, {
    seekRespite: async (): Promise<Sought> => ({
      ...{ options: [], misfits: [], alternatives: null, nothingFound: nothing },
    }),
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.called.length = 0;
  nothing = {
    ...{ forms: ['F12'], municipality: '0603' as never },
    ...{ from: '2027-05-07T13:00:00Z' as never, until: '2027-05-09T13:00:00Z' as never },
  };
});

const seek = async (account?: string, args = '') => {
  const { body } = await gateway.ask(
    `{ findRespite(near: "Rijswijk", when: { weekend: "2027-05-05" }${args}) { nothingFound { municipalityCode } } }`,
    {},
    account,
  );
  expect(body.data.findRespite.nothingFound).toEqual({ municipalityCode: '0603' });
};
const counted = () =>
  gateway.called
    .filter(({ operation }) => operation === 'recordNothingFound')
    .map(({ input }) => input as RecordNothingFound);
const ids = () => new Set(counted().map(({ searchId }) => searchId)).size;

test('a visitor counts once for form, area and month on a day; another visitor adds nothing', async () => {
  await seek();
  nothing = { ...nothing, from: '2027-05-21T13:00:00Z' as never, until: '2027-05-23T13:00:00Z' as never };
  await seek();
  expect(counted()).toHaveLength(2);
  expect(ids()).toBe(1);
  expect(counted()[0]).toMatchObject({ forms: ['F12'], municipality: '0603', month: '2027-05', askedBy: 'visitor' });
});

test('a visitor who names many forms looks for any, and one who looks years ahead is not counted', async () => {
  nothing = { ...nothing, forms: ['F12', 'F13', 'F14', 'F15'] };
  await seek();
  expect(counted().map(({ forms }) => forms)).toEqual([[]]);
  nothing = { ...nothing, forms: ['F12', 'F13'] };
  await seek();
  expect(counted().map(({ forms }) => forms)).toEqual([[], ['F12'], ['F13']]);
  nothing = { ...nothing, from: '2031-05-21T13:00:00Z' as never, until: '2031-05-23T13:00:00Z' as never };
  await seek();
  expect(counted()).toHaveLength(3);
});

test('a household counts once for each need, whoever of it asks; nobody can be told from it', async () => {
  const household = `, household: "${idOf('household')}"`;
  await seek('caregiver', household);
  await seek('professional', household);
  expect(ids()).toBe(1);
  nothing = { ...nothing, from: '2027-05-21T13:00:00Z' as never, until: '2027-05-23T13:00:00Z' as never };
  await seek('caregiver', household);
  expect(ids()).toBe(2);
  expect(JSON.stringify(gateway.called)).not.toContain(idOf('household'));
  expect(counted()[0]?.askedBy).toBe('signed-in');
});

test('who works for a provider or payer only looks', async () => {
  for (const account of ['provider', 'municipality', 'operator']) await seek(account);
  expect(counted()).toEqual([]);
});

test('while it cannot be counted the answer is there all the same', async () => {
  gateway.answerNext(new Error('bookings is down'));
  await seek();
  expect(counted()).toHaveLength(1);
});
