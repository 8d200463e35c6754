import { expect, test } from '@jest/globals';
import {
  bookingId,
  budgetId,
  budgetOf,
  deliveryId,
  hillegom,
  householdId,
  providerId,
  rijswijk,
  spendId,
} from '../invoicing.fixtures.ts';
import { type History, tablesOf } from '../read-models.fixtures.ts';
import { listToTell } from './source-list.ts';

/* Which claims a free budget still has something to tell, by what was written down in which order. */

const at = '2026-02-02T10:00:00.000Z';
const budget = { budgetId: budgetId(1) };
const claim = (name: number) => ({ deliveryId: deliveryId(name), bookingId: bookingId(name) });
const opened: History[number] = ['BudgetOpened', { ...budgetOf(10_000), openedAt: at }];
const spent = (name: number, spend = `${name}`): History[number] => [
  'BudgetSpent',
  { ...budget, spendId: spendId(spend), bookingId: bookingId(name), amountCents: 5000, spentAt: at },
];
const back = (name: number): History[number] => [
  'SpendReleased',
  {
    ...{ ...budget, spendId: spendId(`${name}`), bookingId: bookingId(name) },
    ...{ releasedCents: 3000, leftCents: 2000, releasedAt: at },
  },
];
const claimed = (name: number, spends: number): History[number] => [
  'ClaimOpened',
  {
    ...{
      ...claim(name),
      householdId: householdId(1),
      providerId: providerId(1),
      form: 'F19',
      deliveredOn: '2026-02-01',
    },
    ...{ vat: 'exempt', openedAt: at, entitlements: [] },
    ...(spends === 0
      ? {}
      : {
          budget: {
            ...{ ...budget, municipality: rijswijk, amountCents: spends * 5000 },
            spends: Array.from({ length: spends }, () => ({ amountCents: 5000, since: at })),
          },
        }),
  },
];
const found = (name: number, spendCount: number): History[number] => [
  'BudgetFound',
  { ...claim(name), ...budget, municipality: rijswijk, spendCount, foundAt: at },
];
const answered = (name: number, heldCents: number): History[number] => [
  'BudgetAnswered',
  { ...claim(name), ...budget, turn: 1, wantCents: 5000, heldCents, answeredAt: at },
];
const kept = (name: number): History[number] => ['AllocationKept', { ...claim(name), keptAt: at }];
const declined = (name: number, municipality: string): History[number] => [
  'FundingDeclined',
  { ...claim(name), payer: { kind: 'municipality', id: municipality }, reason: 'not-covered', declinedAt: at },
];
const told = (...history: History) =>
  listToTell(tablesOf(history, 2), 10).flatMap((it) =>
    it.kind === 'budget' ? [[it.deliveryId === deliveryId(1) ? 1 : 2, it.sourceId === budgetId(1)]] : [],
  );

test('of several budgets a claim is told of what it did not open with', () => {
  const of = [1, 2].map((it) => ({ budgetId: budgetId(it), municipality: rijswijk, amountCents: 5000 }));
  const spends = [{ amountCents: 5000, since: at }];
  const asides: History = of.map(({ budgetId: id }) => [
    'BudgetSpent',
    { budgetId: id, spendId: spendId(id), bookingId: bookingId(1), amountCents: 5000, spentAt: at },
  ]);
  const [type, data] = claimed(1, 0);
  const toldOf = (known: number) =>
    told(opened, ...asides, [type, { ...data, budgets: of.slice(0, known).map((it) => ({ ...it, spends })) }]);
  expect([2, 1].map(toldOf)).toEqual([[], [[1, false]]]);
  expect(toldOf(0).toSorted()).toEqual([
    [1, false],
    [1, true],
  ]);
});

test.each<[string, History, number[]]>([
  ['what the claim opened with is known', [spent(1), claimed(1, 1)], []],
  ['what was set aside and not seen as the claim opened', [spent(1), spent(1, 'more'), claimed(1, 1)], [1]],
  ['what was set aside after it', [claimed(1, 0), spent(1)], [1]],
  ['what it found, until it is divided', [claimed(1, 0), spent(1), found(1, 1)], [1]],
  ['once it is', [claimed(1, 0), spent(1), found(1, 1), kept(1)], []],
  [
    'more was set aside before that was written down',
    [claimed(1, 0), spent(1), spent(1, 'more'), found(1, 1), kept(1)],
    [1],
  ],
  ['a budget that gave all it was asked', [spent(1), claimed(1, 1), answered(1, 5000), kept(1), back(1)], []],
  ['one that was empty', [spent(1), spent(2), claimed(1, 1), answered(1, 2000), kept(1)], []],
  ['and got something back', [spent(1), spent(2), claimed(1, 1), answered(1, 2000), kept(1), back(2)], [1]],
  [
    'or had got it before the answer was written down',
    [spent(1), spent(2), claimed(1, 1), back(2), answered(1, 2000), kept(1)],
    [1],
  ],
  [
    'one that gave the rest since',
    [spent(1), spent(2), claimed(1, 1), answered(1, 2000), kept(1), answered(1, 5000), kept(1), back(2)],
    [],
  ],
  // The claim knows what it found, and chooses by itself.
  [
    'a no of another municipality than the one that was found',
    [claimed(1, 0), spent(1), found(1, 1), kept(1), declined(1, hillegom)],
    [],
  ],
  ['a no of its own', [claimed(1, 0), spent(1), found(1, 1), kept(1), declined(1, rijswijk)], []],
])('a claim and a free budget: %s', (_, history, claims) => {
  expect(told(opened, ...history)).toEqual(claims.map((name) => [name, true]));
});
