import { type DeclineFunding, type InvoiceView, Month, PublishScheme } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  byMunicipality,
  call,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  onPot,
  policyId,
  policyOf,
  providerId,
  s01,
  sharingOf,
} from '../invoicing.fixtures.ts';
import { awardOf, claimOf, createWorld, decline, endWorlds, linesOf, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

const municipality = byMunicipality(hillegom);
const pot = { kind: 'pot', id: 'default' } as const;
const stay = {
  form: 'F12',
  unit: 'night',
  quantity: 300,
  unitPriceCents: 17_555,
  bearer: 'guarantee',
  ownCostCents: 0,
};
const sharing = sharingOf('Logeren in Hillegom');
const bill = async (world: World, month: string): Promise<InvoiceView[]> =>
  yes(await world.api().billMonth({ month: Month.parse(month) }, call()));
const totals = (invoices: readonly InvoiceView[]) =>
  Object.fromEntries(invoices.map(({ payer, totalCents }) => [`${payer.kind}:${payer.id}`, totalCents]));
const balances = async (world: World) => {
  const { rows, balanced } = await world.api().trialBalance({});
  expect(balanced).toBe(true);
  return Object.fromEntries(rows.map((it) => [it.account, it.debitCents - it.creditCents]));
};
test('A09: insurer and municipality share 50/50, the odd cent to the municipality; after the no of the insurer it is 526.65 / 0.00', async () => {
  const world = await createWorld('2026-02-03T10:00:00Z');
  yes(await world.api().recordCostSharing(sharing, call()));
  expect(await world.api().recordCostSharing({ ...sharing, insurerPercent: 40 }, call())).toMatchObject({
    rejection: { code: 'already-exists' },
  });
  await world.delivered(1, stay);
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-1', 26_332],
    ['scheme', hillegom, 26_333],
  ]);
  expect(totals(await bill(world, '2026-01'))).toEqual({ 'insurer:insurer-1': 26_332, 'municipality:0534': 26_333 });
  expect(await claimOf(world, 1)).toMatchObject({ fundingStatus: 'settled' });

  const declined = yes(await decline(world, insurer, 1));
  expect(declined).toMatchObject({ bookingId: bookingId(1), payer: insurer, reason: 'not-covered' });
  const claim = await claimOf(world, 1);
  expect(claim).toEqual(declined.claim);
  expect(claim).toMatchObject({
    ...{ costCents: 52_665, fundingStatus: 'split' },
    lines: [{ kind: 'scheme', payer: municipality, amountCents: 52_665 }],
    allocations: [
      { why: 'delivered', lines: [{ amountCents: 26_332 }, { amountCents: 26_333 }] },
      { why: 'declined', payer: insurer, reason: 'not-covered', lines: [{ amountCents: 52_665 }] },
    ],
    declines: [{ payer: insurer, reason: 'not-covered' }],
  });

  // Each funder finds what it bears, and what it bore; by the month in which that is billed.
  const deliveries = async (payer: DeclineFunding['payer'], of?: string) => {
    const input = { payer, ...(of ? { month: Month.parse(of) } : {}), page: { first: 10 } };
    return (await world.api().listClaims(input)).items.map(({ item }) => item.deliveryId);
  };
  for (const payer of [insurer, municipality]) {
    expect(await deliveries(payer)).toEqual([deliveryId(1)]);
    expect(await deliveries(payer, '2026-02')).toEqual([deliveryId(1)]);
    expect(await deliveries(payer, '2026-03')).toEqual([]);
  }
  expect(await deliveries({ kind: 'insurer', id: 'insurer-2' })).toEqual([]);

  // What was billed stands; the next month has the correction, once.
  world.setClock('2026-03-02T10:00:00Z');
  expect((await bill(world, '2026-01')).length).toBe(2);
  const corrections = await bill(world, '2026-02');
  expect(totals(corrections)).toEqual({ 'insurer:insurer-1': -26_332, 'municipality:0534': 26_332 });
  expect(corrections.flatMap(({ lines }) => lines.map((it) => it.correction))).toEqual([1, 1]);
  expect(await bill(world, '2026-02')).toEqual(corrections);
  expect(await claimOf(world, 1)).toMatchObject({ fundingStatus: 'settled' });
  expect(await balances(world)).toMatchObject({
    ...{ 'receivable:insurer:insurer-1': 0, 'receivable:municipality:0534': 0, 'billed:insurer:insurer-1': 0 },
    ...{ 'billed:municipality:0534': 52_665, [`payable:provider:${providerId(1)}`]: -52_665 },
  });
  expect(await world.runtime().rebuildAndCompare(':memory:')).toEqual([]);
});

