import {
  BookingId,
  type BookingStatus,
  BookingView,
  type FeedEntry,
  type FeedOwner,
  HouseholdId,
  mostFeedEntries,
} from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { type Instant, plusMs } from '@adempauze/kernel';
import { z } from 'zod';
import type { About } from '../booking/booking.events.ts';
import { isStored } from '../integration/stored.ts';

/*
 * What stands in a feed. A household's bookings are few and have an index of their own; those of a provider or helper are
 * found here by time, so that a poll does not go through years of them. A provider is in it from the moment that it was
 * asked, and a helper from the moment that he said yes: before that nobody but the family knows of a request (R51).
 */
const tables = `
  CREATE TABLE feed_bookings (
    bookingId TEXT NOT NULL, ownerId TEXT NOT NULL, untilAt TEXT NOT NULL, PRIMARY KEY (bookingId, ownerId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX feed_bookings_by_time ON feed_bookings (ownerId, untilAt);
`;
const insert = 'INSERT OR IGNORE INTO feed_bookings VALUES (?, ?, ?)';
const move = 'UPDATE feed_bookings SET untilAt = ? WHERE bookingId = ?';

export const feedBookingsProjection: Projection<SourceEvent> = {
  name: 'feed-bookings-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'AcceptanceAsked':
      case 'HelperWanted':
      case 'BookingReserved':
        return ofProvider(event.data);
      case 'BookingConfirmed': {
        const { bookingId, helperId, span } = event.data;
        const helper: Statement[] = helperId === undefined ? [] : [[insert, bookingId, helperId, span.until]];
        return [ofProvider(event.data), ...helper];
      }
      case 'BookingMoved':
        return [move, event.data.span.until, event.data.bookingId];
      default:
        return undefined;
    }
  },
};
const ofProvider = ({ bookingId, providerId, span }: About): Statement => [insert, bookingId, providerId, span.until];

const dayMs = 86_400_000;
/** How far back a feed goes, and how long it keeps what was cancelled, so that calendars hear of it and take it out. */
const pastMs = 90 * dayMs;
const cancelledMs = 30 * dayMs;

const ended = ['declined', 'expired', 'cancelled', 'not-given'] satisfies BookingStatus[];
const isEnded = (status: BookingStatus): boolean => ended.some((it) => it === status);

const Row = z.object({
  ...{ bookingId: BookingId, providerId: BookingView.shape.providerId, helperId: BookingView.shape.helperId },
  ...{ status: BookingView.shape.status, revision: z.int().min(0), form: BookingView.shape.form },
  ...{ spanFrom: BookingView.shape.requestedAt, spanUntil: BookingView.shape.requestedAt },
});
const columns = `b.bookingId, b.providerId, b.helperId, b.status, b.revision, b.spanFrom, b.spanUntil,
  b.fixed ->> 'form' AS form`;
/** What was never more than a request that found no place stands in no calendar. */
const shown = `b.status <> 'refused' AND (b.status NOT IN (SELECT value FROM json_each(?4)) OR b.since > ?5)`;
const ofHousehold = {
  from: 'bookings AS b WHERE b.householdId = ?1 AND b.spanUntil > ?2 AND b.spanUntil <= ?3',
  by: 'b.spanUntil',
};
const ofOthers = {
  from: `feed_bookings AS f JOIN bookings AS b ON b.bookingId = f.bookingId
    WHERE f.ownerId = ?1 AND f.untilAt > ?2 AND f.untilAt <= ?3`,
  by: 'f.untilAt',
};
const endOfTime = '9999';

/** At most `mostFeedEntries`: what is to come before what is over, the nearest first; in the order of their time. */
export const listFeedEntries = (db: ReadDatabase, { kind, id }: FeedOwner, now: Instant): FeedEntry[] => {
  const { from, by } = kind === 'household' ? ofHousehold : ofOthers;
  const read = (after: string, upTo: string, order: 'ASC' | 'DESC', limit: number): z.infer<typeof Row>[] =>
    db
      .all(
        `SELECT ${columns} FROM ${from} AND ${shown} ORDER BY ${by} ${order}, b.bookingId LIMIT ?6`,
        ...[id, after, upTo, JSON.stringify(ended), plusMs(now, -cancelledMs), limit],
      )
      .map((row) => Row.parse(row));
  const coming = read(now, endOfTime, 'ASC', mostFeedEntries);
  const past = read(plusMs(now, -pastMs), now, 'DESC', mostFeedEntries - coming.length);
  return [...past.reverse(), ...coming].map(
    ({ bookingId, providerId, form, status, revision, helperId, spanFrom, spanUntil }) => ({
      ...{ bookingId, providerId, form, revision, span: { from: spanFrom, until: spanUntil } },
      // Somebody else came in this helper's place.
      status: kind === 'helper' && helperId !== id ? 'cancelled' : statusOf(status),
    }),
  );
};

const statusOf = (status: BookingStatus): FeedEntry['status'] => {
  if (status === 'confirmed' || status === 'delivered') return 'confirmed';
  return isEnded(status) || status === 'refused' ? 'cancelled' : 'tentative';
};

/** Households in which this person is the caregiver. */
export const householdsCaredForBy = (db: ReadDatabase, personId: string): HouseholdId[] =>
  db
    .all(
      `SELECT householdId FROM household_persons WHERE personId = ? AND role = 'caregiver' ORDER BY householdId`,
      personId,
    )
    .map((row) => HouseholdId.parse(row.householdId));
