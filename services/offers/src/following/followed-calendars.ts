import { ResourceId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';

/** Whose calendar is followed; where it stands is in the log only, sealed. */
export const followedCalendarsProjection: Projection<SourceEvent> = {
  name: 'followed-calendars-1',
  tables: `CREATE TABLE followed_calendars (resourceId TEXT PRIMARY KEY, followingId TEXT NOT NULL)
    STRICT, WITHOUT ROWID;`,
  project({ type, data }) {
    if (type === 'CalendarFollowed') {
      const { resourceId, followingId } = Followed.parse(data);
      return ['INSERT OR REPLACE INTO followed_calendars VALUES (?, ?)', resourceId, followingId];
    }
    if (type === 'CalendarUnfollowed')
      return ['DELETE FROM followed_calendars WHERE resourceId = ?', Followed.parse(data).resourceId];
    return undefined;
  },
};
const Followed = z.object({ resourceId: ResourceId, followingId: z.string() });
export type Followed = z.infer<typeof Followed>;

/** Whose calendar is followed, in memory and in step with the rows: it is asked before each place that is given. */
export const createFollowed = () => {
  const followed = new Set<string>();
  return {
    load(db: ReadDatabase): void {
      for (const { resourceId } of listFollowed(db)) followed.add(resourceId);
    },
    /** After an event was committed. */
    apply({ type, data }: SourceEvent): void {
      if (type === 'CalendarFollowed') followed.add(String(data.resourceId));
      else if (type === 'CalendarUnfollowed') followed.delete(String(data.resourceId));
    },
    has: (resourceId: ResourceId): boolean => followed.has(resourceId),
  };
};

export const listFollowed = (db: ReadDatabase): Followed[] =>
  db.all('SELECT * FROM followed_calendars').map((row) => Followed.parse(row));
