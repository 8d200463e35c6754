import {
  type Backup,
  BookUrgentOption,
  forms,
  HandOverUrgentCase,
  OpenUrgentCase,
  ResolveUrgentCase,
  SeekRespite,
  UrgentId,
  UrgentOutcome,
  UrgentOwnerKind,
  UrgentView,
} from '@adempauze/contracts';
import { type Call, type Context, refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { BookingStatusEnum } from './bookings.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { countNothingUrgent } from './nothing-found.ts';
import { OfferType } from './offers.ts';
import { type CostedOption, costsFor, ownCostsKnown, type PageCosts } from './own-costs.ts';
import { Node, nodeType } from './relay.ts';
import { type Alternatives, AlternativesType, SeekOptionType } from './seek.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* The urgent lane (R09): one owner until it is resolved, options that can begin within a day, and nobody asks who pays. */

const UrgentOwnerKindEnum = enumOf('UrgentOwnerKind', UrgentOwnerKind.options);
const UrgentStatusEnum = enumOf('UrgentStatus', UrgentView.shape.status.options);
const UrgentOutcomeEnum = enumOf('UrgentOutcome', UrgentOutcome.options);
const HowOwnedEnum = enumOf('HowOwned', UrgentView.shape.owners.element.shape.how.options);
const UrgentFundingEnum = enumOf('UrgentFunding', ['guaranteed']);

const OwnerType = builder.objectRef<NonNullable<UrgentView['owner']>>('UrgentOwner').implement({
  description: 'Who looks after it now. The region’s desk has no account until somebody there takes it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: UrgentOwnerKindEnum }),
    accountId: t.exposeString('accountId', { nullable: true }),
    name: t.exposeString('name', { nullable: true, description: 'Of the contact person.' }),
    since: t.expose('since', { type: 'Instant' }),
  }),
});
const OwnedType = builder.objectRef<UrgentView['owners'][number]>('UrgentOwned').implement({
  description: 'Somebody who owned it, and how it came to them.',
  fields: (t) => ({
    kind: t.expose('kind', { type: UrgentOwnerKindEnum }),
    accountId: t.exposeString('accountId', { nullable: true }),
    how: t.expose('how', { type: HowOwnedEnum }),
    since: t.expose('since', { type: 'Instant' }),
  }),
});
const UrgentBookingType = builder.objectRef<UrgentView['bookings'][number]>('UrgentBooking').implement({
  description: 'What was booked for it.',
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    span: t.expose('span', { type: TimeSpanType }),
    status: t.expose('status', { type: BookingStatusEnum, nullable: true, description: 'Nothing: being asked for.' }),
    refusal: t.exposeString('refusal', { nullable: true, description: 'Code of why it could not be had.' }),
  }),
});
const UrgentBackupType = builder.objectRef<Backup>('UrgentBackup').implement({
  description: 'A backup that the household agreed on: known, and asked first.',
  fields: (t) => ({
    offer: t.field({
      type: OfferType,
      nullable: true,
      resolve: ({ offerId }, _args, { services }) => services.offers.findOffer({ offerId }),
    }),
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
  }),
});
type Options = {
  readonly backups: readonly Backup[];
  readonly places: readonly CostedOption[];
  readonly nearest: Alternatives | null;
  readonly costs: PageCosts;
};
const OptionsType = builder.objectRef<Options>('UrgentOptions').implement({
  description: 'What can begin within a day, and nothing else: what the household agreed on before, then what is free.',
  fields: (t) => ({
    backups: t.field({ type: [UrgentBackupType], resolve: (it) => [...it.backups] }),
    places: t.field({ type: [SeekOptionType], resolve: (it) => [...it.places] }),
    nearest: t.expose('nearest', {
      type: AlternativesType,
      nullable: true,
      description:
        'Where there is neither: what comes nearest in time, place and form. It is counted as unmet demand (R35).',
    }),
    ownCosts: t.field(ownCostsKnown),
  }),
});

/**
 * Somebody has to take it over whole: the night, the sitter; the bed. Home first (R13), and each kind has room of its own:
 * in a region where many come to the home, a bed that is free tonight would not be seen.
 */
const urgentForms = [true, false].map((atHome) =>
  forms.filter((it) => it.takeover === 'full' && it.atHome === atHome).map(({ id }) => id),
);
const mostOfAKind = 25;
const guaranteed = { guaranteed: true } as const;

