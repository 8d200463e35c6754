import type { BookingStatus } from '@adempauze/contracts';
import { keepSealed, type Projection, type SourceEvent, type Statement } from '@adempauze/event-store';
import { type Instant, plusMs } from '@adempauze/kernel';
import type { DataOf } from '../booking/booking.events.ts';
import { joinsWhen, recordWithinMs } from '../booking/booking.state.rules.ts';
import { actorIn } from '../booking/booking.view.ts';
import { isStored, type Stored } from '../integration/stored.ts';

/**
 * Every booking as it stands, so that a list needs no stream. `place` counts them in the order of the log: lists go
 * back along it, and rows are only ever added at the end. What never changes is in `fixed`; the purpose is a sealed
 * token. `deadlineAt`: when somebody's turn ends. Ways in: by household, by provider, by deadline.
 */
const tables = `
  CREATE TABLE bookings (
    place INTEGER PRIMARY KEY, bookingId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, providerId TEXT NOT NULL,
    caregiverId TEXT NOT NULL, resourceId TEXT, spanFrom TEXT NOT NULL, spanUntil TEXT NOT NULL,
    requestedAt TEXT NOT NULL, fixed TEXT NOT NULL, purpose TEXT, status TEXT NOT NULL, heldUntil TEXT, answerBy TEXT,
    deadlineAt TEXT, helperId TEXT, delivery TEXT, confirmedAt TEXT, actor TEXT NOT NULL, since TEXT NOT NULL,
    cancelledFor TEXT, recordBy TEXT, overdueSince TEXT, revision INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX bookings_by_household ON bookings (householdId);
  CREATE INDEX bookings_held ON bookings (householdId, heldUntil) WHERE status = 'held';
  CREATE INDEX bookings_by_provider ON bookings (providerId);
  CREATE INDEX bookings_by_deadline ON bookings (deadlineAt) WHERE deadlineAt IS NOT NULL;
  CREATE INDEX bookings_by_record ON bookings (recordBy) WHERE recordBy IS NOT NULL AND overdueSince IS NULL;
  CREATE INDEX bookings_cancelled_for ON bookings (cancelledFor) WHERE cancelledFor IS NOT NULL;
`;

/** A booking that slips in, or goes on, after its household was forgotten falls due at once: the sweep cancels it. */
const isForgotten = `EXISTS (SELECT 1 FROM household_persons
  WHERE household_persons.householdId = bookings.householdId AND forgotten = 1)`;
const insert = `INSERT OR IGNORE INTO bookings (bookingId, householdId, providerId, caregiverId, resourceId, spanFrom,
  spanUntil, requestedAt, fixed, purpose, status, heldUntil, deadlineAt, actor, since, revision)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
    CASE WHEN EXISTS (SELECT 1 FROM household_persons WHERE householdId = ?2 AND forgotten = 1) THEN ?8 ELSE ?12 END,
    ?13, ?8, ?14)`;
/** Since when the provider knows of it: the first time counts. */
const askedAt = (at: string) => `fixed = json_set(fixed, '$.askedAt', ifnull(json_extract(fixed, '$.askedAt'), ${at}))`;
const ask = `UPDATE bookings SET status = ?1, answerBy = ?2, deadlineAt = CASE WHEN ${isForgotten} THEN ?4 ELSE ?2 END,
  heldUntil = NULL, actor = ?3, since = ?4, revision = ?5, ${askedAt('?4')} WHERE bookingId = ?6`;
const confirm = `UPDATE bookings SET status = 'confirmed', confirmedAt = ?1, helperId = ?2, heldUntil = NULL,
  answerBy = NULL, deadlineAt = CASE WHEN ${isForgotten} THEN ?1 END, actor = 'nobody', since = ?1, recordBy = ?5,
  revision = ?3, ${askedAt('?1')} WHERE bookingId = ?4`;
const move = `UPDATE bookings SET spanFrom = ?1, spanUntil = ?2,
  fixed = json_set(fixed, '$.placeOfService', ?3, '$.municipality', ?4),
  recordBy = CASE WHEN recordBy IS NULL THEN NULL ELSE ?5 END, revision = ?6 WHERE bookingId = ?7`;
const accompany = `UPDATE bookings SET fixed = json_set(fixed, '$.caregiverJoins', json(?1)), revision = ?2
  WHERE bookingId = ?3`;
const overdue = 'UPDATE bookings SET overdueSince = ?, revision = ? WHERE bookingId = ?';
const passOn = 'UPDATE bookings SET revision = ? WHERE bookingId = ?';
const end = `UPDATE bookings SET status = ?, delivery = ?, cancelledFor = ?, heldUntil = NULL, answerBy = NULL,
  deadlineAt = NULL, recordBy = NULL, actor = 'nobody', since = ?, revision = ? WHERE bookingId = ?`;
const note = 'UPDATE bookings SET fixed = json_patch(fixed, ?) WHERE bookingId = ?';
/** The purpose is in the caregiver's words; their households are known in the same file. */
const forget = `UPDATE bookings SET purpose = NULL WHERE caregiverId = ?1 AND purpose IS NOT NULL
  AND householdId IN (SELECT householdId FROM household_persons WHERE personId = ?1)`;

