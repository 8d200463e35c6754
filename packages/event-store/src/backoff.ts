/** How long to wait after the n-th failure in a row: doubling from `firstMs` to `mostMs`, of which half is chance. */
export const backoffMs = (
  failuresInARow: number,
  { firstMs, mostMs, random }: { firstMs: number; mostMs: number; random: () => number },
): number => {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failuresInARow - 1, 30));
  return full / 2 + (full / 2) * random();
};

export type Pause = { readonly over: Promise<void>; readonly end: () => void };

/** A wait that its owner can end early. */
export const pause = (ms: number): Pause => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return {
    over: promise,
    end: () => {
      clearTimeout(timer);
      resolve();
    },
  };
};
