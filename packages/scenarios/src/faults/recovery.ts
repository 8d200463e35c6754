import type { Journal } from '../torture/journal.ts';

/** How long callers waited for a fault to be over. */
export type Recovery = {
  /** From the fault's end until a change that was asked after it was answered with yes. */
  readonly firstYesMs: number;
  /** The longest time without a yes to any change, from the fault's beginning until then. */
  readonly silenceMs: number;
};

export type Recoveries = {
  /** The journal, with an ear to it. */
  readonly journal: Journal;
  /** Resolves with how it went once there was a yes; undefined when there was none within the limit. */
  after(begunMs: number, endedMs: number, limitMs: number): Promise<Recovery | undefined>;
  /** Changes answered with yes so far. */
  yeses(): number;
};

/** Listens to the answers that callers get, to tell how long none came. */
export const listenForRecovery = (journal: Journal, nowMs: () => number): Recoveries => {
  const sentMs = new Map<string, number>();
  const yesMs: number[] = [];
  const waiting = new Set<(askedMs: number, answeredMs: number) => void>();
  return {
    journal: {
      ...journal,
      sending(it) {
        sentMs.set(it.key, nowMs());
        journal.sending(it);
      },
      answered(key, answer, status) {
        journal.answered(key, answer, status);
        if (answer !== 'accepted') return;
        const answeredMs = nowMs();
        yesMs.push(answeredMs);
        for (const wait of waiting) wait(sentMs.get(key) ?? 0, answeredMs);
      },
    },
    yeses: () => yesMs.length,
    after: (begunMs, endedMs, limitMs) =>
      new Promise((resolve) => {
        const over = (recovery: Recovery | undefined) => {
          clearTimeout(timer);
          waiting.delete(listen);
          resolve(recovery);
        };
        const timer = setTimeout(() => over(undefined), Math.max(0, endedMs + limitMs - nowMs()));
        const listen = (askedMs: number, answeredMs: number) => {
          if (askedMs < endedMs) return;
          over({ firstYesMs: answeredMs - endedMs, silenceMs: longestGap(yesMs, begunMs, answeredMs) });
        };
        waiting.add(listen);
      }),
  };
};

const longestGap = (sorted: readonly number[], fromMs: number, toMs: number): number => {
  let longest = 0;
  let last = fromMs;
  for (const at of sorted.slice(sorted.findLastIndex((it) => it < fromMs) + 1)) {
    if (at > toMs) break;
    longest = Math.max(longest, at - last);
    last = at;
  }
  return Math.max(longest, toMs - last);
};
