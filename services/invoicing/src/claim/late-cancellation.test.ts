import { Month } from '@adempauze/contracts';
import { afterEach, expect, test } from '@jest/globals';
import { bookingId, call, deliveryId, householdId } from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

const charge = (name: string, changes: object = {}) => ({
  by: 'caregiver',
  late: {
    ...{
      chargeId: deliveryId(name),
      on: '2026-01-04',
      owedCents: 8001,
      ownCostCents: 2001,
      bearer: 'own',
      vat: 'standard',
    },
    ...changes,
  },
});

test('a late cancellation is settled on the road of a delivery: the caregiver up to what was shown, the pot the rest', async () => {
  const world = await createWorld();
  await world.about('booking-confirmed', 'own');
  await world.about('booking-cancelled', 'own', charge('own'));
  // Told again it is one charge.
  await world.about('booking-cancelled', 'own', charge('own'));
  await world.about('booking-cancelled', 'pot', charge('pot', { bearer: 'guarantee', ownCostCents: 0 }));
  await world.about('booking-cancelled', 'free', { by: 'caregiver' });
  await world.settled();
  expect(await world.api().findClaimOfBooking({ bookingId: bookingId('own') })).toMatchObject({
    ...{
      deliveryId: deliveryId('own'),
      costCents: 8001,
      vat: 'standard',
      deliveredOn: '2026-01-04',
      lateCancellation: true,
    },
    lines: [
      { kind: 'own', payer: { kind: 'caregiver', id: householdId(1) }, amountCents: 2001 },
      { kind: 'guarantee', payer: { kind: 'pot' }, amountCents: 6000 },
    ],
  });
  expect((await world.api().findClaimOfBooking({ bookingId: bookingId('pot') }))?.lines).toMatchObject([
    { kind: 'guarantee', amountCents: 8001 },
  ]);
  expect(await world.api().findClaimOfBooking({ bookingId: bookingId('free') })).toBeUndefined();
  world.setClock('2026-02-03T10:00:00Z');
  const invoices = yes(await world.api().billMonth({ month: Month.parse('2026-01') }, call()));
  const toCaregiver = invoices.find(({ payer }) => payer.kind === 'caregiver');
  expect(toCaregiver).toMatchObject({ totalCents: 2001, lines: [{ amountCents: 2001, vat: 'standard' }] });
  expect(await world.api().trialBalance({})).toMatchObject({ balanced: true });
});
