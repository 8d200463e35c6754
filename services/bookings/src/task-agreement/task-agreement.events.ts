import {
  AccountId,
  AgreementScope,
  Doer,
  HighRiskAct,
  HouseholdId,
  PersonId,
  ProviderId,
  RecordInstruction,
  TaskAgreementId,
} from '@adempauze/contracts';
import { Day, event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. Which act it is says what the recipient needs:
 * sealed with their key, and always as long, so that its length says nothing either.
 */

const actLength = 32;
/** An act as it is sealed. */
export const wideAct = (act: HighRiskAct): string => act.padEnd(actLength);
/** The act that was sealed. */
export const actIn = (text: string): HighRiskAct => HighRiskAct.parse(text.trimEnd());

const about = { agreementId: TaskAgreementId, householdId: HouseholdId };

export const TaskAgreementEvent = z.discriminatedUnion('type', [
  event('TaskAgreed', {
    ...about,
    recipientId: PersonId,
    scope: AgreementScope,
    /** Whose worker or volunteer it is; of a caregiver, with whom they agreed. */
    providerId: ProviderId,
    act: personal(z.string().length(actLength), { of: 'recipientId' }),
    doer: Doer,
    reviewOn: Day,
    recordedBy: AccountId,
    agreedAt: Instant,
  }),
  event('InstructionRecorded', { ...about, outcome: RecordInstruction.shape.outcome, recordedAt: Instant }),
  /** The doer would rather not; no reason is kept. */
  event('TaskDeclined', { ...about, scope: AgreementScope, declinedAt: Instant }),
  event('TaskWithdrawn', { ...about, scope: AgreementScope, withdrawnAt: Instant }),
  event('TaskReviewDue', { ...about, scope: AgreementScope, dueAt: Instant }),
]);
export type TaskAgreementEvent = z.infer<typeof TaskAgreementEvent>;
export type TaskAgreed = Extract<TaskAgreementEvent, { type: 'TaskAgreed' }>['data'];

export const agreementStream = (householdId: string) => `agreement-${householdId}`;

/** What an organisation lets its people do: nothing of a person. */
export const ActLimitsEvent = z.discriminatedUnion('type', [
  event('ActLimitsSet', {
    providerId: ProviderId,
    workers: z.array(HighRiskAct),
    volunteers: z.array(HighRiskAct),
    setAt: Instant,
  }),
]);
export type ActLimitsEvent = z.infer<typeof ActLimitsEvent>;

export const limitsStream = (providerId: string) => `limits-${providerId}`;
