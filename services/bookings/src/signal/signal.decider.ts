import type { CloseSignal, HouseholdId, SignalCaregiver, SignalStatus } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  type Instant,
  isRedacted,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { SignalData, SignalEvent } from './signal.events.ts';
import { oneWorkingDayAfter } from './working-day.rules.ts';
import { isYoung } from './young.rules.ts';

export type SignalCommand = { readonly now: Instant } & (
  | { readonly type: 'Signal'; readonly data: SignalCaregiver }
  /** Nobody got in touch in time. */
  | { readonly type: 'MissContact' }
  | { readonly type: 'TakeUp'; readonly householdId: HouseholdId; readonly by: string }
  | { readonly type: 'Close'; readonly reason: CloseSignal['reason']; readonly by: string }
);

export type Signal = {
  readonly signalled: SignalData<'CaregiverSignalled'>;
  readonly status: SignalStatus;
  readonly overdue: boolean;
  readonly takenUp: SignalData<'SignalTakenUp'> | null;
  readonly closed: SignalData<'SignalClosed'> | null;
};
export type SignalState = Signal | undefined;

export type SignalRejection = Rejection<
  | 'already-exists'
  | 'signal-not-found'
  | 'consent-needed'
  | 'adult-contact-needed'
  | 'signal-closed'
  | 'signal-taken-up'
>;
type Answer = Decision<SignalEvent, SignalRejection>;

/** A caregiver who was noticed before there was any request (R01, A14): signalled, taken up, closed. */
export const signalDecider: Decider<SignalCommand, SignalState, SignalEvent, SignalRejection> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === 'CaregiverSignalled')
      return { signalled: data, status: 'signalled', overdue: false, takenUp: null, closed: null };
    if (state === undefined) return state;
    switch (type) {
      case 'SignalOverdue':
        return { ...state, overdue: true };
      case 'SignalTakenUp':
        return { ...state, status: 'taken-up', takenUp: data, overdue: false };
      case 'SignalClosed':
        return { ...state, status: 'closed', closed: data, overdue: false };
    }
  },
  decide(command, state) {
    if (command.type === 'Signal') return signal(command, state);
    return state === undefined ? reject('signal-not-found') : decideOn(state, command);
  },
};

const decideOn = (state: Signal, command: Exclude<SignalCommand, { type: 'Signal' }>): Answer => {
  const { now } = command;
  const { signalId, caregiverId, municipality, signalledAt, dueAt } = state.signalled;
  switch (command.type) {
    case 'MissContact':
      if (state.status !== 'signalled' || state.overdue || dueAt > now) return accept();
      return accept({ type: 'SignalOverdue', data: { signalId, overdueAt: now } });
    case 'TakeUp': {
      const { householdId, by } = command;
      if (state.takenUp?.householdId === householdId) return accept();
      if (state.status === 'taken-up') return reject('signal-taken-up');
      if (state.status === 'closed') return reject('signal-closed');
      const about = { signalId, caregiverId, householdId, municipality };
      return accept({ type: 'SignalTakenUp', data: { ...about, by, signalledAt, takenUpAt: now } });
    }
    case 'Close': {
      const { reason, by } = command;
      if (state.status === 'closed') return state.closed?.reason === reason ? accept() : reject('signal-closed');
      return accept({ type: 'SignalClosed', data: { signalId, municipality, reason, by, signalledAt, closedAt: now } });
    }
  }
};

const signal = ({ data, now }: Extract<SignalCommand, { type: 'Signal' }>, state: SignalState): Answer => {
  const { caregiver, contactPerson, consents } = data;
  if (state !== undefined) return isRepeat(state.signalled, data) ? accept() : reject('already-exists');
  const needed = isYoung(caregiver.birthYear, now) ? (['caregiver', 'parent'] as const) : (['caregiver'] as const);
  const missing = needed.find((who) => !consents.includes(who));
  if (missing !== undefined) return reject('consent-needed');
  // Who is noticed does not look after it: least of all a pupil.
  if (caregiver.accountId !== undefined && caregiver.accountId === contactPerson.accountId)
    return reject('adult-contact-needed');
  return accept({
    type: 'CaregiverSignalled',
    data: { ...signalledOf(data), dueAt: oneWorkingDayAfter(now), signalledAt: now },
  });
};

const signalledOf = ({ signalId, caregiver, note, consents, source, contactPerson, referredBy }: SignalCaregiver) => {
  const { personId, accountId, ...profile } = caregiver;
  return {
    ...{ signalId, caregiverId: personId, municipality: profile.place.municipality },
    ...(accountId === undefined ? {} : { accountId }),
    profile: {
      ...{ name: profile.name, place: profile.place, note },
      ...(profile.phone === undefined ? {} : { phone: profile.phone }),
      ...(profile.email === undefined ? {} : { email: profile.email }),
      ...(profile.birthYear === undefined ? {} : { birthYear: profile.birthYear }),
    },
    ...{ consents: [...new Set(consents)].toSorted(), source, contactPerson, referredBy },
  };
};

/** Words that were forgotten are not compared. */
const isRepeat = (
  { dueAt: _due, signalledAt: _at, profile, ...kept }: SignalData<'CaregiverSignalled'>,
  data: SignalCaregiver,
): boolean => {
  const { profile: again, ...asked } = signalledOf(data);
  return canonical(kept) === canonical(asked) && (isRedacted(profile) || canonical(profile) === canonical(again));
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
