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
