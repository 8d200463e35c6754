import type { BookingId, Bookings, BookingView, Offers } from '@adempauze/contracts';
import type { Reaction } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { Booking, BookingState } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { fits, needOf, placeOf } from '../requesting/request-booking.ts';
import type { UnderWay } from '../under-way.ts';

/**
 * Another time for a booking. First the booking remembers that it wants to move; then its calendar moves the place, in one
 * decision; then the booking has moved, or stays where it was. Stopped in between, the reactor on `MoveAsked` goes on.
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
  readonly offers: Pick<Offers, 'movePlace'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}) => {
  /** Does what is still to be done; answers why it could not be, when that is so. */
  const finish = async (booking: Booking, context: CallContext): Promise<Outcome<undefined>> => {
    const { about, moving, resourceId } = booking;
    if (moving === null || resourceId === null) return { accepted: true, position: undefined, value: undefined };
    const { bookingId, householdId, offerId } = about;
    const brief = await briefs.find(householdId);
    const call = { ...context, commandId: derivedId('move', bookingId, moving.askedAt) };
    const outcome: Outcome<unknown> =
      brief === undefined || brief === 'forgotten'
        ? rejection('person-forgotten')
        : await offers.movePlace(
            { bookingId, householdId, offerId, resourceId, span: moving.to, ...needOf(moving, brief) },
            callOf(call, 'place'),
          );
    if (outcome.accepted) {
      await bookings.handle(bookingId, { type: 'RecordMove', now: clock() }, callOf(call, 'moved'));
      return { ...outcome, value: undefined };
    }
    await bookings.handle(
      bookingId,
      { type: 'RefuseMove', ...outcome.rejection, now: clock() },
      callOf(call, 'refused'),
    );
    return outcome;
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
    const asked = await bookings.handle(
      bookingId,
      { type: 'AskMove', to: span, placeOfService: place, toMunicipality, now: clock() },
      context,
    );
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
