import type { TimeSpan } from '@adempauze/contracts';
import type { Projection, SourceEvent, Statement } from '@adempauze/event-store';
import { type Instant, minuteMs, msOf } from '@adempauze/kernel';
import { isStoredEvent } from '../stored-event.ts';

/**
 * What was ever on offer and what became of each place, for reports over months that are long over: the other read models
 * let go of the past. A change of a calendar is a row that holds from its moment on; `spans` are minutes since 1970, each
 * beginning beside its end. A place is the latest that is known of it.
 */
const tables = `
  CREATE TABLE supply_providers (providerId TEXT PRIMARY KEY, municipality TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX supply_providers_by_area ON supply_providers (municipality);
  CREATE TABLE supply_offers (
    offerId TEXT PRIMARY KEY, form TEXT NOT NULL, unit TEXT NOT NULL, publishedAtMs INTEGER NOT NULL,
    withdrawnAtMs INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE supply_resources (
    resourceId TEXT PRIMARY KEY, providerId TEXT NOT NULL, offerIds TEXT NOT NULL, capacity INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX supply_resources_by_provider ON supply_resources (providerId);
  CREATE TABLE supply_changes (
    resourceId TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL, atMs INTEGER NOT NULL,
    spans TEXT NOT NULL, capacity INTEGER, PRIMARY KEY (resourceId, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE supply_places (
    resourceId TEXT NOT NULL, bookingId TEXT NOT NULL, offerId TEXT NOT NULL, fromMs INTEGER NOT NULL,
    untilMs INTEGER NOT NULL, state TEXT NOT NULL, overridden INTEGER NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (resourceId, bookingId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX supply_places_by_time ON supply_places (resourceId, fromMs);
`;

const hold = `INSERT INTO supply_places VALUES (?, ?, ?, ?, ?, 'held', ?, ?)
  ON CONFLICT DO UPDATE SET offerId = excluded.offerId, fromMs = excluded.fromMs, untilMs = excluded.untilMs,
    state = 'held', overridden = excluded.overridden, revision = excluded.revision
  WHERE excluded.revision > revision`;
const move = `UPDATE supply_places SET offerId = ?1, fromMs = ?2, untilMs = ?3, overridden = 0, revision = ?4
  WHERE resourceId = ?5 AND bookingId = ?6 AND revision < ?4`;
const setState = `UPDATE supply_places SET state = ?1, revision = ?2
  WHERE resourceId = ?3 AND bookingId = ?4 AND revision < ?2`;
/** Who leaves a place that was theirs after it began has had it until then. */
const free = `UPDATE supply_places SET
    untilMs = CASE WHEN state = 'taken' AND fromMs < ?1 THEN min(untilMs, ?1) ELSE untilMs END,
    state = CASE WHEN state = 'taken' AND fromMs < ?1 THEN 'taken' ELSE 'let-go' END, revision = ?2
  WHERE resourceId = ?3 AND bookingId = ?4 AND revision < ?2`;

export type SupplyChangeKind = 'open' | 'shut' | 'capacity' | 'busy';

export const supplyHistoryProjection: Projection<SourceEvent> = {
  name: 'supply-history-1',
  tables,
  project(event) {
    if (!isStoredEvent(event)) return undefined;
    const { revision } = event;
    const change = (
      { resourceId, capacity }: { readonly resourceId: string; readonly capacity?: number },
      kind: SupplyChangeKind,
      at: Instant,
      spans: readonly TimeSpan[],
    ): Statement => [
      'INSERT OR IGNORE INTO supply_changes VALUES (?, ?, ?, ?, ?, ?)',
      ...[resourceId, revision, kind, msOf(at), writtenSpans(spans), capacity ?? null],
    ];
    switch (event.type) {
      case 'ProviderRegistered': {
        const { providerId, place } = event.data;
        return ['INSERT OR IGNORE INTO supply_providers VALUES (?, ?)', providerId, place.municipality];
      }
      case 'OfferPublished': {
        const { offerId, form, unit, publishedAt } = event.data;
        const publish = 'INSERT OR IGNORE INTO supply_offers VALUES (?, ?, ?, ?, NULL)';
        return [publish, offerId, form, unit, msOf(publishedAt)];
      }
      case 'OfferWithdrawn': {
        const { offerId, withdrawnAt } = event.data;
        return ['UPDATE supply_offers SET withdrawnAtMs = ? WHERE offerId = ?', msOf(withdrawnAt), offerId];
      }
      case 'ResourceOpened': {
        const { resourceId, providerId, offerIds, capacity } = event.data;
        const open = 'INSERT OR IGNORE INTO supply_resources VALUES (?, ?, ?, ?)';
        return [open, resourceId, providerId, JSON.stringify(offerIds), capacity];
      }
      case 'TimesPublished':
        return change({ resourceId: event.data.resourceId }, 'open', event.data.publishedAt, event.data.spans);
      case 'TimesWithdrawn':
        return change({ resourceId: event.data.resourceId }, 'shut', event.data.withdrawnAt, event.data.spans);
      case 'CapacityChanged': {
        const { span, changedAt } = event.data;
        return change(event.data, 'capacity', changedAt, span === undefined ? [] : [span]);
      }
      case 'CalendarRead':
        return change({ resourceId: event.data.resourceId }, 'busy', event.data.readAt, event.data.busy);
      case 'PlaceHeld':
      case 'CapacityOverridden': {
        const { resourceId, bookingId, offerId, span } = event.data;
        const isOverride = event.type === 'CapacityOverridden' ? 1 : 0;
        return [hold, resourceId, bookingId, offerId, msOf(span.from), msOf(span.until), isOverride, revision];
      }
      case 'PlaceMoved': {
        const { resourceId, bookingId, offerId, span } = event.data;
        return [move, offerId, msOf(span.from), msOf(span.until), revision, resourceId, bookingId];
      }
      case 'PlaceTaken':
        return [setState, 'taken', revision, event.data.resourceId, event.data.bookingId];
      case 'HoldExpired':
        return [setState, 'let-go', revision, event.data.resourceId, event.data.bookingId];
      case 'PlaceReleased': {
        const { resourceId, bookingId, releasedAt } = event.data;
        return [free, msOf(releasedAt), revision, resourceId, bookingId];
      }
      default:
        return undefined;
    }
  },
};

const writtenSpans = (spans: readonly TimeSpan[]): string =>
  JSON.stringify(spans.flatMap(({ from, until }) => [msOf(from) / minuteMs, msOf(until) / minuteMs]));
