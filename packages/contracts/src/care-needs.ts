import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { HouseholdId } from './ids.ts';
import { CareTrait, Condition, Culture, HighRiskAct, Language, Place } from './vocabulary.ts';

/* What is told of a household beside who it is: wishes, corrections, who may read it, and how it is reached. */

/** How the family is best reached (R52): on a screen, by a letter, or by a voice message. */
export const MessageChannel = z.enum(['digital', 'letter', 'voice']);
export type MessageChannel = z.infer<typeof MessageChannel>;

/** What the family wishes of who comes (R53): a wish ranks, it never excludes. Says something of people: sealed. */
export const CareWishes = z.strictObject({
  cultures: z.array(Culture).max(5).default([]),
  /** A woman rather than a man. */
  womanPreferred: z.boolean().default(false),
  /** Somebody has to translate when the care is talked about. */
  interpreter: z.boolean().default(false),
  channel: MessageChannel.default('digital'),
  /**
   * Who comes is proposed to them before that person is asked (R51). False: they left it to the coordinator, and their yes
   * to the offer is their yes to who comes (R14).
   */
  approvesHelper: z.boolean().default(true),
});
export type CareWishes = z.infer<typeof CareWishes>;

const CareProfile = z.string().trim().max(2000);

/**
 * Corrects what was told, in one place (R26): only what is given changes, and every later booking goes by it. Bookings
 * that are there keep their terms and their place; who gives the care reads what is known now.
 */
export const ChangeCareNeed = z.strictObject({
  householdId: HouseholdId,
  changedBy: AccountId,
  caregiver: z
    .strictObject({
      phone: z.string().trim().max(30).optional(),
      email: z.email().max(200).optional(),
      place: Place.optional(),
      needProfile: CareProfile.optional(),
      wishes: CareWishes.optional(),
    })
    .optional(),
  recipient: z
    .strictObject({
      conditions: z.array(Condition).max(20).optional(),
      highRiskActs: z.array(HighRiskAct).max(20).optional(),
      traits: z.array(CareTrait).max(20).optional(),
      place: Place.optional(),
      careProfile: CareProfile.optional(),
    })
    .optional(),
  languages: z.array(Language).max(5).optional(),
  careHoursPerWeek: z.int().min(0).max(168).optional(),
});
export type ChangeCareNeed = z.infer<typeof ChangeCareNeed>;

/** Whether who gives the care may read who it is for and what helps (R26); taken back it counts at once. */
export const SayBriefConsent = z.strictObject({ householdId: HouseholdId, given: z.boolean(), by: AccountId });
export type SayBriefConsent = z.infer<typeof SayBriefConsent>;

/** The new contact person has told the caregiver who they are (R25). */
export const AnnounceHandOver = z.strictObject({ householdId: HouseholdId });
export type AnnounceHandOver = z.infer<typeof AnnounceHandOver>;
