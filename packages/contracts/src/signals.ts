import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { HouseholdId, PersonId, SignalId } from './ids.ts';
import { command, query } from './service-api.ts';
import { MunicipalityCode, Place } from './vocabulary.ts';

/* A caregiver is seen before there is any request (R01). Stream: signal-<id>. No household, scheme or booking is needed. */

/** Who noticed: the kind of work, for the statistics. */
export const SignalSource = z.enum([
  'general-practice',
  'hospital',
  'school',
  'district-nursing',
  'case-management',
  'municipality',
  'caregiver-support',
  'other',
]);
export type SignalSource = z.infer<typeof SignalSource>;

/** Who agreed to being registered: the caregiver always; for a young caregiver a parent too (A14). */
export const SignalConsent = z.enum(['caregiver', 'parent']);
export type SignalConsent = z.infer<typeof SignalConsent>;

/**
 * A referrer registers somebody who cares, with consent. The contact person has it at once, and gets in touch within one
 * working day. Rejected with `consent-needed` when the caregiver, or a young caregiver's parent, did not agree.
 */
export const SignalCaregiver = z.strictObject({
  signalId: SignalId,
  caregiver: z.strictObject({
    personId: PersonId,
    accountId: AccountId.optional(),
    name: z.string().trim().min(1).max(120),
    phone: z.string().trim().max(30).optional(),
    email: z.email().max(200).optional(),
    birthYear: z.int().min(1900).max(2100).optional(),
    place: Place,
  }),
  /** What was noticed, in the referrer's words; only the contact person reads it. */
  note: z.string().trim().max(1000).default(''),
  consents: z.array(SignalConsent).max(2),
  source: SignalSource,
  /** An adult who looks after it, and stays the one to call. */
  contactPerson: z.strictObject({ accountId: AccountId, organisation: z.string().trim().max(120).default('') }),
  referredBy: AccountId,
});
export type SignalCaregiver = z.infer<typeof SignalCaregiver>;

/** The contact person has been in touch, and wrote the story down. */
export const TakeUpSignal = z.strictObject({ signalId: SignalId, householdId: HouseholdId, by: AccountId });
export type TakeUpSignal = z.infer<typeof TakeUpSignal>;

export const SignalCloseReason = z.enum(['helped', 'not-wanted', 'not-reached', 'moved-away']);
export type SignalCloseReason = z.infer<typeof SignalCloseReason>;
export const CloseSignal = z.strictObject({ signalId: SignalId, reason: SignalCloseReason, by: AccountId });
export type CloseSignal = z.infer<typeof CloseSignal>;

export const SignalStatus = z.enum(['signalled', 'taken-up', 'closed']);
export type SignalStatus = z.infer<typeof SignalStatus>;

/** `null` in a personal field means: forgotten, or not known. */
export const SignalView = z.strictObject({
  signalId: SignalId,
  status: SignalStatus,
  caregiver: z.strictObject({
    personId: PersonId,
    accountId: AccountId.nullable(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    birthYear: z.int().nullable(),
    place: Place.nullable(),
  }),
  municipality: MunicipalityCode,
  note: z.string().nullable(),
  consents: z.array(SignalConsent),
  source: SignalSource,
  referredBy: AccountId,
  /** Whose task it is, and until when (R25, R32). */
  contactPerson: z.strictObject({ accountId: AccountId, organisation: z.string() }),
  dueAt: Instant,
  overdue: z.boolean(),
  signalledAt: Instant,
  takenUpAt: Instant.nullable(),
  householdId: HouseholdId.nullable(),
  closedAt: Instant.nullable(),
  closeReason: SignalCloseReason.nullable(),
  revision: z.int(),
});
export type SignalView = z.infer<typeof SignalView>;

export const signalOperations = {
  signalCaregiver: command(SignalCaregiver, SignalView),
  takeUpSignal: command(TakeUpSignal, SignalView),
  closeSignal: command(CloseSignal, SignalView),
  findSignal: query(z.strictObject({ signalId: SignalId }), SignalView.optional()),
  /** Of a contact person what waits for them, the first due first; of a referrer what they sent, the latest first. A hundred at most. */
  listSignals: query(
    z.strictObject({
      of: z.enum(['contact-person', 'referrer']),
      accountId: AccountId,
      waitFor: z.string().max(100).optional(),
    }),
    z.array(SignalView),
  ),
};
