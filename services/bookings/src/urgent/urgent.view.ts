import type { UrgentView } from '@adempauze/contracts';
import { isRedacted } from '@adempauze/kernel';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { Urgent } from './urgent.state.rules.ts';

/**
 * What the world sees of a case. The contact person is whoever the household has now (R25), so that a case never is with
 * somebody who handed the household over.
 */
export const urgentView = (
  { opened, turn, owners, options, outcome, resolvedAt }: Urgent,
  {
    contact,
    bookings,
    revision,
  }: {
    readonly contact: { readonly accountId: string; readonly name: string | null } | undefined;
    readonly bookings: ReadonlyMap<string, BookingState>;
    readonly revision: number;
  },
): UrgentView => {
  const { urgentId, householdId, need, span, municipality, openedBy, openedAt } = opened;
  const named = turn?.owner.kind === 'contact-person' && contact !== undefined ? contact : { name: null };
  return {
    ...{ urgentId, householdId, span, municipality, openedBy, openedAt, outcome, resolvedAt, revision },
    need: isRedacted(need) ? null : need,
    status: turn === null ? 'resolved' : 'open',
    owner: turn === null ? null : { ...turn.owner, ...named, since: turn.since },
    escalatesAt: turn?.escalatesAt ?? null,
    owners: [...owners],
    bookings: options.map(({ bookingId, offerId, span: of, code }) => ({
      ...{ bookingId, offerId, span: of, refusal: code },
      status: bookings.get(bookingId)?.status ?? null,
    })),
    fundingStatus: 'guaranteed',
  };
};
