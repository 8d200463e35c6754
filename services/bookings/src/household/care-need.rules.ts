import type { ChangeCareNeed } from '@adempauze/contracts';
import { type Instant, isRedacted } from '@adempauze/kernel';
import {
  CaregiverProfile,
  type HouseholdEvent,
  type HouseholdRegistered,
  RecipientProfile,
} from './household.events.ts';

type CareNeedChanged = Extract<HouseholdEvent, { type: 'CareNeedChanged' }>['data'];

/** What changes of what is known; undefined when all of it is known already. Nobody in it may have been forgotten. */
export const careNeedChange = (
  known: HouseholdRegistered,
  { householdId, changedBy, caregiver, recipient, languages, careHoursPerWeek }: ChangeCareNeed,
  now: Instant,
): CareNeedChanged | undefined => {
  const told = { caregiver: known.caregiver.profile, recipient: known.recipient.profile };
  if (isRedacted(told.caregiver) || isRedacted(told.recipient)) return undefined;
  const newCaregiver = CaregiverProfile.parse({ ...told.caregiver, ...said(caregiver) });
  const newRecipient = RecipientProfile.parse({ ...told.recipient, ...said(recipient) });
  const change = {
    ...(sameContent(newCaregiver, told.caregiver)
      ? {}
      : {
          caregiver: {
            personId: known.caregiver.personId,
            municipality: newCaregiver.place.municipality,
            profile: newCaregiver,
          },
        }),
    ...(sameContent(newRecipient, told.recipient)
      ? {}
      : {
          recipient: {
            personId: known.recipient.personId,
            municipality: newRecipient.place.municipality,
            profile: newRecipient,
          },
        }),
    ...(languages === undefined || sameContent(languages, known.languages) ? {} : { languages }),
    ...(careHoursPerWeek === undefined || careHoursPerWeek === known.careHoursPerWeek ? {} : { careHoursPerWeek }),
  };
  return Object.keys(change).length === 0 ? undefined : { householdId, ...change, changedBy, changedAt: now };
};

/** What is known after a correction. */
export const afterCareNeed = (
  known: HouseholdRegistered,
  { caregiver, recipient, languages, careHoursPerWeek }: CareNeedChanged,
): HouseholdRegistered => ({
  ...known,
  ...(caregiver === undefined ? {} : { caregiver: { ...known.caregiver, ...caregiver } }),
  ...(recipient === undefined ? {} : { recipient }),
  ...(languages === undefined ? {} : { languages }),
  ...(careHoursPerWeek === undefined ? {} : { careHoursPerWeek }),
});

/** Only what was given: a field that was left out is no field that was emptied. */
const said = (given: object = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** Compared as it stands in the log, where keys have an order of their own. */
export const sameContent = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
