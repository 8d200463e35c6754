import { setTimeout as pause } from 'node:timers/promises';
import { type Sentence, StartError, UnavailableError } from '@adempauze/kernel';

type ReachOptions = {
  readonly timeoutMs: number;
  /** What a person reads when it has not worked in time. */
  readonly sentence: Sentence;
  /** Which failures no waiting will mend. */
  readonly isFinal: (error: unknown) => boolean;
  /** Aborted when somebody asks the process to stop. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Tries until it works: what a process needs may start at the same moment as the process itself.
 * @throws StartError with `sentence` when it has not worked within `timeoutMs`; the failure itself when that is final;
 * UnavailableError when it was told to stop.
 */
export const reach = async <T>(
  attempt: () => Promise<T>,
  { timeoutMs, sentence, isFinal, signal }: ReachOptions,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 1000)) {
    let failure: unknown;
    try {
      return await inTime(attempt, deadline - performance.now(), signal);
    } catch (error) {
      if (isFinal(error)) throw error;
      failure = error;
    }
    if (signal?.aborted) throw new UnavailableError('Told to stop.');
    if (performance.now() + pauseMs > deadline) throw new StartError(sentence, { cause: failure });
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
};

/** Also for what hangs: a server that takes connections and says nothing. */
const inTime = async <T>(attempt: () => Promise<T>, leftMs: number, signal?: AbortSignal): Promise<T> => {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const late = pause(Math.max(1, leftMs), undefined, { signal: either }).then(() => {
    throw new Error('No answer in time.');
  });
  try {
    return await Promise.race([attempt(), late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
};
