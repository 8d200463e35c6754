import { z } from 'zod';

const Key = z.tuple([z.string(), z.string()]);

/** Stands for the place after one row: its sort key and its id, so that rows which come and go move nothing. */
export const encodeCursor = (sortKey: string, id: string): string =>
  Buffer.from(JSON.stringify([sortKey, id])).toString('base64url');

const Cursor = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(Buffer.from(text, 'base64url').toString());
    } catch {
      context.addIssue('This is no cursor of this list.');
      return z.NEVER;
    }
  })
  .pipe(Key);

/** Sort key and id to go on after; absent: from before the first. @throws ZodError for what is no cursor. */
export const decodeCursor = (cursor: string | undefined): readonly [sortKey: string, id: string] =>
  cursor === undefined ? ['', ''] : Cursor.parse(cursor);

/** A page from rows of which one more than asked was read. */
export const pageFrom = <R, T>(
  rows: readonly R[],
  first: number,
  keyOf: (row: R) => readonly [sortKey: string, id: string],
  itemOf: (row: R) => T,
) => ({
  items: rows.slice(0, first).map((row) => ({ cursor: encodeCursor(...keyOf(row)), item: itemOf(row) })),
  hasMore: rows.length > first,
});
