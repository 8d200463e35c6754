import type { Bookings, BookingView, CancelBooking, DeclineBooking, HouseholdId, Offers } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock, Instant, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { type BookingCommand, bookingDecider } from '../booking/booking.decider.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { Booking, BookingState } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import { callOf, rejection } from '../calls.ts';
import type { LateCost } from '../cancelling/cancel-cost.rules.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { NeedsAdult } from '../signal/needs-adult.ts';
import { signsNoPayment } from '../signal/young.rules.ts';
import type { OwnConfirmations } from './own-confirmations.ts';
import type { Release } from './place.ts';

export type Promising = Pick<
  Bookings,
  | 'confirmBooking'
  | 'acceptBooking'
  | 'declineBooking'
  | 'cancelBooking'
  | 'setCaregiverJoins'
  | 'recordDelivery'
  | 'recordNoCare'
> & {
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
  /** One date of a series that is declined; demand that was not met is counted with one of them only. */
  readonly declineOfSeries: (
    input: DeclineBooking & { readonly isCounted: boolean },
    context: CallContext,
  ) => Promise<Outcome<BookingView>>;
};

/**
 * From held to delivered. Where a yes needs a place, the decider first says what the yes would lead to, then offers
 * arranges it, and then it is recorded; stopped in between, the reactor on `offers.place-taken.v1` records it.
 */
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
  readonly offers: Pick<Offers, 'takePlace' | 'extendHold'>;
  readonly releasePlace: Release;
  readonly ownConfirmations: OwnConfirmations;
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
    const [event] = decision.accepted ? decision.events : [];
    return state === undefined || event === undefined ? undefined : { state, event };
  };

  const take = async ({ about, resourceId, heldUntil }: Booking, context: CallContext) => {
    const { bookingId, span } = about;
    if (resourceId === null) return rejection('hold-expired', { expiresAt: span.from });
    const taken = await offers.takePlace({ resourceId, bookingId }, callOf(context, 'take'));
    if (!taken.accepted) return lostHold(taken.rejection, heldUntil ?? clock());
    return record(bookingId, { type: 'ConfirmTakenPlace', now: clock() }, context);
  };

  const extendHold = async ({ about, resourceId, heldUntil }: Booking, event: BookingEvent, context: CallContext) => {
    if (event.type !== 'AcceptanceAsked' || resourceId === null) return undefined;
    const { bookingId } = about;
    const hold = { resourceId, bookingId, expiresAt: event.data.answerBy };
    const extended = await offers.extendHold(hold, callOf(context, `extend/${hold.expiresAt}`));
    return extended.accepted ? undefined : lostHold(extended.rejection, heldUntil ?? clock());
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
    async confirmBooking({ bookingId }, context) {
      const command: BookingCommand = { type: 'ConfirmBooking', arranged: false, now: clock() };
      const next = await foreseen(bookingId, command);
      if (next === undefined) return record(bookingId, command, context);
      // Forgotten since it was asked for: the sweep cancels it.
      const brief = await briefs.find(next.state.about.householdId);
      if (brief === 'forgotten') return rejection('person-forgotten');
      if (next.state.quote.ownCostCents > 0 && signsNoPayment(brief?.young, context.actor, clock()))
        return rejection('adult-needed');
      if (next.event.type === 'BookingConfirmed' || next.event.type === 'BookingReserved') {
        return ownConfirmations.track(bookingId, take(next.state, context));
      }
      const no = await extendHold(next.state, next.event, context);
      if (no !== undefined) return no;
      const isKnownFirst = next.event.type === 'HelperWanted' && (await isFast(next.state.about.householdId));
      const faces = isKnownFirst ? { faces: 'known-first' as const } : {};
      const approval = brief?.approvesHelper ? { approval: 'family-first' as const } : {};
      return record(bookingId, { ...command, ...faces, ...approval, arranged: true }, context);
    },

    async acceptBooking({ bookingId }, context) {
      const command: BookingCommand = { type: 'AcceptBooking', now: clock() };
      const next = await foreseen(bookingId, command);
      if (next === undefined) return record(bookingId, command, context);
      return ownConfirmations.track(bookingId, take(next.state, context));
    },

    declineBooking: ({ bookingId, reason }, context) =>
      end(bookingId, { type: 'DeclineBooking', reason, now: clock() }, 'declined', context),

    declineOfSeries: ({ bookingId, reason, isCounted }, context) =>
      end(bookingId, { type: 'DeclineBooking', reason, isCounted, now: clock() }, 'declined', context),

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

/** A hold that is gone is, for who waits, one that has expired. */
const lostHold = ({ code, facts }: { code: string; facts: Readonly<Record<string, string | number>> }, at: string) =>
  code === 'hold-not-found' || code === 'hold-expired'
    ? rejection('hold-expired', { expiresAt: facts.expiresAt ?? at })
    : rejection(code, facts);
