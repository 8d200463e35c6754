import type { ReadDatabase } from '@adempauze/event-store';
import type { Clock, Instant, Outcome } from '@adempauze/kernel';
import { z } from 'zod';
import { rejection } from '../calls.ts';
import type { Asking, HeldHere } from './held-here.ts';

/**
 * Bookings of one household that wait for its own yes, at all providers together, from which on it first says yes or no to
 * those (chosen). Above what families need: three times a week for a year is 160 dates, a stay or a plan of several forms
 * some ten.
 */
export const mostHeld = 200;

const Row = z.object({ held: z.int() });

/** What the read model has, and what was let through here and it does not have; without what is of the same thing (?3). */
const count = `SELECT
  (SELECT count(*) FROM bookings WHERE householdId = ?1 AND status = 'held' AND heldUntil > ?2
    AND bookingId <> ?3 AND ifnull(json_extract(fixed, '$.partOf.id'), '') <> ?3)
  + (SELECT count(*) FROM json_each(?4) AS here WHERE NOT EXISTS
    (SELECT 1 FROM bookings WHERE bookingId = here.value)) AS held`;

export type HeldLimit = {
  /**
   * Asks for what there is room for, which counts from this instant on. With the no (`too-many-holds`) where the household
   * holds enough besides: then `ask` asks for nothing. A series or a stay is one thing: what it holds itself is not in its
   * own way, so the last one let through may go beyond the limit by its other dates.
   */
  within<V>(asking: Asking, ask: (tooMany: Outcome<never> | undefined) => Promise<V>): Promise<V>;
};

/**
 * A limit against hoarding: who holds places everywhere keeps them from others. Beside it stands the limit of offers, for
 * one resource. Exact within one process, however many requests come at the same instant: what was let through here counts
 * before the read model has it. Of other replicas it counts what its read model has. So with R replicas a household may come
 * to hold more by what the other R - 1 let through while the read model was behind, each up to the limit itself; from then on
 * all say no until it holds less than the limit. Room made by a yes, a no or an end is there at the latest when the read model
 * has that. To be exact across replicas would cost every request something, and every hold ends by itself (ADR 40).
 */
export const createHeldLimit = ({
  db,
  here,
  clock,
}: {
  readonly db: ReadDatabase;
  readonly here: HeldHere;
  readonly clock: Clock;
}): HeldLimit => {
  const heldBeside = (asking: Asking, now: Instant): number => {
    const { householdId, of } = asking;
    return Row.parse(db.first(count, householdId, now, of, JSON.stringify(here.beside(asking, now)))).held;
  };
  return {
    async within(asking, ask) {
      const now = clock();
      // From the count to `begin` nothing waits: no other request comes in between.
      const isThrough = asking.isKnown === true || here.knows(asking, now);
      const held = isThrough ? 0 : heldBeside(asking, now);
      if (held >= mostHeld) return ask(rejection('too-many-holds', { holds: held }));
      here.begin(asking, now);
      try {
        return await ask(undefined);
      } finally {
        here.end(asking);
      }
    },
  };
};
