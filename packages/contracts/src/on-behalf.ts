import { Instant, Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { HouseholdId } from './ids.ts';
import { command, query } from './service-api.ts';

/*
 * What was done for a caregiver by somebody else (R27): what, when and in which role. The caregiver sees all of it, and
 * takes it back in one action. Stream of taking back: undo-<entryId>.
 */

/** Nothing of anybody's health: that somebody is palliative reads `fast-lane-given`, and of a task agreed no act is named. */
export const OnBehalfWhat = z.enum([
  'household-registered',
  'care-need-changed',
  'brief-consent-said',
  'contact-person-changed',
  'mandate-granted',
  'mandate-withdrawn',
  'booking-requested',
  'booking-agreed',
  'booking-moved',
  'accompaniment-changed',
  'booking-cancelled',
  'care-not-given',
  'series-requested',
  'series-agreed',
  'series-extended',
  'series-ended',
  'stay-planned',
  'stay-agreed',
  'outcome-said',
  'stay-ended',
  'waiting-joined',
  'waiting-left',
  'wish-made',
  'wish-ended',
  'arrangement-planned',
  'arrangement-extended',
  'arrangement-agreed',
  'arrangement-ended',
  'proposal-accepted',
  'proposal-declined',
  'backups-named',
  'fast-lane-given',
  'fast-lane-lifted',
  'care-ended',
  'urgent-opened',
  'task-agreed',
]);
export type OnBehalfWhat = z.infer<typeof OnBehalfWhat>;

export const OnBehalfRef = z.strictObject({
  kind: z.enum([
    ...(['household', 'mandate', 'booking', 'series', 'stay', 'waiting', 'wish', 'arrangement', 'proposal'] as const),
    ...(['urgent', 'agreement'] as const),
  ]),
  id: Uuid,
});
export type OnBehalfRef = z.infer<typeof OnBehalfRef>;

export const OnBehalfView = z.strictObject({
  /** Of the event that it is. */
  entryId: Uuid,
  householdId: HouseholdId,
  what: OnBehalfWhat,
  ref: OnBehalfRef,
  at: Instant,
  by: AccountId,
  role: z.enum(['contact-person', 'mandate']),
  /** One action takes it back. What is said again or asked anew by oneself is not undone here. */
  undoable: z.boolean(),
  undone: z.strictObject({ at: Instant, by: AccountId }).nullable(),
});
export type OnBehalfView = z.infer<typeof OnBehalfView>;

/**
 * Takes it back: a booking, series or stay ends as far as it is still to come, a place in line is given up, a mandate is
 * withdrawn, a moved booking goes back to its time and place, what was added to a plan ends. Rejected as that action itself would be.
 */
export const UndoOnBehalf = z.strictObject({
  householdId: HouseholdId,
  entryId: Uuid,
  by: AccountId,
  waitFor: z.string().max(100).optional(),
});
export type UndoOnBehalf = z.infer<typeof UndoOnBehalf>;

export const onBehalfOperations = {
  undoOnBehalf: command(UndoOnBehalf, OnBehalfView),
  /** The latest first; a hundred at most. */
  listOnBehalf: query(
    z.strictObject({ householdId: HouseholdId, waitFor: z.string().max(100).optional() }),
    z.array(OnBehalfView),
  ),
};
