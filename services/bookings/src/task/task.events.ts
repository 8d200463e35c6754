import { BookingId, HouseholdId, PartOf, TaskId, TaskKind } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** Kept for ever: a changed shape raises its version and takes an upcaster. Words and ids; nothing of a person. */
export const TaskEvent = z.discriminatedUnion('type', [
  event('TaskSet', {
    taskId: TaskId,
    householdId: HouseholdId,
    kind: TaskKind,
    bookingId: BookingId.optional(),
    partOf: PartOf.optional(),
    dueAt: Instant,
    setAt: Instant,
  }),
  event('TaskDone', { taskId: TaskId, householdId: HouseholdId, doneAt: Instant }),
]);
export type TaskEvent = z.infer<typeof TaskEvent>;
export type TaskSet = Extract<TaskEvent, { type: 'TaskSet' }>['data'];

export const taskStream = (taskId: string) => `task-${taskId}`;
