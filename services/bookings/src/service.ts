import { join } from 'node:path';
import type { Bookings } from '@adempauze/contracts';
import { alwaysMine, createInbox, inTime, machineTimer } from '@adempauze/event-bus';
import {
  createCommandHandler,
  createOwnLog,
  openReadModel,
  type SourceEvent,
  storeSource,
} from '@adempauze/event-store';
import { bookingDecider } from './booking/booking.decider.ts';
import { bookingStream } from './booking/booking.events.ts';
import { bookingFiguresProjection } from './booking-figures/booking-figures.ts';
import { bookingOverviewProjection } from './booking-overview/booking-overview.ts';
import { createCancelling } from './cancelling/cancelling.ts';
import { createCareEnded, createCharging } from './cancelling/charging.ts';
import { createEndingAtCost } from './cancelling/ending-at-cost.ts';
import { createCodecs } from './codecs.ts';
import { feedBookingsProjection } from './feed/feed-entries.ts';
import { createFeeds } from './feed/feeds.ts';
import { createForgetting } from './forgetting/forget-person.ts';
import { createHealth } from './health.ts';
import { householdDecider } from './household/household.decider.ts';
import { householdStream } from './household/household.events.ts';
import { createHouseholdCommands } from './household/household-commands.ts';
import { householdsByAccountProjection } from './households/households-by-account.ts';
import { createReactions } from './integration/incoming.ts';
import { createLanes, laneCategories, laneProjections } from './lanes.ts';
import { createMessages } from './message/messages.ts';
import { createMeasures } from './metrics.ts';
import { createProfessionals, professionalCategories, professionalProjections } from './on-behalf/professionals.ts';
import { personDecider } from './person/person.decider.ts';
import { personStream } from './person/person.events.ts';
import { bothReact, createProcesses, processCategories, processProjections } from './processes.ts';
import { createConfirmedElsewhere } from './promising/confirmed-elsewhere.ts';
import { createOwnWork } from './promising/own-work.ts';
import { createReleasing, releasingUnlessFreed, releasingWhenPossible } from './promising/place.ts';
import { createPromising } from './promising/promising.ts';
import { createQueries } from './queries.ts';
import { createReports, reportProjections } from './reports/reports-api.ts';
import { createHeldHere } from './requesting/held-here.ts';
import { createHeldLimit } from './requesting/held-limit.ts';
import { createHouseholdBriefs } from './requesting/household-brief.ts';
import { createQuoting } from './requesting/quote.ts';
import { createRequesting } from './requesting/request-booking.ts';
import type { BookingsDependencies, BookingsRuntime } from './runtime.ts';
import { createSettling } from './settling.ts';
import { startShifts } from './shift.ts';
import { createNeedsAdult } from './signal/needs-adult.ts';
import { agreementCategories, agreementProjections, createAgreements } from './task-agreement/task-agreement-wiring.ts';
import { unmetDemandProjection } from './unmet-demand/unmet-demand.ts';
import { createWatching } from './watching/watching.ts';

const categories = [
  'household',
  'person',
  'booking',
  ...processCategories,
  ...professionalCategories,
  ...agreementCategories,
  ...laneCategories,
] as const;

