import {
  BookingId,
  decodeCursor,
  encodeCursor,
  HouseholdId,
  OfferId,
  type Page,
  type PageRequest,
  ProviderId,
  ResourceId,
  Terms,
} from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { Instant, minuteMs, msOf } from '@adempauze/kernel';
import { z } from 'zod';
import type { Occupation, Resource } from '../resource/resource.decider.ts';
import { isStoredEvent } from '../stored-event.ts';

/**
 * Resources with their openings (melted) and who occupies them. What was over at the latest event may still stand here
 * and is left out when read: then it is the same as the streams fold to. `expiresAtMs` is null for a place that is
 * taken; the partial index finds the deadlines of holds. Moments are ms since 1970.
 */
const tables = `
  CREATE TABLE resources (
    resourceId TEXT PRIMARY KEY, providerId TEXT NOT NULL, offerIds TEXT NOT NULL, capacity INTEGER NOT NULL,
    bufferMinutes INTEGER NOT NULL, openedAt TEXT NOT NULL, latestMs INTEGER NOT NULL, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX resources_by_provider ON resources (providerId, openedAt, resourceId);
  CREATE TABLE openings (
    resourceId TEXT NOT NULL, fromMs INTEGER NOT NULL, untilMs INTEGER NOT NULL, PRIMARY KEY (resourceId, fromMs)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE occupations (
    resourceId TEXT NOT NULL, bookingId TEXT NOT NULL, householdId TEXT NOT NULL, fromMs INTEGER NOT NULL,
    untilMs INTEGER NOT NULL, freeAtMs INTEGER NOT NULL, expiresAtMs INTEGER, terms TEXT NOT NULL,
    PRIMARY KEY (resourceId, bookingId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holds_by_deadline ON occupations (expiresAtMs) WHERE expiresAtMs IS NOT NULL;
`;

const open = 'INSERT OR IGNORE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
const seen = `UPDATE resources SET latestMs = max(latestMs, ?), revision = max(revision, ?) WHERE resourceId = ?`;
/** Melts a span with all that it overlaps or touches; what then lies within another goes. */
const addOpening = `
  INSERT INTO openings (resourceId, fromMs, untilMs)
  SELECT ?1, min(?2, coalesce(min(fromMs), ?2)), max(?3, coalesce(max(untilMs), ?3))
  FROM openings WHERE resourceId = ?1 AND fromMs <= ?3 AND untilMs >= ?2
  ON CONFLICT DO UPDATE SET untilMs = max(untilMs, excluded.untilMs)`;
const dropMelted = `
  DELETE FROM openings WHERE resourceId = ?1 AND fromMs <= ?3 AND untilMs >= ?2 AND EXISTS (
    SELECT 1 FROM openings AS wider
    WHERE wider.resourceId = ?1 AND wider.fromMs < openings.fromMs AND wider.untilMs >= openings.untilMs)`;
const keepAfter = `
  INSERT OR IGNORE INTO openings (resourceId, fromMs, untilMs)
  SELECT ?1, ?3, untilMs FROM openings WHERE resourceId = ?1 AND fromMs < ?3 AND untilMs > ?3`;
const dropWithin = 'DELETE FROM openings WHERE resourceId = ?1 AND fromMs >= ?2 AND fromMs < ?3';
const keepBefore = 'UPDATE openings SET untilMs = ?2 WHERE resourceId = ?1 AND fromMs < ?2 AND untilMs > ?2';
const hold = `INSERT INTO occupations
  SELECT ?1, ?2, ?3, ?4, ?5, ?5 + bufferMinutes * ${minuteMs}, ?6, ?7 FROM resources WHERE resourceId = ?1
  ON CONFLICT DO UPDATE SET householdId = excluded.householdId, fromMs = excluded.fromMs, untilMs = excluded.untilMs,
    freeAtMs = excluded.freeAtMs, expiresAtMs = excluded.expiresAtMs, terms = excluded.terms`;
