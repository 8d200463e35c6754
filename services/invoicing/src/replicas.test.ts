import { randomBytes } from 'node:crypto';
import {
  GrantSchemeMandate,
  type IntegrationEventType,
  integrationEvents,
  Month,
  OpenPot,
  PageRequest,
  QuoteBooking,
  RecordCostSharing,
} from '@adempauze/contracts';
import { createInProcessBus, type EventBus } from '@adempauze/event-bus';
import type { JsonObject } from '@adempauze/event-store';
import { replicaOf } from '@adempauze/event-store/testing';
import { derivedId, type Instant } from '@adempauze/kernel';
import { createVault } from '@adempauze/personal-data';
import { openSharedHouse, type SharedHouse, said } from '@adempauze/process/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { invoicingPublication } from './integration/publication.ts';
import {
  at,
  bookingId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  mandateId,
  offerId,
  potId,
  providerId,
  s01,
} from './invoicing.fixtures.ts';
import { startInvoicing } from './service.ts';
import { yes } from './world.fixtures.ts';

/* Two replicas over one log, one key store and one inbox, each with a vault and a read model of its own. */

let now: Instant;
const clock = () => now;
let shared: SharedHouse['shared'];
let keys: SharedHouse['keys'];
let inbox: SharedHouse['inbox'];
let turns: SharedHouse['turns'];
let ended: SharedHouse['ended'];
let close: SharedHouse['close'];
let heard = 0;

beforeEach(async () => {
  now = at('2026-02-01T10:00:00Z');
  ({ shared, keys, inbox, turns, ended, close } = await openSharedHouse(clock));
});
afterEach(() => close());

const start = async (name: string, onBus: (bus: EventBus) => EventBus = (bus) => bus) => {
  const { store, deafen } = replicaOf(shared, name);
  const vault = createVault(keys, { randomBytes });
  const publications = [invoicingPublication, said('bookings'), said('offers')];
  const bus = onBus(createInProcessBus({ store, publications, schemas: integrationEvents }));
  const settings = { store, bus, vault, clock, inbox, turns: turns.member(name), folder: ':memory:' };
  const runtime = await startInvoicing({ ...settings, sweepEveryMs: 1e9 });
  ended.push(bus.close, runtime.close);
  return { ...runtime, deafen, vault };
};
const tell = async (service: string, subject: string, type: IntegrationEventType, data: JsonObject) => {
  heard += 1;
  const event = { id: derivedId('said', heard), type, data, metadata: { v: 1, at: now } };
  return (await shared.append(`${service}-${subject}`, [event], { expected: 'any' })).position;
};
const delivered = (name: string | number, differences: JsonObject = {}) =>
  tell('bookings', bookingId(name), 'bookings.care-delivered.v1', {
    bookingId: bookingId(name),
    householdId: householdId(1),
    offerId: offerId(1),
    providerId: providerId(1),
    form: 'F19',
    span: { from: now, until: at('2028-01-01T00:00:00Z') },
    municipality: hillegom,
    deliveryId: deliveryId(name),
    deliveredOn: '2026-01-05',
    unit: 'hour',
    quantity: 300,
    unitPriceCents: 3300,
    bearer: 'own',
    vat: 'exempt',
    ownCostCents: 9900,
    ...differences,
  });
/** An account under the id of its person. */
const adviser = derivedId('adviser');
const mandate = GrantSchemeMandate.parse({
  ...{ mandateId: mandateId('S01'), schemeId: s01.schemeId, accountId: adviser, holder: 'Nel de Boer' },
  ...{ from: '2026-01-01', until: '2027-01-01' },
});
const award = {
  schemeId: s01.schemeId,
  householdId: householdId(1),
  startsOn: day('2026-03-01'),
  rateCents: 3300,
};
const page = PageRequest.parse({});

test('a mandate that one replica granted counts at the other, however far behind its lists are', async () => {
  const [one, two] = [await start('one'), await start('two')];
  const hear = two.deafen();
  yes(await one.api.publishScheme(s01, call()));
  yes(await one.api.grantSchemeMandate(mandate, call()));
  const awarding = two.api.awardScheme({ ...award, decidedBy: { accountId: adviser } }, call());
  const schemes = two.api.listSchemes({});
  hear();
  expect(await awarding).toMatchObject({ accepted: true });
  expect((await schemes).length).toBe(1);
});

test('a replica that does not know of an agreement to share shows more than is then paid, never less', async () => {
  const [one, two] = [await start('one'), await start('two')];
  const hear = two.deafen();
  const sharing = RecordCostSharing.parse({
    ...{ costSharingId: derivedId('sharing'), name: 'Samen', municipality: hillegom, insurerId: 'insurer-1' },
    ...{ insurerPercent: 50, forms: ['F19'], providerIds: [providerId(1)], from: '2026-01-01', until: '2027-01-01' },
  });
  yes(await one.api.recordCostSharing(sharing, call()));
  expect((await one.api.listCostSharings({})).length).toBe(1);
  const ask = (it: typeof one, name: string) =>
    it.api.quoteBooking(
      QuoteBooking.parse({
        ...{ bookingId: bookingId(name), householdId: householdId(1), providerId: providerId(1), form: 'F19' },
        ...{ unit: 'hour', quantity: 300, unitPriceCents: 3300, on: '2026-01-05', bearer: 'own' },
        ...{ municipality: hillegom, reservedUntil: '2026-12-31T00:00:00Z' },
      }),
      call(),
    );
  const [known, behind] = [yes(await ask(one, 'known')), yes(await ask(two, 'behind'))];
  expect([known.ownCostCents, behind.ownCostCents]).toEqual([0, 9900]);
  hear();
  const waitFor = await delivered('behind', { ownCostCents: behind.ownCostCents });
  expect(await one.api.findClaimOfBooking({ bookingId: bookingId('behind'), waitFor })).toMatchObject({
    lines: known.lines,
  });
});

