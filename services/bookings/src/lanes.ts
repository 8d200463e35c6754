import type { Bookings, HouseholdId } from '@adempauze/contracts';
import type { Log, Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  type EventStore,
  type OwnLog,
  type Projection,
  type ReadModel,
  type SourceEvent,
} from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, UnavailableError } from '@adempauze/kernel';
import type { BookingCommand } from './booking/booking.decider.ts';
import type { BookingState } from './booking/booking.state.rules.ts';
import { callOf } from './calls.ts';
import type { Codecs } from './codecs.ts';
import { endingDecider } from './ending/ending.decider.ts';
import { endingStream } from './ending/ending.events.ts';
import { createEnding, type EndWithCare } from './ending/ending.ts';
import { dueEndings, endingListProjection } from './ending/ending-list.ts';
import type { HouseholdCommand, HouseholdState } from './household/household.decider.ts';
import { isStored } from './integration/stored.ts';
import { dueConfirmations, fastLaneProjection } from './palliative/fast-lane-list.ts';
import { palliativeDecider } from './palliative/palliative.decider.ts';
import { palliativeStream } from './palliative/palliative.events.ts';
import { createPalliative } from './palliative/palliative.ts';
import { bothReact, type Sweep } from './processes.ts';
import type { Requesting } from './requesting/request-booking.ts';
import type { Tasks } from './task/tasks.ts';
import type { UnderWay } from './under-way.ts';
import { urgentDecider } from './urgent/urgent.decider.ts';
import { urgentStream } from './urgent/urgent.events.ts';
import { createUrgent } from './urgent/urgent.ts';
import { dueCases, listedCases, urgentListProjection } from './urgent/urgent-list.ts';
import { urgentReactions } from './urgent/urgent-reactions.ts';
import { waitingDecider } from './waiting/waiting.decider.ts';
import { waitingStream } from './waiting/waiting.events.ts';
import { listsOfHousehold } from './waiting/waiting-lists.ts';

/* What goes before everything else, and what comes after it: the urgent lane, the palliative lane, and the end of care. */

export const laneProjections: readonly Projection<SourceEvent>[] = [
  urgentListProjection,
  fastLaneProjection,
  endingListProjection,
];
export const laneCategories = ['urgent', 'fastlane', 'ending'] as const;

type LanesApi = Pick<
  Bookings,
  | 'openUrgentCase'
  | 'bookUrgentOption'
  | 'handOverUrgentCase'
  | 'resolveUrgentCase'
  | 'findUrgentCase'
  | 'listUrgentCases'
  | 'flagPalliative'
  | 'liftPalliative'
  | 'findPalliative'
  | 'endCare'
  | 'listEndings'
  | 'joinWaitingList'
  | 'makeWish'
>;

/** How long a reaction waits for the lists to know what was before it. */
const waitMs = 2000;