const setExpiry = 'UPDATE occupations SET expiresAtMs = ? WHERE resourceId = ? AND bookingId = ?';
const free = 'DELETE FROM occupations WHERE resourceId = ? AND bookingId = ?';
const latest = '(SELECT latestMs FROM resources WHERE resourceId = ?1)';
const dropPastOpenings = `DELETE FROM openings WHERE resourceId = ?1 AND untilMs <= ${latest}`;
const dropPastPlaces = `DELETE FROM occupations WHERE resourceId = ?1 AND expiresAtMs IS NULL AND freeAtMs <= ${latest}`;

export const occupancyProjection: Projection<SourceEvent> = {
  name: 'occupancy-1',
  tables,
  project(event) {
    if (!isStoredEvent(event)) return undefined;
    const { revision } = event;
    const at = (resourceId: ResourceId, moment: Instant, ...statements: Statement[]): Statement[] => [
      ...statements,
      [seen, msOf(moment), revision, resourceId],
    ];
    /** First without what was over, which new times must not melt with. With each booking it would cost too much. */
    const cleared = (resourceId: ResourceId, moment: Instant, ...statements: Statement[]): Statement[] => [
      [dropPastOpenings, resourceId],
      [dropPastPlaces, resourceId],
      ...at(resourceId, moment, ...statements),
    ];
    switch (event.type) {
      case 'ResourceOpened': {
        const { resourceId, providerId, offerIds, capacity, bufferMinutes, openedAt } = event.data;
        const fixed = [resourceId, providerId, JSON.stringify(offerIds), capacity, bufferMinutes, openedAt];
        return [open, ...fixed, msOf(openedAt), revision];
      }
      case 'TimesPublished': {
        const { resourceId, spans, publishedAt } = event.data;
        const statements = spans.flatMap(({ from, until }): Statement[] => [
          [addOpening, resourceId, msOf(from), msOf(until)],
          [dropMelted, resourceId, msOf(from), msOf(until)],
        ]);
        return cleared(resourceId, publishedAt, ...statements);
      }
      case 'TimesWithdrawn': {
        const { resourceId, spans, withdrawnAt } = event.data;
        const statements = spans.flatMap(({ from, until }): Statement[] => [
          [keepAfter, resourceId, msOf(from), msOf(until)],
          [dropWithin, resourceId, msOf(from), msOf(until)],
          [keepBefore, resourceId, msOf(from)],
        ]);
        return cleared(resourceId, withdrawnAt, ...statements);
      }
      case 'PlaceHeld': {
        const { resourceId, bookingId, householdId, span, expiresAt, terms, heldAt } = event.data;
        const place = [resourceId, bookingId, householdId, msOf(span.from), msOf(span.until), msOf(expiresAt)];
        return at(resourceId, heldAt, [hold, ...place, JSON.stringify(terms)]);
      }
      case 'HoldExtended': {
        const { resourceId, bookingId, expiresAt, extendedAt } = event.data;
        return at(resourceId, extendedAt, [setExpiry, msOf(expiresAt), resourceId, bookingId]);
      }
      case 'PlaceTaken': {
        const { resourceId, bookingId, takenAt } = event.data;
        return at(resourceId, takenAt, [setExpiry, null, resourceId, bookingId]);
      }
      case 'PlaceReleased':
        return at(event.data.resourceId, event.data.releasedAt, [free, event.data.resourceId, event.data.bookingId]);
      case 'HoldExpired':
        return at(event.data.resourceId, event.data.expiredAt, [free, event.data.resourceId, event.data.bookingId]);
      default:
        return undefined;
    }
  },
};

