/** Runs something once after `delayMs`; the answer cancels it. Passed in, so that tests decide when time passes. */
export type Timer = (delayMs: number, run: () => void) => () => void;

/** The machine's timer. It keeps no process alive: whoever owns the process does that. */
export const machineTimer: Timer = (delayMs, run) => {
  const timeout = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timeout);
};
