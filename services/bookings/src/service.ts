import { join } from 'node:path';
import type { Bookings, Invoicing, Offers } from '@adempauze/contracts';
import {
  alwaysMine,
  createInbox,
  createReactor,
  createSweeper,
  type EventBus,
  type Inbox,
  type Log,
  machineTimer,
  type Parked,
  startWork,
  sweepTogether,
  type Timer,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import {
  createCommandHandler,
  createOwnLog,
  diffReadModels,
  type EventStore,
  openReadModel,
  type Position,
  rebuildCopy,
  type SourceEvent,
  storeSource,
} from '@adempauze/event-store';
import { type Clock, derivedId, type Measure, UnavailableError, type Vault } from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import { bookingDecider } from './booking/booking.decider.ts';
import { bookingStream } from './booking/booking.events.ts';
import { bookingFiguresProjection } from './booking-figures/booking-figures.ts';
import { bookingOverviewProjection } from './booking-overview/booking-overview.ts';
import { dueBookings } from './booking-overview/booking-queries.ts';
import { createCancelling } from './cancelling/cancelling.ts';
import { createCodecs } from './codecs.ts';
import { feedBookingsProjection } from './feed/feed-entries.ts';
import { createFeeds } from './feed/feeds.ts';
import { createForgetting } from './forgetting/forget-person.ts';
import { householdDecider } from './household/household.decider.ts';
import { householdStream } from './household/household.events.ts';
import { createHouseholdCommands } from './household/household-commands.ts';
import { householdsByAccountProjection } from './households/households-by-account.ts';
import { createReactions, incomingTypes } from './integration/incoming.ts';
import { createLanes, laneCategories, laneProjections } from './lanes.ts';
import { createMessages } from './message/messages.ts';
import { createMeasures } from './metrics.ts';
import { createProfessionals, professionalCategories, professionalProjections } from './on-behalf/professionals.ts';
import { personDecider } from './person/person.decider.ts';
import { personStream } from './person/person.events.ts';
import { bothReact, createProcesses, processCategories, processProjections } from './processes.ts';
import { createConfirmedElsewhere } from './promising/confirmed-elsewhere.ts';
import { createDeadlines } from './promising/deadlines.ts';
import { createOwnConfirmations } from './promising/own-confirmations.ts';
import { createReleasing, releasingWhenPossible } from './promising/place.ts';
import { createPromising } from './promising/promising.ts';
import { createQueries } from './queries.ts';
import { createReports, reportProjections } from './reports/reports-api.ts';
import { createHeldLimit } from './requesting/held-limit.ts';
import { createHouseholdBriefs } from './requesting/household-brief.ts';
import { createQuoting } from './requesting/quote.ts';
import { createRequesting } from './requesting/request-booking.ts';
import { agreementCategories, agreementProjections, createAgreements } from './task-agreement/task-agreement-wiring.ts';
import { unmetDemandProjection } from './unmet-demand/unmet-demand.ts';
import { createWatching } from './watching/watching.ts';

export type BookingsDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: Vault & Pick<ForgettingVault, 'drop'>;
  /** Deletes a person's key for good, and drops it from memory; again is harmless. */
  readonly forgetKey: (personId: string) => Promise<void>;
  readonly offers: Pick<
    Offers,
    | 'holdPlace'
    | 'holdPlaces'
    | 'extendHold'
    | 'takePlace'
    | 'releasePlace'
    | 'releasePlaces'
    | 'movePlace'
    | 'askTerms'
    | 'findOffer'
    | 'listSuitable'
    | 'findResource'
    | 'rosterWorker'
  >;
  readonly invoicing: Pick<Invoicing, 'quoteBooking'>;
  readonly clock: Clock;
  /** For the read model and the inbox; `:memory:` for tests. */
  readonly folder: string;
  readonly log: Log;
  readonly sweepEveryMs: number;
  readonly timer?: Timer;
  /** What was had and parked, where replicas share it; a file in `folder` unless given. Stays open: it is not ours. */
  readonly inbox?: Inbox;
  /** Which replica does the group's work; this one unless told. */
  readonly turns?: Turns;
};

export type Check = { readonly ok: boolean; readonly detail: string };

export type BookingsRuntime = {
  readonly api: Bookings;
  readonly parked: Parked;
  /** Whether this replica does what one at a time does for all. */
  working(): boolean;
  /** What operators did with parked messages, the latest first. */
  listActions: Work['listActions'];
  status(): { readonly [check: string]: Check };
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
  /** Whether the lists have everything up to this position within the time. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Once the read model and the reactor have handled everything that is in the log now. */
  settled(): Promise<void>;
  /** What differs between the read model and a rebuild of it from the log; nothing, if all is well. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  forgetCaches(): void;
  /** The clock was moved: resolves once what was due has been done. */
  nudge(): Promise<void>;
  close(): Promise<void>;
};

const categories = [
  'household',
  'person',
  'booking',
  ...processCategories,
  ...professionalCategories,
  ...agreementCategories,
  ...laneCategories,
] as const;
const settleTimeoutMs = 30_000;
/** Name of the reactor, for ever: positions and command ids hang on it. */
const consumer = 'bookings';

