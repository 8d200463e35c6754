import { afterEach, expect, test } from '@jest/globals';
import { bookingId, byMunicipality, call, hillegom, s01 } from '../invoicing.fixtures.ts';
import { awardOf, createWorld, endWorlds, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

test('the room of a no before the care is given back, also when the process stopped in between', async () => {
  const world = await createWorld();
  // Room for one booking.
  const { entitlementId } = await awardOf(world, { ...s01, rules: { ...s01.rules, cap: { kind: 'hours', hours: 3 } } });
  const used = async () => (await world.api().findEntitlement({ entitlementId }))?.usedHours;
  yes(await world.quote(1));
  const stopped = Promise.withResolvers<void>();
  world.stopWhen((type) => {
    if (type === 'RoomReleased') stopped.resolve();
    return type === 'RoomReleased';
  });
  const no = { bookingId: bookingId(1), payer: byMunicipality(hillegom), reason: 'other-payer' } as const;
  await Promise.allSettled([world.api().declineFunding(no, call()), stopped.promise]);
  expect(await used()).toBe(3);
  world.stopWhen(undefined);
  await world.restart();
  await world.swept();
  expect(await used()).toBe(0);
  expect(yes(await world.quote(2))).toMatchObject({ coverage: 'covered' });
});
