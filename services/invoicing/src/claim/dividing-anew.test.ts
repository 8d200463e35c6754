import {
  type DeclineFunding,
  GrantSchemeMandate,
  type InvoiceView,
  Month,
  OpenBudget,
  PublishScheme,
  RecordCostSharing,
  RegisterPolicy,
} from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  bookingId,
  budgetId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  mandateId,
  policyId,
  providerId,
  rijswijk,
  s01,
  spendId,
} from '../invoicing.fixtures.ts';
import { createWorld, endWorlds, type World, yes } from '../world.fixtures.ts';

afterEach(endWorlds);

const municipality = { kind: 'municipality', id: hillegom } as const;
const insurer = { kind: 'insurer', id: 'insurer-1' } as const;
const pot = { kind: 'pot', id: 'default' } as const;
const stay = {
  form: 'F12',
  unit: 'night',
  quantity: 300,
  unitPriceCents: 17_555,
  bearer: 'guarantee',
  ownCostCents: 0,
};
const sharing = RecordCostSharing.parse({
  ...{ costSharingId: derivedId('sharing'), name: 'Logeren in Hillegom', municipality: hillegom },
  ...{ insurerId: 'insurer-1', insurerPercent: 50, forms: ['F12'], providerIds: [providerId(1)] },
  ...{ from: '2026-01-01', until: '2027-01-01' },
});
const decline = (world: World, who: DeclineFunding['payer'], name: string | number, key?: string) =>
  world.api().declineFunding({ deliveryId: deliveryId(name), payer: who, reason: 'not-covered' }, call(key));
const claimOf = async (world: World, name: string | number) => {
  const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
  if (claim === undefined) throw new Error('There is no claim.');
  return claim;
};
const linesOf = async (world: World, name: string | number) =>
  (await claimOf(world, name)).lines.map(({ kind, payer, amountCents }) => [kind, payer.id, amountCents]);
const bill = async (world: World, month: string): Promise<InvoiceView[]> =>
  yes(await world.api().billMonth({ month: Month.parse(month) }, call()));
const totals = (invoices: readonly InvoiceView[]) =>
  Object.fromEntries(invoices.map(({ payer, totalCents }) => [`${payer.kind}:${payer.id}`, totalCents]));
const balances = async (world: World) => {
  const { rows, balanced } = await world.api().trialBalance({});
  expect(balanced).toBe(true);
  return Object.fromEntries(rows.map((it) => [it.account, it.debitCents - it.creditCents]));
};
const awardOf = async (world: World, scheme: PublishScheme, startsOn = '2026-01-01') => {
  yes(await world.api().publishScheme(scheme, call()));
  const decidedBy = { accountId: 'officer', municipality: scheme.municipality };
  const { schemeId } = scheme;
  const input = { schemeId, householdId: householdId(1), startsOn: day(startsOn), rateCents: 3300, decidedBy };
  return yes(await world.api().awardScheme(input, call()));
};
const policyOf = (form: string, percent: number, insurerId = 'insurer-1', name = 1) =>
  RegisterPolicy.parse({
    ...{ policyId: policyId(name), householdId: householdId(1), insurerId, shares: [{ form, percent }] },
    ...{ from: '2026-01-01', until: '2027-01-01' },
  });

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
  yes(await world.api().registerPolicy(policyOf('F19', 75), call()));
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

  await world.delivered(1, { bearer: 'guarantee', ownCostCents: 0 });
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
  yes(await world.api().registerPolicy(policyOf('F05', 75), call()));
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
  yes(await world.api().registerPolicy(policyOf('F19', 75), call()));
  yes(await world.api().registerPolicy(policyOf('F19', 50, 'insurer-2', 2), call()));
  await world.delivered(1, { bearer: 'guarantee', ownCostCents: 0 });
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
    ...['delivered', 'declined', 'insured', 'awarded', 'declined', 'awarded'],
  ]);
});

