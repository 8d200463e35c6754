import {
  type BookingId,
  decodeCursor,
  encodeCursor,
  type HouseholdId,
  type OfferId,
  type OverrideReason,
  type Page,
  type PageRequest,
  type ProviderId,
  type ResourceId,
  type Terms,
  type WorkerId,
} from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { type Day, type Instant, minuteMs, msOf } from '@adempauze/kernel';
import { z } from 'zod';
import type { SpanMs } from '../resource/calendar.rules.ts';
import type { Availability, Occupation, Resource } from '../resource/resource.state.rules.ts';
import { storedJson, storedText } from '../stored-row.ts';

const ResourceRow = z.object({
  resourceId: storedText<ResourceId>(),
  providerId: storedText<ProviderId>(),
  offerIds: storedJson<OfferId[]>(),
  capacity: z.number(),
  openedCapacity: z.number(),
  bufferMinutes: z.number(),
  travelMinutes: z.number(),
  availability: z.nullable(storedJson<Omit<Availability, 'expandedUntil'>>()),
  expandedUntil: storedText<Day>().nullable(),
  calendarReadAtMs: z.number().nullable(),
  openedAt: storedText<Instant>(),
  latestMs: z.number(),
  revision: z.number(),
});
type ResourceRow = z.infer<typeof ResourceRow>;
const SpanRow = z.object({ resourceId: storedText<ResourceId>(), fromMs: z.number(), untilMs: z.number() });
const CapacityRow = z.object({ ...SpanRow.shape, capacity: z.number() });
const DutyRow = z.object({ ...SpanRow.shape, workerId: storedText<WorkerId>() });
const ClosedRow = z.object({ resourceId: storedText<ResourceId>(), day: storedText<Day>() });
const OccupationRow = z.object({
  resourceId: storedText<ResourceId>(),
  bookingId: storedText<BookingId>(),
  householdId: storedText<HouseholdId>(),
  fromMs: z.number(),
  untilMs: z.number(),
  freeAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  terms: storedJson<Terms>(),
  override: storedText<OverrideReason>().nullable(),
});

/** Those of whom something is to be read, in one go: the rows of a table for these resources, by resource. */
const grouped = <R extends { readonly resourceId: ResourceId }>(
  db: ReadDatabase,
  ids: string,
  { table, order, row }: { readonly table: string; readonly order: string; readonly row: z.ZodType<R> },
): Map<ResourceId, R[]> =>
  Map.groupBy(
    db
      .all(`SELECT * FROM ${table} WHERE resourceId IN (SELECT value FROM json_each(?)) ORDER BY ${order}`, ids)
      .map((it) => row.parse(it)),
    (it) => it.resourceId,
  );
const nothing: readonly never[] = [];
const kept = <R extends SpanMs, T>(rows: readonly R[] | undefined, latestMs: number, take: (row: R) => T) => {
  const coming = rows?.filter(({ untilMs }) => untilMs > latestMs) ?? [];
  return coming.length === 0 ? nothing : coming.map(take);
};
const spanOf = ({ fromMs, untilMs }: SpanMs): SpanMs => ({ fromMs, untilMs });

type FoundResource = { readonly resource: Resource; readonly openedAt: Instant; readonly revision: number };

/** The resources of these rows with their calendars, in the order of the rows. */
const withCalendars = (db: ReadDatabase, rows: readonly ResourceRow[]): FoundResource[] => {
  const ids = JSON.stringify(rows.map((row) => row.resourceId));
  const openings = grouped(db, ids, { table: 'openings', order: 'fromMs', row: SpanRow });
  const busy = grouped(db, ids, { table: 'busy', order: 'fromMs', row: SpanRow });
  const capacities = grouped(db, ids, { table: 'capacities', order: 'fromMs', row: CapacityRow });
  const roster = grouped(db, ids, { table: 'roster', order: 'workerId, fromMs', row: DutyRow });
  const closedDays = grouped(db, ids, { table: 'closedDays', order: 'day', row: ClosedRow });
  const occupations = grouped(db, ids, { table: 'occupations', order: 'fromMs', row: OccupationRow });
  return rows.map(({ revision, openedAt, availability, expandedUntil, ...row }) => {
    const { resourceId, latestMs, travelMinutes } = row;
    const underWayMs = latestMs - travelMinutes * minuteMs;
    const travel = travelMinutes === 0 ? {} : { travelMs: travelMinutes * minuteMs };
    const resource: Resource = {
      ...row,
      availability: availability && expandedUntil && { ...availability, expandedUntil },
      openings: kept(openings.get(resourceId), latestMs, spanOf),
      busy: kept(busy.get(resourceId), latestMs, spanOf),
      capacities: kept(capacities.get(resourceId), underWayMs, ({ resourceId: _, ...it }) => it),
      roster: kept(roster.get(resourceId), latestMs, ({ resourceId: _, ...it }) => it),
      closedDays: closedDays.get(resourceId)?.map(({ day }) => day) ?? nothing,
      occupations: (occupations.get(resourceId) ?? nothing)
        .filter(({ expiresAtMs, freeAtMs }) => expiresAtMs !== null || freeAtMs > underWayMs)
        .map(
          ({ resourceId: _, override, ...it }): Occupation => ({
            ...{ ...it, ...travel },
            ...(override === null ? {} : { override }),
          }),
        ),
    };
    return { resource, openedAt, revision };
  });
};

const resourcesPerStep = 1000;

/** Every resource with its revision, for the search index. */
export function* loadResources(db: ReadDatabase): Generator<{ resource: Resource; revision: number }> {
  for (let after = ''; ; ) {
    const rows = db
      .all('SELECT * FROM resources WHERE resourceId > ? ORDER BY resourceId LIMIT ?', after, resourcesPerStep)
      .map((row) => ResourceRow.parse(row));
    for (const { revision, resource } of withCalendars(db, rows)) yield { resource, revision };
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
    items: resources.map(({ openedAt, resource }) => ({
      cursor: encodeCursor(openedAt, resource.resourceId),
      item: resource,
    })),
    hasMore: rows.length > first,
  };
};

const HoldRow = z.object({
  resourceId: storedText<ResourceId>(),
  bookingId: storedText<BookingId>(),
  expiresAtMs: z.number(),
});
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

/** Resources whose rules are to be expanded further, the most urgent first. */
export const listShortHorizons = (db: ReadDatabase, now: Instant, limit: number): ShortHorizon[] =>
  db
    .all(
      `SELECT resourceId, horizonMs FROM resources WHERE horizonMs IS NOT NULL AND horizonMs <= ?
       ORDER BY horizonMs LIMIT ?`,
      ...[msOf(now), limit],
    )
    .map((row) => HorizonRow.parse(row));
const HorizonRow = z.object({ resourceId: storedText<ResourceId>(), horizonMs: z.number() });
export type ShortHorizon = z.infer<typeof HorizonRow>;
