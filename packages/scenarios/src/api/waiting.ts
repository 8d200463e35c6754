import type { FormId } from '@adempauze/contracts';
import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id, Span, span } from './shapes.ts';

/* Waiting for a form near home, what a provider sees of who waits, and demand that was not met. */

const Wish = z.object({
  wishId: z.string(),
  status: z.enum(['WAITING', 'SERVED', 'LEFT', 'OVER']),
  lists: z.array(z.object({ offerId: Id, aheadUrgent: z.int(), aheadLonger: z.int() })),
  offers: z.array(
    z.object({
      ...{ offerId: Id, bookingId: Id, span: Span, until: Instant, outcome: z.string(), cause: z.string() },
      why: z.object({ rule: z.string(), words: z.object({ nl: z.string(), en: z.string() }) }).nullable(),
    }),
  ),
});
export type Wish = z.infer<typeof Wish>;
const wish =
  '{ wishId status lists { offerId aheadUrgent aheadLonger } ' +
  `offers { offerId bookingId span ${span} until outcome cause why { rule words { nl en } } } }`;
export const makeWish = mutation<
  {
    readonly wishId: string;
    readonly householdId: string;
    readonly forms: readonly FormId[];
    readonly maxKm?: number;
    readonly window: Span;
  },
  typeof Wish
>('makeWish', 'wish', wish, Wish);
export const endWish = mutation<{ readonly wishId: string }, typeof Wish>('endWish', 'wish', wish, Wish);
const Wishes = z.object({ waitingWishes: z.array(Wish) });
/** What a household waits for at several offers. */
export const listWishes = query<{ household: string }, z.ZodNullable<typeof Wishes>>(
  'household',
  `query Wishes($household: ID!) { household(id: $household) { waitingWishes ${wish} } }`,
  Wishes.nullable(),
);

const WaitingList = z.object({
  waiting: z.array(z.object({ waitingId: z.string(), householdId: Id.nullable(), since: Instant, status: z.string() })),
  places: z.array(
    z.object({
      cause: z.string(),
      status: z.string(),
      offeredTo: z.array(
        z.object({
          outcome: z.string(),
          why: z.object({ rule: z.string(), words: z.object({ nl: z.string(), en: z.string() }) }).nullable(),
        }),
      ),
    }),
  ),
});
/** Who waits, and what became of places that came, as the provider of the offer sees it: places in a line. */
export const findWaitingList = query<{ offer: string }, z.ZodNullable<typeof WaitingList>>(
  'waitingList',
  `query List($offer: ID!) { waitingList(offer: $offer) {
     waiting { waitingId householdId since status }
     places { cause status offeredTo { outcome why { rule words { nl en } } } }
   } }`,
  WaitingList.nullable(),
);

const UnmetBySource = z.object({
  source: z.enum(['REQUEST', 'SEARCH', 'WAITING', 'DECLINED']),
  reason: z.string().nullable(),
  form: z.object({ id: z.string() }).nullable(),
  month: z.string(),
  count: z.int(),
});
export type UnmetBySource = z.infer<typeof UnmetBySource>;
export const listUnmetBySource = query<{ municipality: string }, z.ZodArray<typeof UnmetBySource>>(
  'unmetBySource',
  `query Unmet($municipality: String) {
     unmetBySource(municipalityCode: $municipality) { source reason form { id } month count } }`,
  z.array(UnmetBySource),
);
