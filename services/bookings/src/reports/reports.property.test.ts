import { type FormId, Month, type MunicipalityCode } from '@adempauze/contracts';
import { dayOf, type Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { careUse } from './care-use.ts';
import { demandReport } from './demand.ts';
import { familiarShare } from './familiar-share.ts';
import {
  anyHistory,
  type Fact,
  formIds,
  type History,
  lastDayOf,
  logOf,
  now,
  projected,
  providers,
  streamsOf,
  townOf,
  towns,
} from './histories.fixtures.ts';
import { waitingTimes } from './waiting-times.ts';

/* Each report against the same figures counted by hand, so to speak: straight from the facts, one household at a time. */

const period = { from: Month.parse('2027-01'), until: Month.parse('2028-01') };
const months = Array.from({ length: 12 }, (_, index) => `2027-${String(index + 1).padStart(2, '0')}`);
const page = { first: 100 };
const turns = fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 });
const number = (day: string) => Date.parse(day) / 86_400_000;
const on = (at: Instant) => number(dayOf(at));

const wantedNoMore = ({ end }: Fact): boolean =>
  end.kind === 'let-go' ||
  (end.kind === 'cancelled' && end.by === 'caregiver') ||
  (end.kind === 'no-care' && end.reason === 'family-could-not');

type Asked = { from: number; until: number };
/** Day by day through the year: is anybody waiting, since when, and how does it end? */
const walk = (asked: readonly Asked[], care: number | null) => {
  const waits: { from: number; end: { how: 'care' | 'gave-up'; on: number } | null }[] = [];
  let since: number | null = null;
  const last = number('2030-01-01');
  for (let today = number('2026-12-31'); today <= last; today += 1) {
    if (since === null && asked.some((it) => it.from === today) && (care === null || today <= care)) since = today;
    if (since === null) continue;
    const from: number = since;
    const goesOn = asked.some((it) => it.from <= today && it.from >= from && it.until > today);
    if (today === care) waits.push({ from, end: { how: 'care', on: today } });
    else if (goesOn) continue;
    else waits.push({ from, end: { how: 'gave-up', on: today } });
    since = null;
    if (waits.at(-1)?.end?.how === 'care') return waits;
  }
  if (since !== null) waits.push({ from: since, end: null });
  return waits;
};

const naiveWaits = ({ facts, proposals, signals, ended, forgotten }: History, provider?: string) => {
  const households = [...new Set([...facts, ...proposals, ...signals].map((it) => it.household))];
  return households.flatMap((household) => {
    const ends = [...ended, ...forgotten].filter(([it]) => it === household).map(([, at]) => on(at));
    const stretch = (from: number, until: number) => ({
      from,
      until: Math.min(until, ...ends.filter((it) => it >= from)),
    });
    const own = facts.filter(
      (it) => it.household === household && (provider === undefined || it.provider === provider),
    );
    const given = own.flatMap((it) => (it.end.kind === 'delivered' ? [{ form: it.form, on: on(it.begunAt) }] : []));
    const ofForms = formIds.flatMap((form) => {
      const days = given.filter((it) => it.form === form).map((it) => it.on);
      const care = days.length === 0 ? null : Math.min(...days);
      const asked = own
        .filter((it) => it.form === form)
        .map((it) => stretch(on(it.askedAt), wantedNoMore(it) ? on(it.endedAt) : Infinity));
      const proposed = proposals
        .filter((it) => it.household === household && it.form === form)
        .map((it) => stretch(on(it.at), it.goneAt === null ? Infinity : on(it.goneAt)));
      return [
        ...walk(asked, care).map((it) => ({ ...it, household, form, town: townOf(household), since: 'request' })),
        ...(provider === undefined
          ? walk(proposed, care).map((it) => ({ ...it, household, form, town: townOf(household), since: 'proposal' }))
          : []),
      ];
    });
    const heard = signals.filter((it) => it.household === household && it.isTakenUp);
    const afterSignals: { from: number; end: { how: 'care' | 'gave-up'; on: number } | null; form: string | null }[] =
      [];
    for (const from of heard.map((it) => on(it.at)).sort((a, b) => a - b)) {
      const before = afterSignals.at(-1);
      if (before !== undefined && (before.end === null || from <= before.end.on)) continue;
      const first = given.filter((it) => it.on >= from).sort((a, b) => a.on - b.on || (a.form < b.form ? -1 : 1))[0];
      const { until } = stretch(from, Infinity);
      if (first !== undefined && first.on <= until) {
        afterSignals.push({ from, end: { how: 'care', on: first.on }, form: first.form });
      } else afterSignals.push({ from, end: until === Infinity ? null : { how: 'gave-up', on: until }, form: null });
    }
    const alone = signals.filter((it) => it.household === household && !it.isTakenUp);
    return [
      ...ofForms,
      ...(provider === undefined
        ? afterSignals.map((it) => ({ ...it, household, town: townOf(household), since: 'signal' }))
        : []),
      ...(provider === undefined
        ? alone.map(({ at, closedAt }) => ({
            ...{ from: on(at), household, town: townOf(household + 1), form: null, since: 'signal' },
            end: closedAt === null ? null : { how: 'gave-up' as const, on: on(closedAt) },
          }))
        : []),
    ];
  });
};

