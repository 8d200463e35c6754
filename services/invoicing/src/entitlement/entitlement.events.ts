import {
  BookingId,
  DeliveryId,
  EntitlementId,
  FormId,
  Quantity,
  ReviewReason,
  SchemeRefusal,
  Unit,
} from '@adempauze/contracts';
import { Day, derivedId, event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { Award } from '../funding/funding.events.ts';

const about = { entitlementId: EntitlementId, bookingId: BookingId };
const covered = {
  /** Hundredths of a unit; none when nothing fitted. */
  coveredQuantity: z.int().min(0),
  /** What the scheme takes on, own contribution included. */
  coveredCents: PriceCents,
  /** The part of it that the caregiver pays through the CAK. */
  contributionCents: PriceCents,
};

/** What a household may use of a scheme in one period, and what was used. */
export const EntitlementEvent = z.discriminatedUnion('type', [
  event('EntitlementOpened', Award.shape),
  event('EntitlementExtended', { entitlementId: EntitlementId, until: Day, extendedAt: Instant }),
  event('RoomReserved', {
    ...about,
    ...covered,
    form: FormId,
    unit: Unit,
    quantity: Quantity,
    on: Day,
    municipality: z.string(),
    /** Why not all of it is covered. */
    refusal: SchemeRefusal.optional(),
    reservedUntil: Instant,
    reservedAt: Instant,
  }),
  event('RoomKept', { ...about, keptAt: Instant }),
  /** The booking was confirmed, but we heard of it after the reservation had passed and its room was given away. */
  event('RoomLapsed', { ...about, lapsedAt: Instant }),
  event('RoomReleased', { ...about, releasedAt: Instant }),
  /** Consumed anew in a later round, it takes the place of what was consumed before. */
  event('RoomConsumed', {
    ...about,
    ...covered,
    deliveryId: DeliveryId,
    deliveredOn: Day,
    round: z.int().min(1).optional(),
    /** Nothing was reserved for this booking: the award came after it. */
    found: z.strictObject({ form: FormId, unit: Unit, quantity: z.int().min(0), municipality: z.string() }).optional(),
    consumedAt: Instant,
  }),
  /** It pays for nothing that is given from `endsOn` on. */
  event('EntitlementReviewed', {
    entitlementId: EntitlementId,
    endsOn: Day,
    reason: ReviewReason,
    reviewedAt: Instant,
  }),
]);
export type EntitlementEvent = z.infer<typeof EntitlementEvent>;

/** The same household, scheme and first day always mean the same entitlement. */
export const entitlementIdOf = (of: { householdId: string; schemeId: string; startsOn: string }): EntitlementId =>
  EntitlementId.parse(derivedId('entitlement', of.householdId, of.schemeId, of.startsOn));

export const entitlementStream = (entitlementId: string) => `entitlement-${entitlementId}`;
