import {
  AccountId,
  BookingId,
  FormId,
  HouseholdId,
  Lane,
  MunicipalityCode,
  OfferId,
  PlaceOfService,
  ResourceId,
  TimeSpan,
  WaitingId,
  WishId,
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
    /** What is waited for, and where the recipient lives: demand that is not met is counted by it (R35). */
    form: FormId.optional(),
    homeMunicipality: MunicipalityCode.optional(),
    /** The wish that stands on this list, and since when it waits; absent for who joined this list only. */
    wishId: WishId.optional(),
    since: Instant.optional(),
    joinedAt: Instant,
  }),
  event('WaitingLeft', {
    ...about,
    waitingId: WaitingId,
    householdId: HouseholdId,
    /** `elsewhere`: the wish was served at another offer. */
    why: z.enum(['left', 'served', 'forgotten', 'elsewhere']),
    leftAt: Instant,
  }),
  /** It goes before others from now on: the household got the fast lane (R08). */
  event('WaitingRaised', { ...about, waitingId: WaitingId, householdId: HouseholdId, raisedAt: Instant }),
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
    /** `elsewhere`: the wish thought about another place, or had found one. */
    why: z.enum(['declined', 'silent', 'refused', 'elsewhere']),
    passedAt: Instant,
  }),
  /** `gone`: somebody else had it meanwhile, or its time has come. `nobody`: it fits nobody who waits. */
  event('PlaceClosed', { ...ofPlace, why: z.enum(['gone', 'nobody']), closedAt: Instant }),
]);
export type WaitingEvent = z.infer<typeof WaitingEvent>;
export type WaitingData<T extends WaitingEvent['type']> = Extract<WaitingEvent, { type: T }>['data'];

export const waitingStream = (offerId: string) => `waiting-${offerId}`;
