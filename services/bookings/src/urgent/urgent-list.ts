import { UrgentId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Which cases there are, and when each goes on to its next owner; null once it is resolved. Ids only. */
const tables = `
  CREATE TABLE urgent_cases (
    urgentId TEXT PRIMARY KEY, householdId TEXT NOT NULL, openedAt TEXT NOT NULL, escalatesAt TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX urgent_by_household ON urgent_cases (householdId, openedAt);
  CREATE INDEX urgent_by_deadline ON urgent_cases (escalatesAt) WHERE escalatesAt IS NOT NULL;
  CREATE INDEX urgent_by_time ON urgent_cases (openedAt);
`;

const goesOnAt = 'UPDATE urgent_cases SET escalatesAt = ? WHERE urgentId = ?';

export const urgentListProjection: Projection<SourceEvent> = {
  name: 'urgent-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'UrgentOpened': {
        const { urgentId, householdId, openedAt, escalatesAt } = event.data;
        return ['INSERT OR IGNORE INTO urgent_cases VALUES (?, ?, ?, ?)', urgentId, householdId, openedAt, escalatesAt];
      }
      case 'UrgentEscalated':
      case 'UrgentHandedOver':
      case 'UrgentReopened':
        return [goesOnAt, event.data.escalatesAt, event.data.urgentId];
      case 'UrgentOptionConfirmed': {
        // What is confirmed after the end does not open it again.
        const { escalatesAt, urgentId } = event.data;
        return [`${goesOnAt} AND escalatesAt IS NOT NULL`, escalatesAt, urgentId];
      }
      case 'UrgentResolved':
        return [goesOnAt, null, event.data.urgentId];
      default:
        return undefined;
    }
  },
};

export type DueCase = { readonly urgentId: UrgentId; readonly escalatesAt: string };

/** Cases whose owner has had their time. */
export const dueCases = (db: ReadDatabase, now: Instant, limit: number): DueCase[] =>
  db
    .all(
      'SELECT urgentId, escalatesAt FROM urgent_cases WHERE escalatesAt <= ? ORDER BY escalatesAt LIMIT ?',
      now,
      limit,
    )
    .map((row) => z.object({ urgentId: UrgentId, escalatesAt: z.string() }).parse(row));

/** What goes on first first, then what was opened last; a hundred at most. */
export const listedCases = (
  db: ReadDatabase,
  { householdId, open }: { readonly householdId?: string | undefined; readonly open: boolean },
): UrgentId[] =>
  db
    .all(
      `SELECT urgentId FROM urgent_cases WHERE (?1 IS NULL OR householdId = ?1) AND (?2 = 0 OR escalatesAt IS NOT NULL)
       ORDER BY escalatesAt IS NULL, escalatesAt, openedAt DESC, urgentId LIMIT 100`,
      householdId ?? null,
      open ? 1 : 0,
    )
    .map((row) => UrgentId.parse(row.urgentId));
