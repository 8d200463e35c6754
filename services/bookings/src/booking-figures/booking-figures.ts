import type { BookingStatus } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { counter, dayOf, gauge, type Instant, type Measure, monthOf, plusMs } from '@adempauze/kernel';
import { z } from 'zod';

/** Seconds, by the marketplace's clock: from an instant offer to the slowest answer that a provider may give. */
const bucketsSeconds = [1, 10, 60, 600, 3600, 6 * 3600, 86_400, 2 * 86_400, 3 * 86_400, 7 * 86_400];
const waitMs = `CAST(round((unixepoch(new.confirmedAt, 'subsec') - unixepoch(new.requestedAt, 'subsec')) * 1000) AS INTEGER)`;
const beyondAll = 1_000_000_000;
const bucketOf = `CASE ${bucketsSeconds.map((it) => `WHEN ${waitMs} <= ${it * 1000} THEN ${it}`).join(' ')} ELSE ${beyondAll} END`;

/**
 * How many bookings stand in each status and how many ever came there, and how long confirming took. Triggers keep
 * them beside the bookings, so that they are as exact and survive as much, and asking costs nothing. A statement that
 * runs again changes no status, so it counts once.
 */
export const bookingFiguresProjection: Projection<SourceEvent> = {
  name: 'booking-figures-1',
  tables: `
    CREATE TABLE booking_figures (status TEXT PRIMARY KEY, present INTEGER NOT NULL, ever INTEGER NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE confirm_times (atMost INTEGER PRIMARY KEY, count INTEGER NOT NULL, sumMs INTEGER NOT NULL) STRICT;
    CREATE TRIGGER booking_asked AFTER INSERT ON bookings BEGIN
      INSERT INTO booking_figures VALUES (new.status, 1, 1)
        ON CONFLICT DO UPDATE SET present = present + 1, ever = ever + 1;
    END;
    CREATE TRIGGER booking_went_on AFTER UPDATE OF status ON bookings WHEN new.status <> old.status BEGIN
      UPDATE booking_figures SET present = present - 1 WHERE status = old.status;
      INSERT INTO booking_figures VALUES (new.status, 1, 1)
        ON CONFLICT DO UPDATE SET present = present + 1, ever = ever + 1;
    END;
    CREATE TRIGGER booking_confirmed AFTER UPDATE OF confirmedAt ON bookings
      WHEN old.confirmedAt IS NULL AND new.confirmedAt IS NOT NULL BEGIN
      INSERT INTO confirm_times VALUES (${bucketOf}, 1, ${waitMs})
        ON CONFLICT DO UPDATE SET count = count + 1, sumMs = sumMs + excluded.sumMs;
    END;
  `,
  project: () => undefined,
};

const Figure = z.object({ status: z.string(), present: z.number(), ever: z.number() });
const ConfirmTime = z.object({ atMost: z.number(), count: z.number(), sumMs: z.number() });
const waiting: readonly BookingStatus[] = ['held', 'awaiting-acceptance', 'awaiting-helper'];

/** Of bookings and of the demand that nobody met, as the read model has them now. */
export const bookingMeasures = (db: ReadDatabase, now: Instant): Measure[] => {
  const figures = db
    .all('SELECT status, present, ever FROM booking_figures ORDER BY status')
    .map((row) => Figure.parse({ ...row }));
  const times = db
    .all('SELECT atMost, count, sumMs FROM confirm_times ORDER BY atMost')
    .map((row) => ConfirmTime.parse({ ...row }));
  const upTo = (atMost: number) => times.reduce((sum, it) => (it.atMost <= atMost ? sum + it.count : sum), 0);
  const ever = (...statuses: BookingStatus[]) =>
    figures.reduce((sum, it) => (statuses.some((status) => status === it.status) ? sum + it.ever : sum), 0);
  const present = (status: BookingStatus) => figures.find((it) => it.status === status)?.present ?? 0;
  const number = (sql: string, ...parameters: string[]) => Number(db.first(sql, ...parameters)?.count ?? 0);
  return [
    counter(
      'adempauze_bookings_requested_total',
      'Bookings asked for, also those refused at once.',
      ever('held', 'refused'),
    ),
    counter('adempauze_bookings_confirmed_total', 'Bookings that were confirmed.', ever('confirmed')),
    counter('adempauze_bookings_cancelled_total', 'Bookings that were cancelled.', ever('cancelled')),
    counter(
      'adempauze_bookings_unmet_total',
      'Bookings that were refused, declined or left to expire.',
      ...(['refused', 'declined', 'expired'] as const).map((status) => ({ value: ever(status), labels: { status } })),
    ),
    counter('adempauze_bookings_delivered_total', 'Bookings whose care was given.', ever('delivered')),
    gauge(
      'adempauze_bookings_waiting',
      'Bookings in which it is somebody’s turn, by whose.',
      ...waiting.map((status) => ({ value: present(status), labels: { status } })),
    ),
    gauge(
      'adempauze_bookings_overdue',
      'Bookings whose deadline passed more than a minute ago; the sweep should have ended them.',
      number(
        'SELECT count(*) AS count FROM bookings WHERE deadlineAt <= ? AND status IN (SELECT value FROM json_each(?))',
        plusMs(now, -60_000),
        JSON.stringify(waiting),
      ),
    ),
    gauge(
      'adempauze_unmet_requests',
      'Requests for care of this month or later that found nobody.',
      number('SELECT count(*) AS count FROM unmet WHERE month >= ?', monthOf(dayOf(now))),
    ),
    {
      name: 'adempauze_booking_confirm_seconds',
      help: 'From request to confirmation, by the marketplace’s clock.',
      type: 'histogram',
      buckets: bucketsSeconds.map((atMost) => ({ atMost, count: upTo(atMost) })),
      sum: times.reduce((sum, it) => sum + it.sumMs, 0) / 1000,
      count: upTo(beyondAll),
    },
  ];
};
