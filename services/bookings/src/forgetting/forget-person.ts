import type { BookingId, Bookings, Forgotten, PersonId } from '@adempauze/contracts';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome, UnavailableError } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { bookingsCancelledFor, comingBookings } from '../booking-overview/booking-queries.ts';
import { householdsOfPerson } from '../households/households-by-account.ts';
import type { PersonCommand, PersonState } from '../person/person.decider.ts';
import type { Release } from '../promising/place.ts';

/** How long the answer may wait for the read model, which knows the bookings of the person. */
const waitMs = 2000;

export type Forgetting = {
  readonly forgetPerson: Bookings['forgetPerson'];
  /** Everything after the event itself, which stands at `position`; again is harmless. @throws UnavailableError: again. */
  finish(personId: PersonId, position: string, context: CallContext): Promise<BookingId[]>;
  /** Cancels one booking of a forgotten person, if it is still to come. */
  cancel(bookingId: BookingId, personId: PersonId, context: CallContext): Promise<boolean>;
};

/**
 * Erases a person. First the event, so that a crash can only delay the rest; then what is still to come is cancelled,
 * the key goes, and no copy in memory is left. Deliveries and costs stay without a name: fiscal law keeps them seven
 * years (AWR art. 52).
 */
export const createForgetting = ({
  persons,
  bookings,
  readModel,
  releasePlace,
  forgetKey,
  forgetCaches,
  clock,
}: {
  readonly persons: CommandHandler<PersonCommand, PersonState>;
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly releasePlace: Release;
  readonly forgetKey: (personId: string) => Promise<void>;
  readonly forgetCaches: () => void;
  readonly clock: Clock;
}): Forgetting => {
  const cancel = async (bookingId: BookingId, personId: PersonId, context: CallContext): Promise<boolean> => {
    // The same id whoever gets to it first: the caller, the reactor or the sweep.
    const call = { ...context, commandId: derivedId('forget-person', personId, bookingId) };
    const command: BookingCommand = { type: 'CancelBooking', by: 'operator', forgottenId: personId, now: clock() };
    const outcome = await bookings.handle(bookingId, command, call);
    if (!outcome.accepted || outcome.value.state?.status !== 'cancelled') return false;
    await releasePlace({ bookingId, resourceId: outcome.value.state.resourceId }, 'cancelled', call);
    return outcome.value.state.cancelledFor === personId;
  };

  const finish = async (personId: PersonId, position: string, context: CallContext): Promise<BookingId[]> => {
    const { db } = readModel;
    const reached = await readModel.waitFor(position, waitMs);
    if (!reached) throw new UnavailableError('The read model of bookings is behind; forgetting goes on by itself.');
    const cancelled = new Set<BookingId>(bookingsCancelledFor(db, personId));
    for (const bookingId of comingBookings(db, householdsOfPerson(db, personId), clock())) {
      if (await cancel(bookingId, personId, context)) cancelled.add(bookingId);
    }
    await forgetKey(personId);
    forgetCaches();
    return [...cancelled].toSorted();
  };

  return {
    cancel,
    finish,
    async forgetPerson({ personId }, context): Promise<Outcome<Forgotten>> {
      const outcome = await persons.handle(personId, { type: 'ForgetPerson', personId, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      const cancelledBookings = await finish(personId, outcome.position ?? '', context);
      const value: Forgotten = { personId, cancelledBookings, kept: ['deliveries-and-costs', 'invoices'] };
      return { accepted: true, position: outcome.position, value };
    },
  };
};
