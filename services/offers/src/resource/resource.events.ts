import {
  AvailabilityRule,
  BookingId,
  DayRange,
  HouseholdId,
  OfferId,
  OverrideReason,
  ProviderId,
  ResourceId,
  Terms,
  TimeSpan,
  WorkerId,
} from '@adempauze/contracts';
import { Day, event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster with a stored fixture. */
const resource = { resourceId: ResourceId };
const place = { ...resource, bookingId: BookingId };
/** Where there is more room than before, for which offers: who waits for one of them hears of it. Absent: nowhere. */
const room = { room: z.strictObject({ offerIds: z.array(OfferId), span: TimeSpan }).optional() };
const held = {
  ...place,
  householdId: HouseholdId,
  offerId: OfferId,
  span: TimeSpan,
  expiresAt: Instant,
  terms: Terms,
  heldAt: Instant,
};

export const ResourceEvent = z.discriminatedUnion('type', [
  event(
    'ResourceOpened',
    {
      ...resource,
      providerId: ProviderId,
      offerIds: z.array(OfferId),
      capacity: z.int(),
      bufferMinutes: z.int(),
      travelMinutes: z.int(),
      openedAt: Instant,
    },
    2,
  ),
  event('TimesPublished', { ...resource, spans: z.array(TimeSpan), publishedAt: Instant, ...room }),
  event('TimesWithdrawn', { ...resource, spans: z.array(TimeSpan), withdrawnAt: Instant }),
  /** In a span, or without one wherever no span says otherwise. */
  event('CapacityChanged', {
    ...resource,
    capacity: z.int(),
    span: TimeSpan.optional(),
    changedAt: Instant,
    ...room,
  }),
  /**
   * Rules, and up to which day they are expanded. The times themselves are published and withdrawn beside it, so that what
   * was on offer stands in the log whatever later code makes of a rule.
   */
  event('AvailabilitySet', {
    ...resource,
    rules: z.array(AvailabilityRule),
    exceptDays: z.array(Day),
    holidays: z.enum(['open', 'closed']),
    aheadDays: z.int(),
    expandedUntil: Day,
    setAt: Instant,
  }),
  event('HorizonExtended', { ...resource, expandedUntil: Day, extendedAt: Instant }),
  event('DaysClosed', { ...resource, days: DayRange, closedAt: Instant }),
  event('DaysReopened', { ...resource, days: DayRange, reopenedAt: Instant }),
  /** What another calendar said was taken, in place of what it said before. */
  event('CalendarRead', { ...resource, busy: z.array(TimeSpan), readAt: Instant, ...room }),
  event('WorkerRostered', { ...resource, workerId: WorkerId, span: TimeSpan, rosteredAt: Instant }),
  event('WorkerUnrostered', { ...resource, workerId: WorkerId, span: TimeSpan, unrosteredAt: Instant }),
  /** Also replaces a hold of the same booking that had passed. The terms are frozen here. */
  event('PlaceHeld', held),
  /** Knowingly beyond what was published. Who did it stands in the event's metadata. */
  event('CapacityOverridden', { ...held, reason: OverrideReason }),
  /** Another time for the same booking, under the terms of that time; held or taken as it was. */
  event('PlaceMoved', { ...place, offerId: OfferId, span: TimeSpan, terms: Terms, movedAt: Instant, ...room }),
  event('HoldExtended', { ...place, expiresAt: Instant, extendedAt: Instant }),
  event('PlaceTaken', { ...place, takenAt: Instant }),
  event('PlaceReleased', {
    ...place,
    reason: z.enum(['cancelled', 'declined', 'expired']),
    releasedAt: Instant,
    ...room,
  }),
  event('HoldExpired', { ...place, expiredAt: Instant, ...room }),
]);
export type ResourceEvent = z.infer<typeof ResourceEvent>;

export const resourceStream = (resourceId: string) => `resource-${resourceId}`;
