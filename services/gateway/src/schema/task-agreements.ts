import {
  ActLimits,
  type AgreementScope,
  type BookingAgreements,
  DeclineTaskAgreement,
  type Doer,
  type HelperId,
  type HouseholdId,
  InstructionStatus,
  LiabilityBearer,
  ProviderId,
  RecordInstruction,
  RecordTaskAgreement,
  type TaskAgreementId,
  type TaskAgreementView,
} from '@adempauze/contracts';
import { type Call, type Context, refuse } from '../context.ts';
import { briefFor } from '../policy/brief.ts';
import { actsFor, sideOf } from '../policy/sight.ts';
import { BookingType } from './bookings.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { badInput, checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf, HighRiskActEnum } from './vocabulary.ts';

/* Who does which high-risk act, with which instruction, and who is liable (R55). */

const doerKinds = ['caregiver', 'volunteer', 'worker'] as const satisfies readonly Doer['kind'][];
const DoerKindEnum = enumOf('DoerKind', doerKinds);
const LiabilityKindEnum = enumOf('LiabilityKind', LiabilityBearer.shape.kind.options);
const InstructionStatusEnum = enumOf('InstructionStatus', InstructionStatus.options);
const InstructionOutcomeEnum = enumOf('InstructionOutcome', RecordInstruction.shape.outcome.options);

const DoerType = builder.objectRef<Doer>('Doer').implement({
  description: 'Who does it. A volunteer or worker is known to their organisation by this id.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DoerKindEnum }),
    ref: t.id({
      nullable: true,
      resolve: (it) =>
        it.kind === 'caregiver' ? null : it.kind === 'worker' ? it.workerId : globalId('Helper', it.helperId),
    }),
  }),
});
const LiabilityType = builder.objectRef<LiabilityBearer>('Liability').implement({
  description: 'Who answers for it: follows from who does it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: LiabilityKindEnum }),
    providerId: t.id({
      nullable: true,
      resolve: ({ providerId }) => (providerId === undefined ? null : globalId('Provider', providerId)),
    }),
  }),
});
const InstructionType = builder.objectRef<TaskAgreementView['instruction']>('Instruction').implement({
  fields: (t) => ({
    status: t.expose('status', { type: InstructionStatusEnum }),
    timesGiven: t.exposeInt('timesGiven'),
    since: t.expose('since', { type: 'Instant' }),
  }),
});
const scopes = { booking: 'Booking', series: 'Series', stay: 'Stay' } as const;
const TaskAgreementType = builder.objectRef<TaskAgreementView>('TaskAgreement').implement({
  description: 'Who does one act, with which instruction.',
  fields: (t) => ({
    agreementId: t.exposeID('agreementId'),
    about: t.id({
      description: 'The booking, or the series or stay that it is for, for `node`.',
      resolve: ({ scope }) => globalId(scopes[scope.kind], scope.id),
    }),
    act: t.expose('act', { type: HighRiskActEnum, nullable: true }),
    doer: t.expose('doer', { type: DoerType }),
    liable: t.expose('liable', { type: LiabilityType }),
    instruction: t.expose('instruction', { type: InstructionType }),
    reviewOn: t.expose('reviewOn', { type: 'Day' }),
    recordedAt: t.expose('recordedAt', { type: 'Instant' }),
  }),
});
const BookingAgreementsType = builder.objectRef<BookingAgreements>('BookingAgreements').implement({
  description: 'What a booking needs that is risky, and what was agreed on it.',
  fields: (t) => ({
    agreements: t.expose('agreements', { type: [TaskAgreementType] }),
    missing: t.expose('missing', { type: [HighRiskActEnum], description: 'Nobody was named for these.' }),
    isComplete: t.exposeBoolean('isComplete', {
      description: 'Each act has a doer, and whoever is not the caregiver has a clear instruction.',
    }),
  }),
});

builder.objectField(BookingType, 'agreements', (t) =>
  t.field({
    type: BookingAgreementsType,
    nullable: true,
    description: 'For both sides; for who gives the care as long as the brief is theirs to read.',
    resolve: async ({ bookingId, householdId, status, span }, _args, { viewer, services }) => {
      if (!viewer) return null;
      const household = await services.bookings.findHousehold({ householdId });
      const isFamily = await actsFor(viewer, services, householdId);
      const now = services.clock();
      if (!household || !(isFamily || briefFor({ status, span }, household, viewer.role, now) !== 'nothing'))
        return null;
      return services.bookings.findBookingAgreements({ bookingId });
    },
  }),
);

const ActLimitsType = builder.objectRef<ActLimits>('ActLimits').implement({
  description: 'Which acts an organisation lets its workers and its volunteers do.',
  fields: (t) => ({
    workers: t.expose('workers', { type: [HighRiskActEnum] }),
    volunteers: t.expose('volunteers', { type: [HighRiskActEnum] }),
  }),
});
const organisationOf = ({ viewer }: Pick<Context, 'viewer'>) => ProviderId.safeParse(viewer?.organisation).data;
builder.queryField('actLimits', (t) =>
  t.field({
    type: ActLimitsType,
    nullable: true,
    description: 'Of your own organisation.',
    resolve: (_root, _args, { viewer, services }) => {
      const providerId = organisationOf({ viewer });
      return providerId === undefined ? null : services.bookings.findActLimits({ providerId });
    },
  }),
);
commandMutation('setActLimits', {
  description: 'Which acts your organisation lets its workers and its volunteers do.',
  input: commandInput('SetActLimits', (t) => ({
    workers: t.field({ type: [HighRiskActEnum] }),
    volunteers: t.field({ type: [HighRiskActEnum] }),
  })),
  answers: { field: 'actLimits', type: ActLimitsType },
  run: async ({ workers, volunteers }, { viewer, services, call }) => {
    const providerId = organisationOf({ viewer });
    if (providerId === undefined) return refuse('provider-not-found');
    return services.bookings.setActLimits(checked(ActLimits, { providerId, workers, volunteers }), call);
  },
});

