import {
  ActivateBackup,
  ActivationId,
  type ActivationView,
  BackupDate,
  type BackupsView,
  formOf,
  NameBackups,
  NoteNetwork,
} from '@adempauze/contracts';
import { type Context, refuse } from '../context.ts';
import { actsFor, seesHousehold } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { BookingStatusEnum } from './bookings.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { ProviderType } from './providers.ts';
import { messageOf } from './rejected.ts';
import { Node, nodeType } from './relay.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* Who steps in when care drops out (R23): named beforehand, called in one action. */

const BackupStatusEnum = enumOf('BackupStatus', BackupDate.shape.status.options);

const BackupType = builder.objectRef<BackupsView['backups'][number]>('Backup').implement({
  description: 'A known person or place that steps in.',
  fields: (t) => ({
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
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
  }),
});
const BackupsType = builder.objectRef<BackupsView>('Backups').implement({
  description: 'The backups of a household, in the order in which they are asked.',
  fields: (t) => ({
    backups: t.expose('backups', { type: [BackupType] }),
    agreedBy: t.exposeString('agreedBy', { nullable: true, description: 'Opaque account id.' }),
    agreedAt: t.expose('agreedAt', { type: 'Instant', nullable: true }),
    smallNetwork: t.exposeBoolean('smallNetwork', {
      nullable: true,
      description: 'Few people around: the contact person is asked to name a backup.',
    }),
  }),
});
builder.objectField(HouseholdType, 'backups', (t) =>
  t.field({
    type: BackupsType,
    nullable: true,
    resolve: ({ householdId }, _args, { services }) => services.bookings.findBackups({ householdId }),
  }),
);

const TryType = builder.objectRef<BackupDate['tried'][number]>('BackupTry').implement({
  description: 'Somebody who was asked and could not come.',
  fields: (t) => ({
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    code: t.exposeString('code'),
    message: t.string({ resolve: (it) => messageOf(it, 'nl') }),
  }),
});
const BackupDateType = builder.objectRef<BackupDate>('BackupDate').implement({
  description: 'One time, and who comes then.',
  fields: (t) => ({
    span: t.expose('span', { type: TimeSpanType }),
    insteadOf: t.id({
      nullable: true,
      description: 'The booking that dropped out.',
      resolve: (it) => (it.insteadOf === null ? null : globalId('Booking', it.insteadOf)),
    }),
    status: t.expose('status', { type: BackupStatusEnum }),
    bookingId: t.id({
      nullable: true,
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    bookingStatus: t.expose('bookingStatus', { type: BookingStatusEnum, nullable: true }),
    provider: t.field({
      type: ProviderType,
      nullable: true,
      resolve: ({ providerId }, _args, { services }) =>
        providerId === null ? undefined : services.offers.findProvider({ providerId }),
    }),
    tried: t.expose('tried', { type: [TryType] }),
  }),
});
const ActivationType = builder.objectRef<ActivationView>('Activation').implement({
  interfaces: [Node],
  description: 'A call for a backup, for one or more times.',
  fields: (t) => ({
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    requestedBy: t.exposeString('requestedBy', { nullable: true, description: 'Opaque account id.' }),
    activatedAt: t.expose('activatedAt', { type: 'Instant' }),
    dates: t.expose('dates', { type: [BackupDateType] }),
    revision: t.exposeInt('revision'),
  }),
});

const findVisible = async (
  activationId: ActivationId,
  { viewer, services }: Context,
): Promise<ActivationView | undefined> => {
  const found = viewer && (await services.bookings.findActivation({ activationId }));
  if (found === undefined || viewer === undefined) return undefined;
  const household = await services.bookings.findHousehold({ householdId: found.householdId });
  return household !== undefined && seesHousehold(viewer, household) ? found : undefined;
};
nodeType(
  ActivationType,
  'Activation',
  (it) => it.activationId,
  async (id, context) => {
    const activationId = ActivationId.safeParse(id);
    return activationId.success ? findVisible(activationId.data, context) : undefined;
  },
);

const backupInput = builder.inputType('BackupInput', {
  fields: (t) => ({
    offerId: t.id(),
    resourceId: t.id({ description: 'The calendar of the one who comes, or the house.' }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
  }),
});

commandMutation('nameBackups', {
  description: 'Who steps in when care drops out, in the order in which to ask them. Replaces what was named before.',
  input: commandInput('NameBackups', (t) => ({ householdId: t.id(), backups: t.field({ type: [backupInput] }) })),
  answers: { field: 'backups', type: BackupsType },
  run: async ({ householdId, backups }, { viewer, services, call }) => {
    const input = checked(NameBackups, {
      householdId: idOf('Household', householdId),
      backups: backups.map(({ offerId, resourceId, placeOfService }) => ({
        ...{ offerId: idOf('Offer', offerId), resourceId: idOf('Resource', resourceId), placeOfService },
      })),
      agreedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.nameBackups(input, call);
  },
});

commandMutation('noteNetwork', {
  description: 'Whether there are few people around this household. Then its contact person is asked to name a backup.',
  input: commandInput('NoteNetwork', (t) => ({ householdId: t.id(), smallNetwork: t.boolean() })),
  answers: { field: 'backups', type: BackupsType },
  run: async ({ householdId, smallNetwork }, { viewer, services, call }) => {
    const input = checked(NoteNetwork, { householdId: idOf('Household', householdId), smallNetwork });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.noteNetwork(input, call);
  },
});

commandMutation('activateBackup', {
  description:
    'Asks the backups for each of these times and says yes to the first that is free: for bookings that dropped out, or for times before a holiday.',
  input: commandInput('ActivateBackup', (t) => ({
    activationId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    bookingIds: t.idList({ required: false }),
    spans: t.field({ type: [TimeSpanInput], required: false }),
  })),
  answers: { field: 'activation', type: ActivationType },
  run: async ({ activationId, householdId, bookingIds, spans }, { viewer, services, call, newId }) => {
    const input = checked(ActivateBackup, {
      activationId: maybeIdOf('Activation', activationId) ?? newId('activation'),
      householdId: idOf('Household', householdId),
      bookingIds: bookingIds?.map((id) => idOf('Booking', id)),
      ...{ spans, requestedBy: viewer.accountId },
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.activateBackup(input, call);
  },
});
