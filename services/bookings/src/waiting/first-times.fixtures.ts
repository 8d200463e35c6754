import type { BookableTime } from '@adempauze/contracts';
import { minuteMs, plusMs } from '@adempauze/kernel';
import type { World } from '../trial-world.fixtures.ts';

const stepMs = 30 * minuteMs;
const dayOf = ({ span }: BookableTime): string =>
  Temporal.Instant.from(span.from).toZonedDateTimeISO('Europe/Amsterdam').toPlainDate().toString();

/**
 * Of all times that can be had the first of each day, day after day, and when those are not enough more of the same days, each
 * half an hour later at the least; in order of time. So `bookableTimes` of offers chooses.
 */
const firstTimes = (times: readonly BookableTime[], most: number): BookableTime[] => {
  const inOrder = times.toSorted((a, b) => (a.span.from < b.span.from ? -1 : 1));
  const rounds: BookableTime[][] = [];
  for (const of of Map.groupBy(inOrder, dayOf).values()) {
    let last: BookableTime | undefined;
    let round = 0;
    for (const time of of) {
      if (last !== undefined && time.span.from < plusMs(last.span.from, stepMs)) continue;
      rounds[round] = [...(rounds[round] ?? []), time];
      last = time;
      round += 1;
    }
  }
  return rounds
    .flat()
    .slice(0, most)
    .toSorted((a, b) => (a.span.from < b.span.from ? -1 : 1));
};

/** Small offers gives as many times as are asked for, and chooses them as offers does; how often it was asked. */
export const givesFirstTimes = ({ offers }: Pick<World, 'offers'>): { readonly questions: () => number } => {
  const { listTimesWithin } = offers;
  let questions = 0;
  offers.listTimesWithin = async (it) => {
    questions += 1;
    return firstTimes(await listTimesWithin(it), it.first);
  };
  return { questions: () => questions };
};