test('A16: an award after the care takes over what the pot bore, once, within its cap and its period', async () => {
  const world = await createWorld('2026-02-14T10:00:00Z');
  for (const [name, deliveredOn] of [
    [1, '2026-01-31'],
    [2, '2026-02-13'],
    [3, '2026-02-13'],
  ] as const) {
    await world.delivered(name, { deliveredOn, bearer: 'guarantee', ownCostCents: 0 });
  }
  await world.delivered(4, { deliveredOn: '2026-02-13', form: 'F05', bearer: 'guarantee', ownCostCents: 0 });
  await world.about('booking-cancelled', 5, {
    by: 'caregiver',
    late: {
      ...{ chargeId: deliveryId(5), on: '2026-02-13', owedCents: 3300, ownCostCents: 0 },
      ...{ bearer: 'guarantee', vat: 'exempt' },
    },
  });
  await world.settled();
  const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, cap: { kind: 'money', multiplier: 5 } } });
  const { entitlementId } = await awardOf(world, scheme, '2026-02-13');
  await world.settled();
  expect(await linesOf(world, 1)).toEqual([['guarantee', 'default', 9900]]);
  expect((await Promise.all([2, 3].map((it) => linesOf(world, it)))).toSorted()).toEqual(
    [
      [['scheme', hillegom, 9900]],
      [
        ['scheme', hillegom, 6600],
        ['guarantee', 'default', 3300],
      ],
    ].toSorted(),
  );
  expect(await linesOf(world, 4)).toEqual([['guarantee', 'default', 9900]]);
  expect(await linesOf(world, 5)).toEqual([['guarantee', 'default', 3300]]);
  expect(await world.api().findEntitlement({ entitlementId })).toMatchObject({ usedCents: 16_500, leftCents: 0 });
  const seen = await Promise.all([1, 2, 3, 4, 5].map((it) => claimOf(world, it)));
  await world.restart();
  await world.runtime().nudge();
  await world.settled();
  expect(await Promise.all([1, 2, 3, 4, 5].map((it) => claimOf(world, it)))).toEqual(seen);
  expect((await balances(world))['pot:default']).toBe(9900 + 3300 + 9900 + 3300);
});

test.each(['AwardFound', 'RoomConsumed', 'RoomAnswered'])(
  'an award after the care that stopped before %s goes on by itself',
  async (stoppedAt) => {
    const world = await createWorld('2026-02-14T10:00:00Z');
    await world.delivered(1, { bearer: 'guarantee', ownCostCents: 0 });
    await world.settled();
    const failed = Promise.withResolvers<void>();
    world.stopWhen((type) => {
      if (type === stoppedAt) failed.resolve();
      return type === stoppedAt;
    });
    await awardOf(world, s01);
    await failed.promise;
    world.stopWhen(undefined);
    await world.restart();
    await world.runtime().nudge();
    expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
  },
);

test('an award between the booking and the care counts at once, also where the caregiver would have paid', async () => {
  const world = await createWorld();
  yes(await world.quote(1));
  await awardOf(world, s01);
  await world.delivered(1);
  await world.settled();
  expect(await claimOf(world, 1)).toMatchObject({ allocations: [{ why: 'delivered' }] });
  expect(await linesOf(world, 1)).toEqual([['scheme', hillegom, 9900]]);
});

