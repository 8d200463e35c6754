import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Replica } from '../checks/evidence.ts';

/** Every table of the read models in a replica's folder. Nobody may have them open for writing. */
export const readTables = async (folder: string): Promise<Replica['tables']> => {
  const tables: Record<string, { rows: number; digest: string }> = {};
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((it) => /-[0-9a-f]{12}\.db$/.test(it)).sort()) {
    const db = new DatabaseSync(join(folder, file));
    try {
      for (const table of tablesIn(db))
        tables[`${file.replace(/-[0-9a-f]{12}\.db$/, '')} ${table}`] = digestOf(db, table);
    } finally {
      db.close();
    }
  }
  return tables;
};

const tablesIn = (db: DatabaseSync): string[] =>
  db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    .all()
    .map(({ name }) => String(name))
    // How far a replica has read is its own.
    .filter((name) => !name.startsWith('sqlite_') && name !== '_positions');

const digestOf = (db: DatabaseSync, table: string): { rows: number; digest: string } => {
  const rows: string[] = [];
  for (const row of db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`).iterate())
    rows.push(
      createHash('sha1')
        .update(JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value)))
        .digest('base64'),
    );
  return { rows: rows.length, digest: createHash('sha1').update(rows.sort().join()).digest('hex') };
};
