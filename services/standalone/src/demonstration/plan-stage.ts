import type { FormId, TimeSpan } from '@adempauze/contracts';
import { type Day, dayOf, hourMs, type Instant, instantOn, plusDays, plusMs } from '@adempauze/kernel';
import type { Services } from './history.ts';
import type { SeededHousehold } from './households.ts';
import { offerIdOf, type Supply } from './publish.ts';

/** What the plans of a demonstration are made with. */
export type Stage = {
  readonly services: Services;
  readonly supply: Supply;
  readonly households: readonly SeededHousehold[];
  /** When the last week has been lived: the present of the demonstration. */
  readonly until: Instant;
  readonly settled: () => Promise<void>;
};

/** Done once, in its week, counted from the first. */
export type Act = { readonly week: number; readonly act: (stage: Stage) => Promise<void> };

/** Days before or after the present. */
export const dayFrom = ({ until }: Stage, days: number): Day => plusDays(dayOf(until), days);
export const hoursOn = (stage: Stage, days: number, from: string, to: string): TimeSpan => {
  const day = dayFrom(stage, days);
  return { from: instantOn(day, from), until: instantOn(day, to) };
};
export const nightsFrom = (stage: Stage, days: number, nights: number): TimeSpan => ({
  from: instantOn(dayFrom(stage, days), '15:00'),
  until: instantOn(dayFrom(stage, days + nights), '11:00'),
});

/** Workers of a provider and when they work, those who are booked at once first. */
export const workersOf = ({ supply }: Stage, key: string, form: FormId) =>
  supply
    .filter(({ provider }) => provider.key === key)
    .flatMap(({ workers }) => workers)
    .flatMap((worker) => {
      const { number, resourceId, pattern, instant } = worker;
      const windows = pattern.kind === 'weekly' ? pattern.windows : [];
      return windows.map(({ weekday, from }) => ({
        ...{ resourceId, offerId: offerIdOf(key, number, form), instant, weekday, from },
      }));
    });

/** The first day with this weekday (1 is Monday) from a day on. */
export const firstWeekday = (day: Day, weekday: number): Day =>
  plusDays(day, (weekday - Temporal.PlainDate.from(day).dayOfWeek + 7) % 7);

/** From a time of day on, so many hours. */
export const hoursFrom = (day: Day, from: string, hours: number): TimeSpan => {
  const begin = instantOn(day, from);
  return { from: begin, until: plusMs(begin, hours * hourMs) };
};
