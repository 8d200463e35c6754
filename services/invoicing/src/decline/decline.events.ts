import { BookingId, FundingDecline } from '@adempauze/contracts';
import { event } from '@adempauze/kernel';
import { z } from 'zod';

/** Funders that said no to a booking before it was given. The booking does not change (R04); its claim will know. */
export const DeclineEvent = z.discriminatedUnion('type', [
  event('BookingFundingDeclined', { bookingId: BookingId, ...FundingDecline.shape }),
]);
export type DeclineEvent = z.infer<typeof DeclineEvent>;

export const declineStream = (bookingId: string) => `funding_decline-${bookingId}`;
