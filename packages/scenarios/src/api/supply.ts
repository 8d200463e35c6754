import type {
  Condition,
  Culture,
  FormId,
  HighRiskAct,
  Language,
  OverrideReason,
  ProviderKind,
} from '@adempauze/contracts';
import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id, list, listOf, Span, span } from './shapes.ts';

/* What providers do, and what is found of it. Enums are spelled as in GraphQL. */

export type Upper<T extends string> = T extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Upper<Tail>}`
  : Uppercase<T>;

const Provider = z.object({ id: Id, name: z.string() });
export const registerProvider = mutation<
  { providerId?: string; kind: Upper<ProviderKind>; name: string; place: string },
  typeof Provider
>('registerProvider', 'provider', '{ id name }', Provider);

export type NewOffer = {
  readonly offerId: string;
  readonly form: FormId;
  readonly title: string;
  readonly place: string;
  readonly travelKm: number;
  readonly conditionsServed: readonly Upper<Condition>[];
  readonly unit: 'HOUR' | 'PART_DAY' | 'NIGHT' | 'VISIT';
  readonly tariff: { from: string; priceCents: number; vat: 'EXEMPT' | 'OUTSIDE' | 'STANDARD' };
  readonly bearer: 'GUARANTEE' | 'OWN';
  readonly instant: boolean;
  readonly needsHelper?: boolean;
  readonly minMinutes?: number;
  readonly maxMinutes?: number;
  readonly minNights?: number;
  readonly acclimatisation?: readonly { readonly step: 'VISIT' | 'PART_DAY' | 'NIGHT' }[];
  readonly nationwide?: boolean;
  readonly caregiverJoins?: 'NO' | 'OPTIONAL' | 'ALWAYS';
  readonly cancellation?: { readonly freeUntilHours: number; readonly lateSharePercent: number };
  readonly highRiskActsServed?: readonly Upper<HighRiskAct>[];
  readonly languages?: readonly Upper<Language>[];
  readonly cultures?: readonly Upper<Culture>[];
  readonly womanOnRequest?: boolean;
  readonly certifications?: readonly { readonly act: Upper<HighRiskAct>; readonly lastDay: string }[];
};
const Identified = z.object({ id: Id });
export const publishOffer = mutation<NewOffer, typeof Identified>('publishOffer', 'offer', '{ id }', Identified);
export const changePayerTariff = mutation<
  {
    offerId: string;
    tariff: NewOffer['tariff'] & { payer: 'MUNICIPALITY' | 'INSURER' | 'CAREGIVER' };
  },
  typeof Identified
>('changePayerTariff', 'offer', '{ id }', Identified);
export const openResource = mutation<
  { resourceId: string; offerIds: readonly string[]; capacity: number; bufferMinutes?: number },
  typeof Identified
>('openResource', 'resource', '{ id }', Identified);
export const setAvailability = mutation<
  {
    resourceId: string;
    rules: readonly {
      kind: 'WEEKLY' | 'STAY';
      weekday?: number;
      opensAt: string;
      closesAt: string;
      startsOn: string;
    }[];
    aheadDays?: number;
    holidays?: 'OPEN' | 'CLOSED';
  },
  typeof Identified
>('setAvailability', 'resource', '{ id }', Identified);
export const setCapacity = mutation<{ resourceId: string; capacity: number; span?: Span }, typeof Identified>(
  'setCapacity',
  'resource',
  '{ id }',
  Identified,
);
export const closeDays = mutation<{ resourceId: string; from: string; until: string }, typeof Identified>(
  'closeDays',
  'resource',
  '{ id }',
  Identified,
);
export const overrideCapacity = mutation<
  {
    resourceId: string;
    bookingId: string;
    householdId: string;
    offerId: string;
    span: Span;
    reason: Upper<OverrideReason>;
    /** Where it is given, and in which town: for a form at home. */
    placeOfService?: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
    at?: string;
  },
  typeof Identified
>('overrideCapacity', 'resource', '{ id }', Identified);
export const publishTimes = mutation<{ resourceId: string; spans: readonly Span[] }, typeof Identified>(
  'publishTimes',
  'resource',
  '{ id }',
  Identified,
);

const Resource = z.object({
  capacity: z.int(),
  occupied: z.array(
    z.object({ bookingId: Id, state: z.enum(['HELD', 'TAKEN']), span: Span, override: z.string().nullable() }),
  ),
  roster: z.array(z.object({ workerId: z.string(), span: Span })),
});
export const findResource = query<{ id: string }, z.ZodNullable<typeof Resource>>(
  'resource',
  `query Resource($id: ID!) { resource(id: $id) { capacity occupied { bookingId state span ${span} override } roster { workerId span ${span} } } }`,
  Resource.nullable(),
);

const Hit = z.object({
  offer: z.object({ id: Id, title: z.string(), providerName: z.string() }),
  travelKm: z.number(),
  atHome: z.boolean(),
  onRequest: z.boolean(),
  times: z.array(z.object({ resourceId: Id, span: Span, priceCents: z.int(), placesLeft: z.int() })),
});
export type Hit = z.infer<typeof Hit>;
export type Search = {
  readonly near: string;
  readonly maxKm?: number;
  readonly forms: readonly FormId[];
  readonly from: Instant;
  readonly until: Instant;
  readonly minutes?: number;
  readonly nights?: number;
  readonly conditions?: readonly Upper<Condition>[];
  readonly timesPerOffer?: number;
  readonly first?: number;
  readonly after?: string | null;
};
export const searchOffers = query<Search, ReturnType<typeof listOf<typeof Hit>>>(
  'searchOffers',
  `query Search($near: String!, $maxKm: Float, $forms: [FormId!], $from: Instant!, $until: Instant!, $minutes: Int,
     $nights: Int, $conditions: [Condition!], $timesPerOffer: Int, $first: Int, $after: String) {
     searchOffers(near: $near, maxKm: $maxKm, forms: $forms, from: $from, until: $until, minutes: $minutes,
       nights: $nights, conditions: $conditions, timesPerOffer: $timesPerOffer, first: $first, after: $after)
     ${list(`{ offer { id title providerName } travelKm atHome onRequest times { resourceId span ${span} priceCents placesLeft } }`)} }`,
  listOf(Hit),
);

export const Option = z.object({
  hit: Hit,
  reasons: z.array(z.string()),
  datesFit: z.object({ fits: z.int(), of: z.int(), missing: z.array(z.string()) }).nullable(),
});
export const option =
  '{ hit { offer { id title providerName } travelKm atHome onRequest ' +
  `times { resourceId span ${span} priceCents placesLeft } } reasons datesFit { fits of missing } }`;
const alternatives = `{ inTime ${option} inPlace ${option} inForm ${option} }`;
const Alternatives = z.object({ inTime: z.array(Option), inPlace: z.array(Option), inForm: z.array(Option) });
const Sought = z.object({
  options: z.array(Option),
  beside: z.array(Option),
  misfits: z.array(
    z.object({ offer: z.object({ id: Id, title: z.string() }), reason: z.string(), nl: z.string(), en: z.string() }),
  ),
  nothingFound: z.object({ forms: z.array(z.object({ id: z.string() })), municipalityCode: z.string() }).nullable(),
  alternatives: Alternatives.nullable(),
});
export type Sought = z.infer<typeof Sought>;
export type Seek = {
  readonly near?: string;
  readonly household?: string;
  readonly when: {
    readonly now?: true;
    readonly day?: string;
    readonly evening?: string;
    readonly weekend?: string;
    readonly from?: string;
    readonly to?: string;
  };
  readonly minutes?: number;
  readonly nights?: number;
  readonly repeat?: { readonly everyWeeks?: number; readonly times: number };
  readonly forms?: readonly FormId[];
  readonly maxKm?: number;
  readonly conditions?: readonly Upper<Condition>[];
  readonly highRiskActs?: readonly Upper<HighRiskAct>[];
  readonly first?: number;
};
/** Search by need: options with why, or what comes nearest. */
export const findRespite = query<Seek, z.ZodNullable<typeof Sought>>(
  'findRespite',
  `query Seek($near: String, $household: ID, $when: SeekWhenInput!, $minutes: Int, $nights: Int, $repeat: SeekRepeatInput,
     $forms: [FormId!], $maxKm: Float, $conditions: [Condition!], $highRiskActs: [HighRiskAct!], $first: Int) {
     findRespite(near: $near, household: $household, when: $when, minutes: $minutes, nights: $nights, repeat: $repeat,
       forms: $forms, maxKm: $maxKm, conditions: $conditions, highRiskActs: $highRiskActs, first: $first)
     { options ${option} beside ${option}
       misfits { offer { id title } reason nl: message(language: nl) en: message(language: en) } nothingFound { forms { id } municipalityCode }
       alternatives ${alternatives} } }`,
  Sought.nullable(),
);

const OwnCost = z.object({
  ownCostCents: z.int(),
  coverage: z.enum(['COVERED', 'PARTLY', 'NOT', 'UNKNOWN']),
  priceCents: z.int(),
  pricedFor: z.enum(['MUNICIPALITY', 'INSURER', 'CAREGIVER']).nullable(),
  nl: z.string(),
  en: z.string(),
});
export type OwnCost = z.infer<typeof OwnCost>;
const OwnOption = Option.extend({ ownCosts: z.array(OwnCost) });
export type OwnOption = z.infer<typeof OwnOption>;
const OwnSought = z.object({ ownCosts: z.enum(['SHOWN', 'NO_ANSWER']), options: z.array(OwnOption) });
/** Search for a household, with what it would pay itself for each of the times. */
export const findOwnPrices = query<
  Seek & { readonly household: string; readonly atMostOwnCents?: number },
  z.ZodNullable<typeof OwnSought>
>(
  'findRespite',
  `query OwnPrices($household: ID!, $when: SeekWhenInput!, $minutes: Int, $forms: [FormId!], $first: Int,
     $atMostOwnCents: Int) {
     findRespite(household: $household, when: $when, minutes: $minutes, forms: $forms, first: $first,
       atMostOwnCents: $atMostOwnCents) {
       ownCosts options { ${option.slice(1, -1)}
         ownCosts { ownCostCents coverage priceCents pricedFor nl: message(language: nl) en: message(language: en) } } } }`,
  OwnSought.nullable(),
);

const RegionalHouse = z.object({
  offerId: Id,
  title: z.string(),
  travelKm: z.number(),
  nights: z.array(z.object({ day: z.string(), capacity: z.int(), free: z.int() })),
});
export const findRegionalBeds = query<
  { near: string; maxKm?: number; from: string; until: string },
  z.ZodArray<typeof RegionalHouse>
>(
  'regionalBeds',
  `query Beds($near: String!, $maxKm: Float, $from: Day!, $until: Day!) {
     regionalBeds(near: $near, maxKm: $maxKm, from: $from, until: $until)
     { offerId title travelKm nights { day capacity free } } }`,
  z.array(RegionalHouse),
);

export const findNow = query<object, typeof Instant>('now', '{ now }', Instant);
const Viewer = z.object({ accountId: z.string(), role: z.string(), organisation: z.string().nullable() });
export const findViewer = query<object, typeof Viewer>('viewer', '{ viewer { accountId role organisation } }', Viewer);
