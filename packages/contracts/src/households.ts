import { HouseholdView } from './bookings.ts';
import { AnnounceHandOver, ChangeCareNeed, SayBriefConsent } from './care-needs.ts';
import { command } from './service-api.ts';

/** What is done with a household once it is known. */
export const householdOperations = {
  changeCareNeed: command(ChangeCareNeed, HouseholdView),
  sayBriefConsent: command(SayBriefConsent, HouseholdView),
  announceHandOver: command(AnnounceHandOver, HouseholdView),
};
