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

export const isFollowed = (db: ReadDatabase, resourceId: ResourceId): boolean =>
  db.all('SELECT 1 FROM followed_calendars WHERE resourceId = ?', resourceId).length > 0;

export const listFollowed = (db: ReadDatabase): Followed[] =>
  db.all('SELECT * FROM followed_calendars').map((row) => Followed.parse(row));
