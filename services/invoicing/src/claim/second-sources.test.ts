import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  bookingId,
  budgetOf,
  byMunicipality,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  offerId,
  onPot,
  policyId,
  policyOf,
  providerId,
  rijswijk,
  sharingOf,
} from '../invoicing.fixtures.ts';
import { claimOf, createWorld, decline, endWorlds, linesOf, setAside, type World, yes } from '../world.fixtures.ts';
import { type ClaimCommand, claimDecider } from './claim.decider.ts';
import type { ClaimFacts } from './claim.state.rules.ts';

afterEach(endWorlds);

/* Several policies, several agreements to share: which of them counts hangs on when they came to be, and on nothing else. */

const household = ['own', householdId(1)];
const register = async (world: World, name: number, percent: number, insurerId = `insurer-${name}`) =>
  yes(await world.api().registerPolicy(policyOf(percent, { policyId: policyId(name), insurerId }), call()));
const noToBooking = (world: World) =>
  world.api().declineFunding({ bookingId: bookingId(1), payer: insurer, reason: 'not-covered' }, call());

const whoTakesTheRest = {
  'the caregiver': [[...household, 4950]],
  'who agreed to share': [
    ['insurance', 'insurer-3', 2475],
    ['scheme', hillegom, 2475],
  ],
  'a free budget': [['scheme', rijswijk, 4950]],
};
test.each(
  [true, false].flatMap((before) =>
    (['the caregiver', 'who agreed to share', 'a free budget'] as const).map((rest) => [before, rest] as const),
  ),
)(
  'a second policy counts after the no of the first, said before the care: %s, where the rest is for %s',
  async (before, rest) => {
    const world = await createWorld();
    await register(world, 1, 75);
    yes(await world.quote(1));
    world.setClock('2026-01-03T10:00:00Z');
    await register(world, 2, 50);
    if (rest === 'a free budget') {
      yes(await world.api().openBudget(budgetOf(9900), call()));
      await setAside(world, 1, 9900);
    }
    if (rest === 'who agreed to share') {
      const sharing = sharingOf('rest', { insurerId: 'insurer-3', forms: ['F19'] });
      yes(await world.api().recordCostSharing(sharing, call()));
    }
    if (before) yes(await noToBooking(world));
    world.setClock('2026-01-06T10:00:00Z');
    await world.delivered(1);
    await world.settled();
    if (!before) yes(await decline(world, insurer, 1));
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([['insurance', 'insurer-2', 4950], ...whoTakesTheRest[rest]]);
  },
);

test.each([
  [2, 3, true],
  [3, 2, true],
  [2, 3, false],
  [3, 2, false],
])(
  'of two later policies the oldest pays, whatever their ids: %i before %i, with the care before them: %s',
  async (first, second, isLate) => {
    const world = await createWorld();
    await register(world, 1, 75);
    const deliver = async () => {
      await world.delivered(1, onPot);
      await world.settled();
    };
    if (isLate) await deliver();
    // Told of both at once, in no order of theirs.
    const telling = Promise.withResolvers<void>();
    world.stopWhen((type) => {
      if (type === 'PolicyFound') telling.resolve();
      return type === 'PolicyFound';
    });
    for (const [hour, [name, percent]] of [[first, 50] as const, [second, 25] as const].entries()) {
      world.setClock(`2026-01-02T1${hour + 1}:00:00Z`);
      await register(world, name, percent);
    }
    if (isLate) await telling.promise;
    world.stopWhen(undefined);
    if (!isLate) await deliver();
    await world.swept();
    yes(await decline(world, insurer, 1));
    await world.swept();
    expect(await linesOf(world, 1)).toEqual([
      ['insurance', `insurer-${first}`, 4950],
      ['guarantee', 'default', 4950],
    ]);
  },
);

test('a policy that is registered after the no takes over what the pot bore by then', async () => {
  const world = await createWorld();
  await register(world, 1, 75);
  await world.delivered(1, onPot);
  await world.settled();
  yes(await decline(world, insurer, 1));
  await register(world, 2, 50);
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  expect((await claimOf(world, 1)).allocations.map(({ why }) => why)).toEqual(['delivered', 'declined', 'insured']);
});

test('an older policy of which a claim hears later goes before the one that pays', () => {
  const policy = (name: number, percent: number, since: string) => ({
    ...{ insurerId: `insurer-${name}`, percent, policyId: policyId(name), since: at(since) },
  });
  const opened = play(
    { type: 'OpenClaim', data: { ...facts, policies: [policy(1, 50, '2026-01-03T10:00:00Z')] }, now },
    { type: 'OfferPolicy', data: { insurer: policy(2, 25, '2026-01-02T10:00:00Z') }, now },
  );
  expect(opened.allocations.at(-1)?.lines[0]).toMatchObject({ payer: { id: 'insurer-2' }, amountCents: 2475 });
});

