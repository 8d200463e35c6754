import type { BookingId, PersonId } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { type Clock, derivedId } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { DueBooking } from '../booking-overview/booking-queries.ts';
import { forgottenIn, type HouseholdCommand, type HouseholdState } from '../household/household.decider.ts';
import type { Release } from './place.ts';

const actor = 'bookings-deadlines';

/**
 * What happens when somebody's turn has ended: the booking expires and its place is free. A booking whose household was
 * forgotten while it was being asked for is cancelled instead. Repeatable.
 */
export const createDeadlines =
  ({
    bookings,
    households,
    cancelForgotten,
    releasePlace,
    clock,
  }: {
    readonly bookings: CommandHandler<BookingCommand, BookingState>;
    readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
    readonly cancelForgotten: (bookingId: BookingId, personId: PersonId) => Promise<boolean>;
    readonly releasePlace: Release;
    readonly clock: Clock;
  }) =>
  async ({ bookingId, deadlineAt }: DueBooking): Promise<void> => {
    const { state } = await bookings.load(bookingId);
    if (state === undefined) return;
    const household = (await households.load(state.about.householdId)).state;
    const forgottenId = household && forgottenIn(household);
    if (forgottenId !== undefined && (await cancelForgotten(bookingId, forgottenId))) return;
    const commandId = derivedId(actor, bookingId, deadlineAt);
    const context = { commandId, correlationId: commandId, actor };
    const command: BookingCommand = { type: 'ExpireBooking', now: clock() };
    const outcome = await bookings.handle(bookingId, command, context);
    if (!outcome.accepted || outcome.value.state?.status !== 'expired') return;
    await releasePlace({ bookingId, resourceId: state.resourceId }, 'expired', context);
  };
