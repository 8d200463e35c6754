import { derivedId } from '@adempauze/kernel';
import { afterAll, expect, test } from '@jest/globals';
import { rijswijk } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterAll(async () => {
  for (const world of worlds) await world.close();
});

test('an urgent case for which there is nothing is demand of its own kind, however often it is told (R09, R35)', async () => {
  const world = await openWorld();
  worlds.push(world);
  const municipality = rijswijk.municipality as never;
  const found = { forms: [], municipality, month: '2027-05' as never, askedBy: 'signed-in' as const };
  const urgent = { ...found, searchId: derivedId('urgent'), urgent: true as const };
  for (const it of [urgent, urgent, { ...found, searchId: derivedId('usual') }]) {
    expect(await world.api.recordNothingFound(it, world.call())).toMatchObject({ accepted: true });
  }
  await world.settled();
  const row = { municipality, source: 'search', form: null, month: '2027-05', count: 1 };
  expect(await world.api.unmetBySource({ municipality })).toEqual([
    { ...row, reason: null },
    { ...row, reason: 'urgent' },
  ]);
});
