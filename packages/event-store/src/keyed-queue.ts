export type KeyedQueue = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Runs tasks of one key one after the other, of different keys side by side. A failed task does not stop the next. */
export const createKeyedQueue = (): KeyedQueue => {
  const tails = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = tails.get(key);
    const run = before === undefined ? task() : before.then(task, task);
    tails.set(key, run);
    const leave = () => {
      if (tails.get(key) === run) tails.delete(key);
    };
    run.then(leave, leave);
    return run;
  };
};