const json = z.string().transform((text): unknown => JSON.parse(text));
const ResourceRow = z.object({
  resourceId: ResourceId,
  providerId: ProviderId,
  offerIds: json.pipe(z.array(OfferId)),
  capacity: z.int(),
  bufferMinutes: z.int(),
  openedAt: Instant,
  latestMs: z.int(),
  revision: z.int(),
});
type ResourceRow = z.infer<typeof ResourceRow>;
const OpeningRow = z.object({ resourceId: ResourceId, fromMs: z.int(), untilMs: z.int() });
const OccupationRow = z.object({
  resourceId: ResourceId,
  bookingId: BookingId,
  householdId: HouseholdId,
  fromMs: z.int(),
  untilMs: z.int(),
  freeAtMs: z.int(),
  expiresAtMs: z.int().nullable(),
  terms: json.pipe(Terms),
});

const within = 'resourceId IN (SELECT value FROM json_each(?)) ORDER BY fromMs';

/** The resources of these rows with their calendars, in the order of the rows. */
const withCalendars = (db: ReadDatabase, rows: readonly ResourceRow[]): (Resource & ResourceRow)[] => {
  const ids = JSON.stringify(rows.map((row) => row.resourceId));
  const openings = Map.groupBy(
    db.all(`SELECT * FROM openings WHERE ${within}`, ids).map((row) => OpeningRow.parse(row)),
    (row) => row.resourceId,
  );
  const occupations = Map.groupBy(
    db.all(`SELECT * FROM occupations WHERE ${within}`, ids).map((row) => OccupationRow.parse(row)),
    (row) => row.resourceId,
  );
  return rows.map((row) => ({
    ...row,
    openings: (openings.get(row.resourceId) ?? [])
      .filter(({ untilMs }) => untilMs > row.latestMs)
      .map(({ fromMs, untilMs }) => ({ fromMs, untilMs })),
    occupations: (occupations.get(row.resourceId) ?? [])
      .filter(({ expiresAtMs, freeAtMs }) => expiresAtMs !== null || freeAtMs > row.latestMs)
      .map(({ resourceId: _, ...it }): Occupation => it),
  }));
};

const resourcesPerStep = 1000;

/** Every resource with its revision, for the search index. */
export function* loadResources(db: ReadDatabase): Generator<{ resource: Resource; revision: number }> {
  for (let after = ''; ; ) {
    const rows = db
      .all('SELECT * FROM resources WHERE resourceId > ? ORDER BY resourceId LIMIT ?', after, resourcesPerStep)
      .map((row) => ResourceRow.parse(row));
    for (const { revision, openedAt: _, ...resource } of withCalendars(db, rows)) yield { resource, revision };
    const last = rows.at(-1);
    if (last === undefined || rows.length < resourcesPerStep) return;
    after = last.resourceId;
  }
}

/** A provider's resources in the order in which they were opened. */
export const listResources = (
  db: ReadDatabase,
  { providerId, page: { first, after } }: { readonly providerId: ProviderId; readonly page: PageRequest },
): Page<Resource> => {
  const [openedAt, id] = decodeCursor(after);
  const rows = db
    .all(
      `SELECT * FROM resources WHERE providerId = ? AND (openedAt, resourceId) > (?, ?)
       ORDER BY openedAt, resourceId LIMIT ?`,
      ...[providerId, openedAt, id, first + 1],
    )
    .map((row) => ResourceRow.parse(row));
  const resources = withCalendars(db, rows.slice(0, first));
  return {
    items: resources.map((it) => ({ cursor: encodeCursor(it.openedAt, it.resourceId), item: it })),
    hasMore: rows.length > first,
  };
};

const HoldRow = z.object({ resourceId: ResourceId, bookingId: BookingId, expiresAtMs: z.int() });
export type PassedHold = z.infer<typeof HoldRow>;

/** Holds whose deadline has passed and whose end is not recorded yet, the oldest first. */
export const listPassedHolds = (db: ReadDatabase, now: Instant, limit: number): PassedHold[] =>
  db
    .all(
      `SELECT resourceId, bookingId, expiresAtMs FROM occupations
       WHERE expiresAtMs IS NOT NULL AND expiresAtMs <= ? ORDER BY expiresAtMs LIMIT ?`,
      ...[msOf(now), limit],
    )
    .map((row) => HoldRow.parse(row));
