import { type DeclineFunding, Month } from '@adempauze/contracts';
import { afterEach, expect, test } from '@jest/globals';
import { call, deliveryId, insurer, onPot, policyId, policyOf } from '../invoicing.fixtures.ts';
import { createWorld, decline, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Whoever bills each month once, after it is over, bills all that is owed. */

const billOn = async (world: World, day: string, month: string) => {
  world.setClock(`${day}T10:00:00Z`);
  return yes(await world.api().billMonth({ month: Month.parse(month) }, call()));
};
const invoicesOf = async (world: World, { kind, id }: DeclineFunding['payer']) => {
  const { items } = await world.api().listInvoices({ payer: { kind, id }, page: { first: 100 } });
  return items.map(({ item }) => [item.month, ...item.lines.map((line) => line.amountCents)]);
};

test('what was given up before it was billed stays unbilled, and what is taken on after that is billed', async () => {
  const world = await createWorld('2026-02-01T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(100), call()));
  await world.delivered(1, onPot);
  await world.settled();
  world.setClock('2026-02-02T10:00:00Z');
  yes(await decline(world, insurer, 1));
  await billOn(world, '2026-02-05', '2026-01');
  world.setClock('2026-03-01T10:00:00Z');
  yes(await world.api().registerPolicy(policyOf(50, { policyId: policyId(2) }), call()));
  await world.settled();
  await world.runtime().nudge();
  await billOn(world, '2026-03-05', '2026-02');
  expect(await invoicesOf(world, insurer)).toEqual([]);
  await billOn(world, '2026-04-05', '2026-03');
  expect(await invoicesOf(world, insurer)).toEqual([['2026-03', 4950]]);
  expect(await world.api().findClaim({ deliveryId: deliveryId(1) })).toMatchObject({
    fundingStatus: 'settled',
    lines: [
      { payer: insurer, amountCents: 4950 },
      { payer: { kind: 'pot' }, amountCents: 4950 },
    ],
  });
});

test('care that was told after its month was billed is on a further invoice of its month when the next one is billed', async () => {
  const world = await createWorld('2026-02-01T10:00:00Z');
  await world.delivered(1);
  await world.settled();
  await billOn(world, '2026-02-05', '2026-01');
  await world.delivered(2);
  await world.settled();
  // Stopped half-way, it is finished by whoever bills the later month again.
  world.stopWhen((type) => type === 'InvoiceIssued');
  await expect(billOn(world, '2026-03-05', '2026-02')).rejects.toThrow('stopped');
  world.stopWhen(undefined);
  await billOn(world, '2026-03-05', '2026-02');
  const { items } = await world.api().listInvoices({ page: { first: 100 } });
  expect(items.map(({ item }) => [item.number, item.totalCents])).toEqual([
    ['2026-01-1', 9900],
    ['2026-01-2', 9900],
  ]);
  await billOn(world, '2026-04-05', '2026-03');
  expect((await world.api().listInvoices({ page: { first: 100 } })).items.length).toBe(2);
});
