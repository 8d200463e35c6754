import type { TimeSpan } from '@adempauze/contracts';
import { type Instant, instantFromMs, minuteMs, msOf, zone } from '@adempauze/kernel';
import {
  convertIcsCalendar,
  extendByRecurrenceRule,
  type IcsCalendar,
  type IcsDateObject,
  type IcsEvent,
} from 'ts-ics';
import { dayMs } from '../amsterdam.rules.ts';
import { meltSpans, type SpanMs } from '../resource/calendar.rules.ts';

/*
 * What another calendar says is taken, read from iCalendar text (RFC 5545) with ts-ics. Repeats are worked out in wall time,
 * since in UTC they would move by an hour when the clocks change. Only when somebody is busy is kept, never with what.
 */

/** How far ahead another calendar counts, and how much of it is looked at. */
const aheadMs = 400 * dayMs;
const mostEvents = 5000;
const mostRepeats = 5000;
const mostSpans = 2000;

/** Ids that our own feeds give to bookings: what we put into a calendar is not read back as somebody else's. */
const ownUid = /@adempauze$/;

/** Busy times from now on, melted; undefined when this is no calendar that can be read. */
export const busyTimesOf = (text: string, now: Instant): TimeSpan[] | undefined => {
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR/.test(text)) return undefined;
  const window = { fromMs: msOf(now), untilMs: msOf(now) + aheadMs };
  try {
    const calendar = convertIcsCalendar(undefined, inAmsterdam(text));
    const events = calendar.events ?? [];
    if (events.length > mostEvents) return undefined;
    const moved = movedOf(events);
    const spans = [...events.flatMap((it) => spansOf(it, moved, window)), ...freeBusyOf(calendar)];
    return meltSpans(
      [],
      spans.filter((it) => it.fromMs < it.untilMs && it.untilMs > window.fromMs && it.fromMs < window.untilMs),
    )
      .slice(0, mostSpans)
      .map(({ fromMs, untilMs }) => ({ from: instantFromMs(fromMs), until: instantFromMs(untilMs) }));
  } catch {
    // Text of others: whatever is wrong with it, it could not be read.
    return undefined;
  }
};

/** Times without a zone are those of the clock on the wall, which is Amsterdam's. */
const inAmsterdam = (text: string): string =>
  text
    .replace(/\r?\n[ \t]/g, '')
    .replace(/^BEGIN:VEVENT[\s\S]*?^END:VEVENT/gm, (event) =>
      event.replace(/^(DTSTART|DTEND|EXDATE|RECURRENCE-ID):(\d{8}T\d{6})(?=\r?$)/gm, `$1;TZID=${zone}:$2`),
    );

type Window = SpanMs;
/** A moment as the wall shows it, written as if it were UTC, so that days can be counted in it. */
type Wall = { readonly date: Date; readonly zone: string | undefined; readonly isDay: boolean };

const wallOf = ({ date, type, local }: IcsDateObject): Wall => ({
  date: local?.date ?? date,
  zone: type === 'DATE' ? zone : local?.timezone,
  isDay: type === 'DATE',
});

const momentOf = ({ date, zone: timeZone }: Wall): number => {
  if (timeZone === undefined) return date.getTime();
  const wall = Temporal.PlainDateTime.from(date.toISOString().slice(0, 19));
  return wall.toZonedDateTime(knownZone(timeZone)).epochMilliseconds;
};

/** Some calendars name zones in their own way; who works here lives by the clock of Amsterdam. */
const knownZone = (name: string): string => {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return zone;
  }
};

const exactMs = (it: IcsDateObject): number => momentOf(wallOf(it));

/** Repeats that were moved or cancelled one by one, by the id of what repeats. */
const movedOf = (events: readonly IcsEvent[]): Map<string, Set<number>> => {
  const moved = new Map<string, Set<number>>();
  for (const { uid, recurrenceId } of events) {
    if (recurrenceId === undefined) continue;
    const known = moved.get(uid) ?? new Set();
    moved.set(uid, known.add(exactMs(recurrenceId.value)));
  }
  return moved;
};

