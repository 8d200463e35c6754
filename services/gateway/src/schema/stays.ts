import {
  AcclimatisationStep,
  ConfirmStay,
  EndStay,
  formOf,
  HouseholdId,
  OfferId,
  PlanStay,
  SayOutcome,
  StayEndReason,
  StayFilter,
  StayId,
  type StayProposal,
  StayStatus,
  StayStepKind,
  type StayStepView,
  StayView,
  StayVoice,
  StayWord,
} from '@adempauze/contracts';
import { type Call, type Context, refuse } from '../context.ts';
import { actsFor, seesPromise, sideOf } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { BookingStatusEnum } from './bookings.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { listPromises, ownProviderId } from './promise-lists.ts';
import { ProviderType } from './providers.ts';
import { Rejected } from './rejected.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import { SeekOptionType } from './seek.ts';
import { alternativesOf } from './stay-alternatives.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* A stay with the steps that lead up to it (R15): planned at once, gated one after the other. */

const StayStatusEnum = enumOf('StayStatus', StayStatus.options);
const StayEndReasonEnum = enumOf('StayEndReason', StayEndReason.options);
const StayStepKindEnum = enumOf('StayStepKind', StayStepKind.options);
export const StepKindEnum = enumOf('StepKind', AcclimatisationStep.options, 'Ways of getting used to a place.');
const StayGateEnum = enumOf('StayGate', StayView.shape.steps.element.shape.gate.options);
const StayVoiceEnum = enumOf('StayVoice', StayVoice.options);
const StayWordEnum = enumOf('StayWord', StayWord.options);
const StayActorEnum = enumOf('StayActor', StayView.shape.turn.shape.actor.options);

const OutcomeType = builder.objectRef<StayStepView['outcome']>('StepOutcome').implement({
  description: 'How a step was, by the three that it is about; nothing yet where nothing was said.',
  fields: (t) => ({
    caregiver: t.expose('caregiver', { type: StayWordEnum, nullable: true }),
    recipient: t.expose('recipient', { type: StayWordEnum, nullable: true }),
    house: t.expose('house', { type: StayWordEnum, nullable: true }),
  }),
});
const StayStepType = builder.objectRef<StayStepView>('StayStep').implement({
  description: 'A step towards a stay, or the stay itself: a booking of its own.',
  fields: (t) => ({
    kind: t.expose('kind', { type: StayStepKindEnum }),
    span: t.expose('span', { type: TimeSpanType }),
    bookingId: t.id({
      nullable: true,
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    status: t.expose('status', { type: BookingStatusEnum, nullable: true }),
    ownCostCents: t.exposeInt('ownCostCents', { nullable: true }),
    gate: t.expose('gate', { type: StayGateEnum, description: 'Whether it waits for the step before it.' }),
    outcome: t.expose('outcome', { type: OutcomeType }),
    passedAt: t.expose('passedAt', { type: 'Instant', nullable: true }),
  }),
});
const TurnType = builder.objectRef<StayView['turn']>('StayTurn').implement({
  description: 'Who is to act, since when, and until when (R32).',
  fields: (t) => ({
    actor: t.expose('actor', { type: StayActorEnum }),
    since: t.expose('since', { type: 'Instant' }),
    until: t.expose('until', { type: 'Instant', nullable: true }),
  }),
});

const StayType = builder.objectRef<StayView>('Stay').implement({
  interfaces: [Node],
  description: 'A stay and what leads up to it (R15).',
  fields: (t) => ({
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    offer: t.field({
      type: OfferType,
      nullable: true,
      resolve: ({ offerId }, _args, { services }) => services.offers.findOffer({ offerId }),
    }),
    provider: t.field({
      type: ProviderType,
      nullable: true,
      resolve: ({ providerId }, _args, { services }) => services.offers.findProvider({ providerId }),
    }),
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', {
      description: 'The caregiver comes along (R24), as it was asked for; each step says how it is then.',
    }),
    purpose: t.exposeString('purpose', { nullable: true }),
    requestedBy: t.exposeString('requestedBy', { nullable: true, description: 'Opaque account id.' }),
    plannedAt: t.expose('plannedAt', { type: 'Instant' }),
    status: t.expose('status', { type: StayStatusEnum }),
    steps: t.expose('steps', { type: [StayStepType], description: 'In order, the stay itself last.' }),
    waived: t.expose('waived', { type: [StepKindEnum] }),
    refusal: t.expose('refusal', { type: Rejected, nullable: true }),
    endReason: t.expose('endReason', { type: StayEndReasonEnum, nullable: true }),
    alternatives: t.field({
      type: [SeekOptionType],
      nullable: true,
      description: 'For the family, when it did not fit or could not go on: what is free instead, at home first.',
      resolve: (it, _args, context) => alternativesOf(it, context),
    }),
    metWorkerIds: t.exposeIDList('metWorkerIds', { description: 'Whom the recipient met, and finds there again.' }),
    ownCostCents: t.exposeInt('ownCostCents', { nullable: true }),
    endCostCents: t.int({
      nullable: true,
      description: 'What it costs you to end it now by the terms agreed, where it is not untenable once begun.',
      resolve: (it) => it.endCostCents,
    }),
    turn: t.expose('turn', { type: TurnType }),
    revision: t.exposeInt('revision'),
  }),
});
const StayConnection = connectionOf(StayType, 'Stay');

