import type { BookingView, HouseholdView } from '@adempauze/contracts';
import { hourMs, type Instant, plusMs } from '@adempauze/kernel';
import type { Role } from './roles.ts';

/** How long after the care who gave it can still read the brief: to write down what was given. Chosen. */
export const briefKeptMs = 30 * 24 * hourMs;

/**
 * What who gives the care may read of a household (R26, R50, R51). Nothing without the household's consent; before the
 * match a provider who is asked reads what is needed to decide, without a name; from the confirmation until a month
 * after the care also who it is and what helps; then nothing any more.
 */
export const briefFor = (
  booking: Pick<BookingView, 'status' | 'span'>,
  { briefConsent }: Pick<HouseholdView, 'briefConsent'>,
  role: Role,
  now: Instant,
): 'in-full' | 'to-decide' | 'nothing' => {
  if (briefConsent?.given !== true) return 'nothing';
  // A coordinator decides on place, time and language; conditions follow with the match.
  if (booking.status === 'awaiting-acceptance') return role === 'provider' ? 'to-decide' : 'nothing';
  if (booking.status !== 'confirmed' && booking.status !== 'delivered') return 'nothing';
  return now < plusMs(booking.span.until, briefKeptMs) ? 'in-full' : 'nothing';
};
