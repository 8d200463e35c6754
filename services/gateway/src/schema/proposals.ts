import {
  AcceptProposal,
  DeclineProposal,
  DeclineReason,
  formOf,
  PartStatus,
  ProposalId,
  type ProposalPartView,
  ProposalStatus,
  type ProposalView,
  ProposeAgain,
  ProposeRespite,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { Rejected } from './rejected.ts';
import { Node, nodeType } from './relay.ts';
import { ruleInput, WeeklyRuleType } from './series.ts';
import { StepKindEnum, stepInput } from './stays.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* What a professional proposes to a household (R02): real places, held, and one action to agree. */

const ProposedKindEnum = enumOf('ProposedKind', ['booking', 'series', 'stay']);
const ProposalStatusEnum = enumOf('ProposalStatus', ProposalStatus.options);
const PartStatusEnum = enumOf('ProposalPartStatus', PartStatus.options);
const DeclineReasonEnum = enumOf('ProposalDeclineReason', DeclineReason.options);

const maybeGlobal = (type: string, id: string | null) => (id === null ? null : globalId(type, id));

const ProposalPartType = builder.objectRef<ProposalPartView>('ProposalPart').implement({
  description: 'One part of a proposal: a booking, a series or a stay, held until the caregiver answers.',
  fields: (t) => ({
    part: t.exposeInt('part', { description: '0 is the first; `acceptProposal` takes it.' }),
    kind: t.expose('kind', { type: ProposedKindEnum }),
    offer: t.field({
      type: OfferType,
      nullable: true,
      resolve: ({ offerId }, _args, { services }) => services.offers.findOffer({ offerId }),
    }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    resourceId: t.id({ nullable: true, resolve: (it) => maybeGlobal('Resource', it.resourceId) }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
    span: t.expose('span', { type: TimeSpanType, nullable: true }),
    rule: t.expose('rule', { type: WeeklyRuleType, nullable: true }),
    status: t.expose('status', { type: PartStatusEnum }),
    bookingId: t.id({ nullable: true, resolve: (it) => maybeGlobal('Booking', it.bookingId) }),
    seriesId: t.id({ nullable: true, resolve: (it) => maybeGlobal('Series', it.seriesId) }),
    stayId: t.id({ nullable: true, resolve: (it) => maybeGlobal('Stay', it.stayId) }),
    times: t.exposeInt('times', { description: 'How many times are held or agreed.' }),
    refusal: t.expose('refusal', { type: Rejected, nullable: true, description: 'Why it could not be had.' }),
    ownCostCents: t.exposeInt('ownCostCents', { nullable: true }),
  }),
});
const ProposalAnswerType = builder.objectRef<NonNullable<ProposalView['answer']>>('ProposalReply').implement({
  description: 'Who answered. `onBehalf`: a professional wrote down what the caregiver said.',
  fields: (t) => ({
    by: t.exposeString('by', { description: 'Opaque account id.' }),
    onBehalf: t.exposeBoolean('onBehalf'),
    at: t.expose('at', { type: 'Instant' }),
  }),
});
const ProposalType = builder.objectRef<ProposalView>('Proposal').implement({
  interfaces: [Node],
  description: 'What a professional proposes. Nothing is agreed before the caregiver says so.',
  fields: (t) => ({
    proposalId: t.exposeID('proposalId'),
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    status: t.expose('status', { type: ProposalStatusEnum }),
    round: t.exposeInt('round', { description: 'How often it was proposed.' }),
    parts: t.expose('parts', { type: [ProposalPartType] }),
    note: t.exposeString('note', { nullable: true }),
    proposedBy: t.exposeString('proposedBy', { description: 'Opaque account id.' }),
    proposedAt: t.expose('proposedAt', { type: 'Instant' }),
    until: t.expose('until', { type: 'Instant', description: 'Until when the places are held.' }),
    answer: t.expose('answer', { type: ProposalAnswerType, nullable: true }),
    declineReason: t.expose('declineReason', { type: DeclineReasonEnum, nullable: true }),
    ownCostCents: t.exposeInt('ownCostCents', {
      description: 'The most that the caregiver pays for all that is held or agreed (R46).',
    }),
    revision: t.exposeInt('revision'),
  }),
});

nodeType(
  ProposalType,
  'Proposal',
  (it) => it.proposalId,
  async (id, { viewer, services }) => {
    const proposalId = ProposalId.safeParse(id);
    if (!viewer || !proposalId.success) return undefined;
    const proposal = await services.bookings.findProposal({ proposalId: proposalId.data });
    return proposal && (await actsFor(viewer, services, proposal.householdId)) ? proposal : undefined;
  },
);

builder.objectField(HouseholdType, 'proposals', (t) =>
  t.field({
    type: [ProposalType],
    nullable: true,
    description: 'What was proposed to this household, the latest first.',
    args: { waitFor: t.arg.string({ required: false }) },
    async resolve({ householdId }, { waitFor }, { services }) {
      const query = { householdId, ...waiting(waitFor), page: { first: 20 } };
      return (await services.bookings.listProposals(query)).items.map(({ item }) => item);
    },
  }),
);

const partInput = builder.inputType('ProposedPartInput', {
  fields: (t) => ({
    kind: t.field({ type: ProposedKindEnum }),
    offerId: t.id(),
    resourceId: t.id({ required: false }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
    caregiverJoins: t.boolean({ required: false, description: 'For both together (R24).' }),
    span: t.field({ type: TimeSpanInput, required: false, description: 'Of a booking, or of the stay itself.' }),
    rule: t.field({ type: ruleInput, required: false, description: 'Of a series.' }),
    steps: t.field({ type: [stepInput], required: false, description: 'Before a stay.' }),
    waived: t.field({ type: [StepKindEnum], required: false }),
  }),
});

/** The proposal, when this caller acts for its household. */
const findTheirs = async (id: string, { viewer, services }: Call): Promise<ProposalView | undefined> => {
  const proposalId = checked(ProposalId, idOf('Proposal', id), '#/input/proposalId');
  const proposal = await services.bookings.findProposal({ proposalId });
  return proposal && (await actsFor(viewer, services, proposal.householdId)) ? proposal : undefined;
};

commandMutation('proposeRespite', {
  description:
    'A professional proposes times to a household: each is really held until the caregiver answers, and what cannot be had is named.',
  input: commandInput('ProposeRespite', (t) => ({
    proposalId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    parts: t.field({ type: [partInput] }),
    days: t.int({ required: false, description: 'For how many days it stands; seven when left out.' }),
    note: t.string({ required: false, description: 'To the caregiver, in your words.' }),
  })),
  answers: { field: 'proposal', type: ProposalType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, proposalId, householdId, parts, ...rest } = given;
    const input = checked(ProposeRespite, {
      ...rest,
      proposalId: maybeIdOf('Proposal', proposalId) ?? newId('proposal'),
      householdId: idOf('Household', householdId),
      parts: parts.map(({ offerId, resourceId, ...part }) => ({
        ...part,
        offerId: idOf('Offer', offerId),
        resourceId: maybeIdOf('Resource', resourceId),
      })),
      proposedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.proposeRespite(input, call);
  },
});

commandMutation('acceptProposal', {
  description:
    'One yes to all that is held, or to the parts named. A professional with a mandate writes down a yes by phone: that stays visible.',
  input: commandInput('AcceptProposal', (t) => ({
    proposalId: t.id(),
    parts: t.intList({ required: false, description: 'All that are held, when left out.' }),
  })),
  answers: { field: 'proposal', type: ProposalType },
  run: async ({ proposalId, parts }, it) => {
    const found = await findTheirs(proposalId, it);
    if (!found) return refuse('proposal-not-found');
    const input = checked(AcceptProposal, { proposalId: found.proposalId, parts, by: it.viewer.accountId });
    return it.services.bookings.acceptProposal(input, it.call);
  },
});

commandMutation('declineProposal', {
  description: 'No: needs no reason and has no consequence. The places are free at once; it can come back later.',
  input: commandInput('DeclineProposal', (t) => ({
    proposalId: t.id(),
    reason: t.field({ type: DeclineReasonEnum, required: false, description: 'Only if you want to say one.' }),
  })),
  answers: { field: 'proposal', type: ProposalType },
  run: async ({ proposalId, reason }, it) => {
    const found = await findTheirs(proposalId, it);
    if (!found) return refuse('proposal-not-found');
    const input = checked(DeclineProposal, { proposalId: found.proposalId, reason, by: it.viewer.accountId });
    return it.services.bookings.declineProposal(input, it.call);
  },
});

commandMutation('proposeAgain', {
  description: 'The same times once more: what is still free is held, what is not is named. What was agreed stands.',
  input: commandInput('ProposeAgain', (t) => ({ proposalId: t.id(), days: t.int({ required: false }) })),
  answers: { field: 'proposal', type: ProposalType },
  run: async ({ proposalId, days }, it) => {
    const found = await findTheirs(proposalId, it);
    if (!found) return refuse('proposal-not-found');
    const input = checked(ProposeAgain, { proposalId: found.proposalId, days, proposedBy: it.viewer.accountId });
    return it.services.bookings.proposeAgain(input, it.call);
  },
});
