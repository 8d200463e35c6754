import {
  type AgreementScope,
  BookingId,
  type Bookings,
  HouseholdId,
  type Offers,
  TaskAgreementId,
} from '@adempauze/contracts';
import type { Reaction, Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  type EventStore,
  type Projection,
  type ReadModel,
  type SourceEvent,
} from '@adempauze/event-store';
import { type Clock, derivedId, hourMs, type Instant, plusMs, UnavailableError } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import { type Booking, type BookingState, isAgreed, isOpen } from '../booking/booking.state.rules.ts';
import { comingBookings } from '../booking-overview/booking-queries.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import { isStored } from '../integration/stored.ts';
import type { Sweep } from '../processes.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { type Tasks, taskIdOf } from '../task/tasks.ts';
import { actLimitsDecider } from './act-limits.decider.ts';
import { scopesOf } from './booking-agreements.ts';
import { dueReviews, reviewListProjection } from './review-list.ts';
import { taskAgreementDecider } from './task-agreement.decider.ts';
import { agreementStream, limitsStream } from './task-agreement.events.ts';
import { createTaskAgreementApi } from './task-agreement-api.ts';

export const agreementProjections: readonly Projection<SourceEvent>[] = [reviewListProjection];
export const agreementCategories = ['agreement', 'limits'] as const;

/** How long before the care the contact person is to have seen to it. Chosen. */
const beforehandMs = 24 * hourMs;
const readModelWaitMs = 5000;

/**
 * Who does what (R55), and who the contact person is (R25): what is not arranged yet becomes a task before the care
 * begins. It never stands in the way of a booking.
 */
