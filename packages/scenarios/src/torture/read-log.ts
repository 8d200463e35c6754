import { DatabaseSync } from 'node:sqlite';
import type { EventMetadata, JsonObject } from '@adempauze/event-store';
import type { Fact } from '../checks/history.ts';

/** The whole log straight from its file, past the store that wrote it. Nobody may have it open for writing. */
export const readLog = (file: string): Fact[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db
      .prepare(
        `SELECT e.position, s.name, e.revision, e.id, e.type, e.data, e.metadata
         FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position`,
      )
      .iterate();
    return Array.from(rows, (row) => ({
      position: String(row.position).padStart(16, '0'),
      stream: String(row.name),
      revision: Number(row.revision),
      id: String(row.id),
      type: String(row.type),
      data: JSON.parse(String(row.data)) as JsonObject,
      metadata: JSON.parse(String(row.metadata)) as EventMetadata,
    }));
  } finally {
    db.close();
  }
};
