import { HelperId } from '@adempauze/contracts';
import { derivedId, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  budgetId,
  budgetOf,
  byMunicipality,
  call,
  hillegom,
  householdId,
  insurer,
  onPot,
  policyOf,
  rijswijk,
  s01,
  spendId,
} from '../invoicing.fixtures.ts';
import {
  awardOf,
  claimOf,
  createWorld,
  decline,
  endWorlds,
  leftCents,
  linesOf,
  setAside,
  type World,
  yes,
} from '../world.fixtures.ts';

afterEach(endWorlds);

/* What was set aside for care and given back is taken again when it is needed, as far as it is still there. */

const insured = async (): Promise<World> => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(75), call()));
  yes(await world.api().openBudget(budgetOf(9900), call()));
  return world;
};
const deliver = async (world: World, name: number | string, differences = {}) => {
  await world.delivered(name, { ...onPot, ...differences });
  await world.settled();
};

test('the caregiver does not pay what the consultant set aside money for, when the insurer says no', async () => {
  const world = await insured();
  await setAside(world, 1, 9900);
  await deliver(world, 1, { bearer: 'own', ownCostCents: 9900 });
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 7425],
    ['scheme', rijswijk, 2475],
  ]);
  expect(await leftCents(world)).toBe(7425);
  const said = yes(await decline(world, insurer, 1));
  expect(said.claim?.lines).toMatchObject([{ kind: 'scheme', payer: byMunicipality(rijswijk), amountCents: 9900 }]);
  await world.settled();
  expect(await leftCents(world)).toBe(0);
  expect((await world.api().listBudgets({}))[0]).toMatchObject({ balanceCents: 0, spends: [{ amountCents: 9900 }] });
  expect(await world.api().trialBalance({})).toMatchObject({ balanced: true });
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('what was spent on another booking meanwhile is not there; given back there it pays what it was meant for', async () => {
  const world = await insured();
  await setAside(world, 1, 9900);
  await deliver(world, 1, { bearer: 'own', ownCostCents: 9000 });
  await setAside(world, 2, 5425);
  yes(await decline(world, insurer, 1));
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', rijswijk, 4475],
    ['own', householdId(1), 5425],
  ]);
  expect(await leftCents(world)).toBe(0);
  // The other care costs less than was set aside for it.
  await deliver(world, 2, { quantity: 100 });
  await world.swept();
  expect(await linesOf(world, 2)).toEqual([
    ['insurance', 'insurer-1', 2475],
    ['scheme', rijswijk, 825],
  ]);
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', rijswijk, 9075],
    ['own', householdId(1), 825],
  ]);
  expect((await claimOf(world, 1)).allocations.map(({ why }) => why)).toEqual(['delivered', 'declined', 'budgeted']);
  expect(await leftCents(world)).toBe(0);
  const before = await claimOf(world, 1);
  await world.swept();
  expect(await claimOf(world, 1)).toEqual(before);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('what is free again is for whoever spends it first, and bears later costs', async () => {
  const world = await insured();
  await setAside(world, 1, 9900);
  await deliver(world, 1);
  yes(await decline(world, byMunicipality(rijswijk), 1));
  await world.settled();
  expect([await leftCents(world), await linesOf(world, 1)]).toEqual([
    9900,
    [
      ['insurance', 'insurer-1', 7425],
      ['guarantee', 'default', 2475],
    ],
  ]);
  await setAside(world, 2, 9900);
  await deliver(world, 2, { form: 'F05' });
  expect(await linesOf(world, 2)).toEqual([['scheme', rijswijk, 9900]]);
  // Its municipality said no: nothing of it is taken again, whoever else says no.
  yes(await decline(world, insurer, 1));
  yes(await decline(world, byMunicipality(rijswijk), 2));
  await world.swept();
  expect([await leftCents(world), await linesOf(world, 1)]).toEqual([9900, [['guarantee', 'default', 9900]]]);
});

