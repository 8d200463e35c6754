import type { Position } from '../port.ts';

const digits = 19;
const mostCommit = 2n ** 63n - 1n;

/**
 * A place in `$all` as text whose order is log order: the commit position, a byte offset, in 19 digits. The prepare
 * position is left out: whatever is appended over gRPC commits itself, so the two are the same.
 * Undefined for what is no place: servers say 2^64-1 when they do not know, or when a log is empty.
 */
export const positionOf = (commit: string): Position | undefined =>
  /^\d{1,20}$/.test(commit) && BigInt(commit) <= mostCommit ? commit.padStart(digits, '0') : undefined;

/** @throws RangeError for a position that no KurrentDB gave out. */
export const commitOf = (position: Position): string => {
  if (!/^\d{19}$/.test(position)) throw new RangeError('This is no position of a KurrentDB event store.');
  return String(BigInt(position));
};
