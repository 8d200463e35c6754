import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { TaskEvent, TaskSet } from './task.events.ts';

export type TaskCommand = { readonly now: Instant } & (
  | { readonly type: 'SetTask'; readonly data: Omit<TaskSet, 'setAt'> }
  | { readonly type: 'FinishTask' }
);
export type TaskState = { readonly set: TaskSet; readonly doneAt: Instant | null } | undefined;

/** Something for the contact person to do: set once, done once. Its id is derived from what it is about. */
export const taskDecider: Decider<TaskCommand, TaskState, TaskEvent, Rejection<'task-not-found'>> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === 'TaskSet') return { set: data, doneAt: null };
    return state && { ...state, doneAt: data.doneAt };
  },
  decide(command, state) {
    if (command.type === 'SetTask') {
      if (state !== undefined) return accept();
      return accept({ type: 'TaskSet', data: { ...command.data, setAt: command.now } });
    }
    if (state === undefined) return reject('task-not-found');
    if (state.doneAt !== null) return accept();
    const { taskId, householdId } = state.set;
    return accept({ type: 'TaskDone', data: { taskId, householdId, doneAt: command.now } });
  },
};