const naiveRow = (
  waits: ReturnType<typeof naiveWaits>,
  month: string,
  town: MunicipalityCode,
  form: FormId | null,
  since: string,
) => {
  const asOf = Math.min(number(lastDayOf(month)), on(now));
  const days = waits
    .filter((it) => it.form === form && it.since === since && it.town === town)
    .flatMap(({ from, end }) => {
      if (end !== null && end.on <= asOf) {
        const isThisMonth = end.on >= number(`${month}-01`);
        const took = end.on - from;
        return isThisMonth && (end.how === 'care' || took > 56) ? [{ took, how: end.how }] : [];
      }
      return asOf - from > 56 ? [{ took: asOf - from, how: 'still' }] : [];
    })
    .sort((a, b) => a.took - b.took);
  const rank = (share: number) => days[Math.max(0, Math.ceil(days.length * share) - 1)]?.took ?? null;
  return {
    count: days.length,
    medianDays: rank(0.5),
    p90Days: rank(0.9),
    above: days.filter((it) => it.took > 56).length,
    stillWaiting: days.filter((it) => it.how === 'still').length,
    gaveUp: days.filter((it) => it.how === 'gave-up').length,
  };
};

test('waiting times are those of the facts, whatever the order of the streams', () => {
  fc.assert(
    fc.property(anyHistory(6), turns, (history, order) => {
      const db = projected(logOf(streamsOf(history), order));
      for (const provider of [undefined, providers[0]]) {
        const waits = naiveWaits(history, provider);
        const rows = months.flatMap((month) => {
          const until = Month.parse(month === '2027-12' ? '2028-01' : (months[months.indexOf(month) + 1] ?? ''));
          const query = { from: Month.parse(month), until, showSmallGroups: true, providerId: provider, page };
          return waitingTimes(db, query, now).items.map(({ item }) => item);
        });
        const found = new Map(rows.map((it) => [`${it.month} ${it.municipality} ${it.form} ${it.since}`, it]));
        for (const month of months) {
          for (const town of towns) {
            for (const form of [...formIds, null]) {
              for (const since of ['request', 'proposal', 'signal']) {
                const expected = naiveRow(waits, month, town, form, since);
                const row = found.get(`${month} ${town} ${form} ${since}`);
                if (expected.count === 0) {
                  expect(row).toBeUndefined();
                  continue;
                }
                const { count, above, stillWaiting, gaveUp } = expected;
                expect(row).toMatchObject({
                  ...{ count: { value: count }, above: { value: above }, stillWaiting: { value: stillWaiting } },
                  ...{ gaveUp: { value: gaveUp }, medianDays: expected.medianDays, p90Days: expected.p90Days },
                  aboveEightWeeks: above > 0,
                });
              }
            }
          }
        }
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('the share of familiar faces, demand and use are those of the facts', () => {
  fc.assert(
    fc.property(anyHistory(4), turns, (history, order) => {
      const db = projected(logOf(streamsOf(history), order));
      const { facts, met } = history;
      const given = facts.flatMap((it) => (it.end.kind === 'delivered' ? [{ ...it, end: it.end }] : []));
      const faceOf = (it: (typeof given)[number]) => it.end.worker ?? (it.atHome ? `resource-${it.resource}` : null);
      const isFamiliar = (it: (typeof given)[number]) =>
        faceOf(it) !== null &&
        (given.some((o) => o.household === it.household && faceOf(o) === faceOf(it) && o.begunAt < it.begunAt) ||
          met.some((o) => o.household === it.household && o.worker === it.end.worker && o.at <= it.begunAt));
      const inYear = (it: Fact) => dayOf(it.begunAt) < '2028';
      const sum = (list: readonly (typeof given)[number][]) => list.reduce((total, it) => total + it.end.quantity, 0);
      for (const providerId of providers) {
        const expected = formIds.toSorted().flatMap((form) => {
          const own = given.filter((it) => it.provider === providerId && it.form === form && inYear(it));
          const [all, familiar] = [sum(own), sum(own.filter(isFamiliar))];
          if (own.length === 0) return [];
          const unknown = sum(own.filter((it) => faceOf(it) === null));
          const share = { sharePercent: Math.floor((100 * familiar) / all), meetsTarget: familiar / all >= 0.8 };
          return [{ form, given: all, familiar, unknown, ...share }];
        });
        expect(familiarShare(db, { ...period, showSmallGroups: true, providerId })).toMatchObject(expected);

        const use = careUse(db, { ...period, showSmallGroups: true, providerIds: [providerId] });
        const own = facts.filter((it) => it.provider === providerId && inYear(it));
        const total = (list: readonly { count: { value: number | null } }[]) =>
          list.reduce((count, it) => count + (it.count.value ?? Number.NaN), 0);
        expect(total(use.map((it) => ({ count: it.requested })))).toBe(own.length);
        expect(total(use.map((it) => ({ count: it.delivered })))).toBe(
          given.filter((it) => own.some((o) => o.bookingId === it.bookingId)).length,
        );
        for (const kind of ['refused', 'declined', 'no-answer', 'let-go', 'cancelled', 'no-care'] as const) {
          const told = use.flatMap((it) => it.notChosen).filter((it) => it.kind === kind);
          expect(total(told)).toBe(own.filter((it) => it.end.kind === kind).length);
        }
      }
      for (const municipality of towns) {
        const rows = demandReport(db, { ...period, municipality, showSmallGroups: true, page }).items.map(
          (it) => it.item,
        );
        for (const month of months) {
          for (const form of formIds) {
            const own = facts.filter(
              (it) => it.town === municipality && it.form === form && dayOf(it.begunAt).startsWith(month),
            );
            const row = rows.find((it) => it.month === month && it.form === form);
            if (own.length === 0) {
              expect(row).toBeUndefined();
              continue;
            }
            const unmet = own.filter(
              ({ end }) =>
                ['refused', 'declined', 'no-answer'].includes(end.kind) ||
                (end.kind === 'cancelled' && end.by === 'provider'),
            ).length;
            expect(row?.requested.value).toBe(own.length);
            expect(row?.delivered.value).toBe(own.filter((it) => it.end.kind === 'delivered').length);
            expect(row?.unmet.reduce((count, it) => count + (it.count.value ?? Number.NaN), 0)).toBe(unmet);
          }
        }
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('the order of the streams, and events that come again, leave the same rows; as a rebuild does', () => {
  const tables = [
    'wait_ends',
    'wait_households',
    'care_records',
    'faces_met',
    'faces_on_duty',
    'wait_persons',
    'wait_forgotten',
    'wait_starts',
  ];
  fc.assert(
    fc.property(anyHistory(4), turns, turns, (history, one, other) => {
      const streams = streamsOf(history);
      const [left, right] = [projected(logOf(streams, one)), projected(logOf(streams, other))];
      for (const table of tables) {
        const sql = `SELECT * FROM ${table} ORDER BY 1, 2`;
        const wide =
          table === 'faces_on_duty' || table === 'wait_forgotten' ? `SELECT * FROM ${table} ORDER BY 1` : sql;
        expect(left.all(wide)).toEqual(right.all(wide));
      }
      left.close();
      right.close();
    }),
    { numRuns: 40 },
  );
});
