import { randomBytes } from 'node:crypto';
import { type FeedOwner, feedIdOf, integrationEvents } from '@adempauze/contracts';
import { createInbox, createInProcessBus } from '@adempauze/event-bus';
import { createTurnsOfTwo } from '@adempauze/event-bus/testing';
import { openTestStore, replicaOf } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, type Outcome } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, personIdOf } from '../examples.fixtures.ts';
import { bookingsPublication } from '../integration/publication.ts';
import { startBookings } from '../service.ts';
import { createTrialOffers, trialOffersPublication } from '../trial-offers.fixtures.ts';

/* Two replicas over one log: what one opens the other serves, and what one closes the other serves no more. */

const clock = () => at('2027-05-01T08:00:00Z');
const log = { warn: () => undefined, error: () => undefined };
const owner: FeedOwner = { kind: 'household', id: householdIdOf('fatima') };
const feedId = feedIdOf(owner);
const one = '1'.repeat(64);
const two = '2'.repeat(64);
let calls = 0;
const call = (word?: string): CallContext => {
  calls += 1;
  const commandId = derivedId('command', word ?? calls);
  return { commandId, correlationId: commandId, actor: 'account-fatima' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};

const open = async () => {
  const shared = await openTestStore({ clock });
  const keys = createSqliteKeyStore({ file: ':memory:', masterKey: Buffer.alloc(32, 7), randomBytes });
  const inbox = createInbox({ file: undefined });
  const turns = createTurnsOfTwo();
  const ended: (() => Promise<unknown> | unknown)[] = [() => shared.close(), () => keys.close(), () => inbox.close()];
  const start = async (name: string) => {
    const { store, deafen } = replicaOf(shared, name);
    const vault = createVault(keys, { randomBytes });
    const publications = [
      ...[bookingsPublication, trialOffersPublication],
      { service: 'matching', categories: ['match'], publish: () => undefined },
    ];
    const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
    const runtime = await startBookings({
      ...{ store, bus, vault, clock, inbox, log, turns: turns.member(name), folder: ':memory:', sweepEveryMs: 1e9 },
      offers: createTrialOffers(store, clock, 5),
      forgetKey: vault.forget,
      invoicing: { quoteBooking: async () => Promise.reject(new Error('Nobody asks.')) },
    });
    ended.push(bus.close, () => runtime.close());
    return { ...runtime, deafen };
  };
  const replicas = [await start('one'), await start('two')] as const;
  yes(await replicas[0].api.registerHousehold(fatima(), call()));
  return {
    replicas,
    async close() {
      for (const end of ended.toReversed()) await end();
    },
  };
};
let house: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  house = await open();
});
afterEach(() => house.close());

test('opened, given another secret and closed at the one, it is so at the other at once', async () => {
  const [first, second] = house.replicas;
  const hear = second.deafen();
  const read = (secretHash: string) => second.api.readFeed({ feedId, secretHash });
  yes(await first.api.openFeed({ owner, secretHash: one }, call()));
  expect(await read(one)).toBeDefined();
  yes(await first.api.openFeed({ owner, secretHash: two }, call()));
  expect([await read(one), (await read(two)) !== undefined]).toEqual([undefined, true]);
  yes(await first.api.closeFeed({ owner }, call()));
  expect(await read(two)).toBeUndefined();
  hear();
});

test('a command that goes to both opens one feed; the secret of the other counts nowhere', async () => {
  const asked = [one, two].map((secretHash, index) =>
    house.replicas[index as 0 | 1].api.openFeed({ owner, secretHash }, call('both')),
  );
  const fresh = (await Promise.all(asked)).map((it) => yes(it).fresh);
  expect(fresh.filter(Boolean)).toHaveLength(1);
  for (const { api } of house.replicas) {
    const found = [one, two].map((secretHash) => api.readFeed({ feedId, secretHash }));
    expect((await Promise.all(found)).map((it) => it !== undefined)).toEqual(fresh);
  }
});

test('who was forgotten at the one is read nowhere, before anybody else has heard of it', async () => {
  const [first, second] = house.replicas;
  yes(await first.api.openFeed({ owner, secretHash: one }, call()));
  expect(await second.api.readFeed({ feedId, secretHash: one })).toBeDefined();
  const hear = second.deafen();
  yes(await first.api.forgetPerson({ personId: personIdOf('fatima-caregiver') }, call()));
  expect(await second.api.readFeed({ feedId, secretHash: one })).toBeUndefined();
  expect(await second.api.openFeed({ owner, secretHash: two }, call())).toMatchObject({ accepted: false });
  hear();
});
