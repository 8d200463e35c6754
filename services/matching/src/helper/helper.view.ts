import type { HelperView } from '@adempauze/contracts';
import type { Instant } from '@adempauze/kernel';
import type { HelperState } from './helper.decider.ts';

/** What the organisation sees of a helper; undefined when there is none. Appointments that ended before `since` are left out. */
export const helperViewOf = (state: HelperState, since: Instant): HelperView | undefined => {
  if (state.status === 'absent') return undefined;
  const assignments = state.assignments
    .filter(({ span }) => span.until > since)
    .toSorted((a, b) => (a.span.from < b.span.from ? -1 : 1))
    .map(({ bookingId, span }) => ({ bookingId, span: { ...span } }));
  return { ...state.profile, assignments };
};
