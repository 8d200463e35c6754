import { z } from 'zod';
import { FormId } from './forms.ts';
import { HouseholdId, ProviderId, SeriesId } from './ids.ts';
import { Month } from './invoicing.ts';
import { PageRequest, pageOf } from './page.ts';
import { query } from './service-api.ts';
import { UnmetSource } from './unmet-demand.ts';
import { MunicipalityCode, Unit } from './vocabulary.ts';

/*
 * Figures over many bookings: how long people wait (R10), what was asked and not met (R35), supply against use (R36),
 * familiar faces (R14). Without names and without ids of people or households: `docs/reports.md` says how each is counted.
 */

/** The most months of one report. */
const mostMonths = 24;
const monthsBetween = (from: string, until: string): number =>
  (Number(until.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(until.slice(5)) - Number(from.slice(5));
/** Half-open: `until` is the first month that is left out. */
const period = { from: Month, until: Month };
type Period = { readonly from: Month; readonly until: Month };
const inOrder = ({ from, until }: Period): boolean => from < until;
const bounded = ({ from, until }: Period): boolean => monthsBetween(from, until) <= mostMonths;
const order = { path: ['until'], error: 'The end lies after the beginning.' };
const bounds = { path: ['until'], error: `At most ${mostMonths} months at a time.` };

const waiting = { waitFor: z.string().max(100).optional() };
/**
 * Groups in which somebody could be recognised are left out unless this is true: for who sees their own, like a provider
 * its clients and a family itself.
 */
const small = { showSmallGroups: z.boolean().default(false) };

/** The smallest group whose figures are told: with fewer somebody could be recognised. */
export const smallestGroup = 5;

/** How many; when they are so few that it is not told, `value` is null and `fewerThan` says fewer than what. */
export const ReportCount = z.strictObject({ value: z.int().nullable(), fewerThan: z.int().nullable() });
export type ReportCount = z.infer<typeof ReportCount>;

/** A wait that is longer than eight weeks has failed (R10): it is shown in red. */
export const longestWaitDays = 56;

export const WaitingTimesQuery = z
  .strictObject({
    municipality: MunicipalityCode.optional(),
    providerId: ProviderId.optional(),
    ...period,
    ...small,
    ...waiting,
    page: PageRequest,
  })
  .refine(inOrder, order)
  .refine(bounded, bounds);
export type WaitingTimesQuery = z.infer<typeof WaitingTimesQuery>;

/** From what a wait is measured: a word that somebody needs relief, a request, or a professional's proposal. */
export const WaitSince = z.enum(['signal', 'request', 'proposal']);
export type WaitSince = z.infer<typeof WaitSince>;

/**
 * Waits of one month: those that ended in it with the first care, and those that had lasted more than eight weeks without
 * it, until the end of the month or until the family gave up. `form` is null for a signal that led to nothing yet.
 */
export const WaitingTimeRow = z.strictObject({
  month: Month,
  municipality: MunicipalityCode,
  form: FormId.nullable(),
  since: WaitSince,
  count: ReportCount,
  /** Days; null when there are too few to tell. The nearest rank. */
  medianDays: z.int().nullable(),
  p90Days: z.int().nullable(),
  above: ReportCount,
  stillWaiting: ReportCount,
  gaveUp: ReportCount,
  /** The red line; told however small the group is. */
  aboveEightWeeks: z.boolean(),
});
export type WaitingTimeRow = z.infer<typeof WaitingTimeRow>;

export const DemandReportQuery = z
  .strictObject({ municipality: MunicipalityCode.optional(), ...period, ...small, ...waiting, page: PageRequest })
  .refine(inOrder, order)
  .refine(bounded, bounds);
export type DemandReportQuery = z.infer<typeof DemandReportQuery>;

/** `reason`: why a request was refused or declined; null where there is none to give. */
export const UnmetCount = z.strictObject({
  source: UnmetSource,
  reason: z.string().nullable(),
  count: ReportCount,
});
export type UnmetCount = z.infer<typeof UnmetCount>;

/**
 * What was asked where the recipient lives, in the month of the care, whoever bought what. `form` is null where any form
 * would have done. One family may stand in more than one source.
 */
export const DemandRow = z.strictObject({
  month: Month,
  municipality: MunicipalityCode,
  form: FormId.nullable(),
  requested: ReportCount,
  delivered: ReportCount,
  unmet: z.array(UnmetCount),
});
export type DemandRow = z.infer<typeof DemandRow>;

export const CareUseQuery = z
  .strictObject({
    /** Of these providers: those that supply an area, or one. */
    providerIds: z.array(ProviderId).max(10_000),
    /** And of the people who live here: searches and waiting lists, which are nobody's to have declined. */
    municipality: MunicipalityCode.optional(),
    ...period,
    ...small,
    ...waiting,
  })
  .refine(inOrder, order)
  .refine(bounded, bounds);
export type CareUseQuery = z.infer<typeof CareUseQuery>;

/** In what way a request came to nothing. */
export const NotChosenKind = z.enum([
  'refused',
  'declined',
  'no-answer',
  'let-go',
  'cancelled',
  'no-care',
  'proposal',
  'search',
  'waiting',
]);
export type NotChosenKind = z.infer<typeof NotChosenKind>;

/**
 * `reason` is a word of a closed list: a problem code, a provider's reason, who cancelled, why there was no care, why a
 * proposal was declined; empty where nobody said one.
 */
export const NotChosen = z.strictObject({ kind: NotChosenKind, reason: z.string(), count: ReportCount });
export type NotChosen = z.infer<typeof NotChosen>;

export const UnitsGiven = z.strictObject({ unit: Unit, quantity: z.int().nullable() });

/**
 * What became of the requests for care of one month and form. `quantity` is in hundredths of a unit; null: too few to tell.
 * A search for any form has none. A proposal counts in the month in which it was declined.
 */
export const CareUseRow = z.strictObject({
  month: Month,
  form: FormId.nullable(),
  requested: ReportCount,
  delivered: ReportCount,
  given: z.array(UnitsGiven),
  notChosen: z.array(NotChosen),
});
export type CareUseRow = z.infer<typeof CareUseRow>;

/** Of a household, a series of it, a provider or a municipality: at least one of them, or all there is. */
export const FamiliarShareQuery = z
  .strictObject({
    householdId: HouseholdId.optional(),
    seriesId: SeriesId.optional(),
    providerId: ProviderId.optional(),
    municipality: MunicipalityCode.optional(),
    ...period,
    ...small,
    ...waiting,
  })
  .refine(inOrder, order)
  .refine(bounded, bounds);
export type FamiliarShareQuery = z.infer<typeof FamiliarShareQuery>;

/** The share of familiar faces that is aimed at (R14). */
export const familiarTargetPercent = 80;

/**
 * How much of what was given was given by a familiar face. Amounts in hundredths of a unit. `month` is null for the whole
 * period. `unknown`: nobody recorded who came; it does not count as familiar.
 */
export const FamiliarShareRow = z.strictObject({
  month: Month.nullable(),
  form: FormId,
  unit: Unit,
  given: z.int().nullable(),
  familiar: z.int().nullable(),
  unknown: z.int().nullable(),
  /** Rounded down; null when too few households to tell. */
  sharePercent: z.int().nullable(),
  meetsTarget: z.boolean().nullable(),
  fewerThan: z.int().nullable(),
});
export type FamiliarShareRow = z.infer<typeof FamiliarShareRow>;

export const SupplyReportQuery = z
  .strictObject({
    municipality: MunicipalityCode.optional(),
    providerId: ProviderId.optional(),
    ...period,
    ...waiting,
  })
  .refine(inOrder, order)
  .refine(bounded, bounds)
  .refine(({ municipality, providerId }) => municipality !== undefined || providerId !== undefined, {
    path: ['municipality'],
    error: 'Of one municipality or of one provider.',
  });
export type SupplyReportQuery = z.infer<typeof SupplyReportQuery>;

/** Time is counted in real minutes, also when the clocks change; a night counts on the day of arrival. */
export const SupplyMeasure = z.enum(['minute', 'night']);
export type SupplyMeasure = z.infer<typeof SupplyMeasure>;

/**
 * What was on offer in a month, and what was occupied of it, in minutes or nights times places. `shared`: the part of
 * `capacity` that could also be used for another form, and counts there too. `held`: not agreed yet; `taken`: kept for
 * somebody, `overridden` of it knowingly beyond what was on offer; `letGo`: held or taken once, and free again before it began.
 */
export const SupplyRow = z.strictObject({
  month: Month,
  form: FormId,
  measure: SupplyMeasure,
  capacity: z.int(),
  shared: z.int(),
  held: z.int(),
  taken: z.int(),
  overridden: z.int(),
  letGo: z.int(),
});
export type SupplyRow = z.infer<typeof SupplyRow>;

/** Providers with their seat in the area, whether they had anything to offer or not. */
export const SupplyReport = z.strictObject({ providerIds: z.array(ProviderId), rows: z.array(SupplyRow) });
export type SupplyReport = z.infer<typeof SupplyReport>;

export const bookingsReportOperations = {
  waitingTimes: query(WaitingTimesQuery, pageOf(WaitingTimeRow)),
  demandReport: query(DemandReportQuery, pageOf(DemandRow)),
  careUse: query(CareUseQuery, z.array(CareUseRow)),
  familiarShare: query(FamiliarShareQuery, z.array(FamiliarShareRow)),
};
export const offersReportOperations = {
  supplyReport: query(SupplyReportQuery, SupplyReport),
};
