/** So often a minute for each key, and no more; undefined: go on, else after how many seconds to come back. */
export type RateLimit = {
  /** Counts one. */
  readonly take: (key: string) => number | undefined;
  /** Only looks. */
  readonly look: (key: string) => number | undefined;
};

/** Keys that are remembered; who comes after that many others begins anew. */
const mostKeys = 10_000;
const minuteMs = 60_000;

/** A bucket for each key that holds `perMinute` and fills evenly. `nowMs` is real time: people wait by their own clock. */
export const createRateLimit = ({
  perMinute,
  nowMs,
}: {
  readonly perMinute: number;
  readonly nowMs: () => number;
}): RateLimit => {
  const everyMs = minuteMs / perMinute;
  /** When each bucket is full again. */
  const fullAt = new Map<string, number>();

  const ask = (key: string, count: 0 | 1): number | undefined => {
    const now = nowMs();
    const from = Math.max(fullAt.get(key) ?? now, now);
    const overMs = from + everyMs - (now + minuteMs);
    if (overMs > 0) return Math.ceil(overMs / 1000);
    if (count === 1) {
      fullAt.delete(key);
      fullAt.set(key, from + everyMs);
      const [oldest] = fullAt.keys();
      if (fullAt.size > mostKeys && oldest !== undefined) fullAt.delete(oldest);
    }
    return undefined;
  };
  return { take: (key) => ask(key, 1), look: (key) => ask(key, 0) };
};
