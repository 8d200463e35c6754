import {
  Bearer,
  BookingId,
  EntitlementId,
  FormId,
  HouseholdId,
  MunicipalityCode,
  Quantity,
  Quote,
  Unit,
} from '@adempauze/contracts';
import { Day, event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** What was answered for a booking, when there was a source to ask or care is shared; else there is nothing to remember. */
export const QuoteEvent = z.discriminatedUnion('type', [
  event('QuoteGiven', {
    bookingId: BookingId,
    householdId: HouseholdId,
    form: FormId,
    unit: Unit,
    quantity: Quantity,
    unitPriceCents: PriceCents,
    on: Day,
    bearer: Bearer,
    municipality: MunicipalityCode,
    /** Where room is reserved, in the order in which they pay. */
    entitlementIds: z.array(EntitlementId),
    quote: Quote,
    quotedAt: Instant,
  }),
]);
export type QuoteEvent = z.infer<typeof QuoteEvent>;

export const quoteStream = (bookingId: string) => `quote-${bookingId}`;
