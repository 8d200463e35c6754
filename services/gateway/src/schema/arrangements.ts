import {
  AddParts,
  ArrangedPartActor,
  ArrangedPartStatus,
  type ArrangedPartView,
  ArrangementFilter,
  ArrangementId,
  ArrangementStep,
  type ArrangementView,
  ConfirmArrangement,
  EndParts,
  formOf,
  PartEnd,
  PartKind,
  PlanArrangement,
  TripLeg,
  type TripOf,
} from '@adempauze/contracts';
import { type Call, type Context, refuse } from '../context.ts';
import { actsFor, seesHousehold } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { ProviderType } from './providers.ts';
import { Rejected } from './rejected.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { ruleInput } from './series.ts';
import { StepKindEnum, stepInput } from './stays.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* Several forms under one plan (R11), and trips to and from care (R22). */

const PartKindEnum = enumOf('PartKind', PartKind.options);
const typeOfKind = { booking: 'Booking', series: 'Series', stay: 'Stay' } as const;
const PartStatusEnum = enumOf('PartStatus', ArrangedPartStatus.options);
const PartEndEnum = enumOf('PartEnd', PartEnd.options);
const PartActorEnum = enumOf('PartActor', ArrangedPartActor.options);
const ArrangementStepEnum = enumOf('ArrangementStep', ArrangementStep.options);
const TripLegEnum = enumOf('TripLeg', TripLeg.options);

const TripOfType = builder.objectRef<TripOf>('TripOf').implement({
  description: 'The part that a trip belongs to: it is confirmed with it, moves with it and ends with it.',
  fields: (t) => ({
    partId: t.exposeID('partId'),
    leg: t.expose('leg', { type: TripLegEnum }),
    blocks: t.exposeBoolean('blocks', { description: 'Without this trip the other part is not to be confirmed.' }),
  }),
});
const PartTurnType = builder.objectRef<ArrangedPartView['turn']>('PartTurn').implement({
  description: 'Who is to act, since when, and until when (R32).',
  fields: (t) => ({
    actor: t.expose('actor', { type: PartActorEnum }),
    since: t.expose('since', { type: 'Instant' }),
    until: t.expose('until', { type: 'Instant', nullable: true }),
  }),
});
const refOf = ({ bookingId, seriesId, stayId }: ArrangedPartView): string | null => {
  if (bookingId !== null) return globalId('Booking', bookingId);
  if (seriesId !== null) return globalId('Series', seriesId);
  return stayId === null ? null : globalId('Stay', stayId);
};
const PartType = builder.objectRef<ArrangedPartView>('ArrangementPart').implement({
  description: 'A booking, a series or a stay of its own, with its own provider, terms and funding.',
  fields: (t) => ({
    partId: t.exposeID('partId'),
    kind: t.expose('kind', { type: PartKindEnum }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
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
    span: t.expose('span', { type: TimeSpanType, description: 'From the first beginning to the last end.' }),
    ref: t.id({
      nullable: true,
      description: 'The booking, series or stay that it became, for `node`.',
      resolve: refOf,
    }),
    tripOf: t.expose('tripOf', { type: TripOfType, nullable: true }),
    status: t.expose('status', { type: PartStatusEnum }),
    reason: t.expose('reason', { type: Rejected, nullable: true, description: 'Why it could not be had.' }),
    end: t.expose('end', { type: PartEndEnum, nullable: true }),
    blocked: t.exposeBoolean('blocked', { description: 'A trip that you do not want to go without is missing.' }),
    ownCostCents: t.exposeInt('ownCostCents', { nullable: true }),
    endCostCents: t.exposeInt('endCostCents', {
      description: 'What it costs you to end this part now, by the terms agreed; its trips come on top.',
    }),
    turn: t.expose('turn', { type: PartTurnType }),
  }),
});
const NextType = builder.objectRef<ArrangementView['next']>('ArrangementNext').implement({
  description: 'What comes next for the whole, and whose it is (R32). `CHOOSE`: something could not be had.',
  fields: (t) => ({
    step: t.expose('step', { type: ArrangementStepEnum }),
    actor: t.expose('actor', { type: PartActorEnum }),
    since: t.expose('since', { type: 'Instant' }),
    until: t.expose('until', { type: 'Instant', nullable: true }),
  }),
});
const ArrangementType = builder.objectRef<ArrangementView>('Arrangement').implement({
  interfaces: [Node],
  description: 'Several forms for one household under one plan (R11). Only the household’s side sees it.',
  fields: (t) => ({
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    purpose: t.exposeString('purpose', { nullable: true }),
    requestedBy: t.exposeString('requestedBy', { nullable: true, description: 'Opaque account id.' }),
    plannedAt: t.expose('plannedAt', { type: 'Instant' }),
    parts: t.expose('parts', { type: [PartType] }),
    ownCostCents: t.exposeInt('ownCostCents', {
      nullable: true,
      description: 'The most that you pay for all parts that are held or agreed (R46).',
    }),
    next: t.expose('next', { type: NextType }),
    revision: t.exposeInt('revision'),
  }),
});
const ArrangementConnection = connectionOf(ArrangementType, 'Arrangement');

const findVisible = async (
  arrangementId: ArrangementId,
  { viewer, services }: Context,
): Promise<ArrangementView | undefined> => {
  const found = viewer && (await services.bookings.findArrangement({ arrangementId }));
  if (found === undefined || viewer === undefined) return undefined;
  const household = await services.bookings.findHousehold({ householdId: found.householdId });
  return household !== undefined && seesHousehold(viewer, household) ? found : undefined;
};

nodeType(
  ArrangementType,
  'Arrangement',
  (it) => it.arrangementId,
  async (id, context) => {
    const arrangementId = ArrangementId.safeParse(id);
    return arrangementId.success ? findVisible(arrangementId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  arrangement: t.field({
    type: ArrangementType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(ArrangementId, idOf('Arrangement', id), '#/id'), context),
  }),
  arrangements: t.field({
    type: ArrangementConnection,
    nullable: true,
    description: 'Of a household that is yours; the one planned last first.',
    args: {
      household: t.arg.id(),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 10 }),
      after: t.arg.string({ required: false }),
    },
    async resolve(_root, { household, waitFor, first, after }, { viewer, services }) {
      const input = checked(
        ArrangementFilter,
        { householdId: idOf('Household', household), waitFor, page: { first, after } },
        '#',
      );
      if (!viewer || !(await actsFor(viewer, services, input.householdId))) return emptyPage;
      return services.bookings.listArrangements(input);
    },
  }),
}));

