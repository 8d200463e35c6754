import { FormId, MunicipalityCode, type Page, type WaitingTimeRow, type WaitingTimesQuery } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { dayNumber, monthsUntilNow } from './months.rules.ts';
import { pageOfRows } from './page-of-rows.ts';
import { type Scope, whereOf } from './scope.ts';
import { type Wait, waitingTimeRows, waitsAfter, waitsFor } from './waits.rules.ts';

const onDay = z.string().transform(dayNumber);
const ofHousehold = { householdId: z.string(), home: MunicipalityCode };
const RequestRow = z.object({
  ...ofHousehold,
  form: FormId,
  askedOn: onDay,
  letGoOn: onDay.nullable(),
  careOn: onDay.nullable(),
});
const StartRow = z.object({
  ...ofHousehold,
  since: z.enum(['signal', 'proposal']),
  form: z.string(),
  askedOn: onDay,
  letGoOn: onDay.nullable(),
});
const EndRow = z.object({ householdId: z.string(), endedOn: onDay });

/** What the family itself wanted no more; all else that came to nothing is waited for still. */
const isLetGo = `(outcome = 'let-go' OR outcome = 'cancelled' AND reason IN ('caregiver', 'forgotten')
  OR outcome = 'no-care' AND reason = 'family-could-not')`;
const requests = `SELECT householdId, home, form, askedOn, CASE WHEN ${isLetGo} THEN endedOn END AS letGoOn,
    deliveredOn AS careOn
  FROM care_records WHERE `;
const starts = `SELECT householdId, coalesce(wait_households.home, wait_starts.home) AS home, since, form,
    startedOn AS askedOn, letGoOn
  FROM wait_starts LEFT JOIN wait_households USING (householdId)`;
const ends = `SELECT householdId, endedOn FROM wait_ends
  UNION SELECT householdId, endedOn FROM wait_persons JOIN wait_forgotten USING (personId)`;

/** All waits of an area or at one provider, who has no part in what came before a request. */
const waitsOf = (
  db: ReadDatabase,
  { municipality, providerId }: Pick<Scope, 'municipality' | 'providerId'>,
): Wait[] => {
  const { where, parameters } = whereOf({ municipality, providerId });
  const rows = db.all(requests + where, ...parameters).map((row) => RequestRow.parse(row));
  const endsOf = Map.groupBy(
    db.all(ends).map((row) => EndRow.parse(row)),
    ({ householdId }) => householdId,
  );
  const endingsOf = ([first]: readonly { readonly householdId: string }[]): number[] =>
    endsOf.get(first?.householdId ?? '')?.map(({ endedOn }) => endedOn) ?? [];
  const byHousehold = Map.groupBy(rows, ({ home, householdId }) => `${home} ${householdId}`);
  const waits = [...byHousehold.values()].flatMap((own) =>
    [...Map.groupBy(own, ({ form }) => form)].flatMap(([form, group]) =>
      waitsFor(group, firstOf(group), endingsOf(group)).map((it) => waitOf(it, group, 'request', form)),
    ),
  );
  if (providerId !== undefined) return waits;

  const begun = (
    municipality === undefined
      ? db.all(starts)
      : db.all(`${starts} WHERE coalesce(wait_households.home, wait_starts.home) = ?`, municipality)
  ).map((row) => StartRow.parse(row));
  for (const [key, own] of Map.groupBy(begun, ({ home, householdId }) => `${home} ${householdId}`)) {
    const care = byHousehold.get(key) ?? [];
    const given = care.flatMap(({ form, careOn }) => (careOn === null ? [] : [{ form, careOn }]));
    const endings = endingsOf(own);
    const signals = own.filter(({ since }) => since === 'signal');
    for (const it of waitsAfter(signals, given, endings)) waits.push(waitOf(it, own, 'signal', it.form));
    const proposals = own.filter(({ since }) => since === 'proposal');
    for (const [text, group] of Map.groupBy(proposals, ({ form }) => form)) {
      const form = FormId.parse(text);
      const firstCareOn = firstOf(care.filter((it) => it.form === form));
      for (const it of waitsFor(group, firstCareOn, endings)) waits.push(waitOf(it, own, 'proposal', form));
    }
  }
  return waits;
};

const waitOf = (
  { fromOn, end }: Pick<Wait, 'fromOn' | 'end'>,
  [first]: readonly { readonly householdId: string; readonly home: MunicipalityCode }[],
  since: Wait['since'],
  form: Wait['form'],
): Wait => {
  if (first === undefined) throw new TypeError('A group has somebody in it.');
  return { since, form, fromOn, end, householdId: first.householdId, municipality: first.home };
};

const firstOf = (rows: readonly { readonly careOn: number | null }[]): number | null =>
  rows.reduce<number | null>(
    (first, { careOn }) => (careOn === null ? first : Math.min(first ?? careOn, careOn)),
    null,
  );

/** By month, municipality, form and what it is measured from. */
export const waitingTimes = (db: ReadDatabase, query: WaitingTimesQuery, now: Instant): Page<WaitingTimeRow> => {
  const months = monthsUntilNow(query.from, query.until, now);
  const rows = waitingTimeRows(waitsOf(db, query), months, query.showSmallGroups);
  return pageOfRows(rows, query.page, ({ month, municipality, form, since }) =>
    [month, municipality, form ?? '', since].join(' '),
  );
};
