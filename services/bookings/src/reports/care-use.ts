import {
  type CareUseQuery,
  type CareUseRow,
  FormId,
  Month,
  NotChosenKind,
  smallestGroup,
  Unit,
} from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { z } from 'zod';
import { unmetBySource } from '../unmet-demand/unmet-by-source.ts';
import { countOf } from './small-groups.rules.ts';

const ofProviders = 'providerId IN (SELECT value FROM json_each(?))';
const records = `FROM care_records WHERE ${ofProviders} AND month >= ? AND month < ?`;

const TotalRow = z.object({
  month: Month,
  form: FormId,
  requested: z.number(),
  requesting: z.number(),
  delivered: z.number(),
  receiving: z.number(),
});
const totals = `SELECT month, form, count(*) AS requested, count(DISTINCT householdId) AS requesting,
    sum(outcome IS 'delivered') AS delivered,
    count(DISTINCT CASE WHEN outcome = 'delivered' THEN householdId END) AS receiving
  ${records} GROUP BY month, form`;

const GivenRow = z.object({ month: Month, form: FormId, unit: Unit, quantity: z.number() });
const given = `SELECT month, form, unit, sum(quantity) AS quantity ${records} AND outcome = 'delivered'
  GROUP BY month, form, unit ORDER BY unit`;

const ReasonRow = z.object({
  month: Month,
  form: FormId.nullable(),
  kind: NotChosenKind,
  reason: z.string(),
  count: z.number(),
  households: z.number(),
});
type ReasonRow = z.infer<typeof ReasonRow>;
const reasons = `SELECT month, form, outcome AS kind, reason, count(*) AS count, count(DISTINCT householdId) AS households
  ${records} AND outcome <> 'delivered' GROUP BY month, form, outcome, reason ORDER BY outcome, reason`;
const declinedProposals = `SELECT declinedIn AS month, form, 'proposal' AS kind, reason, count(*) AS count,
    count(DISTINCT householdId) AS households
  FROM wait_starts WHERE ${ofProviders} AND declinedIn >= ? AND declinedIn < ?
  GROUP BY declinedIn, form, reason ORDER BY reason`;

const keyOf = ({ month, form }: { readonly month: string; readonly form: string | null }) => `${month} ${form ?? ''}`;

/** What became of what was asked of these providers (R36), by the month of the care and by form. */
export const careUse = (
  db: ReadDatabase,
  { providerIds, municipality, from, until, showSmallGroups }: CareUseQuery,
): CareUseRow[] => {
  const all = <R>(schema: z.ZodType<R>, sql: string): R[] =>
    db.all(sql, JSON.stringify(providerIds), from, until).map((row) => schema.parse(row));
  const count = (value: number, households: number) => countOf(value, households, showSmallGroups);
  const totalOf = new Map(all(TotalRow, totals).map((row) => [keyOf(row), row]));
  const givenOf = Map.groupBy(all(GivenRow, given), keyOf);
  const elsewhere =
    municipality === undefined
      ? []
      : unmetBySource(db, municipality).flatMap(({ source, reason, form, month, count: value }): ReasonRow[] => {
          if ((source !== 'search' && source !== 'waiting') || month < from || month >= until) return [];
          const about = { month: Month.parse(month), form, kind: source, reason: reason ?? '' };
          return [{ ...about, count: value, households: value }];
        });
  const reasonsOf = Map.groupBy(
    [...all(ReasonRow, reasons), ...all(ReasonRow, declinedProposals), ...elsewhere],
    keyOf,
  );

  return [...new Set([...totalOf.keys(), ...reasonsOf.keys()])].sort().flatMap((key): CareUseRow[] => {
    const total = totalOf.get(key);
    const why = reasonsOf.get(key) ?? [];
    const about = total ?? why[0];
    if (about === undefined) return [];
    const isTold = showSmallGroups || (total?.receiving ?? 0) >= smallestGroup;
    return [
      {
        ...{ month: about.month, form: about.form },
        requested: count(total?.requested ?? 0, total?.requesting ?? 0),
        delivered: count(total?.delivered ?? 0, total?.receiving ?? 0),
        given: (givenOf.get(key) ?? []).map(({ unit, quantity }) => ({ unit, quantity: isTold ? quantity : null })),
        notChosen: why.map((it) => ({ kind: it.kind, reason: it.reason, count: count(it.count, it.households) })),
      },
    ];
  });
};
