import { BookingId, type FeedEntry, FormId, ProviderId, TimeSpan } from '@adempauze/contracts';
import { derivedId, Instant, instantFromMs, msOf, zone } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { calendarText, type Feed, shortNumber } from './calendar-text.ts';

/* What we write is read back with ical.js, which works out the zone from our own VTIMEZONE. */

const now = Instant.parse('2027-05-01T08:00:00Z');
const linde = ProviderId.parse(derivedId('test', 'linde'));
const entry = (changes: Partial<Omit<FeedEntry, 'span'>> & { from?: string; until?: string } = {}): FeedEntry => {
  const { from = '2027-05-03T11:00:00Z', until = '2027-05-03T15:00:00Z', ...rest } = changes;
  return {
    bookingId: BookingId.parse(derivedId('test', 'booking')),
    ...{ providerId: linde, form: 'F01', status: 'confirmed', revision: 3, span: TimeSpan.parse({ from, until }) },
    ...rest,
  };
};
const feed = (entries: readonly FeedEntry[], kind: Feed['kind'] = 'household'): Feed => ({
  ...{ kind, entries, providerNames: new Map([[linde, 'De Linde; zorg, thuis']]) },
});
const textOf = (it: FeedEntry, kind?: Feed['kind']) => unfolded(calendarText(feed([it], kind), now));
const unfolded = (text: string) => text.replaceAll('\r\n ', '');

/** What another calendar makes of it. */
const readBack = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const [zoneOfFeed] = calendar.getAllSubcomponents('vtimezone');
  const timezone = new ICAL.Timezone({ component: zoneOfFeed ?? '', tzid: zone });
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const msOfTime = (time: ICAL.Time) => {
      if (time.zone !== ICAL.Timezone.utcTimezone) time.zone = timezone;
      return time.toUnixTime() * 1000;
    };
    return {
      uid: event.uid,
      revision: event.sequence,
      summary: event.summary,
      status: String(component.getFirstPropertyValue('status')),
      span: { from: instantFromMs(msOfTime(event.startDate)), until: instantFromMs(msOfTime(event.endDate)) },
    };
  });
};

test('a booking as a family’s calendar has it', () => {
  const text = calendarText(feed([entry()]), now);
  expect(text.split('\r\n').slice(0, 6)).toEqual([
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Adempauze//Agenda//NL', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH'],
    'X-WR-CALNAME:Adempauze',
  ]);
  expect(unfolded(text).split('\r\n').slice(-15)).toEqual([
    ...['END:VTIMEZONE', 'BEGIN:VEVENT', `UID:${derivedId('test', 'booking')}@adempauze`, 'SEQUENCE:3'],
    ...['DTSTAMP:20270501T080000Z', 'DTSTART;TZID=Europe/Amsterdam:20270503T130000'],
    ...['DTEND;TZID=Europe/Amsterdam:20270503T170000', 'SUMMARY:Blokzorg\\, De Linde\\; zorg\\, thuis'],
    ...['DESCRIPTION:Afgesproken via Adempauze.\\nAgreed through Adempauze.', 'STATUS:CONFIRMED', 'CLASS:PRIVATE'],
    ...['TRANSP:OPAQUE', 'END:VEVENT', 'END:VCALENDAR', ''],
  ]);
  expect(text).not.toMatch(/LOCATION|ATTENDEE|ORGANIZER|[^\r]\n/);
});
test('to a provider and a helper it says a number, and nobody’s name', () => {
  for (const kind of ['provider', 'helper'] as const) {
    expect(textOf(entry(), kind)).toContain(`\\, ${shortNumber(entry().bookingId)}\r\n`);
    expect(textOf(entry(), kind)).not.toContain('Linde');
  }
});
test('what is not certain and what does not take place say so, also to who looks at the words only', () => {
  expect(textOf(entry({ status: 'tentative' }))).toMatch(/SUMMARY:.*\(nog niet zeker\)\r\n[\s\S]*STATUS:TENTATIVE/);
  expect(textOf(entry({ status: 'cancelled' }))).toMatch(/SUMMARY:.*\(gaat niet door\)\r\n[\s\S]*STATUS:CANCELLED/);
  expect(textOf(entry({ status: 'cancelled' }))).toContain('TRANSP:TRANSPARENT');
});
test('the hour that comes twice is said in UTC, since programs differ in which they take it for', () => {
  for (const hour of ['00', '01']) {
    const text = textOf(entry({ from: `2027-10-31T${hour}:30:00Z`, until: '2027-10-31T05:00:00Z' }));
    expect(text).toMatch(new RegExp(`^DTSTART[^:]*:20271031T${hour}3000Z\r$`, 'm'));
    expect(text).toMatch(/^DTEND[^:]*:20271031T050000Z\r$/m);
  }
});

/** Around both clock changes, a leap day, a turn of the year, and anywhere. */
const moments = ['2027-03-28T01:00:00Z', '2027-10-31T01:00:00Z', '2028-02-29T00:00:00Z', '2027-12-31T23:00:00Z'].map(
  (text) => Date.parse(text),
);
const start = fc.oneof(
  fc.tuple(fc.constantFrom(...moments), fc.integer({ min: -100_000, max: 100_000 })).map(([at, s]) => at + s * 1000),
  fc
    .integer({ min: Date.parse('2026-01-01T00:00:00Z') / 1000, max: Date.parse('2031-01-01T00:00:00Z') / 1000 })
    .map((s) => s * 1000),
);
const someEntry = fc
  .record({
    fromMs: start,
    seconds: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 5_000_000 })),
    form: fc.constantFrom(...FormId.options),
    status: fc.constantFrom('confirmed' as const, 'tentative' as const, 'cancelled' as const),
    revision: fc.integer({ min: 0, max: 500 }),
    id: fc.uuid(),
  })
  .map(
    ({ fromMs, seconds, id, ...rest }): FeedEntry => ({
      ...{ ...rest, bookingId: BookingId.parse(id), providerId: linde },
      span: { from: instantFromMs(fromMs), until: instantFromMs(fromMs + seconds * 1000) },
    }),
  );

test('whatever is booked, another calendar reads the very same times, over both clock changes and leap days', () => {
  fc.assert(
    fc.property(
      fc.array(someEntry, { maxLength: 12 }),
      fc.constantFrom('household', 'provider', 'helper'),
      (all, kind) => {
        const read = readBack(calendarText(feed(all, kind), now));
        expect(read.map(({ summary: _, ...it }) => it)).toEqual(
          all.map(({ bookingId, revision, status, span }) => ({
            ...{ uid: `${bookingId}@adempauze`, revision, status: status.toUpperCase(), span },
          })),
        );
      },
    ),
    { numRuns: 100 },
  );
});
test('words come through whole, whatever a provider is called, and no line is too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const text = calendarText({ ...feed([entry()]), providerNames: new Map([[linde, name.trim()]]) }, now);
      const [read] = readBack(text);
      expect(read?.summary).toBe(`Blokzorg, ${name.trim()}`);
      for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    }),
    { numRuns: 100 },
  );
});
test('a moment within a second is rounded outwards', () => {
  const [read] = readBack(
    calendarText(feed([entry({ from: '2027-05-03T11:00:00.500Z', until: '2027-05-03T15:00:00.250Z' })]), now),
  );
  expect(read?.span).toEqual({ from: '2027-05-03T11:00:00.000Z', until: '2027-05-03T15:00:01.000Z' });
  expect(msOf(read?.span.until ?? now)).toBeGreaterThan(msOf(read?.span.from ?? now));
});
