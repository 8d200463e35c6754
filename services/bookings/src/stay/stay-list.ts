import { StayId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { type Instant, plusMs } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';
import { sayWithinMs } from './stay.state.rules.ts';

/**
 * Which stays a household or a house has, and until when the outcome of a step is awaited. `spans` are those of the
 * steps, so that the next deadline is known from the event that a step passed.
 */
const tables = `
  CREATE TABLE stays (
    place INTEGER PRIMARY KEY, stayId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, providerId TEXT NOT NULL,
    resourceId TEXT NOT NULL, lastStep INTEGER NOT NULL, passed INTEGER NOT NULL DEFAULT 0, deadlineAt TEXT
  ) STRICT;
  CREATE INDEX stays_by_household ON stays (householdId);
  CREATE INDEX stays_by_provider ON stays (providerId);
  CREATE INDEX stays_by_deadline ON stays (deadlineAt) WHERE deadlineAt IS NOT NULL;
  CREATE TABLE stay_steps (
    stayId TEXT NOT NULL, step INTEGER NOT NULL, sayBy TEXT, PRIMARY KEY (stayId, step)
  ) STRICT, WITHOUT ROWID;
`;

const awaited = `UPDATE stays SET deadlineAt = (SELECT sayBy FROM stay_steps WHERE stay_steps.stayId = ?1 AND step = ?2)
  WHERE stayId = ?1`;
const nobody = 'UPDATE stays SET deadlineAt = NULL WHERE stayId = ?';

export const stayListProjection: Projection<SourceEvent> = {
  name: 'stay-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'StayPlanned': {
        const { stayId, householdId, providerId, resourceId, steps } = event.data;
        const rows = steps.slice(0, -1).map((it, step): Statement => {
          const late = plusMs(it.span.until, sayWithinMs);
          const next = steps[step + 1]?.span.from ?? late;
          return ['INSERT OR IGNORE INTO stay_steps VALUES (?, ?, ?)', stayId, step, late < next ? late : next];
        });
        return [
          [
            'INSERT OR IGNORE INTO stays (stayId, householdId, providerId, resourceId, lastStep) VALUES (?, ?, ?, ?, ?)',
            ...[stayId, householdId, providerId, resourceId, steps.length - 1],
          ],
          ...rows,
        ];
      }
      case 'StayAgreed':
        return [awaited, event.data.stayId, 0];
      case 'StepPassed':
        return [
          ['UPDATE stays SET passed = ? WHERE stayId = ?', event.data.step + 1, event.data.stayId],
          [awaited, event.data.stayId, event.data.step + 1],
        ];
      case 'OutcomeOverdue':
      case 'StayEnded':
        return [nobody, event.data.stayId];
      default:
        return undefined;
    }
  },
};

const Row = z.object({ place: z.number(), stayId: StayId });

/** The one planned last first, before `before`. */
export const listedStays = (
  db: ReadDatabase,
  { householdId, providerId }: { readonly householdId?: string | undefined; readonly providerId?: string | undefined },
  before: number,
  limit: number,
): z.infer<typeof Row>[] =>
  db
    .all(
      `SELECT place, stayId FROM stays WHERE (?1 IS NULL OR householdId = ?1) AND (?2 IS NULL OR providerId = ?2)
       AND place < ?3 ORDER BY place DESC LIMIT ?4`,
      householdId ?? null,
      providerId ?? null,
      before,
      limit,
    )
    .map((row) => Row.parse(row));

/** A stay of which the outcome of a step has been awaited long enough. */
export type DueStay = { readonly stayId: StayId; readonly deadlineAt: string };

export const dueStays = (db: ReadDatabase, now: Instant, limit: number): DueStay[] =>
  db
    .all('SELECT stayId, deadlineAt FROM stays WHERE deadlineAt <= ? ORDER BY deadlineAt LIMIT ?', now, limit)
    .map((row) => z.object({ stayId: StayId, deadlineAt: z.string() }).parse(row));

/** Whether this household was given care by this provider, at its place, or got used to it in full before. */
export const knowsTheHouse = (db: ReadDatabase, householdId: string, providerId: string): boolean =>
  db.all(
    `SELECT 1 FROM bookings WHERE householdId = ?1 AND providerId = ?2 AND status = 'delivered'
       AND json_extract(fixed, '$.terms.unit') = 'night' AND json_extract(fixed, '$.terms.step') IS NULL
     UNION ALL SELECT 1 FROM stays WHERE householdId = ?1 AND providerId = ?2 AND lastStep > 0 AND passed >= lastStep
     LIMIT 1`,
    householdId,
    providerId,
  ).length > 0;
