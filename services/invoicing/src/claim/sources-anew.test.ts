import { type MunicipalityCode, PublishScheme, RegisterPolicy } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { call, day, deliveryId, hillegom, householdId, policyId, rijswijk, s01 } from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

/* Who is asked when the first says no: the same as if the first had never been there. */

const decline = (world: World, payer: { readonly kind: 'insurer' | 'municipality'; readonly id: string }) =>
  world.api().declineFunding({ deliveryId: deliveryId(1), payer, reason: 'not-covered' }, call());
const linesOf = async (world: World) =>
  (await world.api().findClaim({ deliveryId: deliveryId(1) }))?.lines.map(({ kind, payer, amountCents }) => [
    ...[kind, payer.id, amountCents],
  ]);

test.each([true, false])('a second policy counts after the no of the first, told before the no: %s', async (isTold) => {
  const world = await createWorld();
  for (const [name, percent] of [75, 50].entries()) {
    const policy = { policyId: policyId(name), householdId: householdId(1), insurerId: `insurer-${name + 1}` };
    const shares = [{ form: 'F19', percent }];
    yes(
      await world
        .api()
        .registerPolicy(RegisterPolicy.parse({ ...policy, shares, from: '2026-01-01', until: '2027-01-01' }), call()),
    );
  }
  await world.delivered(1, { bearer: 'guarantee', ownCostCents: 0 });
  await world.settled();
  if (isTold) await world.runtime().nudge();
  expect(await linesOf(world)).toEqual([
    ['insurance', 'insurer-1', 7425],
    ['guarantee', 'default', 2475],
  ]);
  yes(await decline(world, { kind: 'insurer', id: 'insurer-1' }));
  await world.runtime().nudge();
  await world.settled();
  expect(await linesOf(world)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  yes(await decline(world, { kind: 'insurer', id: 'insurer-2' }));
  expect(await linesOf(world)).toEqual([['guarantee', 'default', 9900]]);
});

const awardOf = async (world: World, name: string, municipality: MunicipalityCode, contributionCents: number) => {
  const rules = { ...s01.rules, contributionCentsPerMonth: contributionCents };
  const scheme = PublishScheme.parse({ ...s01, schemeId: derivedId('anew', name), municipality, rules });
  yes(await world.api().publishScheme(scheme, call()));
  const { schemeId } = scheme;
  const input = { schemeId, householdId: householdId(1), startsOn: day('2026-01-01'), rateCents: 3300 };
  yes(await world.api().awardScheme({ ...input, decidedBy: { accountId: 'officer', municipality } }, call()));
};

test('who was asked for nothing while another bore it all asks its contribution when that one says no', async () => {
  const world = await createWorld('2026-01-06T10:00:00Z');
  await awardOf(world, 'a', rijswijk, 0);
  world.setClock('2026-01-06T11:00:00Z');
  await awardOf(world, 'b', hillegom, 1900);
  await world.delivered(1, { bearer: 'own', ownCostCents: 9900 });
  await world.settled();
  expect(await linesOf(world)).toEqual([['scheme', rijswijk, 9900]]);
  yes(await decline(world, { kind: 'municipality', id: rijswijk }));
  expect(await linesOf(world)).toEqual([
    ['scheme', hillegom, 8000],
    ['contribution', householdId(1), 1900],
  ]);
});
