import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** CBS municipality code, four digits: `0603` is Rijswijk. */
export const MunicipalityCode = z
  .string()
  .regex(/^\d{4}$/, { error: 'A municipality code has four digits.' })
  .brand<'MunicipalityCode'>();
export type MunicipalityCode = z.infer<typeof MunicipalityCode>;

/** WGS84, degrees. */
export const Point = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });
export type Point = z.infer<typeof Point>;

/** A town or village; says where somebody lives or works no closer than that. */
export const Place = z.strictObject({
  name: z.string().trim().min(1).max(80),
  municipality: MunicipalityCode,
  point: Point,
});
export type Place = z.infer<typeof Place>;

/** Half-open stretch of time. */
export const TimeSpan = z
  .strictObject({ from: Instant, until: Instant })
  .refine((it) => it.from < it.until, { path: ['until'], error: 'The end lies after the beginning.' });
export type TimeSpan = z.infer<typeof TimeSpan>;

/** Half-open run of calendar days. */
export const DayRange = z
  .strictObject({ from: Day, until: Day })
  .refine((it) => it.from < it.until, { path: ['until'], error: 'The end lies after the beginning.' });
export type DayRange = z.infer<typeof DayRange>;

/** What the care recipient lives with. Health data wherever it is tied to a person. */
export const Condition = z.enum([
  'dementia',
  'frailty',
  'acquired-brain-injury',
  'parkinson',
  'chronic-illness',
  'physical-disability',
  'intellectual-disability',
  'autism',
  'psychiatric',
  'palliative',
  'child-intensive-care',
]);
export type Condition = z.infer<typeof Condition>;

/** Care acts that need trained staff on site (R19, R55). */
export const HighRiskAct = z.enum([
  'tube-feeding',
  'insulin-injection',
  'catheter-care',
  'suctioning',
  'ventilation',
  'epilepsy-emergency',
]);
export type HighRiskAct = z.infer<typeof HighRiskAct>;

export const Language = z.enum(['nl', 'en', 'ar', 'tr', 'fy', 'pl', 'uk', 'ber', 'pap', 'nsl']);
export type Language = z.infer<typeof Language>;

/** How a form is counted and priced. A part-day (*dagdeel*) is four hours. */
export const Unit = z.enum(['hour', 'part-day', 'night', 'visit']);
export type Unit = z.infer<typeof Unit>;

/** Hundredths of a unit, so that three and a half hours are 350 and a quarter of an hour is 25. */
export const Quantity = z.int().min(1).max(1_000_000);

/** Dutch VAT: care under Wmo or Wlz is exempt, an organisation without VAT number is outside, the rest is standard. */
export const VatCategory = z.enum(['exempt', 'outside', 'standard']);
export type VatCategory = z.infer<typeof VatCategory>;

/** Who bears what no funding source takes: the guarantee pot (R04), or the caregiver, who was shown the amount (R46). */
export const Bearer = z.enum(['guarantee', 'own']);
export type Bearer = z.infer<typeof Bearer>;

export const PlaceOfService = z.enum(['recipient-home', 'caregiver-home', 'provider']);
export type PlaceOfService = z.infer<typeof PlaceOfService>;

/** How far an offer takes the care over, from all of it to something that only lightens it. */
export const TakeoverLevel = z.enum(['full', 'presence', 'partial', 'relief']);
export type TakeoverLevel = z.infer<typeof TakeoverLevel>;

/**
 * What can be a reason for a provider not to take somebody in. Health data wherever it is tied to a person: an offer's
 * own list is matched and never shown, and a no because of it reads like every other no.
 */
export const CareTrait = z.enum([
  'wandering',
  'aggression',
  'night-unrest',
  'hoist-transfer',
  'two-carers',
  'infection-risk',
  'substance-use',
  'smoking',
  'pets',
]);
export type CareTrait = z.infer<typeof CareTrait>;

/** Cultures that staff are at home in (S108, A17). */
export const Culture = z.enum([
  'moroccan',
  'turkish',
  'surinamese',
  'antillean',
  'hindustani',
  'chinese',
  'indonesian',
  'east-european',
  'islamic',
  'jewish',
  'christian',
]);
export type Culture = z.infer<typeof Culture>;

/** What there is to do for the recipient (S63, S69). */
export const Activity = z.enum([
  'outdoors',
  'animals',
  'creative',
  'woodwork',
  'music',
  'theatre',
  'intellectual',
  'games',
  'sport',
  'cooking',
  'outings',
]);
export type Activity = z.infer<typeof Activity>;

/** Ways of getting used to a place before a stay (R15). */
export const AcclimatisationStep = z.enum(['visit', 'part-day', 'night']);
export type AcclimatisationStep = z.infer<typeof AcclimatisationStep>;

/** Who an offer can have a price of its own for (S48). */
export const PricePayer = z.enum(['municipality', 'insurer', 'caregiver']);
export type PricePayer = z.infer<typeof PricePayer>;

/** Kinds of suppliers, `domain.md` sections 2 and 4c. */
export const ProviderKind = z.enum([
  'home-care',
  'guest-house',
  'nursing-home',
  'host-family',
  'day-programme',
  'supplementary-care',
  'sitter-agency',
  'household-help',
  'welfare',
  'volunteer-organisation',
  'transport',
  'broker',
  'coach',
  'student-agency',
]);
export type ProviderKind = z.infer<typeof ProviderKind>;
