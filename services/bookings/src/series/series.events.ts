import {
  AccountId,
  DeclineSeries,
  FormId,
  HouseholdId,
  OfferId,
  PersonId,
  PlaceOfService,
  ProviderId,
  ResourceId,
  SeriesId,
  SeriesView,
  TimeSpan,
} from '@adempauze/contracts';
import { Day, event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';
import { Charge } from '../cancelling/charge.rules.ts';

/* Kept for ever: a changed shape raises its version and takes an upcaster. */

/** Why a date could not be had, as the booking of that date was answered. */
const no = z.strictObject({
  on: Day,
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type NoOnDate = z.infer<typeof no>;
const date = z.strictObject({ on: Day, span: TimeSpan });
/** The rule as it was asked: wall times, and the zone in which they are meant. */
const rule = SeriesView.shape.rule;
const about = { seriesId: SeriesId };

export const SeriesEvent = z.discriminatedUnion('type', [
  event('SeriesRequested', {
    ...about,
    householdId: HouseholdId,
    caregiverId: PersonId,
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    resourceId: ResourceId.optional(),
    rule,
    zone: z.literal('Europe/Amsterdam'),
    placeOfService: PlaceOfService,
    /** As `RequestSeries` says it. */
    caregiverJoins: z.boolean().optional(),
    purpose: personal(z.string().nullable(), { of: 'caregiverId' }),
    requestedBy: AccountId,
    /** The rule written out, as it was by the clocks known on that day. */
    dates: z.array(date),
    skipped: z.array(no),
    /** It is part of what a professional proposes (R02): held until then. Absent for one that was asked for. */
    proposedUntil: Instant.optional(),
    requestedAt: Instant,
  }),
  /** For each of these dates a booking was asked for: it is held, or could not be had. */
  event('SeriesDatesAnswered', { ...about, held: z.array(Day), skipped: z.array(no), answeredAt: Instant }),
  /** The caregiver's yes to these dates. */
  event('SeriesConfirmed', { ...about, dates: z.array(Day), confirmedAt: Instant }),
  event('SeriesDatesAgreed', { ...about, agreed: z.array(Day), lost: z.array(no), agreedAt: Instant }),
  /** The provider's yes to these dates. */
  event('SeriesAccepted', { ...about, dates: z.array(Day), acceptedAt: Instant }),
  event('SeriesDatesAccepted', { ...about, dates: z.array(Day), recordedAt: Instant }),
  /** The provider's no to these dates. */
  event('SeriesDeclined', {
    ...about,
    dates: z.array(Day),
    reason: DeclineSeries.shape.reason,
    declinedAt: Instant,
  }),
  /** `kept`: the booking of that date did not wait for the provider any more. */
  event('SeriesDatesDeclined', { ...about, declined: z.array(Day), kept: z.array(Day), recordedAt: Instant }),
  event('SeriesExtended', {
    ...about,
    until: Day,
    exceptions: z.array(Day),
    dates: z.array(date),
    skipped: z.array(no),
    extendedAt: Instant,
  }),
  /** Nothing takes place from this day on; these dates are to be cancelled. */
  event('SeriesEnded', {
    ...about,
    from: Day,
    by: z.enum(['caregiver', 'provider']),
    dates: z.array(Day),
    /** What the caregiver agreed to for ending late; absent: nothing. */
    charges: z.array(Charge).optional(),
    /** When that was, with the plan that it is a part of; absent: as it ended. */
    agreedAt: Instant.optional(),
    endedAt: Instant,
  }),
  event('SeriesDatesCancelled', { ...about, dates: z.array(Day), cancelledAt: Instant }),
]);
export type SeriesEvent = z.infer<typeof SeriesEvent>;
export type SeriesData<T extends SeriesEvent['type']> = Extract<SeriesEvent, { type: T }>['data'];

export const seriesStream = (seriesId: string) => `series-${seriesId}`;
