import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id, list, listOf, Reason, reason, Span, span } from './shapes.ts';
import { Option, option } from './supply.ts';

/* What is made of several bookings: series, and stays with the steps that lead up to them. */

export type NewSeries = {
  readonly seriesId: string;
  readonly householdId: string;
  readonly offerId: string;
  readonly resourceId?: string;
  readonly rule: {
    readonly from: Day;
    readonly until: Day;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly everyWeeks?: number;
    readonly weekdays?: readonly number[];
    readonly endsDaysLater?: number;
    readonly exceptions?: readonly Day[];
  };
  readonly purpose?: string;
  readonly placeOfService: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
};
export const Series = z.object({
  id: Id,
  status: z.enum(['REQUESTED', 'CONFIRMED', 'ENDED']),
  declinedFor: z.string().nullable(),
  ownCostCents: z.int().nullable(),
  dates: z.array(
    z.object({
      on: Day,
      span: Span,
      bookingId: Id.nullable(),
      status: z.string().nullable(),
      skipped: Reason.nullable(),
    }),
  ),
});
export type Series = z.infer<typeof Series>;
const series = `{ id status declinedFor ownCostCents dates { on span ${span} bookingId status skipped ${reason} } }`;
type OfSeries = { readonly seriesId: string };
const seriesMutation = <Input extends object>(name: string) =>
  mutation<Input, typeof Series>(name, 'series', series, Series);
export const requestSeries = seriesMutation<NewSeries>('requestSeries');
export const confirmSeries = seriesMutation<OfSeries>('confirmSeries');
export const acceptSeries = seriesMutation<OfSeries>('acceptSeries');
export const declineSeries = seriesMutation<OfSeries & { reason: 'NO_STAFF' | 'CLOSED' }>('declineSeries');
export const extendSeries = seriesMutation<OfSeries & { until: Day; exceptions?: readonly Day[] }>('extendSeries');
export const endSeries = seriesMutation<OfSeries & { from: Day; acceptCostCents?: number }>('endSeries');
export const findSeries = query<{ id: string }, z.ZodNullable<typeof Series>>(
  'series',
  `query Series($id: ID!) { series(id: $id) ${series} }`,
  Series.nullable(),
);
const EndCost = z.object({ endCostCents: z.int().nullable() });
/** What ending all that is to come would cost the caregiver now. */
export const findEndCost = query<{ id: string }, z.ZodNullable<typeof EndCost>>(
  'series',
  'query EndCost($id: ID!) { series(id: $id) { endCostCents } }',
  EndCost.nullable(),
);
export const listSeries = query<
  { household: string; waitFor?: string | null },
  ReturnType<typeof listOf<typeof Series>>
>(
  'seriesList',
  `query SeriesList($household: ID, $waitFor: String) { seriesList(household: $household, waitFor: $waitFor) ${list(series)} }`,
  listOf(Series),
);

type Word = 'GO_ON' | 'STOP' | 'NO_WORD';
export type NewStay = {
  readonly stayId: string;
  readonly householdId: string;
  readonly offerId: string;
  readonly resourceId: string;
  readonly span: Span;
  readonly steps?: readonly { readonly kind: 'VISIT' | 'PART_DAY' | 'NIGHT'; readonly span: Span }[];
  readonly waived?: readonly ('VISIT' | 'PART_DAY' | 'NIGHT')[];
  readonly purpose?: string;
};
export const Stay = z.object({
  id: Id,
  status: z.enum(['ASKED', 'HELD', 'CONFIRMED', 'REFUSED', 'ENDED']),
  endReason: z.string().nullable(),
  metWorkerIds: z.array(z.string()),
  ownCostCents: z.int().nullable(),
  turn: z.object({ actor: z.string(), since: Instant, until: Instant.nullable() }),
  steps: z.array(
    z.object({
      kind: z.string(),
      span: Span,
      bookingId: Id.nullable(),
      status: z.string().nullable(),
      gate: z.string(),
    }),
  ),
});
export type Stay = z.infer<typeof Stay>;
const stay =
  '{ id status endReason metWorkerIds ownCostCents turn { actor since until } ' +
  `steps { kind span ${span} bookingId status gate } }`;
