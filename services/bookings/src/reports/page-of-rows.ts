import { decodeCursor, type Page, type PageRequest, pageFrom } from '@adempauze/contracts';

/** A page of rows that are worked out at once; `keyOf` is what they are sorted by. */
export const pageOfRows = <R>(
  rows: readonly R[],
  { first, after }: PageRequest,
  keyOf: (row: R) => string,
): Page<R> => {
  const [key] = decodeCursor(after);
  const sorted = rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest = sorted.filter((it) => it.key > key);
  return pageFrom(
    rest.slice(0, first + 1),
    first,
    (it) => [it.key, ''],
    (it) => it.row,
  );
};
