/** One number, and what it is about. Labels have few values and never name a person, a booking or a household. */
export type Sample = { readonly value: number; readonly labels?: Readonly<Record<string, string>> };

/**
 * What a part tells about itself when it is asked. Names begin with `adempauze_`, are `snake_case` and end in their unit
 * (`_seconds`, `_cents`); those of counters in `_total`. `service` and `replica` are added by the process.
 */
export type Measure =
  | {
      readonly name: string;
      readonly help: string;
      readonly type: 'gauge' | 'counter';
      readonly samples: readonly Sample[];
    }
  | {
      readonly name: string;
      readonly help: string;
      readonly type: 'histogram';
      /** How many were at most this, each bucket with those of the ones before it; the last is `count`. */
      readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
      readonly sum: number;
      readonly count: number;
    };

const measure =
  (type: 'gauge' | 'counter') =>
  (name: string, help: string, ...samples: readonly (Sample | number)[]): Measure => ({
    ...{ name, help, type },
    samples: samples.map((it) => (typeof it === 'number' ? { value: it } : it)),
  });

export const gauge = measure('gauge');

/** Of what only ever grows; it may begin anew at a lower number. */
export const counter = measure('counter');
