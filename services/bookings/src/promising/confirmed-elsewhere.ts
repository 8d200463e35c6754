import type { Timer } from '@adempauze/event-bus';
import type { CommandHandler, EventStore } from '@adempauze/event-store';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';

const lookAgainMs = 50;
const leaveMs = 1000;

/**
 * Leaves another replica, which took the place a moment ago, the time to confirm the booking itself: then the yes is
 * recorded under the command that the caregiver sent, and is known when that comes again. False once that time is over
 * and the booking still waits; at once where one process writes, which knows what it does itself.
 */
export const createConfirmedElsewhere =
  ({
    store,
    bookings,
    timer,
  }: {
    readonly store: Pick<EventStore, 'writer'>;
    readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
    readonly timer: Timer;
  }) =>
  async (bookingId: string): Promise<boolean> => {
    if (store.writer === undefined) return false;
    for (let waitedMs = 0; waitedMs < leaveMs; waitedMs += lookAgainMs) {
      const { state } = await bookings.load(bookingId);
      if (state?.status !== 'held' && state?.status !== 'awaiting-acceptance') return true;
      await new Promise<void>((resolve) => void timer(lookAgainMs, resolve));
    }
    return false;
  };
