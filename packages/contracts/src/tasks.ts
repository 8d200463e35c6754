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
  /** An urgent case is theirs to look after: of who opened it, then the contact person, then the region. */
  'urgent-opened',
  'urgent-contact-person',
  'urgent-region',
  /** Not confirmed within a day, in the last phase of life. */
  'palliative-late',
  /** The last phase turned out not to be: how are they? */
  'palliative-lifted',
  /** After the care ended, in three ways and at two moments (R28). */
  'aftercare-no-more-care-two-weeks',
  'aftercare-no-more-care-three-months',
  'aftercare-other-provider-two-weeks',
  'aftercare-other-provider-three-months',
  'aftercare-death-two-weeks',
  'aftercare-death-three-months',
  /** A trip of something that is agreed fell away (R22). */
  'trip-lost',
  /** There are few people around this household, and no backup was named (R23). */
  'name-backup',
  /** None of the backups is free. */
  'backup-not-free',
  /** Some time after a proposal was agreed to: how heavy is the care now? */
  'load-check',
  /** A high-risk act in what is to come has no doer, or no clear instruction (R55). */
  'agreement-missing',
  /** An agreement on an act is to be looked at again. */
  'agreement-review',
  /** They are the contact person now: to tell the caregiver so (R25). */
  'contact-handed-over',
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
