import type { ResourceId } from '@adempauze/contracts';
import type { Projection, SourceEvent, Statement } from '@adempauze/event-store';
import { type Day, type Instant, instantOn, minuteMs, msOf, plusDays } from '@adempauze/kernel';
import { dayMs } from '../amsterdam.rules.ts';
import { horizonStepDays } from '../resource/opening.rules.ts';
import { daysIn } from '../resource/resource.state.rules.ts';
import { isStoredEvent } from '../stored-event.ts';

/**
 * Resources with their calendars and who occupies them. What was over at the latest event may still stand here and is
 * left out when read: then it is the same as the streams fold to. `expiresAtMs` is null for a place that is taken; the
 * partial indexes find the deadlines of holds, and the holds of a household. `horizonMs` is when rules are to be expanded
 * further. Moments are ms since 1970.
 */
const tables = `
  CREATE TABLE resources (
    resourceId TEXT PRIMARY KEY, providerId TEXT NOT NULL, offerIds TEXT NOT NULL, capacity INTEGER NOT NULL,
    openedCapacity INTEGER NOT NULL, bufferMinutes INTEGER NOT NULL, travelMinutes INTEGER NOT NULL,
    availability TEXT, expandedUntil TEXT, horizonMs INTEGER, calendarReadAtMs INTEGER, openedAt TEXT NOT NULL, latestMs INTEGER NOT NULL, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX resources_by_provider ON resources (providerId, openedAt, resourceId);
  CREATE TABLE openings (
    resourceId TEXT NOT NULL, fromMs INTEGER NOT NULL, untilMs INTEGER NOT NULL, PRIMARY KEY (resourceId, fromMs)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX resources_by_horizon ON resources (horizonMs) WHERE horizonMs IS NOT NULL;
  CREATE TABLE capacities (
    resourceId TEXT NOT NULL, fromMs INTEGER NOT NULL, untilMs INTEGER NOT NULL, capacity INTEGER NOT NULL,
    PRIMARY KEY (resourceId, fromMs)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE busy (
    resourceId TEXT NOT NULL, fromMs INTEGER NOT NULL, untilMs INTEGER NOT NULL, PRIMARY KEY (resourceId, fromMs)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE closedDays (resourceId TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (resourceId, day))
    STRICT, WITHOUT ROWID;
  CREATE TABLE roster (
    resourceId TEXT NOT NULL, workerId TEXT NOT NULL, fromMs INTEGER NOT NULL, untilMs INTEGER NOT NULL,
    PRIMARY KEY (resourceId, workerId, fromMs)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE occupations (
    resourceId TEXT NOT NULL, bookingId TEXT NOT NULL, householdId TEXT NOT NULL, fromMs INTEGER NOT NULL,
    untilMs INTEGER NOT NULL, freeAtMs INTEGER NOT NULL, expiresAtMs INTEGER, terms TEXT NOT NULL, override TEXT,
    PRIMARY KEY (resourceId, bookingId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holds_by_deadline ON occupations (expiresAtMs) WHERE expiresAtMs IS NOT NULL;
  CREATE INDEX holds_by_household ON occupations (householdId, expiresAtMs) WHERE expiresAtMs IS NOT NULL;
`;

const open = `INSERT OR IGNORE INTO resources
  VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, NULL, NULL, NULL, NULL, ?7, ?8, ?9)`;
const seen = `UPDATE resources SET latestMs = max(latestMs, ?), revision = max(revision, ?) WHERE resourceId = ?`;

/*
 * A sorted list of spans as rows: ?1 is the resource, ?2 and ?3 the span, ?4 what else tells lists apart (`AND key = ?4`)
 * or goes with the row.
 */
type Spans = {
  readonly table: string;
  readonly columns: string;
  readonly values: string;
  readonly where: string;
  readonly keep: string;
};
const openings: Spans = { table: 'openings', columns: '', values: '', where: 'resourceId = ?1', keep: '' };
const capacities: Spans = {
  ...{ table: 'capacities', columns: ', capacity', values: ', ?4', where: 'resourceId = ?1', keep: ', capacity' },
};
const roster: Spans = {
  ...{ table: 'roster', columns: ', workerId', values: ', ?4', where: 'resourceId = ?1 AND workerId = ?4' },
  keep: ', workerId',
};

