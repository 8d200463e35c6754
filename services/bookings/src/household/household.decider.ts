import {
  type ChangeContactPerson,
  type GrantMandate,
  MandateId,
  type PersonId,
  type RegisterHousehold,
  type WithdrawMandate,
} from '@adempauze/contracts';
import { accept, type Decider, derivedId, type Instant, isRedacted, type Rejection, reject } from '@adempauze/kernel';
import type { ContactPerson, HouseholdEvent, HouseholdRegistered } from './household.events.ts';

export type HouseholdCommand = { readonly now: Instant } & (
  | {
      readonly type: 'RegisterHousehold';
      readonly data: RegisterHousehold;
      /** Caregiver or recipient was forgotten: nothing is ever written about them again. */
      readonly anyForgotten: boolean;
    }
  | { readonly type: 'ChangeContactPerson'; readonly data: ChangeContactPerson }
  | { readonly type: 'GrantMandate'; readonly data: GrantMandate }
  | { readonly type: 'WithdrawMandate'; readonly data: WithdrawMandate }
);

export type Mandate = { readonly mandateId: MandateId; readonly accountId: string; readonly grantedAt: Instant };
export type Household = {
  readonly registered: HouseholdRegistered;
  /** Always exactly one (R25). */
  readonly contactPerson: ContactPerson;
  readonly mandates: readonly Mandate[];
  /** Ids of mandates that ended, so that a late repeat of a grant does not bring one back. */
  readonly withdrawn: readonly MandateId[];
};
export type HouseholdState = Household | undefined;

export type HouseholdRejection = Rejection<
  'household-not-found' | 'already-exists' | 'person-forgotten' | 'mandate-not-found'
>;

/** The household's story, told once (R26), its one contact person (R25) and its mandates (R27). */
export const householdDecider: Decider<HouseholdCommand, HouseholdState, HouseholdEvent, HouseholdRejection> = {
  initialState: undefined,

  evolve(state, { type, data }) {
    if (type === 'HouseholdRegistered') {
      const mandates = data.mandates.map((it) => ({ ...it, grantedAt: data.registeredAt }));
      return { registered: data, contactPerson: data.contactPerson, mandates, withdrawn: [] };
    }
    if (state === undefined) return state;
    switch (type) {
      case 'ContactPersonChanged':
        return { ...state, contactPerson: data.contactPerson };
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
      return sameExceptTime(data, state.registered) ? accept() : reject('already-exists');
    }
    if (state === undefined) return reject('household-not-found');
    switch (command.type) {
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
        return accept({ type: 'MandateWithdrawn', data: { householdId, mandateId, accountId, withdrawnAt: now } });
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
  const { name, phone, email, place } = it.caregiver;
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
        place,
        needProfile: it.needProfile,
      },
    },
    recipient: { personId, municipality: recipient.place.municipality, profile: recipient },
    relation: it.relation,
    careHoursPerWeek: it.careHoursPerWeek,
    languages: it.languages,
    contactPerson: { ...it.contactPerson, caregiverId: it.caregiver.personId },
    registeredBy: it.registeredBy,
    mandates: role === 'professional' ? [{ mandateId, accountId }] : [],
    registeredAt: now,
  };
};

const sameContact = (a: ContactPerson, b: ContactPerson): boolean =>
  a.accountId === b.accountId && a.organisation === b.organisation && a.name === b.name;

/** What is asked again is compared as it stands in the log, where keys have an order of their own. */
const sameExceptTime = (a: HouseholdRegistered, b: HouseholdRegistered): boolean =>
  canonical({ ...a, registeredAt: null }) === canonical({ ...b, registeredAt: null });

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
