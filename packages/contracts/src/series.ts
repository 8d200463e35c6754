import { Day, Instant, PriceCents, plusMonths } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId, BookingStatus, ProviderNo } from './booking-words.ts';
import { FormId } from './forms.ts';
import { BookingId, HouseholdId, OfferId, ProviderId, ResourceId, SeriesId } from './ids.ts';
import { PageRequest, pageOf } from './page.ts';
import { command, query } from './service-api.ts';
import { PlaceOfService, TimeSpan } from './vocabulary.ts';

/* A booking that repeats, with the same person or at the same place, for a longer period (R17). Stream: series-<id>. */

/** `HH:MM` on the clock in Amsterdam. */
export const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'A time of day looks like 14:30.' });

/** The longest that a series runs, from its first date or from the day on which it is extended (R17). */
export const seriesMonths = 12;

const week = {
  /** The first day on which it may take place; weeks are counted from its week. */
  from: Day,
  /** The last day on which it may take place. */
  until: Day,
  everyWeeks: z.int().min(1).max(8).default(1),
  /** 1 is Monday; the weekday of `from` when none is named. */
  weekdays: z.array(z.int().min(1).max(7)).max(7).default([]),
  startsAt: WallTime,
  endsAt: WallTime,
  /** 1 for a night, that ends on the next day; 2 for a weekend of two nights. */
  endsDaysLater: z.int().min(0).max(30).default(0),
  /** Days left out: a holiday, a birthday. */
  exceptions: z.array(Day).max(200).default([]),
};

/**
 * When it repeats: days by the calendar and times by the clock in Amsterdam, so that two o'clock stays two o'clock when
 * the clocks change. Never UTC.
 */
export const WeeklyRule = z
  .strictObject(week)
  .refine((it) => it.from <= it.until, { path: ['until'], error: 'The end lies after the beginning.' })
  .refine((it) => it.until <= plusMonths(it.from, seriesMonths), {
    path: ['until'],
    error: 'A series lasts twelve months at most; it can be extended later.',
  })
  .refine((it) => it.endsDaysLater > 0 || it.startsAt < it.endsAt, {
    path: ['endsAt'],
    error: 'The end lies after the beginning.',
  });
export type WeeklyRule = z.infer<typeof WeeklyRule>;

/**
 * Asks for all dates at once: each is a booking of its own, held like any other. Dates that cannot be had are skipped and
 * named; the rest waits for one yes to the times and the own cost together.
 */
export const RequestSeries = z.strictObject({
  seriesId: SeriesId,
  householdId: HouseholdId,
  offerId: OfferId,
  resourceId: ResourceId.optional(),
  rule: WeeklyRule,
  purpose: z.string().trim().max(500).default(''),
  placeOfService: PlaceOfService,
  /** The caregiver comes along each time (R24); a single date can be told otherwise by its booking. */
  caregiverJoins: z.boolean().optional(),
  requestedBy: AccountId,
});
export type RequestSeries = z.infer<typeof RequestSeries>;

/** The caregiver says yes to every date that is held, and to the own cost shown. */
export const ConfirmSeries = z.strictObject({ seriesId: SeriesId });
export type ConfirmSeries = z.infer<typeof ConfirmSeries>;

/** The provider says yes to every date that waits for it. */
export const AcceptSeries = z.strictObject({ seriesId: SeriesId });
export type AcceptSeries = z.infer<typeof AcceptSeries>;

/**
 * The provider says no to every date that waits for it, with one reason that the household reads; what is agreed stands.
 * As demand that was not met it counts as one booking that was declined. Rejected with `series-not-awaiting-acceptance`.
 */
export const DeclineSeries = z.strictObject({ seriesId: SeriesId, reason: ProviderNo });
export type DeclineSeries = z.infer<typeof DeclineSeries>;

/** More dates after the last one, up to twelve months from today. Dates that are there are never rewritten. */
export const ExtendSeries = z.strictObject({ seriesId: SeriesId, until: Day, exceptions: week.exceptions });
export type ExtendSeries = z.infer<typeof ExtendSeries>;

/**
 * No more dates from this day on: what was still to come is cancelled, what was given stands. A caregiver who ends late under
 * the terms agreed bears for each date what cancelling it costs, and is refused (`ending-costs`) unless they accept the sum.
 */
export const EndSeries = z.strictObject({
  seriesId: SeriesId,
  from: Day,
  by: z.enum(['caregiver', 'provider']),
  /** The most that the caregiver will pay for ending late by the terms agreed; nothing unless told. */
  acceptCostCents: PriceCents.optional(),
});
export type EndSeries = z.infer<typeof EndSeries>;

/** One date. `skipped` names why it could not be had; otherwise its booking says how it stands. */
export const SeriesDate = z.strictObject({
  on: Day,
  span: TimeSpan,
  bookingId: BookingId.nullable(),
  status: BookingStatus.nullable(),
  ownCostCents: PriceCents.nullable(),
  /** What cancelling it costs the caregiver now; of one that was cancelled, what it did cost. */
  cancelCostCents: PriceCents.default(0),
  skipped: z
    .strictObject({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable(),
});
export type SeriesDate = z.infer<typeof SeriesDate>;

export const SeriesStatus = z.enum(['requested', 'confirmed', 'ended']);
export type SeriesStatus = z.infer<typeof SeriesStatus>;

export const SeriesView = z.strictObject({
  seriesId: SeriesId,
  householdId: HouseholdId,
  offerId: OfferId,
  providerId: ProviderId,
  resourceId: ResourceId.nullable(),
  form: FormId,
  /** As it stands now; extended, it may be longer than one that is asked for. */
  rule: z.strictObject({ ...week, exceptions: z.array(Day) }),
  zone: z.literal('Europe/Amsterdam'),
  placeOfService: PlaceOfService,
  /** As it was asked for: the booking of a date says how it is on that date. */
  caregiverJoins: z.boolean().default(false),
  purpose: z.string().nullable(),
  requestedBy: AccountId,
  requestedAt: Instant,
  status: SeriesStatus,
  /** From this day on there are no dates any more. */
  endedFrom: Day.nullable(),
  /** Why the provider said no to the dates that waited for it, the last time that it did. */
  declinedFor: ProviderNo.nullable().default(null),
  dates: z.array(SeriesDate),
  /** Of all dates that are held or agreed together: the most that the caregiver pays (R46). */
  ownCostCents: PriceCents,
  /** What it costs the caregiver to end all that is to come now. */
  endCostCents: PriceCents.default(0),
  revision: z.int(),
});
export type SeriesView = z.infer<typeof SeriesView>;

export const SeriesFilter = z.strictObject({
  householdId: HouseholdId.optional(),
  providerId: ProviderId.optional(),
  waitFor: z.string().max(100).optional(),
  page: PageRequest,
});
export type SeriesFilter = z.infer<typeof SeriesFilter>;

export const seriesOperations = {
  requestSeries: command(RequestSeries, SeriesView),
  confirmSeries: command(ConfirmSeries, SeriesView),
  acceptSeries: command(AcceptSeries, SeriesView),
  declineSeries: command(DeclineSeries, SeriesView),
  extendSeries: command(ExtendSeries, SeriesView),
  endSeries: command(EndSeries, SeriesView),
  findSeries: query(z.strictObject({ seriesId: SeriesId }), SeriesView.optional()),
  /** The one asked for last first. */
  listSeries: query(SeriesFilter, pageOf(SeriesView)),
};
