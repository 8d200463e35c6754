import type { BookingId, Bookings, EndingView, HouseholdId, TaskKind } from '@adempauze/contracts';
import type { Reactions } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel, SourceEvent } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  dayOf,
  type Instant,
  instantOn,
  type Outcome,
  plusDays,
  plusMonths,
  UnavailableError,
} from '@adempauze/kernel';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import { isStored } from '../integration/stored.ts';
import { listedSeries } from '../series/series-list.ts';
import { listedStays } from '../stay/stay-list.ts';
import type { Tasks } from '../task/tasks.ts';
import type { UnderWay } from '../under-way.ts';
import { listsOfHousehold } from '../waiting/waiting-lists.ts';
import { type EndedCare, type EndingCommand, type EndingState, sameEnding } from './ending.decider.ts';
import { comingWhenEnded } from './ending-list.ts';

/** How long the answer may wait for the read model, which knows what a household has to come. */
const waitMs = 2000;
const mostOfEach = 1000;
/** At this time of that day somebody gets in touch. */
const contactAt = '09:00';

/** Ends what is made of several bookings for a household, as far as it is to come and was asked for before. Repeatable. */
export type EndWithCare = (
  ended: Pick<EndedCare, 'householdId' | 'from' | 'endedAt'>,
  context: CallContext,
) => Promise<void>;

/** What an ending lets go of, beside single bookings, in the order in which it does: the larger first. */
type Coming = Pick<
  Bookings,
  'endSeries' | 'findSeries' | 'endStay' | 'findStay' | 'findWaiting' | 'leaveWaitingList' | 'cancelBooking'
>;

/**
 * The care ends, and nobody has to do anything for it (R28, X12). First the event; then what is to come is let go of,
 * which a crash can only delay, and which is looked at again a while later for what was being asked for at that moment.
 * Nothing is deleted: the household can ask for something new at any time.
 */
