import { afterEach, expect, test } from '@jest/globals';
import { forgottenEventTypes } from './integration/incoming.ts';
import { call, deliveryId, onPot, policyOf } from './invoicing.fixtures.ts';
import { startInvoicing } from './service.ts';
import { createWorld, endWorlds, yes } from './world.fixtures.ts';

afterEach(endWorlds);

test('a delivery waits for our own lists and for prices, and not for whom bookings forgot', async () => {
  const world = await createWorld();
  yes(await world.api().registerPolicy(policyOf(75), call()));
  await world.settled();
  const { store, bus, vault } = world.parts();
  const deaf: typeof bus = {
    ...bus,
    source(options) {
      const source = bus.source(options);
      if (options.types !== forgottenEventTypes) return source;
      // As one that is still on its way: it takes nothing, and never comes to its end.
      return { ...source, subscribe: (to) => source.subscribe({ ...to, onBatch: async () => {}, onCaughtUp() {} }) };
    },
  };
  const settings = { store, bus: deaf, vault, clock: world.clock, folder: ':memory:', sweepEveryMs: 3_600_000 };
  const replica = await startInvoicing(settings);
  try {
    const { position } = await world.delivered(1, onPot);
    expect(await replica.waitFor(position, 1900)).toBe(true);
    expect((await replica.api.findClaim({ deliveryId: deliveryId(1) }))?.lines).toMatchObject([
      { kind: 'insurance', amountCents: 7425 },
      { kind: 'guarantee', amountCents: 2475 },
    ]);
  } finally {
    await replica.close();
  }
});
