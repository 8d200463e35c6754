import { PersonId, SignalId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Who is to look after which signal, and who sent it. Ids only. */
const tables = `
  CREATE TABLE signals (
    place INTEGER PRIMARY KEY, signalId TEXT NOT NULL UNIQUE, caregiverId TEXT NOT NULL, contactAccountId TEXT NOT NULL,
    referredBy TEXT NOT NULL, dueAt TEXT NOT NULL, deadlineAt TEXT, householdId TEXT, closed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX signals_by_contact ON signals (contactAccountId, closed, dueAt);
  CREATE INDEX signals_by_referrer ON signals (referredBy);
  CREATE INDEX signals_by_household ON signals (householdId) WHERE householdId IS NOT NULL;
  CREATE INDEX signals_by_deadline ON signals (deadlineAt) WHERE deadlineAt IS NOT NULL;
`;

export const signalListProjection: Projection<SourceEvent> = {
  name: 'signal-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'CaregiverSignalled': {
        const { signalId, caregiverId, contactPerson, referredBy, dueAt } = event.data;
        return [
          `INSERT OR IGNORE INTO signals (signalId, caregiverId, contactAccountId, referredBy, dueAt, deadlineAt)
           VALUES (?1, ?2, ?3, ?4, ?5, ?5)`,
          ...[signalId, caregiverId, contactPerson.accountId, referredBy, dueAt],
        ];
      }
      case 'SignalOverdue':
        return ['UPDATE signals SET deadlineAt = NULL WHERE signalId = ?', event.data.signalId];
      case 'SignalTakenUp':
        return [
          'UPDATE signals SET deadlineAt = NULL, householdId = ? WHERE signalId = ?',
          ...[event.data.householdId, event.data.signalId],
        ];
      case 'SignalClosed':
        return ['UPDATE signals SET deadlineAt = NULL, closed = 1 WHERE signalId = ?', event.data.signalId];
      default:
        return undefined;
    }
  },
};

const Row = z.object({ signalId: SignalId });
const most = 100;

/** What waits for this contact person or is theirs to see through, the first due first. */
export const signalsForContact = (db: ReadDatabase, accountId: string): SignalId[] =>
  db
    .all(
      'SELECT signalId FROM signals WHERE contactAccountId = ? AND closed = 0 ORDER BY dueAt, place LIMIT ?',
      accountId,
      most,
    )
    .map((row) => Row.parse(row).signalId);

export const signalsOfReferrer = (db: ReadDatabase, accountId: string): SignalId[] =>
  db
    .all('SELECT signalId FROM signals WHERE referredBy = ? ORDER BY place DESC LIMIT ?', accountId, most)
    .map((row) => Row.parse(row).signalId);

const Due = z.object({ id: z.string(), deadlineAt: z.string() });
export const dueSignals = (db: ReadDatabase, now: Instant, limit: number): z.infer<typeof Due>[] =>
  db
    .all('SELECT signalId AS id, deadlineAt FROM signals WHERE deadlineAt <= ? ORDER BY deadlineAt LIMIT ?', now, limit)
    .map((row) => Due.parse(row));

/** The same person as somebody signalled, by the household that the signal led to. */
export const signalledAs = (db: ReadDatabase, personId: string): PersonId[] =>
  db
    .all(
      `SELECT DISTINCT caregiverId FROM signals JOIN household_persons USING (householdId)
       WHERE personId = ?1 AND role = 'caregiver' AND caregiverId <> ?1`,
      personId,
    )
    .map((row) => PersonId.parse(row.caregiverId));
