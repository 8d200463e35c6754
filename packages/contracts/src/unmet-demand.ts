import { Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId, mostForms } from './forms.ts';
import { Month } from './invoicing.ts';
import { command, query } from './service-api.ts';
import { MunicipalityCode } from './vocabulary.ts';

/* Demand that was not met (R35), by what showed it. Stream: search-<searchId>. Form, area and month; nobody's name or id. */

export const UnmetSource = z.enum([
  /** A request that found no place, or that nobody answered in time. */
  'request',
  /** A search that found nothing. */
  'search',
  /** Somebody waits for a place. */
  'waiting',
  /** A provider said no, or took its word back; or the caregiver could not use what a professional proposed. */
  'declined',
]);
export type UnmetSource = z.infer<typeof UnmetSource>;

/**
 * A search found nothing. `searchId` is derived from what was asked, by whom and on which day, so that the same search is
 * counted once. No `forms`: any form would do.
 */
export const RecordNothingFound = z.strictObject({
  searchId: Uuid,
  forms: z.array(FormId).max(mostForms),
  municipality: MunicipalityCode,
  /** Of the care that was looked for. */
  month: Month,
  askedBy: z.enum(['signed-in', 'visitor']),
  /** Nobody could come, and nowhere was a bed, within a day in an urgent case (R09): once for each case. */
  urgent: z.literal(true).optional(),
});
export type RecordNothingFound = z.infer<typeof RecordNothingFound>;

/**
 * How often a source showed it, where the recipient lives and in the month of the care. `reason`: why a request was
 * refused or declined; `urgent` of a search that found nothing within a day. One family may stand in more than one source: the sources are not to be added up to families.
 */
export const UnmetBySource = z.strictObject({
  source: UnmetSource,
  reason: z.string().nullable(),
  /** Null: any form would have done. */
  form: FormId.nullable(),
  municipality: MunicipalityCode,
  month: z.string(),
  count: z.int(),
});
export type UnmetBySource = z.infer<typeof UnmetBySource>;

export const unmetDemandOperations = {
  recordNothingFound: command(RecordNothingFound),
  unmetBySource: query(
    z.strictObject({ municipality: MunicipalityCode.optional(), waitFor: z.string().max(100).optional() }),
    z.array(UnmetBySource),
  ),
};
