import { CareWishes, type HouseholdView } from '@adempauze/contracts';
import { isRedacted, orWhenRedacted } from '@adempauze/kernel';
import type { Household } from './household.decider.ts';
import type { ContactPerson } from './household.events.ts';

/** What the world sees of a household; what was forgotten is `null`. */
export const householdView = ({
  registered,
  briefConsent,
  contactPerson,
  handOver,
  mandates,
}: Household): HouseholdView => ({
  householdId: registered.householdId,
  caregiver: caregiverView(registered.caregiver),
  recipient: recipientView(registered.recipient),
  relation: registered.relation,
  careHoursPerWeek: registered.careHoursPerWeek,
  needProfile: isRedacted(registered.caregiver.profile) ? null : registered.caregiver.profile.needProfile,
  languages: registered.languages,
  wishes: isRedacted(registered.caregiver.profile)
    ? null
    : (registered.caregiver.profile.wishes ?? CareWishes.parse({})),
  briefConsent: { ...briefConsent },
  contactPerson: contactView(contactPerson),
  handOver: handOver && { ...handOver, previous: contactView(handOver.previous) },
  mandates: [...mandates],
  municipality: registered.recipient.municipality,
  registeredAt: registered.registeredAt,
});

const contactView = ({ accountId, name, organisation }: ContactPerson): HouseholdView['contactPerson'] => ({
  ...{ accountId, organisation },
  name: orWhenRedacted(name, null),
});

const caregiverView = ({
  personId,
  accountId,
  profile,
}: Household['registered']['caregiver']): HouseholdView['caregiver'] =>
  isRedacted(profile)
    ? { personId, accountId: null, name: null, phone: null, email: null, birthYear: null, place: null }
    : {
        personId,
        accountId: accountId ?? null,
        name: profile.name,
        phone: profile.phone ?? null,
        email: profile.email ?? null,
        birthYear: profile.birthYear ?? null,
        place: profile.place,
      };

const recipientView = ({ personId, profile }: Household['registered']['recipient']): HouseholdView['recipient'] =>
  isRedacted(profile)
    ? {
        personId,
        name: null,
        birthYear: null,
        conditions: null,
        highRiskActs: null,
        traits: null,
        place: null,
        careProfile: null,
      }
    : {
        personId,
        name: profile.name,
        birthYear: profile.birthYear ?? null,
        conditions: profile.conditions,
        highRiskActs: profile.highRiskActs,
        traits: profile.traits ?? [],
        place: profile.place,
        careProfile: profile.careProfile,
      };
