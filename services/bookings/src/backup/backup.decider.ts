import type { HouseholdId } from '@adempauze/contracts';
import { accept, type Decider, type Instant } from '@adempauze/kernel';
import type { BackupEvent, NamedBackup } from './backup.events.ts';

export type BackupCommand = { readonly now: Instant; readonly householdId: HouseholdId } & (
  | { readonly type: 'NameBackups'; readonly backups: readonly NamedBackup[]; readonly agreedBy: string }
  | { readonly type: 'NoteNetwork'; readonly smallNetwork: boolean }
);

export type BackupState = {
  readonly backups: readonly NamedBackup[];
  readonly agreedBy: string | null;
  readonly agreedAt: Instant | null;
  readonly smallNetwork: boolean | null;
  /** Since when a backup is missed: few people around, and none named. Null once that is over; `lastMissed` stays. */
  readonly missedSince: Instant | null;
  readonly lastMissed: Instant | null;
};

const nothing: BackupState = {
  ...{ backups: [], agreedBy: null, agreedAt: null, smallNetwork: null, missedSince: null, lastMissed: null },
};

/** Who steps in for a household, agreed beforehand (R23). */
export const backupDecider: Decider<BackupCommand, BackupState, BackupEvent, never> = {
  initialState: nothing,
  evolve(state, { type, data }) {
    if (type === 'BackupsNamed') {
      const { backups, agreedBy, namedAt } = data;
      return missing({ ...state, backups, agreedBy, agreedAt: namedAt }, namedAt);
    }
    return missing({ ...state, smallNetwork: data.smallNetwork }, data.notedAt);
  },
  decide(command, state) {
    const { householdId, now } = command;
    if (command.type === 'NoteNetwork') {
      const { smallNetwork } = command;
      if (state.smallNetwork === smallNetwork) return accept();
      return accept({ type: 'NetworkNoted', data: { householdId, smallNetwork, notedAt: now } });
    }
    const { backups, agreedBy } = command;
    if (state.agreedAt !== null && isSame(state.backups, backups)) return accept();
    return accept({ type: 'BackupsNamed', data: { householdId, backups: [...backups], agreedBy, namedAt: now } });
  },
};

const missing = (state: BackupState, at: Instant): BackupState => {
  const isMissed = state.smallNetwork === true && state.backups.length === 0;
  if (!isMissed) return { ...state, missedSince: null };
  const missedSince = state.missedSince ?? at;
  return { ...state, missedSince, lastMissed: missedSince };
};

const isSame = (a: readonly NamedBackup[], b: readonly NamedBackup[]): boolean =>
  JSON.stringify(a.map(keyOf)) === JSON.stringify(b.map(keyOf));
const keyOf = ({ offerId, resourceId, placeOfService }: NamedBackup) => [offerId, resourceId, placeOfService];
