import type { BookingStatus, BookingView } from '@adempauze/contracts';
import { orWhenRedacted } from '@adempauze/kernel';
import type { Booking } from './booking.decider.ts';

/** Whose turn it is while a booking has this status (R32). */
export const actorIn = (status: BookingStatus): BookingView['step']['actor'] => {
  switch (status) {
    case 'held':
      return 'caregiver';
    case 'awaiting-acceptance':
      return 'provider';
    case 'awaiting-helper':
      return 'coordinator';
    default:
      return 'nobody';
  }
};

/** What the world sees of a booking. `revision` is that of its stream. */
export const bookingView = (it: Booking, revision: number): BookingView => ({
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
  municipality: it.about.municipality,
  heldUntil: it.heldUntil,
  answerBy: it.answerBy,
  helperId: it.helperId,
  delivery: it.delivery,
  requestedBy: it.requestedBy,
  requestedAt: it.requestedAt,
  confirmedAt: it.confirmedAt,
  step: { actor: actorIn(it.status), since: it.since },
  revision,
});
