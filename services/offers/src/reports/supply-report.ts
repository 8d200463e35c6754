import {
  type FormId,
  Month,
  type OfferId,
  type ProviderId,
  type ResourceId,
  type SupplyMeasure,
  type SupplyReport,
  type SupplyReportQuery,
  type SupplyRow,
  type Unit,
} from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { Day, instantOn, minuteMs, monthOf, msOf, plusMonths } from '@adempauze/kernel';
import { z } from 'zod';
import { meltSpans, type SpanMs } from '../resource/calendar.rules.ts';
import { storedJson, storedText } from '../stored-row.ts';
import { addSpan, changesIn, common, type MonthEdges, offeredTimes, type SupplyChange } from './supply.rules.ts';

const ProviderRow = z.object({ providerId: storedText<ProviderId>() });
const ResourceRow = z.object({
  resourceId: storedText<ResourceId>(),
  offerIds: storedJson<OfferId[]>(),
  capacity: z.number(),
});
const OfferRow = z.object({
  offerId: storedText<OfferId>(),
  form: storedText<FormId>(),
  unit: storedText<Unit>(),
  publishedAtMs: z.number(),
  withdrawnAtMs: z.number().nullable(),
});
type OfferRow = z.infer<typeof OfferRow>;
const ChangeRow = z.object({
  resourceId: storedText<ResourceId>(),
  kind: z.enum(['open', 'shut', 'capacity', 'busy']),
  atMs: z.number(),
  spans: storedJson<number[]>(),
  capacity: z.number().nullable(),
});
const PlaceRow = z.object({
  offerId: storedText<OfferId>(),
  fromMs: z.number(),
  untilMs: z.number(),
  state: z.enum(['held', 'taken', 'let-go']),
  overridden: z.number(),
});

const spansIn = (minutes: readonly number[]): SpanMs[] =>
  minutes.flatMap((from, index) => {
    const until = minutes[index + 1];
    if (index % 2 === 1 || until === undefined) return [];
    return [{ fromMs: Math.round(from * minuteMs), untilMs: Math.round(until * minuteMs) }];
  });
const changeOf = ({ kind, atMs, spans: minutes, capacity }: z.infer<typeof ChangeRow>): SupplyChange => {
  const spans = spansIn(minutes);
  return kind === 'capacity' ? { kind, atMs, spans, capacity: capacity ?? 0 } : { kind, atMs, spans };
};

/** Nights for what is counted in nights; all else is time. */
const measureOf = ({ unit }: OfferRow): SupplyMeasure => (unit === 'night' ? 'night' : 'minute');

const amounts = ['capacity', 'shared', 'held', 'taken', 'overridden', 'letGo'] as const;
type Amounts = Record<(typeof amounts)[number], number[]>;

