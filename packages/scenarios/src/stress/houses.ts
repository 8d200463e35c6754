import { randomBytes } from 'node:crypto';
import { type BookingsRuntime, bookingsPublication, startBookings } from '@adempauze/bookings';
import { integrationEvents } from '@adempauze/contracts';
import { createInbox, createInProcessBus, machineTimer } from '@adempauze/event-bus';
import { createTurnsOfTwo } from '@adempauze/event-bus/testing';
import type { EventStore } from '@adempauze/event-store';
import { type InvoicingRuntime, invoicingPublication, startInvoicing } from '@adempauze/invoicing';
import type { Clock } from '@adempauze/kernel';
import { type MatchingRuntime, matchingPublication, startMatching } from '@adempauze/matching';
import { createFetchCalendar, type OffersRuntime, offersPublication, startOffers } from '@adempauze/offers';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { allCategories, readLogAfter } from './whole-log.ts';

/** All four services as one replica has them. */
export type House = {
  readonly offers: OffersRuntime;
  readonly bookings: BookingsRuntime;
  readonly matching: MatchingRuntime;
  readonly invoicing: InvoicingRuntime;
};
export type Apis = { readonly [S in keyof House]: House[S]['api'] };

export type Houses = {
  readonly store: EventStore;
  readonly all: readonly House[];
  /** Does what has fallen due, and comes back when nothing happens by itself any more. */
  comeToRest(): Promise<void>;
  /** Sweeps once, where that is done. */
  sweep(): Promise<void>;
  /** What was parked or is not well, and what a rebuild of the read models finds. */
  ailments(): Promise<string[]>;
  close(): Promise<void>;
};

/** More often than anything follows from something else. */
const mostRounds = 100;
const never = 1e9;
const log = { warn: () => {}, error: () => {} };

/**
 * As many replicas of all services as stores are given, over one log, one key store and one inbox. The first does what
 * one at a time does for all. `close` closes the log too.
 */
export const startHouses = async (clock: Clock, store: EventStore, stores: readonly EventStore[]): Promise<Houses> => {
  const keys = createSqliteKeyStore({ file: ':memory:', masterKey: Buffer.alloc(32, 7), randomBytes });
  const inbox = createInbox({ file: undefined });
  const publications = [offersPublication, bookingsPublication, matchingPublication, invoicingPublication];
  const turns = {
    ...{ offers: createTurnsOfTwo(), bookings: createTurnsOfTwo() },
    ...{ matching: createTurnsOfTwo(), invoicing: createTurnsOfTwo() },
  };
  const closers: (() => Promise<unknown>)[] = [() => store.close(), () => keys.close(), () => inbox.close()];
  const all: House[] = [];

  const start = async (own: EventStore, name: string): Promise<House> => {
    const newBus = () => {
      const bus = createInProcessBus({ store: own, publications, schemas: integrationEvents });
      closers.push(() => bus.close());
      return bus;
    };
    const newVault = () => createVault(keys, { randomBytes });
    const common = { store: own, clock, folder: ':memory:', sweepEveryMs: never, log };
    const ended = <R extends { close(): Promise<unknown> }>(runtime: R): R => {
      closers.push(() => runtime.close());
      return runtime;
    };
    const calendars = {
      vault: newVault(),
      // Calendars stand on this machine, by their number; nobody is asked who that is.
      fetch: createFetchCalendar({ from: 'anywhere', resolve: async () => [] }),
    };
    const offers = ended(await startOffers({ ...common, calendars, turns: turns.offers.member(name) }));
    const ofInvoicing = { ...common, bus: newBus(), vault: newVault(), inbox, turns: turns.invoicing.member(name) };
    const invoicing = ended(await startInvoicing(ofInvoicing));
    const ofMatching = { ...common, bus: newBus(), vault: newVault(), inbox, turns: turns.matching.member(name) };
    const matching = ended(await startMatching(ofMatching));
    const vault = newVault();
    const bookings = ended(
      await startBookings({
        ...{ ...common, bus: newBus(), vault, inbox, turns: turns.bookings.member(name) },
        ...{ offers: offers.api, invoicing: invoicing.api },
        async forgetKey(personId) {
          await vault.forget(personId);
          for (const it of [offers, invoicing, matching]) it.forgetCaches();
        },
        // Nobody waits here; what counts is the order. Sweeps come when asked, and what is waited for has all the time.
        timer: (delayMs, run) => machineTimer(delayMs >= 500 ? Math.max(delayMs, 30_000) : Math.min(delayMs, 20), run),
      }),
    );
    return { offers, bookings, matching, invoicing };
  };
  for (const [index, own] of stores.entries()) all.push(await start(own, `house ${index}`));

  const parts = all.flatMap((it) => [it.offers, it.bookings, it.matching, it.invoicing]);
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const sweep = async () => {
    const [first] = all;
    if (first === undefined) return;
    const { offers, bookings, matching, invoicing } = first;
    await Promise.all([offers.nudge(), bookings.nudge(), matching.nudge(), invoicing.nudge()]);
  };

  return {
    ...{ store, all, sweep },
    async comeToRest() {
      let before: string | undefined;
      for (let rounds = 0; rounds < mostRounds; rounds += 1) {
        for (const it of parts) await it.settled();
        await sweep();
        for (const it of parts) await it.settled();
        const end = await head();
        if (end === before) return;
        if (rounds < mostRounds - 1) before = end;
      }
      const { log: last } = await readLogAfter(store, allCategories, before);
      throw new Error(
        `It does not come to rest: ${last.map(({ type, stream }) => `${type} in ${stream}`).join(', ')}.`,
      );
    },
    async ailments() {
      const found: string[] = [];
      const [first] = all;
      for (const it of first === undefined ? [] : [first.bookings, first.matching, first.invoicing]) {
        for (const { consumer, key, reason, event } of (await it.parked.list({ first: 100 })).items)
          found.push(`${consumer} parked ${event.type} of ${key}: ${reason}.`);
      }
      for (const it of parts) {
        for (const difference of await it.rebuildAndCompare(':memory:'))
          found.push(`A read model differs from its rebuild. ${difference}`);
      }
      return found;
    },
    async close() {
      for (const close of closers.toReversed()) await close();
    },
  };
};