const TripOfInput = builder.inputType('TripOfInput', {
  fields: (t) => ({
    partId: t.id(),
    leg: t.field({ type: TripLegEnum }),
    blocks: t.boolean({
      required: false,
      description:
        'True: without this trip the other part is not to be confirmed. Otherwise it never stands in the way.',
    }),
  }),
});
const partFields = builder.inputType('ArrangementPartInput', {
  fields: (t) => ({
    partId: t.id({ required: false, description: 'A UUID of your choice, to tie trips to.' }),
    kind: t.field({ type: PartKindEnum }),
    existing: t.id({
      required: false,
      description: 'A booking, series or stay that is there already and joins the plan; then nothing of it is asked.',
    }),
    offerId: t.id({ required: false }),
    resourceId: t.id({ required: false }),
    placeOfService: t.field({ type: PlaceOfServiceEnum, required: false }),
    caregiverJoins: t.boolean({ required: false, description: 'You come along too (R24).' }),
    span: t.field({ type: TimeSpanInput, required: false, description: 'Of a booking, or of the stay itself.' }),
    rule: t.field({ type: ruleInput, required: false, description: 'Of a series.' }),
    steps: t.field({ type: [stepInput], required: false, description: 'Before a stay.' }),
    waived: t.field({ type: [StepKindEnum], required: false }),
    tripOf: t.field({ type: TripOfInput, required: false }),
    instead: t.id({ required: false, description: 'Another part, that ends once this one is agreed (R12).' }),
  }),
});
type PartFields = typeof partFields.$inferInput;