/** Rows by month, form and measure, in that order; of the providers of one municipality or of one provider. */
export const supplyReport = (
  db: ReadDatabase,
  { municipality, providerId, from, until }: Omit<SupplyReportQuery, 'waitFor'>,
): SupplyReport => {
  const providerIds = db
    .all(
      municipality === undefined
        ? 'SELECT providerId FROM supply_providers WHERE providerId = ?'
        : `SELECT providerId FROM supply_providers WHERE municipality = ?1 AND (?2 IS NULL OR providerId = ?2)
           ORDER BY providerId`,
      ...(municipality === undefined ? [providerId ?? ''] : [municipality, providerId ?? null]),
    )
    .map((row) => ProviderRow.parse(row).providerId);
  const { months, edges } = monthsOf(from, until);
  const whole = { fromMs: edges[0] ?? 0, untilMs: edges.at(-1) ?? 0 };
  const totals = new Map<string, { form: FormId; measure: SupplyMeasure; amounts: Amounts }>();
  const totalOf = (offer: OfferRow): Amounts => {
    const [form, measure] = [offer.form, measureOf(offer)];
    const none = () => months.map(() => 0);
    const fresh: Amounts = {
      ...{ capacity: none(), shared: none(), held: none(), taken: none(), overridden: none(), letGo: none() },
    };
    const total = totals.get(`${form} ${measure}`) ?? { form, measure, amounts: fresh };
    totals.set(`${form} ${measure}`, total);
    return total.amounts;
  };

  const ids = JSON.stringify(providerIds);
  const resources = db
    .all('SELECT * FROM supply_resources WHERE providerId IN (SELECT value FROM json_each(?))', ids)
    .map((row) => ResourceRow.parse(row));
  const resourceIds = JSON.stringify(resources.map((it) => it.resourceId));
  const changes = Map.groupBy(
    db
      .all(
        `SELECT * FROM supply_changes WHERE resourceId IN (SELECT value FROM json_each(?))
         ORDER BY resourceId, revision`,
        resourceIds,
      )
      .map((row) => ChangeRow.parse(row)),
    (it) => it.resourceId,
  );
  const offers = new Map(
    db
      .all(
        `SELECT * FROM supply_offers WHERE offerId IN (
           SELECT offer.value FROM supply_resources, json_each(offerIds) AS offer
           WHERE providerId IN (SELECT value FROM json_each(?)))`,
        ids,
      )
      .map((row) => {
        const offer = OfferRow.parse(row);
        return [offer.offerId, offer] as const;
      }),
  );

  for (const { resourceId, offerIds, capacity } of resources) {
    const own = offerIds.flatMap((id) => offers.get(id) ?? []);
    const offered = offeredTimes(capacity, changesIn((changes.get(resourceId) ?? []).map(changeOf), whole)).filter(
      ({ fromMs, untilMs }) => fromMs < whole.untilMs && untilMs > whole.fromMs,
    );
    for (const group of Map.groupBy(own, (it) => `${it.form} ${measureOf(it)}`).values()) {
      const [offer] = group;
      if (offer === undefined) continue;
      const total = totalOf(offer);
      const live = meltSpans([], group.map(liveIn));
      const others = meltSpans([], own.filter((it) => !group.includes(it)).map(liveIn));
      for (const part of offered) {
        const kind = { measure: measureOf(offer), edges, places: part.capacity };
        const ours = common([part], live);
        for (const span of ours) addSpan(total.capacity, span, kind);
        for (const span of common(ours, others)) addSpan(total.shared, span, kind);
      }
    }
  }
  const places = db
    .all(
      `SELECT supply_places.* FROM supply_places JOIN supply_resources USING (resourceId)
       WHERE providerId IN (SELECT value FROM json_each(?)) AND fromMs < ? AND untilMs > ?`,
      ...[ids, whole.untilMs, whole.fromMs],
    )
    .map((row) => PlaceRow.parse(row));
  for (const place of places) {
    const offer = offers.get(place.offerId);
    if (offer === undefined) continue;
    const total = totalOf(offer);
    const kind = { measure: measureOf(offer), edges, places: 1 };
    addSpan(total[place.state === 'let-go' ? 'letGo' : place.state], place, kind);
    if (place.state === 'taken' && place.overridden === 1) addSpan(total.overridden, place, kind);
  }
  return { providerIds, rows: rowsOf(months, [...totals.values()]) };
};

const liveIn = ({ publishedAtMs, withdrawnAtMs }: OfferRow): SpanMs => ({
  fromMs: publishedAtMs,
  untilMs: withdrawnAtMs ?? Number.POSITIVE_INFINITY,
});

const rowsOf = (
  months: readonly Month[],
  totals: readonly { readonly form: FormId; readonly measure: SupplyMeasure; readonly amounts: Amounts }[],
): SupplyRow[] => {
  const sorted = totals.toSorted((a, b) => (`${a.form} ${a.measure}` < `${b.form} ${b.measure}` ? -1 : 1));
  return months.flatMap((month, index) =>
    sorted.flatMap(({ form, measure, amounts: all }): SupplyRow[] => {
      const value = (name: (typeof amounts)[number]) => Math.round(all[name][index] ?? 0);
      const row = {
        ...{ month, form, measure, capacity: value('capacity'), shared: value('shared'), held: value('held') },
        ...{ taken: value('taken'), overridden: value('overridden'), letGo: value('letGo') },
      };
      return amounts.every((name) => row[name] === 0) ? [] : [row];
    }),
  );
};

const monthsOf = (from: Month, until: Month): { readonly months: readonly Month[]; readonly edges: MonthEdges } => {
  const months: Month[] = [];
  let first = Day.parse(`${from}-01`);
  const edges = [msOf(instantOn(first))];
  while (monthOf(first) < until) {
    months.push(Month.parse(monthOf(first)));
    first = plusMonths(first, 1);
    edges.push(msOf(instantOn(first)));
  }
  return { months, edges };
};
