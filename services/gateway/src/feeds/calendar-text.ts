import { type FeedEntry, type FeedKind, formOf } from '@adempauze/contracts';
import { type Instant, instantFromMs, msOf, type Sentence, zone } from '@adempauze/kernel';
import { escapedText, icalendarText } from './content-lines.ts';

/*
 * Bookings as iCalendar (RFC 5545). A calendar is shown on telephones and on the wall of a kitchen or an office, and is
 * copied to whoever runs it: so it says what and when, to a family also by whom, and never for whom, why or in whose home.
 * There is no LOCATION for the same reason, and since a family knows its home and a worker looks it up in the booking.
 */

export type Feed = {
  readonly kind: FeedKind;
  readonly entries: readonly FeedEntry[];
  /** By provider id; only a family’s feed says who comes. */
  readonly providerNames: ReadonlyMap<string, string>;
};

/** The whole calendar, lines ending in CRLF. `now` is when it was made. */
export const calendarText = ({ kind, entries, providerNames }: Feed, now: Instant): string =>
  icalendarText([
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Adempauze//Agenda//NL', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH'],
    ...['X-WR-CALNAME:Adempauze', 'X-PUBLISHED-TTL:PT1H', 'REFRESH-INTERVAL;VALUE=DURATION:PT1H'],
    ...amsterdam,
    ...entries.flatMap((it) => eventLines(it, summaryOf(it, kind, providerNames), now)),
    'END:VCALENDAR',
  ]);

const eventLines = ({ bookingId, span, status, revision }: FeedEntry, summary: string, now: Instant): string[] => [
  'BEGIN:VEVENT',
  // Our own readers leave out what ends so: a calendar that shows this feed is not busy because of it.
  `UID:${bookingId}@adempauze`,
  `SEQUENCE:${revision}`,
  `DTSTAMP:${inUtc(msOf(now))}`,
  ...timeLines(span),
  `SUMMARY:${escapedText(summary)}`,
  `DESCRIPTION:${escapedText(`${notes[status].nl}\n${notes[status].en}`)}`,
  `STATUS:${icsStatus[status]}`,
  'CLASS:PRIVATE',
  `TRANSP:${status === 'cancelled' ? 'TRANSPARENT' : 'OPAQUE'}`,
  'END:VEVENT',
];

const icsStatus = { confirmed: 'CONFIRMED', tentative: 'TENTATIVE', cancelled: 'CANCELLED' } as const;
const notes: Readonly<Record<FeedEntry['status'], Sentence>> = {
  confirmed: { nl: 'Afgesproken via Adempauze.', en: 'Agreed through Adempauze.' },
  tentative: { nl: 'Dit is nog niet zeker. Kijk in Adempauze.', en: 'This is not certain yet. Look in Adempauze.' },
  cancelled: { nl: 'Dit gaat niet door.', en: 'This does not take place.' },
};
/** Some calendars do not show a status, so the words say it too. */
const remarks: Readonly<Record<FeedEntry['status'], string>> = {
  confirmed: '',
  tentative: ' (nog niet zeker)',
  cancelled: ' (gaat niet door)',
};

const summaryOf = (
  { bookingId, form, providerId, status }: FeedEntry,
  kind: FeedKind,
  providerNames: Feed['providerNames'],
): string => {
  const who = kind === 'household' ? providerNames.get(providerId) : shortNumber(bookingId);
  return `${formOf(form).nl}${who === undefined ? '' : `, ${who}`}${remarks[status]}`;
};

/** By which a provider finds the booking: the last eight digits of its id, in which ids differ. */
export const shortNumber = (bookingId: string): string => bookingId.slice(-8).toUpperCase();

/** Calendars count in seconds; what is not whole is rounded outwards. */
const timeLines = ({ from, until }: FeedEntry['span']): string[] => {
  const fromMs = Math.floor(msOf(from) / 1000) * 1000;
  const untilMs = Math.ceil(msOf(until) / 1000) * 1000;
  // An hour of every October comes twice; programs differ in which they take it for. Then both are said in UTC.
  if (!comesOnce(fromMs) || !comesOnce(untilMs)) return [`DTSTART:${inUtc(fromMs)}`, `DTEND:${inUtc(untilMs)}`];
  return [`DTSTART;TZID=${zone}:${onTheWall(fromMs)}`, `DTEND;TZID=${zone}:${onTheWall(untilMs)}`];
};

const wallOf = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
const comesOnce = (ms: number): boolean => {
  const wall = wallOf(ms);
  const [first, second] = (['earlier', 'later'] as const).map((it) =>
    wall.toZonedDateTime(zone, { disambiguation: it }),
  );
  return first?.epochMilliseconds === second?.epochMilliseconds;
};
/** `20270503T130000` */
const basic = (text: string): string => text.slice(0, 19).replaceAll(/[-:]/g, '');
const onTheWall = (ms: number): string => basic(wallOf(ms).toString({ smallestUnit: 'second' }));
const inUtc = (ms: number): string => `${basic(instantFromMs(ms))}Z`;

/** As it has been since 1996 (EU directive 2000/84/EC); no booking is older. */
const amsterdam: readonly string[] = [
  ...['BEGIN:VTIMEZONE', `TZID:${zone}`],
  ...['BEGIN:DAYLIGHT', 'DTSTART:19960331T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'TZNAME:CEST'],
  ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'END:DAYLIGHT'],
  ...['BEGIN:STANDARD', 'DTSTART:19961027T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'TZNAME:CET'],
  ...['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'END:STANDARD'],
  'END:VTIMEZONE',
];
