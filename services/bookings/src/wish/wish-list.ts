import { WishId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Which wishes a household has, and which wait for a form. Ids and words only. */
const tables = `
  CREATE TABLE wishes (wishId TEXT PRIMARY KEY, householdId TEXT NOT NULL, madeAt TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX wishes_by_household ON wishes (householdId, madeAt);
  CREATE TABLE wished_forms (
    form TEXT NOT NULL, wishId TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (form, wishId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX wished_forms_by_wish ON wished_forms (wishId);
`;

export const wishListProjection: Projection<SourceEvent> = {
  name: 'wish-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    if (event.type === 'WishEnded') return ['DELETE FROM wished_forms WHERE wishId = ?', event.data.wishId];
    if (event.type !== 'WishMade') return undefined;
    const { wishId, householdId, madeAt, forms, window } = event.data;
    return [
      ['INSERT OR IGNORE INTO wishes VALUES (?, ?, ?)', wishId, householdId, madeAt],
      ...forms.map(
        (form): Statement => ['INSERT OR IGNORE INTO wished_forms VALUES (?, ?, ?)', form, wishId, window.until],
      ),
    ];
  },
};

const Row = z.object({ wishId: WishId });
const Count = z.object({ wishes: z.int() });

/** The last first; fifty at most. */
export const wishesOfHousehold = (db: ReadDatabase, householdId: string): WishId[] =>
  db
    .all('SELECT wishId FROM wishes WHERE householdId = ? ORDER BY madeAt DESC, wishId LIMIT 50', householdId)
    .map((row) => Row.parse(row).wishId);

/** All of which it is not known that they ended. */
export const livingWishes = (db: ReadDatabase, householdId: string): WishId[] =>
  db
    .all(
      `SELECT wishId FROM wishes WHERE householdId = ? AND EXISTS (SELECT 1 FROM wished_forms f WHERE f.wishId = wishes.wishId)
       ORDER BY madeAt, wishId`,
      householdId,
    )
    .map((row) => Row.parse(row).wishId);

/** How many wishes it has whose time has not passed, as far as it is known. */
export const countWishes = (db: ReadDatabase, householdId: string, now: Instant): number =>
  Count.parse(
    db.first(
      `SELECT count(DISTINCT wishId) AS wishes FROM wishes JOIN wished_forms USING (wishId)
       WHERE householdId = ? AND until > ?`,
      householdId,
      now,
    ),
  ).wishes;

/** Wishes for a form whose time has not passed; those of which it is not yet known that they ended, too. */
export const wishesForForm = (db: ReadDatabase, form: string, now: Instant): WishId[] =>
  db
    .all('SELECT wishId FROM wished_forms WHERE form = ? AND until > ? ORDER BY wishId', form, now)
    .map((row) => Row.parse(row).wishId);
