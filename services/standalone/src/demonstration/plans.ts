import type { BookingId } from '@adempauze/contracts';
import { bookingsOfArrangements, livedArrangements } from './arrangement.ts';
import type { Services } from './history.ts';
import type { Act, Stage } from './plan-stage.ts';
import { bookingsOfSeries, livedSeries } from './series.ts';
import { bookingsOfStays, livedStays } from './stays.ts';
import { livedWaiting } from './waiting.ts';

/*
 * What is made of several bookings: stays with their steps behind them and ahead, weekly series, waiting lists,
 * an arrangement. Lived week
 * by week like the rest, by the same commands. What cannot be had is tried elsewhere, in an order that is always the same.
 */

const acts: readonly Act[] = [...livedStays, ...livedSeries, ...livedWaiting, ...livedArrangements];

/** Does what belongs to this week, one after the other. */
export const livePlans = async (stage: Stage, week: number): Promise<void> => {
  for (const it of acts) if (it.week === week) await it.act(stage);
  await stage.settled();
};

/** The bookings that the plans have made so far, for who records what was given. */
export const bookingsOfPlans = async (services: Services): Promise<BookingId[]> => [
  ...(await bookingsOfStays(services)),
  ...(await bookingsOfSeries(services)),
  ...(await bookingsOfArrangements(services)),
];
