import type { Timer } from '../timer.ts';

/**
 * Waits so long, or for ever, unless one of the signals comes first. Listens to them only meanwhile: a promise that
 * lives as long as the process would remember everybody who ever waited beside it.
 */
export const startWait = (options: {
  readonly timer: Timer;
  readonly ms?: number;
  readonly unless: readonly AbortSignal[];
}): { readonly over: Promise<void>; readonly end: () => void } => {
  const { timer, ms, unless } = options;
  const over = Promise.withResolvers<void>();
  const end = () => {
    cancel?.();
    for (const signal of unless) signal.removeEventListener('abort', end);
    over.resolve();
  };
  const cancel = ms === undefined ? undefined : timer(ms, end);
  for (const signal of unless) signal.addEventListener('abort', end);
  if (unless.some(({ aborted }) => aborted)) end();
  return { over: over.promise, end };
};