test('what is set aside after the care was settled pays what the caregiver would have paid', async () => {
  const world = await insured();
  await deliver(world, 1, { bearer: 'own', ownCostCents: 9900 });
  await setAside(world, 1, 2000, 1);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 7425],
    ['scheme', rijswijk, 2000],
    ['own', householdId(1), 475],
  ]);
  await setAside(world, 1, 7900, 2);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 7425],
    ['scheme', rijswijk, 2475],
  ]);
  expect(await leftCents(world)).toBe(7425);
  yes(await decline(world, insurer, 1));
  await world.swept();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['scheme', rijswijk, 9900]], 0]);
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('care is paid out of one budget: what is set aside elsewhere, or out of a bound one afterwards, is there again', async () => {
  const world = await insured();
  const other = budgetOf(5000, { budgetId: budgetId(2) });
  const ada = HelperId.parse(derivedId('helper', 'ada'));
  const boundTo = { householdId: householdId(1), helperIds: [ada] };
  const bound = budgetOf(5000, { budgetId: budgetId(3), boundTo });
  for (const it of [other, bound]) yes(await world.api().openBudget(it, call()));
  await setAside(world, 1, 1000);
  const spend = { amountCents: 3000, bookingId: bookingId(1) };
  yes(await world.api().spendBudget({ ...spend, budgetId: budgetId(2), spendId: spendId('two') }, call()));
  await deliver(world, 1);
  await deliver(world, 3);
  const late = { budgetId: budgetId(3), spendId: spendId('three'), amountCents: 100, bookingId: bookingId(3) };
  yes(await world.api().spendBudget(late, call()));
  await world.swept();
  const balances = (await world.api().listBudgets({})).map(({ balanceCents }) => balanceCents);
  expect(balances.toSorted()).toEqual([5000, 5000, 8900]);
  expect((await linesOf(world, 1)).at(1)).toEqual(['scheme', rijswijk, 1000]);
  expect((await linesOf(world, 3)).at(1)).toEqual(['guarantee', 'default', 2475]);
  const before = await Promise.all([1, 3].map((it) => claimOf(world, it)));
  await world.swept();
  expect(await Promise.all([1, 3].map((it) => claimOf(world, it)))).toEqual(before);
});

test.each(['before the care', 'and released before the no', 'after the no'])(
  'a budget whose municipality said no makes room for another, set aside %s',
  async (when) => {
    const world = await createWorld('2026-01-02T10:00:00Z');
    const second = budgetOf(9900, { budgetId: budgetId(2), municipality: hillegom });
    for (const it of [budgetOf(9900), second]) yes(await world.api().openBudget(it, call()));
    await setAside(world, 1, 9900);
    const spend = { budgetId: budgetId(2), spendId: spendId('two'), amountCents: 9900, bookingId: bookingId(1) };
    const spendSecond = async () => yes(await world.api().spendBudget(spend, call()));
    world.setClock('2026-01-06T10:00:00Z');
    if (when !== 'after the no') await spendSecond();
    await deliver(world, 1);
    if (when === 'and released before the no') await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', rijswijk, 9900]]);
    yes(await decline(world, byMunicipality(rijswijk), 1));
    if (when === 'after the no') await spendSecond();
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
    const left = new Map((await world.api().listBudgets({})).map((it) => [it.municipality, it.balanceCents]));
    expect([left.get(rijswijk), left.get(hillegom)]).toEqual([9900, 0]);
    const before = await claimOf(world, 1);
    await world.swept();
    expect(await claimOf(world, 1)).toEqual(before);
    expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
  },
);

