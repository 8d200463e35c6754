import { AccountId, HouseholdId, OnBehalfRef, OnBehalfWhat, PlaceOfService, TimeSpan } from '@adempauze/contracts';
import { Day, event, Instant, Uuid } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: who took back what was done for a household, and what came of it. Ids and words only. */

const about = { entryId: Uuid, householdId: HouseholdId };

export const UndoEvent = z.discriminatedUnion('type', [
  event('UndoAsked', {
    ...about,
    what: OnBehalfWhat,
    ref: OnBehalfRef,
    /** What taking it back needs, where the thing itself does not say. */
    facts: z.strictObject({
      offerId: z.string().optional(),
      movedFrom: TimeSpan.optional(),
      placeMovedFrom: PlaceOfService.optional(),
      from: Day.optional(),
      parts: z.array(z.int()).optional(),
      partIds: z.array(Uuid).optional(),
    }),
    by: AccountId,
    askedAt: Instant,
  }),
  /** `whole`: the thing itself is gone, and with it whatever else was done to it. */
  event('UndoDone', { ...about, ref: OnBehalfRef, whole: z.boolean(), by: AccountId, doneAt: Instant }),
  event('UndoRefused', {
    ...about,
    code: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    refusedAt: Instant,
  }),
]);
export type UndoEvent = z.infer<typeof UndoEvent>;
export type UndoData<T extends UndoEvent['type']> = Extract<UndoEvent, { type: T }>['data'];

export const undoStream = (entryId: string) => `undo-${entryId}`;
