import {
  AccountId,
  BookingId,
  DistanceBand,
  FormId,
  HouseholdId,
  Lane,
  MunicipalityCode,
  NextRule,
  OfferId,
  PlaceCause,
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
    /** The caregiver comes along (R24); absent: as the offer is meant. */
    caregiverJoins: z.boolean().optional(),
    requestedBy: AccountId,
    /** What is waited for, and where the recipient lives: demand that is not met is counted by it (R35). */
    form: FormId.optional(),
    homeMunicipality: MunicipalityCode.optional(),
    /** The wish that stands on this list, and since when it waits; absent for who joined this list only. */
    wishId: WishId.optional(),
    since: Instant.optional(),
    /** How well places here fit, as far as it was known on joining: where care was given to them before, and how far it is. */
    fit: z.strictObject({ familiar: z.array(ResourceId), distance: DistanceBand }).optional(),
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
  event('PlaceFreed', {
    ...ofPlace,
    resourceId: ResourceId,
    span: TimeSpan,
    /** Absent: a booking ended or moved. */
    cause: PlaceCause.optional(),
    /** Found by looking for somebody who waits; nobody is asked for a time that they had before. */
    found: z.literal(true).optional(),
    /** Who are not asked for it: they heard their noes at the look that found it. */
    notFor: z.array(WaitingId).optional(),
    freedAt: Instant,
  }),
  /** To one household, as a booking held for it until then. */
  event('PlaceOffered', {
    ...ofPlace,
    waitingId: WaitingId,
    householdId: HouseholdId,
    bookingId: BookingId,
    until: Instant,
    /** By which rule before the one behind them, and how many it fitted. */
    why: z.strictObject({ rule: NextRule, among: z.int() }).optional(),
    offeredAt: Instant,
  }),
  event('OfferHeld', { ...ofPlace, waitingId: WaitingId, heldAt: Instant }),
  event('OfferTaken', { ...ofPlace, waitingId: WaitingId, takenAt: Instant }),
  event('OfferPassed', {
    ...ofPlace,
    waitingId: WaitingId,
    /** `elsewhere`: the wish thought about another place, or had found one. */
    why: z.enum(['declined', 'silent', 'refused', 'elsewhere']),
    /** Of a refusal: what stood in the way goes by itself. Absent: not before the offer, or their need, changes. */
    mayPass: z.literal(true).optional(),
    passedAt: Instant,
  }),
  /**
   * The offer may suit more than it did, or what one household needs is otherwise: who was refused may be offered those times
   * once more. Without `waitingId`: all of them.
   */
  event('RefusalsLifted', { ...about, waitingId: WaitingId.optional(), liftedAt: Instant }),
  /** `gone`: somebody else had it meanwhile, or its time has come. `nobody`: it fits nobody who waits. */
  event('PlaceClosed', { ...ofPlace, why: z.enum(['gone', 'nobody']), closedAt: Instant }),
]);
export type WaitingEvent = z.infer<typeof WaitingEvent>;
export type WaitingData<T extends WaitingEvent['type']> = Extract<WaitingEvent, { type: T }>['data'];

export const waitingStream = (offerId: string) => `waiting-${offerId}`;
