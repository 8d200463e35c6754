import type { CareTrait, Condition, HighRiskAct, HouseholdId, Language, PersonId, Place } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { isRedacted } from '@adempauze/kernel';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import { type YoungCaregiver, youngCaregiverOf } from '../signal/young.rules.ts';

/** What a request needs of a household. */
export type HouseholdBrief = {
  readonly caregiverId: PersonId;
  readonly recipientId: PersonId;
  readonly caregiverPlace: Place;
  readonly recipientPlace: Place;
  readonly conditions: readonly Condition[];
  readonly highRiskActs: readonly HighRiskAct[];
  /** They say yes to who comes before that person is asked (R51), unless they left that to the coordinator. */
  readonly approvesHelper: boolean;
  /** What may exclude somebody; matched, and never shown. */
  readonly traits: readonly CareTrait[];
  readonly languages: readonly Language[];
  /** A young caregiver with an account of their own, who signs no payment (A14); undefined for anybody else. */
  readonly young: YoungCaregiver | undefined;
};

export type HouseholdBriefs = {
  /** `forgotten`: caregiver or recipient was erased. Undefined: there is no such household. */
  find(householdId: HouseholdId): Promise<HouseholdBrief | 'forgotten' | undefined>;
  /** Something else is known of it now. */
  drop(householdId: HouseholdId): void;
  forget(): void;
};

const kept = 10_000;

/**
 * Briefs at hand, so that a request reads no household: a correction drops its own, forgetting drops them all. Where
 * other processes write the same streams (`amongWriters`) a correction may be theirs, so each request looks.
 */
export const createHouseholdBriefs = (
  households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>,
  { amongWriters }: { readonly amongWriters: boolean },
): HouseholdBriefs => {
  const briefs = new Map<HouseholdId, HouseholdBrief>();
  let generation = 0;
  return {
    async find(householdId) {
      const known = briefs.get(householdId);
      if (known !== undefined && !amongWriters) return known;
      const before = generation;
      const { state } = await households.load(householdId);
      if (state === undefined) return undefined;
      const { caregiver, recipient, languages } = state.registered;
      if (isRedacted(caregiver.profile) || isRedacted(recipient.profile)) return 'forgotten';
      const { conditions, highRiskActs, traits = [], place } = recipient.profile;
      const brief = {
        ...{ caregiverId: caregiver.personId, recipientId: recipient.personId },
        ...{ caregiverPlace: caregiver.profile.place, recipientPlace: place },
        approvesHelper: caregiver.profile.wishes?.approvesHelper ?? true,
        ...{ conditions, highRiskActs, traits, languages, young: youngCaregiverOf(state.registered) },
      };
      if (briefs.size >= kept) briefs.clear();
      // Somebody was forgotten, or it was corrected, while this was read: it may be of before.
      if (before === generation) briefs.set(householdId, brief);
      return brief;
    },
    drop(householdId) {
      generation += 1;
      briefs.delete(householdId);
    },
    forget() {
      generation += 1;
      briefs.clear();
    },
  };
};