/** So long a start waits for a read model that is filled anew, so that what is counted in it counts from the first request. */
const catchUpWithinMs = 10_000;

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
  const heldHere = createHeldHere();
  const bookings = heldHere.watching(
    createCommandHandler({
      ...{ store, clock, decider: bookingDecider, codec: codecs.booking, streamOf: bookingStream },
      cachedStreams: 20_000,
    }),
  );
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
      heldHere.taken(events);
      dropForgotten(events);
      watching.tell(events);
    },
  });

  const ownLog = createOwnLog({ store, categories, readModel });

  const release = createReleasing({ offers });
  const releasePlace = releasingWhenPossible({ release, log });
  const ownConfirmations = createOwnWork({ remembered: 20_000 });
  const ownReleases = createOwnWork({ remembered: 20_000 });
  const forgetting = createForgetting({
    ...{ persons, bookings, readModel, releasePlace, forgetKey, forgetCaches, clock },
  });
  const quote = createQuoting({ invoicing, timer, log });
  const heldLimit = createHeldLimit({ db: readModel.db, here: heldHere, clock });
  const requestBooking = createRequesting({ bookings, briefs, offers, quote, heldLimit, releasePlace, clock });
  const needsAdult = createNeedsAdult({ briefs, clock });
  const promising = createPromising({
    ...{ bookings, briefs, offers, releasePlace, ownConfirmations, needsAdult, clock },
    isFast: (householdId) => lanes.isFast(householdId),
  });
  const processes = createProcesses({
    ...{ store, codecs, bookings, briefs, offers, requestBooking, heldLimit, promising, ownReleases, clock, log },
    readModel: { db: readModel.db, waitFor: ownLog.waitFor },
  });
  const feeds = createFeeds({ store, persons, households, readModel, clock });
  const queries = createQueries({ bookings, households, db: readModel.db, waitFor: ownLog.waitFor, vault, clock });
  const householdCommands = createHouseholdCommands({ households, persons, changed: briefs.drop, clock });
  const { withdrawMandate } = householdCommands;
  const { forgetPerson } = forgetting;
  const professionals = createProfessionals({
    ...{ withdrawMandate, forgetPerson, persons, needsAdult },
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
    endProposals: professionals.endProposals,
    readModel: { db: readModel.db, ...ownLog },
  });
  const { cancelOfOwnAccord, cancelAsAgreed: _agreed, declineOfSeries: _declined, ...said } = promising;
  const { confirmTogether: _confirmed, acceptTogether: _accepted, ...promised } = said;
  const { cancelBooking } = promising;
  const hasCareEnded = createCareEnded(lanes.api);
  const chargesOf = createCharging({ bookings, hasCareEnded });
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
    ...createCancelling({ bookings, cancelBooking, cancelOfOwnAccord, hasCareEnded }),
    ...createEndingAtCost({ chargesOf, needsAdult, plans: processes.api, clock }),
    forgetPerson,
    ...queries,
    ...createReports({ readModel: { db: readModel.db, waitFor: ownLog.waitFor }, clock }),
    watchBooking: watching.watchBooking,
  };

  // Not before: what it takes meanwhile may ask all of the above to let go of what is at hand.
  await inTime(machineTimer, catchUpWithinMs, readModel.caughtUp());

  const inbox =
    sharedInbox ?? createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'bookings-inbox.db') });
  const reactions = [feeds, professionals, agreements, lanes].map((it) => it.reactions);
  const work = await startShifts({
    ...{ store, bus, codecs, inbox, turns, readModel, forgetting, clock, log, timer, sweepEveryMs },
    reactions: bothReact(
      createReactions({
        ...{ bookings, forgetting, clock },
        release: releasingUnlessFreed({ release, ownReleases, timer }),
        wasConfirmedHere: ownConfirmations.wasDoneHere,
        wasConfirmedElsewhere: createConfirmedElsewhere({ store, bookings, timer }),
      }),
      reactions.reduce(bothReact, processes.reactions),
    ),
    sweeps: [...processes.sweeps, ...professionals.sweeps, ...agreements.sweeps, ...lanes.sweeps],
    deadlines: { bookings, households, releasePlace },
  });
  const { waitForOwn } = work;
  const settling = createSettling({ store, categories, readModel, readModelOptions, waitForOwn });

  return {
    api,
    parked: work.parked,
    working: work.working,
    listActions: work.listActions,
    status: createHealth({ readModel, work, clock }),
    gauges: createMeasures({ readModel, reactor: work.reactor, store, clock }),
    waitFor: ownLog.waitFor,
    ...settling,
    forgetCaches,
    nudge: work.nudge,
    async close() {
      await work.close();
      await readModel.close();
      if (!sharedInbox) await inbox.close();
    },
  };
};
