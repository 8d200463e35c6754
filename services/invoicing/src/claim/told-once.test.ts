import type { EventStore } from '@adempauze/event-store';
import { afterEach, expect, test } from '@jest/globals';
import { budgetId, budgetOf, call, deliveryId } from '../invoicing.fixtures.ts';
import { startInvoicing } from '../service.ts';
import { createWorld, endWorlds, setAside, yes } from '../world.fixtures.ts';
import { claimStream } from './claim.events.ts';

afterEach(endWorlds);

test('lists that are filled anew tell no old claim again of what it knows', async () => {
  const world = await createWorld();
  yes(await world.api().openBudget(budgetOf(10_000), call()));
  await world.delivered(1);
  await world.settled();
  await setAside(world, 1, 5000);
  await world.swept();
  const { store, bus, vault } = world.parts();
  const written = async () =>
    [claimStream(deliveryId(1)), `budget-${budgetId(1)}`].map(async (it) =>
      (await store.read(it)).events.map(({ type }) => type),
    );
  const before = await Promise.all(await written());
  expect(before[0]).toEqual(['ClaimOpened', 'ClaimSettled', 'BudgetFound', 'BudgetAnswered', 'ClaimReallocated']);

  // The lists know that money was set aside, and not yet that the claim heard of it.
  const halfway = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow: EventStore = {
    ...store,
    subscribe: ({ onBatch, ...options }) =>
      store.subscribe({
        ...{ ...options, batchSize: 1 },
        async onBatch(batch) {
          if (options.categories.includes('pot') && batch.events[0]?.type === 'BudgetFound') {
            halfway.resolve();
            await goOn.promise;
          }
          return onBatch(batch);
        },
      }),
  };
  const settings = { store: slow, bus, vault, clock: world.clock, folder: ':memory:', sweepEveryMs: 3_600_000 };
  const filled = await startInvoicing(settings);
  try {
    await halfway.promise;
    await filled.nudge();
    expect(await Promise.all(await written())).toEqual(before);
    goOn.resolve();
    await filled.settled();
    await filled.nudge();
    await filled.settled();
    expect(await Promise.all(await written())).toEqual(before);
  } finally {
    goOn.resolve();
    await filled.close();
  }
}, 30_000);
