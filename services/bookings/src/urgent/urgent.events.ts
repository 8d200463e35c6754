import {
  AccountId,
  BookingId,
  HouseholdId,
  MunicipalityCode,
  OfferId,
  PersonId,
  PlaceOfService,
  ResourceId,
  TimeSpan,
  UrgentId,
  UrgentOutcome,
  UrgentOwnerKind,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. */

const about = { urgentId: UrgentId, householdId: HouseholdId };
/** Nobody is named here: the account of the professional or the contact person; none yet for the region's desk. */
const owner = z.strictObject({ kind: UrgentOwnerKind, accountId: AccountId.nullable() });
export type UrgentOwner = z.infer<typeof owner>;
/**
 * Whose it is now, and when it goes on to the next: said together, so that there is never one without the other. The
 * number counts the owners, from 0.
 */
const turn = { number: z.int(), owner, escalatesAt: Instant };

export const UrgentEvent = z.discriminatedUnion('type', [
  event('UrgentOpened', {
    ...about,
    ...turn,
    recipientId: PersonId,
    /** What is needed, in words: it speaks of the recipient. */
    need: personal(z.string(), { of: 'recipientId' }),
    span: TimeSpan,
    municipality: MunicipalityCode,
    openedBy: AccountId,
    openedAt: Instant,
  }),
  event('UrgentEscalated', { ...about, ...turn, escalatedAt: Instant }),
  event('UrgentHandedOver', { ...about, ...turn, handedOverAt: Instant }),
  event('UrgentOptionChosen', {
    ...about,
    bookingId: BookingId,
    offerId: OfferId,
    resourceId: ResourceId.optional(),
    span: TimeSpan,
    placeOfService: PlaceOfService,
    bookedBy: AccountId,
    chosenAt: Instant,
  }),
  /** It waits for somebody's yes. */
  event('UrgentOptionAsked', { ...about, bookingId: BookingId, askedAt: Instant }),
  /** `escalatesAt`: somebody comes, so the owner has time again for what is not covered yet. */
  event('UrgentOptionConfirmed', { ...about, bookingId: BookingId, escalatesAt: Instant, confirmedAt: Instant }),
  event('UrgentOptionLost', { ...about, bookingId: BookingId, code: z.string(), lostAt: Instant }),
  event('UrgentResolved', { ...about, outcome: UrgentOutcome, resolvedAt: Instant }),
  /** What covered it fell away: it is the last owner's again. */
  event('UrgentReopened', { ...about, ...turn, reopenedAt: Instant }),
]);
export type UrgentEvent = z.infer<typeof UrgentEvent>;
export type UrgentData<T extends UrgentEvent['type']> = Extract<UrgentEvent, { type: T }>['data'];

export const urgentStream = (urgentId: string) => `urgent-${urgentId}`;