test('A08: a negative review ends an award; what was given stays paid, the rest is the pot’s, and a new quote says why', async () => {
  const world = await createWorld('2026-01-04T10:00:00Z');
  yes(await world.api().publishScheme(s01, call()));
  const mandate = { ...{ mandateId: mandateId(1), schemeId: s01.schemeId, accountId: 'nurse', holder: 'Nel' } };
  const grant = GrantSchemeMandate.parse({ ...mandate, from: '2026-01-01', until: '2027-01-01' });
  yes(await world.api().grantSchemeMandate(grant, call()));
  const by = (accountId: string) => ({
    ...{ schemeId: s01.schemeId, householdId: householdId(1), startsOn: day('2026-01-01'), rateCents: 4500 },
    decidedBy: { accountId },
  });
  expect(await world.api().awardScheme(by('other nurse'), call())).toMatchObject({
    rejection: { facts: { holder: 'Nel' } },
  });
  const { entitlementId } = yes(await world.api().awardScheme(by('nurse'), call()));
  const block = { form: 'F03', quantity: 400, unitPriceCents: 4500 };
  const days = ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26'];
  for (const [name, on] of days.entries()) {
    expect(yes(await world.quote(name, { ...block, on, bearer: 'guarantee' }))).toMatchObject({ coverage: 'covered' });
    await world.about('booking-confirmed', name, { form: 'F03' });
  }
  const deliver = (name: number) =>
    world.delivered(name, { ...block, deliveredOn: days[name] ?? '', bearer: 'guarantee', ownCostCents: 0 });
  for (const name of [0, 1, 2]) await deliver(name);

  world.setClock('2026-01-20T10:00:00Z');
  const review = (endsOn: string, at: typeof hillegom | undefined = hillegom) => {
    const decidedBy = { accountId: 'officer', ...(at ? { municipality: at } : {}) };
    const input = { entitlementId, endsOn: day(endsOn), reason: 'not-eligible' as const, decidedBy };
    return world.api().reviewEntitlement(input, call());
  };
  expect(await review('2026-01-19')).toMatchObject({ rejection: { code: 'award-ends-in-the-past' } });
  expect(
    await world
      .api()
      .reviewEntitlement(
        { entitlementId, endsOn: day('2026-01-20'), reason: 'not-eligible', decidedBy: { accountId: 'nurse' } },
        call(),
      ),
  ).toMatchObject({ rejection: { code: 'entitlement-not-found' } });
  const ended = { endsOn: '2026-01-20', reason: 'not-eligible' };
  expect(yes(await review('2026-01-20'))).toMatchObject({ review: ended, usedCents: 72_000 });
  expect(yes(await review('2026-01-20'))).toMatchObject({ review: ended });
  expect(await review('2026-02-01')).toMatchObject({ rejection: { code: 'award-ended-already' } });

  await deliver(3);
  await world.settled();
  const claims = await Promise.all([0, 1, 2, 3].map((it) => claimOf(world, it)));
  expect(
    claims.map(({ fundingStatus, lines }) => [fundingStatus, ...lines.map((it) => [it.kind, it.amountCents])]),
  ).toEqual([
    ['split', ['scheme', 18_000]],
    ['split', ['scheme', 18_000]],
    ['split', ['scheme', 18_000]],
    ['guaranteed', ['guarantee', 18_000]],
  ]);
  expect(yes(await world.quote('new', { ...block, on: '2026-02-02', bearer: 'guarantee' }))).toMatchObject({
    ...{ ownCostCents: 0, coverage: 'not' },
    refusals: [{ code: 'scheme-ended-not-eligible', facts: { endsOn: '2026-01-20' } }],
  });
});

test('a longer period after the care takes over what lies in it, and nothing that it did before', async () => {
  const world = await createWorld('2026-08-02T10:00:00Z');
  const scheme = PublishScheme.parse({ ...s01, rules: { ...s01.rules, periodMonths: 6, extendable: true } });
  const { entitlementId } = await awardOf(world, scheme);
  await world.delivered('in it', { deliveredOn: '2026-06-30', bearer: 'guarantee', ownCostCents: 0 });
  await world.delivered('after it', { deliveredOn: '2026-07-01', bearer: 'guarantee', ownCostCents: 0 });
  await world.settled();
  expect(await linesOf(world, 'after it')).toEqual([['guarantee', 'default', 9900]]);
  const before = await claimOf(world, 'in it');
  const decidedBy = { accountId: 'officer', municipality: hillegom };
  yes(await world.api().extendEntitlement({ entitlementId, decidedBy }, call()));
  await world.settled();
  expect(await linesOf(world, 'after it')).toEqual([['scheme', hillegom, 9900]]);
  expect(await claimOf(world, 'in it')).toEqual(before);
});

test('what a free budget bears no more is in it again: after a no, and when an award takes it over', async () => {
  const world = await createWorld('2026-02-02T10:00:00Z');
  const budget = OpenBudget.parse({
    ...{ budgetId: budgetId(1), municipality: rijswijk, holderAccountId: 'consultant-1', name: 'Vrij budget' },
    ...{ amountCents: 100_000, from: '2026-01-01', until: '2027-01-01' },
  });
  yes(await world.api().openBudget(budget, call()));
  for (const name of [1, 2]) {
    const spend = { budgetId: budgetId(1), spendId: spendId(name), amountCents: 5000, bookingId: bookingId(name) };
    yes(await world.api().spendBudget(spend, call()));
    await world.delivered(name, { bearer: 'guarantee', ownCostCents: 0 });
  }
  await world.settled();
  const left = async () => (await world.api().findBudget({ budgetId: budgetId(1) }))?.balanceCents;
  expect([await linesOf(world, 1), await left()]).toEqual([
    [
      ['scheme', rijswijk, 5000],
      ['guarantee', 'default', 4900],
    ],
    90_000,
  ]);
  yes(await decline(world, { kind: 'municipality', id: rijswijk }, 1));
  await world.settled();
  expect([await linesOf(world, 1), await left()]).toEqual([[['guarantee', 'default', 9900]], 95_000]);
  await awardOf(world, s01);
  await world.settled();
  expect(await left()).toBe(100_000);
  for (const name of [1, 2]) expect(await linesOf(world, name)).toEqual([['scheme', hillegom, 9900]]);
});
