import { benchSearch, type SearchFigures, soldOutBench, usualBench } from '@adempauze/offers/bench';
import { benchStart } from '@adempauze/offers/bench-start';
import { type Figure, round } from './figures.ts';

const whole = (value: number): string => value.toLocaleString('en-GB');

/** Search over so many offers: in use, nearly sold out, and at a start. The floor is of the same run. */
export const searchFigures = (sizes: readonly number[], searches: number): Figure[] =>
  sizes.flatMap((offers): Figure[] => {
    const size = { offers, searches };
    const usual = benchSearch({ ...usualBench, ...size, seeks: Math.ceil(searches / 3) });
    const soldOut = benchSearch({ ...soldOutBench, ...size });
    const started = benchStart({ ...usualBench, ...size });
    return [
      {
        name: `search over ${whole(offers)} offers, ${whole(usual.slots)} slots, ${whole(usual.heapMb)} MB`,
        ...timesOf(usual),
        target: offers === 100_000 ? 'p99 under 10 ms, 5 million slots' : undefined,
      },
      ...usual.seeks.map(({ asked, p50Ms, p99Ms }) => ({
        name: `search by need over ${whole(offers)} offers: ${asked}`,
        ...{ unit: 'ms', median: round(p50Ms), p50: round(p50Ms), p99: round(p99Ms) },
        target: offers === 100_000 ? 'p99 under 10 ms, 5 million slots' : undefined,
      })),
      {
        name: `search over ${whole(offers)} offers, nearly sold out: ${whole(soldOut.occupations)} bookings`,
        ...timesOf(soldOut),
      },
      {
        name: `filling the search index at a start, ${whole(offers)} offers, ${whole(started.heapMb)} MB`,
        ...{ unit: 'ms', median: started.startMs, floor: started.floorMs },
      },
    ];
  });

const timesOf = ({ p50Ms, p99Ms, floorMs }: SearchFigures) => ({
  unit: 'ms',
  median: round(p50Ms),
  p50: round(p50Ms),
  p99: round(p99Ms),
  floor: round(floorMs, 3),
});
