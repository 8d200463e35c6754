import { BookingId, integrationEvents, PersonId, ResourceId } from '@adempauze/contracts';
import { parseOpen, type Reaction, type Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { z } from 'zod';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { Forgetting } from '../forgetting/forget-person.ts';
import type { Release } from '../promising/place.ts';

/** The events of others that bookings acts on. */
export const incomingTypes = [
  'offers.place-taken.v1',
  'offers.place-released.v1',
  'matching.helper-matched.v1',
  'matching.match-closed.v1',
  // For who waits: there is more room, an offer may suit more than it did, and for wishes a new offer to wait at.
  'offers.room-came.v1',
  'offers.offer-widened.v1',
  'offers.offer-published.v1',
] as const;

const Ended = z.object({ bookingId: BookingId, resourceId: ResourceId.optional() });
const Erased = z.object({ personId: PersonId });

/**
 * What happens at others that changes a booking, and what a crash may have left undone of our own. A command that comes
 * too late is answered by the decider without an event or with a no; either is the end of it.
 */
export const createReactions = ({
  bookings,
  wasConfirmedHere,
  wasConfirmedElsewhere,
  release,
  forgetting,
  clock,
}: {
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  /** True for a booking that this process has just confirmed by itself: then there is nothing to finish. */
  readonly wasConfirmedHere: (bookingId: string) => Promise<boolean>;
  /** True once another replica did. */
  readonly wasConfirmedElsewhere: (bookingId: string) => Promise<boolean>;
  readonly release: Release;
  readonly forgetting: Pick<Forgetting, 'finish'>;
  readonly clock: Clock;
}): Reactions => {
  const send = async (bookingId: string, command: BookingCommand, reaction: Reaction): Promise<void> => {
    await bookings.handle(bookingId, command, reaction.callFor(command.type));
  };
  const free =
    (reason: 'cancelled' | 'declined' | 'expired') =>
    async ({ data }: SourceEvent, reaction: Reaction): Promise<void> => {
      const { bookingId, resourceId } = Ended.parse(data);
      await release({ bookingId, resourceId }, reason, reaction.callFor('free'));
    };

  return {
    'offers.place-taken.v1': async ({ data }, reaction) => {
      const { bookingId } = parseOpen(integrationEvents['offers.place-taken.v1'], data);
      if ((await wasConfirmedHere(bookingId)) || (await wasConfirmedElsewhere(bookingId))) return;
      await send(bookingId, { type: 'ConfirmTakenPlace', now: clock() }, reaction);
    },
    'offers.place-released.v1': async ({ data }, reaction) => {
      const { bookingId, reason } = parseOpen(integrationEvents['offers.place-released.v1'], data);
      // It may be a hold of an earlier attempt at the same booking, so the booking's own deadline decides.
      if (reason === 'expired') await send(bookingId, { type: 'ExpireBooking', now: clock() }, reaction);
    },
    'matching.helper-matched.v1': async ({ data }, reaction) => {
      const { bookingId, helperId } = parseOpen(integrationEvents['matching.helper-matched.v1'], data);
      await send(bookingId, { type: 'MatchHelper', helperId, now: clock() }, reaction);
    },
    'matching.match-closed.v1': async ({ data }, reaction) => {
      const { bookingId } = parseOpen(integrationEvents['matching.match-closed.v1'], data);
      await send(bookingId, { type: 'CloseSearch', now: clock() }, reaction);
    },
    BookingCancelled: free('cancelled'),
    BookingDeclined: free('declined'),
    BookingExpired: free('expired'),
    CareNotGiven: free('cancelled'),
    PersonForgotten: async (event, reaction) => {
      const { personId } = Erased.parse(event.data);
      await forgetting.finish(personId, event.position, reaction.callFor('finish'));
    },
  };
};
