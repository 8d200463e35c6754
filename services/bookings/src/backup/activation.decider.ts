import type { BookingId } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  type Instant,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import type { ActivationData, ActivationEvent, NamedBackup } from './backup.events.ts';

export type ActivationCommand = { readonly now: Instant } & (
  | { readonly type: 'ActivateBackup'; readonly data: Omit<ActivationData<'BackupActivated'>, 'activatedAt'> }
  /** What a backup answered; `no`: not free, or not to be had. */
  | {
      readonly type: 'RecordTry';
      readonly date: number;
      readonly candidate: number;
      readonly no?: { readonly code: string; readonly facts: Rejection['facts'] };
    }
  /** The booking of a backup ended by itself. */
  | { readonly type: 'LoseBackup'; readonly date: number; readonly candidate: number }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type BackupTry = { readonly candidate: number; readonly code: string; readonly facts: Rejection['facts'] };
export type ActivationDate = {
  readonly span: Span;
  readonly insteadOf: BookingId | undefined;
  /** Whose turn it is, or who was found; beyond the last: nobody. */
  readonly candidate: number;
  readonly found: boolean;
  readonly tried: readonly BackupTry[];
};
export type Activation = {
  readonly activated: Omit<ActivationData<'BackupActivated'>, 'dates'>;
  readonly candidates: readonly NamedBackup[];
  readonly dates: readonly ActivationDate[];
};
export type ActivationState = Activation | undefined;
export type ActivationRejection = Rejection<'already-exists' | 'activation-not-found' | 'time-in-the-past'>;

/** How far a time has come. */
export const statusOfDate = ({ candidates }: Activation, { candidate, found }: ActivationDate) =>
  found ? 'found' : candidate < candidates.length ? 'asking' : 'nobody';

/**
 * A call for a backup (R23): for each time the household's backups are asked in order, until one is free. Who was found
 * and says no after all makes way for the next; nobody is asked twice for the same time.
 */
export const activationDecider: Decider<ActivationCommand, ActivationState, ActivationEvent, ActivationRejection> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === 'BackupActivated') {
      const { dates, ...activated } = data;
      return {
        ...{ activated, candidates: data.candidates },
        dates: dates.map(({ span, insteadOf }) => ({ span, insteadOf, candidate: 0, found: false, tried: [] })),
      };
    }
    if (state === undefined) return state;
    const change = (next: (it: ActivationDate) => Partial<ActivationDate>): Activation => ({
      ...state,
      dates: state.dates.map((it, index) => (index === data.date ? { ...it, ...next(it) } : it)),
    });
    switch (type) {
      case 'BackupFound':
        return change(() => ({ found: true, candidate: data.candidate }));
      case 'BackupNotFree': {
        const { candidate, code, facts } = data;
        return change(({ tried }) => ({ candidate: candidate + 1, tried: [...tried, { candidate, code, facts }] }));
      }
      case 'BackupFellAway':
        return change(({ tried }) => ({
          ...{ found: false, candidate: data.candidate + 1 },
          tried: [...tried, { candidate: data.candidate, code: 'backup-fell-away', facts: {} }],
        }));
    }
  },
  decide(command, state) {
    if (command.type === 'ActivateBackup') {
      if (state !== undefined) return isRepeat(state, command.data) ? accept() : reject('already-exists');
      // Nobody comes to what has begun, and that is no backup that was not free.
      if (command.data.dates.some(({ span }) => span.from <= command.now)) return reject('time-in-the-past');
      return accept({ type: 'BackupActivated', data: { ...command.data, activatedAt: command.now } });
    }
    return state === undefined ? reject('activation-not-found') : decideOn(state, command);
  },
};

const decideOn = (
  state: Activation,
  command: Exclude<ActivationCommand, { type: 'ActivateBackup' }>,
): Decision<ActivationEvent, ActivationRejection> => {
  if (command.type === 'GoOn') return accept();
  const { date, candidate, now } = command;
  const { activationId, householdId } = state.activated;
  const about = { activationId, householdId, date, candidate };
  const it = state.dates[date];
  if (it === undefined || it.candidate !== candidate) return accept();
  // Beyond the last there is nobody who could answer.
  if (statusOfDate(state, it) === 'nobody') return accept();
  if (command.type === 'LoseBackup') {
    return it.found ? accept({ type: 'BackupFellAway', data: { ...about, fellAwayAt: now } }) : accept();
  }
  if (it.found) return accept();
  if (command.no === undefined) return accept({ type: 'BackupFound', data: { ...about, foundAt: now } });
  const { code, facts } = command.no;
  return accept({ type: 'BackupNotFree', data: { ...about, code, facts: { ...facts }, triedAt: now } });
};

/** Who was named since then makes no difference. */
const isRepeat = (
  { activated, dates }: Activation,
  asked: { householdId: string; requestedBy: string; dates: readonly Asked[] },
) =>
  activated.householdId === asked.householdId &&
  activated.requestedBy === asked.requestedBy &&
  JSON.stringify(dates.map(keyOf)) === JSON.stringify(asked.dates.map(keyOf));

type Asked = Pick<ActivationDate, 'span'> & { readonly insteadOf?: BookingId | undefined };
const keyOf = ({ span, insteadOf }: Asked) => [span.from, span.until, insteadOf ?? null];
