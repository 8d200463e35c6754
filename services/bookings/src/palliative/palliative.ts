import type { BookingId, Bookings, HouseholdId, PalliativeView } from '@adempauze/contracts';
import type { Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import { type CallContext, type Clock, isRedacted, type Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import { type BookingState, isAgreed } from '../booking/booking.state.rules.ts';
import { rejection } from '../calls.ts';
import { forgottenIn, type HouseholdCommand, type HouseholdState } from '../household/household.decider.ts';
import { isStored } from '../integration/stored.ts';
import type { Tasks } from '../task/tasks.ts';
import { isActive, type Palliative, type PalliativeCommand, type PalliativeState } from './palliative.decider.ts';

type PalliativeApi = Pick<Bookings, 'flagPalliative' | 'liftPalliative' | 'findPalliative'>;

/** The fast lane of households in the last phase of life (R08): what it changes elsewhere asks `isFast`. */
export const createPalliative = ({
  handler,
  bookings,
  households,
  tasks,
  clock,
}: {
  readonly handler: CommandHandler<PalliativeCommand, PalliativeState>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly tasks: Pick<Tasks, 'set'>;
  readonly clock: Clock;
}) => {
  const send = async (
    householdId: HouseholdId,
    command: PalliativeCommand,
    context: CallContext,
  ): Promise<Outcome<PalliativeView>> => {
    try {
      const outcome = await handler.handle(householdId, command, context);
      if (!outcome.accepted) return outcome;
      const { state } = outcome.value;
      if (state === undefined) return rejection('palliative-not-found');
      return { accepted: true, position: outcome.position, value: viewOf(state) };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  const api: PalliativeApi = {
    async flagPalliative(data, context) {
      const { state } = await households.load(data.householdId);
      if (state === undefined) return rejection('household-not-found');
      if (forgottenIn(state) !== undefined) return rejection('person-forgotten');
      const recipientId = state.registered.recipient.personId;
      return send(data.householdId, { type: 'Flag', data: { ...data, recipientId }, now: clock() }, context);
    },
    liftPalliative: ({ householdId }, context) =>
      send(householdId, { type: 'End', why: 'lifted', now: clock() }, context),
    async findPalliative({ householdId }) {
      const { state } = await handler.load(householdId);
      return state && viewOf(state);
    },
  };

  /** Whether this booking is still not agreed, by its own stream; one that the family let go of is not late. */
  const isLate = async (bookingId: BookingId): Promise<boolean> => {
    const { state } = await bookings.load(bookingId);
    return state !== undefined && !isAgreed(state.status) && state.status !== 'cancelled';
  };

  /** A day has passed since it was asked, or since the flag. */
  const noteLate = async (householdId: HouseholdId, bookingId: BookingId | null, context: CallContext) => {
    if (bookingId !== null && !(await isLate(bookingId))) return;
    await handler.handle(householdId, { type: 'NoteLate', bookingId, now: clock() }, context);
  };

  const reactions: Reactions = {
    async FastLaneLate(event: SourceEvent, reaction) {
      if (!isStored(event) || event.type !== 'FastLaneLate') return;
      const { householdId, ofBooking: bookingId } = event.data;
      const about = bookingId === undefined ? {} : { bookingId };
      await tasks.set({ kind: 'palliative-late', householdId, ...about }, event.id, reaction.callFor('task'));
    },
    // With the care everything ended: the ending has tasks of its own.
    async FastLaneEnded(event: SourceEvent, reaction) {
      if (!isStored(event) || event.type !== 'FastLaneEnded' || event.data.why !== 'lifted') return;
      const { householdId } = event.data;
      await tasks.set({ kind: 'palliative-lifted', householdId }, event.id, reaction.callFor('task'));
    },
  };

  return {
    api,
    reactions,
    noteLate,
    isFast: async (householdId: HouseholdId): Promise<boolean> => isActive((await handler.load(householdId)).state),
    async end(householdId: HouseholdId, context: CallContext): Promise<void> {
      if (!isActive((await handler.load(householdId)).state)) return;
      await handler.handle(householdId, { type: 'End', why: 'care-ended', now: clock() }, context);
    },
  };
};

const viewOf = ({ given, late, ended }: Palliative): PalliativeView => ({
  householdId: given.householdId,
  active: ended === null,
  words: isRedacted(given.words) ? null : given.words,
  flaggedBy: given.flaggedBy,
  flaggedAt: given.givenAt,
  confirmBy: given.confirmBy,
  late: [...late],
  endedAt: ended?.endedAt ?? null,
  endedWhy: ended?.why ?? null,
});
