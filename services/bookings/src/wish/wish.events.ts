import {
  AccountId,
  BookingId,
  FormId,
  HouseholdId,
  Lane,
  MunicipalityCode,
  OfferId,
  PlaceOfService,
  TimeSpan,
  WaitingId,
  WishId,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. Ids, times and words; nothing of a person. */

const about = { wishId: WishId };
const ofPlace = { ...about, offerId: OfferId, placeId: z.string() };

export const WishEvent = z.discriminatedUnion('type', [
  event('WishMade', {
    ...about,
    householdId: HouseholdId,
    forms: z.array(FormId),
    maxKm: z.int(),
    window: TimeSpan,
    minMinutes: z.int(),
    maxMinutes: z.int(),
    lane: Lane,
    /** The caregiver comes along (R24); absent: as each offer is meant. */
    caregiverJoins: z.boolean().optional(),
    /** Where the recipient lives: demand that is not met is counted there (R35). */
    homeMunicipality: MunicipalityCode,
    requestedBy: AccountId,
    madeAt: Instant,
  }),
  /** Offers that suit, and that it did not wait at before; none of them may be found. */
  event('ListsFound', {
    ...about,
    lists: z.array(z.strictObject({ offerId: OfferId, waitingId: WaitingId, placeOfService: PlaceOfService })),
    foundAt: Instant,
  }),
  event('ListJoined', { ...about, offerId: OfferId, joinedAt: Instant }),
  /** One place at a time: while it may be taken, no other is. */
  event('PlaceClaimed', { ...ofPlace, bookingId: BookingId, claimedAt: Instant }),
  event('ClaimEnded', { ...ofPlace, endedAt: Instant }),
  event('WishEnded', {
    ...about,
    householdId: HouseholdId,
    why: z.enum(['served', 'left', 'forgotten']),
    /** Where it was served. */
    offerId: OfferId.optional(),
    endedAt: Instant,
  }),
  event('ListLeft', { ...about, offerId: OfferId, leftAt: Instant }),
]);
export type WishEvent = z.infer<typeof WishEvent>;
export type WishData<T extends WishEvent['type']> = Extract<WishEvent, { type: T }>['data'];

export const wishStream = (wishId: string) => `wish-${wishId}`;
