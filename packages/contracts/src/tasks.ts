import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { PartOf } from './booking-words.ts';
import { BookingId, HouseholdId, TaskId } from './ids.ts';
import { command, query } from './service-api.ts';

/* What the contact person of a household is to do (R25, R32). Stream: task-<id>. Ids and words only, no text. */

export const TaskKind = z.enum([
  /** A stay was ended early, or a step did not go well: what now? */
  'stay-untenable',
  'stay-does-not-fit',
  'stay-step-lost',
  /** Nobody said how a step was. */
  'outcome-overdue',
  /** The care is over and was not recorded. */
  'record-overdue',
]);
export type TaskKind = z.infer<typeof TaskKind>;

export const FinishTask = z.strictObject({ taskId: TaskId });
export type FinishTask = z.infer<typeof FinishTask>;

export const TaskView = z.strictObject({
  taskId: TaskId,
  householdId: HouseholdId,
  kind: TaskKind,
  bookingId: BookingId.nullable(),
  partOf: PartOf.nullable(),
  setAt: Instant,
  dueAt: Instant,
  doneAt: Instant.nullable(),
});
export type TaskView = z.infer<typeof TaskView>;

export const taskOperations = {
  finishTask: command(FinishTask, TaskView),
  findTask: query(z.strictObject({ taskId: TaskId }), TaskView.optional()),
  /** Of a household, what is due first first; what is done is left out unless asked for. */
  listTasks: query(
    z.strictObject({
      householdId: HouseholdId,
      done: z.boolean().default(false),
      waitFor: z.string().max(100).optional(),
    }),
    z.array(TaskView),
  ),
};
