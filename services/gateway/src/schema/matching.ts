import {
  AnswerProposal,
  type Candidate,
  CloseMatch,
  formOf,
  MatchId,
  MatchStatus,
  type MatchView,
  PageRequest,
  ProposeHelper,
  ProviderId,
} from '@adempauze/contracts';
import { z } from 'zod';
import { type Call, type Context, refuse } from '../context.ts';
import { seesMatch } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { enumOf, LanguageEnum, TimeSpanType } from './vocabulary.ts';

const reasons = [
  'familiar-face',
  'near',
  'speaks-language',
  'knows-culture',
  'woman',
  'has-room',
  'asked-least-recently',
  'not-available',
  'at-maximum',
  'said-no',
  'family-said-no',
] as const satisfies readonly Candidate['reasons'][number][];
const CandidateReasonEnum = enumOf('CandidateReason', reasons);
const CandidateType = builder.objectRef<Candidate>('Candidate').implement({
  description: 'A helper who could come, best first; a familiar face before all (R14).',
  fields: (t) => ({
    helperId: t.id({ resolve: (it) => globalId('Helper', it.helperId) }),
    name: t.exposeString('name', { nullable: true }),
    travelKm: t.exposeFloat('travelKm'),
    timesWithHousehold: t.exposeInt('timesWithHousehold'),
    available: t.exposeBoolean('available'),
    hoursThatWeek: t.exposeFloat('hoursThatWeek'),
    reasons: t.expose('reasons', { type: [CandidateReasonEnum] }),
  }),
});

const MatchStatusEnum = enumOf('MatchStatus', MatchStatus.options);
const MatchAwaitsEnum = enumOf('MatchAwaits', ['family', 'helper']);
const MatchType = builder.objectRef<MatchView>('Match').implement({
  interfaces: [Node],
  description:
    'A request for a volunteer as the coordinator sees it: place, time and form; no name, no condition (R51).',
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    span: t.expose('span', { type: TimeSpanType }),
    municipalityCode: t.exposeString('municipality'),
    languages: t.expose('languages', { type: [LanguageEnum] }),
    status: t.expose('status', { type: MatchStatusEnum }),
    helperId: t.id({
      nullable: true,
      resolve: (it) => (it.helperId === null ? null : globalId('Helper', it.helperId)),
    }),
    awaits: t.field({
      type: MatchAwaitsEnum,
      nullable: true,
      description: 'Whose answer is awaited; that of the family before the helper knows of it (R51).',
      resolve: ({ awaits, status }) => awaits ?? (status === 'proposed' ? 'helper' : null),
    }),
    answerBy: t.expose('answerBy', { type: 'Instant', nullable: true }),
    urgent: t.boolean({ description: 'Before others in the queue.', resolve: ({ lane }) => lane === 'urgent' }),
    knownFirst: t.boolean({
      description: 'Nobody but whom they know is proposed, as long as one of them can come.',
      resolve: ({ faces }) => faces === 'known-first',
    }),
    requestedAt: t.expose('requestedAt', { type: 'Instant' }),
    refusedBy: t.idList({ resolve: (it) => it.refusedBy.map((id) => globalId('Helper', id)) }),
    revision: t.exposeInt('revision'),
    candidates: t.field({
      type: [CandidateType],
      nullable: true,
      args: { first: t.arg.int({ defaultValue: 10 }), waitFor: t.arg.string({ required: false }) },
      resolve: async ({ matchId, householdId }, { first, waitFor }, { services }) => {
        const count = checked(z.int().min(1).max(50), first, '#/first');
        // As they are now, and so that matching keeps nothing of what a family wishes (R53).
        const household = await services.bookings.findHousehold({ householdId });
        const wishes = household?.wishes && {
          ...{ languages: household.languages, cultures: household.wishes.cultures },
          womanPreferred: household.wishes.womanPreferred,
        };
        return services.matching.listCandidates({
          ...{ matchId, first: count },
          ...(wishes ? { wishes } : {}),
          ...waiting(waitFor),
        });
      },
    }),
  }),
});
const MatchConnection = connectionOf(MatchType, 'Match');

const findVisible = async (matchId: MatchId, { viewer, services }: Pick<Context, 'viewer' | 'services'>) => {
  if (!viewer) return undefined;
  const match = await services.matching.findMatch({ matchId });
  return match && seesMatch(viewer, match) ? match : undefined;
};

nodeType(
  MatchType,
  'Match',
  (it) => it.matchId,
  async (id, context) => {
    const matchId = MatchId.safeParse(id);
    return matchId.success ? findVisible(matchId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  match: t.field({
    type: MatchType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(MatchId, idOf('Match', id), '#/id'), context),
  }),
  matchQueue: t.field({
    type: MatchConnection,
    nullable: true,
    description: 'Requests to your organisation, oldest first.',
    args: {
      status: t.arg({ type: [MatchStatusEnum], required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve: (_root, { status, waitFor, first, after }, { viewer, services }) => {
      const page = checked(PageRequest, { first, after }, '#');
      const organisationId = ProviderId.safeParse(viewer?.organisation);
      if (!organisationId.success) return emptyPage;
      return services.matching.listMatches({
        organisationId: organisationId.data,
        ...(status && { status: checked(z.array(MatchStatus).max(5), status, '#/status') }),
        ...waiting(waitFor),
        page,
      });
    },
  }),
}));

const isMine = async (matchId: MatchId, it: Call): Promise<boolean> => (await findVisible(matchId, it)) !== undefined;

commandMutation('proposeHelper', {
  description: 'Asks one helper; the request leaves the queue until they answer.',
  input: commandInput('ProposeHelper', (t) => ({ matchId: t.id(), helperId: t.id() })),
  answers: { field: 'match', type: MatchType },
  run: async ({ matchId, helperId }, it) => {
    const input = checked(ProposeHelper, { matchId: idOf('Match', matchId), helperId: idOf('Helper', helperId) });
    if (!(await isMine(input.matchId, it))) return refuse('match-not-found');
    return it.services.matching.proposeHelper(input, it.call);
  },
});

const AnswerEnum = enumOf('ProposalAnswer', ['yes', 'no']);
commandMutation('answerProposal', {
  description: 'The helper’s answer, recorded by the coordinator. No reason is asked for a no.',
  input: commandInput('AnswerProposal', (t) => ({
    matchId: t.id(),
    helperId: t.id(),
    answer: t.field({ type: AnswerEnum }),
  })),
  answers: { field: 'match', type: MatchType },
  run: async ({ matchId, helperId, answer }, it) => {
    const ids = { matchId: idOf('Match', matchId), helperId: idOf('Helper', helperId) };
    const input = checked(AnswerProposal, { ...ids, answer });
    if (!(await isMine(input.matchId, it))) return refuse('match-not-found');
    return it.services.matching.answerProposal(input, it.call);
  },
});

commandMutation('closeMatch', {
  description: 'Nobody can come; the booking is declined and counts as unmet demand.',
  input: commandInput('CloseMatch', (t) => ({ matchId: t.id() })),
  answers: { field: 'match', type: MatchType },
  run: async ({ matchId }, it) => {
    const input = checked(CloseMatch, { matchId: idOf('Match', matchId) });
    if (!(await isMine(input.matchId, it))) return refuse('match-not-found');
    return it.services.matching.closeMatch(input, it.call);
  },
});
