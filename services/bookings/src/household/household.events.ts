import {
  AccountId,
  CareTrait,
  CareWishes,
  Condition,
  HighRiskAct,
  HouseholdId,
  Language,
  MandateId,
  MunicipalityCode,
  PersonId,
  Place,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. What says something of a person is one
 * sealed value a person, so that not even its length per field, or which fields are filled, can be seen. The code of
 * the municipality stays in the clear for the reports (R35).
 */

export const CaregiverProfile = z.strictObject({
  name: z.string(),
  phone: z.string().optional(),
  email: z.string().optional(),
  /** Of a young caregiver (A14); absent when it was not told. */
  birthYear: z.int().optional(),
  place: Place,
  /** What the caregiver needs for themselves (R30); their own, not the recipient's. */
  needProfile: z.string(),
  /** What the family wishes of who comes (R53); absent when nothing was said. */
  wishes: CareWishes.optional(),
});
export type CaregiverProfile = z.infer<typeof CaregiverProfile>;

export const RecipientProfile = z.strictObject({
  name: z.string(),
  birthYear: z.int().optional(),
  conditions: z.array(Condition),
  highRiskActs: z.array(HighRiskAct),
  /** What may exclude somebody; absent when there is none. */
  traits: z.array(CareTrait).optional(),
  place: Place,
  careProfile: z.string(),
});
export type RecipientProfile = z.infer<typeof RecipientProfile>;

/** A professional's name is the household's to keep: it goes when the caregiver is forgotten. */
const contactPerson = z.strictObject({
  accountId: AccountId,
  organisation: z.string(),
  caregiverId: PersonId,
  name: personal(z.string(), { of: 'caregiverId' }),
});
export type ContactPerson = z.infer<typeof contactPerson>;

const caregiver = { personId: PersonId, profile: personal(CaregiverProfile, { of: 'personId' }) };
const recipient = {
  personId: PersonId,
  municipality: MunicipalityCode,
  profile: personal(RecipientProfile, { of: 'personId' }),
};

const mandate = { mandateId: MandateId, accountId: AccountId };

export const HouseholdEvent = z.discriminatedUnion('type', [
  event('HouseholdRegistered', {
    householdId: HouseholdId,
    caregiver: z.strictObject({
      ...caregiver,
      accountId: AccountId.optional(),
      municipality: MunicipalityCode,
    }),
    recipient: z.strictObject(recipient),
    relation: z.string(),
    careHoursPerWeek: z.int(),
    languages: z.array(Language),
    contactPerson,
    registeredBy: z.strictObject({ accountId: AccountId, role: z.enum(['caregiver', 'professional']) }),
    /** Of the professional who registers on behalf (R27); empty when the caregiver does so themselves. */
    mandates: z.array(z.strictObject(mandate)),
    /** Who registered gave no consent to a brief; absent: they did, then and there. */
    shareBrief: z.literal(false).optional(),
    registeredAt: Instant,
  }),
  /** Corrected in one place (R26): whoever is named is told anew, as a whole. What is absent stays as it was. */
  event('CareNeedChanged', {
    householdId: HouseholdId,
    caregiver: z.strictObject({ ...caregiver, municipality: MunicipalityCode }).optional(),
    recipient: z.strictObject(recipient).optional(),
    languages: z.array(Language).optional(),
    careHoursPerWeek: z.int().optional(),
    changedBy: AccountId,
    changedAt: Instant,
  }),
  event('BriefConsentSaid', { householdId: HouseholdId, given: z.boolean(), by: AccountId, saidAt: Instant }),
  /** The new contact person told the caregiver (R25). */
  event('HandOverAnnounced', { householdId: HouseholdId, announcedAt: Instant }),
  event('ContactPersonChanged', { householdId: HouseholdId, contactPerson, changedAt: Instant }),
  event('MandateGranted', { householdId: HouseholdId, ...mandate, grantedAt: Instant }),
  event('MandateWithdrawn', { householdId: HouseholdId, ...mandate, withdrawnAt: Instant }),
]);
export type HouseholdEvent = z.infer<typeof HouseholdEvent>;
export type HouseholdRegistered = Extract<HouseholdEvent, { type: 'HouseholdRegistered' }>['data'];

export const householdStream = (householdId: string) => `household-${householdId}`;
