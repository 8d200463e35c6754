import { type MunicipalityCode, PublishScheme } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  byMunicipality,
  call,
  hillegom,
  householdId,
  insurer,
  onPot,
  policyId,
  policyOf,
  rijswijk,
  s01,
} from '../invoicing.fixtures.ts';
import { awardOf, createWorld, decline, endWorlds, linesOf, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Who is asked when the first says no: the same as if the first had never been there. */

test.each([true, false])('a second policy counts after the no of the first, told before the no: %s', async (isTold) => {
  const world = await createWorld();
  for (const [name, percent] of [75, 50].entries()) {
    const policy = policyOf(percent, { policyId: policyId(name), insurerId: `insurer-${name + 1}` });
    yes(await world.api().registerPolicy(policy, call()));
  }
  await world.delivered(1, onPot);
  await world.settled();
  if (isTold) await world.runtime().nudge();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 7425],
    ['guarantee', 'default', 2475],
  ]);
  yes(await decline(world, insurer, 1));
  await world.runtime().nudge();
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  yes(await decline(world, { kind: 'insurer', id: 'insurer-2' }, 1));
  expect(await linesOf(world, 1)).toEqual([['guarantee', 'default', 9900]]);
});

const schemeOf = (name: string, municipality: MunicipalityCode, contributionCentsPerMonth: number) => {
  const rules = { ...s01.rules, contributionCentsPerMonth };
  return PublishScheme.parse({ ...s01, schemeId: derivedId('anew', name), municipality, rules });
};

test('who was asked for nothing while another bore it all asks its contribution when that one says no', async () => {
  const world = await createWorld('2026-01-06T10:00:00Z');
  await awardOf(world, schemeOf('a', rijswijk, 0));
  world.setClock('2026-01-06T11:00:00Z');
  await awardOf(world, schemeOf('b', hillegom, 1900));
  await world.delivered(1, { bearer: 'own', ownCostCents: 9900 });
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([['scheme', rijswijk, 9900]]);
  yes(await decline(world, byMunicipality(rijswijk), 1));
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', hillegom, 8000],
    ['contribution', householdId(1), 1900],
  ]);
});