/** A part as the contract has it; without an id of its own it gets one that a repeat gives again. */
const newPart = (given: PartFields, index: number, newId: Call['newId']) => {
  const { partId, tripOf, instead, kind, existing, offerId, resourceId, ...rest } = given;
  const ids = { offerId: maybeIdOf('Offer', offerId), resourceId: maybeIdOf('Resource', resourceId) };
  const id = maybeIdOf(typeOfKind[kind], existing);
  const what = id === undefined ? { kind } : { kind: 'existing', of: kind, id };
  return {
    partId: partId ?? newId(`part-${index}`),
    ask: { ...what, ...ids, ...rest },
    ...{ tripOf, instead },
  };
};

/** The arrangement, when this caller acts for its household. */
const findTheirs = async (id: string, { viewer, services }: Call): Promise<ArrangementView | undefined> => {
  const arrangementId = checked(ArrangementId, idOf('Arrangement', id), '#/input/arrangementId');
  const found = await services.bookings.findArrangement({ arrangementId });
  return found && (await actsFor(viewer, services, found.householdId)) ? found : undefined;
};
const answers = { field: 'arrangement', type: ArrangementType } as const;

commandMutation('planArrangement', {
  description:
    'Asks for several forms at once. What can be had is held; what cannot is named with its reason, and stops nothing else.',
  input: commandInput('PlanArrangement', (t) => ({
    arrangementId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    parts: t.field({ type: [partFields] }),
    purpose: t.string({ required: false, description: 'Why, in your own words. Only your household sees it.' }),
  })),
  answers,
  run: async ({ idempotencyKey: _key, arrangementId, householdId, parts, purpose }, it) => {
    const { viewer, services, call, newId } = it;
    const input = checked(PlanArrangement, {
      arrangementId: maybeIdOf('Arrangement', arrangementId) ?? newId('arrangement'),
      householdId: idOf('Household', householdId),
      parts: parts.map((part, index) => newPart(part, index, newId)),
      ...{ purpose, requestedBy: viewer.accountId },
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.planArrangement(input, call);
  },
});

commandMutation('addArrangementParts', {
  description: 'More parts, held until `confirmArrangement`. Those that are there stay as they are.',
  input: commandInput('AddArrangementParts', (t) => ({
    arrangementId: t.id(),
    parts: t.field({ type: [partFields] }),
  })),
  answers,
  run: async ({ arrangementId, parts }, it) => {
    const input = checked(AddParts, {
      arrangementId: idOf('Arrangement', arrangementId),
      parts: parts.map((part, index) => newPart(part, index, it.newId)),
      requestedBy: it.viewer.accountId,
    });
    if (!(await findTheirs(arrangementId, it))) return refuse('arrangement-not-found');
    return it.services.bookings.addArrangementParts(input, it.call);
  },
});

commandMutation('confirmArrangement', {
  description: 'Yes to every part that is held, and to its own cost.',
  input: commandInput('ConfirmArrangement', (t) => ({ arrangementId: t.id() })),
  answers,
  run: async ({ arrangementId }, it) => {
    const found = await findTheirs(arrangementId, it);
    if (!found) return refuse('arrangement-not-found');
    const input = checked(ConfirmArrangement, { arrangementId: found.arrangementId });
    return it.services.bookings.confirmArrangement(input, it.call);
  },
});

commandMutation('endArrangementParts', {
  description:
    'Ends these parts and their trips; the others stand. What was refused is then done without. Late, it may cost the ' +
    'caregiver something, which they have to accept first.',
  input: commandInput('EndArrangementParts', (t) => ({
    arrangementId: t.id(),
    partIds: t.idList(),
    from: t.field({ type: 'Day', required: false, description: 'Of a series: no more dates from this day on.' }),
    acceptCostCents: t.int({
      required: false,
      description: 'The most that the caregiver will pay for ending late; nothing when left out.',
    }),
  })),
  answers,
  run: async ({ arrangementId, partIds, from, acceptCostCents }, it) => {
    const id = idOf('Arrangement', arrangementId);
    const input = checked(EndParts, { arrangementId: id, partIds, from, acceptCostCents });
    if (!(await findTheirs(arrangementId, it))) return refuse('arrangement-not-found');
    return it.services.bookings.endArrangementParts(input, it.call);
  },
});