const optionsOf = async (urgent: UrgentView, context: Context): Promise<Options | null> => {
  const { householdId } = urgent;
  const { viewer, services } = context;
  const household = await services.bookings.findHousehold({ householdId });
  const { place, conditions, highRiskActs, traits } = household?.recipient ?? {};
  if (!viewer || !household || !place) return null;
  const seek = (ofKind: readonly string[]) =>
    services.offers.seekRespite(
      checked(SeekRespite, {
        ...{ near: place.point, municipality: place.municipality, when: { kind: 'now' }, forms: ofKind },
        ...{ conditions, highRiskActs, traits, first: mostOfAKind },
      }),
    );
  const [{ backups }, ...sought] = await Promise.all([
    services.bookings.findBackups({ householdId }),
    ...urgentForms.map(seek),
  ]);
  const costs = costsFor(household, services);
  const places = sought.flatMap(({ options }) => costs.add(options, guaranteed));
  if (places.length > 0 || backups.length > 0) return { backups, places, nearest: null, costs };
  if (urgent.status === 'open') countNothingUrgent(urgent, context);
  const { alternatives } = await seek(urgentForms.flat());
  const nearest = alternatives && {
    // It begins too late to be booked for the case, so it costs what it costs.
    inTime: costs.add(alternatives.inTime),
    inPlace: costs.add(alternatives.inPlace, guaranteed),
    inForm: costs.add(alternatives.inForm, guaranteed),
  };
  return { backups, places, nearest, costs };
};

const UrgentType = builder.objectRef<UrgentView>('UrgentCase').implement({
  interfaces: [Node],
  description: 'Somebody is needed at once (R09).',
  fields: (t) => ({
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    need: t.exposeString('need', { nullable: true, description: 'In words, for who acts for the household.' }),
    span: t.expose('span', { type: TimeSpanType }),
    municipalityCode: t.exposeString('municipality'),
    openedBy: t.exposeString('openedBy', { description: 'Opaque account id.' }),
    openedAt: t.expose('openedAt', { type: 'Instant' }),
    status: t.expose('status', { type: UrgentStatusEnum }),
    outcome: t.expose('outcome', { type: UrgentOutcomeEnum, nullable: true }),
    resolvedAt: t.expose('resolvedAt', { type: 'Instant', nullable: true }),
    owner: t.expose('owner', { type: OwnerType, nullable: true, description: 'Exactly one until it is resolved.' }),
    escalatesAt: t.expose('escalatesAt', { type: 'Instant', nullable: true, description: 'When it goes to the next.' }),
    owners: t.expose('owners', { type: [OwnedType], description: 'The first first.' }),
    bookings: t.expose('bookings', { type: [UrgentBookingType] }),
    fundingStatus: t.expose('fundingStatus', { type: UrgentFundingEnum }),
    revision: t.exposeInt('revision'),
  }),
});

const isOfRegion = ({ owner, owners }: UrgentView): boolean => (owner ?? owners.at(-1))?.kind === 'region';

/** The family and who acts for it, at any time; the operator as the region’s desk. */
const mayAct = async ({ viewer, services }: Pick<Call, 'viewer' | 'services'>, it: UrgentView): Promise<boolean> =>
  viewer.role === 'operator' ? isOfRegion(it) : actsFor(viewer, services, it.householdId);

const findVisible = async (urgentId: UrgentId, { viewer, services }: Context): Promise<UrgentView | undefined> => {
  const found = viewer && (await services.bookings.findUrgentCase({ urgentId }));
  if (!found) return undefined;
  return viewer.role === 'operator' || (await actsFor(viewer, services, found.householdId)) ? found : undefined;
};

nodeType(
  UrgentType,
  'UrgentCase',
  (it) => it.urgentId,
  async (id, context) => {
    const urgentId = UrgentId.safeParse(id);
    return urgentId.success ? findVisible(urgentId.data, context) : undefined;
  },
);

builder.objectField(HouseholdType, 'urgentCases', (t) =>
  t.field({
    type: [UrgentType],
    nullable: true,
    args: { open: t.arg.boolean({ defaultValue: false }), waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { open, waitFor }, { services }) =>
      services.bookings.listUrgentCases({ householdId, open: open ?? false, ...waiting(waitFor) }),
  }),
);

