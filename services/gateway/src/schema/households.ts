import {
  AccountId,
  ChangeContactPerson,
  GrantMandate,
  HouseholdId,
  type HouseholdView,
  PageRequest,
  RegisterHousehold,
  WithdrawMandate,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsFor, seesHousehold } from '../policy/sight.ts';
import { personOf } from '../sign-in/verify.ts';
import { ViewerType } from './basics.ts';
import { builder } from './builder.ts';
import { CareWishesInput } from './care-wishes.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { badInput, checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import {
  CareTraitEnum,
  ConditionEnum,
  enumOf,
  HighRiskActEnum,
  LanguageEnum,
  PlaceType,
  placeDescription,
  placeOf,
} from './vocabulary.ts';

const relations = ['partner', 'child', 'parent', 'sibling', 'other-family', 'friend', 'neighbour'] as const;
const RelationEnum = enumOf('Relation', relations);

const CaregiverType = builder.objectRef<HouseholdView['caregiver']>('Caregiver').implement({
  description: 'Who cares for somebody. Nothing here means: not known, forgotten, or not for you.',
  fields: (t) => ({
    personId: t.exposeID('personId'),
    accountId: t.exposeString('accountId', { nullable: true }),
    name: t.exposeString('name', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    birthYear: t.exposeInt('birthYear', { nullable: true }),
    place: t.expose('place', { type: PlaceType, nullable: true }),
  }),
});
const RecipientType = builder.objectRef<HouseholdView['recipient']>('Recipient').implement({
  description: 'Who is cared for.',
  fields: (t) => ({
    personId: t.exposeID('personId'),
    name: t.exposeString('name', { nullable: true }),
    birthYear: t.exposeInt('birthYear', { nullable: true }),
    conditions: t.expose('conditions', { type: [ConditionEnum], nullable: true }),
    highRiskActs: t.expose('highRiskActs', { type: [HighRiskActEnum], nullable: true }),
    traits: t.expose('traits', {
      type: [CareTraitEnum],
      nullable: true,
      description: 'What may be a reason for a provider not to take them in: matched, and shown to nobody else.',
    }),
    place: t.expose('place', { type: PlaceType, nullable: true }),
    careProfile: t.exposeString('careProfile', { nullable: true }),
  }),
});
export const ContactPersonType = builder.objectRef<HouseholdView['contactPerson']>('ContactPerson').implement({
  description: 'The one who knows the story (vast aanspreekpunt).',
  fields: (t) => ({
    accountId: t.exposeString('accountId'),
    name: t.exposeString('name', { nullable: true }),
    organisation: t.exposeString('organisation'),
  }),
});
const MandateType = builder.objectRef<HouseholdView['mandates'][number]>('Mandate').implement({
  description: 'Who may act for the family, until it is withdrawn.',
  fields: (t) => ({
    mandateId: t.exposeID('mandateId'),
    accountId: t.exposeString('accountId'),
    grantedAt: t.expose('grantedAt', { type: 'Instant' }),
  }),
});

export const HouseholdType = builder.objectRef<HouseholdView>('Household').implement({
  interfaces: [Node],
  description: 'Who cares for whom, told once (R26).',
  fields: (t) => ({
    caregiver: t.expose('caregiver', { type: CaregiverType }),
    recipient: t.expose('recipient', { type: RecipientType }),
    relation: t.exposeString('relation', { nullable: true }),
    careHoursPerWeek: t.exposeInt('careHoursPerWeek', { nullable: true }),
    needProfile: t.exposeString('needProfile', { nullable: true }),
    languages: t.expose('languages', { type: [LanguageEnum], nullable: true }),
    contactPerson: t.expose('contactPerson', { type: ContactPersonType, nullable: true }),
    mandates: t.expose('mandates', { type: [MandateType], nullable: true }),
    municipalityCode: t.exposeString('municipality'),
    registeredAt: t.expose('registeredAt', { type: 'Instant' }),
  }),
});
const HouseholdConnection = connectionOf(HouseholdType, 'Household');

builder.objectField(ViewerType, 'households', (t) =>
  t.field({
    type: HouseholdConnection,
    nullable: true,
    resolve: ({ accountId }, _args, { services }) =>
      services.bookings.listHouseholds({ accountId, page: checked(PageRequest, {}, '#') }),
  }),
);

const findVisible = async (
  householdId: HouseholdId,
  { viewer, services }: Pick<Call, 'services'> & { viewer: Call['viewer'] | undefined },
): Promise<HouseholdView | undefined> => {
  if (!viewer) return undefined;
  const household = await services.bookings.findHousehold({ householdId });
  return household && seesHousehold(viewer, household) ? household : undefined;
};

nodeType(
  HouseholdType,
  'Household',
  (it) => it.householdId,
  async (id, context) => {
    const householdId = HouseholdId.safeParse(id);
    return householdId.success ? findVisible(householdId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  household: t.field({
    type: HouseholdType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(HouseholdId, idOf('Household', id), '#/id'), context),
  }),
  households: t.field({
    type: HouseholdConnection,
    nullable: true,
    description: 'Yours: as caregiver, as contact person, or by mandate.',
    args: {
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    async resolve(_root, { waitFor, first, after }, { viewer, services }) {
      const page = checked(PageRequest, { first, after }, '#');
      if (!viewer) return emptyPage;
      return services.bookings.listHouseholds({ accountId: viewer.accountId, ...waiting(waitFor), page });
    },
  }),
}));

const CaregiverInput = builder.inputType('CaregiverInput', {
  fields: (t) => ({
    name: t.string(),
    phone: t.string({ required: false }),
    email: t.string({ required: false }),
    birthYear: t.int({ required: false, description: 'Of a young caregiver, who signs no payment.' }),
    place: t.string({ description: placeDescription }),
    accountId: t.string({
      required: false,
      description: 'For a professional who registers for somebody with an account; a caregiver is known by their own.',
    }),
  }),
});
const RecipientInput = builder.inputType('RecipientInput', {
  fields: (t) => ({
    name: t.string(),
    birthYear: t.int({ required: false }),
    conditions: t.field({ type: [ConditionEnum] }),
    highRiskActs: t.field({ type: [HighRiskActEnum], required: false }),
    traits: t.field({ type: [CareTraitEnum], required: false }),
    place: t.string({ description: placeDescription }),
    careProfile: t.string({ required: false }),
  }),
});
const ContactPersonInput = builder.inputType('ContactPersonInput', {
  fields: (t) => ({ accountId: t.string(), name: t.string(), organisation: t.string({ required: false }) }),
});

commandMutation('registerHousehold', {
  description:
    'Tells once who cares for whom and what is needed. A caregiver for themselves, a professional for a family.',
  input: commandInput('RegisterHousehold', (t) => ({
    householdId: t.id({ required: false, description: 'A UUID of your choice.' }),
    caregiver: t.field({ type: CaregiverInput }),
    recipient: t.field({ type: RecipientInput }),
    relation: t.field({ type: RelationEnum }),
    careHoursPerWeek: t.int(),
    needProfile: t.string({ required: false }),
    languages: t.field({ type: [LanguageEnum], required: false }),
    wishes: t.field({ type: CareWishesInput, required: false }),
    shareBrief: t.boolean({
      required: false,
      description: 'False: who gives the care reads nothing of it. Otherwise consent is given, and recorded.',
    }),
    contactPerson: t.field({
      type: ContactPersonInput,
      required: false,
      description: 'The caregiver, when left out; a professional always says who it is.',
    }),
  })),
  answers: { field: 'household', type: HouseholdType },
  run: (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, householdId, caregiver, recipient, contactPerson, ...rest } = given;
    if (viewer.role === 'professional' && !contactPerson) {
      throw badInput('#/input/contactPerson', 'Say who the contact person is; your own account, if it is you.');
    }
    const told = checked(AccountId.optional(), caregiver.accountId ?? undefined, '#/input/caregiver/accountId');
    const accountId = viewer.role === 'caregiver' ? viewer.accountId : told;
    const input = checked(RegisterHousehold, {
      ...rest,
      householdId: maybeIdOf('Household', householdId) ?? newId('household'),
      caregiver: {
        ...caregiver,
        accountId,
        personId: accountId ? personOf(accountId) : newId('caregiver'),
        place: placeOf(services.places, caregiver.place, '#/input/caregiver/place'),
      },
      recipient: {
        ...recipient,
        personId: newId('recipient'),
        place: placeOf(services.places, recipient.place, '#/input/recipient/place'),
      },
      contactPerson: contactPerson ?? { accountId: viewer.accountId, name: caregiver.name },
      registeredBy: { accountId: viewer.accountId, role: viewer.role },
    });
    return services.bookings.registerHousehold(input, call);
  },
});

