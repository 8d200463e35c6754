import { type FormId, formOf, type TimeSpan } from '@adempauze/contracts';
import { type Day, instantOn, plusDays } from '@adempauze/kernel';
import type { Random } from './random.ts';

/** How a calendar of the demonstration repeats: which weekdays (1 is Monday), and from when to when in Amsterdam. */
export type Pattern =
  | { readonly kind: 'stay' }
  | {
      readonly kind: 'weekly';
      readonly windows: readonly { readonly weekday: number; readonly from: string; readonly until: string }[];
    };

const on = (weekdays: readonly number[], from: string, until: string) =>
  weekdays.map((weekday) => ({ weekday, from, until }));

/** A pattern that suits the forms of a calendar: a bed is there every night, a worker some part-days, evenings, weekends. */
export const patternFor = (forms: readonly FormId[], random: Random): Pattern => {
  const units = forms.map((form) => formOf(form));
  // Somebody who lives in stays day and night, as a guest of a house does.
  if (forms.includes('F04') || units.some((form) => form.unit === 'night' && !form.atHome)) return { kind: 'stay' };
  if (units.every((form) => form.unit === 'night')) {
    const weekdays = random.pick([
      [4, 5, 6],
      [5, 6, 7],
      [1, 3, 5],
    ]);
    const mornings = weekdays.map((weekday) => (weekday % 7) + 1);
    return { kind: 'weekly', windows: [...on(weekdays, '22:00', '24:00'), ...on(mornings, '00:00', '07:00')] };
  }
  if (forms.includes('F17')) return { kind: 'weekly', windows: on([1, 2, 3, 4, 5], '09:00', '17:00') };
  if (units.every((form) => form.unit === 'visit'))
    return {
      kind: 'weekly',
      windows: on(
        random.pick([
          [2, 4],
          [1, 3],
          [3, 5],
        ]),
        '10:00',
        '12:00',
      ),
    };
  const days = random.pick([
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
    [1, 3, 5],
    [1, 2, 4, 5],
  ]);
  const evenings = random.percent(40) ? on([random.whole(1, 5)], '18:00', '22:00') : [];
  const weekend = random.percent(35) ? on([random.pick([6, 7])], '10:00', '18:00') : [];
  const windows = [...on(days, '08:30', '17:00'), ...evenings, ...weekend];
  return { kind: 'weekly', windows };
};

const weekday = (day: Day) => Temporal.PlainDate.from(day).dayOfWeek;
const end = (day: Day, until: string) => (until === '24:00' ? instantOn(plusDays(day, 1)) : instantOn(day, until));

/** The times of a pattern over `days` days from `first`. A stay is one long span: in at 15:00, out at 11:00. */
export const timesOf = (pattern: Pattern, first: Day, days: number): TimeSpan[] => {
  if (pattern.kind === 'stay')
    return [{ from: instantOn(first, '15:00'), until: instantOn(plusDays(first, days), '11:00') }];
  return Array.from({ length: days }, (_, offset) => plusDays(first, offset)).flatMap((day) =>
    pattern.windows
      .filter((window) => window.weekday === weekday(day))
      .map(({ from, until }) => ({ from: instantOn(day, from), until: end(day, until) })),
  );
};
