import { type CancelBooking, type CancelReason, DeliveryId, type PersonId } from '@adempauze/contracts';
import { accept, type Decision, derivedId, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { BookingEvent } from '../booking/booking.events.ts';
import { type Booking, isOpen } from '../booking/booking.state.rules.ts';
import { freeCancelUntil, type LateCost, lateCostOf } from './cancel-cost.rules.ts';

export type CancelCommand = {
  readonly type: 'CancelBooking';
  readonly by: CancelBooking['by'];
  readonly forgottenId?: PersonId;
  readonly reason?: CancelReason;
  /**
   * The caregiver does it, of their own accord, and pays so much for it at most; or it ends with what it is a part of, for
   * what was agreed at that moment. Otherwise it costs nothing.
   */
  readonly charge?: { readonly atMostCents: number } | { readonly agreed: LateCost };
  /** When it was ended with what it is a part of: what had not begun by then ends, however late it is carried out. */
  readonly agreedAt?: Instant;
};
type CancelRejection = Rejection<'booking-ended' | 'booking-already-begun' | 'cancelling-costs'>;

/** Agreed before it begins, and never at a price that the caregiver did not accept. */
export const decideCancel = (
  booking: Booking,
  { by, forgottenId, reason, charge, agreedAt }: CancelCommand,
  now: Instant,
): Decision<BookingEvent, CancelRejection> => {
  const { about, resourceId, status, terms } = booking;
  if (status === 'cancelled') return accept();
  if (!isOpen(booking) && status !== 'confirmed') return reject('booking-ended');
  if (about.span.from <= (agreedAt ?? now)) return reject('booking-already-begun');
  const agreed = { ...booking, span: about.span };
  const late = charge === undefined || by !== 'caregiver' ? undefined : costOf(agreed, charge, now);
  if (charge !== undefined && 'atMostCents' in charge && late !== undefined && late.ownCostCents > charge.atMostCents) {
    const freeUntil = freeCancelUntil(agreed) ?? about.span.from;
    return reject('cancelling-costs', { ownCostCents: late.ownCostCents, freeUntil });
  }
  // A cost line of its own, whose id follows from the booking.
  const chargeId = DeliveryId.parse(derivedId('late-cancellation', about.bookingId));
  const owed = late === undefined ? {} : { late: { chargeId, ...late, bearer: terms.bearer, vat: terms.vat } };
  return accept({
    type: 'BookingCancelled',
    data: {
      ...about,
      ...(resourceId === null ? {} : { resourceId }),
      by,
      ...(forgottenId === undefined ? {} : { forgottenId }),
      ...(reason === undefined ? {} : { reason }),
      ...owed,
      cancelledAt: now,
    },
  });
};

/** What was agreed before is that, whenever it is carried out; nothing of what was not confirmed. */
const costOf = (
  agreed: Parameters<typeof lateCostOf>[0],
  charge: NonNullable<CancelCommand['charge']>,
  now: Instant,
): LateCost | undefined => {
  if ('atMostCents' in charge) return lateCostOf(agreed, now);
  return agreed.status === 'confirmed' ? charge.agreed : undefined;
};
