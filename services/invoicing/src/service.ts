import { join } from 'node:path';
import type { Invoicing } from '@adempauze/contracts';
import { createInbox, createReactor, createSweeper, type EventBus, type Log, type Parked } from '@adempauze/event-bus';
import { diffReadModels, type EventStore, openReadModel, rebuildCopy, storeSource } from '@adempauze/event-store';
import { type Clock, hourMs, type Outcome, plusMs, type Vault } from '@adempauze/kernel';
import { createApi } from './api.ts';
import { findPotOf } from './budget-list/budget-list.ts';
import { createSettlement } from './claim/settlement.ts';
import { listUnderWay } from './claim-list/claim-list.ts';
import { completingAwards } from './entitlement/completing.ts';
import { createHandlers } from './handlers.ts';
import { bookingEventTypes, reactionsTo } from './integration/incoming.ts';
import { projections, sourcesOf, tariffSource } from './read-models.ts';
import { createReservations } from './reservations/reservations.ts';
import { findTariff } from './tariff/tariff.ts';

export type InvoicingDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Of read models and inbox, or `:memory:`. */
  readonly folder: string;
  readonly log?: Log;
  readonly sweepEveryMs?: number;
};

export type InvoicingRuntime = {
  readonly api: Invoicing;
  readonly parked: Parked;
  /** For readiness. */
  status(): Record<string, { readonly ok: boolean; readonly detail: string }>;
  /** True once everything up to this position has had its effect here, and lists show it; false after `timeoutMs`. */
  waitFor(position: string, timeoutMs: number): Promise<boolean>;
  /** Once everything that is in the log now was handled. For tests and tools. */
  settled(): Promise<void>;
  /** Every read model against a rebuild from the log, made in `folder`; empty when they are equal. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  /** Lets go of decoded state, after an erasure. */
  forgetCaches(): void;
  /** The clock was moved: sweeps now. */
  nudge(): Promise<void>;
  close(): Promise<void>;
};

/** How long a claim may be under way before it is taken up anew; the reactor's own retries come long before. */
const quietAfterMs = hourMs / 12;
/** The longest that a delivery waits for tariffs told before it, and a command for mandates and pots made before it. */
const listsWithinMs = 2000;
const settledWithinMs = 60_000;

/** Opens the read model, follows bookings and offers, and answers the API. @throws UnavailableError of the store. */
export const startInvoicing = async (dependencies: InvoicingDependencies): Promise<InvoicingRuntime> => {
  const { store, bus, vault, clock, folder, log, sweepEveryMs = 1000 } = dependencies;
  const handlers = createHandlers({ store, clock, vault });
  const sources = () => sourcesOf(store, bus, handlers.codecs);
  const readModel = await openReadModel({ folder, name: 'invoicing', projections, sources: sources() });
  const { db } = readModel;
  const logged = log === undefined ? {} : { log };
  const potOf = (municipality: string) => findPotOf(db, municipality);

  /** Schemes' mandates and pots that were made here a moment ago count at once. */
  let latestReference: string | undefined;
  const noteReference = <T extends Outcome<unknown>>(outcome: T): T => {
    if (outcome.accepted && outcome.position !== undefined && outcome.position > (latestReference ?? '')) {
      latestReference = outcome.position;
    }
    return outcome;
  };
  const referenceSeen = () =>
    latestReference === undefined ? Promise.resolve(true) : readModel.waitFor(latestReference, listsWithinMs);

  const settlement = createSettlement({
    ...handlers,
    tariffOn: (offerId, on) => findTariff(db, offerId, on),
    potOf,
    clock,
    ...logged,
  });
  const inbox = createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'inbox.db') });
  const reactor = createReactor({
    name: 'invoicing',
    sources: [
      bus.source({ name: 'invoicing-bookings', types: bookingEventTypes }),
      storeSource({ name: 'invoicing-awards', store, codecs: { funding: handlers.codecs.funding } }),
    ],
    inbox,
    clock,
    ...logged,
    on: {
      ...completingAwards({ ...handlers, clock }),
      ...reactionsTo({
        reservations: createReservations({ ...handlers, clock }),
        settlement,
        tariffsUpTo: ({ position }) =>
          Promise.all([readModel.waitFor(position, listsWithinMs, tariffSource), referenceSeen()]),
      }),
    },
  });
  await reactor.start();

  const sweeper = createSweeper({
    name: 'invoicing-quiet-claims',
    everyMs: sweepEveryMs,
    clock,
    ...logged,
    due: (now, limit) => listUnderWay(db, plusMs(now, -quietAfterMs), limit),
    act: (deliveryId) => settlement.resume([deliveryId]),
  });
  sweeper.start();

  /** The end of the log, whoever's events stand there. */
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const waitFor = async (position: string, timeoutMs: number): Promise<boolean> => {
    const handled = await reactor.waitFor(position, timeoutMs);
    const end = await head();
    return (end === undefined || (await readModel.waitFor(end, timeoutMs))) && handled;
  };
  const settled = async () => {
    const end = await head();
    if (end === undefined) return;
    const all = (await waitFor(end, settledWithinMs)) && (await readModel.waitFor(end, settledWithinMs, tariffSource));
    if (!all) throw new Error('Invoicing did not come to the end of the log.');
  };

  const api = createApi({ handlers, db, vault, clock, potOf, waitFor, noteReference, referenceSeen, head, readModel });
  return {
    api,
    parked: reactor.parked,
    status() {
      const model = readModel.status();
      const reacting = reactor.status();
      const lagging = model.sources.filter(({ live }) => !live).map(({ name }) => name);
      return {
        readModel: {
          ok: model.healthy && lagging.length === 0,
          detail: model.healthy ? (lagging.length === 0 ? 'live' : `catching up: ${lagging.join(', ')}`) : 'halted',
        },
        reactor: {
          ok: reacting.sources.every(({ halted }) => halted === undefined),
          detail: `${reacting.pending} pending, ${reacting.parked} parked`,
        },
      };
    },
    waitFor,
    settled,
    async rebuildAndCompare(into) {
      await settled();
      const copy = await rebuildCopy({ name: 'invoicing', projections, sources: sources() }, into);
      try {
        return diffReadModels(db, copy.db);
      } finally {
        await copy.close();
      }
    },
    forgetCaches() {
      handlers.mandates.forget();
    },
    nudge: () => sweeper.nudge(),
    async close() {
      await sweeper.close();
      await reactor.close();
      inbox.close();
      await readModel.close();
    },
  };
};
