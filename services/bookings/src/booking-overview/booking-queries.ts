import { type BookingFilter, BookingId, type BookingStatus, BookingView, type Page } from '@adempauze/contracts';
import { openSealed, type ReadDatabase } from '@adempauze/event-store';
import { type Instant, isRedacted, type Vault } from '@adempauze/kernel';
import { z } from 'zod';
import { cancelViewOf, stepOf } from '../booking/booking.view.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** The rows are our own writing; parsing them gives them their types again. */
const json = z.string().transform((text): unknown => JSON.parse(text));
const Row = z.object({
  ...BookingView.pick({ bookingId: true, householdId: true, providerId: true, resourceId: true }).shape,
  ...BookingView.pick({ requestedAt: true, status: true, heldUntil: true, answerBy: true, helperId: true }).shape,
  ...BookingView.pick({ confirmedAt: true, revision: true }).shape,
  place: z.number(),
  caregiverId: z.string(),
  spanFrom: z.string(),
  spanUntil: z.string(),
  purpose: z.string().nullable(),
  fixed: json.pipe(
    BookingView.pick({
      offerId: true,
      form: true,
      terms: true,
      quote: true,
      placeOfService: true,
      municipality: true,
      requestedBy: true,
      partOf: true,
      askedAt: true,
      caregiverJoins: true,
    }).extend({
      endReason: z.string().nullable().default(null),
      cancelledAtCents: z.number().default(0),
      lateSince: BookingView.shape.requestedAt.nullable().default(null),
    }),
  ),
  delivery: json.pipe(BookingView.shape.delivery).nullable(),
  recordBy: BookingView.shape.requestedAt.nullable(),
  overdueSince: BookingView.shape.requestedAt.nullable(),
  since: BookingView.shape.step.shape.since,
});

/** Bookings, the one asked for last first; `from` and `until` are about the time of the care, which may overlap them. */
export const listBookings = async (
  db: ReadDatabase,
  vault: Vault,
  { householdId, providerId, status, from, until, page }: BookingFilter,
  now: Instant,
): Promise<Page<BookingView>> => {
  const after = page.after === undefined ? undefined : decodeCursor(page.after);
  if (page.after !== undefined && after === undefined) return { items: [], hasMore: false };
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  const where = (sql: string, ...values: (string | number)[]) => {
    conditions.push(sql);
    parameters.push(...values);
  };
  if (householdId !== undefined) where('householdId = ?', householdId);
  if (providerId !== undefined) where('providerId = ?', providerId);
  if (status !== undefined) where('status IN (SELECT value FROM json_each(?))', JSON.stringify(status));
  if (from !== undefined) where('spanUntil > ?', from);
  if (until !== undefined) where('spanFrom < ?', until);
  if (after !== undefined) where('place < ?', Number(after));
  const filter = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const found = db.all(`SELECT * FROM bookings ${filter} ORDER BY place DESC LIMIT ?`, ...parameters, page.first + 1);
  const rows = found.slice(0, page.first).map((row) => Row.parse(row));
  await vault.load(rows.filter(({ purpose }) => purpose !== null).map(({ caregiverId }) => caregiverId));
  const items = rows.map((row) => ({ cursor: encodeCursor(row.place), item: viewOf(row, vault, now) }));
  return { items, hasMore: found.length > page.first };
};

const viewOf = (row: z.infer<typeof Row>, vault: Vault, now: Instant): BookingView => {
  const { bookingId, householdId, providerId, resourceId, fixed, status, heldUntil, answerBy, helperId } = row;
  const { delivery, requestedAt, confirmedAt, since, recordBy, overdueSince, revision } = row;
  const span = { from: instant(row.spanFrom), until: instant(row.spanUntil) };
  const purpose = row.purpose === null ? null : openSealed(vault, row.purpose);
  const { cancelledAtCents, lateSince, ...view } = fixed;
  return {
    ...{ bookingId, householdId, providerId, resourceId, ...view, status, heldUntil, answerBy, helperId },
    ...{ delivery, requestedAt, confirmedAt, revision, span, recordBy },
    ...cancelViewOf({ ...view, status, span, cancelledAtCents, lateSince }, now),
    purpose: typeof purpose === 'string' && !isRedacted(purpose) ? purpose : null,
    step: stepOf({ status, span, since, overdueSince }, now),
  };
};

const instant = (text: string): Instant => BookingView.shape.requestedAt.parse(text);

/** A booking on which somebody's turn has ended; a confirmed one only when its household was forgotten. */
export type DueBooking = { readonly bookingId: BookingId; readonly deadlineAt: string };

export const dueBookings = (db: ReadDatabase, now: Instant, limit: number): DueBooking[] =>
  db
    .all(
      `SELECT bookingId, deadlineAt FROM bookings WHERE deadlineAt <= ?1 AND (status <> 'confirmed' OR spanFrom > ?1)
       ORDER BY deadlineAt LIMIT ?2`,
      now,
      limit,
    )
    .map((row) => z.object({ bookingId: BookingId, deadlineAt: z.string() }).parse(row));

/** Bookings whose care has been over for so long that the contact person is to look after the record. */
export const unrecordedBookings = (db: ReadDatabase, now: Instant, limit: number): DueBooking[] =>
  db
    .all(
      `SELECT bookingId, recordBy AS deadlineAt FROM bookings WHERE recordBy <= ? AND recordBy IS NOT NULL
       AND overdueSince IS NULL ORDER BY recordBy LIMIT ?`,
      now,
      limit,
    )
    .map((row) => z.object({ bookingId: BookingId, deadlineAt: z.string() }).parse(row));

const comingStatuses = JSON.stringify([
  'held',
  'awaiting-acceptance',
  'awaiting-helper',
  'reserved',
  'confirmed',
] satisfies BookingStatus[]);

/** Bookings of these households whose care has not begun and that have not ended. */
export const comingBookings = (db: ReadDatabase, householdIds: readonly string[], now: Instant): BookingId[] =>
  db
    .all(
      `SELECT bookingId FROM bookings WHERE householdId IN (SELECT value FROM json_each(?)) AND spanFrom > ?
       AND status IN (SELECT value FROM json_each(?)) ORDER BY bookingId`,
      JSON.stringify(householdIds),
      now,
      comingStatuses,
    )
    .map((row) => BookingId.parse(row.bookingId));

/** Bookings that were cancelled because this person was forgotten. */
export const bookingsCancelledFor = (db: ReadDatabase, personId: string): BookingId[] =>
  db
    .all('SELECT bookingId FROM bookings WHERE cancelledFor = ? ORDER BY bookingId', personId)
    .map((row) => BookingId.parse(row.bookingId));
