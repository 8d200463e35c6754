import { BookingId, type Bookings, type HouseholdId, type Offers, type TaskKind } from '@adempauze/contracts';
import type { Log, Reaction, Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  type EventStore,
  type Projection,
  type ReadModel,
  type SourceEvent,
} from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Instant } from '@adempauze/kernel';
import { createTogether, togetherCategories, togetherProjections } from './arrangement/together-wiring.ts';
import type { BookingCommand } from './booking/booking.decider.ts';
import type { BookingState } from './booking/booking.state.rules.ts';
import { unrecordedBookings } from './booking-overview/booking-queries.ts';
import type { Codecs } from './codecs.ts';
import { isStored, type Stored } from './integration/stored.ts';
import type { OwnWork } from './promising/own-work.ts';
import type { Promising } from './promising/promising.ts';
import type { HeldLimit } from './requesting/held-limit.ts';
import type { HouseholdBriefs } from './requesting/household-brief.ts';
import type { Requesting } from './requesting/request-booking.ts';
import { createRescheduling } from './rescheduling/rescheduling.ts';
import { seriesDecider } from './series/series.decider.ts';
import { seriesStream } from './series/series.events.ts';
import { createSeriesApi } from './series/series-api.ts';
import { seriesListProjection } from './series/series-list.ts';
import { createSeriesProcess } from './series/series-process.ts';
import { stayDecider } from './stay/stay.decider.ts';
import { stayStream } from './stay/stay.events.ts';
import { bookingOfStep } from './stay/stay.view.ts';
import { createStayApi } from './stay/stay-api.ts';
import { dueStays, stayListProjection } from './stay/stay-list.ts';
import { createStayProcess } from './stay/stay-process.ts';
import { taskDecider } from './task/task.decider.ts';
import { taskStream } from './task/task.events.ts';
import { taskListProjection } from './task/task-list.ts';
import { createTasks } from './task/tasks.ts';
import { createUnderWay } from './under-way.ts';
import { createWaitingParts, waitingCategories, waitingProjections } from './waiting/waiting-wiring.ts';

/*
 * What is made of several bookings: each is a decider with a stream of its own, and a process that asks for what the
 * stream says it wants. Stopped at any moment, the reactor on the stream's own events goes on.
 */

export const processProjections: readonly Projection<SourceEvent>[] = [
  seriesListProjection,
  stayListProjection,
  taskListProjection,
  ...waitingProjections,
  ...togetherProjections,
];
export const processCategories = ['series', 'stay', 'task', ...waitingCategories, ...togetherCategories] as const;

type Due = { readonly id: string; readonly deadlineAt: string };
/** A stored deadline and what happens when it has passed; repeatable. */
export type Sweep = {
  readonly name: string;
  readonly due: (now: Instant, limit: number) => readonly Due[];
  readonly act: (row: Due) => Promise<void>;
};

