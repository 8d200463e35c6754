import {
  type AnnounceHandOver,
  type ChangeCareNeed,
  type ChangeContactPerson,
  type GrantMandate,
  MandateId,
  type PersonId,
  type RegisterHousehold,
  type SayBriefConsent,
  type WithdrawMandate,
} from '@adempauze/contracts';
import { accept, type Decider, derivedId, type Instant, isRedacted, type Rejection, reject } from '@adempauze/kernel';
import { afterCareNeed, careNeedChange, sameContent } from './care-need.rules.ts';
import type { ContactPerson, HouseholdEvent, HouseholdRegistered } from './household.events.ts';

export type HouseholdCommand = { readonly now: Instant } & (
  | {
      readonly type: 'RegisterHousehold';
      readonly data: RegisterHousehold;
      /** Caregiver or recipient was forgotten: nothing is ever written about them again. */
      readonly anyForgotten: boolean;
    }
  | { readonly type: 'ChangeCareNeed'; readonly data: ChangeCareNeed }
  | { readonly type: 'SayBriefConsent'; readonly data: SayBriefConsent }
  | { readonly type: 'ChangeContactPerson'; readonly data: ChangeContactPerson }
  | { readonly type: 'AnnounceHandOver'; readonly data: AnnounceHandOver }
  | { readonly type: 'GrantMandate'; readonly data: GrantMandate }
  | { readonly type: 'WithdrawMandate'; readonly data: WithdrawMandate }
);

export type Mandate = { readonly mandateId: MandateId; readonly accountId: string; readonly grantedAt: Instant };
export type HandOver = {
  readonly previous: ContactPerson;
  readonly since: Instant;
  readonly announcedAt: Instant | null;
};
export type Household = {
  /** What is known now, in the shape in which it was told. */
  readonly registered: HouseholdRegistered;
  /** What was told first: a registration that comes again is compared with it. */
  readonly toldFirst: HouseholdRegistered;
  /** Whether who gives the care may read the brief, who said so, and when (R26). */
  readonly briefConsent: { readonly given: boolean; readonly by: string; readonly at: Instant };
  /** Always exactly one (R25). */
  readonly contactPerson: ContactPerson;
  /** The last change of the contact person; null while it is still the first. */
  readonly handOver: HandOver | null;
  readonly mandates: readonly Mandate[];
  /** Ids of mandates that ended, so that a late repeat of a grant does not bring one back. */
  readonly withdrawn: readonly MandateId[];
};
export type HouseholdState = Household | undefined;

export type HouseholdRejection = Rejection<
  'household-not-found' | 'already-exists' | 'person-forgotten' | 'mandate-not-found' | 'no-hand-over'
>;

