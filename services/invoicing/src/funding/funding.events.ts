import {
  EntitlementId,
  HouseholdId,
  MunicipalityCode,
  PolicyId,
  RegisterPolicy,
  SchemeId,
  SchemeRules,
} from '@adempauze/contracts';
import { Day, event, Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** Everything an entitlement begins with, so that it can be opened from here when the process stopped in between. */
export const Award = z.strictObject({
  entitlementId: EntitlementId,
  schemeId: SchemeId,
  schemeName: z.string(),
  householdId: HouseholdId,
  municipality: MunicipalityCode,
  rules: SchemeRules,
  rateCents: PriceCents,
  from: Day,
  /** The first day after the period. */
  until: Day,
  awardedBy: z.string(),
  awardedAt: Instant,
});
export type Award = z.infer<typeof Award>;

/** A longer period; what is left of the cap stays. */
export const AwardExtended = z.strictObject({
  householdId: HouseholdId,
  entitlementId: EntitlementId,
  until: Day,
  extendedAt: Instant,
});

/** The sources that one household has: which schemes were awarded for which period, and its policies. */
export const FundingEvent = z.discriminatedUnion('type', [
  event('SchemeAwarded', Award.shape),
  event('AwardExtended', AwardExtended.shape),
  event('PolicyRegistered', { ...RegisterPolicy.shape, policyId: PolicyId, registeredAt: Instant }),
]);
export type FundingEvent = z.infer<typeof FundingEvent>;

export const fundingStream = (householdId: string) => `funding-${householdId}`;
