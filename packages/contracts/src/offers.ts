import { Day, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { AvailabilityRule, OverrideReason, RefusedPlace, wish } from './capacity.ts';
import { FormId, mostForms } from './forms.ts';
import { BookingId, OfferId, ProviderId, ResourceId, WorkerId } from './ids.ts';
import {
  Acclimatisation,
  CancellationTerms,
  lengthsFit,
  OfferFacts,
  offerFacts,
  PayerPrice,
  PayerTariff,
  usualFacts,
} from './offer-facts.ts';
import { PageRequest } from './page.ts';
import {
  AcclimatisationStep,
  Activity,
  Bearer,
  CareTrait,
  Condition,
  Culture,
  HighRiskAct,
  Language,
  MunicipalityCode,
  Place,
  Point,
  PricePayer,
  ProviderKind,
  Quantity,
  TakeoverLevel,
  TimeSpan,
  Unit,
  VatCategory,
} from './vocabulary.ts';

/* What a provider can give. Streams: provider-<id>, offer-<id>, resource-<id>. */

/** The same provider registered twice is one provider. Names are those of organisations; no personal data. */
export const RegisterProvider = z.strictObject({
  providerId: ProviderId,
  kind: ProviderKind,
  name: z.string().trim().min(2).max(120),
  place: Place,
});
export type RegisterProvider = z.infer<typeof RegisterProvider>;

export const Tariff = z.strictObject({ from: Day, priceCents: PriceCents, vat: VatCategory });
export type Tariff = z.infer<typeof Tariff>;

/**
 * Offers one form of respite; what its facts mean stands with `offerFacts`. `needsHelper`: a coordinator finds a volunteer
 * (F06), and the offer has no places of its own.
 */
export const PublishOffer = z
  .strictObject({
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    place: Place,
    unit: Unit,
    tariff: Tariff,
    bearer: Bearer,
    needsHelper: z.boolean().default(false),
    ...offerFacts,
    ...usualFacts,
  })
  .refine(lengthsFit, { path: ['maxMinutes'], error: 'The longest is at least as long as the shortest.' });
export type PublishOffer = z.infer<typeof PublishOffer>;

/** From that day on, a new price; deliveries of earlier days keep the price of their day. */
export const ChangeTariff = z.strictObject({ offerId: OfferId, tariff: Tariff });
export type ChangeTariff = z.infer<typeof ChangeTariff>;

/** What is named is as told from now on; what was agreed stays as agreed. The offer counts as confirmed anew. */
export const ChangeOffer = z.strictObject({ offerId: OfferId, changes: OfferFacts.partial() });
export type ChangeOffer = z.infer<typeof ChangeOffer>;

/** From that day on, a price of their own for one kind of payer. */
export const ChangePayerTariff = z.strictObject({ offerId: OfferId, tariff: PayerTariff });
export type ChangePayerTariff = z.infer<typeof ChangePayerTariff>;

/** The provider says that the offer is still as it stands. Without that it leaves search after 90 days (R31). */
export const ConfirmOffer = z.strictObject({ offerId: OfferId });
export type ConfirmOffer = z.infer<typeof ConfirmOffer>;

/** No new bookings; what is confirmed stands. */
export const WithdrawOffer = z.strictObject({ offerId: OfferId });
export type WithdrawOffer = z.infer<typeof WithdrawOffer>;

/**
 * A worker's calendar, a room, a house with beds: whatever can be occupied. Serves one or more offers of one provider;
 * bookings of all of them share its capacity. `bufferMinutes` is kept free after each booking (turnover) and
 * `travelMinutes` before it (the way there).
 */
export const OpenResource = z.strictObject({
  resourceId: ResourceId,
  providerId: ProviderId,
  offerIds: z.array(OfferId).min(1).max(20),
  capacity: z.int().min(1).max(500),
  bufferMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .default(0),
  travelMinutes: z
    .int()
    .min(0)
    .max(4 * 60)
    .default(0),
});
export type OpenResource = z.infer<typeof OpenResource>;

/** Times at which the resource can be booked. Overlapping and touching spans melt together. */
export const PublishTimes = z.strictObject({ resourceId: ResourceId, spans: z.array(TimeSpan).min(1).max(400) });
export type PublishTimes = z.infer<typeof PublishTimes>;

/** Takes times back; what is held or booked in them stands. */
export const WithdrawTimes = z.strictObject({ resourceId: ResourceId, spans: z.array(TimeSpan).min(1).max(400) });
export type WithdrawTimes = z.infer<typeof WithdrawTimes>;

/** Holds a place until `expiresAt`. The same booking asking for the same place again has it until the later of the two. */
export const HoldPlace = z.strictObject({ ...wish, resourceId: ResourceId, expiresAt: Instant });
export type HoldPlace = z.infer<typeof HoldPlace>;

/** Keeps a hold until a later moment, while the provider thinks about it. */
export const ExtendHold = z.strictObject({ resourceId: ResourceId, bookingId: BookingId, expiresAt: Instant });
export type ExtendHold = z.infer<typeof ExtendHold>;

/** Turns the hold into an occupied place, checking everything again. */
export const TakePlace = z.strictObject({ resourceId: ResourceId, bookingId: BookingId });
export type TakePlace = z.infer<typeof TakePlace>;

/** Frees a held or taken place. A place that was not there is as good as freed. */
export const ReleasePlace = z.strictObject({
  resourceId: ResourceId,
  bookingId: BookingId,
  reason: z.enum(['cancelled', 'declined', 'expired']),
});
export type ReleasePlace = z.infer<typeof ReleasePlace>;

/** What a booking under this offer would be: asked for a form without places of its own (`needsHelper`). */
export const AskTerms = z.strictObject(wish);
export type AskTerms = z.infer<typeof AskTerms>;

/** The terms of a booking, frozen into it: what is given, by whom, at which price of that day. */
export const Terms = z.strictObject({
  offerId: OfferId,
  providerId: ProviderId,
  form: FormId,
  unit: Unit,
  quantity: Quantity,
  unitPriceCents: PriceCents,
  priceCents: PriceCents,
  vat: VatCategory,
  bearer: Bearer,
  instant: z.boolean(),
  needsHelper: z.boolean(),
  /** The price is one of its own (a payer's, a step's): not to be looked up in the tariffs of the offer. */
  ownPrice: z.literal(true).optional(),
  /**
   * In the answer of offers: what it is for those with a price of their own that day. Offers need not know who pays (R04);
   * a booking has one price.
   */
  payerPrices: z.array(PayerPrice).max(PricePayer.options.length).optional(),
  /** The step towards a stay that this is. */
  step: AcclimatisationStep.optional(),
  /** Whether the caregiver may, or must, come along (R24); absent: the recipient comes alone. */
  accompaniment: z.enum(['optional', 'always']).optional(),
  /** What cancelling late costs; absent: it is always free. */
  cancellation: CancellationTerms.optional(),
  /** Municipality of the provider's place, where a form away from home is given. */
  providerMunicipality: MunicipalityCode,
});
export type Terms = z.infer<typeof Terms>;

/** Which places are held, under which terms, and why the others are not. */
export const HeldPlaces = z.strictObject({
  held: z.array(z.strictObject({ bookingId: BookingId, terms: Terms })),
  refused: z.array(RefusedPlace),
});
export type HeldPlaces = z.infer<typeof HeldPlaces>;

export const ProviderView = z.strictObject({
  providerId: ProviderId,
  kind: ProviderKind,
  name: z.string(),
  place: Place,
});
export type ProviderView = z.infer<typeof ProviderView>;

const { exclusions: _hidden, takeover: _takeover, acclimatisation: _steps, ...shownFacts } = offerFacts;

/** `takeover`, `servedAt` and `acclimatisation` as they work out. Without what only its provider may know. */
export const OfferView = z.strictObject({
  offerId: OfferId,
  providerId: ProviderId,
  providerName: z.string(),
  form: FormId,
  place: Place,
  unit: Unit,
  tariffs: z.array(Tariff),
  payerTariffs: z.array(PayerTariff),
  bearer: Bearer,
  needsHelper: z.boolean(),
  ...shownFacts,
  takeover: TakeoverLevel,
  acclimatisation: z.array(Acclimatisation),
  minMinutes: z.int().nullable(),
  maxMinutes: z.int().nullable(),
  minNights: z.int().nullable(),
  maxNights: z.int().nullable(),
  status: z.enum(['published', 'withdrawn']),
  publishedAt: Instant,
  /** When its provider last said that it is so (R31), and until when that counts: after it search leaves it out. */
  confirmedAt: Instant,
  freshUntil: Instant,
});
export type OfferView = z.infer<typeof OfferView>;

/** A list that is asked with the place a command answered has what came of that command; it waits 2 s at most. */
export const waiting = { waitFor: z.string().max(100).optional() };

/**
 * Real bookable times near a place. For hours `minutes` is the length wanted (default: the offer's own usual block, 3-4 h: R16);
 * for nights `nights`. Forms at home come first (R13), then the shorter journey.
 */
export const SearchOffers = z
  .strictObject({
    near: Point,
    maxKm: z.number().min(0).max(400).default(40),
    forms: z.array(FormId).max(mostForms).default([]),
    from: Instant,
    until: Instant,
    minutes: z
      .int()
      .min(15)
      .max(24 * 60)
      .optional(),
    nights: z.int().min(1).max(60).optional(),
    conditions: z.array(Condition).max(20).default([]),
    highRiskActs: z.array(HighRiskAct).max(20).default([]),
    traits: z.array(CareTrait).max(20).default([]),
    language: Language.optional(),
    culture: Culture.optional(),
    womanOnRequest: z.literal(true).optional(),
    activities: z.array(Activity).max(20).default([]),
    payer: PricePayer.optional(),
    timesPerOffer: z.int().min(1).max(20).default(3),
    ...waiting,
    page: PageRequest.prefault({}),
  })
  .refine((it) => it.from < it.until, { path: ['until'], error: 'The end lies after the beginning.' });
export type SearchOffers = z.infer<typeof SearchOffers>;

export const BookableTime = z.strictObject({
  resourceId: ResourceId,
  span: TimeSpan,
  quantity: Quantity,
  priceCents: PriceCents,
  placesLeft: z.int(),
});
export type BookableTime = z.infer<typeof BookableTime>;

/** An offer that fits. `onRequest`: no places of its own, any time may be asked (a volunteer is sought). */
export const SearchHit = z.strictObject({
  offer: OfferView,
  /** Estimated by road, one decimal. */
  travelKm: z.number(),
  atHome: z.boolean(),
  times: z.array(BookableTime),
  onRequest: z.boolean(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const ResourceView = z.strictObject({
  resourceId: ResourceId,
  providerId: ProviderId,
  offerIds: z.array(OfferId),
  capacity: z.int(),
  bufferMinutes: z.int(),
  travelMinutes: z.int(),
  /** Where it differs from `capacity`. */
  capacities: z.array(z.strictObject({ span: TimeSpan, capacity: z.int() })),
  /** Published, whether another calendar says they are taken or not. */
  openings: z.array(TimeSpan),
  occupied: z.array(
    z.strictObject({
      bookingId: BookingId,
      span: TimeSpan,
      state: z.enum(['held', 'taken']),
      expiresAt: Instant.nullable(),
      /** Why it was placed beyond what was published. */
      override: OverrideReason.optional(),
    }),
  ),
  closedDays: z.array(Day),
  availability: z
    .strictObject({
      rules: z.array(AvailabilityRule),
      exceptDays: z.array(Day),
      holidays: z.enum(['open', 'closed']),
      aheadDays: z.int(),
      /** The first day that the rules do not reach yet. */
      expandedUntil: Day,
    })
    .nullable(),
  /** What another calendar says is taken, and when it was last read well. */
  calendar: z.strictObject({ readAt: Instant, busy: z.array(TimeSpan) }).nullable(),
  roster: z.array(z.strictObject({ workerId: WorkerId, span: TimeSpan })),
});
export type ResourceView = z.infer<typeof ResourceView>;
