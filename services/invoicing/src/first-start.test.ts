import { OpenPot } from '@adempauze/contracts';
import { afterEach, expect, test } from '@jest/globals';
import { call, deliveryId, hillegom, onPot, potId, sharingOf } from './invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from './world.fixtures.ts';

afterEach(endWorlds);

/* Nothing is settled on lists that do not have yet what counts for it. */

const pot = OpenPot.parse({ potId: potId(1), name: 'Pot', municipalities: [hillegom], amountCents: 100_000 });
const sharing = sharingOf('Samen');
const night = { ...onPot, form: 'F12', unit: 'night' } as const;
const payersOf = async (world: World, name: number) =>
  (await world.api().findClaim({ deliveryId: deliveryId(name) }))?.lines.map(({ kind, payer }) => [kind, payer.id]);
const parked = async (world: World) => (await world.runtime().parked.list({ first: 10 })).items;

test('care that is told while the lists are filled from empty waits for pots and agreements of long ago', async () => {
  const world = await createWorld();
  yes(await world.api().openPot(pot, call()));
  yes(await world.api().recordCostSharing(sharing, call()));
  await world.settled();
  const goOn = world.holdLists();
  await world.restartWithoutLists();
  await world.delivered(1, onPot);
  const last = await world.delivered(2, night);
  expect(await world.runtime().waitFor(last.position, 2500)).toBe(false);
  expect([await payersOf(world, 1), await payersOf(world, 2)]).toEqual([undefined, undefined]);
  goOn();
  await world.settled();
  expect(await payersOf(world, 1)).toEqual([['guarantee', potId(1)]]);
  expect(await payersOf(world, 2)).toEqual([
    ['insurance', 'insurer-1'],
    ['scheme', hillegom],
  ]);
  expect(await parked(world)).toEqual([]);
}, 30_000);

test('care that is told after a pot was opened is borne by it, however far behind the lists are', async () => {
  const world = await createWorld();
  await world.settled();
  const goOn = world.holdLists();
  yes(await world.api().openPot(pot, call()));
  const { position } = await world.delivered(1, onPot);
  expect(await world.runtime().waitFor(position, 2500)).toBe(false);
  expect(await payersOf(world, 1)).toBeUndefined();
  goOn();
  await world.settled();
  expect(await payersOf(world, 1)).toEqual([['guarantee', potId(1)]]);
  expect(await parked(world)).toEqual([]);
}, 30_000);
