import type { EntitlementView } from '@adempauze/contracts';
import type { Instant } from '@adempauze/kernel';
import { capOf, countedOf, takesRoom } from './cover.rules.ts';
import type { EntitlementState } from './entitlement.decider.ts';

/**
 * What was awarded, used and is left at a moment, reservations included, so that it can be shown before booking (R42).
 * `usedCents` and `usedHours` count towards the cap; `contributionCents` is what the caregiver contributes so far.
 */
export const entitlementView = (
  { award, uses, review }: EntitlementState,
  now: Instant,
): EntitlementView | undefined => {
  if (award === undefined) return undefined;
  const taking = [...uses.values()].filter((use) => takesRoom(use, now));
  const { cents, hours } = countedOf(award, taking);
  const { capCents, capHours } = capOf(award);
  const { entitlementId, schemeId, schemeName, householdId, from, until, rateCents, awardedAt } = award;
  return {
    ...{ entitlementId, schemeId, schemeName, householdId, from, until, rateCents, awardedAt },
    capCents: capCents ?? null,
    capHours: capHours ?? null,
    usedCents: cents,
    usedHours: hours / 100,
    leftCents: capCents === undefined ? null : Math.max(0, capCents - cents),
    leftHours: capHours === undefined ? null : Math.max(0, capHours - hours / 100),
    contributionCents: taking.reduce((sum, use) => sum + use.contributionCents, 0),
    ...(review === undefined ? {} : { review }),
  };
};
