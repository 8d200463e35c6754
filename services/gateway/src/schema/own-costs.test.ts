import { CostEstimate, type EstimateCosts, type Sought } from '@adempauze/contracts';
import { priceFor, UnavailableError } from '@adempauze/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';
import { ownCostInWords } from './own-cost-words.ts';

let gateway: TestGateway;
let asked: EstimateCosts[];
/** What the household pays itself, by the price of one unit. */
let estimate: (input: EstimateCosts) => Promise<CostEstimate[]>;
beforeAll(async () => {
  gateway = await startGateway();
  const { seekRespite } = gateway.offers;
  Object.assign(gateway.invoicing, { estimateCosts: (input: EstimateCosts) => estimate(input) });
  Object.assign(gateway.offers, {
    seekRespite: async (input: Parameters<typeof seekRespite>[0]): Promise<Sought> => {
      const sought = await seekRespite(input);
      const options = sought.options.flatMap((option) =>
        [4000, 2000, 3000].map((priceCents) => {
          const { offer } = option.hit;
          const tariffs = offer.tariffs.map((it) => ({ ...it, priceCents }));
          return { ...option, hit: { ...option.hit, offer: { ...offer, title: `${priceCents}`, tariffs } } };
        }),
      );
      const alternatives = { inTime: options, inPlace: [], inForm: options.slice(0, 1) };
      return { ...sought, options: options.slice(0, input.first), beside: options.slice(0, 1), alternatives };
    },
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  asked = [];
  estimate = async (input) => {
    asked.push(input);
    return input.options.map(({ quantity, unitPriceCents }) =>
      CostEstimate.parse({
        ...{ ownCostCents: unitPriceCents / 4, coverage: 'partly', refusals: [], pricedFor: 'insurer' },
        lines: [{ kind: 'insurance', payer: { kind: 'insurer', id: 'insurer' }, amountCents: 6900 }],
        priceCents: priceFor(quantity, unitPriceCents),
      }),
    );
  };
});

const costs = 'ownCosts { ownCostCents coverage priceCents pricedFor message inEnglish: message(language: en) }';
const seek = async (
  args: string,
  account?: string,
  fields = `ownCosts options { hit { offer { title } } ${costs} }`,
) => {
  const { body } = await gateway.ask(
    `{ findRespite(near: "Rijswijk", when: { day: "2027-05-05" } ${args}) { ${fields} } }`,
    {},
    account,
  );
  return body.data?.findRespite ?? body.errors?.[0];
};
const forHousehold = `household: "${idOf('household')}"`;

test('a page shows for each time what the household pays itself, asked of invoicing at once', async () => {
  const { ownCosts, options } = await seek(forHousehold, 'caregiver');
  expect(ownCosts).toBe('SHOWN');
  expect(options.map((it: { ownCosts: unknown[] }) => it.ownCosts.length)).toEqual([3, 3, 3]);
  expect(options[0].ownCosts[0]).toEqual({
    ...{ ownCostCents: 1000, coverage: 'PARTLY', priceCents: 16_000, pricedFor: 'INSURER' },
    message: 'U betaalt hooguit € 10,00; de verzekeraar betaalt € 69,00',
    inEnglish: 'You pay at most €10.00; the insurer pays €69.00',
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.householdId).toBe(idOf('household'));
  // Times that cost the same are asked once; all prices go along, so that who pays decides.
  expect(asked[0]?.options).toHaveLength(3);
  expect(asked[0]?.options[1]).toMatchObject({
    ...{ unitPriceCents: 2000, payerPrices: [{ payer: 'insurer', unitPriceCents: 3000 }], bearer: 'guarantee' },
    municipality: '0603',
  });
});

test('what nobody wants to know is not asked, and without a household there is nothing to know', async () => {
  expect(await seek(forHousehold, 'caregiver', 'options { reasons }')).toMatchObject({ options: [{}, {}, {}] });
  for (const account of [undefined, 'caregiver', 'provider', 'operator']) {
    const { ownCosts, options } = await seek('', account);
    expect([ownCosts, options[0].ownCosts]).toEqual([null, null]);
  }
  expect(await seek(forHousehold, 'stranger-caregiver')).toBeUndefined();
  expect(asked).toEqual([]);
});

test('an invoicing that is away or silent holds up no search', async () => {
  const noAnswers = [() => Promise.reject(new UnavailableError('away')), () => new Promise<never>(() => {})];
  for (const noAnswer of noAnswers) {
    estimate = noAnswer;
    const { ownCosts, options } = await seek(`${forHousehold} atMostOwnCents: 0 order: OWN_COST`, 'caregiver');
    expect(ownCosts).toBe('NO_ANSWER');
    expect(options.map((it: { ownCosts: unknown }) => it.ownCosts)).toEqual([null, null, null]);
  }
});

test('by what the household pays itself: sorted, and without what costs it more', async () => {
  const titles = async (args: string) =>
    (await seek(`${forHousehold} ${args}`, 'caregiver')).options.map(
      ({ hit }: { hit: { offer: { title: string } } }) => hit.offer.title,
    );
  expect(await titles('')).toEqual(['4000', '2000', '3000']);
  expect(await titles('order: OWN_COST')).toEqual(['2000', '3000', '4000']);
  expect(await titles('atMostOwnCents: 999')).toEqual(['2000', '3000']);
  // What is left is of all that was found, not of the first few.
  expect(await titles('atMostOwnCents: 750 first: 1')).toEqual(['2000']);
  expect(await titles('order: OWN_COST first: 2')).toEqual(['2000', '3000']);
  expect(await titles('atMostOwnCents: 0')).toEqual([]);
  for (const wrong of ['order: OWN_COST', 'atMostOwnCents: 100', `${forHousehold} atMostOwnCents: -1`])
    expect(await seek(wrong, 'caregiver')).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});

test('what stands beside, or comes nearest, costs them no more than they said either', async () => {
  const shown = '{ hit { offer { title } } }';
  const fields = `beside ${shown} alternatives { inTime ${shown} inPlace ${shown} inForm ${shown} }`;
  const titles = (some: { hit: { offer: { title: string } } }[]) => some.map(({ hit }) => hit.offer.title);
  const found = async (args: string) => {
    const { beside, alternatives } = await seek(`${forHousehold} ${args}`, 'caregiver', fields);
    return [beside, alternatives.inTime, alternatives.inPlace, alternatives.inForm].map(titles);
  };
  expect(await found('')).toEqual([['4000'], ['4000', '2000', '3000'], [], ['4000']]);
  expect(await found('atMostOwnCents: 999 order: OWN_COST')).toEqual([[], ['2000', '3000'], [], []]);
});

test('what is urgent costs the caregiver nothing, and who works for the region sees it too', async () => {
  const query = `{ urgentOptions(case: "${idOf('urgent')}") { ownCosts places { ownCosts { ownCostCents } } } }`;
  for (const account of ['professional', 'operator']) {
    const { body } = await gateway.ask(query, {}, account);
    expect(body.data.urgentOptions.ownCosts).toBe('SHOWN');
    expect(body.data.urgentOptions.places[0].ownCosts).toHaveLength(3);
  }
  expect(asked).toHaveLength(2);
  for (const { options } of asked)
    expect(new Set(options.map((it) => `${it.bearer} ${it.ownAtMostCents}`))).toEqual(new Set(['guarantee 0']));
});

test('what only begins after the urgent day is no part of it, and costs what it costs', async () => {
  const { seekRespite } = gateway.offers;
  Object.assign(gateway.offers, {
    seekRespite: async (input: Parameters<typeof seekRespite>[0]): Promise<Sought> => {
      const sought = await seekRespite(input);
      const ofOwn = ({ hit, ...rest }: Sought['options'][number]) => [
        { ...rest, hit: { ...hit, offer: { ...hit.offer, bearer: 'own' as const } } },
      ];
      const [one, two, three] = sought.options.map(ofOwn);
      const alternatives = { inTime: one ?? [], inPlace: two ?? [], inForm: three ?? [] };
      return { ...sought, options: [], beside: [], alternatives };
    },
  });
  const { findBackups } = gateway.bookings;
  Object.assign(gateway.bookings, {
    findBackups: async (it: Parameters<typeof findBackups>[0]) => ({ ...(await findBackups(it)), backups: [] }),
  });
  const cost = '{ ownCosts { ownCostCents } }';
  const query = `{ urgentOptions(case: "${idOf('urgent')}") { ownCosts nearest { inTime ${cost} inPlace ${cost} inForm ${cost} } } }`;
  const { body } = await gateway.ask(query, {}, 'professional');
  Object.assign(gateway.offers, { seekRespite });
  Object.assign(gateway.bookings, { findBackups });
  expect(body.errors).toBeUndefined();
  expect(body.data.urgentOptions).toMatchObject({
    ownCosts: 'SHOWN',
    nearest: { inTime: [{}], inPlace: [{}], inForm: [{}] },
  });
  expect(asked).toHaveLength(1);
  const bearers = asked[0]?.options.map(({ unitPriceCents, bearer, ownAtMostCents }) => [
    unitPriceCents,
    bearer,
    ownAtMostCents,
  ]);
  expect(new Set(bearers?.map((it) => JSON.stringify(it)))).toEqual(
    new Set(
      [
        [4000, 'own', null],
        [2000, 'guarantee', 0],
        [3000, 'guarantee', 0],
      ].map((it) => JSON.stringify(it)),
    ),
  );
});

test('what somebody pays is said in one sentence, with who pays the rest', () => {
  const said = (ownCostCents: number, coverage: string, lines: [string, string, number][] = []) => {
    const estimate = CostEstimate.parse({
      ...{ ownCostCents, coverage, refusals: [], priceCents: 92_00 },
      lines: lines.map(([kind, payer, amountCents]) => ({ kind, payer: { kind: payer, id: 'one' }, amountCents })),
    });
    return ownCostInWords(estimate);
  };
  const own = ['own', 'caregiver', 2300] as [string, string, number];
  expect(said(0, 'unknown', [['guarantee', 'pot', 9200]])).toEqual({ nl: 'U betaalt niets', en: 'You pay nothing' });
  expect(said(2300, 'partly', [['insurance', 'insurer', 6900], own])).toEqual({
    nl: 'U betaalt hooguit € 23,00; de verzekeraar betaalt € 69,00',
    en: 'You pay at most €23.00; the insurer pays €69.00',
  });
  expect(said(0, 'covered', [['scheme', 'municipality', 1_234_50]]).nl).toBe(
    'U betaalt niets; de gemeente betaalt € 1.234,50',
  );
  expect(said(9200, 'unknown').nl).toBe('U betaalt hooguit € 92,00; misschien betaalt iemand mee');
  expect(said(9200, 'not').nl).toBe('U betaalt hooguit € 92,00');
});