test('a delivery is settled once, and its claim is found at either replica by who waits for it', async () => {
  const [one, two] = [await start('one'), await start('two')];
  const pot = OpenPot.parse({ potId: potId(1), name: 'Pot', municipalities: [hillegom], amountCents: 100_000 });
  const hear = one.deafen();
  const opened = two.api.openPot(pot, call());
  hear();
  const { position } = await opened.then((it) => ({ position: it.accepted ? it.position : undefined }));
  expect((await one.api.listPots({ waitFor: position })).length).toBe(1);
  const waitFor = await delivered(1);
  for (const { api } of [two, one]) {
    expect(await api.findClaimOfBooking({ bookingId: bookingId(1), waitFor })).toMatchObject({ costCents: 9900 });
  }
  await turns.pass();
  const later = await delivered(2);
  for (const { api } of [one, two])
    expect(await api.findClaim({ deliveryId: deliveryId(2), waitFor: later })).toMatchObject({ costCents: 9900 });
  await Promise.all([one.settled(), two.settled()]);
  const balances = await Promise.all([one, two].map(({ api }) => api.trialBalance({})));
  expect(balances[0]).toEqual(balances[1]);
  expect(balances[0]?.balanced).toBe(true);
  expect(await one.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a month that both replicas bill at once is billed once', async () => {
  const [one, two] = [await start('one'), await start('two')];
  for (const n of [1, 2, 3]) await delivered(n);
  now = at('2026-03-01T10:00:00Z');
  const bill = (name: string) => (it: typeof one) => it.api.billMonth({ month: Month.parse('2026-01') }, call(name));
  const both = await Promise.all([bill('first')(one), bill('second')(two)]);
  both.map(yes);
  await Promise.all([one.settled(), two.settled()]);
  const { items } = await two.api.listInvoices({ month: Month.parse('2026-01'), page });
  const lines = items.flatMap(({ item }) => item.lines.map((line) => line.deliveryId));
  expect(lines.toSorted()).toEqual([1, 2, 3].map((n) => deliveryId(n)).toSorted());
});

test('a price that was told before the delivery counts, however late it gets here', async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const late = (bus: EventBus): EventBus => ({
    ...bus,
    source(options) {
      const source = bus.source(options);
      if (options.name !== 'invoicing-tariffs') return source;
      return {
        ...source,
        subscribe: ({ onBatch, ...rest }) =>
          source.subscribe({
            ...rest,
            async onBatch(batch) {
              asked.resolve();
              await gate.promise;
              return onBatch(batch);
            },
          }),
      };
    },
  });
  const one = await start('one', late);
  await tell('offers', offerId(1), 'offers.tariff-changed.v1', {
    offerId: offerId(1),
    tariff: { from: '2026-01-01', priceCents: 4000, vat: 'exempt' },
  });
  await asked.promise;
  const waitFor = await delivered(1);
  // It waits its two seconds, is not settled on the old price, and comes again.
  expect(await one.waitFor(waitFor, 2500)).toBe(false);
  expect(await one.api.findClaim({ deliveryId: deliveryId(1) })).toBeUndefined();
  expect((await one.parked.list({ first: 10 })).items).toEqual([]);
  gate.resolve();
  expect(await one.waitFor(waitFor, 20_000)).toBe(true);
  expect(await one.api.findClaim({ deliveryId: deliveryId(1) })).toMatchObject({ costCents: 12_000 });
}, 60_000);

test('who is forgotten is gone from the memory of every replica', async () => {
  const [one, two] = [await start('one'), await start('two')];
  yes(await one.api.publishScheme(s01, call()));
  yes(await one.api.grantSchemeMandate(mandate, call()));
  const refused = (it: typeof one) => it.api.awardScheme({ ...award, decidedBy: { accountId: 'adviser-2' } }, call());
  for (const it of [one, two])
    expect(await refused(it)).toMatchObject({ rejection: { facts: { holder: 'Nel de Boer' } } });
  const position = await tell('bookings', adviser, 'bookings.person-forgotten.v1', { personId: adviser });
  const isGone = async ({ vault }: typeof one) => {
    const name = await vault.prepare([adviser]).catch((error: Error) => error.name);
    return name === 'PersonForgottenError';
  };
  for (const it of [one, two]) {
    await it.waitFor(position, 5000);
    for (const giveUpAt = performance.now() + 20_000; !(await isGone(it)); ) {
      if (performance.now() > giveUpAt) throw new Error('The key is still at hand.');
      await new Promise(setImmediate);
    }
    expect(await refused(it)).toMatchObject({ rejection: { facts: { holder: 'De gemeente' } } });
  }
});
