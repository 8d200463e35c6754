import type { ReadDatabase } from './projection.ts';
import { openReadModel, type ReadModel, type ReadModelOptions } from './read-model.ts';

/**
 * The same read model, filled from the beginning of its sources in another folder (`:memory:` will do), and caught up.
 * With `diffReadModels` it shows that every read model equals a rebuild. Close it.
 */
export const rebuildCopy = async (
  options: Pick<ReadModelOptions, 'name' | 'projections' | 'sources'>,
  folder: string,
): Promise<ReadModel> => {
  const copy = await openReadModel({ ...options, folder });
  await copy.caughtUp();
  return copy;
};

/** Differences that are told of one table before the rest is only counted. */
const toldPerTable = 5;

/**
 * Compares all tables of two read models, row by row, whatever their order. Empty: they are the same.
 * Positions are left out; both have to stand at the same place, which is for the caller to wait for.
 */
export const diffReadModels = (left: ReadDatabase, right: ReadDatabase): string[] => {
  const tables = new Set([...tablesOf(left), ...tablesOf(right)]);
  return [...tables].sort().flatMap((table) => {
    if (!tablesOf(left).includes(table)) return [`${table}: only on the right`];
    if (!tablesOf(right).includes(table)) return [`${table}: only on the left`];
    const counts = new Map<string, number>();
    for (const row of rowsOf(left, table)) counts.set(row, (counts.get(row) ?? 0) + 1);
    for (const row of rowsOf(right, table)) counts.set(row, (counts.get(row) ?? 0) - 1);
    const differences = [...counts].filter(([, count]) => count !== 0);
    const told = differences
      .slice(0, toldPerTable)
      .map(([row, count]) => `${table}: only on the ${count > 0 ? 'left' : 'right'}: ${row}`);
    const untold = differences.length - told.length;
    return untold > 0 ? [...told, `${table}: and ${untold} more`] : told;
  });
};

const tablesOf = (db: ReadDatabase): string[] =>
  db
    .all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    .map(({ name }) => String(name))
    .filter((name) => !name.startsWith('sqlite_') && name !== '_positions');

const rowsOf = (db: ReadDatabase, table: string): string[] =>
  db
    .all(`SELECT * FROM "${table.replaceAll('"', '""')}"`)
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        value instanceof Uint8Array
          ? Buffer.from(value).toString('hex')
          : typeof value === 'bigint'
            ? `${value}n`
            : value,
      ),
    );
