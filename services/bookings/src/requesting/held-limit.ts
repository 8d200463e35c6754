import type { HouseholdId } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import type { Clock, Outcome } from '@adempauze/kernel';
import { z } from 'zod';
import { rejection } from '../calls.ts';

/**
 * Bookings of one household that wait for its own yes, at all providers together, from which on it first says yes or no to
 * those (chosen). Above what families need: three times a week for a year is 160 dates, a stay or a plan of several forms
 * some ten.
 */
export const mostHeld = 200;

const Row = z.object({ held: z.int() });

/**
 * A limit against hoarding: who holds places everywhere keeps them from others. Beside it stands the limit of offers, for
 * one resource. It counts in the read model, which may be a moment behind, so requests at the same instant may go somewhat
 * beyond it: no invariant, and none is needed, for every hold ends by itself.
 */
export const createHeldLimit =
  ({ db, clock }: { readonly db: ReadDatabase; readonly clock: Clock }) =>
  /** The no to one more (`too-many-holds`), or undefined. What is asked for again, as a part of `again`, does not count. */
  (householdId: HouseholdId, again = ''): Outcome<never> | undefined => {
    const { held } = Row.parse(
      db.first(
        `SELECT count(*) AS held FROM bookings WHERE householdId = ? AND status = 'held' AND heldUntil > ?
         AND ifnull(json_extract(fixed, '$.partOf.id'), '-') <> ?`,
        householdId,
        clock(),
        again,
      ),
    );
    return held < mostHeld ? undefined : rejection('too-many-holds', { holds: held });
  };
export type HeldLimit = ReturnType<typeof createHeldLimit>;
