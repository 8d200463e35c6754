import { BookingId, HouseholdId, OfferId, ProviderId, ResourceId, Terms, TimeSpan } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster with a stored fixture. */
const place = { resourceId: ResourceId, bookingId: BookingId };

export const ResourceEvent = z.discriminatedUnion('type', [
  event('ResourceOpened', {
    resourceId: ResourceId,
    providerId: ProviderId,
    offerIds: z.array(OfferId),
    capacity: z.int(),
    bufferMinutes: z.int(),
    openedAt: Instant,
  }),
  event('TimesPublished', { resourceId: ResourceId, spans: z.array(TimeSpan), publishedAt: Instant }),
  event('TimesWithdrawn', { resourceId: ResourceId, spans: z.array(TimeSpan), withdrawnAt: Instant }),
  /** Also replaces a hold of the same booking that had passed. The terms are frozen here. */
  event('PlaceHeld', {
    ...place,
    householdId: HouseholdId,
    offerId: OfferId,
    span: TimeSpan,
    expiresAt: Instant,
    terms: Terms,
    heldAt: Instant,
  }),
  event('HoldExtended', { ...place, expiresAt: Instant, extendedAt: Instant }),
  event('PlaceTaken', { ...place, takenAt: Instant }),
  event('PlaceReleased', { ...place, reason: z.enum(['cancelled', 'declined', 'expired']), releasedAt: Instant }),
  event('HoldExpired', { ...place, expiredAt: Instant }),
]);
export type ResourceEvent = z.infer<typeof ResourceEvent>;

export const resourceStream = (resourceId: string) => `resource-${resourceId}`;
