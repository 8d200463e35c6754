import { HelperId, Month, PublishScheme } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import fc from 'fast-check';
import {
  bookingId,
  budgetId,
  budgetOf,
  byMunicipality,
  call,
  day,
  delft,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  officerOf,
  policyId,
  policyOf,
  rijswijk,
  s01,
  sharingOf,
  spendId,
} from '../invoicing.fixtures.ts';
import { type World, yes } from '../world.fixtures.ts';

/* Care, awards, policies, agreements, noes and month ends in any order, several of them at the same moment. */

export const month = (text: string) => Month.parse(text);
const payers = [
  byMunicipality(hillegom),
  insurer,
  { kind: 'insurer', id: 'insurer-2' },
  byMunicipality(rijswijk),
  byMunicipality(delft),
] as const;
const days = ['2026-01-15', '2026-01-31', '2026-02-10'] as const;
export const cares = 4;
/** The free budgets: each of a municipality that has nothing else, the second perhaps bound to the people of ada. */
export const budgets = [
  { budget: 1, municipality: rijswijk },
  { budget: 2, municipality: delft },
] as const;
const ada = HelperId.parse(derivedId('helper', 'ada'));

const budget = fc.constantFrom(1 as const, 2 as const);
const care = fc.nat(cares - 1);
export const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), name: care }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('quote' as const), name: care }) },
  {
    weight: 7,
    arbitrary: fc.record({
      type: fc.constant('decline' as const),
      name: care,
      who: fc.constantFrom(0, 1, 2, 3, 3, 3, 4, 4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('declineBooking' as const), name: care, who: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('award' as const),
      name: fc.nat(2),
      multiplier: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('policy' as const), name: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('share' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('bill' as const), name: fc.nat(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('spend' as const), cents: fc.integer({ min: 1, max: 60_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ type: fc.constant('aside' as const), name: care, budget },
      cents: fc.integer({ min: 1, max: 9000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sweep' as const) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** Of each piece of care: what it costs, who would bear it, and what the caregiver was shown. */
export const terms = fc.array(
  fc.record({
    on: fc.constantFrom(...days),
    unitPriceCents: fc.integer({ min: 1, max: 9999 }),
    bearer: fc.constantFrom('own', 'guarantee'),
    ownCostCents: fc.integer({ min: 0, max: 20_000 }),
    /** Given by whom the family knows. */
    byTeam: fc.constantFrom(true, true, false),
  }),
  { minLength: cares, maxLength: cares },
);
export type Terms = typeof terms extends fc.Arbitrary<(infer T)[]> ? T : never;

/** What was set aside for each piece of care. */
export type Asides = {
  readonly name: number;
  readonly budget: 1 | 2;
  readonly since: string;
  readonly spendId: string;
  readonly cents: number;
}[];

export const act = async (
  { world, all, asides }: { readonly world: World; readonly all: readonly Terms[]; readonly asides: Asides },
  it: Step,
  key: string,
): Promise<unknown> => {
  const api = world.api();
  switch (it.type) {
    case 'aside':
      return setAside(world, asides, it, key);
    case 'sweep':
      return world.runtime().nudge();
    case 'deliver': {
      const { on, byTeam = false, ...of } = all[it.name] ?? { on: days[0] };
      return world.delivered(it.name, { ...of, deliveredOn: on, ...(byTeam ? { helperId: ada } : {}) });
    }
    case 'quote': {
      const { on, unitPriceCents, bearer } = all[it.name] ?? { on: days[0] };
      return world.quote(it.name, { on, unitPriceCents, bearer }, key);
    }
    case 'decline':
      return api.declineFunding(
        { deliveryId: deliveryId(it.name), payer: payers[it.who] ?? payers[0], reason: 'not-covered' },
        call(key),
      );
    case 'declineBooking':
      return api.declineFunding(
        { bookingId: bookingId(it.name), payer: payers[it.who] ?? payers[0], reason: 'other-payer' },
        call(key),
      );
    case 'award': {
      const schemeId = derivedId('any order', it.name);
      const scheme = PublishScheme.parse({
        ...{ ...s01, schemeId },
        rules: {
          ...{ ...s01.rules, cap: { kind: 'money', multiplier: it.multiplier } },
          contributionCentsPerMonth: it.name === 0 ? 1500 : 0,
        },
      });
      await api.publishScheme(scheme, call());
      return api.awardScheme(
        {
          ...{ schemeId: scheme.schemeId, householdId: householdId(1), startsOn: day('2026-01-20'), rateCents: 3300 },
          decidedBy: officerOf(hillegom),
        },
        call(key),
      );
    }
    case 'policy': {
      const policy = { policyId: policyId(it.name), insurerId: `insurer-${it.name + 1}` };
      return api.registerPolicy(policyOf(it.name === 0 ? 75 : 33, policy), call(key));
    }
    case 'share':
      return api.recordCostSharing(sharingOf('any order', { forms: ['F19'], from: '2026-02-01' }), call(key));
    // Out of the same budget, on something else.
    case 'spend':
      return api.spendBudget(
        { budgetId: budgetId(1), spendId: spendId(key), amountCents: it.cents, form: 'F02' },
        call(key),
      );
    case 'bill':
      return api.billMonth({ month: month(it.name === 0 ? '2026-01' : '2026-02') }, call(key));
  }
};

const setAside = async (
  world: World,
  asides: Asides,
  { name, budget, cents }: { readonly name: number; readonly budget: 1 | 2; readonly cents: number },
  key: string,
) => {
  const since = world.clock();
  const spend = { budgetId: budgetId(budget), spendId: spendId(key), amountCents: cents, bookingId: bookingId(name) };
  const outcome = await world.api().spendBudget(spend, call(`aside ${key}`));
  if (outcome.accepted) asides.push({ name, budget, since, spendId: spendId(key), cents });
  return outcome;
};
/** An hour after each other. */
export const setAsideBefore = async (
  world: World,
  isBound: boolean,
  inOrder: readonly { readonly budget: 1 | 2; readonly cents: readonly (number | null)[] }[],
): Promise<Asides> => {
  const boundTo = isBound ? { boundTo: { householdId: householdId(1), helperIds: [ada] } } : {};
  const second = { budgetId: budgetId(2), municipality: delft, ...boundTo };
  for (const it of [budgetOf(80_000), budgetOf(80_000, second)]) yes(await world.api().openBudget(it, call()));
  const asides: Asides = [];
  for (const [hour, { budget, cents: each }] of inOrder.entries()) {
    world.setClock(`2026-03-10T0${8 + hour}:00:00Z`);
    for (const [name, cents] of each.entries()) {
      if (cents !== null) yes(await setAside(world, asides, { name, budget, cents }, `before ${budget} ${name}`));
    }
  }
  await world.settled();
  return asides;
};