/** On which side of what it is about this caller stands; undefined when it is not theirs, or not there. */
const sideOfScope = async (scope: AgreementScope, { viewer, services }: Call) => {
  const { bookings } = services;
  const promised =
    scope.kind === 'booking'
      ? await bookings.findBooking({ bookingId: scope.id })
      : scope.kind === 'series'
        ? await bookings.findSeries({ seriesId: scope.id })
        : await bookings.findStay({ stayId: scope.id });
  const side = promised && (await sideOf(viewer, services, promised));
  return side === 'operator' ? undefined : side;
};
const notFound = { booking: 'booking-not-found', series: 'series-not-found', stay: 'stay-not-found' } as const;

const DoerInput = builder.inputType('DoerInput', {
  fields: (t) => ({
    kind: t.field({ type: DoerKindEnum }),
    helperId: t.id({ required: false }),
    workerId: t.id({ required: false }),
  }),
});
commandMutation('recordTaskAgreement', {
  description:
    'Names who does an act: the family for the caregiver, an organisation for its own people. Nobody makes another liable.',
  input: commandInput('RecordTaskAgreement', (t) => ({
    agreementId: t.id({ required: false, description: 'A UUID of your choice.' }),
    bookingId: t.id({ required: false, description: 'One of these three.' }),
    seriesId: t.id({ required: false }),
    stayId: t.id({ required: false }),
    act: t.field({ type: HighRiskActEnum }),
    doer: t.field({ type: DoerInput }),
    reviewOn: t.field({ type: 'Day', description: 'When it is looked at again.' }),
  })),
  answers: { field: 'agreement', type: TaskAgreementType },
  run: async ({ agreementId, bookingId, seriesId, stayId, act, doer, reviewOn }, it) => {
    const about = [
      ...(bookingId ? [{ kind: 'booking', id: idOf('Booking', bookingId) }] : []),
      ...(seriesId ? [{ kind: 'series', id: idOf('Series', seriesId) }] : []),
      ...(stayId ? [{ kind: 'stay', id: idOf('Stay', stayId) }] : []),
    ];
    if (about.length !== 1) throw badInput('#/input', 'Exactly one of bookingId, seriesId and stayId.');
    const input = checked(RecordTaskAgreement, {
      agreementId: agreementId ?? it.newId('agreement'),
      scope: about[0],
      ...{ act, reviewOn, recordedBy: it.viewer.accountId },
      doer: { ...doer, helperId: maybeIdOf('Helper', doer.helperId) },
    });
    const side = await sideOfScope(input.scope, it);
    if (side === undefined) return refuse(notFound[input.scope.kind]);
    if ((side === 'caregiver') !== (input.doer.kind === 'caregiver')) return refuse('not-allowed');
    if (input.doer.kind === 'volunteer' && !(await isOwnHelper(input.doer.helperId, it)))
      return refuse('doer-not-of-provider');
    return it.services.bookings.recordTaskAgreement(input, it.call);
  },
});

const isOwnHelper = async (helperId: HelperId, { viewer, services }: Call): Promise<boolean> =>
  (await services.matching.findHelper({ helperId }))?.organisationId === viewer.organisation;

/** The agreement, with the side on which this caller stands; undefined when it is not theirs, or not there. */
const findMine = async (
  { householdId, agreementId }: { householdId: HouseholdId; agreementId: TaskAgreementId },
  it: Call,
) => {
  const agreement = await it.services.bookings.findTaskAgreement({ householdId, agreementId });
  const side = agreement && (await sideOfScope(agreement.scope, it));
  return side && { agreement, side };
};
const namedBy = ({ householdId, agreementId }: { householdId: string; agreementId: string }) =>
  checked(DeclineTaskAgreement, { householdId: idOf('Household', householdId), agreementId });

commandMutation('recordInstruction', {
  description: 'What happened with the instruction: it is repeated until it is clear.',
  input: commandInput('RecordInstruction', (t) => ({
    householdId: t.id(),
    agreementId: t.id(),
    outcome: t.field({ type: InstructionOutcomeEnum }),
  })),
  answers: { field: 'agreement', type: TaskAgreementType },
  run: async ({ outcome, ...named }, it) => {
    const input = checked(RecordInstruction, { ...namedBy(named), outcome });
    if (!(await findMine(input, it))) return refuse('agreement-not-found');
    return it.services.bookings.recordInstruction(input, it.call);
  },
});
commandMutation('declineTaskAgreement', {
  description: 'The doer would rather not. No reason is asked, and they are not asked again.',
  input: commandInput('DeclineTaskAgreement', (t) => ({ householdId: t.id(), agreementId: t.id() })),
  answers: { field: 'agreement', type: TaskAgreementType },
  run: async (named, it) => {
    const input = namedBy(named);
    const mine = await findMine(input, it);
    if (!mine) return refuse('agreement-not-found');
    if ((mine.side === 'caregiver') !== (mine.agreement.doer.kind === 'caregiver')) return refuse('not-allowed');
    return it.services.bookings.declineTaskAgreement(input, it.call);
  },
});
commandMutation('withdrawTaskAgreement', {
  description: 'By either side: somebody else will be named.',
  input: commandInput('WithdrawTaskAgreement', (t) => ({ householdId: t.id(), agreementId: t.id() })),
  answers: { field: 'agreement', type: TaskAgreementType },
  run: async (named, it) => {
    const input = namedBy(named);
    if (!(await findMine(input, it))) return refuse('agreement-not-found');
    return it.services.bookings.withdrawTaskAgreement(input, it.call);
  },
});
