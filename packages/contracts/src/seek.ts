import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId, mostForms } from './forms.ts';
import { OfferId, ResourceId } from './ids.ts';
import { MisfitReason } from './misfits.ts';
import { BookableTime, OfferView, SearchHit } from './offers.ts';
import {
  Activity,
  CareTrait,
  Condition,
  Culture,
  HighRiskAct,
  Language,
  MunicipalityCode,
  Place,
  Point,
  PricePayer,
  TimeSpan,
} from './vocabulary.ts';

/* Search by need: what fits somebody, why, and what comes nearest when nothing does. */

/** When, by the calendar of Amsterdam. `now`: to begin within 24 hours (R09). `until` is the day after the last. */
export const SeekWhen = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('now') }),
  z.strictObject({ kind: z.literal('day'), day: Day }),
  /** Between five o'clock and midnight (R18). */
  z.strictObject({ kind: z.literal('evening'), day: Day }),
  /** The first weekend that ends after this day; nights from Friday on. */
  z.strictObject({ kind: z.literal('weekend'), day: Day }),
  z
    .strictObject({ kind: z.literal('range'), from: Day, until: Day })
    .refine((it) => it.from < it.until, { path: ['until'], error: 'The end lies after the beginning.' }),
]);
export type SeekWhen = z.infer<typeof SeekWhen>;

/**
 * Asks by need instead of by offer. `maxKm` bounds the journey to a form away from home; to a home a worker comes as far as
 * the offer says (R33). With `nights` stays and nights are meant, with `minutes` hours; with neither, anything. `repeat`:
 * the same again every so many weeks, `times` dates in all. `municipality` is only for who counts what was not found.
 */
export const SeekRespite = z.strictObject({
  near: Point,
  municipality: MunicipalityCode.optional(),
  when: SeekWhen,
  minutes: z
    .int()
    .min(15)
    .max(24 * 60)
    .optional(),
  nights: z.int().min(1).max(60).optional(),
  repeat: z.strictObject({ everyWeeks: z.int().min(1).max(8).default(1), times: z.int().min(2).max(53) }).optional(),
  forms: z.array(FormId).max(mostForms).default([]),
  maxKm: z.number().min(0).max(400).default(40),
  conditions: z.array(Condition).max(20).default([]),
  highRiskActs: z.array(HighRiskAct).max(20).default([]),
  traits: z.array(CareTrait).max(20).default([]),
  language: Language.optional(),
  culture: Culture.optional(),
  womanOnRequest: z.literal(true).optional(),
  activities: z.array(Activity).max(20).default([]),
  caregiverJoins: z.enum(['no', 'yes']).optional(),
  transport: z.literal(true).optional(),
  payer: PricePayer.optional(),
  timesPerOffer: z.int().min(1).max(10).default(3),
  first: z.int().min(1).max(50).default(12),
});
export type SeekRespite = z.infer<typeof SeekRespite>;

/** Why an offer is shown (R19). */
export const FitReason = z.enum([
  'at-home',
  'conditions-served',
  'acts-certified',
  'language-spoken',
  'culture-known',
  'woman-comes',
  'activities',
  'caregiver-may-join',
  'transport',
  'starts-soon',
  'on-request',
  'another-form',
]);
export type FitReason = z.infer<typeof FitReason>;

/**
 * Offers of these forms that suit a household, full or not, with the journey to them; the nearest first. `knowing`: answered
 * with this offer as it stands, also where search is a moment behind.
 */
export const ListSuitableOffers = z.strictObject({
  near: Point,
  maxKm: z.number().min(0).max(400).default(40),
  forms: z.array(FormId).min(1).max(mostForms),
  conditions: z.array(Condition).max(20).default([]),
  highRiskActs: z.array(HighRiskAct).max(20).default([]),
  traits: z.array(CareTrait).max(20).default([]),
  caregiverJoins: z.enum(['no', 'yes']).optional(),
  first: z.int().min(1).max(50).default(20),
  knowing: OfferId.optional(),
});
export type ListSuitableOffers = z.infer<typeof ListSuitableOffers>;
/**
 * Times of one offer that can be booked now and lie wholly within a window, no shorter and no longer than asked; in order of
 * time, first one for each day. Of one resource when it is named. `touching`: only those of which a part lies in it, since
 * there is more room there than before. For who waits (R35).
 */