test('A03: both funders say no, one before and one after: the pot bears it, and each hears its own no again', async () => {
  const world = await createWorld('2026-01-02T10:00:00Z');
  const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, cap: { kind: 'money', multiplier: 2 } } });
  await awardOf(world, scheme);
  yes(await world.api().registerPolicy(policyOf(75), call()));
  const quote = yes(await world.quote(1, { bearer: 'guarantee' }));
  expect(quote).toMatchObject({ ownCostCents: 0, coverage: 'partly' });
  await world.about('booking-confirmed', 1);

  const before = { bookingId: bookingId(1), payer: insurer, reason: 'not-covered' } as const;
  const other = { ...before, payer: { kind: 'insurer' as const, id: 'insurer-2' } };
  const potSays = { ...before, payer: pot };
  for (const input of [other, potSays, { ...before, bookingId: bookingId('unknown') }]) {
    expect(await world.api().declineFunding(input, call())).toMatchObject({ rejection: { code: 'claim-not-found' } });
  }
  const said = yes(await world.api().declineFunding(before, call()));
  expect(said).toMatchObject({ claim: null, payer: insurer });
  expect(yes(await world.api().declineFunding(before, call()))).toEqual(said);

  await world.delivered(1, onPot);
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([
    ['scheme', hillegom, 6600],
    ['guarantee', 'default', 3300],
  ]);
  expect(await claimOf(world, 1)).toMatchObject({ declines: [{ payer: insurer }] });
  expect((await world.api().listEntitlements({ householdId: householdId(1) }))[0]).toMatchObject({ usedCents: 6600 });

  yes(await decline(world, municipality, 1, 'no'));
  const claim = await claimOf(world, 1);
  expect(claim).toMatchObject({
    ...{ fundingStatus: 'guaranteed', lines: [{ kind: 'guarantee', amountCents: 9900 }] },
    declines: [{ payer: insurer }, { payer: municipality }],
  });
  // Once more, and with another key, is once.
  yes(await decline(world, municipality, 1, 'no'));
  yes(await decline(world, municipality, 1));
  expect(await claimOf(world, 1)).toEqual(claim);
  // The room that it took is free again.
  expect((await world.api().listEntitlements({ householdId: householdId(1) }))[0]).toMatchObject({ usedCents: 0 });
  expect(await decline(world, { kind: 'insurer', id: 'insurer-2' }, 1)).toMatchObject({
    rejection: { code: 'claim-not-found' },
  });
  // Nothing of it was billed, so nothing is billed to who said no.
  world.setClock('2026-02-02T10:00:00Z');
  expect(totals(await bill(world, '2026-01'))).toEqual({ 'pot:default': 9900 });
  expect(await claimOf(world, 1)).toMatchObject({ fundingStatus: 'settled' });
});

test('R46: after a no the caregiver bears no more than was shown; the pot has the rest', async () => {
  const world = await createWorld();
  yes(await world.api().registerPolicy(policyOf(75, { shares: [{ form: 'F05', percent: 75 }] }), call()));
  const care = { form: 'F05', quantity: 400, unitPriceCents: 2300 };
  const quote = yes(await world.quote(1, care));
  await world.delivered(1, { ...care, ownCostCents: quote.ownCostCents });
  await world.settled();
  yes(await decline(world, insurer, 1));
  expect(await linesOf(world, 1)).toEqual([
    ['own', householdId(1), 2300],
    ['guarantee', 'default', 6900],
  ]);
});

test('another policy takes over what its insurer declines, and a municipality that awards again pays again', async () => {
  const world = await createWorld();
  yes(await world.api().registerPolicy(policyOf(75), call()));
  yes(await world.api().registerPolicy(policyOf(50, { policyId: policyId(2), insurerId: 'insurer-2' }), call()));
  await world.delivered(1, onPot);
  await world.settled();
  yes(await decline(world, insurer, 1));
  await world.runtime().nudge();
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  world.setClock('2026-01-03T10:00:00Z');
  await awardOf(world, s01);
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
  yes(await decline(world, municipality, 1));
  expect(await linesOf(world, 1)).toEqual([
    ['insurance', 'insurer-2', 4950],
    ['guarantee', 'default', 4950],
  ]);
  world.setClock('2026-01-04T10:00:00Z');
  await awardOf(world, PublishScheme.parse({ ...s01, schemeId: derivedId('another scheme') }));
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
  expect((await claimOf(world, 1)).allocations.map(({ why }) => why)).toEqual([
    ...['delivered', 'declined', 'awarded', 'declined', 'awarded'],
  ]);
});
