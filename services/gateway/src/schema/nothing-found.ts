import type { HouseholdId, Month, Sought } from '@adempauze/contracts';
import { type Day, dayOf, derivedId, monthOf, plusDays } from '@adempauze/kernel';
import type { Context } from '../context.ts';
import type { Viewer } from '../policy/roles.ts';

/** A visitor may name so many forms; who names more looks for any. */
const mostForms = 3;
/** How far ahead a visitor's need counts. */
const aheadDays = 366;

type NothingFound = NonNullable<Sought['nothingFound']>;

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
  { viewer, services, correlationId }: Pick<Context, 'viewer' | 'services' | 'correlationId'>,
  householdId: HouseholdId | undefined,
): void => {
  if (municipality === null) return;
  const today = dayOf(services.clock());
  const month = monthOf(dayOf(from)) as Month;
  const who = whoOf(viewer, householdId);
  if (who === undefined || (who === visitors && dayOf(from) > plusDays(today, aheadDays))) return;
  const sorted = [...new Set(forms)].toSorted();
  const period: readonly [Day, Day] | readonly [Month] = who === visitors ? [month] : [dayOf(from), dayOf(until)];
  const needs = who !== visitors ? [sorted] : sorted.length > mostForms ? [[]] : eachOf(sorted);
  for (const need of needs) {
    const searchId = derivedId('nothing-found', who, municipality, need.join(), ...period, today);
    const commandId = derivedId('count', searchId);
    services.bookings
      .recordNothingFound(
        { searchId, forms: need, municipality, month, askedBy: who === visitors ? 'visitor' : 'signed-in' },
        { commandId, correlationId, actor: 'search' },
      )
      // The search itself went well; one that could not be counted is counted when it is asked again.
      .catch(() => {});
  }
};

const visitors = 'visitors';
const whoOf = (viewer: Viewer | undefined, householdId: HouseholdId | undefined): string | undefined => {
  if (viewer === undefined) return visitors;
  if (viewer.role !== 'caregiver' && viewer.role !== 'professional') return undefined;
  return householdId ?? viewer.accountId;
};

const eachOf = <F>(forms: readonly F[]): F[][] => (forms.length === 0 ? [[]] : forms.map((form) => [form]));
