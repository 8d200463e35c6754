/** A small seeded generator (mulberry32): the same seed gives the same demonstration, on every machine. */
export type Random = {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `from` up to and including `to`. */
  whole(from: number, to: number): number;
  pick<const T extends readonly [unknown, ...unknown[]]>(from: T): T[number];
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
};

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    percent: (chance) => next() * 100 < chance,
  };
};