test('of two budgets before the care the one that no no has struck pays', async () => {
  const world = await createWorld('2026-01-02T10:00:00Z');
  await awardOf(world, s01);
  yes(await world.quote(1, { bearer: 'guarantee' }));
  const first = budgetOf(9900, { budgetId: budgetId(2), municipality: hillegom });
  for (const it of [first, budgetOf(9900)]) yes(await world.api().openBudget(it, call()));
  const spend = { budgetId: budgetId(2), spendId: spendId('first'), amountCents: 9900, bookingId: bookingId(1) };
  yes(await world.api().spendBudget(spend, call()));
  const no = { bookingId: bookingId(1), payer: byMunicipality(hillegom), reason: 'not-entitled' } as const;
  yes(await world.api().declineFunding(no, call()));
  world.setClock('2026-01-03T10:00:00Z');
  await setAside(world, 1, 9900);
  world.setClock('2026-01-06T10:00:00Z');
  await deliver(world, 1);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([['scheme', rijswijk, 9900]]);
  const left = new Map((await world.api().listBudgets({})).map((it) => [it.municipality, it.balanceCents]));
  expect([left.get(rijswijk), left.get(hillegom)]).toEqual([0, 9900]);
});

test.each(['SpendsTakenAgain', 'BudgetAnswered'])(
  'a no that stopped before %s goes on by itself, and takes it once',
  async (stoppedAt) => {
    const world = await insured();
    await setAside(world, 1, 9000);
    await deliver(world, 1);
    expect(await leftCents(world)).toBe(7425);
    const stopped = Promise.withResolvers<void>();
    world.stopWhen((type) => {
      if (type === stoppedAt) stopped.resolve();
      return type === stoppedAt;
    });
    await expect(decline(world, insurer, 1)).rejects.toThrow(UnavailableError);
    await stopped.promise;
    world.stopWhen(undefined);
    await world.restart();
    // Asked again, and taken up by the sweeper.
    yes(await decline(world, insurer, 1));
    await world.swept();
    expect([await linesOf(world, 1), await leftCents(world)]).toEqual([
      [
        ['scheme', rijswijk, 9000],
        ['guarantee', 'default', 900],
      ],
      900,
    ]);
    expect((await claimOf(world, 1)).allocations.length).toBe(2);
  },
);

test.each(['BudgetFound', 'SpendsTakenAgain', 'BudgetAnswered'])(
  'money that came back and was not told before a stop at %s is taken once, by itself',
  async (stoppedAt) => {
    const world = await insured();
    await setAside(world, 1, 9900);
    await deliver(world, 1);
    await setAside(world, 2, 7425);
    yes(await decline(world, insurer, 1));
    await world.settled();
    world.stopWhen((type) => type === stoppedAt);
    await world.about('booking-cancelled', 2, { by: 'caregiver' });
    await world.settled();
    await world.runtime().nudge();
    world.stopWhen(undefined);
    await world.restart();
    await world.swept();
    expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['scheme', rijswijk, 9900]], 0]);
    expect((await claimOf(world, 1)).allocations.map(({ why }) => why)).toEqual(['delivered', 'declined', 'budgeted']);
  },
);

test('several claims that want what is free at the same moment, through two replicas: together they never take more', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(75), call()));
  yes(await world.api().openBudget(budgetOf(30_000), call()));
  const names = [1, 2, 3, 4, 5];
  for (const name of names) {
    await setAside(world, name, 9900);
    await deliver(world, name);
  }
  expect(await leftCents(world)).toBe(30_000 - 5 * 2475);
  const other = await world.parts().start('another process');
  const said = await Promise.all(
    names.flatMap((name) => [world, { api: () => other.api }].map((it) => decline(it, insurer, name))),
  );
  for (const it of said) yes(it);
  await other.close();
  await world.swept();
  const taken = async () => {
    const lines = await Promise.all(names.map((name) => linesOf(world, name)));
    return lines.map((it) => Number(it.find(([, id]) => id === rijswijk)?.[2] ?? 0));
  };
  expect((await taken()).reduce((sum, it) => sum + it, 0)).toBe(30_000);
  expect(await leftCents(world)).toBe(0);
  // An award takes one over: what it leaves is the others'.
  await awardOf(world, s01, { startsOn: '2026-01-05' });
  await world.swept();
  expect(await leftCents(world)).toBe(30_000 - (await taken()).reduce((sum, it) => sum + it, 0));
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});
