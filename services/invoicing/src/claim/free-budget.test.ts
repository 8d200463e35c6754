import { type DeclineFunding, OpenBudget, RecordCostSharing, RegisterPolicy } from '@adempauze/contracts';
import { derivedId, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  budgetId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  policyId,
  providerId,
  rijswijk,
  s01,
  spendId,
} from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* What a free budget bears when a cost is divided anew: never more than is set aside, and the rest is in it again. */

const insurer = { kind: 'insurer', id: 'insurer-1' } as const;
const payerOf = (id: string) => ({ kind: 'municipality', id }) as const;
const policy = (percent: number) =>
  RegisterPolicy.parse({
    ...{
      policyId: policyId(1),
      householdId: householdId(1),
      insurerId: 'insurer-1',
      shares: [{ form: 'F19', percent }],
    },
    ...{ from: '2026-01-01', until: '2027-01-01' },
  });
const openBudget = async (world: World, amountCents: number, municipality: string = rijswijk) =>
  yes(
    await world.api().openBudget(
      OpenBudget.parse({
        ...{ budgetId: budgetId(1), municipality, holderAccountId: 'consultant-1', name: 'Vrij budget', amountCents },
        ...{ from: '2026-01-01', until: '2027-01-01' },
      }),
      call(),
    ),
  );
const setAside = async (world: World, name: number, amountCents: number, spend = name) =>
  yes(
    await world
      .api()
      .spendBudget({ budgetId: budgetId(1), spendId: spendId(spend), amountCents, bookingId: bookingId(name) }, call()),
  );
const deliver = async (world: World, name: number, differences = {}) => {
  await world.delivered(name, { bearer: 'guarantee', ownCostCents: 0, ...differences });
  await world.settled();
};
const decline = (world: World, payer: DeclineFunding['payer'], name: number, key?: string) =>
  world.api().declineFunding({ deliveryId: deliveryId(name), payer, reason: 'not-covered' }, call(key));
const leftCents = async (world: World) => (await world.api().findBudget({ budgetId: budgetId(1) }))?.balanceCents;
const linesOf = async (world: World, name: number) =>
  (await world.api().findClaim({ deliveryId: deliveryId(name) }))?.lines.map(({ kind, payer, amountCents }) => [
    ...[kind, payer.id, amountCents],
  ]);
const awardOf = async (world: World) => {
  yes(await world.api().publishScheme(s01, call()));
  const input = { schemeId: s01.schemeId, householdId: householdId(1), startsOn: day('2026-01-01'), rateCents: 3300 };
  return yes(
    await world.api().awardScheme({ ...input, decidedBy: { accountId: 'officer', municipality: hillegom } }, call()),
  );
};

test('what went back into a budget and was spent on another booking is not taken a second time after a no', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().registerPolicy(policy(75), call()));
  await openBudget(world, 9900);
  await setAside(world, 1, 9900);
  await deliver(world, 1);
  expect(await leftCents(world)).toBe(7425);
  await setAside(world, 2, 7425);
  await deliver(world, 2, { form: 'F05' });
  yes(await decline(world, insurer, 1));
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', rijswijk, 2475],
    ['guarantee', 'default', 7425],
  ]);
  expect(await linesOf(world, 2)).toEqual([
    ['scheme', rijswijk, 7425],
    ['guarantee', 'default', 2475],
  ]);
  expect(await leftCents(world)).toBe(0);
});

test('what an award took over from a budget stays in the budget when the municipality takes its award back', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  await openBudget(world, 5000);
  await setAside(world, 1, 5000);
  await deliver(world, 1);
  await awardOf(world);
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['scheme', hillegom, 9900]], 5000]);
  yes(await decline(world, payerOf(hillegom), 1));
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['guarantee', 'default', 9900]], 5000]);
});

