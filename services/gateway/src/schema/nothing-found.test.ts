import type { RecordNothingFound, Sought } from '@adempauze/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';
import { globalId } from './ids.ts';

/* A search that finds nothing is counted, once, and keeps nobody waiting. */

let gateway: TestGateway;
let nothing: NonNullable<Sought['nothingFound']>;
beforeAll(async () => {
  gateway = await startGateway();
  Object.assign(gateway.offers, {
    seekRespite: async (): Promise<Sought> => ({
      ...{ options: [], beside: [], misfits: [], alternatives: null, nothingFound: nothing },
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

test('by need only what is to come counts: nothing of days that are over, and what goes on as from now', async () => {
  const household = `, household: "${idOf('household')}"`;
  const over = [
    { from: '1901-12-06T13:00:00Z', until: '1901-12-08T13:00:00Z' },
    { from: '2027-04-23T13:00:00Z', until: '2027-04-25T13:00:00Z' },
    // As it is on the clock: a moment ago is over, and hardly begun is too little to find anything in.
    { from: '2027-04-30T08:00:00Z', until: '2027-05-01T08:00:00Z' },
    { from: '1901-12-01T00:00:00Z', until: '2027-05-01T08:14:59Z' },
  ];
  for (const days of over) {
    nothing = { ...nothing, ...(days as object) };
    await seek();
    await seek('caregiver', household);
  }
  expect(counted()).toEqual([]);
  nothing = { ...nothing, from: '1901-12-01T00:00:00Z' as never, until: '2027-05-09T13:00:00Z' as never };
  await seek();
  await seek('caregiver', household);
  nothing = { ...nothing, from: '2027-03-01T00:00:00Z' as never };
  await seek();
  await seek('caregiver', household);
  expect(counted().map(({ month }) => month)).toEqual(['2027-05', '2027-05', '2027-05', '2027-05']);
  expect(ids()).toBe(2);
});

test('an evening of a visitor counts, the end of one does not, nor what is shorter than what they ask', async () => {
  const evening = { from: '2027-05-07T15:00:00Z', until: '2027-05-07T22:00:00Z' };
  const rest = { from: '2027-05-07T15:00:01Z', until: '2027-05-07T22:00:00Z' };
  const asking = async (days: object, args = '') => {
    gateway.called.length = 0;
    nothing = { ...nothing, ...days };
    await seek(undefined, args);
    return counted().length;
  };
  expect(await asking(evening)).toBe(1);
  expect(await asking(evening, ', minutes: 420')).toBe(1);
  expect(await asking(evening, ', minutes: 421')).toBe(0);
  expect(await asking(rest)).toBe(0);
  const weekend = { from: '2027-05-07T10:00:00Z', until: '2027-05-10T22:00:00Z' };
  expect(await asking(weekend, ', nights: 3')).toBe(1);
  expect(await asking(weekend, ', nights: 4')).toBe(0);
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

/* `searchOffers`, which anybody and any program may ask. */

const look = async (args: string, account?: string) => {
  const { body } = await gateway.ask(
    `{ searchOffers(near: "Rijswijk", from: "2027-05-07T13:00:00Z", until: "2027-05-09T13:00:00Z"${args}) {
      edges { node { travelKm } } nearest { inTime { reasons } inPlace { reasons } inForm { reasons } } } }`,
    {},
    account,
  );
  return body.data.searchOffers;
};
const nothingThere = async () => ({ items: [], hasMore: false });
const searching = async (search: Partial<TestGateway['offers']>['search'], run: () => Promise<void>) => {
  const before = gateway.offers.search;
  Object.assign(gateway.offers, { search });
  await run().finally(() => Object.assign(gateway.offers, { search: before }));
};

test('a search of offers that finds nothing counts with its form, and the same as a search by need', async () => {
  await searching(nothingThere, async () => {
    await look(', forms: [F12]');
    await look(', forms: [F12]');
    await seek();
  });
  expect(counted()).toHaveLength(3);
  expect(ids()).toBe(1);
  expect(counted()[0]).toMatchObject({ forms: ['F12'], municipality: '0603', month: '2027-05', askedBy: 'visitor' });
});

test('of who signed in once for each form and month, whichever days they look at; and nobody can be told from it', async () => {
  await searching(nothingThere, async () => {
    await look(', forms: [F12, F13]', 'caregiver');
    await look(', forms: [F13]', 'caregiver');
    await look(', forms: [F12]', 'professional');
    await look(', forms: [F12]', 'provider');
  });
  expect(counted().map(({ forms }) => forms)).toEqual([['F12'], ['F13'], ['F13'], ['F12']]);
  expect(ids()).toBe(3);
  expect(new Set(counted().map(({ askedBy }) => askedBy))).toEqual(new Set(['signed-in']));
});

test('nothing counts without a form, with many, on a later page, years ahead, of the past, next door, or when something is found', async () => {
  await searching(nothingThere, async () => {
    await look('');
    await look(', forms: [F01, F02, F03, F04]');
    await look(', forms: [F12], after: "WyJhd2F5IDEiLCJ4Il0"');
    await look(', forms: [F12], maxKm: 2');
    for (const days of [
      'from: "2031-05-07T13:00:00Z", until: "2031-05-09T13:00:00Z"',
      'from: "2027-04-01T13:00:00Z", until: "2027-04-09T13:00:00Z"',
    ])
      await gateway.ask(`{ searchOffers(near: "Rijswijk", forms: [F12], ${days}) { edges { cursor } } }`);
  });
  const { edges, nearest } = await look(', forms: [F12]');
  expect(edges.length).toBeGreaterThan(0);
  expect(nearest).toBeNull();
  expect(counted()).toEqual([]);
});

test('a search of offers that ends before it begins, or where it begins, is refused with a sentence', async () => {
  const ends = ['2027-06-01T00:00:00Z', '2027-12-01T00:00:00Z', '2027-12-01T00:30:00+01:00'];
  for (const until of ends) {
    const { body } = await gateway.ask(
      `{ searchOffers(near: "Rijswijk", forms: [F12], from: "2027-12-01T00:00:00Z", until: "${until}") { edges { cursor } } }`,
    );
    expect(body.data.searchOffers).toBeNull();
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      errors: [{ pointer: '#/until', detail: 'The end lies after the beginning.' }],
    });
  }
  expect(gateway.called).toEqual([]);
});

test('of what began only what is to come counts, in the month it is now; of a visitor a day at least, that has room for what they ask', async () => {
  const browse = async (from: string, until: string, args = '', account?: string) => {
    gateway.called.length = 0;
    await searching(nothingThere, async () => {
      const { body } = await gateway.ask(
        `{ searchOffers(near: "Rijswijk", forms: [F12], from: "${from}", until: "${until}"${args}) { edges { cursor } } }`,
        {},
        account,
      );
      expect(body.errors).toBeUndefined();
    });
    return counted().map(({ month }) => month);
  };
  // A day, also the shortest of the year; a second of one, and the last hours of a hundred years, are none.
  expect(await browse('2027-05-07T22:00:00Z', '2027-05-08T22:00:00Z')).toEqual(['2027-05']);
  expect(await browse('2028-03-25T23:00:00Z', '2028-03-26T22:00:00Z')).toEqual(['2028-03']);
  expect(await browse('2027-12-01T00:00:00Z', '2027-12-01T00:00:01Z')).toEqual([]);
  expect(await browse('1901-12-01T00:00:00Z', '2027-05-02T06:59:59Z')).toEqual([]);
  expect(await browse('1901-12-01T00:00:00Z', '2027-05-01T08:00:00Z')).toEqual([]);
  expect(await browse('1901-12-01T00:00:00Z', '2027-05-02T08:00:00Z')).toEqual(['2027-05']);
  expect(await browse('2027-05-07T22:00:00Z', '2027-05-09T22:00:00Z', ', nights: 1')).toEqual(['2027-05']);
  expect(await browse('2027-05-07T22:00:00Z', '2027-05-09T22:00:00Z', ', nights: 2')).toEqual([]);
  // Who signed in may look for an hour, not for a minute, and not back.
  expect(await browse('2027-05-07T22:00:00Z', '2027-05-07T23:00:00Z', '', 'caregiver')).toEqual(['2027-05']);
  expect(await browse('2027-05-07T22:00:00Z', '2027-05-07T22:01:00Z', '', 'caregiver')).toEqual([]);
  expect(await browse('1901-12-01T00:00:00Z', '2027-05-01T09:00:00Z', '', 'caregiver')).toEqual(['2027-05']);
});

test('where a search of offers finds nothing there is what comes nearest', async () => {
  const before = gateway.offers.seekRespite;
  await searching(nothingThere, async () => {
    expect((await look(', forms: [F12]')).nearest).toEqual({ inTime: [], inPlace: [], inForm: [] });
    const asked: unknown[] = [];
    Object.assign(gateway.offers, {
      seekRespite: async (input: unknown): Promise<Sought> => {
        asked.push(input);
        return {
          options: [],
          beside: [],
          misfits: [],
          nothingFound: null,
          alternatives: { inTime: [], inPlace: [], inForm: [] },
        };
      },
    });
    await look(', forms: [F12], nights: 2, conditions: [DEMENTIA]');
    expect(asked).toMatchObject([
      {
        forms: ['F12'],
        nights: 2,
        conditions: ['dementia'],
        when: { kind: 'range', from: '2027-05-07', until: '2027-05-10' },
      },
    ]);
  }).finally(() => Object.assign(gateway.offers, { seekRespite: before }));
});

test('an urgent case for which nothing can begin within a day counts once, whoever looks; with what comes nearest', async () => {
  const look = async (account: string) => {
    const { body } = await gateway.ask(
      `{ urgentOptions(case: "${globalId('UrgentCase', idOf('urgent'))}") { backups { resourceId } places { reasons } nearest { inTime { reasons } } } }`,
      {},
      account,
    );
    expect(body.errors).toBeUndefined();
    return body.data.urgentOptions;
  };
  const { findBackups } = gateway.bookings;
  await look('professional');
  expect(counted()).toEqual([]);
  Object.assign(gateway.bookings, {
    findBackups: async (asked: Parameters<typeof findBackups>[0]) => ({ ...(await findBackups(asked)), backups: [] }),
  });
  await look('professional');
  await look('caregiver');
  await look('operator');
  expect(ids()).toBe(1);
  expect(counted()).toHaveLength(3);
  expect(counted()[0]).toMatchObject({ forms: [], urgent: true, askedBy: 'signed-in' });
  expect(JSON.stringify(counted())).not.toContain(idOf('urgent'));
  Object.assign(gateway.bookings, { findBackups });
});
