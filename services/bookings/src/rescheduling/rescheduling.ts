import type { BookingId, Bookings, BookingView, Offers } from '@adempauze/contracts';
import type { Reaction } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import { type Booking, type BookingState, isOpen } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import { isAt, mayMove, noToMove } from '../booking/changes.rules.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { fits, needOf, placeOf } from '../requesting/request-booking.ts';
import type { UnderWay } from '../under-way.ts';

/** Each time another move came first. */
const triesToAsk = 3;
const done: Outcome<undefined> = { accepted: true, position: undefined, value: undefined };

/**
 * Another time for a booking. First the booking remembers that it wants to move; then its calendar moves the place, in one
 * decision; then the booking has moved, or stays where it was. Stopped in between, the reactor on `MoveAsked` goes on.
 * Whatever ends the booking meanwhile refuses the move in the same append, so that it ends as if that had come first.
 */
export const createRescheduling = ({
  bookings,
  briefs,
  offers,
  underWay,
  clock,
}: {
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'movePlace' | 'releasePlaces'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}) => {
  /** Does what is still to be done; answers why it could not be, when that is so. */
  const finish = async (booking: Booking, context: CallContext): Promise<Outcome<undefined>> => {
    const { about, moving, resourceId } = booking;
    if (moving === null || resourceId === null || !mayMove(booking)) return done;
    const { bookingId, householdId, offerId } = about;
    const brief = await briefs.find(householdId);
    const commandId = derivedId('move', bookingId, moving.nth);
    const call = { ...context, actor: moving.askedBy ?? context.actor, commandId };
    const outcome: Outcome<unknown> =
      brief === undefined || brief === 'forgotten'
        ? rejection('person-forgotten')
        : await offers.movePlace(
            { bookingId, householdId, offerId, resourceId, span: moving.to, ...needOf(moving, brief) },
            callOf(call, 'place'),
          );
    const recorded = outcome.accepted
      ? await bookings.handle(bookingId, { type: 'RecordMove', move: moving, now: clock() }, callOf(call, 'moved'))
      : await bookings.handle(
          bookingId,
          { type: 'RefuseMove', ...outcome.rejection, now: clock() },
          callOf(call, 'refused'),
        );
    const after = recorded.accepted ? recorded.value.state : undefined;
    if (after === undefined || isAt(after, moving)) return done;
    if (isOpen(after) || after.status === 'confirmed') return outcome.accepted ? done : outcome;
    // It ended first, and has not moved. Whoever ended it may have freed its place before that was moved.
    if (outcome.accepted) {
      const places = { resourceId, bookingIds: [bookingId], reason: 'cancelled' as const };
      await offers.releasePlaces(places, callOf(call, 'release'));
    }
    return rejection(noToMove(after.cancelledFor));
  };

  /** A move under way is carried out first: two that are asked for at once come one after the other. */
  const ask = async (
    { bookingId }: Pick<Booking['about'], 'bookingId'>,
    command: Extract<BookingCommand, { type: 'AskMove' }>,
    context: CallContext,
  ) => {
    for (let left = triesToAsk; ; left -= 1) {
      const asked = await bookings.handle(bookingId, command, context);
      if (asked.accepted || asked.rejection.code !== 'booking-cannot-move' || left === 0) return asked;
      const { state } = await bookings.load(bookingId);
      if (state === undefined || state.moving === null || !mayMove(state)) return asked;
      await finish(state, context);
    }
  };

  const reschedule = async (
    { bookingId, span, placeOfService }: Parameters<Bookings['rescheduleBooking']>[0],
    context: CallContext,
  ): Promise<Outcome<BookingView>> => {
    const { state } = await bookings.load(bookingId);
    if (state === undefined) return rejection('booking-not-found');
    const place = placeOfService ?? state.placeOfService;
    if (!fits({ placeOfService: place }, state.terms)) return rejection('place-of-service-mismatch');
    const brief = await briefs.find(state.about.householdId);
    if (brief === undefined) return rejection('household-not-found');
    if (brief === 'forgotten') return rejection('person-forgotten');
    const toMunicipality = placeOf({ placeOfService: place }, brief)?.municipality ?? state.terms.providerMunicipality;
    const to = { to: span, placeOfService: place, toMunicipality };
    const command = { type: 'AskMove', ...to, askedBy: context.actor, now: clock() } as const;
    const asked = await ask({ bookingId }, command, context);
    if (!asked.accepted) return asked;
    const finished = asked.value.state === undefined ? undefined : await finish(asked.value.state, context);
    if (finished?.accepted === false) return finished;
    return answer(bookingId);
  };

  const answer = async (bookingId: BookingId): Promise<Outcome<BookingView>> => {
    const { state, revision, position } = await bookings.load(bookingId);
    if (state === undefined || revision === undefined) return rejection('booking-not-found');
    return { accepted: true, position, value: bookingView(state, revision, clock()) };
  };

  return {
    rescheduleBooking: ((input, context) =>
      underWay.track(input.bookingId, () => reschedule(input, context))) satisfies Bookings['rescheduleBooking'],
    async goOn(event: SourceEvent, reaction: Reaction): Promise<void> {
      const bookingId = String(event.data.bookingId);
      await underWay.ended(bookingId);
      const { state } = await bookings.load(bookingId);
      if (state !== undefined) await finish(state, reaction.callFor('move'));
    },
  };
};
