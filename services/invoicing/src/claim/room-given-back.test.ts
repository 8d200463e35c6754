import { afterEach, expect, test } from '@jest/globals';
import { bookingId, byMunicipality, call, hillegom, s01 } from '../invoicing.fixtures.ts';
import { awardOf, createWorld, endWorlds, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

test('a no before the care gives the room back at once, so that the next booking finds it', async () => {
  const world = await createWorld();
  // Room for one of the two.
  const { entitlementId } = await awardOf(world, { ...s01, rules: { ...s01.rules, cap: { kind: 'hours', hours: 3 } } });
  const used = async () => (await world.api().findEntitlement({ entitlementId }))?.usedHours;
  yes(await world.quote(1));
  const no = { bookingId: bookingId(1), payer: byMunicipality(hillegom), reason: 'other-payer' } as const;
  yes(await world.api().declineFunding(no, call('no')));
  await world.settled();
  expect(await used()).toBe(0);
  expect(yes(await world.quote(2))).toMatchObject({ coverage: 'covered' });
  yes(await world.api().declineFunding(no, call('no')));
  await world.settled();
  expect(await used()).toBe(3);
});
