import type { BookingView, RequestBooking, RescheduleBooking } from '@adempauze/contracts';
import {
  accept,
  type Decision,
  dayOf,
  daysBetween,
  type Instant,
  minutesBetween,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { About, BookingEvent, DataOf } from './booking.events.ts';
import { type Booking, isOpen } from './booking.state.rules.ts';

/* What may still change of a booking that goes on: when and where it is, and whether the caregiver comes along. */

export type ChangeCommand =
  | {
      readonly type: 'AskMove';
      readonly to: RescheduleBooking['span'];
      readonly placeOfService: RequestBooking['placeOfService'];
      readonly toMunicipality: About['municipality'];
      readonly askedBy?: string;
    }
  | { readonly type: 'SetCaregiverJoins'; readonly caregiverJoins: boolean };
type ChangeRejection = Rejection<
  | 'booking-ended'
  | 'booking-already-begun'
  | 'booking-cannot-move'
  | 'move-same-length'
  | 'time-in-the-past'
  | 'caregiver-cannot-join'
  | 'caregiver-must-join'
>;
type Answer = Decision<BookingEvent, ChangeRejection>;

/** A place that can be moved without asking anybody: its calendar says whether it fits. */
export const mayMove = ({ status, terms, partOf, resourceId }: Booking): boolean =>
  (status === 'held' || status === 'confirmed') && terms.instant && resourceId !== null && partOf?.kind !== 'stay';

/** Whether it is when and where a move leads to. */
export const isAt = (
  { about, placeOfService }: Pick<Booking, 'about' | 'placeOfService'>,
  to: Pick<DataOf<'MoveAsked'>, 'to' | 'placeOfService'>,
): boolean =>
  about.span.from === to.to.from && about.span.until === to.to.until && placeOfService === to.placeOfService;

export const askMove = (
  state: Booking,
  { to, placeOfService, toMunicipality, askedBy }: Extract<ChangeCommand, { type: 'AskMove' }>,
  now: Instant,
): Answer => {
  const { about, moving, status } = state;
  const target = { to, placeOfService };
  if (isAt(state, target)) return accept();
  if (moving !== null && isAt({ about: { ...about, span: moving.to }, placeOfService: moving.placeOfService }, target))
    return accept();
  if (!isOpen(state) && status !== 'confirmed') return reject('booking-ended');
  if (!mayMove(state) || moving !== null) return reject('booking-cannot-move');
  if (about.span.from <= now) return reject('booking-already-begun');
  if (to.from <= now) return reject('time-in-the-past');
  if (!isAsLong(state.terms.unit, about.span, to)) return reject('move-same-length');
  const asked = { ...about, to, placeOfService, toMunicipality, ...(askedBy === undefined ? {} : { askedBy }) };
  return accept({ type: 'MoveAsked', data: { ...asked, askedAt: now } });
};

/** The answer to a move that the end of its booking came before. */
export const noToMove = (cancelledFor: Booking['cancelledFor']): 'booking-ended' | 'person-forgotten' =>
  cancelledFor === null ? 'booking-ended' : 'person-forgotten';

/** Nights by the calendar, everything else by the clock. */
const isAsLong = (unit: BookingView['terms']['unit'], a: About['span'], b: About['span']): boolean => {
  const nightsOf = (span: About['span']) => daysBetween(dayOf(span.from), dayOf(span.until));
  return unit === 'night' ? nightsOf(a) === nightsOf(b) : minutesBetween(a) === minutesBetween(b);
};

/** Until it begins, and by the terms agreed: neither the place nor the price depends on it (R24). */
export const setCaregiverJoins = (state: Booking, caregiverJoins: boolean, now: Instant): Answer => {
  const { about, status, terms } = state;
  if (!isOpen(state) && status !== 'confirmed') return reject('booking-ended');
  if (state.caregiverJoins === caregiverJoins) return accept();
  if (about.span.from <= now) return reject('booking-already-begun');
  if (caregiverJoins && terms.accompaniment === undefined) return reject('caregiver-cannot-join');
  if (!caregiverJoins && terms.accompaniment === 'always') return reject('caregiver-must-join');
  return accept({ type: 'AccompanimentChanged', data: { ...about, caregiverJoins, changedAt: now } });
};
