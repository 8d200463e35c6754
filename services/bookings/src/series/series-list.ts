import { SeriesId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Which series a household or a provider has; `place` counts them in the order of the log. Ids only. */
const tables = `
  CREATE TABLE series (
    place INTEGER PRIMARY KEY, seriesId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, providerId TEXT NOT NULL
  ) STRICT;
  CREATE INDEX series_by_household ON series (householdId);
  CREATE INDEX series_by_provider ON series (providerId);
`;

export const seriesListProjection: Projection<SourceEvent> = {
  name: 'series-list-1',
  tables,
  project(event) {
    if (!isStored(event) || event.type !== 'SeriesRequested') return undefined;
    const { seriesId, householdId, providerId } = event.data;
    return [
      'INSERT OR IGNORE INTO series (seriesId, householdId, providerId) VALUES (?, ?, ?)',
      seriesId,
      householdId,
      providerId,
    ];
  },
};

const Row = z.object({ place: z.number(), seriesId: SeriesId });

/** The one asked for last first, before `before`. */
export const listedSeries = (
  db: ReadDatabase,
  { householdId, providerId }: { readonly householdId?: string | undefined; readonly providerId?: string | undefined },
  before: number,
  limit: number,
): z.infer<typeof Row>[] =>
  db
    .all(
      `SELECT place, seriesId FROM series WHERE (?1 IS NULL OR householdId = ?1) AND (?2 IS NULL OR providerId = ?2)
       AND place < ?3 ORDER BY place DESC LIMIT ?4`,
      householdId ?? null,
      providerId ?? null,
      before,
      limit,
    )
    .map((row) => Row.parse(row));
