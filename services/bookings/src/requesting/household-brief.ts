import type { Condition, HighRiskAct, HouseholdId, Language, PersonId, Place } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { isRedacted } from '@adempauze/kernel';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';

/** What a request needs of a household. */
export type HouseholdBrief = {
  readonly caregiverId: PersonId;
  readonly caregiverPlace: Place;
  readonly recipientPlace: Place;
  readonly conditions: readonly Condition[];
  readonly highRiskActs: readonly HighRiskAct[];
  readonly languages: readonly Language[];
};

export type HouseholdBriefs = {
  /** `forgotten`: caregiver or recipient was erased. Undefined: there is no such household. */
  find(householdId: HouseholdId): Promise<HouseholdBrief | 'forgotten' | undefined>;
  forget(): void;
};

const kept = 10_000;

/**
 * Briefs at hand, so that a request reads no household. What they hold never changes after registration but by
 * forgetting, which drops them all.
 */
export const createHouseholdBriefs = (
  households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>,
): HouseholdBriefs => {
  const briefs = new Map<HouseholdId, HouseholdBrief>();
  let generation = 0;
  return {
    async find(householdId) {
      const known = briefs.get(householdId);
      if (known !== undefined) return known;
      const before = generation;
      const { state } = await households.load(householdId);
      if (state === undefined) return undefined;
      const { caregiver, recipient, languages } = state.registered;
      if (isRedacted(caregiver.profile) || isRedacted(recipient.profile)) return 'forgotten';
      const { conditions, highRiskActs, place } = recipient.profile;
      const brief = {
        ...{ caregiverId: caregiver.personId, caregiverPlace: caregiver.profile.place, recipientPlace: place },
        ...{ conditions, highRiskActs, languages },
      };
      if (briefs.size >= kept) briefs.clear();
      // Somebody was forgotten while this was read: it may be of before.
      if (before === generation) briefs.set(householdId, brief);
      return brief;
    },
    forget() {
      generation += 1;
      briefs.clear();
    },
  };
};
