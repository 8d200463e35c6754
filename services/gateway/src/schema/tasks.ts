import { FinishTask, TaskKind, type TaskView } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { PartOfType } from './bookings.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf } from './vocabulary.ts';

/* What the contact person of a household is to do (R25). */

const TaskKindEnum = enumOf('TaskKind', TaskKind.options);
const TaskType = builder.objectRef<TaskView>('Task').implement({
  description: 'Something that waits for the contact person, until when, and whether it was done.',
  fields: (t) => ({
    taskId: t.exposeID('taskId'),
    kind: t.expose('kind', { type: TaskKindEnum }),
    bookingId: t.id({
      nullable: true,
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    partOf: t.expose('partOf', { type: PartOfType, nullable: true }),
    setAt: t.expose('setAt', { type: 'Instant' }),
    dueAt: t.expose('dueAt', { type: 'Instant' }),
    doneAt: t.expose('doneAt', { type: 'Instant', nullable: true }),
  }),
});

builder.objectField(HouseholdType, 'tasks', (t) =>
  t.field({
    type: [TaskType],
    nullable: true,
    description: 'For the contact person; what is due first first.',
    args: { done: t.arg.boolean({ defaultValue: false }), waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { done, waitFor }, { services }) =>
      services.bookings.listTasks({ householdId, done: done ?? false, ...waiting(waitFor) }),
  }),
);

commandMutation('finishTask', {
  description: 'The contact person has done it.',
  input: commandInput('FinishTask', (t) => ({ taskId: t.id() })),
  answers: { field: 'task', type: TaskType },
  run: async ({ taskId }, { viewer, services, call }) => {
    const input = checked(FinishTask, { taskId });
    const task = await services.bookings.findTask(input);
    if (!task || !(await actsFor(viewer, services, task.householdId))) return refuse('task-not-found');
    return services.bookings.finishTask(input, call);
  },
});
