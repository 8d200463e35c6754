import type { Bookings } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { CareEnded } from './charging.ts';

/**
 * Cancelling as people do it. A caregiver who cancels late of their own accord bears what was agreed, and hears it first;
 * what a process cancels costs nothing: a stay that does not fit, an arrangement that falls apart, care that ended (R28). Nor
 * does a booking after a death or admission, whoever is the first to cancel it.
 */
export const createCancelling = ({
  bookings,
  cancelBooking,
  cancelOfOwnAccord,
  hasCareEnded,
}: {
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly cancelBooking: Bookings['cancelBooking'];
  readonly cancelOfOwnAccord: Bookings['cancelBooking'];
  readonly hasCareEnded: CareEnded;
}): Pick<Bookings, 'cancelBooking'> => ({
  async cancelBooking(input, context) {
    const { state } = await bookings.load(input.bookingId);
    if (input.by !== 'caregiver' || state?.terms.cancellation === undefined) return cancelBooking(input, context);
    return (await hasCareEnded(state)) ? cancelBooking(input, context) : cancelOfOwnAccord(input, context);
  },
});
