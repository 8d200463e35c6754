import type { Page, PageRequest } from '@adempauze/contracts';
import type { ReadModel } from '@adempauze/event-store';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** How long a list may wait for its read model. */
const waitMs = 2000;

type Asked = { readonly page: PageRequest; readonly waitFor?: string | undefined };

/**
 * A page of things that are listed by their place in a read model, the last first, and found each by itself. One that is
 * not there any more is left out. `rows` gives those before a place; what is no cursor of ours stands before everything.
 */
export const latestFirst = async <R extends { readonly place: number }, T>(
  readModel: Pick<ReadModel, 'waitFor'>,
  { page, waitFor }: Asked,
  rows: (before: number, limit: number) => readonly R[],
  find: (row: R) => Promise<T | undefined>,
): Promise<Page<T>> => {
  if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
  const before = page.after === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(page.after));
  if (Number.isNaN(before)) return { items: [], hasMore: false };
  const listed = rows(before, page.first + 1);
  const items = await Promise.all(
    listed.slice(0, page.first).map(async (row) => {
      const item = await find(row);
      return item === undefined ? [] : [{ cursor: encodeCursor(row.place), item }];
    }),
  );
  return { items: items.flat(), hasMore: listed.length > page.first };
};
