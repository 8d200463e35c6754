import type { NextRule } from '@adempauze/contracts';
import { hourMs, type Instant, overlaps, plusMs, type Span } from '@adempauze/kernel';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, bookingIdOf, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { type Entry, fitsWish, goesBefore, nextFor, type Place } from './order.rules.ts';

/* Who is next for a place, and by which rule: the same for everybody, and from what the list knows. */

const now = at('2027-05-03T08:00:00Z');
const saturday = { from: at('2027-05-08T07:00:00Z'), until: at('2027-05-08T10:00:00Z') };
const resourceId = resourceIdOf('worker');
const weeksAgo = (weeks: number) => plusMs(now, -weeks * 7 * 24 * hourMs);
const entry = (word: string, changes: Partial<Entry> = {}): Entry => ({
  ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId: offerIdOf('block-care') },
  window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-31T22:00:00Z') },
  ...{ minMinutes: 15, maxMinutes: 100_000, lane: 'normal', placeOfService: 'recipient-home' },
  ...{ requestedBy: `account-${word}`, since: weeksAgo(1), status: 'waiting', had: [], missed: [], refused: [] },
  ...changes,
});
const place = (changes: Partial<Place> = {}): Place => ({
  ...{ placeId: 'place-1', resourceId, span: saturday, freedAt: now, cause: 'times', isFound: true, notFor: [] },
  ...{ status: 'offered', offers: [] },
  ...changes,
});
const listOf = (entries: readonly Entry[]) => new Map<string, Entry>(entries.map((it) => [it.waitingId, it]));
const next = (entries: readonly Entry[], of = place()) => {
  const found = nextFor(of, listOf(entries), new Map(), now);
  return found && { who: found.entry.waitingId, rule: found.rule, among: found.among };
};

describe('each rule goes before those after it', () => {
  const familiar: Entry['fit'] = { familiar: [resourceId], distance: 'far' };
  const near: Entry['fit'] = { familiar: [], distance: 'near' };
  const far: Entry['fit'] = { familiar: [], distance: 'far' };
  const longest = { since: weeksAgo(7) };
  const cases: readonly [NextRule, Partial<Entry>, Partial<Entry>][] = [
    ['urgent', { lane: 'urgent' }, { since: weeksAgo(20) }],
    ['eight-weeks', { since: weeksAgo(9) }, { fit: { familiar: [resourceId], distance: 'near' }, ...longest }],
    ['familiar', { fit: familiar }, { minMinutes: 180, maxMinutes: 180, fit: near, ...longest }],
    ['exact', { minMinutes: 180, maxMinutes: 180, fit: far }, { fit: near, ...longest }],
    ['exact', { window: saturday, fit: far }, { fit: near, ...longest }],
    ['near', { fit: near }, { fit: far, ...longest }],
    ['near', { fit: { familiar: [], distance: 'around' } }, longest],
    ['longest', { since: weeksAgo(5) }, { since: weeksAgo(4) }],
  ];
  test.each(cases)('%s', (rule, first, second) => {
    const list = [entry('anna', first), entry('bram', second)];
    expect(next(list)).toEqual({ who: waitingIdOf('anna'), rule, among: 2 });
    expect(next(list.toReversed())).toEqual({ who: waitingIdOf('anna'), rule, among: 2 });
  });
  test('who has waited more than eight weeks goes by the wait only', () => {
    const list = [entry('anna', { since: weeksAgo(10) }), entry('bram', { since: weeksAgo(9), fit: familiar })];
    expect(next(list)).toMatchObject({ who: waitingIdOf('anna'), rule: 'longest' });
  });
  test('familiar is of this calendar, and of no other', () => {
    const elsewhere: Entry['fit'] = { familiar: [resourceIdOf('other')], distance: 'far' };
    const list = [entry('anna', { fit: elsewhere }), entry('bram', { since: weeksAgo(2) })];
    expect(next(list)).toMatchObject({ who: waitingIdOf('bram'), rule: 'longest' });
  });
});

