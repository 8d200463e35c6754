import { BookingId, type Bookings, TimeSpan } from '@adempauze/contracts';
import type { ProcessManager, Reaction, Reactions } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel, SourceEvent } from '@adempauze/event-store';
import { type Clock, Day, msOf, plusMs, type Span, UnavailableError } from '@adempauze/kernel';
import type { ArrangementCommand } from '../arrangement/arrangement.decider.ts';
import { type Arrangement, type ArrangementState, type Part, tripsOf } from '../arrangement/arrangement.state.rules.ts';
import { partsOfThing } from '../arrangement/arrangement-list.ts';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { Booking, BookingState } from '../booking/booking.state.rules.ts';
import { callOf } from '../calls.ts';
import type { SeriesState } from '../series/series.decider.ts';
import { bookingOfDate } from '../series/series.view.ts';
import type { UnderWay } from '../under-way.ts';

/** Until when a look-up waits for the list that it reads. */
const waitMs = 5000;

type Found = { readonly state: Arrangement; readonly part: Part };
type Handler = (event: SourceEvent, reaction: Reaction) => Promise<void>;

/**
 * What belongs to a trip follows it (R22): a part that moves or ends by itself takes its trips along. Which
 * plan it is in is looked up, since what was there before can have joined one.
 */
export const tripReactions = ({
  arrangements,
  process,
  bookings,
  series,
  services,
  readModel,
  underWay,
  clock,
}: {
  readonly arrangements: Pick<CommandHandler<unknown, ArrangementState>, 'load'>;
  readonly process: Pick<ProcessManager<ArrangementCommand, ArrangementState>, 'take'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly series: Pick<CommandHandler<unknown, SeriesState>, 'load'>;
  readonly services: Pick<Bookings, 'cancelBooking' | 'rescheduleBooking'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}): Reactions => {
  /** The parts that a booking, series or stay is. The arrangement was there before, so the list has it by then. */
  const lookUp = async (thingId: string, event: SourceEvent): Promise<Found[]> => {
    if (!(await readModel.waitFor(event.position, waitMs))) throw new UnavailableError('The list is behind.');
    const found: Found[] = [];
    for (const { arrangementId, partId } of partsOfThing(readModel.db, thingId)) {
      const { state } = await arrangements.load(arrangementId);
      const part = state?.parts.get(partId);
      if (state !== undefined && part !== undefined) found.push({ state, part });
    }
    return found;
  };

  const take = async (state: Arrangement, command: ArrangementCommand, reaction: Reaction, word: string) => {
    const { arrangementId } = state.planned;
    await underWay.ended(arrangementId);
    await process.take(arrangementId, command, reaction.callFor(word));
  };

  /** The bookings of trips on the day of a date of a series. */
  const tripsOnDate = async (seriesId: string, { about }: Booking, event: SourceEvent) => {
    const plans = await lookUp(seriesId, event);
    if (plans.length === 0) return [];
    const dates = (await series.load(seriesId)).state?.dates.keys() ?? [];
    const on = [...dates].find((day) => bookingOfDate(seriesId, day) === about.bookingId);
    if (on === undefined) return [];
    const trips = plans.flatMap(({ state, part }) => tripsOf(state, part.asked.partId));
    return trips.map(({ asked }) => ({
      leg: asked.tripOf?.leg ?? 'there',
      bookingId: bookingOfDate(asked.thingId, on),
    }));
  };
  const findBooking = async (event: SourceEvent) => (await bookings.load(BookingId.parse(event.data.bookingId))).state;

  const bookingEnded: Handler = async (event, reaction) => {
    const booking = await findBooking(event);
    if (booking === undefined) return;
    await loseThing(booking.about.bookingId, undefined, event, reaction);
    if (booking.partOf?.kind !== 'series') return;
    for (const { bookingId } of await tripsOnDate(booking.partOf.id, booking, event)) {
      await services.cancelBooking({ bookingId, by: 'caregiver' }, callOf(reaction.callFor('end-trips'), bookingId));
    }
  };

  const bookingMoved: Handler = async (event, reaction) => {
    const booking = await findBooking(event);
    if (booking === undefined) return;
    const from = TimeSpan.parse(event.data.movedFrom);
    const to = TimeSpan.parse(event.data.span);
    for (const { state, part } of await lookUp(booking.about.bookingId, event)) {
      const { partId } = part.asked;
      await take(state, { type: 'FollowMove', partId, from, to, now: clock() }, reaction, `follow-move-${partId}`);
    }
    if (booking.partOf?.kind !== 'series') return;
    for (const { bookingId, leg } of await tripsOnDate(booking.partOf.id, booking, event)) {
      const trip = (await bookings.load(bookingId)).state;
      if (trip === undefined) continue;
      const call = reaction.callFor('move-trips');
      const span = shifted(trip.about.span, leg, from, to);
      const moved = await services.rescheduleBooking({ bookingId, span }, callOf(call, bookingId));
      // A trip at another time than what it is for is of no use to anybody.
      if (!moved.accepted)
        await services.cancelBooking({ bookingId, by: 'caregiver' }, callOf(call, `${bookingId}/end`));
    }
  };

  const loseThing = async (thingId: string, from: Day | undefined, event: SourceEvent, reaction: Reaction) => {
    for (const { state, part } of await lookUp(thingId, event)) {
      const { partId } = part.asked;
      const since = from === undefined ? {} : { from };
      await take(state, { type: 'LosePart', partId, ...since, now: clock() }, reaction, `lose-part-${partId}`);
    }
  };

  return {
    BookingCancelled: bookingEnded,
    BookingDeclined: bookingEnded,
    BookingExpired: bookingEnded,
    BookingMoved: bookingMoved,
    StayEnded: (event, reaction) => loseThing(String(event.data.stayId), undefined, event, reaction),
    SeriesEnded: (event, reaction) =>
      loseThing(String(event.data.seriesId), Day.parse(event.data.from), event, reaction),
  };
};

/** There keeps its distance to the beginning, back to the end. */
const shifted = (span: Span, leg: 'there' | 'back', from: Span, to: Span): Span => {
  const shiftMs = leg === 'there' ? msOf(to.from) - msOf(from.from) : msOf(to.until) - msOf(from.until);
  return { from: plusMs(span.from, shiftMs), until: plusMs(span.until, shiftMs) };
};
