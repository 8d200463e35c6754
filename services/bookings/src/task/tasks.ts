import { type Bookings, TaskId, type TaskKind, type TaskView } from '@adempauze/contracts';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, hourMs, plusMs } from '@adempauze/kernel';
import { rejection } from '../calls.ts';
import type { TaskCommand, TaskState } from './task.decider.ts';
import type { TaskSet } from './task.events.ts';
import { listedTasks } from './task-list.ts';

/** How long the contact person has, by what it is. */
const withinMs: Readonly<Record<TaskKind, number>> = {
  'stay-untenable': 24 * hourMs,
  'stay-does-not-fit': 72 * hourMs,
  'stay-step-lost': 48 * hourMs,
  'outcome-overdue': 24 * hourMs,
  'record-overdue': 7 * 24 * hourMs,
};
const waitMs = 2000;

export type Tasks = Pick<Bookings, 'finishTask' | 'findTask' | 'listTasks'> & {
  /** Tells the contact person; about the same thing again is the same task. */
  set(
    about: Pick<TaskSet, 'householdId' | 'kind' | 'bookingId' | 'partOf'>,
    key: string,
    context: CallContext,
  ): Promise<void>;
};

export const createTasks = ({
  handler,
  readModel,
  clock,
}: {
  readonly handler: CommandHandler<TaskCommand, TaskState>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): Tasks => ({
  async set(about, key, context) {
    const now = clock();
    const taskId = TaskId.parse(derivedId('task', about.kind, key));
    const data = { ...about, taskId, dueAt: plusMs(now, withinMs[about.kind]) };
    await handler.handle(taskId, { type: 'SetTask', data, now }, context);
  },
  async finishTask({ taskId }, context) {
    const outcome = await handler.handle(taskId, { type: 'FinishTask', now: clock() }, context);
    if (!outcome.accepted) return outcome;
    const value = viewOf(outcome.value.state);
    return value === undefined ? rejection('task-not-found') : { accepted: true, position: outcome.position, value };
  },
  findTask: async ({ taskId }) => viewOf((await handler.load(taskId)).state),
  async listTasks({ householdId, done, waitFor }) {
    if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
    return listedTasks(readModel.db, householdId, done);
  },
});

const viewOf = (state: TaskState): TaskView | undefined => {
  if (state === undefined) return undefined;
  const { bookingId = null, partOf = null, taskId, householdId, kind, dueAt, setAt } = state.set;
  return { taskId, householdId, kind, bookingId, partOf, setAt, dueAt, doneAt: state.doneAt };
};