/** Of a part that is at work in another replica. */
const elsewhere: Check = { ok: true, detail: 'another replica does this' };

/** Puts the service together and starts it. @throws UnavailableError when the log cannot be reached. */
export const startBookings = async ({
  store,
  bus,
  vault,
  forgetKey,
  offers,
  invoicing,
  clock,
  folder,
  log,
  sweepEveryMs,
  timer = machineTimer,
  inbox: sharedInbox,
  turns = alwaysMine,
}: BookingsDependencies): Promise<BookingsRuntime> => {
  const codecs = createCodecs(vault);
  const bookings = createCommandHandler({
    ...{ store, clock, decider: bookingDecider, codec: codecs.booking, streamOf: bookingStream },
    cachedStreams: 20_000,
  });
  const households = createCommandHandler({
    ...{ store, clock, decider: householdDecider, codec: codecs.household, streamOf: householdStream },
  });
  const persons = createCommandHandler({
    ...{ store, clock, decider: personDecider, codec: codecs.person, streamOf: personStream },
  });
  const briefs = createHouseholdBriefs(households, { amongWriters: store.writer !== undefined });
  const forgetCaches = () => {
    bookings.forget();
    households.forget();
    briefs.forget();
    processes.forget();
    professionals.forget();
    agreements.forget();
    lanes.forget();
  };

  /** In every replica, whichever of them was asked to forget: no key and no decoded state stays at hand. */
  const dropForgotten = (events: readonly SourceEvent[]) => {
    const people = events.flatMap((it) => (it.type === 'PersonForgotten' ? [String(it.data.personId)] : []));
    if (people.length === 0) return;
    for (const personId of people) vault.drop(personId);
    forgetCaches();
  };

  const watching = createWatching();
  const readModelOptions = {
    name: 'bookings',
    projections: [
      bookingOverviewProjection,
      bookingFiguresProjection,
      householdsByAccountProjection,
      unmetDemandProjection,
      feedBookingsProjection,
      ...processProjections,
      ...professionalProjections,
      ...agreementProjections,
      ...laneProjections,
      ...reportProjections,
    ],
    sources: [storeSource({ name: 'bookings-log', store, codecs })],
  };
  const readModel = await openReadModel({
    ...readModelOptions,
    folder,
    onCommitted(events) {
      dropForgotten(events);
      watching.tell(events);
    },
  });

  const ownLog = createOwnLog({ store, categories, readModel });

  const release = createReleasing({ offers });
  const releasePlace = releasingWhenPossible({ release, log });
  const ownConfirmations = createOwnConfirmations({ remembered: 20_000 });
  const forgetting = createForgetting({
    ...{ persons, bookings, readModel, releasePlace, forgetKey, forgetCaches, clock },
  });
  const quote = createQuoting({ invoicing, timer, log });
  const heldLimit = createHeldLimit({ db: readModel.db, clock });
  const requestBooking = createRequesting({ bookings, briefs, offers, quote, heldLimit, releasePlace, clock });
  const promising = createPromising({
    ...{ bookings, briefs, offers, releasePlace, ownConfirmations, clock },
    isFast: (householdId) => lanes.isFast(householdId),
  });
  const processes = createProcesses({
    ...{ store, codecs, bookings, briefs, offers, requestBooking, heldLimit, promising, clock, log },
    readModel: { db: readModel.db, waitFor: ownLog.waitFor },
  });
  const feeds = createFeeds({ store, persons, households, readModel, clock });
  const queries = createQueries({ bookings, households, db: readModel.db, waitFor: ownLog.waitFor, vault, clock });
  const householdCommands = createHouseholdCommands({ households, persons, changed: briefs.drop, clock });
  const { withdrawMandate } = householdCommands;
  const { forgetPerson } = forgetting;
  const professionals = createProfessionals({
    ...{ withdrawMandate, forgetPerson, persons },
    ...{ store, codecs, bookings, households, briefs, offers, requestBooking, promising, processes, clock, log },
    ...{ findBooking: queries.findBooking, readModel: { db: readModel.db, waitFor: ownLog.waitFor } },
  });
  const agreements = createAgreements({
    ...{ store, codecs, bookings, households, briefs, offers, tasks: processes.tasks, clock },
    readModel: { db: readModel.db, waitFor: ownLog.waitFor },
    ...{ findSeries: processes.api.findSeries, findStay: processes.api.findStay },
  });
  const lanes = createLanes({
    ...{ store, codecs, bookings, households, requestBooking, promising, processes, clock, log },
    readModel: { db: readModel.db, ...ownLog },
  });
  const { cancelOfOwnAccord, cancelBooking, ...promised } = promising;
  const api: Bookings = {
    ...feeds.api,
    ...householdCommands,
    requestBooking,
    ...promised,
    ...processes.api,
    ...professionals.api,
    ...agreements.api,
    ...createMessages({ ...queries, offers, clock }),
    ...lanes.api,
    ...createCancelling({ bookings, cancelBooking, cancelOfOwnAccord, listEndings: lanes.api.listEndings }),
    forgetPerson,
    ...queries,
    ...createReports({ readModel: { db: readModel.db, waitFor: ownLog.waitFor }, clock }),
    watchBooking: watching.watchBooking,
  };

  const inbox =
    sharedInbox ?? createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'bookings-inbox.db') });
  const { agreement, booking, household, person, proposal, series, stay, waiting, wish } = codecs;
  const { urgent, fastlane, ending, undo } = codecs;
  const { arrangement, backup, activation } = codecs;
  const own = {
    arrangement,
    backup,
    activation,
    urgent,
    fastlane,
    ending,
    agreement,
    booking,
    household,
    person,
    proposal,
    series,
    stay,
    undo,
    waiting,
    wish,
  };
  const sources = [
    storeSource({ name: 'bookings-own', store, codecs: own }),
    bus.source({ name: 'bookings-others', types: incomingTypes }),
  ];
  const beginReactor = () =>
    createReactor({
      name: consumer,
      sources,
      on: bothReact(
        createReactions({
          ...{ bookings, release, forgetting, clock },
          wasConfirmedHere: ownConfirmations.wasConfirmedHere,
          wasConfirmedElsewhere: createConfirmedElsewhere({ store, bookings, timer }),
        }),
        [feeds, professionals, agreements, lanes].map((it) => it.reactions).reduce(bothReact, processes.reactions),
      ),
      ...{ inbox, clock, log, timer },
    });
  const beginSweeper = () =>
    sweepTogether('bookings-deadlines', [
      createSweeper({
        name: 'bookings-deadlines',
        everyMs: sweepEveryMs,
        due: (now, limit) => dueBookings(readModel.db, now, limit),
        act: createDeadlines({
          ...{ bookings, households, releasePlace, clock },
          cancelForgotten: (bookingId, personId) => {
            const commandId = derivedId('forget-late', bookingId);
            return forgetting.cancel(bookingId, personId, { commandId, correlationId: commandId, actor: 'bookings' });
          },
        }),
        ...{ clock, log, timer },
      }),
      ...[...processes.sweeps, ...professionals.sweeps, ...agreements.sweeps, ...lanes.sweeps].map((sweep) =>
        createSweeper({ ...sweep, everyMs: sweepEveryMs, clock, log, timer }),
      ),
    ]);
  const work = await startWork({
    ...{ service: 'bookings', turns, store, clock, reacting: { consumer, inbox, sources } },
    begin: () => ({ reactor: beginReactor(), sweeper: beginSweeper() }),
  });

  /** The end of the log, as far as our own streams go. */
  const head = async (): Promise<Position | undefined> => {
    let [after] = readModel.status().sources.map(({ position }) => position);
    for (;;) {
      const { scannedTo, atEnd } = await store.readAll({ after, categories, maxCount: 1000 });
      if (atEnd) return scannedTo ?? after;
      after = scannedTo;
    }
  };
  const settled = async (): Promise<void> => {
    const end = await head();
    if (end === undefined) return;
    const done = await Promise.all([readModel.waitFor(end, settleTimeoutMs), work.waitForOwn(end, settleTimeoutMs)]);
    if (done.includes(false)) throw new UnavailableError('Bookings did not settle in time.');
  };

  return {
    api,
    parked: work.parked,
    working: work.working,
    listActions: work.listActions,
    status() {
      const model = readModel.status();
      const reacting = work.reactor()?.status();
      const sweeping = work.sweeper()?.status();
      return {
        'bookings-read-model': {
          ok: model.healthy && model.sources.every(({ live }) => live),
          detail: model.halted ? `halted at ${model.halted.eventType}` : `${readModel.lag(clock())} ms behind`,
        },
        'bookings-reactor': reacting
          ? {
              ok: reacting.sources.every(({ failuresInARow }) => failuresInARow === 0) && reacting.retrying === 0,
              detail: `${reacting.pending} pending, ${reacting.parked} parked`,
            }
          : elsewhere,
        'bookings-deadlines': sweeping
          ? { ok: sweeping.failing === 0, detail: sweeping.lastFailure ?? `${sweeping.passes} sweeps` }
          : elsewhere,
      };
    },
    gauges: createMeasures({ readModel, reactor: work.reactor, store, clock }),
    waitFor: ownLog.waitFor,
    settled,
    async rebuildAndCompare(copyFolder) {
      await settled();
      const copy = await rebuildCopy(readModelOptions, copyFolder);
      const end = await head();
      if (end !== undefined) await Promise.all([readModel, copy].map((it) => it.waitFor(end, settleTimeoutMs)));
      const differences = diffReadModels(readModel.db, copy.db);
      await copy.close();
      return differences;
    },
    forgetCaches,
    nudge: work.nudge,
    async close() {
      await work.close();
      await readModel.close();
      if (!sharedInbox) await inbox.close();
    },
  };
};
