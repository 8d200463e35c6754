import type { Condition, HighRiskAct } from '@adempauze/contracts';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Booking, booking, Claim, claim, Id, list, listOf, type Span } from './shapes.ts';
import type { Upper } from './supply.ts';

/* Households and their bookings. */

export type NewHousehold = {
  readonly householdId: string;
  readonly caregiver: { name: string; place: string; phone?: string; birthYear?: number; accountId?: string };
  readonly recipient: {
    readonly name: string;
    readonly place: string;
    readonly conditions: readonly Upper<Condition>[];
    readonly highRiskActs?: readonly Upper<HighRiskAct>[];
    readonly careProfile?: string;
  };
  readonly relation: 'PARTNER' | 'CHILD' | 'PARENT' | 'SIBLING' | 'OTHER_FAMILY' | 'FRIEND' | 'NEIGHBOUR';
  readonly careHoursPerWeek: number;
  readonly needProfile?: string;
  readonly contactPerson?: { accountId: string; name: string; organisation?: string };
};
const Household = z.object({ id: Id, municipalityCode: z.string() });
export const registerHousehold = mutation<NewHousehold, typeof Household>(
  'registerHousehold',
  'household',
  '{ id municipalityCode }',
  Household,
);

export type NewRequest = {
  readonly bookingId: string;
  readonly householdId: string;
  readonly offerId: string;
  readonly resourceId?: string;
  readonly span: Span;
  readonly purpose?: string;
  readonly placeOfService: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
  readonly caregiverJoins?: boolean;
};
type OfBooking = { readonly bookingId: string };
export const requestBooking = mutation<NewRequest, typeof Booking>('requestBooking', 'booking', booking, Booking);
export const confirmBooking = mutation<OfBooking, typeof Booking>('confirmBooking', 'booking', booking, Booking);
export const cancelBooking = mutation<OfBooking, typeof Booking>('cancelBooking', 'booking', booking, Booking);
const AtProvider = z.object({ id: Id, status: z.string() });
type NoOfProvider = OfBooking & { reason: 'NO_STAFF' | 'DOES_NOT_FIT' | 'CLOSED' | 'OTHER' };
const SeenByProvider = AtProvider.extend({ quote: z.object({ ownCostCents: z.int() }).nullable() });
/** What a provider gets when it asks who pays: nothing. */
export const findAtProvider = query<{ id: string }, z.ZodNullable<typeof SeenByProvider>>(
  'booking',
  'query AtProvider($id: ID!) { booking(id: $id) { id status quote { ownCostCents } } }',
  SeenByProvider.nullable(),
);
export const acceptBooking = mutation<OfBooking, typeof AtProvider>(
  'acceptBooking',
  'booking',
  '{ id status }',
  AtProvider,
);
/** The provider takes its word back, and says why. */
export const withdrawBooking = mutation<NoOfProvider, typeof AtProvider>(
  'cancelBooking',
  'booking',
  '{ id status }',
  AtProvider,
);
export const declineBooking = mutation<NoOfProvider, typeof AtProvider>(
  'declineBooking',
  'booking',
  '{ id status }',
  AtProvider,
);
export const rescheduleBooking = mutation<OfBooking & { span: Span }, typeof Booking>(
  'rescheduleBooking',
  'booking',
  booking,
  Booking,
);
export const recordNoCare = mutation<
  OfBooking & { reason: 'FAMILY_COULD_NOT' | 'PROVIDER_COULD_NOT' | 'ENDED_EARLY' | 'UNKNOWN' },
  typeof AtProvider
>('recordNoCare', 'booking', '{ id status }', AtProvider);
const Ended = z.object({ status: z.string(), endReason: z.string().nullable(), cancelCostCents: z.int().nullable() });
/** How a booking ended, and what is said of why. */
export const findEnd = query<{ id: string }, z.ZodNullable<typeof Ended>>(
  'booking',
  'query End($id: ID!) { booking(id: $id) { status endReason cancelCostCents } }',
  Ended.nullable(),
);
const Delivered = z.object({ id: Id, status: z.string(), revision: z.int() });
export const recordDelivery = mutation<
  OfBooking & { deliveryId: string; quantity: number; caregiverRested?: 'YES' | 'SOMEWHAT' | 'NO' },
  typeof Delivered
>('recordDelivery', 'booking', '{ id status revision }', Delivered);

export const findBooking = query<{ id: string; asOf?: string }, z.ZodNullable<typeof Booking>>(
  'booking',
  `query Booking($id: ID!, $asOf: Instant) { booking(id: $id, asOf: $asOf) ${booking} }`,
  Booking.nullable(),
);
/** The booking now and after every change. */
export const watchBooking = query<{ id: string }, z.ZodNullable<typeof Booking>>(
  'bookingChanged',
  `subscription Live($id: ID!) { bookingChanged(id: $id) ${booking} }`,
  Booking.nullable(),
);
export const listBookings = query<
  { filter: { household?: string; provider?: string }; waitFor?: string | null; first?: number; after?: string | null },
  ReturnType<typeof listOf<typeof Booking>>
>(
  'bookings',
  `query Bookings($filter: BookingFilterInput, $waitFor: String, $first: Int, $after: String) {
     bookings(filter: $filter, waitFor: $waitFor, first: $first, after: $after) ${list(booking)} }`,
  listOf(Booking),
);
export const findClaim = query<{ bookingId: string; waitFor?: string | null }, z.ZodNullable<typeof Claim>>(
  'claim',
  `query Claim($bookingId: ID!, $waitFor: String) { claim(bookingId: $bookingId, waitFor: $waitFor) ${claim} }`,
  Claim.nullable(),
);

const CostOfCare = z.object({ costCents: z.int(), fundingStatus: z.string() });
/** The cost as the provider sees it: what it is owed, and not by whom. */
export const findCostOfCare = query<{ bookingId: string; waitFor?: string | null }, z.ZodNullable<typeof CostOfCare>>(
  'claim',
  'query CostOfCare($bookingId: ID!, $waitFor: String) { claim(bookingId: $bookingId, waitFor: $waitFor) { costCents fundingStatus } }',
  CostOfCare.nullable(),
);
