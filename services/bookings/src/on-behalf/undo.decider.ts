import type { OnBehalfWhat } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { UndoData, UndoEvent } from './undo.events.ts';

export type UndoCommand = { readonly now: Instant } & (
  | { readonly type: 'Undo'; readonly data: Omit<UndoData<'UndoAsked'>, 'askedAt'> }
  | { readonly type: 'RecordDone' }
  | { readonly type: 'RecordRefused'; readonly code: string; readonly facts: Rejection['facts'] }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);
export type Undo = {
  readonly asked: UndoData<'UndoAsked'>;
  readonly tries: number;
  readonly status: 'asked' | 'done' | 'refused';
  readonly no: { readonly code: string; readonly facts: Rejection['facts'] } | null;
};
export type UndoState = Undo | undefined;

/** What is taken back of these leaves the thing itself as it was. */
const inPart: readonly OnBehalfWhat[] = [
  'booking-moved',
  'series-extended',
  'proposal-accepted',
  'arrangement-extended',
];

/** Taking back what was done on behalf (R27): asked, done or refused with its reason, and then it may be tried again. */
export const undoDecider: Decider<UndoCommand, UndoState, UndoEvent, Rejection<'on-behalf-not-found'>> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === 'UndoAsked') return { asked: data, tries: (state?.tries ?? 0) + 1, status: 'asked', no: null };
    if (state === undefined) return state;
    if (type === 'UndoDone') return { ...state, status: 'done' };
    return { ...state, status: 'refused', no: { code: data.code, facts: data.facts } };
  },
  decide(command, state) {
    const { now } = command;
    if (command.type === 'Undo') {
      if (state?.status === 'asked' || state?.status === 'done') return accept();
      return accept({ type: 'UndoAsked', data: { ...command.data, askedAt: now } });
    }
    if (state === undefined) return reject('on-behalf-not-found');
    const { entryId, householdId, ref, by, what } = state.asked;
    if (state.status !== 'asked' || command.type === 'GoOn') return accept();
    if (command.type === 'RecordDone') {
      const whole = !inPart.includes(what);
      return accept({ type: 'UndoDone', data: { entryId, householdId, ref, whole, by, doneAt: now } });
    }
    const { code, facts } = command;
    return accept({ type: 'UndoRefused', data: { entryId, householdId, code, facts: { ...facts }, refusedAt: now } });
  },
};
