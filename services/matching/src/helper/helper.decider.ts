import type {
  BookingId,
  FormId,
  HelperAbout,
  HelperId,
  MatchId,
  ProviderId,
  ProviderKind,
  RegisterHelper,
} from '@adempauze/contracts';
import {
  accept,
  type Decider,
  dayOf,
  type Instant,
  instantOn,
  isRedacted,
  mondayOf,
  orWhenRedacted,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import { fitFor, withTravel } from './availability.rules.ts';
import type { HelperEvent } from './helper.events.ts';

/** What a helper is asked to take on. `proposal` is the number of the proposal within its match. */
export type Appointment = {
  readonly matchId: MatchId;
  readonly proposal: number;
  readonly bookingId: BookingId;
  readonly organisationId: ProviderId;
  readonly form: FormId;
  readonly span: Span;
};

export type HelperCommand =
  /** `organisationKind`: of the provider, as far as is known; absent: no such provider. */
  | { type: 'RegisterHelper'; data: RegisterHelper; organisationKind: ProviderKind | undefined; now: Instant }
  | { type: 'AssignHelper'; data: { helperId: HelperId; answeredBy?: string } & Appointment; now: Instant }
  /** Without `proposal`: whatever the match had; with it, only that one and not a later one. */
  | { type: 'ReleaseHelper'; data: { helperId: HelperId; matchId: MatchId; proposal?: number }; now: Instant }
  | { type: 'ForgetHelper'; data: { helperId: HelperId }; now: Instant };

export type Assignment = Pick<Appointment, 'matchId' | 'proposal' | 'bookingId' | 'span'>;

export type RegisteredHelper = {
  /** `unreadable`: the key is gone, and that this helper was forgotten is not in the stream yet. */
  readonly status: 'registered' | 'unreadable' | 'forgotten';
  /** `null` in a personal field: forgotten, or not known. */
  readonly profile: Omit<RegisterHelper, 'name' | 'phone' | 'place' | 'about'> & {
    readonly name: string | null;
    readonly phone: string | null;
    readonly place: RegisterHelper['place'] | null;
    /** Absent: nothing was said. */
    readonly about?: HelperAbout | null;
  };
  /** Of this week and later: what is past can stand in nobody's way. */
  readonly assignments: readonly Assignment[];
};
export type HelperState = { readonly status: 'absent' } | RegisteredHelper;

/** Why a helper cannot take an appointment on. */
export type Objection = Rejection<
  | 'helper-not-found'
  | 'person-forgotten'
  | 'helper-of-other-organisation'
  | 'helper-other-form'
  | 'time-in-the-past'
  | 'helper-not-available'
  | 'helper-already-assigned'
  | 'helper-at-maximum'
>;

export type HelperRejection =
  | Objection
  | Rejection<'already-exists' | 'provider-not-found' | 'no-volunteer-organisation'>;

/**
 * Providers that may register helpers and are liable for them (R39). Voluntary respite is given through volunteer and
 * welfare organisations (F06).
 */
const organisationKinds: readonly ProviderKind[] = ['volunteer-organisation', 'welfare'];

/** The first reason why this helper cannot take the appointment on; undefined when they can (R39). */
export const objectionTo = (
  state: HelperState,
  { organisationId, form, span, matchId }: Omit<Appointment, 'proposal' | 'bookingId'>,
  now: Instant,
): Objection | undefined => {
  if (state.status === 'absent') return reject('helper-not-found').rejection;
  const { profile, assignments, status } = state;
  if (profile.organisationId !== organisationId) return reject('helper-of-other-organisation').rejection;
  if (status !== 'registered') return reject('person-forgotten').rejection;
  if (!profile.forms.includes(form)) return reject('helper-other-form').rejection;
  if (span.from <= now) return reject('time-in-the-past').rejection;
  const fit = fitFor(span, matchId)({ ...profile, assignments });
  if (!fit.withinWindows) return reject('helper-not-available').rejection;
  if (!fit.free) return reject('helper-already-assigned').rejection;
  const { maxHoursPerWeek } = profile;
  if (!fit.hasRoom) return reject('helper-at-maximum', { maxHoursPerWeek }).rejection;
  return undefined;
};

/** A helper's appointments never overlap, travel included, nor exceed what they give a week, whoever asks first. */
export const helperDecider: Decider<HelperCommand, HelperState, HelperEvent, HelperRejection> = {
  initialState: { status: 'absent' },
  evolve(state, { type, data }) {
    if (type === 'HelperRegistered') return registered(data);
    if (state.status === 'absent') return state;
    switch (type) {
      case 'HelperAssigned': {
        const { matchId, proposal, bookingId, span } = data;
        const thisWeek = instantOn(mondayOf(dayOf(data.assignedAt)));
        const others = state.assignments.filter((it) => it.matchId !== matchId && withTravel(it.span).until > thisWeek);
        return { ...state, assignments: [...others, { matchId, proposal, bookingId, span }] };
      }
      case 'HelperReleased':
        return { ...state, assignments: state.assignments.filter((it) => it.matchId !== data.matchId) };
      case 'HelperForgotten':
        return { ...state, status: 'forgotten', profile: forgotten(state.profile) };
    }
  },
  decide(command, state) {
    const { now } = command;
    switch (command.type) {
      case 'RegisterHelper': {
        if (state.status === 'forgotten') return reject('person-forgotten');
        if (state.status === 'registered')
          return sameProfile(state, command.data) ? accept() : reject('already-exists');
        const { organisationKind } = command;
        if (organisationKind === undefined) return reject('provider-not-found');
        if (!organisationKinds.includes(organisationKind)) return reject('no-volunteer-organisation');
        return accept({ type: 'HelperRegistered', data: { ...command.data, registeredAt: now } });
      }
      case 'AssignHelper': {
        const { helperId, matchId, proposal, bookingId, span, answeredBy } = command.data;
        if (
          state.status !== 'absent' &&
          state.assignments.some((it) => it.matchId === matchId && it.proposal === proposal)
        ) {
          return accept();
        }
        const objection = objectionTo(state, command.data, now);
        if (objection) return { accepted: false, rejection: objection };
        return accept({
          type: 'HelperAssigned',
          data: {
            ...{ helperId, matchId, proposal, bookingId, span: { ...span }, assignedAt: now },
            ...(answeredBy === undefined ? {} : { answeredBy }),
          },
        });
      }
      case 'ReleaseHelper': {
        if (state.status === 'absent') return accept();
        const { helperId, matchId, proposal } = command.data;
        const held = state.assignments.find((it) => it.matchId === matchId);
        if (!held || (proposal !== undefined && proposal !== held.proposal)) return accept();
        return accept({
          type: 'HelperReleased',
          data: { helperId, matchId, bookingId: held.bookingId, releasedAt: now },
        });
      }
      case 'ForgetHelper':
        if (state.status === 'absent' || state.status === 'forgotten') return accept();
        return accept({ type: 'HelperForgotten', data: { ...command.data, forgottenAt: now } });
    }
  },
};

type Registered = Extract<HelperEvent, { type: 'HelperRegistered' }>['data'];

const registered = ({ registeredAt: _, name, phone, place, about, ...rest }: Registered): RegisteredHelper => ({
  status: isRedacted(name) ? 'unreadable' : 'registered',
  profile: {
    ...rest,
    name: orWhenRedacted(name, null),
    phone: orWhenRedacted(phone ?? null, null),
    place: orWhenRedacted(place, null),
    ...(about === undefined ? {} : { about: orWhenRedacted(about, null) }),
  },
  assignments: [],
});

const forgotten = (profile: RegisteredHelper['profile']): RegisteredHelper['profile'] => ({
  ...{ ...profile, name: null, phone: null, place: null },
  ...(profile.about === undefined ? {} : { about: null }),
});

const sameProfile = ({ profile }: RegisteredHelper, asked: RegisterHelper): boolean =>
  canonical(profile) === canonical({ ...asked, phone: asked.phone ?? null });

/** The same text for the same content, whatever the order of the keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
