/** Choices from a seed. What two callers do at once still depends on the machine; which of it is tried does not. */
export type Random = {
  /** From 0, below 1. */
  next(): number;
  /** Whole, from `least` up to and including `most`. */
  whole(least: number, most: number): number;
  chance(share: number): boolean;
  /** @throws Error when there is nothing to choose from. */
  pick<T>(from: readonly T[]): T;
  /** A source of its own. */
  fork(): Random;
};

/** Mulberry32. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick(from) {
      const item = from[whole(0, from.length - 1)];
      if (item === undefined) throw new Error('There is nothing to choose from.');
      return item;
    },
    fork: () => createRandom(whole(0, 2 ** 31)),
  };
};
