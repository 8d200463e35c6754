import type { Seen } from '../torture/run.ts';
import { balancesOf } from './check-claims.ts';
import { livesOf } from './check-standing.ts';
import type { Fact } from './history.ts';

/** What the public door showed at the end is what the log says. */
export const checkSeen = (seen: Seen, log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  const { lives } = livesOf(log);
  for (const [bookingId, status] of Object.entries(seen.bookings)) {
    const life = lives.get(bookingId)?.status;
    const shown = status?.toLowerCase().replaceAll('_', '-');
    if (shown !== life)
      violations.push(`Booking ${bookingId} is shown as ${shown ?? 'absent'}; the log says ${life ?? 'absent'}.`);
  }
  const { id, balanceCents } = seen.budget;
  const left = balancesOf(log).get(id);
  if (left !== balanceCents) violations.push(`Budget ${id} is shown with ${balanceCents} cents; the log says ${left}.`);
  if (!seen.trialBalanced) violations.push('The trial balance does not balance.');
  return violations;
};
