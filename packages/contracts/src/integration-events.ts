import { Day, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { OverrideReason, RoomCause } from './capacity.ts';
import { FormId } from './forms.ts';
import {
  BookingId,
  DeliveryId,
  HelperId,
  HouseholdId,
  InvoiceId,
  MatchId,
  OfferId,
  PersonId,
  ProviderId,
  ResourceId,
} from './ids.ts';
import { FundingLine, Month, Payer } from './invoicing.ts';
import { Tariff } from './offers.ts';
import {
  Bearer,
  Language,
  MunicipalityCode,
  PlaceOfService,
  ProviderKind,
  Quantity,
  TimeSpan,
  Unit,
  VatCategory,
} from './vocabulary.ts';

/*
 * What services tell each other, and outsiders later: public, versioned, free of personal data, keyed by the aggregate
 * they speak of. A shape that was published is never broken: `schemas/` holds its JSON Schema and a test compares.
 */

const aboutBooking = {
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  providerId: ProviderId,
  form: FormId,
  span: TimeSpan,
  municipality: MunicipalityCode,
};

export const integrationEvents = {
  'offers.provider-registered.v1': z.strictObject({
    providerId: ProviderId,
    kind: ProviderKind,
    municipality: MunicipalityCode,
  }),
  'offers.offer-published.v1': z.strictObject({
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    unit: Unit,
    bearer: Bearer,
    needsHelper: z.boolean(),
    municipality: MunicipalityCode,
    tariff: Tariff,
  }),
  /**
   * It may suit somebody from now on whom it did not: it was changed, there is a price for days that had none, or it is
   * confirmed after 90 days without (R31). In what is not said: whom a provider does not take in it tells nobody. Whoever has
   * somebody waiting may look.
   */
  'offers.offer-widened.v1': z.strictObject({ offerId: OfferId, form: FormId }),
  'offers.tariff-changed.v1': z.strictObject({ offerId: OfferId, tariff: Tariff }),
  /** Nobody confirmed it for 90 days (R31): search leaves it out until its provider does. */
  'offers.offer-went-stale.v1': z.strictObject({ offerId: OfferId, providerId: ProviderId }),
  'offers.offer-withdrawn.v1': z.strictObject({ offerId: OfferId }),
  'offers.place-held.v1': z.strictObject({
    resourceId: ResourceId,
    bookingId: BookingId,
    householdId: HouseholdId,
    offerId: OfferId,
    span: TimeSpan,
    expiresAt: Instant,
    /** Why it was held knowingly beyond what was published. */
    override: OverrideReason.optional(),
  }),
  /** Another time on the same resource, for a place that stays held or taken. */
  'offers.place-moved.v1': z.strictObject({
    resourceId: ResourceId,
    bookingId: BookingId,
    offerId: OfferId,
    span: TimeSpan,
  }),
  'offers.place-taken.v1': z.strictObject({ resourceId: ResourceId, bookingId: BookingId }),
  'offers.place-released.v1': z.strictObject({
    resourceId: ResourceId,
    bookingId: BookingId,
    reason: z.enum(['cancelled', 'declined', 'expired']),
  }),
  /**
   * Somewhere in this span there is more room than before, for these offers: whoever has somebody waiting may look. It
   * promises nothing: what can be had is asked, and a hold decides.
   */
  'offers.room-came.v1': z.strictObject({
    resourceId: ResourceId,
    offerIds: z.array(OfferId),
    span: TimeSpan,
    cause: RoomCause,
  }),

  'bookings.household-registered.v1': z.strictObject({
    householdId: HouseholdId,
    caregiverId: PersonId,
    recipientId: PersonId,
    municipality: MunicipalityCode,
    languages: z.array(Language),
  }),
  'bookings.booking-requested.v1': z.strictObject({
    ...aboutBooking,
    resourceId: ResourceId.optional(),
    placeOfService: PlaceOfService,
    ownCostCents: PriceCents,
  }),
  'bookings.helper-wanted.v1': z.strictObject({
    ...aboutBooking,
    languages: z.array(Language),
    answerBy: Instant,
    /** Before others in the queue (R08, R09); why is not said. */
    lane: z.literal('urgent').optional(),
    /** As long as somebody whom the recipient knows can come, nobody else is proposed (R08). */
    faces: z.literal('known-first').optional(),
    /** The family says yes to who comes before that person is asked (R51). */
    approval: z.literal('family-first').optional(),
  }),
  'bookings.booking-confirmed.v1': z.strictObject({ ...aboutBooking, helperId: HelperId.optional() }),
  'bookings.booking-refused.v1': z.strictObject({ ...aboutBooking, reason: z.string() }),
  'bookings.booking-cancelled.v1': z.strictObject({
    ...aboutBooking,
    by: z.enum(['caregiver', 'provider', 'operator']),
    /** The provider is owed a share of the price, by the terms agreed; the caregiver pays `ownCostCents` of it at most. */
    late: z
      .strictObject({
        chargeId: DeliveryId,
        on: Day,
        owedCents: PriceCents,
        ownCostCents: PriceCents,
        bearer: Bearer,
        vat: VatCategory,
      })
      .optional(),
  }),
  'bookings.booking-declined.v1': z.strictObject({ ...aboutBooking, reason: z.string() }),
  'bookings.booking-expired.v1': z.strictObject({ ...aboutBooking }),
  /** Another time; `movedFrom` is the one before. What it is about is otherwise as it was. */
  'bookings.booking-moved.v1': z.strictObject({ ...aboutBooking, movedFrom: TimeSpan }),
  /** The time passed without care. */
  'bookings.care-not-given.v1': z.strictObject({ ...aboutBooking, reason: z.string() }),
  'bookings.care-delivered.v1': z.strictObject({
    ...aboutBooking,
    deliveryId: DeliveryId,
    deliveredOn: Day,
    unit: Unit,
    quantity: Quantity,
    unitPriceCents: PriceCents,
    bearer: Bearer,
    vat: VatCategory,
    /** The most that the caregiver pays, as was shown before confirming (R46). */
    ownCostCents: PriceCents,
    helperId: HelperId.optional(),
    /** The price is one of its own (a payer's, a step's): not to be looked up in the tariffs of the offer. */
    ownPrice: z.literal(true).optional(),
  }),
  'bookings.person-forgotten.v1': z.strictObject({ personId: PersonId }),

  'matching.helper-matched.v1': z.strictObject({ matchId: MatchId, bookingId: BookingId, helperId: HelperId }),
  'matching.match-closed.v1': z.strictObject({ matchId: MatchId, bookingId: BookingId }),

  'invoicing.delivery-settled.v1': z.strictObject({
    deliveryId: DeliveryId,
    bookingId: BookingId,
    fundingStatus: z.enum(['split', 'guaranteed', 'settled']),
    costCents: PriceCents,
    lines: z.array(FundingLine),
  }),
  /** A settled delivery is borne by others than before; `number` counts the times, `costCents` stays. */
  'invoicing.delivery-reallocated.v1': z.strictObject({
    deliveryId: DeliveryId,
    bookingId: BookingId,
    number: z.int().min(1),
    fundingStatus: z.enum(['split', 'guaranteed']),
    costCents: PriceCents,
    lines: z.array(FundingLine),
  }),
  'invoicing.invoice-issued.v1': z.strictObject({
    invoiceId: InvoiceId,
    payer: Payer,
    month: Month,
    totalCents: z.int(),
  }),
} as const;

export type IntegrationEventType = keyof typeof integrationEvents;
export type IntegrationEventData<T extends IntegrationEventType> = z.infer<(typeof integrationEvents)[T]>;
/** Union of `{ type, data }` over the types named; all of them by default. */
export type IntegrationEventOf<T extends IntegrationEventType = IntegrationEventType> = {
  [K in T]: { readonly type: K; readonly data: IntegrationEventData<K> };
}[T];
