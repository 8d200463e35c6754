import { TaskView } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** What there is to do for a household, and what was done. */
const tables = `
  CREATE TABLE tasks (
    taskId TEXT PRIMARY KEY, householdId TEXT NOT NULL, dueAt TEXT NOT NULL, doneAt TEXT, fixed TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tasks_by_household ON tasks (householdId, dueAt);
`;

export const taskListProjection: Projection<SourceEvent> = {
  name: 'task-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type === 'TaskDone')
      return ['UPDATE tasks SET doneAt = ? WHERE taskId = ?', event.data.doneAt, event.data.taskId];
    if (event.type !== 'TaskSet') return undefined;
    const { taskId, householdId, dueAt, kind, bookingId = null, partOf = null, setAt } = event.data;
    return [
      'INSERT OR IGNORE INTO tasks (taskId, householdId, dueAt, fixed) VALUES (?, ?, ?, ?)',
      ...[taskId, householdId, dueAt, JSON.stringify({ kind, bookingId, partOf, setAt })],
    ];
  },
};

const Row = z.object({
  ...TaskView.pick({ taskId: true, householdId: true, dueAt: true, doneAt: true }).shape,
  fixed: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(TaskView.pick({ kind: true, bookingId: true, partOf: true, setAt: true })),
});

/** What is due first first; a hundred at most. */
export const listedTasks = (db: ReadDatabase, householdId: string, done: boolean): TaskView[] =>
  db
    .all(
      `SELECT * FROM tasks WHERE householdId = ?1 AND (?2 = 1 OR doneAt IS NULL) ORDER BY dueAt, taskId LIMIT 100`,
      householdId,
      done ? 1 : 0,
    )
    .map((row) => {
      const { fixed, ...rest } = Row.parse(row);
      return { ...rest, ...fixed };
    });
