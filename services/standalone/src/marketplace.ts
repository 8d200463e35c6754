import { lookup } from 'node:dns/promises';
import { dirname, join } from 'node:path';
import { bookingsPublication, startBookings } from '@adempauze/bookings';
import { type Bookings, type Invoicing, integrationEvents, type Matching, type Offers } from '@adempauze/contracts';
import { createInProcessBus } from '@adempauze/event-bus';
import { createSqliteEventStore, type EventStore, StoreOpenError } from '@adempauze/event-store';
import type { Lifecycle, Log } from '@adempauze/http';
import { invoicingPublication, startInvoicing } from '@adempauze/invoicing';
import { type Clock, type Measure, type Sentence, StartError } from '@adempauze/kernel';
import { matchingPublication, startMatching } from '@adempauze/matching';
import { type CalendarsFrom, createFetchCalendar, offersPublication, startOffers } from '@adempauze/offers';
import { createSqliteKeyStore, createVault, loadMasterKey, sqliteKeyStoreHasKeys } from '@adempauze/personal-data';
import { makeFolder, stayForgotten } from '@adempauze/process/starting';
import { createOperations } from './operations.ts';

export type MarketplaceOptions = {
  /** Keeps the log, the keys, the read models and the inboxes. */
  readonly folder: string;
  readonly masterKey?: string | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly sweepEveryMs?: number;
  /** Which calendars can be followed; those on the public internet unless told. */
  readonly calendarsFrom?: CalendarsFrom;
};

/** Every service in one process on one log: what is the same whoever stands at the door. */
export type Marketplace = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
  readonly store: EventStore;
  readonly operations: ReturnType<typeof createOperations>;
  /** What each service measures, for `/metrics`. */
  readonly gauges: Readonly<Record<string, () => Promise<readonly Measure[]>>>;
  /** What to say out loud when the master key was made just now. */
  readonly keySentence: Sentence | undefined;
  /** Read models and reactors have handled everything that is in the log now, and what came of it. */
  readonly settled: () => Promise<void>;
  /** The clock was moved: does what became due. */
  readonly nudge: () => Promise<void>;
  /** Every read model against a rebuild from the log; empty when all are equal. */
  readonly compareWithRebuild: (folder: string) => Promise<string[]>;
};

/**
 * Starts the parts in order: keys, log, bus, services. `lifecycle` stops them in reverse.
 * @throws StartError in a sentence: the folder cannot be written, another process has it open, the key is lost.
 */
export const startMarketplace = async ({
  folder,
  masterKey,
  clock,
  newId,
  randomBytes,
  log,
  lifecycle,
  sweepEveryMs = 1000,
  calendarsFrom = 'internet',
}: MarketplaceOptions): Promise<Marketplace> => {
  makeFolder(join(folder, 'keys'));
  const keysFile = join(folder, 'keys', 'keys.db');
  const master = loadMasterKey({
    configured: masterKey,
    file: join(folder, 'keys', 'master.key'),
    keysExist: () => sqliteKeyStoreHasKeys(keysFile),
    randomBytes,
  });
  // The log first: it refuses a second process on the same folder before anything else is touched.
  const store = await lifecycle.start(
    'event store',
    () => openLog(join(folder, 'events.db'), { clock, newId }),
    (it) => it.close(),
  );
  const keys = await lifecycle.start(
    'keys',
    () => createSqliteKeyStore({ file: keysFile, masterKey: master.key, randomBytes }),
    (it) => it.close(),
  );
  const vault = createVault(keys, { randomBytes });
  await lifecycle.start('forgotten people', () => stayForgotten(store, (personId) => vault.forget(personId)));
  const bus = await lifecycle.start(
    'bus',
    () =>
      createInProcessBus({
        store,
        publications: [offersPublication, bookingsPublication, matchingPublication, invoicingPublication],
        schemas: integrationEvents,
      }),
    (it) => it.close(),
  );
  const shared = { store, bus, vault, clock, log, sweepEveryMs };
  const at = (service: string) => ({ ...shared, folder: join(folder, service) });
  const fetchCalendar = createFetchCalendar({
    from: calendarsFrom,
    resolve: (host) => lookup(host, { all: true }),
  });
  const offers = await lifecycle.start(
    'offers',
    () => startOffers({ ...at('offers'), calendars: { vault, fetch: fetchCalendar } }),
    (it) => it.close(),
  );
  const invoicing = await lifecycle.start(
    'invoicing',
    () => startInvoicing(at('invoicing')),
    (it) => it.close(),
  );
  const matching = await lifecycle.start(
    'matching',
    () => startMatching(at('matching')),
    (it) => it.close(),
  );
  const forgetKey = async (personId: string) => {
    await vault.forget(personId);
    for (const service of [offers, invoicing, matching]) service.forgetCaches();
  };
  const bookings = await lifecycle.start(
    'bookings',
    () => startBookings({ ...at('bookings'), offers: offers.api, invoicing: invoicing.api, forgetKey }),
    (it) => it.close(),
  );
  const services = { offers, invoicing, matching, bookings };
  const all = Object.values(services);
  return {
    offers: offers.api,
    bookings: bookings.api,
    matching: matching.api,
    invoicing: invoicing.api,
    store,
    operations: createOperations(services),
    gauges: Object.fromEntries(Object.entries(services).map(([name, it]) => [name, it.gauges])),
    keySentence: master.made ? master.sentence : undefined,
    async settled() {
      // What one service does can give another something to do, so until a round finds nothing new.
      for (let before = ''; ; ) {
        for (const service of all) await service.settled();
        const head = (await store.readAll({ categories: [], maxCount: 1 })).scannedTo ?? '';
        if (head === before) return;
        before = head;
      }
    },
    async nudge() {
      await Promise.all(all.map((service) => service.nudge()));
    },
    async compareWithRebuild(into) {
      const differences: string[] = [];
      for (const [name, service] of Object.entries(services)) {
        for (const difference of await service.rebuildAndCompare(join(into, name)))
          differences.push(`${name}: ${JSON.stringify(difference)}`);
      }
      return differences;
    },
  };
};

/** Opens the log. @throws StartError for what a person can do something about. */
const openLog = async (file: string, options: { readonly clock: Clock; readonly newId: () => string }) => {
  try {
    return await createSqliteEventStore({ file, ...options });
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    const nl = cause.message.includes('in use')
      ? `De map ${dirname(file)} is al in gebruik door een andere marktplaats. Stop die, of kies een andere map met DATA_FOLDER.`
      : `Het logboek ${file} kan niet worden geopend. Zet het terug uit een back-up, of kies een andere map met DATA_FOLDER.`;
    throw new StartError({ nl, en: cause.message }, { cause });
  }
};