test('a budget gets back what the same municipality bears by an award instead, also where the lines stay', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().publishScheme(s01, call()));
  await openBudget(world, 9900, hillegom);
  await setAside(world, 1, 9899);
  await deliver(world, 1);
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', hillegom, 9899],
    ['guarantee', 'default', 1],
  ]);
  await awardOf(world);
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['scheme', hillegom, 9900]], 9900]);
});

test.each(['SpendReleased', 'RoomConsumed', 'RoomAnswered'])(
  'a no that stopped before %s puts back what the budget bears no more, by itself',
  async (stoppedAt) => {
    const world = await createWorld('2026-02-02T10:00:00Z');
    await openBudget(world, 10_000, hillegom);
    await setAside(world, 1, 5000);
    const scheme = { ...s01, rules: { ...s01.rules, cap: { kind: 'money' as const, multiplier: 1 } } };
    yes(await world.api().publishScheme(scheme, call()));
    const input = { schemeId: s01.schemeId, householdId: householdId(1), startsOn: day('2026-01-01'), rateCents: 3300 };
    const decidedBy = { accountId: 'officer', municipality: hillegom };
    yes(await world.api().awardScheme({ ...input, decidedBy }, call()));
    await deliver(world, 1);
    expect([await linesOf(world, 1), await leftCents(world)]).toEqual([
      [
        ['scheme', hillegom, 8300],
        ['guarantee', 'default', 1600],
      ],
      5000,
    ]);
    const stopped = Promise.withResolvers<void>();
    world.stopWhen((type) => {
      if (type === stoppedAt) stopped.resolve();
      return type === stoppedAt;
    });
    const said = decline(world, payerOf(hillegom), 1);
    if (stoppedAt === 'SpendReleased') await said;
    else await expect(said).rejects.toThrow(UnavailableError);
    await stopped.promise;
    world.stopWhen(undefined);
    await world.restart();
    await world.runtime().nudge();
    await world.settled();
    expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['guarantee', 'default', 9900]], 10_000]);
  },
);

test('what a municipality sets aside after its no counts, what it had set aside before does not', async () => {
  const world = await createWorld('2026-01-02T10:00:00Z');
  await awardOf(world);
  yes(await world.quote(1, { bearer: 'guarantee' }));
  await openBudget(world, 20_000, hillegom);
  await setAside(world, 1, 3000, 1);
  const no = { bookingId: bookingId(1), payer: payerOf(hillegom), reason: 'not-entitled' } as const;
  yes(await world.api().declineFunding(no, call()));
  world.setClock('2026-01-03T10:00:00Z');
  await setAside(world, 1, 4000, 2);
  world.setClock('2026-01-06T10:00:00Z');
  await deliver(world, 1);
  await world.runtime().nudge();
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([
    [
      ['scheme', hillegom, 4000],
      ['guarantee', 'default', 5900],
    ],
    16_000,
  ]);
  // Said once more, of the care itself, it strikes that too.
  yes(await decline(world, payerOf(hillegom), 1));
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['guarantee', 'default', 9900]], 20_000]);
});

test('who agreed to share after its no to the booking, shares', async () => {
  const world = await createWorld('2026-01-02T10:00:00Z');
  yes(await world.api().registerPolicy(policy(75), call()));
  yes(await world.quote(1, { bearer: 'guarantee' }));
  yes(await world.api().declineFunding({ bookingId: bookingId(1), payer: insurer, reason: 'not-covered' }, call()));
  world.setClock('2026-01-03T10:00:00Z');
  const sharing = RecordCostSharing.parse({
    ...{ costSharingId: derivedId('after the no'), name: 'Samen', municipality: hillegom, insurerId: 'insurer-1' },
    ...{ insurerPercent: 50, forms: ['F19'], providerIds: [providerId(1)], from: '2026-01-01', until: '2027-01-01' },
  });
  yes(await world.api().recordCostSharing(sharing, call()));
  world.setClock('2026-01-06T10:00:00Z');
  await deliver(world, 1);
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 4950],
    ['scheme', hillegom, 4950],
  ]);
});
