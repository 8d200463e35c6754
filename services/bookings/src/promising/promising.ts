import type { Bookings, BookingView, CancelBooking, DeclineBooking, HouseholdId, Offers } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock, Instant, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { type BookingCommand, bookingDecider } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import { rejection } from '../calls.ts';
import type { LateCost } from '../cancelling/cancel-cost.rules.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { NeedsAdult } from '../signal/needs-adult.ts';
import type { OwnWork } from './own-work.ts';
import type { Release } from './place.ts';
import { createSayingYes, type SayingYes } from './yes.ts';

export type Promising = Pick<
  Bookings,
  'declineBooking' | 'cancelBooking' | 'setCaregiverJoins' | 'recordDelivery' | 'recordNoCare'
> &
  SayingYes & {
    /** As a caregiver does it, who then bears what the terms say. */
    readonly cancelOfOwnAccord: Bookings['cancelBooking'];
    /**
     * As part of what ended at `agreedAt`, now where that is unknown: for what was agreed then, and otherwise for nothing.
     * `keepsPlace`: whoever asks frees it, with those of others.
     */
    readonly cancelAsAgreed: (
      input: Pick<CancelBooking, 'bookingId' | 'by'> & {
        readonly charge: LateCost | undefined;
        readonly agreedAt: Instant | undefined;
        readonly keepsPlace?: true;
      },
      context: CallContext,
    ) => Promise<Outcome<BookingView>>;
    /** One date of a series that is declined: demand that was not met is counted with one of them, places are freed together. */
    readonly declineOfSeries: (
      input: DeclineBooking & { readonly isCounted: boolean },
      context: CallContext,
    ) => Promise<Outcome<BookingView>>;
  };

/** From held to delivered, or to whatever else a booking ends in. */
export const createPromising = ({
  bookings,
  briefs,
  offers,
  releasePlace,
  ownConfirmations,
  isFast,
  needsAdult,
  clock,
}: {
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'takePlace' | 'takePlaces' | 'extendHold' | 'extendHolds'>;
  readonly releasePlace: Release;
  readonly ownConfirmations: OwnWork;
  /** Whether this household has the fast lane (R08). */
  readonly isFast: (householdId: HouseholdId) => Promise<boolean>;
  readonly needsAdult: NeedsAdult;
  readonly clock: Clock;
}): Promising => {
  const record = async (bookingId: string, command: BookingCommand, context: CallContext) => {
    const outcome = await bookings.handle(bookingId, command, context);
    return outcome.accepted ? viewed(outcome.value.state, outcome.value.revision, outcome.position, clock()) : outcome;
  };

  /** What a command would lead to now; undefined: nothing, or a no, and the handler is the one to say so. */
  const foreseen = async (bookingId: string, command: BookingCommand) => {
    const { state } = await bookings.load(bookingId);
    const decision = bookingDecider.decide(command, state);
    // The last: with an end, a move that was not carried out is refused before it.
    const event = decision.accepted ? decision.events.at(-1) : undefined;
    return state === undefined || event === undefined ? undefined : { state, event };
  };

  const end = async (
    bookingId: string,
    command: BookingCommand,
    reason: 'cancelled' | 'declined',
    context: CallContext,
  ): Promise<Outcome<BookingView>> => {
    const outcome = await record(bookingId, command, context);
    if (outcome.accepted && outcome.value.status === reason) await releasePlace(outcome.value, reason, context);
    return outcome;
  };

  return {
    ...createSayingYes({ record, foreseen, briefs, offers, ownConfirmations, isFast, clock }),

    declineBooking: ({ bookingId, reason }, context) =>
      end(bookingId, { type: 'DeclineBooking', reason, now: clock() }, 'declined', context),

    declineOfSeries: ({ bookingId, reason, isCounted }, context) =>
      record(bookingId, { type: 'DeclineBooking', reason, isCounted, now: clock() }, context),

    // What a process cancels, because of what happened, costs nothing: see `cancelling`.
    cancelBooking: ({ bookingId, by, reason }, context) =>
      end(bookingId, { type: 'CancelBooking', by, ...(reason && { reason }), now: clock() }, 'cancelled', context),

    cancelAsAgreed: ({ bookingId, by, charge, agreedAt, keepsPlace }, context) => {
      const agreed = charge && { owedCents: charge.owedCents, ownCostCents: charge.ownCostCents };
      const command = {
        ...{ type: 'CancelBooking' as const, by, ...(agreed && { charge: { agreed } }), ...(agreedAt && { agreedAt }) },
        now: clock(),
      };
      return keepsPlace ? record(bookingId, command, context) : end(bookingId, command, 'cancelled', context);
    },

    async cancelOfOwnAccord({ bookingId, by, reason, acceptCostCents = 0 }, context) {
      const charge = { atMostCents: acceptCostCents };
      const command = { type: 'CancelBooking', by, charge, ...(reason && { reason }), now: clock() } as const;
      const next = await foreseen(bookingId, command);
      const late = next?.event.type === 'BookingCancelled' ? next.event.data.late : undefined;
      if (next !== undefined && late !== undefined && late.ownCostCents > 0) {
        if (await needsAdult(next.state.about.householdId, context.actor)) return rejection('adult-needed');
      }
      return end(bookingId, command, 'cancelled', context);
    },

    setCaregiverJoins: ({ bookingId, caregiverJoins }, context) =>
      record(bookingId, { type: 'SetCaregiverJoins', caregiverJoins, now: clock() }, context),

    async recordNoCare({ bookingId, reason }, context) {
      const outcome = await record(bookingId, { type: 'RecordNoCare', reason, now: clock() }, context);
      // What is left of its time is free for somebody else.
      if (outcome.accepted) await releasePlace(outcome.value, 'cancelled', context);
      return outcome;
    },

    async recordDelivery({ bookingId, ...data }, context) {
      const command = { type: 'RecordDelivery', data, now: clock() } as const;
      try {
        return await record(bookingId, { ...command, keepEffect: true }, context);
      } catch (error) {
        // What was given is settled for a forgotten person too; only what it did to them is nobody's any more.
        if (!(error instanceof PersonForgottenError)) throw error;
        return record(bookingId, { ...command, keepEffect: false }, context);
      }
    },
  };
};

/** The answer that shows a booking. */
export const viewed = (
  state: BookingState,
  revision: number | undefined,
  position: string | undefined,
  now: Instant,
): Outcome<BookingView> =>
  state === undefined || revision === undefined
    ? rejection('booking-not-found')
    : { accepted: true, position, value: bookingView(state, revision, now) };
