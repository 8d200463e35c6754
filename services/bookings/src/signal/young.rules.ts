import { dayOf, type Instant, isRedacted } from '@adempauze/kernel';
import type { HouseholdRegistered } from '../household/household.events.ts';

export type YoungCaregiver = { readonly accountId: string; readonly birthYear: number };

/** Only the year is known, so that whoever turns eighteen this year is young until it ends. */
export const isYoung = (birthYear: number | undefined, now: Instant): boolean =>
  birthYear !== undefined && Number(dayOf(now).slice(0, 4)) - birthYear <= 18;

/** The caregiver of this household, when the year of birth and the account are known. */
export const youngCaregiverOf = ({ caregiver }: HouseholdRegistered): YoungCaregiver | undefined => {
  const { accountId, profile } = caregiver;
  if (accountId === undefined || isRedacted(profile) || profile.birthYear === undefined) return undefined;
  return { accountId, birthYear: profile.birthYear };
};

/** A young caregiver's own yes is enough only where it costs nothing; otherwise an adult says it (A14). */
export const signsNoPayment = (young: YoungCaregiver | undefined, accountId: string, now: Instant): boolean =>
  young !== undefined && young.accountId === accountId && isYoung(young.birthYear, now);
