import type { Bookings } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { dayOf } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';

/**
 * Cancelling as people do it. A caregiver who cancels late of their own accord bears what was agreed, and hears it first;
 * what a process cancels costs nothing: a stay that does not fit, an arrangement that falls apart, care that ended (R28). Nor
 * does a booking after a death or admission, whoever is the first to cancel it.
 */
export const createCancelling = ({
  bookings,
  cancelBooking,
  cancelOfOwnAccord,
  listEndings,
}: {
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly cancelBooking: Bookings['cancelBooking'];
  readonly cancelOfOwnAccord: Bookings['cancelBooking'];
  readonly listEndings: Bookings['listEndings'];
}): Pick<Bookings, 'cancelBooking'> => ({
  async cancelBooking(input, context) {
    const { state } = await bookings.load(input.bookingId);
    if (input.by !== 'caregiver' || state?.terms.cancellation === undefined) return cancelBooking(input, context);
    const { householdId, span } = state.about;
    const endings = await listEndings({ householdId });
    // What was asked for after the care ended is another beginning.
    const isAfter = endings.some(({ on, endedAt }) => on <= dayOf(span.from) && state.requestedAt <= endedAt);
    return isAfter ? cancelBooking(input, context) : cancelOfOwnAccord(input, context);
  },
});
