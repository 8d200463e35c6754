import { Month } from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, bookingIdOf } from '../examples.fixtures.ts';
import { careUse } from './care-use.ts';
import { demandReport } from './demand.ts';
import { familiarShare } from './familiar-share.ts';
import {
  anyHistory,
  type Fact,
  formIds,
  type History,
  logOf,
  now,
  projected,
  providers,
  streamsOf,
  towns,
} from './histories.fixtures.ts';
import { countOf } from './small-groups.rules.ts';
import { waitingTimes } from './waiting-times.ts';

const period = { from: Month.parse('2027-01'), until: Month.parse('2028-01') };
const page = { first: 100 };
const showSmallGroups = false;

test('nought and five are told, and nothing between; nor many of a few', () => {
  expect([0, 1, 4, 5].map((it) => countOf(it, it, false).value)).toEqual([0, null, null, 5]);
  expect(countOf(4, 4, false)).toEqual({ value: null, fewerThan: 5 });
  expect(countOf(40, 4, false)).toEqual({ value: null, fewerThan: 5 });
  expect(countOf(4, 4, true)).toEqual({ value: 4, fewerThan: null });
});

test('without leave nothing is told of fewer than five households', () => {
  fc.assert(
    fc.property(anyHistory(12), (history) => {
      const db = projected(logOf(streamsOf(history), [3, 1, 4]));
      const of = (check: (fact: Fact) => boolean) =>
        new Set(history.facts.filter(check).map((it) => it.household)).size;
      for (const municipality of towns) {
        for (const { item } of demandReport(db, { ...period, municipality, showSmallGroups, page }).items) {
          const isHere = (it: Fact) =>
            it.town === municipality && it.form === item.form && it.begunAt.slice(0, 7) === item.month;
          if (of(isHere) < 5) expect([null, 0]).toContain(item.requested.value);
          if (of((it) => isHere(it) && it.end.kind === 'delivered') < 5)
            expect([null, 0]).toContain(item.delivered.value);
        }
        for (const { item } of waitingTimes(db, { ...period, municipality, showSmallGroups, page }, now).items) {
          for (const { value } of [item.count, item.above, item.stillWaiting, item.gaveUp]) {
            expect(value === null || value === 0 || value >= 5).toBe(true);
          }
          if (item.count.value === null) expect([item.medianDays, item.p90Days]).toEqual([null, null]);
        }
        for (const row of familiarShare(db, { ...period, municipality, showSmallGroups })) {
          const told = of(
            (it) =>
              it.town === municipality &&
              it.end.kind === 'delivered' &&
              it.form === row.form &&
              it.begunAt.slice(0, 7) === row.month,
          );
          expect(row.given === null).toBe(told < 5);
          expect(row.fewerThan).toBe(told < 5 ? 5 : null);
        }
      }
      for (const row of careUse(db, { ...period, showSmallGroups, providerIds: providers })) {
        for (const { value } of [row.requested, row.delivered, ...row.notChosen.map((it) => it.count)]) {
          expect(value === null || value === 0 || value >= 5).toBe(true);
        }
        if (row.delivered.value === null) expect(row.given.map((it) => it.quantity)).toEqual(row.given.map(() => null));
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('a wait that never ended is in red in every month from its ninth week, however small the group is', () => {
  const nobody: History = { facts: [], proposals: [], signals: [], ended: [], forgotten: new Map(), met: [] };
  const [form, town] = [formIds[0], towns[0]];
  const provider = providers[0];
  if (form === undefined || town === undefined || provider === undefined) throw new Error('The examples are there.');
  const fact: Fact = {
    ...{ household: 0, town, provider, form, atHome: true, resource: 1, end: { kind: 'declined' } },
    bookingId: bookingIdOf('one'),
    ...{
      askedAt: at('2027-03-10T11:00:00Z'),
      begunAt: at('2027-04-01T11:00:00Z'),
      endedAt: at('2027-03-12T11:00:00Z'),
    },
  };
  const db = projected(logOf(streamsOf({ ...nobody, facts: [fact] }), [0]));
  const rows = waitingTimes(db, { ...period, showSmallGroups, page }, at('2027-08-05T11:00:00Z')).items;
  expect(rows.map(({ item }) => [item.month, item.aboveEightWeeks, item.count])).toEqual(
    ['2027-05', '2027-06', '2027-07', '2027-08'].map((month) => [month, true, { value: null, fewerThan: 5 }]),
  );
  db.close();
});