export const bookingOverviewProjection: Projection<SourceEvent> = {
  name: 'booking-overview-4',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'BookingRequested': {
        const { data } = event;
        return insertion(event.data, event.revision, {
          status: 'held',
          at: data.requestedAt,
          heldUntil: data.heldUntil,
          purpose: keepSealed(data.purpose),
          quote: data.quote,
        });
      }
      case 'BookingRefused':
        return insertion(event.data, event.revision, {
          status: 'refused',
          at: event.data.refusedAt,
          heldUntil: null,
          purpose: null,
          quote: { ownCostCents: 0, coverage: 'not', lines: [], refusals: [] },
        });
      case 'AcceptanceAsked':
        return asking(event, 'awaiting-acceptance', event.data.askedAt);
      case 'HelperWanted':
        return asking(event, 'awaiting-helper', event.data.wantedAt);
      case 'BookingReserved':
        return asking(event, 'reserved', event.data.reservedAt);
      case 'BookingMoved': {
        const { bookingId, span, placeOfService, municipality, lateSince } = event.data;
        const recordBy = plusMs(span.until, recordWithinMs);
        return [
          [move, span.from, span.until, placeOfService, municipality, recordBy, event.revision, bookingId],
          ...(lateSince === undefined ? [] : [noting(event, { lateSince })]),
        ];
      }
      case 'CareNotGiven':
        return ending(event, 'not-given', event.data.recordedAt);
      case 'RecordOverdue':
        return [overdue, event.data.overdueAt, event.revision, event.data.bookingId];
      case 'AccompanimentChanged': {
        const { bookingId, caregiverJoins } = event.data;
        return [accompany, String(caregiverJoins), event.revision, bookingId];
      }
      case 'MoveAsked':
      case 'MoveRefused':
      case 'GateOpened':
        return [passOn, event.revision, event.data.bookingId];
      case 'BookingConfirmed': {
        const { bookingId, confirmedAt, helperId, span } = event.data;
        const recordBy = plusMs(span.until, recordWithinMs);
        return [confirm, confirmedAt, helperId ?? null, event.revision, bookingId, recordBy];
      }
      case 'BookingDeclined':
        return [ending(event, 'declined', event.data.declinedAt), noting(event, { endReason: event.data.reason })];
      case 'BookingExpired':
        return ending(event, 'expired', event.data.expiredAt);
      case 'BookingCancelled':
        return [
          ending(event, 'cancelled', event.data.cancelledAt, { cancelledFor: event.data.forgottenId }),
          noting(event, {
            endReason: event.data.reason ?? null,
            cancelledAtCents: event.data.late?.ownCostCents ?? 0,
          }),
        ];
      case 'CareDelivered': {
        const { deliveryId, quantity, recordedAt } = event.data;
        const delivery = JSON.stringify({ deliveryId, quantity, recordedAt });
        return ending(event, 'delivered', recordedAt, { delivery });
      }
      case 'PersonForgotten':
        return [forget, event.data.personId];
      default:
        return undefined;
    }
  },
};

const insertion = (
  data: DataOf<'BookingRequested'> | DataOf<'BookingRefused'>,
  revision: number,
  now: {
    status: BookingStatus;
    at: Instant;
    heldUntil: Instant | null;
    purpose: string | null;
    quote: DataOf<'BookingRequested'>['quote'];
  },
): Statement => {
  const { offerId, form, terms, placeOfService, municipality, requestedBy, partOf = null } = data;
  const joins = joinsWhen(data.caregiverJoins, terms);
  return [
    insert,
    ...[data.bookingId, data.householdId, data.providerId, data.caregiverId, data.resourceId ?? null],
    ...[data.span.from, data.span.until, now.at],
    JSON.stringify({
      ...{ offerId, form, terms, quote: now.quote, placeOfService, municipality, requestedBy, partOf },
      ...(joins ? { caregiverJoins: true } : {}),
    }),
    ...[now.purpose, now.status, now.heldUntil, actorIn(now.status), revision],
  ];
};

/** What only few bookings have, beside what never changes. */
const noting = (
  { data }: Extract<Stored, { type: 'BookingDeclined' | 'BookingCancelled' | 'BookingMoved' }>,
  noted: { readonly endReason: string | null; readonly cancelledAtCents?: number } | { readonly lateSince: Instant },
): Statement => [note, JSON.stringify(noted), data.bookingId];

const asking = (
  { data, revision }: Extract<Stored, { type: 'AcceptanceAsked' | 'HelperWanted' | 'BookingReserved' }>,
  status: BookingStatus,
  since: Instant,
): Statement => [ask, status, data.answerBy, actorIn(status), since, revision, data.bookingId];

const ending = (
  { data, revision }: Extract<Stored, { data: { bookingId: string } }>,
  status: BookingStatus,
  since: Instant,
  { delivery, cancelledFor }: { delivery?: string; cancelledFor?: string | undefined } = {},
): Statement => [end, status, delivery ?? null, cancelledFor ?? null, since, revision, data.bookingId];
