import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How many events the log of a standalone marketplace holds, read beside it: whatever was appended shows. */
export const countEvents = (folder: string): number => {
  const db = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  try {
    return Number(db.prepare('SELECT count(*) AS count FROM events').get()?.count);
  } finally {
    db.close();
  }
};