commandMutation('changeContactPerson', {
  description: 'Hands the one contact over: never none, never two (R25).',
  input: commandInput('ChangeContactPerson', (t) => ({
    householdId: t.id(),
    contactPerson: t.field({ type: ContactPersonInput }),
  })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ householdId, contactPerson }, { viewer, services, call }) => {
    const input = checked(ChangeContactPerson, { householdId: idOf('Household', householdId), contactPerson });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.changeContactPerson(input, call);
  },
});

commandMutation('grantMandate', {
  description: 'Lets a professional do what the caregiver may do (R27).',
  input: commandInput('GrantMandate', (t) => ({
    householdId: t.id(),
    mandateId: t.id({ required: false, description: 'A UUID of your choice.' }),
    accountId: t.string({ description: 'The professional’s `viewer.accountId`.' }),
  })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ householdId, mandateId, accountId }, { viewer, services, call, newId }) => {
    const input = checked(GrantMandate, {
      householdId: idOf('Household', householdId),
      mandateId: mandateId ?? newId('mandate'),
      accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.grantMandate(input, call);
  },
});

commandMutation('withdrawMandate', {
  description: 'Works at once.',
  input: commandInput('WithdrawMandate', (t) => ({ householdId: t.id(), mandateId: t.id() })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ householdId, mandateId }, { viewer, services, call }) => {
    const input = checked(WithdrawMandate, { householdId: idOf('Household', householdId), mandateId });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.withdrawMandate(input, call);
  },
});
