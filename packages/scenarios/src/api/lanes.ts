import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id, Span, span } from './shapes.ts';
import { Option, option } from './supply.ts';

/* The urgent lane, the palliative lane, and the end of care. */

const UrgentCase = z.object({
  id: Id,
  need: z.string().nullable(),
  status: z.enum(['OPEN', 'RESOLVED']),
  outcome: z.string().nullable(),
  resolvedAt: Instant.nullable(),
  openedAt: Instant,
  owner: z.object({ kind: z.string(), accountId: z.string().nullable(), name: z.string().nullable() }).nullable(),
  escalatesAt: Instant.nullable(),
  owners: z.array(z.object({ kind: z.string(), how: z.string() })),
  bookings: z.array(z.object({ bookingId: Id, status: z.string().nullable(), refusal: z.string().nullable() })),
  fundingStatus: z.string(),
});
export type UrgentCase = z.infer<typeof UrgentCase>;
const urgentCase =
  '{ id need status outcome resolvedAt openedAt owner { kind accountId name } escalatesAt owners { kind how } ' +
  'bookings { bookingId status refusal } fundingStatus }';
const urgentMutation = <Input extends object>(name: string) =>
  mutation<Input, typeof UrgentCase>(name, 'urgentCase', urgentCase, UrgentCase);

export const openUrgentCase = urgentMutation<{
  readonly urgentId: string;
  readonly householdId: string;
  readonly need: string;
  readonly span: Span;
}>('openUrgentCase');
export type UrgentChoice = {
  readonly urgentId: string;
  readonly bookingId: string;
  readonly offerId: string;
  readonly resourceId?: string;
  readonly span: Span;
  readonly placeOfService: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
};
export const bookUrgentOption = urgentMutation<UrgentChoice>('bookUrgentOption');
export const handOverUrgentCase = urgentMutation<{
  readonly urgentId: string;
  readonly to: 'PROFESSIONAL' | 'CONTACT_PERSON' | 'REGION';
}>('handOverUrgentCase');
export const resolveUrgentCase = urgentMutation<{
  readonly urgentId: string;
  readonly outcome: 'ARRANGED_OTHERWISE' | 'NO_LONGER_NEEDED';
}>('resolveUrgentCase');
export const findUrgentCase = query<{ id: string }, z.ZodNullable<typeof UrgentCase>>(
  'urgentCase',
  `query UrgentCase($id: ID!) { urgentCase(id: $id) ${urgentCase} }`,
  UrgentCase.nullable(),
);

const Costed = z.array(Option.extend({ ownCosts: z.array(z.object({ ownCostCents: z.int() })).nullable() }));
const costed = `{ ${option.slice(1, -1)} ownCosts { ownCostCents } }`;
const UrgentOptions = z.object({
  backups: z.array(z.object({ offer: z.object({ id: Id }).nullable(), resourceId: Id, placeOfService: z.string() })),
  places: z.array(
    z.object({
      hit: z.object({
        offer: z.object({ id: Id, title: z.string() }),
        times: z.array(z.object({ resourceId: Id, span: Span })),
      }),
      reasons: z.array(z.string()),
    }),
  ),
  nearest: z.object({ inTime: Costed, inPlace: Costed, inForm: Costed }).nullable(),
});
export type UrgentOptions = z.infer<typeof UrgentOptions>;
export const listUrgentOptions = query<{ case: string }, z.ZodNullable<typeof UrgentOptions>>(
  'urgentOptions',
  `query UrgentOptions($case: ID!) { urgentOptions(case: $case) {
     backups { offer { id } resourceId placeOfService }
     places { hit { offer { id title } times { resourceId span ${span} } } reasons }
     nearest { inTime ${costed} inPlace ${costed} inForm ${costed} } } }`,
  UrgentOptions.nullable(),
);

const PalliativeLane = z.object({
  active: z.boolean(),
  flaggedAt: Instant,
  confirmBy: Instant,
  late: z.array(z.object({ at: Instant })),
  endedWhy: z.string().nullable(),
});
const palliativeLane = '{ active flaggedAt confirmBy late { at } endedWhy }';
export const flagPalliative = mutation<
  { readonly householdId: string; readonly words?: string },
  typeof PalliativeLane
>('flagPalliative', 'palliativeLane', palliativeLane, PalliativeLane);

const Ending = z.object({ ending: z.string(), on: Day, released: z.array(Id), completedAt: Instant.nullable() });
const ending = '{ ending on released completedAt }';
export const endCare = mutation<
  { readonly householdId: string; readonly ending: 'NO_MORE_CARE' | 'OTHER_PROVIDER' | 'DEATH'; readonly on: Day },
  typeof Ending
>('endCare', 'ending', ending, Ending);

const Afterwards = z.object({ palliativeLane: PalliativeLane.nullable(), endings: z.array(Ending) });
/** How the file stands after the care ended. */
export const findAfterwards = query<{ id: string }, z.ZodNullable<typeof Afterwards>>(
  'household',
  `query Afterwards($id: ID!) { household(id: $id) { palliativeLane ${palliativeLane} endings ${ending} } }`,
  Afterwards.nullable(),
);
