/** A place in a list: the sort key and the id of the item there, so that it stays what it is whatever comes and goes. */
export const encodeCursor = (sortKey: string, id: string): string =>
  Buffer.from(JSON.stringify([sortKey, id])).toString('base64url');

/** The sort key and the id behind a cursor. What was not made here stands after everything: an empty page. */
export const decodeCursor = (cursor: string): readonly [sortKey: string, id: string] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [sortKey, id] = Array.isArray(parts) ? parts : [];
    return typeof sortKey === 'string' && typeof id === 'string' ? [sortKey, id] : afterAll;
  } catch {
    return afterAll;
  }
};

/** Stands before the first item. */
export const beforeAll = ['', ''] as const;
const afterAll = ['\u{10ffff}', ''] as const;
