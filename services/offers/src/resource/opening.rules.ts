import type {
  CloseDays,
  PublishTimes,
  ReopenDays,
  RosterWorker,
  SetAvailability,
  SetCapacity,
  TimeSpan,
  UnrosterWorker,
  WithdrawTimes,
} from '@adempauze/contracts';
import {
  accept,
  type Day,
  dayOf,
  hourMs,
  instantFromMs,
  instantOn,
  minuteMs,
  msOf,
  plusDays,
  reject,
  wallTimeOf,
} from '@adempauze/kernel';
import { canonical } from '../offer/facts.rules.ts';
import { expand, expandBeside } from './availability.rules.ts';
import { isSameSpans, isWithin, meltSpans, mostOccupied, type SpanMs, subtractSpans } from './calendar.rules.ts';
import { capacityIn } from './capacity.rules.ts';
import type { Answer, CommandOf } from './resource.commands.ts';
import type { ResourceEvent } from './resource.events.ts';
import { daysIn, type Resource, spanMs, withCapacity } from './resource.state.rules.ts';

/* When there is room, and for how many: decisions about times, rules, closed days, capacity and who is on duty. */

const dayMs = 24 * hourMs;
const spansPerEvent = 400;
const textSpan = ({ fromMs, untilMs }: SpanMs): TimeSpan => ({
  from: instantFromMs(fromMs),
  until: instantFromMs(untilMs),
});

const inParts = (spans: readonly SpanMs[], make: (spans: TimeSpan[]) => ResourceEvent): ResourceEvent[] =>
  Array.from({ length: Math.ceil(spans.length / spansPerEvent) }, (_, part) =>
    make(spans.slice(part * spansPerEvent, (part + 1) * spansPerEvent).map(textSpan)),
  );

/** The events that leave these times published and those withdrawn; none where it is so already. */
const retimed = (
  { resourceId, openings }: Pick<Resource, 'resourceId' | 'openings'>,
  { gone = [], come = [] }: { readonly gone?: readonly SpanMs[]; readonly come?: readonly SpanMs[] },
  nowMs: number,
): ResourceEvent[] => {
  const at = instantFromMs(nowMs);
  const left = subtractSpans(openings, gone);
  const withdrawn = gone.filter((it) => openings.some((o) => o.fromMs < it.untilMs && it.fromMs < o.untilMs));
  const published = come.filter((it) => it.untilMs > nowMs && !isWithin(left, it));
  return [
    ...inParts(withdrawn, (spans) => ({ type: 'TimesWithdrawn', data: { resourceId, spans, withdrawnAt: at } })),
    ...inParts(published, (spans) => ({ type: 'TimesPublished', data: { resourceId, spans, publishedAt: at } })),
  ];
};

/** The day in a span, by the nights of a house or the beginning of a block, on which it is closed. */
const closedDayIn = ({ closedDays }: Resource, span: TimeSpan): Day | undefined => {
  if (closedDays.length === 0) return undefined;
  const first = dayOf(span.from);
  const last = msOf(span.until) - msOf(span.from) > dayMs ? plusDays(dayOf(span.until), -1) : first;
  return closedDays.find((day) => first <= day && day <= last);
};

export const publishTimes = ({ resourceId, spans }: PublishTimes, state: Resource, nowMs: number): Answer => {
  const coming = spans.filter(({ until }) => msOf(until) > nowMs);
  if (coming.length === 0) return reject('time-in-the-past');
  if (coming.every((it) => isWithin(state.openings, spanMs(it)))) return accept();
  for (const span of coming) {
    const day = closedDayIn(state, span);
    if (day !== undefined) return reject('day-closed', { day });
  }
  return accept({
    type: 'TimesPublished',
    data: { resourceId, spans: coming, publishedAt: instantFromMs(nowMs) },
  });
};

export const withdrawTimes = ({ resourceId, spans }: WithdrawTimes, state: Resource, nowMs: number): Answer => {
  if (isSameSpans(subtractSpans(state.openings, spans.map(spanMs)), state.openings)) return accept();
  return accept({ type: 'TimesWithdrawn', data: { resourceId, spans, withdrawnAt: instantFromMs(nowMs) } });
};

/** Refused when more are held or taken at some moment than would fit; those placed knowingly beyond it do not count. */
export const setCapacity = ({ resourceId, capacity, span }: SetCapacity, state: Resource, nowMs: number): Answer => {
  if (span !== undefined && msOf(span.until) <= nowMs) return reject('time-in-the-past');
  if (isSoAlready(state, capacity, span && spanMs(span), nowMs)) return accept();
  const after = withCapacity(state, capacity, span && spanMs(span));
  const published = state.occupations.filter((it) => it.override === undefined);
  for (const part of capacityIn(after, always(nowMs))) {
    const occupied = mostOccupied(published, part, nowMs);
    if (occupied > part.capacity) return reject('capacity-in-use', { occupied });
  }
  const changedAt = instantFromMs(nowMs);
  return accept({
    type: 'CapacityChanged',
    data: { resourceId, capacity, ...(span === undefined ? {} : { span }), changedAt },
  });
};
const isSoAlready = (state: Resource, capacity: number, span: SpanMs | undefined, nowMs: number): boolean => {
  if (span === undefined) return state.capacity === capacity;
  const coming = { fromMs: Math.max(span.fromMs, nowMs), untilMs: span.untilMs };
  const same = state.capacities.filter((it) => it.capacity === capacity);
  return subtractSpans([coming], same).length === 0;
};
/** From a moment to the end of time, as far as a calendar goes. */
const always = (nowMs: number): SpanMs => ({ fromMs: nowMs, untilMs: nowMs + 10_000 * dayMs });

