import type { HouseholdView } from '@adempauze/contracts';
import { isRedacted, orWhenRedacted } from '@adempauze/kernel';
import type { Household } from './household.decider.ts';

/** What the world sees of a household; what was forgotten is `null`. */
export const householdView = ({ registered, contactPerson, mandates }: Household): HouseholdView => ({
  householdId: registered.householdId,
  caregiver: caregiverView(registered.caregiver),
  recipient: recipientView(registered.recipient),
  relation: registered.relation,
  careHoursPerWeek: registered.careHoursPerWeek,
  needProfile: isRedacted(registered.caregiver.profile) ? null : registered.caregiver.profile.needProfile,
  languages: registered.languages,
  contactPerson: {
    accountId: contactPerson.accountId,
    name: orWhenRedacted(contactPerson.name, null),
    organisation: contactPerson.organisation,
  },
  mandates: [...mandates],
  municipality: registered.recipient.municipality,
  registeredAt: registered.registeredAt,
});

const caregiverView = ({
  personId,
  accountId,
  profile,
}: Household['registered']['caregiver']): HouseholdView['caregiver'] =>
  isRedacted(profile)
    ? { personId, accountId: null, name: null, phone: null, email: null, place: null }
    : {
        personId,
        accountId: accountId ?? null,
        name: profile.name,
        phone: profile.phone ?? null,
        email: profile.email ?? null,
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
        place: null,
        careProfile: null,
      }
    : {
        personId,
        name: profile.name,
        birthYear: profile.birthYear ?? null,
        conditions: profile.conditions,
        highRiskActs: profile.highRiskActs,
        place: profile.place,
        careProfile: profile.careProfile,
      };