builder.queryFields((t) => ({
  urgentCase: t.field({
    type: UrgentType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(UrgentId, idOf('UrgentCase', id), '#/id'), context),
  }),
  urgentOptions: t.field({
    type: OptionsType,
    nullable: true,
    description: 'For an open case, by the household’s own place and needs: only what can begin within a day.',
    args: { case: t.arg.id() },
    async resolve(_root, args, context) {
      const found = await findVisible(checked(UrgentId, idOf('UrgentCase', args.case), '#/case'), context);
      return found ? optionsOf(found, context) : null;
    },
  }),
  openUrgentCases: t.field({
    type: [UrgentType],
    nullable: true,
    description: 'For the region’s desk: what goes on to the next owner first first.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: (_root, { waitFor }, { viewer, services }) =>
      viewer ? services.bookings.listUrgentCases({ open: true, ...waiting(waitFor) }) : null,
  }),
}));

/** The case, when this caller may act in it. */
const caseFor = async (urgentId: UrgentId, it: Call): Promise<UrgentView | undefined> => {
  const found = await it.services.bookings.findUrgentCase({ urgentId });
  return found && (await mayAct(it, found)) ? found : undefined;
};

commandMutation('openUrgentCase', {
  description:
    'A professional who acts for the household opens a case. One registered a moment ago counts: registering it gives the mandate.',
  input: commandInput('OpenUrgentCase', (t) => ({
    urgentId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    need: t.string({ description: 'What is needed, in your own words.' }),
    span: t.field({ type: TimeSpanInput, description: 'From when until when somebody is needed.' }),
  })),
  answers: { field: 'urgentCase', type: UrgentType },
  run: async ({ idempotencyKey: _key, urgentId, householdId, ...rest }, { viewer, services, call, newId }) => {
    const input = checked(OpenUrgentCase, {
      ...rest,
      urgentId: maybeIdOf('UrgentCase', urgentId) ?? newId('urgent'),
      householdId: idOf('Household', householdId),
      openedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.openUrgentCase(input, call);
  },
});

commandMutation('bookUrgentOption', {
  description: 'Asks for a place and says yes to it at once. It is guaranteed: the caregiver pays nothing.',
  input: commandInput('BookUrgentOption', (t) => ({
    urgentId: t.id(),
    bookingId: t.id({ required: false, description: 'A UUID of your choice.' }),
    offerId: t.id(),
    resourceId: t.id({ required: false, description: 'Not for an offer that needs a helper.' }),
    span: t.field({ type: TimeSpanInput }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
  })),
  answers: { field: 'urgentCase', type: UrgentType },
  run: async ({ idempotencyKey: _key, ...given }, it) => {
    const input = checked(BookUrgentOption, {
      ...given,
      urgentId: idOf('UrgentCase', given.urgentId),
      bookingId: maybeIdOf('Booking', given.bookingId) ?? it.newId('booking'),
      offerId: idOf('Offer', given.offerId),
      resourceId: maybeIdOf('Resource', given.resourceId),
      bookedBy: it.viewer.accountId,
    });
    if (!(await caseFor(input.urgentId, it))) return refuse('urgent-case-not-found');
    return it.services.bookings.bookUrgentOption(input, it.call);
  },
});

commandMutation('handOverUrgentCase', {
  description:
    'To another owner, who has two hours again. To a professional or the region: to you, where you are that.',
  input: commandInput('HandOverUrgentCase', (t) => ({ urgentId: t.id(), to: t.field({ type: UrgentOwnerKindEnum }) })),
  answers: { field: 'urgentCase', type: UrgentType },
  run: async ({ urgentId, to }, it) => {
    const { role, accountId } = it.viewer;
    const isMe = (role === 'professional' && to === 'professional') || (role === 'operator' && to === 'region');
    const asked = { urgentId: idOf('UrgentCase', urgentId), to, ...(isMe ? { accountId } : {}) };
    const input = checked(HandOverUrgentCase, asked);
    if (!(await caseFor(input.urgentId, it))) return refuse('urgent-case-not-found');
    return it.services.bookings.handOverUrgentCase(input, it.call);
  },
});

commandMutation('resolveUrgentCase', {
  description: 'It is over without bookings for all of the time. With them it is resolved by itself.',
  input: commandInput('ResolveUrgentCase', (t) => ({
    urgentId: t.id(),
    outcome: t.field({ type: enumOf('ResolveUrgentOutcome', ResolveUrgentCase.shape.outcome.options) }),
  })),
  answers: { field: 'urgentCase', type: UrgentType },
  run: async ({ urgentId, outcome }, it) => {
    const input = checked(ResolveUrgentCase, { urgentId: idOf('UrgentCase', urgentId), outcome });
    if (!(await caseFor(input.urgentId, it))) return refuse('urgent-case-not-found');
    return it.services.bookings.resolveUrgentCase(input, it.call);
  },
});
