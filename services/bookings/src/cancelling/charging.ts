import type { BookingId, Bookings } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { dayOf, type Instant } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { Booking, BookingState } from '../booking/booking.state.rules.ts';
import { lateCostOf } from './cancel-cost.rules.ts';
import type { Charge } from './charge.rules.ts';

/** Whether the care of this household ended, so that nothing is owed for a booking (R28). */
export const createCareEnded =
  ({ listEndings }: Pick<Bookings, 'listEndings'>) =>
  async ({ about: { householdId, span }, requestedAt }: Pick<Booking, 'about' | 'requestedAt'>): Promise<boolean> => {
    const endings = await listEndings({ householdId });
    // What was asked for after the care ended is another beginning.
    return endings.some(({ on, endedAt }) => on <= dayOf(span.from) && requestedAt <= endedAt);
  };
export type CareEnded = ReturnType<typeof createCareEnded>;

/** What the caregiver would have to agree to when all of these are let go of at this moment; nothing of what is free. */
export const createCharging =
  ({
    bookings,
    hasCareEnded,
  }: {
    readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
    readonly hasCareEnded: CareEnded;
  }) =>
  async (bookingIds: readonly BookingId[], now: Instant): Promise<Charge[]> => {
    const states = await Promise.all(bookingIds.map(async (id) => (await bookings.load(id)).state));
    const charges: Charge[] = [];
    for (const state of states) {
      if (state === undefined || state.about.span.from <= now) continue;
      const late = lateCostOf({ ...state, span: state.about.span }, now);
      if (late === undefined || (await hasCareEnded(state))) continue;
      charges.push({ bookingId: state.about.bookingId, ...late });
    }
    return charges;
  };
export type Charging = ReturnType<typeof createCharging>;
