export type Pair<T> = readonly [T, T];

/** Each with every other, and with itself; which of the two goes first alternates. */
export const pairsOf = <T>(all: readonly T[]): Pair<T>[] =>
  all.flatMap((a, row) => all.slice(row).map((b, column): Pair<T> => ((row + column) % 2 === 0 ? [a, b] : [b, a])));
