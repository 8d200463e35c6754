import { FormId, Month, MunicipalityCode } from '@adempauze/contracts';
import { event, Instant, Uuid } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. Words and a month; nothing of a person. */

export const SearchEvent = z.discriminatedUnion('type', [
  /** A search that found nothing (R35); counted once for each form asked, or once for any. */
  event('NothingFound', {
    searchId: Uuid,
    forms: z.array(FormId),
    municipality: MunicipalityCode,
    month: Month,
    askedBy: z.enum(['signed-in', 'visitor']),
    urgent: z.literal(true).optional(),
    foundAt: Instant,
  }),
]);
export type SearchEvent = z.infer<typeof SearchEvent>;

export const searchStream = (searchId: string) => `search-${searchId}`;
