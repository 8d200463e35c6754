import { GraphQLError } from 'graphql';

/** Live updates that are open, counted per account, so that nobody holds the marketplace by opening thousands. */
export type Streams = {
  /** `end` is called when the gateway closes. @throws GraphQLError TOO_MANY_STREAMS. */
  readonly open: (accountId: string, end: () => void) => { readonly close: () => void };
  readonly count: () => number;
  readonly closeAll: () => void;
};

export const createStreams = (perAccount: number): Streams => {
  const byAccount = new Map<string, Set<() => void>>();
  return {
    open(accountId, end) {
      const mine = byAccount.get(accountId) ?? new Set();
      if (mine.size >= perAccount) {
        throw new GraphQLError(`At most ${perAccount} live updates at once.`, {
          extensions: { code: 'TOO_MANY_STREAMS' },
        });
      }
      byAccount.set(accountId, mine.add(end));
      return {
        close() {
          mine.delete(end);
          if (mine.size === 0) byAccount.delete(accountId);
        },
      };
    },
    count: () => byAccount.values().reduce((sum, it) => sum + it.size, 0),
    closeAll() {
      for (const ends of [...byAccount.values()]) for (const end of [...ends]) end();
    },
  };
};

/**
 * The newest state of something, and again whenever `watch` says that it changed. Changes that come while the reader
 * is busy are one: a slow reader misses what lies between, never the last, and nothing piles up. Ends when `lookUp`
 * finds nothing, when `openStream`'s end is called, and when the reader stops.
 */
export const latestOf = <T>(options: {
  readonly watch: (onChange: () => void) => () => void;
  readonly lookUp: () => Promise<T | undefined>;
  /** Whether there is nothing new to show. */
  readonly isSame: (shown: T, found: T) => boolean;
  readonly openStream: (end: () => void) => { readonly close: () => void };
}): AsyncIterableIterator<T> => {
  let hasChanged = true;
  let hasEnded = false;
  let shown: T | undefined;
  let wake = (): void => {};
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    stream.close();
    unwatch();
    wake();
  };
  const stream = options.openStream(() => end());
  const unwatch = options.watch(() => {
    hasChanged = true;
    wake();
  });
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      while (!hasEnded) {
        if (!hasChanged) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        hasChanged = false;
        const value = await options.lookUp().catch((error: unknown) => {
          end();
          throw error;
        });
        if (value === undefined) end();
        else if (!hasEnded && (shown === undefined || !options.isSame(shown, value))) {
          shown = structuredClone(value);
          return { done: false, value };
        }
      }
      return { done: true, value: undefined };
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
};
