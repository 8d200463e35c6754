import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import type { NewSeries } from './plans.ts';
import { Id, Reason, reason, Span, span } from './shapes.ts';

/* What professionals do before, and for, a caregiver: signals, proposals, and what was done on behalf. */

type PlaceOfService = 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
export type NewProposal = {
  readonly proposalId: string;
  readonly householdId: string;
  readonly parts: readonly {
    readonly kind: 'BOOKING' | 'SERIES' | 'STAY';
    readonly offerId: string;
    readonly resourceId?: string;
    readonly placeOfService: PlaceOfService;
    readonly span?: Span;
    readonly rule?: NewSeries['rule'];
  }[];
  readonly days?: number;
  readonly note?: string;
};
export const Proposal = z.object({
  proposalId: z.string(),
  status: z.enum(['ASKED', 'STANDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'REFUSED']),
  round: z.int(),
  until: Instant,
  ownCostCents: z.int(),
  answer: z.object({ by: z.string(), onBehalf: z.boolean(), at: Instant }).nullable(),
  parts: z.array(
    z.object({
      part: z.int(),
      status: z.string(),
      times: z.int(),
      span: Span.nullable(),
      bookingId: Id.nullable(),
      seriesId: Id.nullable(),
      ownCostCents: z.int().nullable(),
      refusal: Reason.nullable(),
    }),
  ),
});
export type Proposal = z.infer<typeof Proposal>;
const proposal =
  '{ proposalId status round until ownCostCents answer { by onBehalf at } ' +
  `parts { part status times span ${span} bookingId seriesId ownCostCents refusal ${reason} } }`;
type OfProposal = { readonly proposalId: string };
const proposalMutation = <Input extends object>(name: string) =>
  mutation<Input, typeof Proposal>(name, 'proposal', proposal, Proposal);
export const proposeRespite = proposalMutation<NewProposal>('proposeRespite');
export const acceptProposal = proposalMutation<OfProposal & { parts?: readonly number[] }>('acceptProposal');
export const declineProposal = proposalMutation<OfProposal & { reason?: 'NOT_NOW' | 'OTHER_TIME' }>('declineProposal');
export const proposeAgain = proposalMutation<OfProposal & { days?: number }>('proposeAgain');
const Proposals = z.object({ proposals: z.array(Proposal) });
export const listProposals = query<{ household: string }, z.ZodNullable<typeof Proposals>>(
  'household',
  `query Proposals($household: ID!) { household(id: $household) { proposals ${proposal} } }`,
  Proposals.nullable(),
);

const SentSignal = z.object({ signalId: z.string(), status: z.enum(['SIGNALLED', 'TAKEN_UP', 'CLOSED']) });
export const signalCaregiver = mutation<
  {
    readonly signalId: string;
    readonly caregiver: {
      readonly name: string;
      readonly place: string;
      readonly phone?: string;
      readonly birthYear?: number;
      readonly accountId?: string;
    };
    readonly consents: readonly ('CAREGIVER' | 'PARENT')[];
    readonly source: 'SCHOOL' | 'HOSPITAL' | 'CASE_MANAGEMENT' | 'GENERAL_PRACTICE';
    readonly note?: string;
    readonly contactPerson: { readonly accountId: string; readonly organisation?: string };
  },
  typeof SentSignal
>('signalCaregiver', 'signal', '{ signalId status }', SentSignal);
const Signal = SentSignal.extend({
  caregiver: z.object({ name: z.string().nullable(), accountId: z.string().nullable() }),
  signalledAt: Instant,
  dueAt: Instant,
  overdue: z.boolean(),
});
const signal = '{ signalId status caregiver { name accountId } signalledAt dueAt overdue }';
export const takeUpSignal = mutation<{ signalId: string; householdId: string }, typeof Signal>(
  'takeUpSignal',
  'signal',
  signal,
  Signal,
);
export const closeSignal = mutation<
  { signalId: string; reason: 'HELPED' | 'NOT_WANTED' | 'NOT_REACHED' | 'MOVED_AWAY' },
  typeof Signal
>('closeSignal', 'signal', signal, Signal);
const Signals = z.object({ signals: z.array(Signal), sentSignals: z.array(SentSignal) });
/** What this professional is to look after, and how what they sent stands. */
export const listSignals = query<{ waitFor?: string | null }, typeof Signals>(
  'viewer',
  `query Signals($waitFor: String) { viewer { signals(waitFor: $waitFor) ${signal}
     sentSignals(waitFor: $waitFor) { signalId status } } }`,
  Signals,
);

const OnBehalf = z.object({
  entryId: z.string(),
  what: z.string(),
  ref: z.string(),
  by: z.string(),
  role: z.enum(['CONTACT_PERSON', 'MANDATE']),
  undoable: z.boolean(),
  undone: z.object({ at: Instant, by: z.string() }).nullable(),
});
export type OnBehalf = z.infer<typeof OnBehalf>;
const onBehalf = '{ entryId what ref by role undoable undone { at by } }';
export const undoOnBehalf = mutation<{ householdId: string; entryId: string }, typeof OnBehalf>(
  'undoOnBehalf',
  'onBehalf',
  onBehalf,
  OnBehalf,
);
const DoneOnBehalf = z.object({ doneOnBehalf: z.array(OnBehalf) });
export const listOnBehalf = query<{ household: string }, z.ZodNullable<typeof DoneOnBehalf>>(
  'household',
  `query OnBehalf($household: ID!) { household(id: $household) { doneOnBehalf ${onBehalf} } }`,
  DoneOnBehalf.nullable(),
);
