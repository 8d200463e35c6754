import {
  AccountId,
  HouseholdId,
  MunicipalityCode,
  PersonId,
  Place,
  SignalCloseReason,
  SignalConsent,
  SignalId,
  SignalSource,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. What says something of a person is sealed as one. */

const SignalledProfile = z.strictObject({
  name: z.string(),
  phone: z.string().optional(),
  email: z.string().optional(),
  birthYear: z.int().optional(),
  place: Place,
  note: z.string(),
});

export const SignalEvent = z.discriminatedUnion('type', [
  event('CaregiverSignalled', {
    signalId: SignalId,
    caregiverId: PersonId,
    accountId: AccountId.optional(),
    municipality: MunicipalityCode,
    profile: personal(SignalledProfile, { of: 'caregiverId' }),
    consents: z.array(SignalConsent),
    source: SignalSource,
    referredBy: AccountId,
    contactPerson: z.strictObject({ accountId: AccountId, organisation: z.string() }),
    /** Until when the contact person gets in touch. */
    dueAt: Instant,
    signalledAt: Instant,
  }),
  event('SignalOverdue', { signalId: SignalId, overdueAt: Instant }),
  /** The day of the signal stands here too, so that the days from signal to first care can be told (R01, R10). */
  event('SignalTakenUp', {
    signalId: SignalId,
    caregiverId: PersonId,
    householdId: HouseholdId,
    municipality: MunicipalityCode,
    by: AccountId,
    signalledAt: Instant,
    takenUpAt: Instant,
  }),
  event('SignalClosed', {
    signalId: SignalId,
    municipality: MunicipalityCode,
    reason: SignalCloseReason,
    by: AccountId,
    signalledAt: Instant,
    closedAt: Instant,
  }),
]);
export type SignalEvent = z.infer<typeof SignalEvent>;
export type SignalData<T extends SignalEvent['type']> = Extract<SignalEvent, { type: T }>['data'];

export const signalStream = (signalId: string) => `signal-${signalId}`;