export const ListTimesWithin = z.strictObject({
  offerId: OfferId,
  resourceId: ResourceId.optional(),
  window: TimeSpan,
  touching: TimeSpan.optional(),
  minMinutes: z.int().min(15).max(100_000),
  maxMinutes: z.int().min(15).max(100_000),
  first: z.int().min(1).max(60).default(20),
});
export type ListTimesWithin = z.infer<typeof ListTimesWithin>;
export const SuitableOffer = z.strictObject({ offerId: OfferId, form: FormId, travelKm: z.number() });
export type SuitableOffer = z.infer<typeof SuitableOffer>;

/** On how many of the dates asked the same person or place is free, at this time of day. */
export const DatesFit = z.strictObject({
  resourceId: ResourceId,
  first: BookableTime,
  fits: z.int(),
  of: z.int(),
  missing: z.array(Day),
});
export type DatesFit = z.infer<typeof DatesFit>;

export const SeekOption = z.strictObject({
  hit: SearchHit,
  reasons: z.array(FitReason),
  datesFit: DatesFit.nullable(),
});
export type SeekOption = z.infer<typeof SeekOption>;

/**
 * Near, and of the form asked, but not fitting: why, with what can be told of it (R19). Whom a provider does not take in is
 * never a reason given: who asks for somebody it does not take in is answered as if the offer were not there.
 */
export const SeekMisfit = z.strictObject({
  offer: OfferView,
  travelKm: z.number(),
  reason: MisfitReason,
  /** Amounts, days and moments that the sentence of the reason names: km, minutes, `next` (from when it can be had). */
  facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type SeekMisfit = z.infer<typeof SeekMisfit>;

/**
 * Options with forms at home first (R13), of at least three forms where there are as many (R12). Where forms were named and
 * the options are of fewer than three, `beside` has one of each other form that fits the same care and length and takes as
 * much over, at home first: at most three, beyond `first`, and always something at home where there is any (R13). When there
 * is nothing, `nothingFound` says of what and where, to be counted as unmet demand (R35), and `alternatives` what comes nearest.
 */
export const Sought = z.strictObject({
  options: z.array(SeekOption),
  beside: z.array(SeekOption).default([]),
  misfits: z.array(SeekMisfit),
  nothingFound: z
    .strictObject({ forms: z.array(FormId), municipality: MunicipalityCode.nullable(), from: Instant, until: Instant })
    .nullable(),
  alternatives: z
    .strictObject({
      /** At another time, the nearest to what was asked first. */
      inTime: z.array(SeekOption),
      /** Further away. */
      inPlace: z.array(SeekOption),
      /** Of another form. */
      inForm: z.array(SeekOption),
    })
    .nullable(),
});
export type Sought = z.infer<typeof Sought>;

/** Beds of several houses in one calendar: for each night from `from` on, how many are free (R34, S61). */
export const ListRegionalBeds = z
  .strictObject({
    near: Point,
    maxKm: z.number().min(0).max(400).default(40),
    forms: z.array(FormId).max(mostForms).default([]),
    from: Day,
    until: Day,
    conditions: z.array(Condition).max(20).default([]),
    highRiskActs: z.array(HighRiskAct).max(20).default([]),
    first: z.int().min(1).max(100).default(50),
  })
  .refine((it) => it.from < it.until && Temporal.PlainDate.from(it.from).until(it.until).days <= 100, {
    path: ['until'],
    error: 'One to a hundred nights.',
  });
export type ListRegionalBeds = z.infer<typeof ListRegionalBeds>;

export const RegionalHouse = z.strictObject({
  offerId: OfferId,
  resourceId: ResourceId,
  providerName: z.string(),
  title: z.string(),
  form: FormId,
  place: Place,
  travelKm: z.number(),
  nights: z.array(z.strictObject({ day: Day, span: TimeSpan.nullable(), capacity: z.int(), free: z.int() })),
});
export type RegionalHouse = z.infer<typeof RegionalHouse>;
