/** Runs something once after `delayMs`; the answer cancels it. Passed in, so that tests decide when time passes. */
export type Timer = (delayMs: number, run: () => void) => () => void;

/** The machine's timer. It keeps no process alive: whoever owns the process does that. */
export const machineTimer: Timer = (delayMs, run) => {
  const timeout = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timeout);
};

/** What the work answers, or undefined where that takes longer than `limitMs`: it goes on, and nobody waits for it. */
export const inTime = async <V>(timer: Timer, limitMs: number, work: Promise<V>): Promise<V | undefined> => {
  const over = Promise.withResolvers<undefined>();
  const cancel = timer(limitMs, () => over.resolve(undefined));
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    cancel();
  }
};