export const createEnding = ({
  handler,
  households,
  coming,
  plans,
  alsoEnd,
  tasks,
  readModel,
  underWay,
  clock,
}: {
  readonly handler: CommandHandler<EndingCommand, EndingState>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly coming: Coming;
  /** Arrangements and proposals: before what they are made of, so that nothing of them is left to choose. */
  readonly plans: readonly EndWithCare[];
  /** What is of this moment and ends with the care: urgent cases and the fast lane. Repeatable. */
  readonly alsoEnd: (householdId: HouseholdId, context: CallContext) => Promise<void>;
  readonly tasks: Pick<Tasks, 'set'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}) => {
  const { db } = readModel;

  const endSeries = async ({ householdId, from }: EndedCare, context: CallContext) => {
    for (const { seriesId } of listedSeries(db, { householdId }, Number.MAX_SAFE_INTEGER, mostOfEach)) {
      const series = await coming.findSeries({ seriesId });
      const isToCome = series?.dates.some(({ span }) => span.from >= from) ?? false;
      if (series?.status === 'ended' || !isToCome) continue;
      await coming.endSeries({ seriesId, from: dayOf(from), by: 'caregiver' }, callOf(context, `series/${seriesId}`));
    }
  };
  const endStays = async ({ householdId, from }: EndedCare, context: CallContext) => {
    for (const { stayId } of listedStays(db, { householdId }, Number.MAX_SAFE_INTEGER, mostOfEach)) {
      const stay = await coming.findStay({ stayId });
      const isToCome = stay?.steps.at(-1)?.span.from ?? '';
      if (stay === undefined || ['ended', 'refused'].includes(stay.status) || isToCome < from) continue;
      const end = { stayId, by: 'caregiver' as const, reason: 'cancelled' as const };
      await coming.endStay(end, callOf(context, `stay/${stayId}`));
    }
  };
  const leaveLists = async ({ householdId, from }: EndedCare, context: CallContext) => {
    for (const waiting of listsOfHousehold(db, householdId)) {
      const found = await coming.findWaiting(waiting);
      // What was waited for before a later end is still wanted until then.
      if (found?.status !== 'waiting' || (from > clock() && found.window.from < from)) continue;
      await coming.leaveWaitingList(waiting, callOf(context, `waiting/${waiting.waitingId}`));
    }
  };

  /** Everything after the event; again is harmless. @throws UnavailableError while the lists are behind: again. */
  const finish = async (ended: EndedCare, upTo: string | undefined, context: CallContext): Promise<void> => {
    const { householdId, number, from } = ended;
    const reached = upTo === undefined || (await readModel.waitFor(upTo, waitMs));
    if (!reached) throw new UnavailableError('The read model of bookings is behind; the ending goes on by itself.');
    await setTasks(ended, context);
    const before = comingWhenEnded(db, ended);
    await leaveLists(ended, context);
    for (const [index, end] of plans.entries()) await end(ended, callOf(context, `plans-${index}`));
    await endSeries(ended, context);
    await endStays(ended, context);
    const released: BookingId[] = [];
    for (const bookingId of before) {
      const cancel = { bookingId, by: 'caregiver' as const };
      const outcome = await coming.cancelBooking(cancel, callOf(context, `cancel/${bookingId}`));
      if (outcome.accepted && outcome.value.status === 'cancelled') released.push(bookingId);
    }
    if (from <= clock()) await alsoEnd(householdId, callOf(context, 'lanes'));
    const command = { type: 'RecordReleased', number, bookingIds: released, now: clock() } as const;
    await handler.handle(householdId, command, callOf(context, `released/${released.at(-1) ?? ''}`));
  };

  const setTasks = async ({ householdId, ending, on }: EndedCare, context: CallContext): Promise<void> => {
    const moments: readonly [TaskKind, Instant][] = [
      [`aftercare-${ending}-two-weeks`, instantOn(plusDays(on, 14), contactAt)],
      [`aftercare-${ending}-three-months`, instantOn(plusMonths(on, 3), contactAt)],
    ];
    for (const [kind, dueAt] of moments) {
      await tasks.set({ kind, householdId, dueAt }, `${householdId}/${on}`, callOf(context, kind));
    }
  };

  const find = async (householdId: HouseholdId, number: number) => (await handler.load(householdId)).state[number];

  const api: Pick<Bookings, 'endCare' | 'listEndings'> = {
    async endCare(data, context): Promise<Outcome<EndingView>> {
      const { householdId } = data;
      if ((await households.load(householdId)).state === undefined) return rejection('household-not-found');
      return underWay.track(householdId, async () => {
        const outcome = await handler.handle(householdId, { type: 'EndCare', data, now: clock() }, context);
        if (!outcome.accepted) return outcome;
        const ended = sameEnding(outcome.value.state, data);
        if (ended === undefined) throw new RangeError('What was accepted is not there.');
        await finish(ended, outcome.position, callOf(context, 'finish'));
        const after = (await find(householdId, ended.number)) ?? ended;
        return { accepted: true, position: outcome.position, value: viewOf(after) };
      });
    },
    async listEndings({ householdId }) {
      const { state } = await handler.load(householdId);
      return state.map(viewOf).toReversed();
    },
  };

  const reactions: Reactions = {
    async CareEnded(event: SourceEvent, reaction) {
      if (!isStored(event) || event.type !== 'CareEnded') return;
      const { householdId, number } = event.data;
      await underWay.ended(householdId);
      const ended = await find(householdId, number);
      if (ended !== undefined) await finish(ended, event.position, reaction.callFor('finish'));
    },
  };

  return {
    api,
    reactions,
    /** A while after: what was being asked for when the care ended is let go of too, and the ending is complete. */
    async complete(householdId: HouseholdId, number: number, context: CallContext): Promise<void> {
      const ended = await find(householdId, number);
      if (ended === undefined) return;
      await finish(ended, undefined, context);
      await handler.handle(householdId, { type: 'Complete', number, now: clock() }, callOf(context, 'complete'));
    },
  };
};

const viewOf = ({ householdId, ending, on, endedBy, endedAt, released, completedAt }: EndedCare): EndingView => ({
  ...{ householdId, ending, on, endedBy, endedAt, released: [...released], completedAt },
});
