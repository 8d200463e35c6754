import { MunicipalityCode, SchemeId, SchemeRules } from '@adempauze/contracts';
import { Day, event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** A scheme as data, as it stands in the regulation of one municipality (`source`: S01 and so on in domain.md). */
export const SchemeEvent = z.discriminatedUnion('type', [
  event('SchemePublished', {
    schemeId: SchemeId,
    name: z.string(),
    municipality: MunicipalityCode,
    source: z.string(),
    validFrom: Day,
    rules: SchemeRules,
    publishedAt: Instant,
  }),
]);
export type SchemeEvent = z.infer<typeof SchemeEvent>;

export const schemeStream = (schemeId: string) => `scheme-${schemeId}`;
