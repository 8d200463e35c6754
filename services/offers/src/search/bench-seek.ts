import { Condition, FormId, SeekRespite } from '@adempauze/contracts';
import { type Clock, type Day, plusDays } from '@adempauze/kernel';
import type { Place } from '@adempauze/places';
import type { SearchIndex } from './search-index.ts';
import { createSeeking } from './seek.ts';

export type SeekFigures = {
  /** What was asked, in a few words. */
  readonly asked: string;
  readonly searches: number;
  readonly optionsPerSearch: number;
  readonly formsPerSearch: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

type Ask = (day: Day, random: () => number) => Record<string, unknown>;

const anyForm = (random: () => number) => FormId.options[Math.floor(random() * FormId.options.length)];

/** The questions that people ask by need; `nothing found`: of a condition and an act that nobody here serves. */
const questions: Readonly<Record<string, Ask>> = {
  'any form, a day, 3 hours': (day) => ({ when: { kind: 'day', day }, minutes: 180 }),
  'any form, now': () => ({ when: { kind: 'now' } }),
  'any form, every week for half a year': (day) => ({
    ...{ when: { kind: 'day', day }, minutes: 180, repeat: { everyWeeks: 1, times: 26 } },
  }),
  'nothing found': (day) => ({ when: { kind: 'day', day }, minutes: 180, highRiskActs: ['suctioning'] }),
  'a weekend of two nights': (day) => ({ when: { kind: 'weekend', day }, nights: 2 }),
  // Others stand beside it where it is no choice by itself.
  'one form': (day, random) => ({ when: { kind: 'day', day }, forms: [anyForm(random)] }),
  'one form, every week for half a year': (day, random) => ({
    ...{ when: { kind: 'day', day }, forms: [anyForm(random)], repeat: { everyWeeks: 1, times: 26 } },
  }),
};

/** How long search by need takes over an index that is filled, for each of the usual questions; the same seed asks the same. */
export const benchSeek = ({
  index,
  clock,
  startOn,
  anyPlace,
  random,
  searches,
  timeMs,
}: {
  readonly index: SearchIndex;
  readonly clock: Clock;
  readonly startOn: Day;
  readonly anyPlace: () => Place;
  readonly random: () => number;
  readonly searches: number;
  readonly timeMs: () => number;
}): SeekFigures[] => {
  const seek = createSeeking({ index, clock });
  return Object.entries(questions).map(([asked, ask]) => {
    const times: number[] = [];
    let [options, forms] = [0, 0];
    for (let i = -Math.ceil(searches / 10); i < searches; i += 1) {
      const place = anyPlace();
      const question = SeekRespite.parse({
        near: { lat: place.lat + (random() - 0.5) / 20, lon: place.lon + (random() - 0.5) / 20 },
        conditions: Condition.options.filter(() => random() < 0.12),
        ...ask(plusDays(startOn, 1 + Math.floor(random() * 8)), random),
      });
      const from = timeMs();
      const found = seek(question);
      const took = timeMs() - from;
      if (i < 0) continue; // warming up
      times.push(took);
      options += found.options.length;
      forms += new Set(found.options.map(({ hit }) => hit.offer.form)).size;
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    return {
      ...{ asked, searches, optionsPerSearch: rounded(options / searches), formsPerSearch: rounded(forms / searches) },
      ...{ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
    };
  });
};

const rounded = (value: number) => Math.round(value * 1000) / 1000;
