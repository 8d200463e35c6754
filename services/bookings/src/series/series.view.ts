import { BookingId, type SeriesDate, type SeriesView } from '@adempauze/contracts';
import { type Day, dayOf, derivedId, type Instant, instantOn, orWhenRedacted } from '@adempauze/kernel';
import { type BookingState, isOpen } from '../booking/booking.state.rules.ts';
import { cancelCostAt } from '../booking/booking.view.ts';
import type { Series, SeriesDateState } from './series.decider.ts';

/** The booking of a date of a series: the same whoever derives it. */
export const bookingOfDate = (seriesId: string, on: Day): BookingId =>
  BookingId.parse(derivedId('series', seriesId, on));

/** What the world sees of a series, from its own stream and those of its bookings. */
export const seriesView = (
  { asked, rule, dates, confirmed, declined, endedFrom }: Series,
  bookings: ReadonlyMap<string, BookingState>,
  revision: number,
  now: Instant,
): SeriesView => {
  const seen = [...dates.values()].map((date) => seriesDate(asked.seriesId, date, rule, bookings, now));
  return {
    seriesId: asked.seriesId,
    householdId: asked.householdId,
    offerId: asked.offerId,
    providerId: asked.providerId,
    resourceId: asked.resourceId ?? null,
    form: asked.form,
    rule,
    zone: asked.zone,
    placeOfService: asked.placeOfService,
    caregiverJoins: asked.caregiverJoins ?? [...bookings.values()].some((it) => it?.first.caregiverJoins),
    purpose: orWhenRedacted(asked.purpose, null),
    requestedBy: asked.requestedBy,
    requestedAt: asked.requestedAt,
    status: endedFrom !== null ? 'ended' : confirmed ? 'confirmed' : 'requested',
    endedFrom,
    declinedFor: declined?.reason ?? null,
    dates: seen,
    ownCostCents: seen.reduce((sum, it) => sum + (it.ownCostCents ?? 0), 0),
    endCostCents: seen
      .filter((it) => it.status === 'confirmed' && isToEnd(it.on, endedFrom, dayOf(now)))
      .reduce((sum, it) => sum + it.cancelCostCents, 0),
    revision,
  };
};

/**
 * Whether another end would still let go of this date. What had its day is not ended any more, also where it was moved; nor
 * is what was ended before, also while that is being carried out.
 */
export const isToEnd = (on: Day, endedFrom: Day | null, today: Day): boolean =>
  on >= today && (endedFrom === null || on < endedFrom);

const seriesDate = (
  seriesId: string,
  { on, span, no }: SeriesDateState,
  { startsAt }: Series['rule'],
  bookings: ReadonlyMap<string, BookingState>,
  now: Instant,
): SeriesDate => {
  const bookingId = bookingOfDate(seriesId, on);
  const booking = bookings.get(bookingId);
  const begin = instantOn(on, startsAt);
  const counts = booking !== undefined && (isOpen(booking) || ['confirmed', 'delivered'].includes(booking.status));
  return {
    on,
    // A date that was moved is where its booking is; the rule stays what it was.
    span: booking?.about.span ?? span ?? { from: begin, until: begin },
    bookingId: booking === undefined ? null : bookingId,
    status: booking?.status ?? null,
    ownCostCents: counts ? booking.quote.ownCostCents : null,
    cancelCostCents: booking === undefined ? 0 : cancelCostAt(booking, now),
    skipped: no === undefined ? null : { code: no.code, facts: no.facts },
  };
};
