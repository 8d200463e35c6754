import type {
  HouseholdId,
  MunicipalityCode,
  Place,
  RecordNothingFound,
  SearchOffers,
  Sought,
  UrgentView,
} from '@adempauze/contracts';
import {
  type Day,
  dayOf,
  daysBetween,
  derivedId,
  hourMs,
  type Instant,
  minuteMs,
  monthOf,
  msOf,
  plusMs,
  type Span,
} from '@adempauze/kernel';
import type { Context } from '../context.ts';
import type { Viewer } from '../policy/roles.ts';

/** A visitor may name so many forms; who names more looks for any. */
const mostForms = 3;
/** How far ahead a visitor's need counts. */
const aheadDays = 366;
/** How far around a visitor looks at least who looks for something. */
const leastKm = 10;
/** What is left at least of the time in which a visitor browses: a day, of which the shortest has 23 hours. */
const leastBrowsedMs = 23 * hourMs;
/** And of the time that they need: an evening, the shortest that can be asked by need (R18). */
const leastNeededMs = 7 * hourMs;
/** Nobody can ask for less. */
const leastMinutes = 15;

type Lengths = Pick<SearchOffers, 'minutes' | 'nights'>;
type NothingFound = NonNullable<Sought['nothingFound']> & Lengths;
type Asking = Pick<Context, 'viewer' | 'services' | 'correlationId'>;

/**
 * Counts a search that found nothing as demand that is not met (R35), and keeps nobody waiting for it. What is counted is
 * form, area and month.
 *
 * - Who signed in as caregiver or professional: once a day for each need of theirs (forms, area, days). They are known by a
 *   hash that nothing leads back from.
 * - A visitor: once a day for each form, area and month, all visitors together, so that no visitor can make a crowd.
 * - Who works for a provider or payer only looks.
 *
 * What is over shows no lack, nor does what nothing could fit in: the month is that of the first day to come of those asked,
 * so that no month that was reported changes.
 */
export const countNothingFound = (
  { forms, municipality, ...asked }: NothingFound,
  asking: Asking,
  householdId: HouseholdId | undefined,
): void => {
  if (municipality === null) return;
  const who = whoOf(asking.viewer, householdId);
  if (who === undefined) return;
  const toCome = toComeOf(asked, who === visitors ? leastNeededMs : 0, asking);
  if (toCome === undefined || (who === visitors && isFarAhead(toCome.from, asking))) return;
  const { from, until } = toCome;
  const sorted = [...new Set(forms)].toSorted();
  const month = monthOf(dayOf(from));
  const period: readonly [Day, Day] | readonly [string] = who === visitors ? [month] : [dayOf(from), dayOf(until)];
  const needs = who !== visitors ? [sorted] : sorted.length > mostForms ? [[]] : eachOf(sorted);
  for (const need of needs) count({ forms: need, municipality, from, who, period }, asking);
};

/**
 * Counts a page of `searchOffers` that was empty from its beginning. Who browses turns a calendar week by week, and programs
 * read it for nobody: so only forms that were named count, at most three, once a day for each form, area and month; of
 * visitors all together, of who signed in each. A visitor's is the very same search as in `findRespite`, and counted once
 * with it. Only what is still to come counts, as there; of a visitor no search within less than a day, nor in hardly more than
 * one street.
 */
export const countNoOffers = (
  {
    forms,
    near: { municipality },
    maxKm,
    ...asked
  }: Pick<SearchOffers, 'forms' | 'from' | 'until' | 'maxKm'> &
    Lengths & { readonly near: Pick<Place, 'municipality'> },
  asking: Asking,
): void => {
  const sorted = [...new Set(forms)].toSorted();
  const who = whoOf(asking.viewer, undefined);
  if (who === undefined || sorted.length === 0 || sorted.length > mostForms) return;
  const toCome = toComeOf(asked, who === visitors ? leastBrowsedMs : 0, asking);
  if (toCome === undefined || isFarAhead(toCome.from, asking) || (who === visitors && maxKm < leastKm)) return;
  const { from } = toCome;
  for (const form of sorted) count({ forms: [form], municipality, from, who, period: [monthOf(dayOf(from))] }, asking);
};

/** Counts an urgent case for which nothing can begin within a day: once, whoever looks however often (R09, R35). */
export const countNothingUrgent = (
  { urgentId, municipality, span }: Pick<UrgentView, 'urgentId' | 'municipality' | 'span'>,
  asking: Asking,
): void =>
  record(
    {
      ...{ searchId: derivedId('nothing-found', 'urgent', urgentId), forms: [], municipality },
      ...{ month: monthOf(dayOf(span.from)) as RecordNothingFound['month'], askedBy: 'signed-in', urgent: true },
    },
    asking,
  );

type Need = Pick<NothingFound, 'forms' | 'from'> & {
  readonly municipality: MunicipalityCode;
  readonly who: string;
  readonly period: readonly string[];
};
const count = ({ forms, municipality, from, who, period }: Need, asking: Asking): void => {
  const today = dayOf(asking.services.clock());
  record(
    {
      searchId: derivedId('nothing-found', who, municipality, forms.join(), ...period, today),
      ...{ forms, municipality, month: monthOf(dayOf(from)) as RecordNothingFound['month'] },
      askedBy: who === visitors ? 'visitor' : 'signed-in',
    },
    asking,
  );
};

const record = (found: RecordNothingFound, { services, correlationId }: Asking): void => {
  const commandId = derivedId('count', found.searchId);
  services.bookings
    .recordNothingFound(found, { commandId, correlationId, actor: 'search' })
    // The search itself went well; one that could not be counted is counted when it is asked again.
    .catch(() => {});
};

/** What is still to come of the time asked. Nothing where that is less than `leastMs`, or than the length that was wanted. */
const toComeOf = (
  { from, until, minutes, nights }: Pick<NothingFound, 'from' | 'until'> & Lengths,
  leastMs: number,
  { services }: Asking,
): Span | undefined => {
  const now = services.clock();
  const toCome = { from: msOf(from) > msOf(now) ? from : now, until };
  const leftMs = msOf(until) - msOf(toCome.from);
  if (leftMs <= 0 || leftMs < Math.max(leastMs, (minutes ?? leastMinutes) * minuteMs)) return undefined;
  const mostNights = daysBetween(dayOf(toCome.from), dayOf(plusMs(until, -1)));
  return mostNights < (nights ?? 0) ? undefined : toCome;
};

const isFarAhead = (from: Instant, { services }: Asking): boolean =>
  daysBetween(dayOf(services.clock()), dayOf(from)) > aheadDays;

const visitors = 'visitors';
const whoOf = (viewer: Viewer | undefined, householdId: HouseholdId | undefined): string | undefined => {
  if (viewer === undefined) return visitors;
  if (viewer.role !== 'caregiver' && viewer.role !== 'professional') return undefined;
  return householdId ?? viewer.accountId;
};

const eachOf = <F>(forms: readonly F[]): F[][] => (forms.length === 0 ? [[]] : forms.map((form) => [form]));
