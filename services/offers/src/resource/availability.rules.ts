import type { AvailabilityRule } from '@adempauze/contracts';
import { type Day, isDutchHoliday, minuteMs, plusDays } from '@adempauze/kernel';
import { dayMs, momentOn } from '../amsterdam.rules.ts';
import { meltSpans, type SpanMs } from './calendar.rules.ts';
import type { Availability } from './resource.state.rules.ts';

/*
 * Rules in wall time, as moments. Two o'clock stays two o'clock when the clocks change; a time that is skipped moves
 * forward, and a window of which nothing is left is none. Days are numbers since 1970, as in `amsterdam.rules.ts`.
 */

type Rules = Pick<Availability, 'rules' | 'exceptDays' | 'holidays'>;
type DaysFrom = { readonly from: Day; readonly until: Day };

const numberOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
const dayOfNumber = (day: number): Day => new Date(day * dayMs).toISOString().slice(0, 10) as Day;
/** 1 is Monday; 1 January 1970 was a Thursday. */
const weekdayOf = (day: number): number => ((day + 3) % 7) + 1;
const mondayOf = (day: number): number => day - weekdayOf(day) + 1;
const wallMsOf = (wallTime: string): number =>
  (Number(wallTime.slice(0, 2)) * 60 + Number(wallTime.slice(3))) * minuteMs;

const isDayOf = (rule: AvailabilityRule, day: number): boolean => {
  const startsOn = numberOf(rule.startsOn);
  if (day < startsOn || (rule.endsOn !== undefined && day > numberOf(rule.endsOn))) return false;
  if (rule.kind === 'stay') return true;
  if (weekdayOf(day) !== rule.weekday) return false;
  return ((mondayOf(day) - mondayOf(startsOn)) / 7) % rule.everyWeeks === 0;
};

/** Times that the rules give on days from `from` up to `until`, melted. A night belongs to the day on which it begins. */
export const expand = (
  { rules, exceptDays, holidays }: Rules,
  closedDays: readonly Day[],
  { from, until }: DaysFrom,
): SpanMs[] => {
  const shut = new Set<Day>([...exceptDays, ...closedDays]);
  const days: number[] = [];
  const end = numberOf(until);
  for (let day = numberOf(from); day < end; day += 1) {
    const name = dayOfNumber(day);
    if (!shut.has(name) && (holidays === 'open' || !isDutchHoliday(name))) days.push(day);
  }
  return meltSpans(
    [],
    rules.flatMap((rule) => (rule.kind === 'stay' ? nightsOf(rule, days) : windowsOf(rule, days))),
  );
};

const windowsOf = (rule: AvailabilityRule & { kind: 'weekly' }, days: readonly number[]): SpanMs[] => {
  const [fromMs, untilMs] = [wallMsOf(rule.from), wallMsOf(rule.until)];
  return days
    .filter((day) => isDayOf(rule, day))
    .map((day) => ({
      fromMs: momentOn(day, fromMs),
      untilMs: momentOn(untilMs <= fromMs ? day + 1 : day, untilMs),
    }))
    .filter((it) => it.fromMs < it.untilMs);
};

/** Nights that follow each other are one opening, from the first arrival to the last departure: a stay can be any of them. */
const nightsOf = (rule: AvailabilityRule & { kind: 'stay' }, days: readonly number[]): SpanMs[] => {
  const runs: { first: number; last: number }[] = [];
  for (const day of days) {
    if (!isDayOf(rule, day)) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === day) run.last = day;
    else runs.push({ first: day, last: day });
  }
  return runs.map(({ first, last }) => ({
    fromMs: momentOn(first, wallMsOf(rule.arriveAt)),
    untilMs: momentOn(last + 1, wallMsOf(rule.departAt)),
  }));
};

/**
 * Times on some days, together with the nights right before and after: those overlap the openings that are there, so that
 * they melt into one and a stay can run on.
 */
export const expandBeside = (
  rules: Rules,
  closedDays: readonly Day[],
  { from, until }: DaysFrom,
  horizon: Day,
): SpanMs[] => {
  const asked = { from, until: until < horizon ? until : horizon };
  const stays = { ...rules, rules: rules.rules.filter(({ kind }) => kind === 'stay') };
  const windows = { ...rules, rules: rules.rules.filter(({ kind }) => kind === 'weekly') };
  const dayAfter = plusDays(asked.until, 1);
  const beside = { from: plusDays(from, -1), until: dayAfter < horizon ? dayAfter : horizon };
  return meltSpans(expand(windows, closedDays, asked), expand(stays, closedDays, beside));
};