export const setAvailability = (data: SetAvailability, state: Resource, nowMs: number): Answer => {
  const { resourceId, rules, exceptDays, holidays, aheadDays } = data;
  const now = instantFromMs(nowMs);
  const today = dayOf(now);
  const before = state.availability;
  const expandedUntil = plusDays(today, aheadDays);
  if (before !== null) {
    const { expandedUntil: _, ...known } = before;
    if (canonical(known) === canonical({ rules, exceptDays, holidays, aheadDays })) return extendHorizon(state, nowMs);
  }
  const gone = before === null ? [] : expand(before, state.closedDays, { from: today, until: before.expandedUntil });
  const come = expand(data, state.closedDays, { from: today, until: expandedUntil });
  return accept(
    {
      type: 'AvailabilitySet',
      data: { resourceId, rules, exceptDays, holidays, aheadDays, expandedUntil, setAt: now },
    },
    ...retimed(state, { gone: subtractSpans(gone, come), come }, nowMs),
  );
};

/** How many days before the rules run short they are expanded further. */
export const horizonStepDays = 7;

export const extendHorizon = (state: Resource, nowMs: number): Answer => {
  const { availability, resourceId, closedDays } = state;
  if (availability === null) return accept();
  const now = instantFromMs(nowMs);
  const expandedUntil = plusDays(dayOf(now), availability.aheadDays);
  if (plusDays(availability.expandedUntil, horizonStepDays) > expandedUntil) return accept();
  const days = { from: availability.expandedUntil, until: expandedUntil };
  const come = expandBeside(availability, closedDays, days, expandedUntil);
  return accept(
    { type: 'HorizonExtended', data: { resourceId, expandedUntil, extendedAt: now } },
    ...retimed(state, { come }, nowMs),
  );
};

/**
 * What goes when days are closed. A block that begins on a closed day goes whole; of a house the nights go, from the last
 * check-out before to the first check-in after.
 */
const shutBy = (openings: readonly SpanMs[], { from, until }: CloseDays['days']): SpanMs[] =>
  openings.flatMap((opening): SpanMs[] => {
    const begin = instantFromMs(opening.fromMs);
    const end = instantFromMs(opening.untilMs);
    if (opening.untilMs - opening.fromMs <= dayMs) {
      const day = dayOf(begin);
      return from <= day && day < until ? [opening] : [];
    }
    const [arriveAt, departAt] = [wallTimeOf(begin), wallTimeOf(end)];
    const shut = {
      fromMs: msOf(instantOn(from, departAt < arriveAt ? departAt : arriveAt)),
      untilMs: msOf(instantOn(until, arriveAt)),
    };
    const fromMs = Math.max(shut.fromMs, opening.fromMs);
    const untilMs = Math.min(shut.untilMs, opening.untilMs);
    return fromMs < untilMs ? [{ fromMs, untilMs }] : [];
  });

export const closeDays = ({ resourceId, days }: CloseDays, state: Resource, nowMs: number): Answer => {
  const now = instantFromMs(nowMs);
  if (days.until <= dayOf(now)) return reject('time-in-the-past');
  const closed = new Set(state.closedDays);
  if (daysIn(days).every((day) => closed.has(day))) return accept();
  return accept(
    { type: 'DaysClosed', data: { resourceId, days, closedAt: now } },
    ...retimed(state, { gone: shutBy(state.openings, days) }, nowMs),
  );
};

export const reopenDays = ({ resourceId, days }: ReopenDays, state: Resource, nowMs: number): Answer => {
  if (!state.closedDays.some((day) => days.from <= day && day < days.until)) return accept();
  const now = instantFromMs(nowMs);
  const today = dayOf(now);
  const closedDays = state.closedDays.filter((day) => day < days.from || day >= days.until);
  const { availability } = state;
  const from = days.from < today ? today : days.from;
  const come =
    availability === null || from >= days.until
      ? []
      : expandBeside(availability, closedDays, { from, until: days.until }, availability.expandedUntil);
  return accept(
    { type: 'DaysReopened', data: { resourceId, days, reopenedAt: now } },
    ...retimed(state, { come }, nowMs),
  );
};

/** How soon the same calendar may be read again without a new record of it. */
const readAgainMs = 15 * minuteMs;

export const readCalendar = ({ data }: CommandOf<'ReadCalendar'>, state: Resource, nowMs: number): Answer => {
  const { resourceId } = data;
  const busy = meltSpans([], data.busy.map(spanMs)).filter(({ untilMs }) => untilMs > nowMs);
  const isRecent = state.calendarReadAtMs !== null && nowMs - state.calendarReadAtMs < readAgainMs;
  if (isRecent && isSameSpans(busy, state.busy)) return accept();
  return accept({
    type: 'CalendarRead',
    data: { resourceId, busy: busy.map(textSpan), readAt: instantFromMs(nowMs) },
  });
};

const dutiesOf = (state: Resource, workerId: RosterWorker['workerId']): SpanMs[] =>
  state.roster.filter((it) => it.workerId === workerId);

export const rosterWorker = (data: RosterWorker, state: Resource, nowMs: number): Answer => {
  if (msOf(data.span.until) <= nowMs) return reject('time-in-the-past');
  if (isWithin(dutiesOf(state, data.workerId), spanMs(data.span))) return accept();
  return accept({ type: 'WorkerRostered', data: { ...data, rosteredAt: instantFromMs(nowMs) } });
};

export const unrosterWorker = (data: UnrosterWorker, state: Resource, nowMs: number): Answer => {
  const duties = dutiesOf(state, data.workerId);
  if (isSameSpans(subtractSpans(duties, [spanMs(data.span)]), meltSpans([], duties))) return accept();
  return accept({ type: 'WorkerUnrostered', data: { ...data, unrosteredAt: instantFromMs(nowMs) } });
};
