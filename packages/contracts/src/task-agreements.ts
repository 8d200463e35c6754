import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { BookingId, HelperId, HouseholdId, ProviderId, SeriesId, StayId, TaskAgreementId, WorkerId } from './ids.ts';
import { command, query } from './service-api.ts';
import { HighRiskAct } from './vocabulary.ts';

/*
 * Who does which high-risk act, with which instruction, and who is liable (R55). Streams: agreement-<household>, and
 * limits-<provider> for what an organisation lets its people do. Words and ids; which act it is says something of the
 * recipient and is sealed.
 */

/** What it is about: one booking, or all of a series or stay. That of the booking goes before that of the whole. */
export const AgreementScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('booking'), id: BookingId }),
  z.strictObject({ kind: z.literal('series'), id: SeriesId }),
  z.strictObject({ kind: z.literal('stay'), id: StayId }),
]);
export type AgreementScope = z.infer<typeof AgreementScope>;

/** Who does it, by an opaque id. */
export const Doer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('caregiver') }),
  z.strictObject({ kind: z.literal('volunteer'), helperId: HelperId }),
  z.strictObject({ kind: z.literal('worker'), workerId: WorkerId }),
]);
export type Doer = z.infer<typeof Doer>;

/** Who answers for it: follows from who does it, and is never chosen. */
export const LiabilityBearer = z.strictObject({
  kind: z.enum(['caregiver', 'volunteer-organisation', 'provider']),
  /** Of the organisation; absent for the caregiver. */
  providerId: ProviderId.optional(),
});
export type LiabilityBearer = z.infer<typeof LiabilityBearer>;

/** `repeat`: it was given and is not clear yet. Care is begun with `clear`. */
export const InstructionStatus = z.enum(['to-do', 'given', 'observed', 'repeat', 'clear']);
export type InstructionStatus = z.infer<typeof InstructionStatus>;

/**
 * Names who does an act. A caregiver is named by the family's side, a volunteer or worker by their organisation's: nobody
 * makes another liable.
 */
export const RecordTaskAgreement = z.strictObject({
  agreementId: TaskAgreementId,
  scope: AgreementScope,
  act: HighRiskAct,
  doer: Doer,
  /** When it is looked at again. */
  reviewOn: Day,
  recordedBy: AccountId,
});
export type RecordTaskAgreement = z.infer<typeof RecordTaskAgreement>;

const one = { householdId: HouseholdId, agreementId: TaskAgreementId };
/** What happened with the instruction: given, the first time watched, and whether it is clear now or has to be repeated. */
export const RecordInstruction = z.strictObject({ ...one, outcome: z.enum(['given', 'observed', 'unclear', 'clear']) });
export type RecordInstruction = z.infer<typeof RecordInstruction>;
/** The doer would rather not. No reason is asked, and they are not asked for this act in this household again. */
export const DeclineTaskAgreement = z.strictObject(one);
export type DeclineTaskAgreement = z.infer<typeof DeclineTaskAgreement>;
export const WithdrawTaskAgreement = z.strictObject(one);
export type WithdrawTaskAgreement = z.infer<typeof WithdrawTaskAgreement>;

/** Which acts an organisation lets its workers and its volunteers do. */
export const ActLimits = z.strictObject({
  providerId: ProviderId,
  workers: z.array(HighRiskAct).max(20),
  volunteers: z.array(HighRiskAct).max(20),
});
export type ActLimits = z.infer<typeof ActLimits>;

export const TaskAgreementView = z.strictObject({
  ...one,
  scope: AgreementScope,
  /** `null`: the recipient was forgotten. */
  act: HighRiskAct.nullable(),
  doer: Doer,
  liable: LiabilityBearer,
  instruction: z.strictObject({ status: InstructionStatus, timesGiven: z.int(), since: Instant }),
  reviewOn: Day,
  recordedAt: Instant,
});
export type TaskAgreementView = z.infer<typeof TaskAgreementView>;

/** The acts that a booking needs, and what was agreed on each; `missing` are those on which nothing was. */
export const BookingAgreements = z.strictObject({
  bookingId: BookingId,
  householdId: HouseholdId,
  agreements: z.array(TaskAgreementView),
  missing: z.array(HighRiskAct),
  /** Each act has a doer, and whoever is not the caregiver has a clear instruction. */
  isComplete: z.boolean(),
});
export type BookingAgreements = z.infer<typeof BookingAgreements>;

export const taskAgreementOperations = {
  recordTaskAgreement: command(RecordTaskAgreement, TaskAgreementView),
  recordInstruction: command(RecordInstruction, TaskAgreementView),
  declineTaskAgreement: command(DeclineTaskAgreement, TaskAgreementView),
  withdrawTaskAgreement: command(WithdrawTaskAgreement, TaskAgreementView),
  setActLimits: command(ActLimits, ActLimits),
  findActLimits: query(z.strictObject({ providerId: ProviderId }), ActLimits),
  /** Undefined: there is no such booking. */
  findBookingAgreements: query(z.strictObject({ bookingId: BookingId }), BookingAgreements.optional()),
  /** One of a household; undefined when there is none, or it has ended. */
  findTaskAgreement: query(z.strictObject(one), TaskAgreementView.optional()),
};