const ProposedStepType = builder.objectRef<StayProposal['steps'][number]>('ProposedStep').implement({
  fields: (t) => ({
    step: t.expose('step', { type: StepKindEnum }),
    priceCents: t.exposeInt('priceCents', { nullable: true, description: 'Of its own; otherwise that of the offer.' }),
  }),
});
const StayProposalType = builder.objectRef<StayProposal>('StayProposal').implement({
  description: 'What a household is proposed before a stay at a house; nothing when it stayed there before.',
  fields: (t) => ({
    isFirstStay: t.exposeBoolean('isFirstStay'),
    steps: t.expose('steps', { type: [ProposedStepType] }),
  }),
});

const findVisible = async (stayId: StayId, { viewer, services }: Context): Promise<StayView | undefined> => {
  const stay = viewer && (await services.bookings.findStay({ stayId }));
  return stay && (await seesPromise(viewer, services, stay)) ? stay : undefined;
};

nodeType(
  StayType,
  'Stay',
  (it) => it.stayId,
  async (id, context) => {
    const stayId = StayId.safeParse(id);
    return stayId.success ? findVisible(stayId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  stay: t.field({
    type: StayType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(StayId, idOf('Stay', id), '#/id'), context),
  }),
  stays: t.field({
    type: StayConnection,
    nullable: true,
    description: 'Of a household that is yours, or of your organisation; the one planned last first.',
    args: {
      household: t.arg.id({ required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 10 }),
      after: t.arg.string({ required: false }),
    },
    resolve(_root, { household, waitFor, first, after }, context) {
      const of = { householdId: maybeIdOf('Household', household), providerId: ownProviderId(context.viewer) };
      const input = checked(StayFilter, { ...of, waitFor, page: { first, after } }, '#');
      return listPromises(input, context, context.services.bookings.listStays);
    },
  }),
  stayProposal: t.field({
    type: StayProposalType,
    nullable: true,
    description: 'The steps proposed before a stay under this offer (R15).',
    args: { household: t.arg.id(), offer: t.arg.id(), waitFor: t.arg.string({ required: false }) },
    async resolve(_root, { household, offer, waitFor }, { viewer, services }) {
      const householdId = checked(HouseholdId, idOf('Household', household), '#/household');
      const offerId = checked(OfferId, idOf('Offer', offer), '#/offer');
      if (!viewer || !(await actsFor(viewer, services, householdId))) return null;
      return services.bookings.proposeStay({ householdId, offerId, ...(waitFor ? { waitFor } : {}) });
    },
  }),
}));

/** Whose stay it is for this caller; undefined when it is not theirs to touch, or not there. */
const sideOfStay = async (stayId: StayId, { viewer, services }: Call) => {
  const stay = await services.bookings.findStay({ stayId });
  return stay && sideOf(viewer, services, stay);
};

export const stepInput = builder.inputType('StayStepInput', {
  fields: (t) => ({ kind: t.field({ type: StepKindEnum }), span: t.field({ type: TimeSpanInput }) }),
});

