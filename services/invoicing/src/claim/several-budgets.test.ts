import { type BudgetId, HelperId, type MunicipalityCode } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { createSpends } from '../budget/spends.ts';
import { createHandlers } from '../handlers.ts';
import {
  at,
  bookingId,
  budgetId,
  budgetOf,
  byMunicipality,
  call,
  delft,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  onPot,
  policyOf,
  rijswijk,
  spendId,
} from '../invoicing.fixtures.ts';
import { createWorld, decline, endWorlds, linesOf, type World, yes } from '../world.fixtures.ts';
import { asksOfClaim, type ClaimCommand, claimDecider } from './claim.decider.ts';
import { ClaimEvent } from './claim.events.ts';
import { answerOf, apply, decline as declineOf, facts, last, now, play } from './division.fixtures.ts';
import { keptBy } from './releasing.ts';

afterEach(endWorlds);

/* Care for which money lies in more than one free budget: the first that no no has struck pays, the others have it again. */

const ada = HelperId.parse(derivedId('helper', 'ada'));
const openBudget = async (world: World, id: BudgetId, municipality: MunicipalityCode, boundTo?: object) =>
  yes(await world.api().openBudget(budgetOf(9900, { budgetId: id, municipality, boundTo }), call()));
const spend = async (world: World, id: BudgetId) => {
  const about = { budgetId: id, spendId: spendId(`of ${id}`), bookingId: bookingId(1) };
  return yes(await world.api().spendBudget({ ...about, amountCents: 9900 }, call()));
};
const balances = async (world: World) =>
  Object.fromEntries((await world.api().listBudgets({})).map((it) => [it.municipality, it.balanceCents]));

test.each(['known as the claim opens', 'told of afterwards'])(
  'after a no the second that was named pays, whatever it is called: all of them %s',
  async (when) => {
    const world = await createWorld('2026-01-02T10:00:00Z');
    const [low, high] = [budgetId(1), budgetId(2)].toSorted();
    if (low === undefined || high === undefined) throw new Error('There are two.');
    const inOrder = [
      [budgetId(9), rijswijk],
      [high, hillegom],
      [low, delft],
    ] as const;
    const name = async () => {
      for (const [hour, [id, municipality]] of inOrder.entries()) {
        world.setClock(`2026-01-02T1${hour}:30:00Z`);
        await openBudget(world, id, municipality);
        await spend(world, id);
      }
    };
    if (when === 'known as the claim opens') await name();
    await world.delivered(1, onPot);
    await world.settled();
    if (when !== 'known as the claim opens') await name();
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', rijswijk, 9900]]);
    world.setClock('2026-01-06T10:00:00Z');
    yes(await decline(world, byMunicipality(rijswijk), 1));
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
    yes(await decline(world, byMunicipality(hillegom), 1));
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', delft, 9900]]);
    expect(await balances(world)).toEqual({ [rijswijk]: 9900, [hillegom]: 9900, [delft]: 0 });
    expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
  },
);

test.each([
  ['whom it is bound to', ada, [['scheme', hillegom, 9900]], { [rijswijk]: 9900, [hillegom]: 0 }],
  ['somebody else', undefined, [['own', householdId(1), 9900]], { [rijswijk]: 9900, [hillegom]: 9900 }],
])(
  'a bound budget that was named before the care pays after a no when %s gave it',
  async (_, helperId, lines, left) => {
    const world = await createWorld('2026-01-02T10:00:00Z');
    await openBudget(world, budgetId(1), rijswijk);
    await openBudget(world, budgetId(2), hillegom, { householdId: householdId(1), helperIds: [ada] });
    for (const id of [1, 2]) {
      await spend(world, budgetId(id));
      world.setClock('2026-01-06T10:00:00Z');
    }
    await world.delivered(1, { bearer: 'own', ownCostCents: 9900, ...(helperId ? { helperId } : {}) });
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['scheme', rijswijk, 9900]]);
    yes(await decline(world, byMunicipality(rijswijk), 1));
    await world.swept();
    expect([await linesOf(world, 1), await balances(world)]).toEqual([lines, left]);
  },
);

