import { Day, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId } from './forms.ts';
import { BookingId, HouseholdId, OfferId, ProviderId, ResourceId } from './ids.ts';
import { PageRequest, pageOf } from './page.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';
import {
  Bearer,
  Condition,
  HighRiskAct,
  Language,
  MunicipalityCode,
  Place,
  Point,
  ProviderKind,
  Quantity,
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
 * Offers one form of respite. `travelKm` is how far workers come, for forms at home. `instant`: a free place is
 * confirmed without the provider; otherwise the provider accepts first. `needsHelper`: a coordinator finds a
 * volunteer (F06), and the offer has no places of its own. Durations are minutes; for nights and visits they are absent.
 */
export const PublishOffer = z
  .strictObject({
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    title: z.string().trim().min(3).max(120),
    summary: z.string().trim().max(1000).default(''),
    place: Place,
    travelKm: z.int().min(0).max(200),
    conditionsServed: z.array(Condition).max(20),
    highRiskActsServed: z.array(HighRiskAct).max(20).default([]),
    languages: z.array(Language).min(1).max(10).default(['nl']),
    unit: Unit,
    tariff: Tariff,
    bearer: Bearer,
    instant: z.boolean(),
    needsHelper: z.boolean().default(false),
    minMinutes: z.int().min(15).max(100_000).optional(),
    maxMinutes: z.int().min(15).max(100_000).optional(),
  })
  .refine((it) => (it.minMinutes ?? 0) <= (it.maxMinutes ?? Number.POSITIVE_INFINITY), {
    path: ['maxMinutes'],
    error: 'The longest is at least as long as the shortest.',
  });
export type PublishOffer = z.infer<typeof PublishOffer>;

/** From that day on, a new price; deliveries of earlier days keep the price of their day. */
export const ChangeTariff = z.strictObject({ offerId: OfferId, tariff: Tariff });
export type ChangeTariff = z.infer<typeof ChangeTariff>;

/** No new bookings; what is confirmed stands. */
export const WithdrawOffer = z.strictObject({ offerId: OfferId });
export type WithdrawOffer = z.infer<typeof WithdrawOffer>;

/**
 * A worker's calendar, a room, a house with beds: whatever can be occupied. Serves one or more offers of one provider;
 * bookings of all of them share its capacity. `bufferMinutes` is kept free after each booking (travel, turnover).
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
});
export type OpenResource = z.infer<typeof OpenResource>;

/** Times at which the resource can be booked. Overlapping and touching spans melt together. */
export const PublishTimes = z.strictObject({ resourceId: ResourceId, spans: z.array(TimeSpan).min(1).max(400) });
export type PublishTimes = z.infer<typeof PublishTimes>;

/** Takes times back; what is held or booked in them stands. */
export const WithdrawTimes = z.strictObject({ resourceId: ResourceId, spans: z.array(TimeSpan).min(1).max(400) });
export type WithdrawTimes = z.infer<typeof WithdrawTimes>;

/** What the booking needs of the offer; conditions are used for the decision and stored nowhere by `offers`. */
const wish = {
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  span: TimeSpan,
  conditions: z.array(Condition).max(20),
  highRiskActs: z.array(HighRiskAct).max(20),
  /** Town of the place of service, for a form at home. */
  at: Point.optional(),
};

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
  /** Municipality of the provider's place, where a form away from home is given. */
  providerMunicipality: MunicipalityCode,
});
export type Terms = z.infer<typeof Terms>;

export const ProviderView = z.strictObject({
  providerId: ProviderId,
  kind: ProviderKind,
  name: z.string(),
  place: Place,
});
export type ProviderView = z.infer<typeof ProviderView>;

export const OfferView = z.strictObject({
  offerId: OfferId,
  providerId: ProviderId,
  providerName: z.string(),
  form: FormId,
  title: z.string(),
  summary: z.string(),
  place: Place,
  travelKm: z.int(),
  conditionsServed: z.array(Condition),
  highRiskActsServed: z.array(HighRiskAct),
  languages: z.array(Language),
  unit: Unit,
  tariffs: z.array(Tariff),
  bearer: Bearer,
  instant: z.boolean(),
  needsHelper: z.boolean(),
  minMinutes: z.int().nullable(),
  maxMinutes: z.int().nullable(),
  status: z.enum(['published', 'withdrawn']),
  publishedAt: Instant,
});
export type OfferView = z.infer<typeof OfferView>;

/** A list that is asked with the place a command answered has what came of that command; it waits 2 s at most. */
const waiting = { waitFor: z.string().max(100).optional() };

/**
 * Real bookable times near a place. For hours `minutes` is the length wanted (default: the offer's own usual block, 3-4 h: R16);
 * for nights `nights`. Forms at home come first (R13), then the shorter journey.
 */
export const SearchOffers = z.strictObject({
  near: Point,
  maxKm: z.number().min(0).max(400).default(40),
  forms: z.array(FormId).max(30).default([]),
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
  language: Language.optional(),
  timesPerOffer: z.int().min(1).max(20).default(3),
  ...waiting,
  page: PageRequest.prefault({}),
});
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
  openings: z.array(TimeSpan),
  occupied: z.array(
    z.strictObject({
      bookingId: BookingId,
      span: TimeSpan,
      state: z.enum(['held', 'taken']),
      expiresAt: Instant.nullable(),
    }),
  ),
});
export type ResourceView = z.infer<typeof ResourceView>;

export const OffersApi = serviceApi('offers', {
  registerProvider: command(RegisterProvider, ProviderView),
  publishOffer: command(PublishOffer, OfferView),
  changeTariff: command(ChangeTariff, OfferView),
  withdrawOffer: command(WithdrawOffer, OfferView),
  openResource: command(OpenResource, ResourceView),
  publishTimes: command(PublishTimes, ResourceView),
  withdrawTimes: command(WithdrawTimes, ResourceView),
  holdPlace: command(HoldPlace, Terms),
  extendHold: command(ExtendHold, z.undefined()),
  takePlace: command(TakePlace, z.undefined()),
  releasePlace: command(ReleasePlace, z.undefined()),
  /** Accepted with the terms, or rejected with the reason why the offer does not fit; writes nothing. */
  askTerms: command(AskTerms, Terms),
  search: query(SearchOffers, pageOf(SearchHit)),
  findOffer: query(z.strictObject({ offerId: OfferId }), OfferView.optional()),
  listOffers: query(
    z.strictObject({ providerId: ProviderId.optional(), ...waiting, page: PageRequest }),
    pageOf(OfferView),
  ),
  findProvider: query(z.strictObject({ providerId: ProviderId }), ProviderView.optional()),
  listProviders: query(z.strictObject({ ...waiting, page: PageRequest }), pageOf(ProviderView)),
  findResource: query(z.strictObject({ resourceId: ResourceId }), ResourceView.optional()),
  listResources: query(z.strictObject({ providerId: ProviderId, ...waiting, page: PageRequest }), pageOf(ResourceView)),
});
export type Offers = ServiceOf<typeof OffersApi>;
