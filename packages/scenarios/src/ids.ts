import { derivedId } from '@adempauze/kernel';

/** Ids and idempotency keys from a seed: the same seed gives the same run, another seed collides with nothing. */
export type Ids = {
  /** An opaque UUID. */
  next(): string;
  /** A source of its own, so that what one story asks for does not shift the ids of another. */
  fork(name: string): Ids;
};

export const createIds = (seed: string): Ids => {
  let count = 0;
  return {
    next() {
      count += 1;
      return derivedId('scenarios', seed, count);
    },
    fork: (name) => createIds(`${seed}/${name}`),
  };
};