type OfStay = { readonly stayId: string };
const stayMutation = <Input extends object>(name: string) => mutation<Input, typeof Stay>(name, 'stay', stay, Stay);
export const planStay = stayMutation<NewStay>('planStay');
export const confirmStay = stayMutation<OfStay>('confirmStay');
export const sayOutcome = stayMutation<
  OfStay & { step: number; voice: 'CAREGIVER' | 'RECIPIENT' | 'HOUSE'; word: Word; metWorkerIds?: readonly string[] }
>('sayOutcome');
export const endStay = stayMutation<OfStay & { reason: 'UNTENABLE' | 'CANCELLED'; givenQuantity?: number }>('endStay');
export const findStay = query<{ id: string }, z.ZodNullable<typeof Stay>>(
  'stay',
  `query Stay($id: ID!) { stay(id: $id) ${stay} }`,
  Stay.nullable(),
);
const Instead = z.object({ alternatives: z.array(Option).nullable() });
/** What a household could have instead of a stay that did not fit. */
export const findInstead = query<{ id: string }, z.ZodNullable<typeof Instead>>(
  'stay',
  `query Instead($id: ID!) { stay(id: $id) { alternatives ${option} } }`,
  Instead.nullable(),
);
const StayProposal = z.object({ isFirstStay: z.boolean(), steps: z.array(z.object({ step: z.string() })) });
export const proposeStay = query<
  { household: string; offer: string; waitFor?: string | null },
  z.ZodNullable<typeof StayProposal>
>(
  'stayProposal',
  `query StayProposal($household: ID!, $offer: ID!, $waitFor: String) {
     stayProposal(household: $household, offer: $offer, waitFor: $waitFor) { isFirstStay steps { step } } }`,
  StayProposal.nullable(),
);

const Tasks = z.object({
  tasks: z.array(z.object({ taskId: z.string(), kind: z.string(), dueAt: Instant, doneAt: Instant.nullable() })),
});
/** What waits for the contact person of a household. */
export const listTasks = query<{ household: string }, z.ZodNullable<typeof Tasks>>(
  'household',
  'query Tasks($household: ID!) { household(id: $household) { tasks { taskId kind dueAt doneAt } } }',
  Tasks.nullable(),
);

const Waiting = z.object({
  waitingId: z.string(),
  status: z.enum(['WAITING', 'SERVED', 'LEFT', 'OVER']),
  lane: z.enum(['URGENT', 'NORMAL']),
  aheadUrgent: z.int(),
  aheadLonger: z.int(),
  offers: z.array(
    z.object({
      ...{ bookingId: Id, span: Span, until: Instant, outcome: z.string(), cause: z.string() },
      why: z
        .object({ rule: z.string(), among: z.int(), words: z.object({ nl: z.string(), en: z.string() }) })
        .nullable(),
    }),
  ),
});
export type Waiting = z.infer<typeof Waiting>;
const waiting = `{ waitingId status lane aheadUrgent aheadLonger offers { bookingId span ${span} until outcome cause why { rule among words { nl en } } } }`;
export const joinWaitingList = mutation<
  {
    readonly waitingId: string;
    readonly householdId: string;
    readonly offerId: string;
    readonly window: Span;
    readonly placeOfService: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
  },
  typeof Waiting
>('joinWaitingList', 'waiting', waiting, Waiting);
export const leaveWaitingList = mutation<{ readonly offerId: string; readonly waitingId: string }, typeof Waiting>(
  'leaveWaitingList',
  'waiting',
  waiting,
  Waiting,
);
const WaitingLists = z.object({ waiting: z.array(Waiting) });
/** Where a household waits. */
export const listWaiting = query<{ household: string }, z.ZodNullable<typeof WaitingLists>>(
  'household',
  `query Waiting($household: ID!) { household(id: $household) { waiting ${waiting} } }`,
  WaitingLists.nullable(),
);