test.each([
  ['the insurer', insurer],
  ['the municipality', byMunicipality(hillegom)],
])('a newer agreement counts where %s said no to the older one', async (_, payer) => {
  const world = await createWorld();
  const record = (name: string, insurerPercent: number) =>
    world.api().recordCostSharing(sharingOf(name, { insurerPercent, forms: ['F19'] }), call());
  yes(await record('old', 50));
  await world.settled();
  yes(await world.quote(1, { bearer: 'guarantee' }));
  yes(await world.api().declineFunding({ bookingId: bookingId(1), payer, reason: 'not-covered' }, call()));
  world.setClock('2026-01-03T10:00:00Z');
  // The days of both are the same: of two of a kind the first is the one with the lower id.
  for (const name of ['new', 'newer']) yes(await record(name, 40));
  world.setClock('2026-01-06T10:00:00Z');
  await world.delivered(1, onPot);
  await world.swept();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 3960],
    ['scheme', hillegom, 5940],
  ]);
});

const now = at('2026-01-06T10:00:00Z');
const facts: ClaimFacts = {
  ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), householdId: householdId(1), providerId: providerId(1) },
  ...{ offerId: offerId(1), form: 'F19', deliveredOn: day('2026-01-05'), unit: 'hour', quantity: 300 },
  ...{ unitPriceCents: 3300, costCents: 9900, vat: 'exempt', bearer: 'guarantee', ownCostCents: 0 },
  ...{ municipality: hillegom, entitlements: [], potId: 'default' },
};
const play = (...commands: readonly ClaimCommand[]) =>
  commands.reduce((state, command) => {
    const decision = claimDecider.decide(command, state);
    if (!decision.accepted) throw new Error(decision.rejection.code);
    return decision.events.reduce(claimDecider.evolve, state);
  }, claimDecider.initialState);

test('noes count for the policies and agreements that were there, known as the claim opens or told in any order', () => {
  const hour = fc.integer({ min: 10, max: 14 }).map((it) => at(`2026-01-02T${it}:00:00Z`));
  const payers = [insurer, { kind: 'insurer', id: 'insurer-2' }, byMunicipality(hillegom)] as const;
  const scene = fc.record({
    policies: fc.array(fc.record({ insurerId: fc.constantFrom('insurer-1', 'insurer-2'), since: hour }), {
      maxLength: 3,
    }),
    sharings: fc.array(fc.record({ insurerId: fc.constantFrom('insurer-1', 'insurer-2'), since: hour }), {
      maxLength: 3,
    }),
    noes: fc.uniqueArray(fc.record({ payer: fc.constantFrom(...payers), declinedAt: hour }), {
      ...{ maxLength: 5, selector: ({ payer, declinedAt }) => `${payer.id} ${declinedAt}` },
    }),
    known: fc.nat(5),
    told: fc.nat(3),
    bearer: fc.constantFrom('own', 'guarantee'),
  });
  fc.assert(
    fc.property(scene, ({ policies, sharings, noes, known, told, bearer }) => {
      const claim = {
        ...{ ...facts, bearer, ownCostCents: bearer === 'own' ? 9900 : 0 },
        sharings: sharings.map(({ insurerId, since }, name) => {
          const { costSharingId, municipality } = sharingOf(`any ${name}`);
          return { costSharingId, municipality, insurerId, insurerPercent: 20 + name, since };
        }),
      };
      const insurers = policies.map((it, name) => ({ ...it, policyId: policyId(name), percent: 10 + name }));
      const declines = noes.map((it) => ({ ...it, reason: 'not-covered' as const }));
      const atOnce = play({ type: 'OpenClaim', data: { ...claim, policies: insurers, declines }, now });
      const oneByOne = play(
        {
          type: 'OpenClaim',
          data: { ...claim, policies: insurers.slice(told), declines: declines.slice(0, known) },
          now,
        },
        ...declines.slice(known).map((data): ClaimCommand => ({ type: 'NoteDecline', data, now })),
        ...insurers.slice(0, told).map((data): ClaimCommand => ({ type: 'OfferPolicy', data: { insurer: data }, now })),
      );
      expect(oneByOne.allocations.at(-1)?.lines).toEqual(atOnce.allocations.at(-1)?.lines);
      expect(oneByOne.insurer).toEqual(atOnce.insurer);
    }),
    { numRuns: 300 },
  );
});