test('a release of before a no, which comes late, leaves what was taken since: also the first, also of another budget', async () => {
  const world = await createWorld('2026-01-06T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(75), call()));
  for (const [id, of] of [
    [1, rijswijk],
    [2, hillegom],
  ] as const) {
    await openBudget(world, budgetId(id), of);
    await spend(world, budgetId(id));
    world.setClock('2026-01-06T11:00:00Z');
  }
  await world.delivered(1, onPot);
  await world.swept();
  const { store, vault } = world.parts();
  const { claims, budgets } = createHandlers({ store, clock: world.clock, vault });
  const spends = createSpends({ budgets, setAsideFor: () => [], upToDate: async () => {}, clock: world.clock });
  const keptNow = async () => keptBy((await claims.load(deliveryId(1))).state);
  const before = [await keptNow()];
  yes(await decline(world, insurer, 1));
  before.push(await keptNow());
  yes(await decline(world, byMunicipality(rijswijk), 1));
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
  expect(before.map((it) => [it?.turn, it?.cents])).toEqual([
    [0, 2475],
    [1, 9900],
  ]);
  for (const [n, kept] of before.entries()) {
    if (kept === undefined) throw new Error('It was divided.');
    await spends.keepOnly(kept, (step) => call(`late ${n} ${step}`));
  }
  // A question of before, which is asked late, takes nothing where nobody gives it back.
  const late = { budgetId: budgetId(1), bookingId: bookingId(1), wantCents: 9900, turn: 1 };
  yes(await budgets.handle(budgetId(1), { type: 'TakeAgain', data: late, now: at(world.clock()) }, call()));
  await world.swept();
  expect(await balances(world)).toEqual({ [rijswijk]: 9900, [hillegom]: 0 });
});

const budgetOffer = (name: number, municipality: MunicipalityCode, since: string, amounts = [9900]): ClaimCommand => {
  const spends = amounts.map((amountCents) => ({ amountCents, since: at(since) }));
  const amountCents = amounts.reduce((sum, it) => sum + it, 0);
  const about = { budgetId: budgetId(name), municipality };
  return {
    type: 'OfferBudget',
    data: { ...about, spendCount: amounts.length, budget: { ...about, amountCents, spends } },
    now,
  };
};
const { sharing: _sharing, ...alone } = facts;
const openAlone: ClaimCommand = { type: 'OpenClaim', data: { ...alone, costCents: 9900 }, now };
const answered = (command: ClaimCommand, state = claimDecider.initialState) => {
  const { state: asking } = apply(state, command);
  const [ask] = asksOfClaim(asking);
  return ask?.of === 'budget' ? apply(asking, answerOf(ask, ask.wantCents)).state : asking;
};

test('the claim itself decides which budget pays, and asks one that did not pay before', () => {
  const one = answered(budgetOffer(1, rijswijk, '2027-05-01T11:00:00Z'), play(openAlone));
  // Looked up by somebody who did not know that the claim has another by now.
  const both = answered(budgetOffer(2, hillegom, '2027-05-01T12:00:00Z'), one);
  expect(last(both).lines).toEqual(last(one).lines);
  expect(keptBy(both)).toMatchObject({ budgetId: budgetId(1), cents: 9900, budgetIds: [budgetId(1), budgetId(2)] });
  // Named before the one that pays: it is asked for all of it, and the other keeps nothing.
  const { state: asking } = apply(both, budgetOffer(3, delft, '2027-05-01T10:00:00Z'));
  expect(asksOfClaim(asking)).toMatchObject([{ budgetId: budgetId(3), turn: 3, wantCents: 9900 }]);
  const third = answered(budgetOffer(3, delft, '2027-05-01T10:00:00Z'), both);
  expect(last(third).lines).toMatchObject([{ payer: { id: delft }, amountCents: 9900 }]);
  expect(keptBy(third)).toMatchObject({ budgetId: budgetId(3), cents: 9900, turn: 3 });
  const declined = answered(declineOf(byMunicipality(delft) as never), third);
  expect(last(declined).lines).toMatchObject([{ payer: { id: rijswijk }, amountCents: 9900 }]);
});

test('what was looked up of a budget before more was set aside there changes nothing', () => {
  const more = answered(budgetOffer(1, rijswijk, '2027-05-01T11:00:00Z', [2000, 7900]), play(openAlone));
  expect(apply(more, budgetOffer(1, rijswijk, '2027-05-01T11:00:00Z', [2000])).events).toEqual([]);
  expect(last(more).lines).toMatchObject([{ payer: { id: rijswijk }, amountCents: 9900 }]);
});

test('whether people it is bound to gave the care stands as the claim opened: what is set aside there since pays as well, or not', () => {
  const before = { amountCents: 5000, since: at('2027-04-01T10:00:00Z') };
  const since = { amountCents: 4900, since: now };
  const known = { budgetId: budgetId(1), municipality: rijswijk, amountCents: 5000, spends: [before] };
  const budget = { ...known, amountCents: 9900, spends: [before, since], bound: true as const };
  const { budgetId: id, municipality } = known;
  const offer: ClaimCommand = { type: 'OfferBudget', data: { budgetId: id, municipality, spendCount: 2, budget }, now };
  for (const bound of [undefined, true] as const) {
    const budgets = [bound ? { ...known, bound } : known];
    const opened = play({ type: 'OpenClaim', data: { ...alone, costCents: 9900, budgets }, now });
    const { lines } = last(answered(offer, opened));
    expect(lines).toMatchObject([{ kind: bound ? 'guarantee' : 'scheme', amountCents: 9900 }]);
  }
});

test('a claim that was stored with the one budget that paid reads as it was', () => {
  const budget = { budgetId: budgetId(1), municipality: rijswijk, amountCents: 5000 };
  const opened = { type: 'ClaimOpened', data: { ...alone, costCents: 9900, budget, openedAt: now } };
  const state = claimDecider.evolve(claimDecider.initialState, ClaimEvent.parse(JSON.parse(JSON.stringify(opened))));
  expect(state.budgets).toEqual([budget]);
});
