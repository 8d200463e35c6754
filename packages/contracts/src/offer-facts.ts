import { Day, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import {
  AcclimatisationStep,
  Activity,
  CareTrait,
  Condition,
  Culture,
  HighRiskAct,
  Language,
  PlaceOfService,
  PricePayer,
  TakeoverLevel,
  VatCategory,
} from './vocabulary.ts';

/* What there is to know of an offer when choosing: the part of it that its provider may change. */

/** Staff who may do this act, up to and including a day (R19). A longer certificate is a change of the offer. */
export const Certification = z.strictObject({ act: HighRiskAct, lastDay: Day });
export type Certification = z.infer<typeof Certification>;

/** A mark of the offer's own kind: guest houses are not measured like nursing homes (R37, S58, S60). */
export const OfferLabel = z.strictObject({
  kind: z.enum(['pilot', 'quality']),
  name: z.string().trim().min(2).max(60),
});
export type OfferLabel = z.infer<typeof OfferLabel>;

/** A step before a first stay. A night costs what a night costs; a visit or part-day its own price, free unless told. */
export const Acclimatisation = z.strictObject({ step: AcclimatisationStep, priceCents: PriceCents.optional() });
export type Acclimatisation = z.infer<typeof Acclimatisation>;

/**
 * What cancelling costs the later it is: free until so many hours before it begins, after that this share of the price.
 * Never for a step towards a stay, in an urgent case, or when care ended; and the caregiver never more than the own cost shown.
 */
export const CancellationTerms = z.strictObject({
  freeUntilHours: z
    .int()
    .min(0)
    .max(90 * 24),
  lateSharePercent: z.int().min(0).max(100),
});
export type CancellationTerms = z.infer<typeof CancellationTerms>;

/** A price for who pays by an agreement of their own; everybody else pays the offer's tariff. */
export const PayerTariff = z.strictObject({ payer: PricePayer, from: Day, priceCents: PriceCents, vat: VatCategory });
export type PayerTariff = z.infer<typeof PayerTariff>;

/** What something costs for who has a price of their own on its day; everybody else pays the price for everybody. */
export const PayerPrice = z.strictObject({
  payer: PricePayer,
  unitPriceCents: PriceCents,
  priceCents: PriceCents,
  vat: VatCategory,
});
export type PayerPrice = z.infer<typeof PayerPrice>;

const nights = z.int().min(1).max(365);

/**
 * - `travelKm`: how far workers come, for forms at home; `nationwide`: anywhere (S47).
 * - `highRiskActsServed`: without an end; `certifications`: until a day, which then counts for that act.
 * - `exclusions`: matched against the need, and shown to nobody but the provider.
 * - `takeover`, `servedAt`: those of the form when left out or empty.
 * - `caregiverJoins`: whether the caregiver may or must come along (R24): one booking is one place, and one price, whoever
 *   comes with it; `transport`: whether a trip comes with it (R22).
 * - `leadTimeMinutes`: how long before it begins it must be asked.
 * - `minMinutes` to `maxNights`: how short and how long; nights by the calendar, so that 2 nights are 3 days (S47).
 * - `instant`: a free place is confirmed without the provider, who otherwise accepts first.
 * - `acclimatisation`: the steps proposed before a first stay, in this order; left out: those usual for the form (R15).
 * - `cancellation`: left out, cancelling is always free.
 */
export const offerFacts = {
  title: z.string().trim().min(3).max(120),
  summary: z.string().trim().max(1000),
  travelKm: z.int().min(0).max(200),
  nationwide: z.boolean(),
  conditionsServed: z.array(Condition).max(20),
  highRiskActsServed: z.array(HighRiskAct).max(20),
  certifications: z.array(Certification).max(20),
  exclusions: z.array(CareTrait).max(20),
  languages: z.array(Language).min(1).max(10),
  cultures: z.array(Culture).max(20),
  /** A woman comes, when that is asked (A17). */
  womanOnRequest: z.boolean(),
  activities: z.array(Activity).max(20),
  takeover: TakeoverLevel.optional(),
  servedAt: z.array(PlaceOfService).max(3),
  caregiverJoins: z.enum(['no', 'optional', 'always']),
  transport: z.enum(['none', 'arranged', 'included']),
  labels: z.array(OfferLabel).max(10),
  leadTimeMinutes: z
    .int()
    .min(0)
    .max(90 * 24 * 60),
  minMinutes: z.int().min(15).max(100_000).optional(),
  maxMinutes: z.int().min(15).max(100_000).optional(),
  minNights: nights.optional(),
  maxNights: nights.optional(),
  instant: z.boolean(),
  acclimatisation: z.array(Acclimatisation).max(5).optional(),
  cancellation: CancellationTerms.optional(),
};
export const OfferFacts = z.strictObject(offerFacts);
export type OfferFacts = z.infer<typeof OfferFacts>;

/** What is so unless a provider says otherwise. */
export const usualFacts = {
  summary: offerFacts.summary.default(''),
  nationwide: offerFacts.nationwide.default(false),
  highRiskActsServed: offerFacts.highRiskActsServed.default([]),
  certifications: offerFacts.certifications.default([]),
  exclusions: offerFacts.exclusions.default([]),
  languages: offerFacts.languages.default(['nl']),
  cultures: offerFacts.cultures.default([]),
  womanOnRequest: offerFacts.womanOnRequest.default(false),
  activities: offerFacts.activities.default([]),
  servedAt: offerFacts.servedAt.default([]),
  caregiverJoins: offerFacts.caregiverJoins.default('no'),
  transport: offerFacts.transport.default('none'),
  labels: offerFacts.labels.default([]),
  leadTimeMinutes: offerFacts.leadTimeMinutes.default(0),
};

/** That the longest is no shorter than the shortest. */
export const lengthsFit = (it: {
  readonly minMinutes?: number | undefined;
  readonly maxMinutes?: number | undefined;
  readonly minNights?: number | undefined;
  readonly maxNights?: number | undefined;
}): boolean =>
  (it.minMinutes ?? 0) <= (it.maxMinutes ?? Number.POSITIVE_INFINITY) &&
  (it.minNights ?? 0) <= (it.maxNights ?? Number.POSITIVE_INFINITY);
