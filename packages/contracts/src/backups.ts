import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId, BookingStatus } from './booking-words.ts';
import { FormId } from './forms.ts';
import { ActivationId, BookingId, HouseholdId, OfferId, ProviderId, ResourceId } from './ids.ts';
import { command, query } from './service-api.ts';
import { PlaceOfService, TimeSpan } from './vocabulary.ts';

/* Who steps in when care drops out (R23). Streams: backup-<household>, activation-<id>. */

/** A known person or place: an offer, and the calendar of the one who comes, or the house. */
export const Backup = z.strictObject({ offerId: OfferId, resourceId: ResourceId, placeOfService: PlaceOfService });
export type Backup = z.infer<typeof Backup>;

export const mostBackups = 5;

/** The household's backups, in the order in which they are tried; what was named before is replaced. None is allowed. */
export const NameBackups = z.strictObject({
  householdId: HouseholdId,
  backups: z.array(Backup).max(mostBackups),
  /** Who says that the caregiver agrees with these: the caregiver, or whoever acts for them. */
  agreedBy: AccountId,
});
export type NameBackups = z.infer<typeof NameBackups>;

/** Whether there are few people around this household: then its contact person is asked to name a backup with it. */
export const NoteNetwork = z.strictObject({ householdId: HouseholdId, smallNetwork: z.boolean() });
export type NoteNetwork = z.infer<typeof NoteNetwork>;

export const BackupsView = z.strictObject({
  householdId: HouseholdId,
  backups: z.array(z.strictObject({ ...Backup.shape, providerId: ProviderId, form: FormId })),
  agreedBy: AccountId.nullable(),
  agreedAt: Instant.nullable(),
  /** Null: nobody said. */
  smallNetwork: z.boolean().nullable(),
});
export type BackupsView = z.infer<typeof BackupsView>;

export const mostBackupDates = 31;

/**
 * Asks the household's backups, in order, for each of these times, and says yes to the first that is free. `bookingIds`
 * are bookings that dropped out: declined, cancelled, expired or refused; `spans` are times before a holiday, or now.
 */
export const ActivateBackup = z
  .strictObject({
    activationId: ActivationId,
    householdId: HouseholdId,
    bookingIds: z.array(BookingId).max(mostBackupDates).default([]),
    spans: z.array(TimeSpan).max(mostBackupDates).default([]),
    requestedBy: AccountId,
  })
  .refine((it) => it.bookingIds.length + it.spans.length >= 1, {
    path: ['spans'],
    error: 'Name at least one booking or time.',
  })
  .refine((it) => it.bookingIds.length + it.spans.length <= mostBackupDates, {
    path: ['spans'],
    error: `At most ${mostBackupDates} at once.`,
  });
export type ActivateBackup = z.infer<typeof ActivateBackup>;

/** One time. `asking`: not tried to the end yet; `found`: somebody comes; `nobody`: none of them is free. */
export const BackupDate = z.strictObject({
  span: TimeSpan,
  /** The booking that dropped out. */
  insteadOf: BookingId.nullable(),
  status: z.enum(['asking', 'found', 'nobody']),
  bookingId: BookingId.nullable(),
  bookingStatus: BookingStatus.nullable(),
  offerId: OfferId.nullable(),
  providerId: ProviderId.nullable(),
  /** Who could not come, and why. */
  tried: z.array(
    z.strictObject({
      offerId: OfferId,
      code: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
});
export type BackupDate = z.infer<typeof BackupDate>;

export const ActivationView = z.strictObject({
  activationId: ActivationId,
  householdId: HouseholdId,
  requestedBy: AccountId,
  activatedAt: Instant,
  dates: z.array(BackupDate),
  revision: z.int(),
});
export type ActivationView = z.infer<typeof ActivationView>;

export const backupOperations = {
  nameBackups: command(NameBackups, BackupsView),
  noteNetwork: command(NoteNetwork, BackupsView),
  activateBackup: command(ActivateBackup, ActivationView),
  findBackups: query(z.strictObject({ householdId: HouseholdId }), BackupsView),
  findActivation: query(z.strictObject({ activationId: ActivationId }), ActivationView.optional()),
};