export const createProcesses = ({
  store,
  codecs,
  bookings,
  briefs,
  offers,
  readModel,
  requestBooking,
  heldLimit,
  promising,
  ownReleases,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<
    Offers,
    | 'findOffer'
    | 'listSuitable'
    | 'listTimesWithin'
    | 'movePlace'
    | 'holdPlaces'
    | 'releasePlaces'
    | 'findResource'
    | 'rosterWorker'
  >;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly requestBooking: Requesting;
  readonly heldLimit: HeldLimit;
  readonly promising: Pick<Bookings, 'confirmBooking' | 'cancelBooking' | 'recordDelivery'> &
    Pick<Promising, 'confirmTogether' | 'acceptTogether' | 'declineOfSeries' | 'cancelAsAgreed'>;
  readonly ownReleases: OwnWork;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const underWay = createUnderWay();
  const { db } = readModel;

  const series = createCommandHandler({
    ...{ store, clock, decider: seriesDecider, codec: codecs.series, streamOf: seriesStream },
    cachedStreams: 2000,
  });
  const seriesProcess = createSeriesProcess({
    ...{ handler: series, requestBooking, heldLimit, promising, briefs, offers, ownReleases, clock, log },
  });
  const stays = createCommandHandler({
    ...{ store, clock, decider: stayDecider, codec: codecs.stay, streamOf: stayStream },
    cachedStreams: 2000,
  });
  const stayProcess = createStayProcess({
    ...{ handler: stays, bookings, requestBooking, heldLimit, promising, briefs, offers, clock, log },
  });
  const taskHandler = createCommandHandler({
    ...{ store, clock, decider: taskDecider, codec: codecs.task, streamOf: taskStream },
    cachedStreams: 1000,
  });
  const tasks = createTasks({ handler: taskHandler, readModel, clock });

  const rescheduling = createRescheduling({ bookings, briefs, offers, underWay, clock });

  /** Goes on where a process stopped, unless this very process is at it. */
  const goOn =
    (take: (id: string, context: CallContext) => Promise<unknown>): Handler =>
    async (event, reaction) => {
      const id = idIn(event.stream);
      await underWay.ended(id);
      await take(id, reaction.callFor('go-on'));
    };
  const goOnWithSeries = goOn((id, context) => seriesProcess.take(id, { type: 'GoOn', now: clock() }, context));
  const goOnWithStay = goOn((id, context) => stayProcess.take(id, { type: 'GoOn', now: clock() }, context));

  /** A booking that ended by itself may have been a step of a stay. */
  const loseStep: Handler = async (event, reaction) => {
    const bookingId = BookingId.parse(event.data.bookingId);
    const partOf = (await bookings.load(bookingId)).state?.partOf;
    if (partOf?.kind !== 'stay') return;
    const { state } = await stays.load(partOf.id);
    const step = state?.steps.findIndex((_it, index) => bookingOfStep(partOf.id, index) === bookingId) ?? -1;
    if (step < 0) return;
    await stayProcess.take(partOf.id, { type: 'LoseStep', step, now: clock() }, reaction.callFor('lose-step'));
  };

  const waiting = createWaitingParts({
    ...{ store, codecs, bookings, briefs, offers, readModel, requestBooking, underWay, clock, log },
  });

  const tell: Handler = async (event, reaction) => {
    const about = isStored(event) ? taskAfter(event) : undefined;
    if (about !== undefined) await tasks.set(about, event.id, reaction.callFor('task'));
  };

  const api = {
    ...createSeriesApi({
      ...{ handler: series, bookings, briefs, offers, readModel, clock },
      process: {
        take: (id, command, context) => underWay.track(id, () => seriesProcess.take(id, command, context)),
      },
    }),
    ...createStayApi({
      ...{ handler: stays, bookings, briefs, offers, readModel, clock },
      process: { take: (id, command, context) => underWay.track(id, () => stayProcess.take(id, command, context)) },
    }),
    ...waiting.api,
    rescheduleBooking: rescheduling.rescheduleBooking,
    finishTask: tasks.finishTask,
    findTask: tasks.findTask,
    listTasks: tasks.listTasks,
  };
  const together = createTogether({
    ...{ store, codecs, bookings, series, requestBooking, services: { ...promising, ...api } },
    ...{ briefs, offers, readModel, tasks, underWay, clock, log },
  });
  const ownReactions: Reactions = {
    SeriesRequested: goOnWithSeries,
    SeriesConfirmed: goOnWithSeries,
    SeriesAccepted: goOnWithSeries,
    SeriesDeclined: goOnWithSeries,
    SeriesExtended: goOnWithSeries,
    SeriesEnded: goOnWithSeries,
    StayPlanned: goOnWithStay,
    StayConfirmed: goOnWithStay,
    StepPassed: goOnWithStay,
    StayEnded: inTurn(goOnWithStay, tell),
    StayGivenSaid: goOnWithStay,
    OutcomeOverdue: tell,
    RecordOverdue: tell,
    MoveAsked: rescheduling.goOn,
    BookingCancelled: loseStep,
    BookingDeclined: loseStep,
    BookingExpired: loseStep,
  };
  const reactions = [...waiting.reactions, ...together.reactions].reduce(bothReact, ownReactions);
  const sweeps: readonly Sweep[] = [
    {
      name: 'stay-deadlines',
      due: (now, limit) => dueStays(db, now, limit).map(({ stayId, deadlineAt }) => ({ id: stayId, deadlineAt })),
      async act({ id, deadlineAt }) {
        const commandId = derivedId('stay-deadlines', id, deadlineAt);
        const context = { commandId, correlationId: commandId, actor: 'stay-deadlines' };
        await stayProcess.take(id, { type: 'MissOutcome', now: clock() }, context);
      },
    },
    {
      name: 'record-deadlines',
      due: (now, limit) =>
        unrecordedBookings(db, now, limit).map(({ bookingId, deadlineAt }) => ({ id: bookingId, deadlineAt })),
      async act({ id, deadlineAt }) {
        const commandId = derivedId('record-deadlines', id, deadlineAt);
        const context = { commandId, correlationId: commandId, actor: 'record-deadlines' };
        await bookings.handle(id, { type: 'MissRecord', now: clock() }, context);
      },
    },
  ];
  return {
    api: { ...api, ...together.api },
    endPlans: together.endPlans,
    tasks,
    reactions,
    sweeps,
    underWay,
    /** Lets go of what is at hand: somebody was forgotten. */
    forget() {
      series.forget();
      stays.forget();
      together.forget();
    },
  };
};

const idIn = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

type Handler = (event: SourceEvent, reaction: Reaction) => Promise<void>;
/** One after the other, each time from the first. */
const inTurn =
  (...handlers: readonly Handler[]): Handler =>
  async (event, reaction) => {
    for (const handle of handlers) await handle(event, reaction);
  };

/** Reactions of both; where both have one for an event, the first's goes first. */
export const bothReact = (first: Reactions, second: Reactions): Reactions => {
  const merged: Record<string, Handler> = { ...first };
  for (const [type, handle] of Object.entries(second)) {
    const other = merged[type];
    merged[type] = other === undefined ? handle : inTurn(other, handle);
  }
  return merged;
};

/** What an event leaves for the contact person to do. */
const taskAfter = (event: Stored) => {
  const ofStay = (kind: TaskKind, { stayId, householdId }: { stayId: string; householdId: HouseholdId }) => ({
    ...{ kind, householdId },
    partOf: { kind: 'stay' as const, id: stayId },
  });
  switch (event.type) {
    case 'StayEnded': {
      const { reason } = event.data;
      return reason === 'cancelled' ? undefined : ofStay(`stay-${reason}`, event.data);
    }
    case 'RecordOverdue': {
      const { householdId, bookingId } = event.data;
      return { kind: 'record-overdue' as const, householdId, bookingId };
    }
    case 'OutcomeOverdue':
      return ofStay('outcome-overdue', event.data);
    default:
      return undefined;
  }
};
