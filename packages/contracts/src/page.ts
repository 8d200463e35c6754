import { z } from 'zod';

/** Part of a list: at most `first` items after the item that `after` stands for (a cursor from an earlier page). */
export const PageRequest = z.strictObject({
  first: z.int().min(1).max(100).default(20),
  after: z.string().max(200).optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;

/** A page of a list: each item with its own cursor, and whether more follow. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(z.strictObject({ cursor: z.string(), item })),
    hasMore: z.boolean(),
  });
export type Page<T> = { items: { cursor: string; item: T }[]; hasMore: boolean };

/** A place in a list: the sort key and the id of the item there, so that it stays what it is whatever comes and goes. */
export const encodeCursor = (sortKey: string, id: string): string =>
  Buffer.from(JSON.stringify([sortKey, id])).toString('base64url');

const afterEverything = ['\u{10ffff}', ''] as const;

/**
 * The sort key and the id to go on after; absent: from before the first item of an ascending list. What is no cursor
 * of ours stands after everything, so it gives an empty page.
 */
export const decodeCursor = (cursor: string | undefined): readonly [sortKey: string, id: string] => {
  if (cursor === undefined) return ['', ''];
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [sortKey, id] = Array.isArray(parts) ? parts : [];
    return typeof sortKey === 'string' && typeof id === 'string' ? [sortKey, id] : afterEverything;
  } catch {
    return afterEverything;
  }
};

/** A page from rows of which one more than `first` was read. */
export const pageFrom = <R, T>(
  rows: readonly R[],
  first: number,
  keyOf: (row: R) => readonly [sortKey: string, id: string],
  itemOf: (row: R) => T,
): Page<T> => ({
  items: rows.slice(0, first).map((row) => ({ cursor: encodeCursor(...keyOf(row)), item: itemOf(row) })),
  hasMore: rows.length > first,
});