/** The household's story, told once (R26), its one contact person (R25) and its mandates (R27). */
export const householdDecider: Decider<HouseholdCommand, HouseholdState, HouseholdEvent, HouseholdRejection> = {
  initialState: undefined,

  evolve(state, { type, data }) {
    if (type === 'HouseholdRegistered') {
      const mandates = data.mandates.map((it) => ({ ...it, grantedAt: data.registeredAt }));
      const briefConsent = {
        ...{ given: data.shareBrief !== false, by: data.registeredBy.accountId, at: data.registeredAt },
      };
      return {
        ...{ registered: data, toldFirst: data, briefConsent, mandates, withdrawn: [] },
        ...{ contactPerson: data.contactPerson, handOver: null },
      };
    }
    if (state === undefined) return state;
    switch (type) {
      case 'CareNeedChanged':
        return { ...state, registered: afterCareNeed(state.registered, data) };
      case 'BriefConsentSaid':
        return { ...state, briefConsent: { given: data.given, by: data.by, at: data.saidAt } };
      case 'ContactPersonChanged': {
        const { contactPerson, changedAt } = data;
        // Another name of the same account is a correction, and nobody handed over.
        const isOther = contactPerson.accountId !== state.contactPerson.accountId;
        const handOver = isOther
          ? { previous: state.contactPerson, since: changedAt, announcedAt: null }
          : state.handOver;
        return { ...state, contactPerson, handOver };
      }
      case 'HandOverAnnounced':
        return { ...state, handOver: state.handOver && { ...state.handOver, announcedAt: data.announcedAt } };
      case 'MandateGranted': {
        const { mandateId, accountId, grantedAt } = data;
        return { ...state, mandates: [...state.mandates, { mandateId, accountId, grantedAt }] };
      }
      case 'MandateWithdrawn':
        return {
          ...state,
          mandates: state.mandates.filter((it) => it.mandateId !== data.mandateId),
          withdrawn: [...state.withdrawn, data.mandateId],
        };
    }
  },

  decide(command, state) {
    const { now } = command;
    if (command.type === 'RegisterHousehold') {
      if (command.anyForgotten || (state && forgottenIn(state) !== undefined)) return reject('person-forgotten');
      const data = registrationOf(command.data, now);
      if (state === undefined) return accept({ type: 'HouseholdRegistered', data });
      return sameExceptTime(data, state.toldFirst) ? accept() : reject('already-exists');
    }
    if (state === undefined) return reject('household-not-found');
    switch (command.type) {
      case 'ChangeCareNeed': {
        // Nothing is ever written of somebody who was forgotten.
        if (forgottenIn(state) !== undefined) return reject('person-forgotten');
        const data = careNeedChange(state.registered, command.data, now);
        return data === undefined ? accept() : accept({ type: 'CareNeedChanged', data });
      }
      case 'SayBriefConsent': {
        const { householdId, given, by } = command.data;
        if (state.briefConsent.given === given) return accept();
        return accept({ type: 'BriefConsentSaid', data: { householdId, given, by, saidAt: now } });
      }
      case 'AnnounceHandOver': {
        if (state.handOver === null) return reject('no-hand-over');
        if (state.handOver.announcedAt !== null) return accept();
        return accept({ type: 'HandOverAnnounced', data: { ...command.data, announcedAt: now } });
      }
      case 'ChangeContactPerson': {
        const { householdId, contactPerson } = command.data;
        // The contact person's name is sealed with the caregiver's key, which is gone once they are forgotten.
        if (isRedacted(state.registered.caregiver.profile)) return reject('person-forgotten');
        const next = { ...contactPerson, caregiverId: state.registered.caregiver.personId };
        if (sameContact(next, state.contactPerson)) return accept();
        return accept({ type: 'ContactPersonChanged', data: { householdId, contactPerson: next, changedAt: now } });
      }
      case 'GrantMandate': {
        const { householdId, mandateId, accountId } = command.data;
        const known = state.mandates.find((it) => it.mandateId === mandateId);
        if (known) return known.accountId === accountId ? accept() : reject('already-exists');
        if (state.withdrawn.includes(mandateId)) return reject('already-exists');
        return accept({ type: 'MandateGranted', data: { householdId, mandateId, accountId, grantedAt: now } });
      }
      case 'WithdrawMandate': {
        const { householdId, mandateId } = command.data;
        const known = state.mandates.find((it) => it.mandateId === mandateId);
        if (!known) return state.withdrawn.includes(mandateId) ? accept() : reject('mandate-not-found');
        const { accountId } = known;
        // Whoever was given two, by the caregiver and by another for them, does not act on with the other one.
        const ended = state.mandates.filter((it) => it.accountId === accountId);
        return accept(
          ...ended.map((it) => ({
            type: 'MandateWithdrawn' as const,
            data: { householdId, mandateId: it.mandateId, accountId, withdrawnAt: now },
          })),
        );
      }
    }
  },
};

/** Caregiver or recipient, if one of them was forgotten: what was settled stays, nothing new is begun. */
export const forgottenIn = ({ registered: { caregiver, recipient } }: Household): PersonId | undefined => {
  if (isRedacted(caregiver.profile)) return caregiver.personId;
  return isRedacted(recipient.profile) ? recipient.personId : undefined;
};

const registrationOf = (it: RegisterHousehold, now: Instant): HouseholdRegistered => {
  const { name, phone, email, birthYear, place } = it.caregiver;
  const { personId, ...recipient } = it.recipient;
  const { accountId, role } = it.registeredBy;
  const mandateId = MandateId.parse(derivedId(it.householdId, 'mandate', accountId));
  return {
    householdId: it.householdId,
    caregiver: {
      personId: it.caregiver.personId,
      ...(it.caregiver.accountId === undefined ? {} : { accountId: it.caregiver.accountId }),
      municipality: place.municipality,
      profile: {
        name,
        ...(phone === undefined ? {} : { phone }),
        ...(email === undefined ? {} : { email }),
        ...(birthYear === undefined ? {} : { birthYear }),
        place,
        needProfile: it.needProfile,
        ...(it.wishes === undefined ? {} : { wishes: it.wishes }),
      },
    },
    recipient: { personId, municipality: recipient.place.municipality, profile: recipient },
    relation: it.relation,
    careHoursPerWeek: it.careHoursPerWeek,
    languages: it.languages,
    contactPerson: { ...it.contactPerson, caregiverId: it.caregiver.personId },
    registeredBy: it.registeredBy,
    mandates: role === 'professional' ? [{ mandateId, accountId }] : [],
    ...(it.shareBrief === false ? { shareBrief: it.shareBrief } : {}),
    registeredAt: now,
  };
};

const sameContact = (a: ContactPerson, b: ContactPerson): boolean =>
  a.accountId === b.accountId && a.organisation === b.organisation && a.name === b.name;

const sameExceptTime = (a: HouseholdRegistered, b: HouseholdRegistered): boolean =>
  sameContent({ ...a, registeredAt: null }, { ...b, registeredAt: null });
