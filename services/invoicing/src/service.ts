import { join } from 'node:path';
import type { Invoicing } from '@adempauze/contracts';
import {
  alwaysMine,
  createInbox,
  createReactor,
  createSweeper,
  type EventBus,
  type Inbox,
  type Log,
  type Parked,
  startWork,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import {
  createOwnLog,
  diffReadModels,
  type EventStore,
  openReadModel,
  rebuildCopy,
  storeSource,
} from '@adempauze/event-store';
import {
  type Clock,
  hourMs,
  type Measure,
  type Outcome,
  plusMs,
  UnavailableError,
  type Vault,
} from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import { createApi } from './api.ts';
import { createSpends } from './budget/spends.ts';
import { findPotOf, findSetAside } from './budget-list/budget-list.ts';
import { createDividingAnew } from './claim/dividing-anew.ts';
import { releasingBudgets } from './claim/releasing.ts';
import { createSettlement } from './claim/settlement.ts';
import { findDeliveryOf, isBilled, listUnderWay } from './claim-list/claim-list.ts';
import { type FindCostSharing, findCostSharing } from './cost-sharing/cost-sharing-list.ts';
import { completingAwards } from './entitlement/completing.ts';
import { createHandlers } from './handlers.ts';
import { bookingEventTypes, forgottenBy, reactionsTo } from './integration/incoming.ts';
import { createMeasures } from './metrics.ts';
import { ownCodecs, projections, sourcesOf, tariffSource } from './read-models.ts';
import { createReservations } from './reservations/reservations.ts';
import { listBookingDeclines, listToTell, type ToTell } from './source-list/source-list.ts';
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

/** How long a claim may be under way before it is taken up anew; the reactor's own retries come long before. */
const quietAfterMs = hourMs / 12;
/** The longest that a delivery waits for tariffs told before it, and a command for mandates and pots made before it. */
const listsWithinMs = 2000;
const settledWithinMs = 60_000;
/** Claims of one household or booking that are told at once; the sweeper tells the others. */
const mostTold = 1000;
/** A claim that stopped half-way, or one that does not know yet what concerns it. */
type Quiet = { readonly deliveryId: string } | { readonly toTell: ToTell };
/** Name of the reactor, for ever: positions and command ids hang on it. */
const consumer = 'invoicing';

/** Opens the read model, follows bookings and offers, and answers the API. @throws UnavailableError of the store. */
export const startInvoicing = async (dependencies: InvoicingDependencies): Promise<InvoicingRuntime> => {
  const { store, bus, vault, clock, folder, log, sweepEveryMs = 1000, turns = alwaysMine } = dependencies;
  const handlers = createHandlers({ store, clock, vault });
  const sources = () => sourcesOf(store, bus, handlers.codecs);
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
  const ownLog = createOwnLog({ store, categories: Object.keys(ownCodecs(handlers.codecs)), readModel });
  const logged = log === undefined ? {} : { log };
  const potOf = (municipality: string) => findPotOf(db, municipality);
  const sharingOf: FindCostSharing = (care) => findCostSharing(db, care);

  /** Schemes' mandates and pots that were made here a moment ago count at once. */
  let latestReference: string | undefined;
  const noteReference = <T extends Outcome<unknown>>(outcome: T): T => {
    if (outcome.accepted && outcome.position !== undefined && outcome.position > (latestReference ?? '')) {
      latestReference = outcome.position;
    }
    return outcome;
  };
  /** While offers is away one delivery waits long, and the others come again without holding up what is not theirs. */
  let pricesAreLate = false;
  const references = createOwnLog({
    store,
    categories: ['scheme', 'mandate', 'pot', 'budget', 'cost_sharing', 'funding_decline'],
    readModel,
  });
  /** What another replica made is not known here, so where several write the log is asked. */
  const referenceSeen = async (): Promise<boolean> => {
    const latest = store.writer === undefined ? latestReference : await references.missing();
    return latest === undefined || readModel.waitFor(latest, listsWithinMs);
  };
  /** Lists that are filled from an empty file, after a restart, lack pots, agreements and noes of long ago. */
  let isFilled = false;
  let fillingTakesLong = false;
  const filled = readModel.caughtUp().then(() => {
    isFilled = true;
  });
  const referenceKnown = async (): Promise<void> => {
    if (!isFilled) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, fillingTakesLong ? 50 : listsWithinMs);
      await Promise.race([filled, late.promise]);
      clearTimeout(timer);
      fillingTakesLong = true;
    }
    if (!isFilled || !(await referenceSeen())) {
      throw new UnavailableError('Pots, budgets and agreements are still on their way to the lists.');
    }
  };

  const settlement = createSettlement({
    ...handlers,
    tariffOn: (offerId, on) => findTariff(db, offerId, on),
    potOf,
    setAsideFor: (bookingId) => findSetAside(db, bookingId),
    sharingOf,
    declinesOf: (bookingId) => listBookingDeclines(db, bookingId),
    clock,
    ...logged,
  });
  const spends = createSpends({
    ...{ budgets: handlers.budgets, setAsideFor: (bookingId) => findSetAside(db, bookingId), clock },
    upToDate: referenceKnown,
  });
  const dividingAnew = createDividingAnew({
    ...{ ...handlers, settlement, clock },
    deliveryOf: (bookingId) => findDeliveryOf(db, bookingId),
    isBilled: (deliveryId) => isBilled(db, deliveryId),
  });
  /** Claims that the pot bears hear of a source, and of a no, as soon as it is written down. */
  const tellUpTo = async (position: string, only: Parameters<typeof listToTell>[2]): Promise<void> => {
    if (!(await readModel.waitFor(position, listsWithinMs))) {
      throw new UnavailableError('The lists do not have it yet.');
    }
    for (const it of listToTell(db, mostTold, only)) await dividingAnew.tell(it);
  };
  const inbox =
    dependencies.inbox ?? createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'inbox.db') });
  const reactingTo = [
    bus.source({ name: 'invoicing-bookings', types: bookingEventTypes }),
    storeSource({
      name: 'invoicing-awards',
      store,
      codecs: {
        ...{ funding: handlers.codecs.funding, funding_decline: handlers.codecs.funding_decline },
        claim: handlers.codecs.claim,
      },
    }),
  ];
  const beginReactor = () =>
    createReactor({
      name: consumer,
      sources: reactingTo,
      ...{ inbox, clock, ...logged },
      // Replicas that stand by answer by what is in the inbox.
      ...(dependencies.inbox ? { settings: { saveEveryMs: 250 } } : {}),
      on: {
        ...completingAwards({ ...handlers, clock, tellUpTo }),
        ...releasingBudgets({ ...handlers, spends }),
        ...reactionsTo({
          reservations: createReservations({ ...handlers, clock }),
          settlement,
          spends,
          async tariffsUpTo({ position }) {
            // A price that was told before the care was given counts, however late it gets here.
            const known = await readModel.waitFor(position, pricesAreLate ? 50 : listsWithinMs, tariffSource);
            pricesAreLate = !known;
            if (!known) throw new UnavailableError('Prices told before this delivery are still on their way.');
            await referenceKnown();
          },
        }),
      },
    });
  const beginSweeper = () =>
    createSweeper({
      name: 'invoicing-quiet-claims',
      everyMs: sweepEveryMs,
      clock,
      ...logged,
      due: (now, limit): readonly Quiet[] => [
        ...listUnderWay(db, plusMs(now, -quietAfterMs), limit).map((deliveryId) => ({ deliveryId })),
        ...listToTell(db, limit).map((toTell) => ({ toTell })),
      ],
      act: (it) => ('toTell' in it ? dividingAnew.tell(it.toTell) : settlement.resume([it.deliveryId])),
    });
  const work = await startWork({
    ...{ service: 'invoicing', turns, store, clock, reacting: { consumer, inbox, sources: reactingTo } },
    begin: () => ({ reactor: beginReactor(), sweeper: beginSweeper() }),
  });

  /** The end of the log, whoever's events stand there. */
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  const listsHaveAll = async (timeoutMs: number): Promise<boolean> => {
    const last = await ownLog.missing();
    return last === undefined || readModel.waitFor(last, timeoutMs);
  };
  const waitFor = async (position: string, timeoutMs: number): Promise<boolean> => {
    const handled = await work.waitFor(position, timeoutMs);
    return (await listsHaveAll(timeoutMs)) && handled;
  };
  const settled = async () => {
    const end = await head();
    if (end === undefined) return;
    const all =
      (await work.waitForOwn(end, settledWithinMs)) &&
      (await listsHaveAll(settledWithinMs)) &&
      (await readModel.waitFor(end, settledWithinMs, tariffSource));
    if (!all) throw new Error('Invoicing did not come to the end of the log.');
  };

  const api = createApi({
    handlers,
    db,
    vault,
    clock,
    potOf,
    sharingOf,
    waitFor,
    noteReference,
    referenceSeen,
    declineFunding: dividingAnew.decline,
    head,
    waitForLists: ownLog.waitFor,
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
