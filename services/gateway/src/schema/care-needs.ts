import {
  AnnounceHandOver,
  ChangeCareNeed,
  type HouseholdId,
  type HouseholdView,
  SayBriefConsent,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { CareWishesInput, CareWishesType } from './care-wishes.ts';
import { ContactPersonType, HouseholdType } from './households.ts';
import { idOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import {
  CareTraitEnum,
  ConditionEnum,
  HighRiskActEnum,
  LanguageEnum,
  placeDescription,
  placeOf,
} from './vocabulary.ts';

/* The story is told once (R26), corrected in one place, and read by who gives the care as long as that is agreed. */

const BriefConsentType = builder.objectRef<NonNullable<HouseholdView['briefConsent']>>('BriefConsent').implement({
  description: 'Whether who gives the care may read the brief, who said so, and when.',
  fields: (t) => ({
    given: t.exposeBoolean('given'),
    by: t.exposeString('by', { description: 'Opaque account id.' }),
    at: t.expose('at', { type: 'Instant' }),
  }),
});
const HandOverType = builder.objectRef<NonNullable<HouseholdView['handOver']>>('HandOver').implement({
  description: 'Who was the contact person before, since when not, and when the caregiver was told (R25).',
  fields: (t) => ({
    previous: t.expose('previous', { type: ContactPersonType }),
    since: t.expose('since', { type: 'Instant' }),
    announcedAt: t.expose('announcedAt', { type: 'Instant', nullable: true }),
  }),
});
builder.objectFields(HouseholdType, (t) => ({
  wishes: t.expose('wishes', { type: CareWishesType, nullable: true }),
  briefConsent: t.expose('briefConsent', { type: BriefConsentType, nullable: true }),
  handOver: t.expose('handOver', { type: HandOverType, nullable: true }),
}));

const isMine = (householdId: HouseholdId, { viewer, services }: Call) => actsFor(viewer, services, householdId);

const CaregiverChanges = builder.inputType('CaregiverChanges', {
  fields: (t) => ({
    phone: t.string({ required: false }),
    email: t.string({ required: false }),
    place: t.string({ required: false, description: placeDescription }),
    needProfile: t.string({ required: false }),
    wishes: t.field({ type: CareWishesInput, required: false }),
  }),
});
const RecipientChanges = builder.inputType('RecipientChanges', {
  fields: (t) => ({
    conditions: t.field({ type: [ConditionEnum], required: false }),
    highRiskActs: t.field({ type: [HighRiskActEnum], required: false }),
    traits: t.field({ type: [CareTraitEnum], required: false }),
    place: t.string({ required: false, description: placeDescription }),
    careProfile: t.string({ required: false }),
  }),
});
commandMutation('changeCareNeed', {
  description:
    'Corrects what was told, in one place: only what is given changes, later bookings go by it, and it is not asked again.',
  input: commandInput('ChangeCareNeed', (t) => ({
    householdId: t.id(),
    caregiver: t.field({ type: CaregiverChanges, required: false }),
    recipient: t.field({ type: RecipientChanges, required: false }),
    languages: t.field({ type: [LanguageEnum], required: false }),
    careHoursPerWeek: t.int({ required: false }),
  })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ idempotencyKey: _key, householdId, caregiver, recipient, ...rest }, it) => {
    const placed = (given: { place?: string | null | undefined } | null | undefined, of: string) =>
      given && {
        ...given,
        place: given.place ? placeOf(it.services.places, given.place, `#/input/${of}/place`) : null,
      };
    const input = checked(ChangeCareNeed, {
      ...rest,
      householdId: idOf('Household', householdId),
      caregiver: placed(caregiver, 'caregiver'),
      recipient: placed(recipient, 'recipient'),
      changedBy: it.viewer.accountId,
    });
    if (!(await isMine(input.householdId, it))) return refuse('household-not-found');
    return it.services.bookings.changeCareNeed(input, it.call);
  },
});

commandMutation('sayBriefConsent', {
  description: 'Whether who gives the care may read who it is for and what helps. Taken back it counts at once.',
  input: commandInput('SayBriefConsent', (t) => ({ householdId: t.id(), given: t.boolean() })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ householdId, given }, it) => {
    const by = it.viewer.accountId;
    const input = checked(SayBriefConsent, { householdId: idOf('Household', householdId), given, by });
    if (!(await isMine(input.householdId, it))) return refuse('household-not-found');
    return it.services.bookings.sayBriefConsent(input, it.call);
  },
});

commandMutation('announceHandOver', {
  description: 'The new contact person has told the caregiver who they are (R25).',
  input: commandInput('AnnounceHandOver', (t) => ({ householdId: t.id() })),
  answers: { field: 'household', type: HouseholdType },
  run: async ({ householdId }, it) => {
    const input = checked(AnnounceHandOver, { householdId: idOf('Household', householdId) });
    if (!(await isMine(input.householdId, it))) return refuse('household-not-found');
    return it.services.bookings.announceHandOver(input, it.call);
  },
});
