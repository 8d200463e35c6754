import {
  AccountId,
  BookingId,
  HouseholdId,
  Lane,
  OfferId,
  PlaceOfService,
  ResourceId,
  TimeSpan,
  WaitingId,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. Ids, times and words; nothing of a person. */

const about = { offerId: OfferId };
const ofPlace = { ...about, placeId: z.string() };

export const WaitingEvent = z.discriminatedUnion('type', [
  event('WaitingJoined', {
    ...about,
    waitingId: WaitingId,
    householdId: HouseholdId,
    window: TimeSpan,
    minMinutes: z.int(),
    maxMinutes: z.int(),
    lane: Lane,
    placeOfService: PlaceOfService,
    requestedBy: AccountId,
    joinedAt: Instant,
  }),
  event('WaitingLeft', {
    ...about,
    waitingId: WaitingId,
    householdId: HouseholdId,
    why: z.enum(['left', 'served', 'forgotten']),
    leftAt: Instant,
  }),
  event('PlaceFreed', { ...ofPlace, resourceId: ResourceId, span: TimeSpan, freedAt: Instant }),
  /** To one household, as a booking held for it until then. */
  event('PlaceOffered', {
    ...ofPlace,
    waitingId: WaitingId,
    householdId: HouseholdId,
    bookingId: BookingId,
    until: Instant,
    offeredAt: Instant,
  }),
  event('OfferHeld', { ...ofPlace, waitingId: WaitingId, heldAt: Instant }),
  event('OfferTaken', { ...ofPlace, waitingId: WaitingId, takenAt: Instant }),
  event('OfferPassed', {
    ...ofPlace,
    waitingId: WaitingId,
    why: z.enum(['declined', 'silent', 'refused']),
    passedAt: Instant,
  }),
  /** `gone`: somebody else had it meanwhile, or its time has come. `nobody`: it fits nobody who waits. */
  event('PlaceClosed', { ...ofPlace, why: z.enum(['gone', 'nobody']), closedAt: Instant }),
]);
export type WaitingEvent = z.infer<typeof WaitingEvent>;
export type WaitingData<T extends WaitingEvent['type']> = Extract<WaitingEvent, { type: T }>['data'];

export const waitingStream = (offerId: string) => `waiting-${offerId}`;
