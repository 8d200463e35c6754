import type { BookingId, FundingDecline } from '@adempauze/contracts';
import { accept, type Decider, type Instant } from '@adempauze/kernel';
import type { DeclineEvent } from './decline.events.ts';

export type DeclineCommand = {
  readonly type: 'DeclineBooking';
  readonly data: Pick<FundingDecline, 'payer' | 'reason'> & { readonly bookingId: BookingId };
  readonly now: Instant;
};
export type DeclineState = { readonly declines: readonly FundingDecline[] };

/**
 * Funders say no to a booking, also again: a later no strikes what came to be there since. Whether they have a part in it
 * is looked up before.
 */
export const declineDecider: Decider<DeclineCommand, DeclineState, DeclineEvent, never> = {
  initialState: { declines: [] },
  evolve({ declines }, { data: { bookingId: _, ...decline } }) {
    return { declines: [...declines, decline] };
  },
  decide({ data, now }, { declines }) {
    const known = declines.some(
      ({ payer, declinedAt }) => payer.kind === data.payer.kind && payer.id === data.payer.id && declinedAt === now,
    );
    return known ? accept() : accept({ type: 'BookingFundingDeclined', data: { ...data, declinedAt: now } });
  },
};
