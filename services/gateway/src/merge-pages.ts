import type { OperationsPage } from './dependencies.ts';

/* Lists over several services, made of a list of each. */

type PageOptions = { readonly first: number; readonly after?: string | undefined };
type ListOf<T> = (page: PageOptions) => Promise<OperationsPage<T>>;

/**
 * One list out of several that each run from late to early: the latest of all first. A cursor holds the cursor of every
 * list, `offers=12,bookings=7`; one that reads otherwise begins anew. Cursors of the lists themselves hold neither `,`
 * nor `=`.
 */
export const mergeLatest = async <T extends { readonly at: string }>(
  lists: Readonly<Record<string, ListOf<T>>>,
  { first, after }: PageOptions,
): Promise<OperationsPage<T>> => {
  const place = new Map<string, string>();
  for (const part of (after ?? '').split(',')) {
    const [name = '', cursor] = part.split('=');
    if (cursor !== undefined && Object.hasOwn(lists, name)) place.set(name, cursor);
  }
  const pages = await Promise.all(
    Object.entries(lists).map(async ([name, list]) => ({ name, ...(await list({ first, after: place.get(name) })) })),
  );
  const all = pages
    .flatMap(({ name, items }) => items.map((it) => ({ name, ...it })))
    .sort((a, b) => (a.item.at < b.item.at ? 1 : a.item.at > b.item.at ? -1 : 0));
  const items = all.slice(0, first).map(({ name, cursor, item }) => {
    place.set(name, cursor);
    return { cursor: [...place].map(([service, at]) => `${service}=${at}`).join(','), item };
  });
  return {
    items,
    hasMore: all.length > first || pages.some(({ hasMore }) => hasMore),
    missing: pages.flatMap((it) => it.missing ?? []),
  };
};

/** The lists one after the other, in the order given. A cursor is `offers:12`. */
export const concatenate = async <T>(
  lists: Readonly<Record<string, ListOf<T>>>,
  { first, after }: PageOptions,
): Promise<OperationsPage<T>> => {
  const names = Object.keys(lists);
  const [fromName = '', from] = (after ?? '').split(':');
  const begin = Math.max(0, names.indexOf(fromName));
  const items: { readonly cursor: string; readonly item: T }[] = [];
  const missing: string[] = [];
  for (const name of names.slice(begin)) {
    if (items.length > first) break;
    const page = await lists[name]?.({ first: first + 1 - items.length, after: name === fromName ? from : undefined });
    for (const { cursor, item } of page?.items ?? []) items.push({ cursor: `${name}:${cursor}`, item });
    missing.push(...(page?.missing ?? []));
  }
  return { items: items.slice(0, first), hasMore: items.length > first, missing };
};
