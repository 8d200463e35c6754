import type {
  HouseholdId,
  MunicipalityCode,
  Place,
  RecordNothingFound,
  SearchOffers,
  Sought,
  UrgentView,
} from '@adempauze/contracts';
import { type Day, dayOf, derivedId, type Instant, monthOf, plusDays } from '@adempauze/kernel';
import type { Context } from '../context.ts';
import type { Viewer } from '../policy/roles.ts';

/** A visitor may name so many forms; who names more looks for any. */
const mostForms = 3;
/** How far ahead a visitor's need counts. */
const aheadDays = 366;
/** How far around a visitor looks at least who looks for something. */
const leastKm = 10;

type NothingFound = NonNullable<Sought['nothingFound']>;
type Asking = Pick<Context, 'viewer' | 'services' | 'correlationId'>;

/**
 * Counts a search that found nothing as demand that is not met (R35), and keeps nobody waiting for it. What is counted is
 * form, area and month.
 *
 * - Who signed in as caregiver or professional: once a day for each need of theirs (forms, area, days). They are known by a
 *   hash that nothing leads back from.
 * - A visitor: once a day for each form, area and month, all visitors together, so that no visitor can make a crowd.
 * - Who works for a provider or payer only looks.
 */
export const countNothingFound = (
  { forms, municipality, from, until }: NothingFound,
  asking: Asking,
  householdId: HouseholdId | undefined,
): void => {
  if (municipality === null) return;
  const who = whoOf(asking.viewer, householdId);
  if (who === undefined || (who === visitors && isFarAhead(from, asking))) return;
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
 * with it. What is over, and a visitor's search in hardly more than one street, shows no lack.
 */
export const countNoOffers = (
  {
    forms,
    near: { municipality },
    from,
    until,
    maxKm,
  }: Pick<SearchOffers, 'forms' | 'from' | 'until' | 'maxKm'> & { readonly near: Pick<Place, 'municipality'> },
  asking: Asking,
): void => {
  const sorted = [...new Set(forms)].toSorted();
  const who = whoOf(asking.viewer, undefined);
  if (who === undefined || sorted.length === 0 || sorted.length > mostForms) return;
  if (until <= asking.services.clock() || isFarAhead(from, asking) || (who === visitors && maxKm < leastKm)) return;
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

const isFarAhead = (from: Instant, { services }: Asking): boolean =>
  dayOf(from) > plusDays(dayOf(services.clock()), aheadDays);

const visitors = 'visitors';
const whoOf = (viewer: Viewer | undefined, householdId: HouseholdId | undefined): string | undefined => {
  if (viewer === undefined) return visitors;
  if (viewer.role !== 'caregiver' && viewer.role !== 'professional') return undefined;
  return householdId ?? viewer.accountId;
};

const eachOf = <F>(forms: readonly F[]): F[][] => (forms.length === 0 ? [[]] : forms.map((form) => [form]));
