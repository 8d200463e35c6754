import type { BookingStatus, BookingView } from '@adempauze/contracts';
import { type Instant, orWhenRedacted } from '@adempauze/kernel';
import { freeCancelUntil, lateCostOf } from '../cancelling/cancel-cost.rules.ts';
import { type Booking, recordByOf } from './booking.state.rules.ts';

/** Whose turn it is while a booking has this status (R32). */
export const actorIn = (status: BookingStatus): BookingView['step']['actor'] => {
  switch (status) {
    case 'held':
    case 'reserved':
      return 'caregiver';
    case 'awaiting-acceptance':
      return 'provider';
    case 'awaiting-helper':
      return 'coordinator';
    default:
      return 'nobody';
  }
};

/** Whose turn it is now: once the care is over the provider's, to record it, and in the end the contact person's. */
export const stepOf = (
  {
    status,
    span,
    since,
    overdueSince,
  }: Pick<BookingView, 'status' | 'span'> & { since: Instant; overdueSince: Instant | null },
  now: Instant,
): BookingView['step'] => {
  if (status !== 'confirmed' || now < span.until) return { actor: actorIn(status), since };
  return overdueSince === null
    ? { actor: 'provider', since: span.until }
    : { actor: 'contact-person', since: overdueSince };
};

/** What cancelling costs at a moment, or did cost, and until when it is free. */
export const cancelViewOf = (
  it: Parameters<typeof lateCostOf>[0] & Pick<Booking, 'cancelledAtCents'>,
  now: Instant,
): Pick<BookingView, 'cancelCostCents' | 'freeCancelUntil'> => ({
  cancelCostCents: it.status === 'cancelled' ? it.cancelledAtCents : (lateCostOf(it, now)?.ownCostCents ?? 0),
  freeCancelUntil: freeCancelUntil(it),
});

/** What it costs to cancel this booking at a moment: nothing any more once it has begun; or what it did cost. */
export const cancelCostAt = (it: Booking, now: Instant): number => {
  const { span } = it.about;
  return it.status !== 'cancelled' && span.from <= now ? 0 : cancelViewOf({ ...it, span }, now).cancelCostCents;
};

/** What the world sees of a booking at a moment. `revision` is that of its stream. */
export const bookingView = (it: Booking, revision: number, now: Instant): BookingView => ({
  bookingId: it.about.bookingId,
  householdId: it.about.householdId,
  offerId: it.about.offerId,
  providerId: it.about.providerId,
  resourceId: it.resourceId,
  form: it.about.form,
  span: it.about.span,
  status: it.status,
  terms: it.terms,
  quote: it.quote,
  purpose: orWhenRedacted(it.purpose, null),
  placeOfService: it.placeOfService,
  caregiverJoins: it.caregiverJoins,
  municipality: it.about.municipality,
  heldUntil: it.heldUntil,
  answerBy: it.answerBy,
  helperId: it.helperId,
  delivery: it.delivery,
  partOf: it.partOf,
  requestedBy: it.requestedBy,
  requestedAt: it.requestedAt,
  confirmedAt: it.confirmedAt,
  askedAt: it.askedAt,
  recordBy: recordByOf(it),
  ...cancelViewOf({ ...it, span: it.about.span }, now),
  endReason: it.endReason,
  step: stepOf({ ...it, span: it.about.span }, now),
  revision,
});
