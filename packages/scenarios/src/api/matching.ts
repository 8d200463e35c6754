import type { FormId } from '@adempauze/contracts';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Id, list, listOf, Span, span } from './shapes.ts';

/* Volunteers and the requests for them, as a coordinator sees them. */

const Identified = z.object({ id: Id });
export const registerHelper = mutation<
  {
    helperId: string;
    name: string;
    place: string;
    forms?: readonly FormId[];
    availability: readonly { weekday: number; from: string; until: string }[];
    maxHoursPerWeek: number;
  },
  typeof Identified
>('registerHelper', 'helper', '{ id }', Identified);

const Candidate = z.object({
  helperId: Id,
  name: z.string().nullable(),
  travelKm: z.number(),
  available: z.boolean(),
  reasons: z.array(z.string()),
});
const Match = z.object({
  id: Id,
  bookingId: Id,
  span: Span,
  status: z.enum(['OPEN', 'PROPOSED', 'MATCHED', 'CLOSED', 'CANCELLED']),
  helperId: Id.nullable(),
  awaits: z.enum(['FAMILY', 'HELPER']).nullable(),
});
export type Match = z.infer<typeof Match>;
const match = `{ id bookingId span ${span} status helperId awaits }`;
export const listMatches = query<
  { status: readonly Match['status'][]; first?: number; after?: string | null },
  ReturnType<typeof listOf<typeof Match>>
>(
  'matchQueue',
  `query Queue($status: [MatchStatus!], $first: Int, $after: String) {
     matchQueue(status: $status, first: $first, after: $after) ${list(match)} }`,
  listOf(Match),
);
export const findMatch = query<{ id: string }, z.ZodNullable<typeof Match>>(
  'match',
  `query Match($id: ID!) { match(id: $id) ${match} }`,
  Match.nullable(),
);
const Candidates = z.object({ candidates: z.array(Candidate) });
export const listCandidates = query<{ id: string; first: number }, z.ZodNullable<typeof Candidates>>(
  'match',
  `query Candidates($id: ID!, $first: Int!) {
     match(id: $id) { candidates(first: $first) { helperId name travelKm available reasons } } }`,
  Candidates.nullable(),
);
type Proposal = { readonly matchId: string; readonly helperId: string };
export const proposeHelper = mutation<Proposal, typeof Match>('proposeHelper', 'match', match, Match);
export const answerProposal = mutation<Proposal & { answer: 'YES' | 'NO' }, typeof Match>(
  'answerProposal',
  'match',
  match,
  Match,
);
