import type { Condition, FormId, ProviderKind } from '@adempauze/contracts';
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
};
const Identified = z.object({ id: Id });
export const publishOffer = mutation<NewOffer, typeof Identified>('publishOffer', 'offer', '{ id }', Identified);
export const openResource = mutation<
  { resourceId: string; offerIds: readonly string[]; capacity: number; bufferMinutes?: number },
  typeof Identified
>('openResource', 'resource', '{ id }', Identified);
export const publishTimes = mutation<{ resourceId: string; spans: readonly Span[] }, typeof Identified>(
  'publishTimes',
  'resource',
  '{ id }',
  Identified,
);

const Resource = z.object({
  capacity: z.int(),
  occupied: z.array(z.object({ bookingId: Id, state: z.enum(['HELD', 'TAKEN']), span: Span })),
});
export const findResource = query<{ id: string }, z.ZodNullable<typeof Resource>>(
  'resource',
  `query Resource($id: ID!) { resource(id: $id) { capacity occupied { bookingId state span ${span} } } }`,
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

export const findNow = query<object, typeof Instant>('now', '{ now }', Instant);
const Viewer = z.object({ accountId: z.string(), role: z.string(), organisation: z.string().nullable() });
export const findViewer = query<object, typeof Viewer>('viewer', '{ viewer { accountId role organisation } }', Viewer);
