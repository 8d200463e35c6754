import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bookingsPublication, startBookings } from '@adempauze/bookings';
import {
  type Bookings,
  BookingsApi,
  type Invoicing,
  InvoicingApi,
  integrationEvents,
  type Matching,
  MatchingApi,
  type Offers,
  OffersApi,
} from '@adempauze/contracts';
import { createInProcessBus, type Log, machineTimer, type ParkedMessage, type Timer } from '@adempauze/event-bus';
import { createSqliteEventStore } from '@adempauze/event-store';
import { invoicingPublication, startInvoicing } from '@adempauze/invoicing';
import { type Clock, derivedId, UnavailableError } from '@adempauze/kernel';
import { matchingPublication, startMatching } from '@adempauze/matching';
import { offersPublication, startOffers } from '@adempauze/offers';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
// Not from the package's front: what stands there knows only how to be in a test.
import { asOverTheWire } from '@adempauze/testing/wire';
import type { Fact } from '../checks/history.ts';
import type { Faults } from './faults.ts';
import { createFaultyStore } from './faulty-store.ts';
import { unreliable } from './unreliable.ts';

export type Doors = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
};

/** One life of the marketplace, from start to crash or close. */
export type SimulatedMarketplace = {
  /** Every door behind a bad line. */
  readonly doors: Doors;
  /** Rejects when this life ends, for whoever waits for an answer. */
  readonly crashed: Promise<never>;
  settled(): Promise<void>;
  nudge(): Promise<void>;
  readLog(): Promise<Fact[]>;
  /** Where the log ends. */
  head(): Promise<string | undefined>;
  parked(): Promise<ParkedMessage[]>;
  /** Parts that are not well, as `service check: why`. */
  ailments(): string[];
  compareWithRebuild(folder: string): Promise<string[]>;
  /** Dies between two writes, without a word to anybody; nothing of it touches the folder any more once it resolves. */
  die(): Promise<void>;
  /** Lets go of what is left of the dead. */
  bury(): Promise<void>;
  close(): Promise<void>;
};

const masterKey = Buffer.alloc(32, 7);
/** Waits of services are this much shorter, so that hours of backing off fit in a test. */
const hurry = 20;
const hurriedTimer: Timer = (delayMs, run) => machineTimer(Math.ceil(delayMs / hurry), run);

/** Starts the real services on a folder, with a bad line to the store, between the services, and at every door. */
export const startSimulated = async ({
  folder,
  clock,
  faults,
  log,
}: {
  readonly folder: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: Log;
}): Promise<SimulatedMarketplace> => {
  mkdirSync(folder, { recursive: true });
  const realStore = await createSqliteEventStore({
    file: join(folder, 'events.db'),
    clock,
    newId: () => derivedId('epoch', folder),
  });
  const store = createFaultyStore(realStore, faults);
  const keys = createSqliteKeyStore({ file: join(folder, 'keys.db'), masterKey, randomBytes });
  const vault = createVault(keys, { randomBytes });
  const publications = [offersPublication, bookingsPublication, matchingPublication, invoicingPublication];
  const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
  const at = (name: string) => ({
    ...{ store, bus, vault, clock, log, sweepEveryMs: 25 },
    folder: join(folder, name),
  });

  const offers = await startOffers(at('offers'));
  const invoicing = await startInvoicing(at('invoicing'));
  const matching = await startMatching({ ...at('matching'), timer: hurriedTimer });
  // As between processes, so that what only works within one is seen here.
  const offersApi = asOverTheWire(OffersApi, offers.api);
  const invoicingApi = asOverTheWire(InvoicingApi, invoicing.api);
  const forgetKey = async (personId: string) => {
    await vault.forget(personId);
    for (const service of [offers, invoicing, matching]) service.forgetCaches();
  };
  const bookings = await startBookings({
    ...at('bookings'),
    sweepEveryMs: 500,
    timer: hurriedTimer,
    ...{ offers: unreliable(offersApi, faults), invoicing: unreliable(invoicingApi, faults) },
    forgetKey,
  });
  const services = { offers, invoicing, matching, bookings };
  const all = Object.values(services);
  const crash = Promise.withResolvers<never>();
  crash.promise.catch(() => {});

  const close = async () => {
    for (const service of [bookings, matching, invoicing, offers]) await service.close();
    await bus.close();
    await realStore.close();
    await keys.close();
  };
  const head = async () => (await realStore.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const readLog = async () => {
    const log: Fact[] = [];
    for (let after: string | undefined; ; ) {
      const page = await realStore.readAll({ after, categories, maxCount: 1000 });
      log.push(...page.events);
      if (page.atEnd) return log;
      after = page.scannedTo;
    }
  };

  return {
    doors: {
      offers: unreliable(offersApi, faults),
      bookings: unreliable(asOverTheWire(BookingsApi, bookings.api), faults),
      matching: unreliable(asOverTheWire(MatchingApi, matching.api), faults),
      invoicing: unreliable(invoicingApi, faults),
    },
    crashed: crash.promise,
    readLog,
    head,
    async settled() {
      // What one service does can give another something to do, so until a round finds nothing new.
      for (let before: string | undefined; ; ) {
        for (const service of all) await service.settled();
        const end = await head();
        if (end === before) return;
        before = end;
      }
    },
    async nudge() {
      await Promise.all(all.map((service) => service.nudge()));
    },
    parked: async () =>
      (await Promise.all(all.map(({ parked }) => parked.list({ first: 100 })))).flatMap(({ items }) => items),
    ailments: () =>
      Object.entries(services).flatMap(([name, service]) =>
        Object.entries(service.status())
          .filter(([, { ok }]) => !ok)
          .map(([check, { detail }]) => `${name} ${check}: ${detail}`),
      ),
    async compareWithRebuild(into) {
      const differences: string[] = [];
      for (const [name, service] of Object.entries(services)) {
        for (const it of await service.rebuildAndCompare(join(into, name))) differences.push(`${name}: ${it}`);
      }
      return differences;
    },
    async die() {
      crash.reject(new UnavailableError('The marketplace crashed.'));
      await store.die();
    },
    async bury() {
      store.bury();
      await close();
    },
    close,
  };
};

/** Of every service: what a reader of the whole log asks for. */
const categories = [
  ...[
    'provider',
    'offer',
    'resource',
    'household',
    'person',
    'booking',
    'series',
    'stay',
    'task',
    'waiting',
    'wish',
    'search',
    'helper',
    'match',
    'scheme',
    'mandate',
  ],
  ...['funding', 'entitlement', 'quote', 'budget', 'pot', 'claim', 'invoice', 'invoice_numbers'],
  ...['cost_sharing', 'funding_decline'],
];
