import { join } from 'node:path';
import type { Invoicing } from '@adempauze/contracts';
import {
  alwaysMine,
  createInbox,
  type EventBus,
  type Inbox,
  type Log,
  type Parked,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import { diffReadModels, type EventStore, openReadModel, rebuildCopy } from '@adempauze/event-store';
import type { Clock, Measure, Vault } from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import { createApi } from './api.ts';
import { startBackground } from './background.ts';
import { createSpends } from './budget/spends.ts';
import { findPotOf, listSetAside } from './budget-list/budget-list.ts';
import { createDividingAnew } from './claim/dividing-anew.ts';
import { createSettlement } from './claim/settlement.ts';
import { findDeliveryOf, isBilled } from './claim-list/claim-list.ts';
import { listSharings, type SharedCare } from './cost-sharing/cost-sharing-list.ts';
import { createHandlers } from './handlers.ts';
import { forgottenBy } from './integration/incoming.ts';
import { createKnownLists } from './known-lists.ts';
import { createMeasures } from './metrics.ts';
import { endedSource, projections, sourcesOf, tariffSource } from './read-models.ts';
import { listBookingDeclines } from './source-list/source-list.ts';
import { findTariff } from './tariff/tariff.ts';

export type InvoicingDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: Vault & Pick<ForgettingVault, 'drop'>;
  readonly clock: Clock;
  /** Of read models and inbox, or `:memory:`. */
  readonly folder: string;
  readonly log?: Log;
  readonly sweepEveryMs?: number;
  /** What was had and parked, where replicas share it; a file in `folder` unless given. Stays open: it is not ours. */
  readonly inbox?: Inbox;
  /** Which replica does the group's work; this one unless told. */
  readonly turns?: Turns;
};

export type InvoicingRuntime = {
  readonly api: Invoicing;
  readonly parked: Parked;
  /** Whether this replica does what one at a time does for all. */
  working(): boolean;
  /** What operators did with parked messages, the latest first. */
  listActions: Work['listActions'];
  /** For readiness. */
  status(): Record<string, { readonly ok: boolean; readonly detail: string }>;
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
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

const settledWithinMs = 60_000;
/** As long as a caller waits for its own view. */
const listedWithinMs = 2000;

/** Opens the read model, follows bookings and offers, and answers the API. @throws UnavailableError of the store. */
export const startInvoicing = async (dependencies: InvoicingDependencies): Promise<InvoicingRuntime> => {
  const { store, bus, vault, clock, folder, log, sweepEveryMs = 1000, turns = alwaysMine } = dependencies;
  const handlers = createHandlers({ store, clock, vault });
  const sources = () => sourcesOf(store, bus, handlers.codecs);
  /** The end of the log, whoever's events stand there. */
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const beganAt = await head();
  const readModel = await openReadModel({
    ...{ folder, name: 'invoicing', projections, sources: sources() },
    onCommitted(events) {
      // In every replica: no key and no decoded state of who was forgotten stays at hand.
      const people = events.map(forgottenBy).filter((it) => it !== undefined);
      for (const personId of people) vault.drop(personId);
      if (people.length > 0) handlers.mandates.forget();
    },
  });
  const { db } = readModel;
  const lists = createKnownLists({ store, codecs: handlers.codecs, readModel, beganAt });
  const logged = log === undefined ? {} : { log };
  const potOf = (municipality: string) => findPotOf(db, municipality);
  const sharingsOf = (care: SharedCare) => listSharings(db, care);

  const settlement = createSettlement({
    ...handlers,
    tariffOn: (offerId, on) => findTariff(db, offerId, on),
    potOf,
    setAsideFor: (bookingId) => listSetAside(db, bookingId),
    sharingsOf,
    declinesOf: (bookingId) => listBookingDeclines(db, bookingId),
    clock,
    ...logged,
  });
  const spends = createSpends({
    ...{ budgets: handlers.budgets, setAsideFor: (bookingId) => listSetAside(db, bookingId), clock },
    upToDate: lists.referenceKnown,
  });
  const dividingAnew = createDividingAnew({
    ...{ ...handlers, settlement, clock },
    deliveryOf: (bookingId) => findDeliveryOf(db, bookingId),
    isBilled: (deliveryId) => isBilled(db, deliveryId),
    listed: (position) => readModel.waitFor(position, listedWithinMs),
  });
  const inbox =
    dependencies.inbox ?? createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'inbox.db') });
  const work = await startBackground({
    ...{ store, bus, handlers, readModel, lists, settlement, spends, dividingAnew, inbox, turns, clock, log },
    ...{ isInboxShared: dependencies.inbox !== undefined, sweepEveryMs },
  });

  const waitFor = async (position: string, timeoutMs: number): Promise<boolean> => {
    const handled = await work.waitFor(position, timeoutMs);
    return (await lists.haveAll(timeoutMs)) && handled;
  };
  const settled = async () => {
    const end = await head();
    if (end === undefined) return;
    const all =
      (await work.waitForOwn(end, settledWithinMs)) &&
      (await lists.haveAll(settledWithinMs)) &&
      (await readModel.waitFor(end, settledWithinMs, tariffSource)) &&
      (await readModel.waitFor(end, settledWithinMs, endedSource));
    if (!all) throw new Error('Invoicing did not come to the end of the log.');
  };

  const api = createApi({
    handlers,
    db,
    vault,
    clock,
    potOf,
    sharingOf: (care) => sharingsOf(care)[0],
    ...{ waitFor, lists, head },
    declineFunding: dividingAnew.decline,
  });
  return {
    api,
    parked: work.parked,
    working: work.working,
    listActions: work.listActions,
    status() {
      const model = readModel.status();
      const reacting = work.reactor()?.status();
      const lagging = model.sources.filter(({ live }) => !live).map(({ name }) => name);
      return {
        readModel: {
          ok: model.healthy && lagging.length === 0,
          detail: model.healthy ? (lagging.length === 0 ? 'live' : `catching up: ${lagging.join(', ')}`) : 'halted',
        },
        reactor: reacting
          ? {
              ok: reacting.sources.every(({ halted }) => halted === undefined),
              detail: `${reacting.pending} pending, ${reacting.parked} parked`,
            }
          : { ok: true, detail: 'another replica does this' },
      };
    },
    gauges: createMeasures({ readModel, reactor: work.reactor, store, clock }),
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
    nudge: work.nudge,
    async close() {
      await work.close();
      if (!dependencies.inbox) await inbox.close();
      await readModel.close();
    },
  };
};
