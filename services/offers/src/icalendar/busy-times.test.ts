import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, now, span } from '../examples.fixtures.ts';
import { busyTimesOf } from './busy-times.ts';

const calendar = (...events: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) =>
  [
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20270101T000000Z',
    'SUMMARY:Tandarts met mevrouw De Vries',
    ...lines,
    'END:VEVENT',
  ].join('\r\n');
const busy = (...events: string[]) => busyTimesOf(calendar(...events), now);

test('times in UTC, in a zone, and without one, which is the clock of Amsterdam', () => {
  const nine = [span('2027-05-25T07:00:00Z', '2027-05-25T09:00:00Z')];
  expect(busy(event('DTSTART:20270525T070000Z', 'DTEND:20270525T090000Z'))).toEqual(nine);
  expect(busy(event('DTSTART;TZID=Europe/Amsterdam:20270525T090000', 'DURATION:PT2H'))).toEqual(nine);
  expect(busy(event('DTSTART:20270525T090000', 'DTEND:20270525T110000'))).toEqual(nine);
  expect(busy(event('DTSTART;TZID=Europe/London:20270525T080000', 'DTEND;TZID=Europe/London:20270525T100000'))).toEqual(
    nine,
  );
});
test('whole days from midnight to midnight in Amsterdam, over a clock change too', () => {
  expect(busy(event('DTSTART;VALUE=DATE:20271031', 'DTEND;VALUE=DATE:20271101'))).toEqual([
    span('2027-10-30T22:00:00Z', '2027-10-31T23:00:00Z'),
  ]);
  expect(busy(event('DTSTART;VALUE=DATE:20270601'))).toEqual([span('2027-05-31T22:00:00Z', '2027-06-01T22:00:00Z')]);
});
test('what repeats keeps its time on the wall when the clocks change', () => {
  const weekly = event(
    ...['DTSTART;TZID=Europe/Amsterdam:20271020T090000', 'DTEND;TZID=Europe/Amsterdam:20271020T100000'],
    ...['RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE;TZID=Europe/Amsterdam:20271027T090000'],
  );
  const moved = event(
    ...['RECURRENCE-ID;TZID=Europe/Amsterdam:20271103T090000'],
    ...['DTSTART;TZID=Europe/Amsterdam:20271103T140000', 'DTEND;TZID=Europe/Amsterdam:20271103T150000'],
  );
  expect(busy(weekly, moved)).toEqual([
    span('2027-10-20T07:00:00Z', '2027-10-20T08:00:00Z'),
    span('2027-11-03T13:00:00Z', '2027-11-03T14:00:00Z'),
    span('2027-11-10T08:00:00Z', '2027-11-10T09:00:00Z'),
  ]);
});
test('a rule that began long ago is counted on from there, and ends when it says', () => {
  const daily = (until: string) =>
    busy(event('DTSTART:20100101T060000Z', 'DTEND:20100101T070000Z', `RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=${until}`));
  const found = daily('20270510T235959Z');
  // 4 May 2027 is 6,332 days after 1 January 2010.
  expect(found?.map(({ from }) => from)).toEqual(['04', '06', '08', '10'].map((day) => at(`2027-05-${day}T06:00:00Z`)));
  expect(daily('20200101T000000Z')).toEqual([]);
});
test('what takes no time, was cancelled, is over, or is ours, is left out; what overlaps melts', () => {
  const times = ['DTSTART:20270525T070000Z', 'DTEND:20270525T090000Z'];
  expect(busy(event(...times, 'TRANSP:TRANSPARENT'))).toEqual([]);
  expect(busy(event(...times, 'STATUS:CANCELLED'))).toEqual([]);
  expect(busy(event('DTSTART:20270425T070000Z', 'DTEND:20270425T090000Z'))).toEqual([]);
  expect(busy(event(...times).replace('UID:1', 'UID:0190-abc@adempauze'))).toEqual([]);
  expect(busy(event(...times), event('DTSTART:20270525T083000Z', 'DTEND:20270525T100000Z'))).toEqual([
    span('2027-05-25T07:00:00Z', '2027-05-25T10:00:00Z'),
  ]);
});
test('free and busy as such', () => {
  const text = calendar(
    ...[
      'BEGIN:VFREEBUSY',
      'UID:9',
      'DTSTAMP:20270101T000000Z',
      'FREEBUSY;FBTYPE=FREE:20270603T080000Z/20270603T090000Z',
    ],
    ...['FREEBUSY:20270604T080000Z/20270604T090000Z', 'END:VFREEBUSY'],
  );
  expect(busyTimesOf(text, now)).toEqual([span('2027-06-04T08:00:00Z', '2027-06-04T09:00:00Z')]);
});
test('what is no calendar, or repeats without end within a day, cannot be read', () => {
  expect(busyTimesOf('<html>', now)).toBeUndefined();
  expect(busyTimesOf('', now)).toBeUndefined();
  expect(busy(event('DTSTART:20270525T070000Z', 'DTEND:20270525T070100Z', 'RRULE:FREQ=SECONDLY'))).toBeUndefined();
  expect(
    busy(event('DTSTART:20270525T070000Z', 'DTEND:20270525T070100Z', 'RRULE:FREQ=DAILY;COUNT=999999')),
  ).toBeUndefined();
});
test('keeps nothing of what somebody does', () => {
  expect(JSON.stringify(busy(event('DTSTART:20270525T070000Z', 'DTEND:20270525T090000Z')))).not.toMatch(
    /Tandarts|Vries/,
  );
});
test('whatever is sent, it answers, soon and within bounds', () => {
  const line = fc.constantFrom(
    ...[
      'BEGIN:VEVENT',
      'END:VEVENT',
      'UID:1',
      'DTSTART:20270525T090000',
      'DTEND:20270101T000000Z',
      'DTSTART;VALUE=DATE:2027',
    ],
    ...[
      'RRULE:FREQ=YEARLY;BYDAY=5MO',
      'RRULE:FREQ=MONTHLY;INTERVAL=0',
      'EXDATE:x',
      'DURATION:-PT5H',
      'TRANSP:',
      'RRULE:',
    ],
    ...['DTSTART;TZID=Nowhere/Land:20270525T090000', 'END:VCALENDAR', 'BEGIN:VTIMEZONE', 'FREEBUSY:1/2', ' folded'],
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
      const found = busyTimesOf(['BEGIN:VCALENDAR', ...lines].join('\r\n'), now);
      for (const it of found ?? []) expect(it.from < it.until).toBe(true);
    }),
    { numRuns: 500 },
  );
});
