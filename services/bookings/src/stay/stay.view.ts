import { BookingId, type StayStepView, type StayView } from '@adempauze/contracts';
import { derivedId, type Instant, orWhenRedacted } from '@adempauze/kernel';
import { type BookingState, isOpen } from '../booking/booking.state.rules.ts';
import { cancelCostAt } from '../booking/booking.view.ts';
import { leftOpen, type Stay, turnOf } from './stay.state.rules.ts';

/** The booking of a step of a stay: the same whoever derives it. */
export const bookingOfStep = (stayId: string, step: number): BookingId =>
  BookingId.parse(derivedId('stay', stayId, step));

/** What the world sees of a stay, from its own stream and those of its bookings. */
export const stayView = (
  stay: Stay,
  bookings: ReadonlyMap<string, BookingState>,
  revision: number,
  now: Instant,
): StayView => {
  const { planned, status, refusal, endReason } = stay;
  const steps = stay.steps.map((_step, index) => stepView(stay, index, bookings));
  return {
    stayId: planned.stayId,
    householdId: planned.householdId,
    offerId: planned.offerId,
    providerId: planned.providerId,
    resourceId: planned.resourceId,
    form: planned.form,
    purpose: orWhenRedacted(planned.purpose, null),
    placeOfService: planned.placeOfService,
    caregiverJoins: planned.caregiverJoins ?? [...bookings.values()].some((it) => it?.first.caregiverJoins),
    requestedBy: planned.requestedBy,
    plannedAt: planned.plannedAt,
    status,
    steps,
    waived: planned.waived,
    refusal,
    endReason,
    metWorkerIds: [...new Set(stay.steps.flatMap(({ metWorkerIds }) => metWorkerIds))],
    ownCostCents: steps.reduce((sum, { ownCostCents }) => sum + (ownCostCents ?? 0), 0),
    endCostCents: [...bookings.values()].reduce(
      (sum, it) => sum + (it?.status === 'confirmed' ? cancelCostAt(it, now) : 0),
      0,
    ),
    turn: turnNow(stay, bookings),
    revision,
  };
};

const stepView = (stay: Stay, index: number, bookings: ReadonlyMap<string, BookingState>): StayStepView => {
  const { kind, span, said, passedAt, gate } = stay.steps[index] ?? never();
  const bookingId = bookingOfStep(stay.planned.stayId, index);
  const booking = bookings.get(bookingId);
  const counts = booking !== undefined && (isOpen(booking) || ['confirmed', 'delivered'].includes(booking.status));
  return {
    ...{ kind, span, passedAt },
    bookingId: booking === undefined ? null : bookingId,
    status: booking?.status ?? null,
    ownCostCents: counts ? booking.quote.ownCostCents : null,
    gate: gate === 'asked' ? 'open' : gate,
    outcome: { caregiver: said.caregiver ?? null, recipient: said.recipient ?? null, house: said.house ?? null },
  };
};

/** Whoever has yet to say how the step was; the house last, and the contact person once it took too long. */
const turnNow = (stay: Stay, bookings: ReadonlyMap<string, BookingState>): StayView['turn'] => {
  const { status, since, deadlineAt: until, overdue } = stay;
  const open = leftOpen(stay);
  // Ended in the middle of it: the house says what was given, and the bed is free.
  if (open !== undefined && bookings.get(bookingOfStep(stay.planned.stayId, open))?.status === 'confirmed')
    return { actor: 'provider', since, until: stay.steps[open]?.span.until ?? null };
  if (status === 'held') return { actor: 'caregiver', since, until: null };
  if (status !== 'confirmed') return { actor: 'nobody', since, until: null };
  if (overdue) return { actor: 'contact-person', since, until: stay.steps[turnOf(stay) + 1]?.span.from ?? null };
  if (until === null) return { actor: 'nobody', since, until };
  const said = stay.steps[turnOf(stay)]?.said;
  return { actor: said?.caregiver && said.recipient ? 'provider' : 'caregiver', since, until };
};

const never = (): never => {
  throw new RangeError('A stay has no such step.');
};