commandMutation('planStay', {
  description:
    'Asks for a stay and its steps at once: all are held, or none. A step that the house proposes and you do not want is named in `waived`.',
  input: commandInput('PlanStay', (t) => ({
    stayId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    offerId: t.id(),
    resourceId: t.id(),
    span: t.field({ type: TimeSpanInput, description: 'Of the stay itself.' }),
    steps: t.field({ type: [stepInput], required: false }),
    waived: t.field({ type: [StepKindEnum], required: false }),
    caregiverJoins: t.boolean({
      required: false,
      description: 'You come along too, where the offer is for that (R24). Can be changed until it begins.',
    }),
    purpose: t.string({ required: false, description: 'Why, in your own words. Only your household sees it.' }),
  })),
  answers: { field: 'stay', type: StayType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, stayId, householdId, offerId, resourceId, ...rest } = given;
    const input = checked(PlanStay, {
      ...rest,
      stayId: maybeIdOf('Stay', stayId) ?? newId('stay'),
      householdId: idOf('Household', householdId),
      offerId: idOf('Offer', offerId),
      resourceId: idOf('Resource', resourceId),
      requestedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.planStay(input, call);
  },
});

commandMutation('confirmStay', {
  description: 'Yes to the whole plan and its own cost. Later steps are kept until the one before went well.',
  input: commandInput('ConfirmStay', (t) => ({ stayId: t.id() })),
  answers: { field: 'stay', type: StayType },
  run: async ({ stayId }, it) => {
    const input = checked(ConfirmStay, { stayId: idOf('Stay', stayId) });
    if ((await sideOfStay(input.stayId, it)) !== 'caregiver') return refuse('stay-not-found');
    return it.services.bookings.confirmStay(input, it.call);
  },
});

commandMutation('sayOutcome', {
  description:
    'How a step was. Once caregiver, recipient and house all let it go on, the next step is open; one `STOP` releases all that was to come.',
  input: commandInput('SayOutcome', (t) => ({
    stayId: t.id(),
    step: t.int({ description: '0 is the first.' }),
    voice: t.field({ type: StayVoiceEnum, description: 'The house speaks for itself, the family for the other two.' }),
    word: t.field({ type: StayWordEnum }),
    metWorkerIds: t.idList({ required: false, description: 'By the house: whom the recipient met.' }),
  })),
  answers: { field: 'stay', type: StayType },
  run: async ({ idempotencyKey: _key, stayId, ...rest }, it) => {
    const input = checked(SayOutcome, { ...rest, stayId: idOf('Stay', stayId) });
    const side = await sideOfStay(input.stayId, it);
    if (side === undefined || side === 'operator') return refuse('stay-not-found');
    if ((side === 'provider') !== (input.voice === 'house')) return refuse('not-allowed');
    return it.services.bookings.sayOutcome(input, it.call);
  },
});

commandMutation('endStay', {
  description:
    'Stops a stay, also while it is going on: what is to come is released, what was given is recorded. What is untenable ' +
    'once it has begun ends for nothing; what is cancelled late may cost the caregiver something (`endCostCents`), which they accept first.',
  input: commandInput('EndStay', (t) => ({
    stayId: t.id(),
    reason: t.field({ type: enumOf('EndStayReason', EndStay.shape.reason.options) }),
    givenQuantity: t.int({
      required: false,
      description: 'By the house: what was given of the step that is going on, in hundredths of a unit.',
    }),
    acceptCostCents: t.int({
      required: false,
      description: 'The most that the caregiver will pay for ending late; nothing when left out.',
    }),
  })),
  answers: { field: 'stay', type: StayType },
  run: async ({ stayId, reason, givenQuantity, acceptCostCents }, it) => {
    const { stayId: id } = checked(ConfirmStay, { stayId: idOf('Stay', stayId) });
    const by = await sideOfStay(id, it);
    if (by === undefined || by === 'operator') return refuse('stay-not-found');
    const quantity = givenQuantity ?? undefined;
    if (quantity !== undefined && by !== 'provider') return refuse('not-allowed');
    const given = quantity === undefined ? undefined : { deliveryId: it.newId('delivery'), quantity };
    return it.services.bookings.endStay(checked(EndStay, { stayId: id, by, reason, given, acceptCostCents }), it.call);
  },
});
