import {
  type FamiliarShareQuery,
  type FamiliarShareRow,
  FormId,
  familiarTargetPercent,
  Month,
  smallestGroup,
  Unit,
} from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { z } from 'zod';
import { whereOf } from './scope.ts';

/**
 * Familiar (R14): whoever came was with this household before, or was met in a step of a stay; and where nobody wrote down
 * who it was, somebody who was met there was on duty.
 */
const isFamiliar = `CASE
  WHEN face IS NULL THEN EXISTS (SELECT 1 FROM faces_on_duty WHERE faces_on_duty.bookingId = care_records.bookingId)
  ELSE EXISTS (SELECT 1 FROM care_records AS before WHERE before.householdId = care_records.householdId
      AND before.face = care_records.face AND before.begunAt < care_records.begunAt)
    OR EXISTS (SELECT 1 FROM faces_met WHERE faces_met.householdId = care_records.householdId
      AND faces_met.workerId = care_records.face AND faces_met.metAt <= care_records.begunAt)
  END`;
const selected = (where: string, month: string) => `
  SELECT month, form, unit, sum(quantity) AS given, sum(quantity * familiar) AS familiar,
    sum(CASE WHEN face IS NULL AND NOT familiar THEN quantity ELSE 0 END) AS unknown,
    count(DISTINCT householdId) AS households
  FROM (SELECT ${month} AS month, form, unit, quantity, face, householdId, ${isFamiliar} AS familiar
    FROM care_records WHERE ${where} AND month >= ? AND month < ? AND outcome = 'delivered')
  GROUP BY month, form, unit ORDER BY month, form, unit`;

const Row = z.object({
  month: Month.nullable(),
  form: FormId,
  unit: Unit,
  given: z.number(),
  familiar: z.number(),
  unknown: z.number(),
  households: z.number(),
});

/**
 * Month by month where small groups are not shown, so that no two answers can be subtracted to find one of them; else over
 * the whole period.
 */
export const familiarShare = (
  db: ReadDatabase,
  { from, until, showSmallGroups, ...scope }: FamiliarShareQuery,
): FamiliarShareRow[] => {
  const { where, parameters } = whereOf(scope);
  return db
    .all(selected(where, showSmallGroups ? 'NULL' : 'month'), ...parameters, from, until)
    .map((found): FamiliarShareRow => {
      const { month, form, unit, households, given, familiar, unknown } = Row.parse(found);
      const row = { month, form, unit };
      if (!showSmallGroups && households < smallestGroup) {
        const untold = { given: null, familiar: null, unknown: null, sharePercent: null, meetsTarget: null };
        return { ...row, ...untold, fewerThan: smallestGroup };
      }
      return {
        ...row,
        ...{ given, familiar, unknown },
        sharePercent: Math.floor((familiar * 100) / given),
        meetsTarget: familiar * 100 >= given * familiarTargetPercent,
        fewerThan: null,
      };
    });
};
