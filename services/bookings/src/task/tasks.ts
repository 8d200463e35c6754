import { type Bookings, TaskId, type TaskKind, type TaskView } from '@adempauze/contracts';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, hourMs, type Instant, plusMs } from '@adempauze/kernel';
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
  'urgent-opened': 2 * hourMs,
  'urgent-contact-person': 2 * hourMs,
  'urgent-region': 2 * hourMs,
  'palliative-late': 4 * hourMs,
  'palliative-lifted': 14 * 24 * hourMs,
  // These are told the day on which to get in touch; the time here is for who was told none.
  'aftercare-no-more-care-two-weeks': 14 * 24 * hourMs,
  'aftercare-no-more-care-three-months': 91 * 24 * hourMs,
  'aftercare-other-provider-two-weeks': 14 * 24 * hourMs,
  'aftercare-other-provider-three-months': 91 * 24 * hourMs,
  'aftercare-death-two-weeks': 14 * 24 * hourMs,
  'aftercare-death-three-months': 91 * 24 * hourMs,
  'trip-lost': 24 * hourMs,
  'name-backup': 14 * 24 * hourMs,
  // Told the day before the care begins, where that is known.
  'agreement-missing': 72 * hourMs,
  'agreement-review': 7 * 24 * hourMs,
  'contact-handed-over': 72 * hourMs,
  'backup-not-free': 4 * hourMs,
  'load-check': 91 * 24 * hourMs,
};
const waitMs = 2000;

/** The task of this kind about one thing. */
export const taskIdOf = (kind: TaskKind, key: string): TaskId => TaskId.parse(derivedId('task', kind, key));

export type Tasks = Pick<Bookings, 'finishTask' | 'findTask' | 'listTasks'> & {
  /** Tells the contact person; about the same thing again is the same task. `dueAt` where it has a day of its own. */
  set(
    about: Pick<TaskSet, 'householdId' | 'kind' | 'bookingId' | 'partOf'> & { readonly dueAt?: Instant },
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
    const taskId = taskIdOf(about.kind, key);
    const data = { dueAt: plusMs(now, withinMs[about.kind]), ...about, taskId };
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
