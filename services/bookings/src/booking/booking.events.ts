import {
  AccountId,
  Bearer,
  BookingId,
  CancelReason,
  DeliveryId,
  FormId,
  HelperId,
  HouseholdId,
  Language,
  MunicipalityCode,
  NoCareReason,
  OfferId,
  PartOf,
  PersonId,
  PlaceOfService,
  ProviderId,
  Quantity,
  Quote,
  ResourceId,
  Terms,
  TimeSpan,
  Unit,
  VatCategory,
} from '@adempauze/contracts';
import { Day, event, Instant, PriceCents, personal } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. Every event says what it is about, so that
 * each can be told to others, and laid in a read model, without looking at the ones before.
 */

const about = {
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  providerId: ProviderId,
  form: FormId,
  span: TimeSpan,
  /** Where the care is given; the place itself is sealed with the household. */
  municipality: MunicipalityCode,
  /** Where the recipient lives: demand that is not met is counted there, whoever bought what (R35). */
  homeMunicipality: MunicipalityCode,
};
export type About = z.infer<z.ZodObject<typeof about>>;

const request = {
  ...about,
  caregiverId: PersonId,
  resourceId: ResourceId.optional(),
  placeOfService: PlaceOfService,
  /** As the offer stood at that moment; later changes of the offer leave it as it is. */
  terms: Terms,
  requestedBy: AccountId,
  languages: z.array(Language),
  /** Absent for a booking by itself. */
  partOf: PartOf.optional(),
  /** It waits for the outcome of the step before it: agreed, it is kept, and not confirmed until the gate opens (R15). */
  gated: z.literal(true).optional(),
  /** Whether the caregiver comes along (R24), as it was asked; absent: as the offer is meant. */
  caregiverJoins: z.boolean().optional(),
};

/** Which waiting list offered it; absent for every other booking. */
const offered = { partOf: PartOf.optional() };

/** An end that leaves a place to be freed. */
const end = { ...about, resourceId: ResourceId.optional() };

export const BookingEvent = z.discriminatedUnion('type', [
  event('BookingRequested', {
    ...request,
    /** Why, in the caregiver's words (R30). */
    purpose: personal(z.string().nullable(), { of: 'caregiverId' }),
    quote: Quote,
    /** Until when the caregiver can say yes; the place is held as long. */
    heldUntil: Instant,
    requestedAt: Instant,
  }),
  /** No place was found: the demand that was not met (R35). `terms` are those that the offer makes public. */
  event('BookingRefused', {
    ...request,
    reason: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    refusedAt: Instant,
  }),
  /** The caregiver said yes; the provider is asked to accept. */
  event('AcceptanceAsked', { ...about, ...offered, answerBy: Instant, askedAt: Instant }),
  /** The caregiver said yes; a coordinator looks for somebody. */
  event('HelperWanted', {
    ...about,
    languages: z.array(Language),
    /** Before others, and whom the recipient knows before strangers; why is nobody's business. */
    lane: z.literal('urgent').optional(),
    faces: z.literal('known-first').optional(),
    /** The family says yes to who comes before that person is asked (R51). */
    approval: z.literal('family-first').optional(),
    answerBy: Instant,
    wantedAt: Instant,
  }),
  /** Everybody said yes, and its place is occupied; the step before it has to go well first. */
  event('BookingReserved', { ...about, answerBy: Instant, reservedAt: Instant }),
  event('GateOpened', { ...about, openedAt: Instant }),
  /** Another time was asked for; offers moves the place, and only then the booking moves. */
  event('MoveAsked', {
    ...about,
    to: TimeSpan,
    placeOfService: PlaceOfService,
    toMunicipality: MunicipalityCode,
    /** Whoever finishes it, it was this account's doing (R27); absent in what was stored before. */
    askedBy: z.string().optional(),
    askedAt: Instant,
  }),
  /** `span`, and where it is given, are the new ones. */
  event('BookingMoved', {
    ...about,
    movedFrom: TimeSpan,
    placeOfService: PlaceOfService,
    /** Where it was given before, when that changed too. */
    placeMovedFrom: PlaceOfService.optional(),
    /** Since when cancelling costs something by the terms agreed, where that had begun: moving it changes no price. */
    lateSince: Instant.optional(),
    movedAt: Instant,
  }),
  event('MoveRefused', {
    ...about,
    code: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    refusedAt: Instant,
  }),
  /** The caregiver comes along, or does not, other than was said before. */
  event('AccompanimentChanged', { ...about, caregiverJoins: z.boolean(), changedAt: Instant }),
  event('BookingConfirmed', { ...about, ...offered, helperId: HelperId.optional(), confirmedAt: Instant }),
  event('BookingDeclined', {
    ...end,
    reason: z.enum(['no-staff', 'does-not-fit', 'closed', 'other', 'no-helper']),
    /** Declined with its whole series: as demand that was not met it counts with another date (R35). */
    countedWithSeries: z.literal(true).optional(),
    declinedAt: Instant,
  }),
  event('BookingExpired', {
    ...end,
    awaited: z.enum(['caregiver', 'provider', 'helper', 'outcome']),
    expiredAt: Instant,
  }),
  event('BookingCancelled', {
    ...end,
    by: z.enum(['caregiver', 'provider', 'operator']),
    /** Of the provider's. */
    reason: CancelReason.optional(),
    /** By the terms agreed the provider is owed a share of the price, of which the caregiver bears a part at most. */
    late: z
      .strictObject({
        chargeId: DeliveryId,
        owedCents: PriceCents,
        ownCostCents: PriceCents,
        bearer: Bearer,
        vat: VatCategory,
      })
      .optional(),
    /** Cancelled because this person was forgotten. */
    forgottenId: PersonId.optional(),
    cancelledAt: Instant,
  }),
  /** The time passed without care (no blame, and nothing to pay). */
  event('CareNotGiven', { ...end, reason: NoCareReason, recordedAt: Instant }),
  /** The care is over and nobody recorded it: it is the contact person's turn. */
  event('RecordOverdue', { ...about, overdueAt: Instant }),
  event('CareDelivered', {
    ...about,
    caregiverId: PersonId,
    deliveryId: DeliveryId,
    deliveredOn: Day,
    unit: Unit,
    quantity: Quantity,
    unitPriceCents: PriceCents,
    bearer: Bearer,
    vat: VatCategory,
    /** The most that the caregiver pays, as was shown before confirming (R46). */
    ownCostCents: PriceCents,
    /** The price was not the tariff of the offer. */
    ownPrice: z.literal(true).optional(),
    helperId: HelperId.optional(),
    workerId: z.string().optional(),
    /** What it did (R47); absent when the caregiver was forgotten. */
    effect: personal(
      z.strictObject({
        caregiverRested: z.enum(['yes', 'somewhat', 'no']).optional(),
        recipientAtEase: z.enum(['yes', 'somewhat', 'no']).optional(),
      }),
      { of: 'caregiverId' },
    ).optional(),
    recordedAt: Instant,
  }),
]);
export type BookingEvent = z.infer<typeof BookingEvent>;
export type DataOf<T extends BookingEvent['type']> = Extract<BookingEvent, { type: T }>['data'];

export const bookingStream = (bookingId: string) => `booking-${bookingId}`;
