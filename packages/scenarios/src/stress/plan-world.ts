import { randomBytes } from 'node:crypto';
import { type BookingsRuntime, bookingsPublication, startBookings } from '@adempauze/bookings';
import { integrationEvents } from '@adempauze/contracts';
import { createInbox, createInProcessBus, machineTimer } from '@adempauze/event-bus';
import { createTurnsOfTwo } from '@adempauze/event-bus/testing';
import type { EventStore } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { invoicingPublication, startInvoicing } from '@adempauze/invoicing';
import type { Clock } from '@adempauze/kernel';
import { matchingPublication } from '@adempauze/matching';
import { type OffersRuntime, offersPublication, startOffers } from '@adempauze/offers';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import type { Meeting, Side } from './meeting.ts';

/** Offers and bookings as one of two replicas has them. */
export type Replica = { readonly offers: OffersRuntime; readonly bookings: BookingsRuntime };

export type PlanWorld = {
  readonly store: EventStore;
  readonly replicas: Readonly<Record<Side, Replica>>;
  /** Does what has fallen due, and comes back when nothing happens by itself any more. */
  comeToRest(): Promise<void>;
  /** Sweeps once, where that is done. */
  sweep(): Promise<void>;
  /** What was parked or is not well, and what a rebuild of the read models finds. */
  ailments(): Promise<string[]>;
  close(): Promise<void>;
};

const never = 1e9;
const log = { warn: () => {}, error: () => {} };

/**
 * Two replicas of offers and of bookings over one log, one key store and one inbox, and invoicing beside them. The first
 * replica does what one at a time does for both.
 */
export const startPlanWorld = async (clock: Clock, meeting: Meeting): Promise<PlanWorld> => {
  const store = await openTestStore({ clock });
  const keys = createSqliteKeyStore({ file: ':memory:', masterKey: Buffer.alloc(32, 7), randomBytes });
  const inbox = createInbox({ file: undefined });
  const publications = [offersPublication, bookingsPublication, matchingPublication, invoicingPublication];
  const turns = { bookings: createTurnsOfTwo(), offers: createTurnsOfTwo() };
  const closers: (() => Promise<unknown>)[] = [() => store.close(), () => keys.close(), () => inbox.close()];

  const busOf = (own: EventStore) => {
    const bus = createInProcessBus({ store: own, publications, schemas: integrationEvents });
    closers.push(() => bus.close());
    return bus;
  };
  const shared = { clock, folder: ':memory:', sweepEveryMs: never, log };
  const ofInvoicing = { ...store, writer: 'invoicing' };
  const vaultOfInvoicing = createVault(keys, { randomBytes });
  const invoicing = await startInvoicing({
    ...{ ...shared, store: ofInvoicing, bus: busOf(ofInvoicing), vault: vaultOfInvoicing },
  });
  closers.push(() => invoicing.close());

  const start = async (side: Side): Promise<Replica> => {
    const own = meeting.storeOf(side, store);
    const vault = createVault(keys, { randomBytes });
    const offers = await startOffers({ ...shared, store: own, turns: turns.offers.member(side) });
    closers.push(() => offers.close());
    const bookings = await startBookings({
      ...{ ...shared, store: own, bus: busOf(own), vault, inbox, turns: turns.bookings.member(side) },
      ...{ offers: offers.api, invoicing: invoicing.api },
      async forgetKey(personId) {
        await vault.forget(personId);
        offers.forgetCaches();
        invoicing.forgetCaches();
      },
      // Nobody waits here; what counts is the order. Only sweeps come when asked, and rest may take its time.
      timer: (delayMs, run) => machineTimer(delayMs >= 30_000 ? delayMs : Math.min(delayMs, 20), run),
    });
    closers.push(() => bookings.close());
    return { offers, bookings };
  };
  const replicas = { one: await start('one'), two: await start('two') };
  const all = [replicas.one.offers, replicas.two.offers, replicas.one.bookings, replicas.two.bookings, invoicing];
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const sweep = async () => {
    await Promise.all([replicas.one.offers.nudge(), replicas.one.bookings.nudge(), invoicing.nudge()]);
  };

  return {
    store,
    replicas,
    sweep,
    async comeToRest() {
      for (let before: string | undefined; ; ) {
        for (const it of all) await it.settled();
        await sweep();
        for (const it of all) await it.settled();
        const end = await head();
        if (end === before) return;
        before = end;
      }
    },
    async ailments() {
      const found: string[] = [];
      for (const { consumer, key, reason, event } of (await replicas.one.bookings.parked.list({ first: 100 })).items)
        found.push(`${consumer} parked ${event.type} of ${key}: ${reason}.`);
      for (const it of all) {
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