export const createAgreements = ({
  store,
  codecs,
  bookings,
  households,
  briefs,
  offers,
  readModel,
  tasks,
  findSeries,
  findStay,
  clock,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly tasks: Pick<Tasks, 'set' | 'findTask' | 'finishTask'>;
  readonly findSeries: Bookings['findSeries'];
  readonly findStay: Bookings['findStay'];
  readonly clock: Clock;
}) => {
  const agreements = createCommandHandler({
    ...{ store, clock, decider: taskAgreementDecider, codec: codecs.agreement, streamOf: agreementStream },
    cachedStreams: 1000,
  });
  const limits = createCommandHandler({
    ...{ store, clock, decider: actLimitsDecider, codec: codecs.limits, streamOf: limitsStream },
    cachedStreams: 500,
  });
  const api = createTaskAgreementApi({
    ...{ agreements, limits, bookings, briefs, offers, findSeries, findStay, clock },
  });

  const dueBefore = (from: Instant): Instant => {
    const [now, beforehand] = [clock(), plusMs(from, -beforehandMs)];
    return beforehand > now ? beforehand : from > now ? from : now;
  };
  /** Of a series or stay one task is enough: what it is about is the same on every date. */
  const keyOf = (booking: Booking): string => scopesOf(booking).at(-1)?.id ?? booking.about.bookingId;

  const missing = 'agreement-missing' as const;
  const keyOfRound = (key: string, round: number): string => (round === 0 ? key : `${key}/${round}`);
  const findRound = (key: string, round: number) =>
    tasks.findTask({ taskId: taskIdOf(missing, keyOfRound(key, round)) });
  /** One open task at most about one thing; another only when the last was done before `since`, what there is to do it for. */
  const setTask = async (
    about: Omit<Parameters<Tasks['set']>[0], 'kind'>,
    key: string,
    since: string,
    reaction: Reaction,
  ): Promise<void> => {
    for (let round = 0; ; round += 1) {
      const known = await findRound(key, round);
      const keyed = keyOfRound(key, round);
      if (known === undefined) return tasks.set({ kind: missing, ...about }, keyed, reaction.callFor(`look/${keyed}`));
      if (known.doneAt === null || known.doneAt > since) return;
    }
  };

  /** The contact person hears of an act that nobody was named for, or that is not clear to who was. */
  const look = async (bookingId: BookingId, since: string, reaction: Reaction): Promise<void> => {
    const { state } = await bookings.load(bookingId);
    if (state === undefined || (state.status !== 'confirmed' && state.status !== 'reserved')) return;
    const found = await api.findBookingAgreements({ bookingId });
    if (found === undefined || found.isComplete) return;
    const { householdId, span } = state.about;
    const partOf = state.partOf === null ? {} : { partOf: state.partOf };
    const about = { householdId, bookingId, ...partOf, dueAt: dueBefore(span.from) };
    await setTask(about, keyOf(state), since, reaction);
  };
  const lookAtBooking = async ({ data }: SourceEvent, reaction: Reaction): Promise<void> => {
    // Most households need no such act: then nothing else is read.
    const brief = await briefs.find(HouseholdId.parse(data.householdId));
    if (brief === undefined || brief === 'forgotten' || brief.highRiskActs.length === 0) return;
    // Confirmed once: what was seen to since then is not asked again.
    await look(BookingId.parse(data.bookingId), '', reaction);
  };

  /** What is needed changed: so may what has to be agreed, for all that is to come. */
  const lookAtAll = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    if (!isStored(event) || event.type !== 'CareNeedChanged' || event.data.recipient === undefined) return;
    if (!(await readModel.waitFor(event.position, readModelWaitMs)))
      throw new UnavailableError('The read model is behind.');
    for (const bookingId of comingBookings(readModel.db, [event.data.householdId], clock()))
      await look(bookingId, event.metadata.at, reaction);
  };

  const partOf = (scope: AgreementScope) => (scope.kind === 'booking' ? { bookingId: scope.id } : { partOf: scope });

  /** An agreement fell away: who does it now? */
  const askAgain = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    if (!isStored(event) || (event.type !== 'TaskDeclined' && event.type !== 'TaskWithdrawn')) return;
    const { householdId, scope } = event.data;
    const brief = await briefs.find(householdId);
    if (brief === undefined || brief === 'forgotten' || brief.highRiskActs.length === 0) return;
    await setTask({ householdId, ...partOf(scope) }, scope.id, event.metadata.at, reaction);
  };

  /** All is arranged: there is nothing left to do for the contact person. */
  const finish = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const householdId = HouseholdId.parse(event.data.householdId);
    const { state } = await agreements.load(householdId);
    const scope = state.agreements.find(({ agreed }) => agreed.agreementId === event.data.agreementId)?.agreed.scope;
    const brief = await briefs.find(householdId);
    if (scope === undefined || brief === undefined || brief === 'forgotten') return;
    const isReady = brief.highRiskActs.every((act) =>
      state.agreements.some(
        (it) =>
          it.act === act &&
          it.agreed.scope.id === scope.id &&
          (it.agreed.doer.kind === 'caregiver' || it.instruction.status === 'clear'),
      ),
    );
    for (let round = 0; isReady; round += 1) {
      const task = await findRound(scope.id, round);
      if (task === undefined) return;
      await tasks.finishTask({ taskId: task.taskId }, reaction.callFor(`done/${round}`));
    }
  };

  /** A series or stay that is over, and of which nothing is to come. What only let go of a date may have others later. */
  const isWholeOver = async (booking: Booking, key: string, event: SourceEvent): Promise<boolean> => {
    const whole = scopesOf(booking).at(-1);
    if (whole?.kind === 'series' && (await findSeries({ seriesId: whole.id }))?.status !== 'ended') return false;
    if (whole?.kind === 'stay' && (await findStay({ stayId: whole.id }))?.status !== 'ended') return false;
    if (!(await readModel.waitFor(event.position, readModelWaitMs)))
      throw new UnavailableError('The read model is behind.');
    const coming = comingBookings(readModel.db, [booking.about.householdId], clock());
    const others = await Promise.all(coming.map(async (it) => (await bookings.load(it)).state));
    return !others.some((it) => it !== undefined && (isOpen(it) || isAgreed(it.status)) && keyOf(it) === key);
  };
  /** What it was for does not go on: the contact person need not see to it, least of all after a death (R28). */
  const letGo = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const brief = await briefs.find(HouseholdId.parse(event.data.householdId));
    if (brief === undefined || brief === 'forgotten' || brief.highRiskActs.length === 0) return;
    const bookingId = BookingId.parse(event.data.bookingId);
    const { state } = await bookings.load(bookingId);
    if (state === undefined) return;
    const key = keyOf(state);
    if (key !== bookingId && !(await isWholeOver(state, key, event))) return;
    for (let round = 0; ; round += 1) {
      const task = await findRound(key, round);
      if (task === undefined) return;
      if (task.doneAt === null) await tasks.finishTask({ taskId: task.taskId }, reaction.callFor(`gone/${round}`));
    }
  };

  const handOverKey = (householdId: string, since: Instant) => `${householdId}/${since}`;
  const reactions: Reactions = {
    BookingConfirmed: lookAtBooking,
    BookingReserved: lookAtBooking,
    BookingCancelled: letGo,
    BookingExpired: letGo,
    CareNeedChanged: lookAtAll,
    TaskDeclined: askAgain,
    TaskWithdrawn: askAgain,
    TaskAgreed: finish,
    InstructionRecorded: finish,
    async TaskReviewDue(event, reaction) {
      if (!isStored(event) || event.type !== 'TaskReviewDue') return;
      const { householdId, scope } = event.data;
      await tasks.set(
        { kind: 'agreement-review', householdId, ...partOf(scope) },
        event.id,
        reaction.callFor('review'),
      );
    },
    async ContactPersonChanged(event, reaction) {
      if (!isStored(event) || event.type !== 'ContactPersonChanged') return;
      const { householdId, changedAt } = event.data;
      const { state } = await households.load(householdId);
      // Another spelling of the same person is no hand-over; one that was followed by another is not theirs any more.
      if (state?.handOver?.since !== changedAt) return;
      const key = handOverKey(householdId, changedAt);
      await tasks.set({ kind: 'contact-handed-over', householdId }, key, reaction.callFor('hand-over'));
    },
    async HandOverAnnounced(event, reaction) {
      const householdId = HouseholdId.parse(event.data.householdId);
      const since = (await households.load(householdId)).state?.handOver?.since;
      if (since === undefined) return;
      const taskId = taskIdOf('contact-handed-over', handOverKey(householdId, since));
      await tasks.finishTask({ taskId }, reaction.callFor('announced'));
    },
  };
  const sweeps: readonly Sweep[] = [
    {
      name: 'agreement-reviews',
      due: (now, limit) =>
        dueReviews(readModel.db, now, limit).map(({ agreementId, householdId, reviewOn }) => ({
          ...{ id: `${householdId}/${agreementId}`, deadlineAt: reviewOn },
        })),
      async act({ id, deadlineAt }) {
        const [householdId = '', agreementId = ''] = id.split('/');
        const commandId = derivedId('agreement-reviews', id, deadlineAt);
        const context = { commandId, correlationId: commandId, actor: 'agreement-reviews' };
        const data = { agreementId: TaskAgreementId.parse(agreementId) };
        await agreements.handle(householdId, { type: 'TellReview', data, now: clock() }, context);
      },
    },
  ];
  return {
    ...{ api, reactions, sweeps },
    /** Lets go of what is at hand: somebody was forgotten. */
    forget() {
      agreements.forget();
    },
  };
};
