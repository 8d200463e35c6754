import {
  AccountId,
  CloseSignal,
  SignalCaregiver,
  SignalCloseReason,
  SignalConsent,
  SignalId,
  SignalSource,
  SignalStatus,
  type SignalView,
  TakeUpSignal,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { personOf } from '../sign-in/verify.ts';
import { ViewerType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf, PlaceType, placeDescription, placeOf } from './vocabulary.ts';

/* Somebody who cares is noticed before there is any request (R01). Who sent it sees how it stands, and nothing else (A14). */

const SignalStatusEnum = enumOf('SignalStatus', SignalStatus.options);
const SignalSourceEnum = enumOf('SignalSource', SignalSource.options);
const SignalConsentEnum = enumOf('SignalConsent', SignalConsent.options);
const SignalCloseReasonEnum = enumOf('SignalCloseReason', SignalCloseReason.options);

const SignalledType = builder.objectRef<SignalView['caregiver']>('SignalledCaregiver').implement({
  description: 'Who was noticed. Nothing here means: not known, or forgotten.',
  fields: (t) => ({
    accountId: t.exposeString('accountId', { nullable: true }),
    name: t.exposeString('name', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    birthYear: t.exposeInt('birthYear', { nullable: true }),
    place: t.expose('place', { type: PlaceType, nullable: true }),
  }),
});
const SignalType = builder.objectRef<SignalView>('Signal').implement({
  description: 'For the contact person: somebody to get in touch with, and until when.',
  fields: (t) => ({
    signalId: t.exposeID('signalId'),
    status: t.expose('status', { type: SignalStatusEnum }),
    caregiver: t.expose('caregiver', { type: SignalledType }),
    municipalityCode: t.exposeString('municipality'),
    note: t.exposeString('note', { nullable: true }),
    consents: t.expose('consents', { type: [SignalConsentEnum] }),
    source: t.expose('source', { type: SignalSourceEnum }),
    signalledAt: t.expose('signalledAt', { type: 'Instant' }),
    dueAt: t.expose('dueAt', { type: 'Instant' }),
    overdue: t.exposeBoolean('overdue'),
    takenUpAt: t.expose('takenUpAt', { type: 'Instant', nullable: true }),
    householdId: t.id({
      nullable: true,
      resolve: (it) => (it.householdId === null ? null : globalId('Household', it.householdId)),
    }),
    closedAt: t.expose('closedAt', { type: 'Instant', nullable: true }),
    closeReason: t.expose('closeReason', { type: SignalCloseReasonEnum, nullable: true }),
  }),
});
const SentSignalType = builder.objectRef<SignalView>('SentSignal').implement({
  description: 'For who sent it: how it stands, and nothing else.',
  fields: (t) => ({
    signalId: t.exposeID('signalId'),
    status: t.expose('status', { type: SignalStatusEnum }),
  }),
});

builder.objectField(ViewerType, 'signals', (t) =>
  t.field({
    type: [SignalType],
    nullable: true,
    description: 'Caregivers that you are the contact person for, the first due first.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ accountId }, { waitFor }, { services }) =>
      services.bookings.listSignals({ of: 'contact-person', accountId, ...waiting(waitFor) }),
  }),
);
builder.objectField(ViewerType, 'sentSignals', (t) =>
  t.field({
    type: [SentSignalType],
    nullable: true,
    description: 'What you signalled, the latest first.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ accountId }, { waitFor }, { services }) =>
      services.bookings.listSignals({ of: 'referrer', accountId, ...waiting(waitFor) }),
  }),
);

const SignalledInput = builder.inputType('SignalledCaregiverInput', {
  fields: (t) => ({
    name: t.string(),
    phone: t.string({ required: false }),
    email: t.string({ required: false }),
    birthYear: t.int({ required: false }),
    place: t.string({ description: placeDescription }),
    accountId: t.string({ required: false }),
  }),
});

const SignalContactInput = builder.inputType('SignalContactInput', {
  fields: (t) => ({ accountId: t.string(), organisation: t.string({ required: false }) }),
});

commandMutation('signalCaregiver', {
  description:
    'Registers somebody who cares, with consent, before there is any request. The contact person has it at once, and one working day.',
  input: commandInput('SignalCaregiver', (t) => ({
    signalId: t.id({ required: false, description: 'A UUID of your choice.' }),
    caregiver: t.field({ type: SignalledInput }),
    note: t.string({ required: false, description: 'What you noticed. Only the contact person reads it.' }),
    consents: t.field({ type: [SignalConsentEnum], description: 'Who agreed. For a young caregiver a parent too.' }),
    source: t.field({ type: SignalSourceEnum }),
    contactPerson: t.field({ type: SignalContactInput }),
  })),
  answers: { field: 'signal', type: SentSignalType },
  run: (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, signalId, caregiver, ...rest } = given;
    const accountId = checked(AccountId.optional(), caregiver.accountId ?? undefined, '#/input/caregiver/accountId');
    const input = checked(SignalCaregiver, {
      ...rest,
      signalId: maybeIdOf('Signal', signalId) ?? newId('signal'),
      caregiver: {
        ...caregiver,
        accountId,
        personId: accountId ? personOf(accountId) : newId('caregiver'),
        place: placeOf(services.places, caregiver.place, '#/input/caregiver/place'),
      },
      referredBy: viewer.accountId,
    });
    return services.bookings.signalCaregiver(input, call);
  },
});

/** The signal, when this caller is the contact person for it. */
const findTheirs = async (id: string, { viewer, services }: Call): Promise<SignalView | undefined> => {
  const signalId = checked(SignalId, idOf('Signal', id), '#/input/signalId');
  const signal = await services.bookings.findSignal({ signalId });
  return signal?.contactPerson.accountId === viewer.accountId ? signal : undefined;
};

commandMutation('takeUpSignal', {
  description: 'The contact person has been in touch, and wrote the story down in a household.',
  input: commandInput('TakeUpSignal', (t) => ({ signalId: t.id(), householdId: t.id() })),
  answers: { field: 'signal', type: SignalType },
  run: async ({ signalId, householdId }, it) => {
    const found = await findTheirs(signalId, it);
    if (!found) return refuse('signal-not-found');
    const input = checked(TakeUpSignal, {
      signalId: found.signalId,
      householdId: idOf('Household', householdId),
      by: it.viewer.accountId,
    });
    if (!(await actsFor(it.viewer, it.services, input.householdId))) return refuse('household-not-found');
    return it.services.bookings.takeUpSignal(input, it.call);
  },
});

commandMutation('closeSignal', {
  description: 'Nothing more is to be done with it.',
  input: commandInput('CloseSignal', (t) => ({ signalId: t.id(), reason: t.field({ type: SignalCloseReasonEnum }) })),
  answers: { field: 'signal', type: SignalType },
  run: async ({ signalId, reason }, it) => {
    const found = await findTheirs(signalId, it);
    if (!found) return refuse('signal-not-found');
    const input = checked(CloseSignal, { signalId: found.signalId, reason, by: it.viewer.accountId });
    return it.services.bookings.closeSignal(input, it.call);
  },
});
