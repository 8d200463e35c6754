import type { Random } from '../torture/random.ts';

/** How often something goes wrong, as a share of calls, appends and batches; and how long what is slow takes, in ms. */
export type Rates = {
  readonly appendRefused: number;
  /** The append was written and its answer is lost, or was not written and nobody can tell. */
  readonly appendUnknown: number;
  readonly appendSlow: number;
  readonly batchAgain: number;
  readonly batchFails: number;
  readonly batchSlow: number;
  readonly callRefused: number;
  /** The call has its effect and its answer is lost. */
  readonly callUnanswered: number;
  readonly callSlow: number;
  readonly slowMs: number;
};

export const usualRates: Rates = {
  ...{ appendRefused: 0.02, appendUnknown: 0.03, appendSlow: 0.05 },
  ...{ batchAgain: 0.05, batchFails: 0.002, batchSlow: 0.05 },
  ...{ callRefused: 0.02, callUnanswered: 0.03, callSlow: 0.05 },
  slowMs: 40,
};

/** Hardly anything works at once. */
export const storm: Rates = {
  ...{ appendRefused: 0.1, appendUnknown: 0.15, appendSlow: 0.2 },
  ...{ batchAgain: 0.2, batchFails: 0.01, batchSlow: 0.2 },
  ...{ callRefused: 0.1, callUnanswered: 0.12, callSlow: 0.2 },
  slowMs: 80,
};

/** Whether the next thing of this kind goes wrong, by the seed. Nothing does while they are off. */
export type Faults = {
  strikes(kind: Exclude<keyof Rates, 'slowMs'>): boolean;
  /** A wait of at most `slowMs`. */
  slowness(): Promise<unknown>;
  turn(to: 'on' | 'off'): void;
};

export const createFaults = (rates: Rates, random: Random, pause: (ms: number) => Promise<unknown>): Faults => {
  let on = false;
  return {
    strikes: (kind) => on && random.chance(rates[kind]),
    slowness: () => pause(random.whole(1, rates.slowMs)),
    turn(to) {
      on = to === 'on';
    },
  };
};