/** Melts a span with all that it overlaps or touches; what then lies within another goes. */
const meltInto = ({ table, columns, values, where }: Spans): readonly string[] => [
  `INSERT INTO ${table} (resourceId, fromMs, untilMs${columns})
   SELECT ?1, min(?2, coalesce(min(fromMs), ?2)), max(?3, coalesce(max(untilMs), ?3))${values}
   FROM ${table} WHERE ${where} AND fromMs <= ?3 AND untilMs >= ?2
   ON CONFLICT DO UPDATE SET untilMs = max(untilMs, excluded.untilMs)`,
  `DELETE FROM ${table} WHERE ${where} AND fromMs <= ?3 AND untilMs >= ?2 AND EXISTS (
     SELECT 1 FROM ${table} AS wider
     WHERE ${where.replaceAll(/\b(resourceId|workerId)\b/g, 'wider.$1')}
       AND wider.fromMs < ${table}.fromMs AND wider.untilMs >= ${table}.untilMs)`,
];
const cutFrom = ({ table, columns, where, keep }: Spans): readonly string[] => [
  `INSERT OR IGNORE INTO ${table} (resourceId, fromMs, untilMs${columns})
   SELECT ?1, ?3, untilMs${keep} FROM ${table} WHERE ${where} AND fromMs < ?3 AND untilMs > ?3`,
  `DELETE FROM ${table} WHERE ${where} AND fromMs >= ?2 AND fromMs < ?3`,
  `UPDATE ${table} SET untilMs = ?2 WHERE ${where} AND fromMs < ?2 AND untilMs > ?2 AND ?3 > ?2`,
];
const addOpening = meltInto(openings);
const cutOpening = cutFrom(openings);
const addDuty = meltInto(roster);
const cutDuty = cutFrom(roster);
const cutCapacity = cutFrom({ ...capacities, where: 'resourceId = ?1' });
const addCapacity = 'INSERT OR REPLACE INTO capacities (resourceId, fromMs, untilMs, capacity) VALUES (?1, ?2, ?3, ?4)';

const hold = `INSERT INTO occupations
  SELECT ?1, ?2, ?3, ?4, ?5, ?5 + bufferMinutes * ${minuteMs}, ?6, ?7, ?8 FROM resources WHERE resourceId = ?1
  ON CONFLICT DO UPDATE SET householdId = excluded.householdId, fromMs = excluded.fromMs, untilMs = excluded.untilMs,
    freeAtMs = excluded.freeAtMs, expiresAtMs = excluded.expiresAtMs, terms = excluded.terms,
    override = excluded.override`;
const move = `UPDATE occupations SET fromMs = ?3, untilMs = ?4, terms = ?5, override = NULL,
  freeAtMs = ?4 + (SELECT bufferMinutes FROM resources WHERE resourceId = ?1) * ${minuteMs}
  WHERE resourceId = ?1 AND bookingId = ?2`;
const setExpiry = 'UPDATE occupations SET expiresAtMs = ? WHERE resourceId = ? AND bookingId = ?';
const free = 'DELETE FROM occupations WHERE resourceId = ? AND bookingId = ?';
const latest = '(SELECT latestMs FROM resources WHERE resourceId = ?1)';
/** What ended within the travel time counts still, as in the state of a resource. */
const underWay = `(SELECT latestMs - travelMinutes * ${minuteMs} FROM resources WHERE resourceId = ?1)`;
const dropPast = [
  ...['openings', 'busy', 'roster'].map(
    (table) => `DELETE FROM ${table} WHERE resourceId = ?1 AND untilMs <= ${latest}`,
  ),
  `DELETE FROM capacities WHERE resourceId = ?1 AND untilMs <= ${underWay}`,
];
const dropPastPlaces = `DELETE FROM occupations WHERE resourceId = ?1 AND expiresAtMs IS NULL AND freeAtMs <= ${underWay}`;

/** When rules are to be expanded further: some days before they reach less far than they should. */
const horizonMsOf = (expandedUntil: Day, aheadDays: number): number =>
  msOf(instantOn(plusDays(expandedUntil, horizonStepDays - aheadDays)));