describe('a household that waits for several times', () => {
  const again = (word: string, changes: Partial<Entry> = {}) =>
    entry(`${word}-again`, { householdId: householdIdOf(word), ...changes });
  const offeredTo = (it: Entry, outcome: Place['offers'][number]['outcome']): Place['offers'][number] => ({
    data: {
      ...{ offerId: it.offerId, placeId: 'place-1', waitingId: it.waitingId, householdId: it.householdId },
      ...{ bookingId: bookingIdOf('offered'), until: saturday.from, offeredAt: now },
    },
    ...{ stage: outcome === 'offered' ? 'held' : 'over', outcome },
  });
  const [anna, twice, bram] = [entry('anna', { since: weeksAgo(5) }), again('anna'), entry('bram')];

  test.each(['declined', 'silent'] as const)('%s, the same place is not offered to it once more', (outcome) => {
    const passed = place({ isFound: false, offers: [offeredTo(anna, outcome)] });
    expect(next([anna, twice, bram], passed)).toEqual({ who: bram.waitingId, rule: 'only', among: 1 });
    expect(next([anna, twice], passed)).toBeUndefined();
  });
  test('refused for one of them, it may fit another', () => {
    const refused = place({ offers: [offeredTo(anna, 'refused')] });
    expect(next([anna, twice], refused)).toEqual({ who: twice.waitingId, rule: 'only', among: 1 });
  });
  test('what it let pass for one of them is found for none of them', () => {
    const list = [{ ...anna, had: [saturday] }, twice];
    expect(next(list)).toBeUndefined();
    // Freed by a booking, it is asked anew; who left is another matter.
    expect(next(list, place({ isFound: false }))).toBeDefined();
    expect(next([{ ...anna, had: [saturday], status: 'left' }, twice])).toBeDefined();
  });
  test('it thinks about one place at a time of the day, and is one of those whom a place fits', () => {
    const other = place({ placeId: 'other', offers: [offeredTo(anna, 'offered')] });
    const among = (open: Place) =>
      nextFor(place({ placeId: 'free' }), listOf([anna, twice]), new Map([[open.placeId, open]]), now)?.entry.waitingId;
    expect(among(other)).toBeUndefined();
    const sunday = { from: plusMs(saturday.from, 24 * hourMs), until: plusMs(saturday.until, 24 * hourMs) };
    expect(among({ ...other, span: sunday })).toBe(twice.waitingId);
    expect(next([anna, twice])).toEqual({ who: anna.waitingId, rule: 'only', among: 1 });
    expect(next([anna, twice, bram])).toEqual({ who: anna.waitingId, rule: 'longest', among: 2 });
  });
});

test('alone it is only them; who left, was served, is too short or elsewhere is not among them', () => {
  const others = [
    entry('bram', { status: 'left' }),
    entry('cora', { status: 'served' }),
    entry('dirk', { minMinutes: 240 }),
    entry('eva', { window: { from: saturday.until, until: at('2027-05-31T22:00:00Z') } }),
  ];
  expect(next([entry('anna'), ...others])).toEqual({ who: waitingIdOf('anna'), rule: 'only', among: 1 });
  expect(next(others)).toBeUndefined();
});
test('what was found for who waits is not offered to who had that time; what a booking freed is', () => {
  const had = [{ from: at('2027-05-08T09:00:00Z'), until: at('2027-05-08T12:00:00Z') }];
  expect(next([entry('anna', { had })])).toBeUndefined();
  expect(next([entry('anna', { had })], place({ isFound: false }))).toMatchObject({ rule: 'only' });
});

const spans = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 })).map(
  ([from, hours]): Span => ({
    from: plusMs(saturday.from, from * hourMs),
    until: plusMs(saturday.from, (from + hours) * hourMs),
  }),
);
const entries = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }).chain((words) =>
  fc.tuple(
    ...words.map((word) =>
      fc
        .record({
          lane: fc.constantFrom('urgent' as const, 'normal' as const),
          since: fc.integer({ min: 0, max: 12 }).map(weeksAgo),
          status: fc.constantFrom('waiting' as const, 'waiting' as const, 'left' as const),
          had: fc.array(spans, { maxLength: 1 }),
          least: fc.constantFrom(15, 60, 180),
          isExact: fc.boolean(),
          fit: fc.option(
            fc.record({
              familiar: fc.boolean().map((was) => (was ? [resourceId] : [])),
              distance: fc.constantFrom('near' as const, 'around' as const, 'far' as const),
            }),
            { nil: undefined },
          ),
        })
        .map(({ least, isExact, fit, ...rest }) =>
          entry(`family-${word}`, {
            ...rest,
            ...{ minMinutes: least, maxMinutes: isExact ? least : 600 },
            ...(fit && { fit }),
          }),
        ),
    ),
  ),
);
const tooLong = (since: Instant) => since < weeksAgo(8);

test('whatever stands on the list, in whatever order: the same one is next, and nobody who had to go before is passed by', () => {
  let found = 0;
  fc.assert(
    fc.property(entries, spans, fc.boolean(), (list, span, isFound) => {
      const of = place({ span, isFound });
      const answer = nextFor(of, listOf(list), new Map(), now);
      const again = nextFor(of, listOf(list.toReversed()), new Map(), now);
      if (answer?.entry.waitingId !== again?.entry.waitingId || answer?.rule !== again?.rule) return false;
      const fitting = list.filter(
        (it) =>
          it.status === 'waiting' && fitsWish(it, span) && (!isFound || !it.had.some((had) => overlaps(had, span))),
      );
      if (answer === undefined) return fitting.length === 0;
      found += 1;
      const { entry: chosen, rule, among } = answer;
      if (among !== fitting.length || !fitting.includes(chosen)) return false;
      if ((rule === 'only') !== (fitting.length === 1)) return false;
      return fitting.every((it) => {
        // Nobody urgent is passed by, nor is anybody who waited too long for somebody who did not, or less long.
        if (it.lane === 'urgent' && chosen.lane !== 'urgent') return false;
        if (it.lane !== chosen.lane || !tooLong(it.since)) return true;
        return tooLong(chosen.since) && !goesBefore(it, chosen);
      });
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(300);
});
