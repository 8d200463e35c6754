import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { BookingId, HouseholdId } from './ids.ts';
import { command, query } from './service-api.ts';

/* The palliative lane (R08, A02, S32). Stream: fastlane-<householdId>. */

/** Said by a care professional, in words and without a form. The words are health data, and sealed as such. */
export const FlagPalliative = z.strictObject({
  householdId: HouseholdId,
  words: z.string().trim().max(500).default(''),
  flaggedBy: AccountId,
});
export type FlagPalliative = z.infer<typeof FlagPalliative>;

export const LiftPalliative = z.strictObject({ householdId: HouseholdId, liftedBy: AccountId });
export type LiftPalliative = z.infer<typeof LiftPalliative>;

export const PalliativeView = z.strictObject({
  householdId: HouseholdId,
  active: z.boolean(),
  /** Null once the person was forgotten. */
  words: z.string().nullable(),
  flaggedBy: AccountId,
  flaggedAt: Instant,
  /** By when the first booking is to be confirmed. */
  confirmBy: Instant,
  /** Bookings that were not confirmed within a day of asking; null: none was in time after the flag itself. */
  late: z.array(z.strictObject({ bookingId: BookingId.nullable(), at: Instant })),
  endedAt: Instant.nullable(),
  endedWhy: z.enum(['lifted', 'care-ended']).nullable(),
});
export type PalliativeView = z.infer<typeof PalliativeView>;

export const palliativeOperations = {
  flagPalliative: command(FlagPalliative, PalliativeView),
  liftPalliative: command(LiftPalliative, PalliativeView),
  findPalliative: query(z.strictObject({ householdId: HouseholdId }), PalliativeView.optional()),
};