export const occupancyProjection: Projection<SourceEvent> = {
  name: 'occupancy-3',
  tables,
  project(event) {
    if (!isStoredEvent(event)) return undefined;
    const { revision } = event;
    const at = (resourceId: ResourceId, moment: Instant, ...statements: Statement[]): Statement[] => [
      ...statements,
      [seen, msOf(moment), revision, resourceId],
    ];
    const all = (list: readonly string[], ...parameters: (string | number)[]): Statement[] =>
      list.map((sql): Statement => [sql, ...parameters]);
    /** First without what was over, which new times must not melt with. With each booking it would cost too much. */
    const cleared = (resourceId: ResourceId, moment: Instant, ...statements: Statement[]): Statement[] => [
      ...all(dropPast, resourceId),
      [dropPastPlaces, resourceId],
      ...at(resourceId, moment, ...statements),
    ];
    switch (event.type) {
      case 'ResourceOpened': {
        const { resourceId, providerId, offerIds, capacity, bufferMinutes, travelMinutes, openedAt } = event.data;
        const fixed = [resourceId, providerId, JSON.stringify(offerIds), capacity, bufferMinutes, travelMinutes];
        return [open, ...fixed, openedAt, msOf(openedAt), revision];
      }
      case 'TimesPublished': {
        const { resourceId, spans, publishedAt } = event.data;
        const statements = spans.flatMap(({ from, until }) => all(addOpening, resourceId, msOf(from), msOf(until)));
        return cleared(resourceId, publishedAt, ...statements);
      }
      case 'TimesWithdrawn': {
        const { resourceId, spans, withdrawnAt } = event.data;
        const statements = spans.flatMap(({ from, until }) => all(cutOpening, resourceId, msOf(from), msOf(until)));
        return cleared(resourceId, withdrawnAt, ...statements);
      }
      case 'CapacityChanged': {
        const { resourceId, capacity, span, changedAt } = event.data;
        if (span === undefined) {
          const set: Statement = ['UPDATE resources SET capacity = ? WHERE resourceId = ?', capacity, resourceId];
          return at(resourceId, changedAt, set);
        }
        const [from, until] = [msOf(span.from), msOf(span.until)];
        const add: Statement = [addCapacity, resourceId, from, until, capacity];
        return cleared(resourceId, changedAt, ...all(cutCapacity, resourceId, from, until), add);
      }
      case 'AvailabilitySet': {
        const { resourceId, setAt, expandedUntil, ...availability } = event.data;
        return at(resourceId, setAt, [
          'UPDATE resources SET availability = ?, expandedUntil = ?, horizonMs = ? WHERE resourceId = ?',
          JSON.stringify(availability),
          expandedUntil,
          horizonMsOf(expandedUntil, availability.aheadDays),
          resourceId,
        ]);
      }
      case 'HorizonExtended': {
        const { resourceId, expandedUntil, extendedAt } = event.data;
        return at(resourceId, extendedAt, [
          `UPDATE resources SET expandedUntil = ?1, horizonMs = ?2 - (availability ->> 'aheadDays') * ${dayMs}
           WHERE resourceId = ?3`,
          ...[expandedUntil, msOf(instantOn(plusDays(expandedUntil, horizonStepDays))), resourceId],
        ]);
      }
      case 'DaysClosed': {
        const { resourceId, days, closedAt } = event.data;
        const list = JSON.stringify(daysIn(days));
        const close = 'INSERT OR IGNORE INTO closedDays SELECT ?, value FROM json_each(?)';
        return at(resourceId, closedAt, [close, resourceId, list]);
      }
      case 'DaysReopened': {
        const { resourceId, days, reopenedAt } = event.data;
        const open = 'DELETE FROM closedDays WHERE resourceId = ? AND day >= ? AND day < ?';
        return at(resourceId, reopenedAt, [open, resourceId, days.from, days.until]);
      }
      case 'CalendarRead': {
        const { resourceId, busy, readAt } = event.data;
        const spans = JSON.stringify(busy.map(({ from, until }) => [msOf(from), msOf(until)]));
        return at(
          ...[resourceId, readAt],
          ['DELETE FROM busy WHERE resourceId = ?', resourceId],
          ['INSERT INTO busy SELECT ?, value ->> 0, value ->> 1 FROM json_each(?)', resourceId, spans],
          ['UPDATE resources SET calendarReadAtMs = ? WHERE resourceId = ?', msOf(readAt), resourceId],
        );
      }
      case 'WorkerRostered': {
        const { resourceId, workerId, span, rosteredAt } = event.data;
        return cleared(
          resourceId,
          rosteredAt,
          ...all(addDuty, resourceId, msOf(span.from), msOf(span.until), workerId),
        );
      }
      case 'WorkerUnrostered': {
        const { resourceId, workerId, span, unrosteredAt } = event.data;
        return cleared(
          resourceId,
          unrosteredAt,
          ...all(cutDuty, resourceId, msOf(span.from), msOf(span.until), workerId),
        );
      }
      case 'PlaceHeld':
      case 'CapacityOverridden': {
        const { resourceId, bookingId, householdId, span, expiresAt, terms, heldAt } = event.data;
        const place = [resourceId, bookingId, householdId, msOf(span.from), msOf(span.until), msOf(expiresAt)];
        const reason = 'reason' in event.data ? event.data.reason : null;
        return at(resourceId, heldAt, [hold, ...place, JSON.stringify(terms), reason]);
      }
      case 'PlaceMoved': {
        const { resourceId, bookingId, span, terms, movedAt } = event.data;
        const place = [resourceId, bookingId, msOf(span.from), msOf(span.until), JSON.stringify(terms)];
        return at(resourceId, movedAt, [move, ...place]);
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
