import type { BookingId, HouseholdId } from '@adempauze/contracts';
import { type CommandHandler, OutcomeUnknownError, type SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { Booking, BookingState } from '../booking/booking.state.rules.ts';

/** What is asked for in one go. */
export type Asking = {
  readonly householdId: HouseholdId;
  /** The booking itself, or the series or stay that they are dates or steps of: those do not count against each other. */
  readonly of: string;
  readonly bookingIds: readonly BookingId[];
  readonly heldUntil: Instant;
  /** It was let through before, and broken off. */
  readonly isKnown?: boolean;
};

type Entry = {
  readonly of: string;
  heldUntil: Instant;
  /** How many tries of the same request are under way. */
  tries: number;
  /** It is in the log, or may be. */
  stays: boolean;
};
type Bookings = CommandHandler<BookingCommand, BookingState>;

/** Households of which nothing is looked after in between; beyond that, what is over goes when twice as many have come. */
const fewHouseholds = 1000;

/**
 * What this process let through of each household and its read model does not have yet: in memory, so that it is known in
 * the same instant. An entry goes when the request failed, when the read model has the booking, when its household said yes
 * or no to it here, and at the latest some time after the hold is over.
 */
export const createHeldHere = () => {
  const households = new Map<string, Map<string, Entry>>();
  let lookedAfterAt = fewHouseholds;

  const drop = (householdId: string, bookingId: string): void => {
    const entries = households.get(householdId);
    if (entries?.delete(bookingId) && entries.size === 0) households.delete(householdId);
  };

  const dropWhatIsOver = (now: Instant): void => {
    for (const [householdId, entries] of households)
      for (const [bookingId, { heldUntil }] of entries) if (heldUntil <= now) drop(householdId, bookingId);
    lookedAfterAt = Math.max(fewHouseholds, households.size * 2);
  };

  /** It is held, as far as anybody knows; the read model may have taken it by now, and then there is no entry. */
  const keep = (householdId: string, bookingId: string): void => {
    const entry = households.get(householdId)?.get(bookingId);
    if (entry !== undefined) entry.stays = true;
  };
  const know = ({ status, about }: Booking): void =>
    (status === 'held' ? keep : drop)(about.householdId, about.bookingId);

  return {
    /** Bookings that a household holds by what was let through here, without those of the same thing. */
    beside({ householdId, of }: Pick<Asking, 'householdId' | 'of'>, now: Instant): string[] {
      const entries = households.get(householdId);
      if (entries === undefined) return [];
      return [...entries].flatMap(([bookingId, it]) => (it.of === of || it.heldUntil <= now ? [] : [bookingId]));
    },

    /** Some of it was let through before: by another try, which may be under way. */
    knows({ householdId, bookingIds }: Asking, now: Instant): boolean {
      const entries = households.get(householdId);
      return bookingIds.some((it) => (entries?.get(it)?.heldUntil ?? now) > now);
    },

    /** They are let through. Each `begin` has its `end`. */
    begin({ householdId, of, bookingIds, heldUntil }: Asking, now: Instant): void {
      if (households.size >= lookedAfterAt) dropWhatIsOver(now);
      const entries = households.get(householdId) ?? new Map<string, Entry>();
      if (bookingIds.length > 0) households.set(householdId, entries);
      for (const bookingId of bookingIds) {
        const known = entries.get(bookingId);
        if (known === undefined) entries.set(bookingId, { of, heldUntil, tries: 1, stays: false });
        else {
          known.tries += 1;
          if (known.heldUntil < heldUntil) known.heldUntil = heldUntil;
        }
      }
    },

    /** The request is over; what was not written, and no other try is at, holds nothing. */
    end({ householdId, bookingIds }: Asking): void {
      for (const bookingId of bookingIds) {
        const entry = households.get(householdId)?.get(bookingId);
        if (entry === undefined) continue;
        entry.tries -= 1;
        if (entry.tries === 0 && !entry.stays) drop(householdId, bookingId);
      }
    },

    /** The same commands; what becomes of a booking by them is known here at once. */
    watching: (bookings: Bookings): Bookings => ({
      ...bookings,
      async handle(id, command, context, options) {
        try {
          const outcome = await bookings.handle(id, command, context, options);
          if (outcome.accepted && outcome.value.state !== undefined) know(outcome.value.state);
          return outcome;
        } catch (error) {
          if (command.type === 'RequestBooking' && error instanceof OutcomeUnknownError)
            keep(command.data.householdId, command.data.bookingId);
          throw error;
        }
      },
    }),

    /** The read model has these. */
    taken(events: readonly SourceEvent[]): void {
      for (const { type, data } of events)
        if (type === 'BookingRequested') drop(String(data.householdId), String(data.bookingId));
    },

    /** Of how many households anything is kept. */
    size: () => households.size,
  };
};
export type HeldHere = ReturnType<typeof createHeldHere>;
