import {
  type DemandReportQuery,
  type DemandRow,
  FormId,
  Month,
  MunicipalityCode,
  type Page,
  type UnmetBySource,
} from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { z } from 'zod';
import { unmetBySource } from '../unmet-demand/unmet-by-source.ts';
import { pageOfRows } from './page-of-rows.ts';
import { whereOf } from './scope.ts';
import { countOf } from './small-groups.rules.ts';

const Row = z.object({
  month: Month,
  municipality: MunicipalityCode,
  form: FormId,
  requested: z.number(),
  requesting: z.number(),
  delivered: z.number(),
  receiving: z.number(),
});
const selected = (where: string) => `
  SELECT month, home AS municipality, form, count(*) AS requested, count(DISTINCT householdId) AS requesting,
    sum(outcome IS 'delivered') AS delivered,
    count(DISTINCT CASE WHEN outcome = 'delivered' THEN householdId END) AS receiving
  FROM care_records WHERE ${where} AND month >= ? AND month < ? GROUP BY month, home, form`;

const keyOf = (row: { readonly month: string; readonly municipality: string; readonly form: FormId | null }) =>
  [row.month, row.municipality, row.form ?? ''].join(' ');

/**
 * What was asked, what came of it, and what showed that it was not met (R35), where the recipient lives. Signs without a
 * household, like searches, count as one household each.
 */
export const demandReport = (
  db: ReadDatabase,
  { municipality, from, until, showSmallGroups, page }: DemandReportQuery,
): Page<DemandRow> => {
  const { where, parameters } = whereOf({ municipality });
  const requests = db.all(selected(where), ...parameters, from, until).map((row) => Row.parse(row));
  const unmet = Map.groupBy(
    unmetBySource(db, municipality).filter(({ month }) => from <= month && month < until),
    keyOf,
  );
  const count = (value: number, households = value) => countOf(value, households, showSmallGroups);
  const unmetOf = (list: readonly UnmetBySource[] = []): DemandRow['unmet'] =>
    list.map(({ source, reason, count: value }) => ({ source, reason, count: count(value) }));
  const asked = requests.map(({ requested, requesting, delivered, receiving, ...about }): DemandRow => {
    const key = keyOf(about);
    const row = {
      ...about,
      requested: count(requested, requesting),
      delivered: count(delivered, receiving),
      unmet: unmetOf(unmet.get(key)),
    };
    unmet.delete(key);
    return row;
  });
  const others = [...unmet.values()].flatMap((list): DemandRow[] => {
    const [first] = list;
    if (first === undefined) return [];
    const { form, municipality: area } = first;
    const about = { month: Month.parse(first.month), municipality: area, form };
    return [{ ...about, requested: count(0), delivered: count(0), unmet: unmetOf(list) }];
  });
  return pageOfRows([...asked, ...others], page, keyOf);
};
