import { Month } from '@adempauze/contracts';
import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  byMunicipality,
  call,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  onPot,
  policyOf,
  s01,
  sharingOf,
} from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, decline, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* A no at the same moment as the month end, another no, the settlement, or an award; also through another replica. */

const municipality = byMunicipality(hillegom);
const month = Month.parse('2026-01');
const rounds = 8;

const shared = async (): Promise<World> => {
  const world = await createWorld('2026-02-03T10:00:00Z');
  yes(await world.api().recordCostSharing(sharingOf('races'), call()));
  return world;
};
const deliver = (world: World, name: number) =>
  world.delivered(name, { ...onPot, form: 'F12', unit: 'night', unitPriceCents: 17_555 });
/** After two more month ends: what each payer was billed for a delivery, and what it bears. */
const billedAndBorne = async (world: World, name: number) => {
  const { items } = await world.api().listInvoices({ page: { first: 100 } });
  const billed = new Map<string, number>();
  const keys = new Set<string>();
  for (const { item } of items) {
    for (const line of item.lines.filter((it) => it.deliveryId === deliveryId(name))) {
      const key = `${line.kind} ${item.payer.id} ${line.correction ?? 0}`;
      expect(keys.has(key)).toBe(false);
      keys.add(key);
      const sum = `${line.kind} ${item.payer.id}`;
      billed.set(sum, (billed.get(sum) ?? 0) + line.amountCents);
    }
  }
  const { lines } = await claimOf(world, name);
  const borne = lines.map(({ kind, payer, amountCents }) => [`${kind} ${payer.id}`, amountCents]);
  return { billed: [...billed].filter(([, cents]) => cents !== 0).toSorted(), borne: borne.toSorted() };
};
const billAll = async (world: World) => {
  world.setClock('2026-03-03T10:00:00Z');
  for (const it of [month, Month.parse('2026-02')]) yes(await world.api().billMonth({ month: it }, call()));
};

test('a no and the month end at the same moment: every line is billed once, and in the end what is owed', async () => {
  const world = await shared();
  for (let name = 0; name < rounds; name += 1) await deliver(world, name);
  await world.settled();
  const other = await world.parts().start('another process');
  await Promise.all([
    world.api().billMonth({ month }, call()),
    ...Array.from({ length: rounds }, (_, name) => decline(name % 2 ? world : { api: () => other.api }, insurer, name)),
    other.api.billMonth({ month }, call()),
  ]);
  await other.close();
  await world.settled();
  await billAll(world);
  for (let name = 0; name < rounds; name += 1) {
    const { billed, borne } = await billedAndBorne(world, name);
    expect(borne).toEqual([[`scheme ${hillegom}`, 52_665]]);
    expect(billed).toEqual(borne);
  }
  expect(await world.api().trialBalance({})).toMatchObject({ balanced: true });
});

test('two funders that say no at the same moment, each twice and through two replicas: the pot bears it, once', async () => {
  const world = await shared();
  for (let name = 0; name < rounds; name += 1) await deliver(world, name);
  await world.settled();
  const other = await world.parts().start('another process');
  const apis = [world.api(), other.api];
  const all = await Promise.all(
    Array.from({ length: rounds }, (_, name) =>
      apis.flatMap((api) => [insurer, municipality].map((payer) => decline({ api: () => api }, payer, name))),
    ).flat(),
  );
  for (const it of all) yes(it);
  await other.close();
  await world.settled();
  for (let name = 0; name < rounds; name += 1) {
    const { lines, allocations, declines } = await claimOf(world, name);
    expect(lines).toEqual([{ kind: 'guarantee', payer: { kind: 'pot', id: 'default' }, amountCents: 52_665 }]);
    expect(allocations.map(({ why }) => why)).toEqual(['delivered', 'declined', 'declined']);
    expect(declines.map(({ payer }) => payer.kind).toSorted()).toEqual(['insurer', 'municipality']);
  }
  await billAll(world);
  for (let name = 0; name < rounds; name += 1) {
    const { billed, borne } = await billedAndBorne(world, name);
    expect(billed).toEqual(borne);
  }
  expect(await world.api().trialBalance({})).toMatchObject({ balanced: true });
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('a no to the booking at the moment of its settlement counts, whichever came first', async () => {
  const world = await createWorld();
  yes(await world.api().registerPolicy(policyOf(75), call()));
  for (let name = 0; name < rounds; name += 1) yes(await world.quote(name, { bearer: 'guarantee' }));
  world.setClock('2026-01-06T10:00:00Z');
  const said = await Promise.all(
    Array.from({ length: rounds }, async (_, name) => {
      const input = { bookingId: bookingId(name), payer: insurer, reason: 'not-covered' } as const;
      const [answer] = await Promise.all([world.api().declineFunding(input, call()), world.delivered(name, onPot)]);
      return answer;
    }),
  );
  for (const it of said) yes(it);
  await world.settled();
  await world.runtime().nudge();
  await world.settled();
  for (let name = 0; name < rounds; name += 1) {
    expect(await claimOf(world, name)).toMatchObject({
      ...{ fundingStatus: 'guaranteed', lines: [{ kind: 'guarantee', amountCents: 9900 }] },
      declines: [{ payer: insurer }],
    });
  }
});

test('an award at the moment of the settlement is found, whichever came first, and its cap holds', async () => {
  const world = await createWorld('2026-01-06T10:00:00Z');
  const scheme = { ...s01, rules: { ...s01.rules, cap: { kind: 'money' as const, multiplier: 10 } } };
  yes(await world.api().publishScheme(scheme, call()));
  await Promise.all([
    ...Array.from({ length: rounds }, (_, name) => world.delivered(name, onPot)),
    awardOf(world, scheme),
  ]);
  await world.settled();
  await world.runtime().nudge();
  await world.settled();
  const claims = await Promise.all(Array.from({ length: rounds }, (_, name) => claimOf(world, name)));
  const paid = claims.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'scheme'));
  expect(paid.reduce((sum, { amountCents }) => sum + amountCents, 0)).toBe(33_000);
  expect((await world.api().listEntitlements({ householdId: householdId(1) }))[0]).toMatchObject({
    ...{ usedCents: 33_000, leftCents: 0 },
  });
});

test.each(['FundingDeclined', 'RoomConsumed', 'RoomAnswered'])(
  'a no that stopped before %s goes on, by itself or asked again, and is one no',
  async (stoppedAt) => {
    const world = await createWorld();
    await awardOf(world, s01);
    for (const name of [1, 2]) await world.delivered(name, onPot);
    await world.settled();
    const no = (name: number) => decline(world, municipality, name, `no ${stoppedAt} ${name}`);
    world.stopWhen((type) => type === stoppedAt);
    for (const name of [1, 2]) await expect(no(name)).rejects.toThrow(UnavailableError);
    world.stopWhen(undefined);
    await world.restart();
    if (stoppedAt !== 'FundingDeclined') {
      await world.runtime().nudge();
      await world.settled();
      expect((await claimOf(world, 1)).lines).toMatchObject([{ kind: 'guarantee', amountCents: 9900 }]);
    }
    for (const name of [1, 2]) {
      const { claim } = yes(await no(name));
      expect(claim?.allocations.map(({ why }) => why)).toEqual(['delivered', 'declined']);
    }
    expect((await world.api().listEntitlements({ householdId: householdId(1) }))[0]).toMatchObject({ usedCents: 0 });
  },
);
