import type { TimeSpan } from '@adempauze/contracts';

const stamp = (at: string) => `${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** A calendar (RFC 5545) in which these times are taken. */
export const calendarText = (busy: readonly TimeSpan[]): string =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//stress//NL'],
    ...busy.flatMap(({ from, until }, index) => [
      ...['BEGIN:VEVENT', `UID:busy-${index}@elsewhere`],
      ...[`DTSTAMP:${stamp(from)}`, `DTSTART:${stamp(from)}`, `DTEND:${stamp(until)}`, 'END:VEVENT'],
    ]),
    ...['END:VCALENDAR', ''],
  ].join('\r\n');
