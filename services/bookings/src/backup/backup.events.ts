import {
  AccountId,
  ActivationId,
  Backup,
  BookingId,
  FormId,
  HouseholdId,
  ProviderId,
  TimeSpan,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. Ids and words; nothing of a person. */

const named = z.strictObject({ ...Backup.shape, providerId: ProviderId, form: FormId });
export type NamedBackup = z.infer<typeof named>;

/** What a household agreed beforehand. */
export const BackupEvent = z.discriminatedUnion('type', [
  event('BackupsNamed', {
    householdId: HouseholdId,
    /** In the order in which they are tried. */
    backups: z.array(named),
    agreedBy: AccountId,
    namedAt: Instant,
  }),
  event('NetworkNoted', { householdId: HouseholdId, smallNetwork: z.boolean(), notedAt: Instant }),
]);
export type BackupEvent = z.infer<typeof BackupEvent>;

const about = { activationId: ActivationId, householdId: HouseholdId };
/** Which time, and which backup of those that were named then: places in their lists. */
const tried = { date: z.int(), candidate: z.int() };

/** One call for a backup, for one or more times. */
export const ActivationEvent = z.discriminatedUnion('type', [
  event('BackupActivated', {
    ...about,
    candidates: z.array(named),
    dates: z.array(z.strictObject({ span: TimeSpan, insteadOf: BookingId.optional() })),
    requestedBy: AccountId,
    activatedAt: Instant,
  }),
  event('BackupFound', { ...about, ...tried, foundAt: Instant }),
  event('BackupNotFree', {
    ...about,
    ...tried,
    code: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    triedAt: Instant,
  }),
  /** Somebody who was found said no after all; the next is asked. */
  event('BackupFellAway', { ...about, ...tried, fellAwayAt: Instant }),
]);
export type ActivationEvent = z.infer<typeof ActivationEvent>;
export type ActivationData<T extends ActivationEvent['type']> = Extract<ActivationEvent, { type: T }>['data'];

export const backupStream = (householdId: string) => `backup-${householdId}`;
export const activationStream = (activationId: string) => `activation-${activationId}`;