export const createLanes = ({
  store,
  codecs,
  bookings,
  households,
  requestBooking,
  promising,
  processes,
  endProposals,
  readModel,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly requestBooking: Requesting;
  readonly promising: Pick<Bookings, 'confirmBooking' | 'cancelBooking'>;
  readonly processes: {
    readonly api: Pick<
      Bookings,
      | 'endSeries'
      | 'findSeries'
      | 'endStay'
      | 'findStay'
      | 'findWaiting'
      | 'leaveWaitingList'
      | 'joinWaitingList'
      | 'makeWish'
      | 'finishTask'
    >;
    readonly tasks: Tasks;
    readonly underWay: UnderWay;
    readonly endPlans: EndWithCare;
  };
  readonly endProposals: EndWithCare;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'> & Pick<OwnLog, 'missing'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { db } = readModel;
  const { tasks, underWay } = processes;
  /** Nobody is called late by a list that has not yet heard of what was agreed. */
  const listsAreUpToDate = async (): Promise<void> => {
    const missing = await readModel.missing();
    if (missing !== undefined && !(await readModel.waitFor(missing, waitMs)))
      throw new UnavailableError('The lists are behind.');
  };
  const urgentHandler = createCommandHandler({
    ...{ store, clock, decider: urgentDecider, codec: codecs.urgent, streamOf: urgentStream },
    cachedStreams: 500,
  });
  const urgent = createUrgent({
    ...{ handler: urgentHandler, bookings, households, requestBooking, promising, readModel, underWay, clock, log },
  });
  const fastLaneHandler = createCommandHandler({
    ...{ store, clock, decider: palliativeDecider, codec: codecs.fastlane, streamOf: palliativeStream },
    cachedStreams: 1000,
  });
  const fastLane = createPalliative({ handler: fastLaneHandler, bookings, households, tasks, clock });

  const waitingHandler = createCommandHandler({
    ...{ store, clock, decider: waitingDecider, codec: codecs.waiting, streamOf: waitingStream },
    cachedStreams: 100,
  });
  /** Where the household waits already, it goes before others from now on. */
  const raise: Reactions = {
    async FastLaneGiven(event, reaction) {
      if (!isStored(event) || event.type !== 'FastLaneGiven') return;
      if (!(await readModel.waitFor(event.position, waitMs))) throw new UnavailableError('The lists are behind.');
      for (const { offerId, waitingId } of listsOfHousehold(db, event.data.householdId)) {
        const command = { type: 'Raise', waitingId, now: clock() } as const;
        await waitingHandler.handle(offerId, command, reaction.callFor(`raise/${waitingId}`));
      }
    },
  };

  const endingHandler = createCommandHandler({
    ...{ store, clock, decider: endingDecider, codec: codecs.ending, streamOf: endingStream },
  });
  const ending = createEnding({
    ...{ handler: endingHandler, households, tasks, readModel, underWay, clock },
    coming: { ...processes.api, cancelBooking: promising.cancelBooking },
    plans: [processes.endPlans, endProposals],
    async alsoEnd(householdId: HouseholdId, context: CallContext) {
      for (const urgentId of listedCases(db, { householdId, open: true })) {
        const resolve = { type: 'Resolve', outcome: 'care-ended', now: clock() } as const;
        await urgent.take(urgentId, resolve, callOf(context, urgentId));
      }
      await fastLane.end(householdId, callOf(context, 'fast-lane'));
    },
  });

  const api: LanesApi = {
    ...urgent.api,
    ...fastLane.api,
    ...ending.api,
    // In the last phase of life a household goes before others on every list it joins, by itself or by a wish.
    async makeWish(data, context) {
      const lane = (await fastLane.isFast(data.householdId)) ? 'urgent' : data.lane;
      return processes.api.makeWish({ ...data, lane }, context);
    },
    async joinWaitingList(data, context) {
      const lane = (await fastLane.isFast(data.householdId)) ? 'urgent' : data.lane;
      return processes.api.joinWaitingList({ ...data, lane }, context);
    },
  };
  const reactions: Reactions = bothReact(
    bothReact(urgentReactions({ urgent, bookings, tasks, underWay, clock }), fastLane.reactions),
    bothReact(ending.reactions, raise),
  );
  const by = (actor: string, ...about: readonly string[]): CallContext => {
    const commandId = derivedId(actor, ...about);
    return { commandId, correlationId: commandId, actor };
  };
  const sweeps: readonly Sweep[] = [
    {
      name: 'urgent-deadlines',
      due: (now, limit) =>
        dueCases(db, now, limit).map(({ urgentId, escalatesAt }) => ({ id: urgentId, deadlineAt: escalatesAt })),
      act: ({ id, deadlineAt }) => urgent.escalate(id, by('urgent-deadlines', id, deadlineAt)),
    },
    {
      name: 'fast-lane-deadlines',
      due: (now, limit) =>
        dueConfirmations(db, now, limit).map(({ householdId, bookingId, confirmBy }) => ({
          ...{ id: householdId, deadlineAt: confirmBy, householdId, bookingId },
        })),
      async act({ id, deadlineAt }) {
        await listsAreUpToDate();
        const due = dueConfirmations(db, clock(), 1000).filter((it) => it.householdId === id);
        for (const { householdId, bookingId } of due) {
          await fastLane.noteLate(householdId, bookingId, by('fast-lane', id, bookingId ?? '', deadlineAt));
        }
      },
    },
    {
      name: 'ending-deadlines',
      due: (now, limit) =>
        dueEndings(db, now, limit).map(({ householdId, completeAt }) => ({ id: householdId, deadlineAt: completeAt })),
      async act({ id, deadlineAt }) {
        for (const { householdId, number } of dueEndings(db, clock(), 1000).filter((it) => it.householdId === id)) {
          await ending.complete(householdId, number, by('ending-deadlines', id, String(number), deadlineAt));
        }
      },
    },
  ];
  return {
    api,
    reactions,
    sweeps,
    isFast: fastLane.isFast,
    /** Lets go of what is at hand: somebody was forgotten. */
    forget() {
      urgentHandler.forget();
      fastLaneHandler.forget();
    },
  };
};
