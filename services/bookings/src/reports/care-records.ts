import type { Projection, SourceEvent, Statement } from '@adempauze/event-store';
import { dayOf, type Instant, monthOf } from '@adempauze/kernel';
import type { About, BookingEvent, DataOf } from '../booking/booking.events.ts';
import { isStored, type Stored } from '../integration/stored.ts';
import { bookingOfStep } from '../stay/stay.view.ts';

/**
 * What reports are made of: one row a booking with when it was asked, how it ended and who came; and whom a household has
 * met or finds on duty. Ids only, and no report gives them. Each row comes from one stream, by the latest of its events, so
 * that it does not matter in which order streams are read.
 *
 * `month` is that of the care and `home` where the recipient lives. `face`: who came; at somebody's home a calendar is one
 * person's.
 */
const tables = `
  CREATE TABLE care_records (
    bookingId TEXT PRIMARY KEY, householdId TEXT NOT NULL, providerId TEXT NOT NULL, form TEXT NOT NULL,
    home TEXT NOT NULL, askedOn TEXT NOT NULL, begunAt TEXT NOT NULL, month TEXT NOT NULL, seriesId TEXT,
    resourceId TEXT, atHome INTEGER NOT NULL, outcome TEXT, reason TEXT, endedOn TEXT, deliveredOn TEXT, unit TEXT,
    quantity INTEGER, face TEXT, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX care_records_by_home ON care_records (home, month);
  CREATE INDEX care_records_by_provider ON care_records (providerId, month);
  CREATE INDEX care_records_by_face ON care_records (householdId, face, begunAt) WHERE face IS NOT NULL;
  CREATE TABLE faces_met (
    householdId TEXT NOT NULL, workerId TEXT NOT NULL, metAt TEXT NOT NULL, PRIMARY KEY (householdId, workerId)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE faces_on_duty (bookingId TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

const insert = `INSERT OR IGNORE INTO care_records (bookingId, householdId, providerId, form, home, askedOn, begunAt, month,
  seriesId, resourceId, atHome, outcome, reason, endedOn, revision)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const end = `UPDATE care_records SET outcome = ?1, reason = ?2, endedOn = ?3, revision = ?4
  WHERE bookingId = ?5 AND revision < ?4`;
const deliver = `UPDATE care_records SET outcome = 'delivered', reason = NULL, endedOn = ?1, deliveredOn = ?2, unit = ?3,
  quantity = ?4, face = coalesce(?5, CASE WHEN atHome = 1 THEN resourceId END), revision = ?6
  WHERE bookingId = ?7 AND revision < ?6`;
const move = `UPDATE care_records SET begunAt = ?1, month = ?2, atHome = ?3, revision = ?4
  WHERE bookingId = ?5 AND revision < ?4`;
const meet = `INSERT INTO faces_met VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET metAt = min(metAt, excluded.metAt)`;

/** A stay has at most five steps before it: those that come after a step are named without a look at its plan. */
const stepsAfter = [1, 2, 3, 4, 5];

/** What the family itself let go of: no wait goes on for it. Everything else that came to nothing is a wait still. */
export type Outcome = 'delivered' | 'refused' | 'declined' | 'no-answer' | 'let-go' | 'cancelled' | 'no-care';

export const careRecordsProjection: Projection<SourceEvent> = {
  name: 'care-records-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'BookingRequested':
        return asked(event.data, event.data.requestedAt, event.revision);
      case 'BookingRefused':
        return asked(event.data, event.data.refusedAt, event.revision, {
          outcome: 'refused',
          reason: event.data.reason,
        });
      case 'BookingDeclined':
        return ended(event, 'declined', event.data.reason, event.data.declinedAt);
      case 'BookingExpired': {
        const { awaited, expiredAt } = event.data;
        // What waited for the outcome of a step had its place, and what waited for the caregiver was theirs to let go.
        const isFamilys = awaited === 'caregiver' || awaited === 'outcome';
        return ended(event, isFamilys ? 'let-go' : 'no-answer', awaited, expiredAt);
      }
      case 'BookingCancelled': {
        const { by, reason, forgottenId, cancelledAt } = event.data;
        const who = reason === undefined ? by : `${by}-${reason}`;
        return ended(event, 'cancelled', forgottenId === undefined ? who : 'forgotten', cancelledAt);
      }
      case 'CareNotGiven':
        return ended(event, 'no-care', event.data.reason, event.data.recordedAt);
      case 'CareDelivered': {
        const { bookingId, deliveredOn, unit, quantity, workerId, helperId, recordedAt } = event.data;
        const given = [dayOf(recordedAt), deliveredOn, unit, quantity, workerId ?? helperId ?? null];
        return [deliver, ...given, event.revision, bookingId];
      }
      case 'BookingMoved': {
        const { bookingId, span, placeOfService } = event.data;
        const to = [span.from, monthOf(dayOf(span.from)), placeOfService === 'provider' ? 0 : 1];
        return [move, ...to, event.revision, bookingId];
      }
      case 'StepPassed': {
        const { householdId, metWorkerIds, passedAt } = event.data;
        return metWorkerIds.map((workerId): Statement => [meet, householdId, workerId, passedAt]);
      }
      case 'StayRostered': {
        const { stayId, step } = event.data;
        const onDuty = 'INSERT OR IGNORE INTO faces_on_duty VALUES (?)';
        return stepsAfter.map((later): Statement => [onDuty, bookingOfStep(stayId, step + later)]);
      }
      default:
        return undefined;
    }
  },
};

const asked = (
  data: DataOf<'BookingRequested'> | DataOf<'BookingRefused'>,
  askedAt: Instant,
  revision: number,
  end: { readonly outcome: Outcome; readonly reason: string } | undefined = undefined,
): Statement => {
  const { bookingId, householdId, providerId, form, homeMunicipality, span, placeOfService, partOf, resourceId } = data;
  const askedOn = dayOf(askedAt);
  return [
    insert,
    ...[bookingId, householdId, providerId, form, homeMunicipality, askedOn, span.from, monthOf(dayOf(span.from))],
    ...[partOf?.kind === 'series' ? partOf.id : null, resourceId ?? null, placeOfService === 'provider' ? 0 : 1],
    ...[end?.outcome ?? null, end?.reason ?? null, end === undefined ? null : askedOn, revision],
  ];
};

type Ended = Extract<Stored, BookingEvent & { data: About }>;
const ended = ({ data, revision }: Ended, outcome: Outcome, reason: string, at: Instant): Statement => [
  end,
  ...[outcome, reason, dayOf(at), revision, data.bookingId],
];
