import { afterEach, expect, test } from '@jest/globals';
import { createWorld, endWorlds } from './world.fixtures.ts';

afterEach(endWorlds);

test('the books balance after a delivery, and nothing waits to be divided', async () => {
  const world = await createWorld();
  const told = async () => {
    await world.settled();
    const numbers: Record<string, number> = {};
    for (const it of await world.runtime().gauges()) {
      if (it.type === 'gauge') for (const { value } of it.samples) numbers[it.name] = (numbers[it.name] ?? 0) + value;
    }
    return numbers;
  };
  const atRest = { adempauze_ledger_balance_cents: 0, adempauze_claims_unsettled: 0, adempauze_parked_messages: 0 };
  expect(await told()).toMatchObject(atRest);
  await world.about('booking-confirmed', 'one');
  await world.delivered('one');
  expect(await told()).toMatchObject(atRest);
  // What the ledger sums is not nothing.
  const { rows } = await world.api().trialBalance({});
  expect(rows.length).toBeGreaterThan(1);
});