const spansOf = (event: IcsEvent, moved: ReadonlyMap<string, Set<number>>, window: Window): SpanMs[] => {
  if (event.status === 'CANCELLED' || event.timeTransparent === 'TRANSPARENT' || ownUid.test(event.uid)) return [];
  const start = wallOf(event.start);
  const lengthMs = lengthOf(event, start);
  if (event.recurrenceRule === undefined || event.recurrenceId !== undefined) {
    const fromMs = momentOf(start);
    return [{ fromMs, untilMs: endOf(start, lengthMs, fromMs) }];
  }
  const skipped = new Set([...(moved.get(event.uid) ?? []), ...(event.exceptionDates ?? []).map(exactMs)]);
  return repeatsOf(event, start, window)
    .map((date) => ({ ...start, date }))
    .map((wall) => ({ wall, fromMs: momentOf(wall) }))
    .filter(({ fromMs }) => !skipped.has(fromMs) && fromMs <= lastMsOf(event))
    .map(({ wall, fromMs }) => ({ fromMs, untilMs: endOf(wall, lengthMs, fromMs) }));
};

/** Whole days end at midnight, whatever the clocks did in between. */
const endOf = (wall: Wall, lengthMs: number, fromMs: number): number =>
  wall.isDay ? momentOf({ ...wall, date: new Date(wall.date.getTime() + lengthMs) }) : fromMs + lengthMs;

const lengthOf = ({ end, duration, start }: IcsEvent, wall: Wall): number => {
  if (end) return wall.isDay ? wallOf(end).date.getTime() - wall.date.getTime() : exactMs(end) - exactMs(start);
  const { weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = duration ?? { days: wall.isDay ? 1 : 0 };
  return (weeks * 7 + days) * dayMs + (hours * 60 + minutes) * minuteMs + seconds * 1000;
};

const lastMsOf = ({ recurrenceRule }: IcsEvent): number => {
  const until = recurrenceRule?.until;
  if (until === undefined) return Number.POSITIVE_INFINITY;
  return until.type === 'DATE' ? exactMs(until) + dayMs - 1 : exactMs(until);
};

/** Days that lie between two repeats, for those that can be counted on from any of them. */
const stepDays = { DAILY: 1, WEEKLY: 7 } as const;

/** @throws RangeError for what repeats within a day, or endlessly often. */
const repeatsOf = ({ recurrenceRule }: IcsEvent, { date }: Wall, window: Window): Date[] => {
  if (recurrenceRule === undefined) return [];
  const { frequency, interval = 1, count = 0 } = recurrenceRule;
  if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(frequency) || count > mostRepeats || interval < 1)
    throw new RangeError('This repeats too often.');
  const { until: _, ...rule } = recurrenceRule;
  let start = date;
  const behindMs = window.fromMs - 2 * dayMs - start.getTime();
  if ((frequency === 'DAILY' || frequency === 'WEEKLY') && count === 0 && behindMs > 0) {
    const stepMs = stepDays[frequency] * interval * dayMs;
    start = new Date(start.getTime() + Math.floor(behindMs / stepMs) * stepMs);
  }
  if (window.fromMs - start.getTime() > 150 * 366 * dayMs) throw new RangeError('This began too long ago.');
  const dates = extendByRecurrenceRule(rule, { start, end: new Date(window.untilMs) });
  return dates.length > mostRepeats + 1 ? [] : dates;
};

const freeBusyOf = ({ freeBusy = [] }: IcsCalendar): SpanMs[] =>
  freeBusy
    .flatMap((it) => it.freeBusy ?? [])
    .filter(({ type }) => type !== 'FREE')
    .flatMap(({ values }) => values)
    .flatMap(({ start, end }) => (end ? [{ fromMs: start.getTime(), untilMs: end.getTime() }] : []));
