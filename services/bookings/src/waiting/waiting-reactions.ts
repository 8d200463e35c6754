import { BookingId, PartOf, TimeSpan } from '@adempauze/contracts';
import type { Reaction, Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import type { Clock, Span } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { UnderWay } from '../under-way.ts';
import type { Look } from './looking.ts';
import { liveOffer, type WaitingList } from './waiting.decider.ts';
import type { createWaiting } from './waiting.ts';

/** What happens to bookings that a waiting list is about: a place comes free, an offer is taken, or passed on. */
export const waitingReactions = ({
  waiting,
  look,
  bookings,
  underWay,
  clock,
}: {
  readonly waiting: Pick<ReturnType<typeof createWaiting>, 'take' | 'handler'>;
  readonly look: Look;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}): Reactions => {
  /** The offer that this booking is, as long as it waits for an answer. */
  const offerOf = async (offerId: string, bookingId: string) => {
    const { state } = await waiting.handler.load(offerId);
    const found = offersIn(state).find(({ data }) => data.bookingId === bookingId);
    return found && liveOffer(state, found.data);
  };

  const freed = async (event: SourceEvent, reaction: Reaction, movedFrom?: Span): Promise<void> => {
    const bookingId = BookingId.parse(event.data.bookingId);
    const { state } = await bookings.load(bookingId);
    if (state === undefined || state.resourceId === null) return;
    const { about, partOf, resourceId } = state;
    const { offerId } = about;
    const offer = partOf?.kind === 'waiting' ? await offerOf(offerId, bookingId) : undefined;
    const call = reaction.callFor('waiting');
    if (offer !== undefined && movedFrom === undefined) {
      const { placeId, waitingId } = offer.data;
      const why = event.type === 'BookingExpired' ? 'silent' : 'declined';
      await waiting.take(offerId, { type: 'PassOn', placeId, waitingId, why, now: clock() }, call);
      return;
    }
    const span = movedFrom ?? about.span;
    const free = { type: 'FreePlace', offerId, placeId: event.id, resourceId, span, now: clock() } as const;
    const outcome = await waiting.take(offerId, free, call);
    // It may be too long for some, and a part of it not.
    if (outcome.accepted && outcome.value.entries.size > 0)
      await look({ offerId, resourceId, span, cause: 'booking' }, reaction);
  };

  const agreed = async ({ data }: SourceEvent, reaction: Reaction): Promise<void> => {
    const partOf = PartOf.optional().parse(data.partOf);
    if (partOf?.kind !== 'waiting') return;
    const offer = await offerOf(partOf.id, BookingId.parse(data.bookingId));
    if (offer === undefined) return;
    const { placeId, waitingId } = offer.data;
    await waiting.take(partOf.id, { type: 'TakeOffer', placeId, waitingId, now: clock() }, reaction.callFor('taken'));
  };

  const goOn = async (event: SourceEvent, reaction: Reaction): Promise<void> => {
    const offerId = String(event.data.offerId);
    await underWay.ended(offerId);
    await waiting.take(offerId, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };

  return {
    BookingCancelled: freed,
    BookingDeclined: freed,
    BookingExpired: freed,
    BookingMoved: (event, reaction) => freed(event, reaction, TimeSpan.parse(event.data.movedFrom)),
    AcceptanceAsked: agreed,
    BookingConfirmed: agreed,
    PlaceOffered: goOn,
  };
};

const offersIn = ({ places }: WaitingList) => [...places.values()].flatMap(({ offers }) => offers);
