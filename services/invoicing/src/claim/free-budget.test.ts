import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  budgetOf,
  byMunicipality,
  call,
  hillegom,
  insurer,
  onPot,
  policyOf,
  rijswijk,
  s01,
  sharingOf,
} from '../invoicing.fixtures.ts';
import {
  awardOf,
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

/* What a free budget bears when a cost is divided anew: never more than is set aside, and the rest is in it again. */

const openBudget = async (world: World, amountCents: number, municipality: string = rijswijk) =>
  yes(await world.api().openBudget(budgetOf(amountCents, { municipality }), call()));
const deliver = async (world: World, name: number, differences = {}) => {
  await world.delivered(name, { ...onPot, ...differences });
  await world.settled();
};
test('what went back into a budget and was spent on another booking is not taken a second time after a no', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(75), call()));
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

test('what an award took over from a budget is taken from the budget again when the municipality takes its award back', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  await openBudget(world, 5000);
  await setAside(world, 1, 5000);
  await deliver(world, 1);
  await awardOf(world, s01);
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['scheme', hillegom, 9900]], 5000]);
  yes(await decline(world, byMunicipality(hillegom), 1));
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([
    [
      ['scheme', rijswijk, 5000],
      ['guarantee', 'default', 4900],
    ],
    0,
  ]);
});

test('a budget gets back what the same municipality bears by an award instead, also where the lines stay', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  await openBudget(world, 9900, hillegom);
  await setAside(world, 1, 9899);
  await deliver(world, 1);
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', hillegom, 9899],
    ['guarantee', 'default', 1],
  ]);
  await awardOf(world, s01);
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
    await awardOf(world, scheme);
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
    const said = decline(world, byMunicipality(hillegom), 1);
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
  await awardOf(world, s01);
  yes(await world.quote(1, { bearer: 'guarantee' }));
  await openBudget(world, 20_000, hillegom);
  await setAside(world, 1, 3000, 1);
  const no = { bookingId: bookingId(1), payer: byMunicipality(hillegom), reason: 'not-entitled' } as const;
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
  yes(await decline(world, byMunicipality(hillegom), 1));
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['guarantee', 'default', 9900]], 20_000]);
});

test('who agreed to share after its no to the booking, shares', async () => {
  const world = await createWorld('2026-01-02T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(75), call()));
  yes(await world.quote(1, { bearer: 'guarantee' }));
  yes(await world.api().declineFunding({ bookingId: bookingId(1), payer: insurer, reason: 'not-covered' }, call()));
  world.setClock('2026-01-03T10:00:00Z');
  const sharing = sharingOf('after the no', { forms: ['F19'] });
  yes(await world.api().recordCostSharing(sharing, call()));
  world.setClock('2026-01-06T10:00:00Z');
  await deliver(world, 1);
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 4950],
    ['scheme', hillegom, 4950],
  ]);
});

test('what a free budget bears no more is in it again: after a no, and when an award takes it over', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  yes(await world.api().openBudget(budgetOf(100_000), call()));
  for (const name of [1, 2]) {
    await setAside(world, name, 5000);
    await world.delivered(name, onPot);
  }
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([
    [
      ['scheme', rijswijk, 5000],
      ['guarantee', 'default', 4900],
    ],
    90_000,
  ]);
  yes(await decline(world, byMunicipality(rijswijk), 1));
  await world.settled();
  expect([await linesOf(world, 1), await leftCents(world)]).toEqual([[['guarantee', 'default', 9900]], 95_000]);
  await awardOf(world, s01);
  await world.settled();
  expect(await leftCents(world)).toBe(100_000);
  for (const name of [1, 2]) expect(await linesOf(world, name)).toEqual([['scheme', hillegom, 9900]]);
});
