import { mostPlacesAtOnce, WeeklyRule } from '@adempauze/contracts';
import { createEventCodec } from '@adempauze/event-store';
import { Day, dayOf, fold, instantOn, plusDays, plusMonths, wallTimeOf } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, personIdOf, resourceIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { daysIn, type SeriesCommand, type SeriesState, seriesDecider, stageOn } from './series.decider.ts';
import { SeriesEvent } from './series.events.ts';
import { asksOf } from './series-process.ts';
import { occurrencesOf, weekdaysOf } from './weekly.rules.ts';

const day = (text: string) => Day.parse(text);
const ruleOf = (changes: Partial<Record<keyof WeeklyRule, unknown>> = {}) =>
  WeeklyRule.parse({ from: '2027-05-03', until: '2027-05-31', startsAt: '14:00', endsAt: '17:30', ...changes });
const now = at('2027-05-01T08:00:00Z');
const seriesId = seriesIdOf('one');
const { householdId, offerId, providerId, form } = about;
const request = (rule = ruleOf()): SeriesCommand & { type: 'RequestSeries' } => ({
  type: 'RequestSeries',
  data: {
    ...{ seriesId, householdId, caregiverId: personIdOf('fatima-caregiver'), offerId, providerId, form, rule },
    ...{ resourceId: resourceIdOf('worker'), placeOfService: 'recipient-home', purpose: 'Zwemmen.' },
    requestedBy: 'account-fatima',
  },
  now,
});

/** What a history of commands leads to; refusals change nothing. */
const after = (...commands: readonly SeriesCommand[]) => {
  const history: SeriesEvent[] = [];
  for (const command of commands) {
    const decision = seriesDecider.decide(command, fold(seriesDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
const stateAfter = (...commands: readonly SeriesCommand[]): NonNullable<SeriesState> => {
  const state = fold(seriesDecider, after(...commands));
  if (state === undefined) throw new Error('There is no series.');
  return state;
};
const allHeld = (rule = ruleOf()): SeriesCommand => ({
  type: 'RecordAnswers',
  held: occurrencesOf(rule).map(({ on }) => on),
  skipped: [],
  now,
});
const given = deciderSpec(seriesDecider);

describe('the dates of a rule', () => {
  const days = (changes: Parameters<typeof ruleOf>[0]) => occurrencesOf(ruleOf(changes)).map(({ on }) => on);
  test('every week on the weekday of the first day, both ends in, exceptions out', () => {
    expect(days({ exceptions: ['2027-05-17'] })).toEqual(['2027-05-03', '2027-05-10', '2027-05-24', '2027-05-31']);
  });
  test('on several weekdays, every other week, counted from the week of the first day', () => {
    expect(days({ from: '2027-05-05', everyWeeks: 2, weekdays: [1, 5] })).toEqual([
      '2027-05-07',
      '2027-05-17',
      '2027-05-21',
      '2027-05-31',
    ]);
  });
  test('two in the afternoon stays two in the afternoon when the clocks change', () => {
    const spans = occurrencesOf(ruleOf({ from: '2027-10-25', until: '2027-11-01' })).map(({ span }) => span?.from);
    expect(spans).toEqual(['2027-10-25T12:00:00.000Z', '2027-11-01T13:00:00.000Z']);
  });
  test('an hour that is skipped has no span; a night over the change is an hour shorter', () => {
    const hour = { from: '2027-03-28', until: '2027-03-28', startsAt: '02:30', endsAt: '03:00' };
    expect(occurrencesOf(ruleOf(hour))).toEqual([{ on: '2027-03-28', span: undefined }]);
    const night = { from: '2027-03-27', until: '2027-03-27', startsAt: '22:00', endsAt: '07:00', endsDaysLater: 1 };
    expect(occurrencesOf(ruleOf(night))[0]?.span).toEqual({
      from: '2027-03-27T21:00:00.000Z',
      until: '2027-03-28T05:00:00.000Z',
    });
  });
});

describe('a series', () => {
  test('is asked for once; the same again changes nothing, another with its id is refused', () => {
    const [requested] = after(request());
    if (requested?.type !== 'SeriesRequested') throw new Error('It was not requested.');
    expect(requested.data).toMatchObject({ zone: 'Europe/Amsterdam', rule: { startsAt: '14:00' } });
    given(requested).when(request()).then();
    given(requested)
      .when(request(ruleOf({ startsAt: '13:00' })))
      .thenRejected('already-exists');
  });
  test('has at least one day, none of them past, and no more than fit at once', () => {
    const day = '2027-05-03';
    given()
      .when(request(ruleOf({ until: day, exceptions: [day] })))
      .thenRejected('series-without-dates');
    given()
      .when(request(ruleOf({ from: '2027-04-26' })))
      .thenRejected('time-in-the-past');
    given()
      .when(request(ruleOf({ until: '2028-05-03', weekdays: [1, 3, 5, 6] })))
      .thenRejected('series-too-many-dates', { most: mostPlacesAtOnce });
    given()
      .when({ ...request(ruleOf({ until: '2028-05-03' })) })
      .then(...after(request(ruleOf({ until: '2028-05-03' }))))
      .twiceIsOnce();
  });
  test('runs for a year on three days a week, over both changes of the clocks, and is held in one decision (R17)', () => {
    const rule = ruleOf({ until: '2028-05-03', weekdays: [1, 3, 5] });
    const state = stateAfter(request(rule));
    const dates = [...state.dates.values()];
    expect(dates).toHaveLength(158);
    expect(asksOf(state).map((it) => (it.kind === 'hold' ? it.dates.length : 0))).toEqual([158]);
    expect(new Set(dates.map(({ span }) => span && wallTimeOf(span.from)))).toEqual(new Set(['14:00']));
    expect(new Set(dates.map(({ span }) => span?.from.slice(11, 13)))).toEqual(new Set(['12', '13']));
  });
  test('names what could not be had, and the yes is to the rest', () => {
    const taken = { on: day('2027-05-10'), code: 'place-taken', facts: {} };
    const answers: SeriesCommand = {
      type: 'RecordAnswers',
      held: occurrencesOf(ruleOf()).flatMap(({ on }) => (on === taken.on ? [] : [on])),
      skipped: [taken],
      now,
    };
    const state = stateAfter(request(), answers, { type: 'ConfirmSeries', now });
    expect(state.dates.get(taken.on)).toMatchObject({ stage: 'skipped', no: taken });
    expect(daysIn(state, ['confirm-asked'])).toEqual(['2027-05-03', '2027-05-17', '2027-05-24', '2027-05-31']);
  });
  test('that holds nothing has nothing to say yes to', () => {
    given(...after(request()))
      .when({ type: 'ConfirmSeries', now })
      .thenRejected('series-not-held');
  });
  test('grows after its last date, up to twelve months from today, and not over what it skipped by choice', () => {
    const extended = stateAfter(request(), allHeld(), {
      type: 'ExtendSeries',
      data: { until: day('2027-06-21'), exceptions: [day('2027-06-14')] },
      now,
    });
    expect(daysIn(extended, ['hold-asked'])).toEqual(['2027-06-07', '2027-06-21']);
    given(...after(request()))
      .when({ type: 'ExtendSeries', data: { until: day('2028-05-04'), exceptions: [] }, now })
      .thenRejected('series-too-long', { lastDay: '2028-05-03' });
  });
  test('ends early: what is to come is cancelled, what was is not, and it does not grow again', () => {
    const end: SeriesCommand = {
      type: 'EndSeries',
      data: { from: day('2027-05-01'), by: 'caregiver' },
      now: at('2027-05-18T08:00:00Z'),
    };
    const history = after(request(), allHeld(), { type: 'ConfirmSeries', now }, end);
    expect(daysIn(stateAfter(request(), allHeld(), end), ['cancel-asked'])).toEqual(['2027-05-24', '2027-05-31']);
    given(...history)
      .when({ type: 'ExtendSeries', data: { until: day('2027-06-21'), exceptions: [] }, now })
      .thenRejected('series-ended');
    given(...history)
      .when(end)
      .then();
  });
});

const anyDay = fc.integer({ min: 0, max: 700 }).map((offset) => plusDays(day('2027-05-01'), offset));
const wallTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minutes]) => `${String(hour).padStart(2, '0')}:${minutes}`);
const rule = fc
  .record({
    from: anyDay,
    lengthDays: fc.integer({ min: 0, max: 360 }),
    everyWeeks: fc.integer({ min: 1, max: 4 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
    startsAt: wallTime,
    endsAt: wallTime,
    endsDaysLater: fc.integer({ min: 0, max: 2 }),
    exceptions: fc.uniqueArray(anyDay, { maxLength: 20 }).map((them) => them.toSorted()),
  })
  .map(({ lengthDays, ...it }) => ({ ...it, until: plusDays(it.from, lengthDays) }))
  .filter((it) => WeeklyRule.safeParse(it).success)
  .map((it) => WeeklyRule.parse(it));

describe('for every rule', () => {
  test('a series round-trips: its dates say its rule again, over both clock changes', () => {
    fc.assert(
      fc.property(rule, (it) => {
        const found = occurrencesOf(it);
        const days = found.map(({ on }) => on);
        expect(days).toEqual([...new Set(days)].toSorted());
        for (const { on, span } of found) {
          expect(on >= it.from && on <= it.until && !it.exceptions.includes(on)).toBe(true);
          expect(weekdaysOf(it)).toContain(Temporal.PlainDate.from(on).dayOfWeek);
          if (span === undefined) continue;
          // A wall time that the clocks skip is read an hour later; every other one is what was asked.
          const begins = instantOn(on, it.startsAt);
          expect(span.from).toBe(begins);
          expect(dayOf(span.from)).toBe(on);
          expect([it.startsAt, wallTimeOf(begins)]).toContain(wallTimeOf(span.from));
          expect(dayOf(span.until)).toBe(plusDays(on, it.endsDaysLater));
        }
        // Nothing is left out that the rule has: every day of the span is in it or has a reason not to be.
        const weeks = (on: Day) => Math.floor(daysFromMonday(it.from, on) / 7);
        for (let on = it.from; on <= it.until; on = plusDays(on, 1)) {
          const meant =
            weekdaysOf(it).includes(Temporal.PlainDate.from(on).dayOfWeek) &&
            weeks(on) % it.everyWeeks === 0 &&
            !it.exceptions.includes(on);
          if (meant !== days.includes(on)) throw new Error(`${on} is ${meant ? 'missing' : 'too much'}.`);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what is stored of it reads back as it was, and folds to the same series', async () => {
    const codec = createEventCodec({
      schema: SeriesEvent,
      vault: {
        prepare: async () => {},
        load: async () => {},
        seal: (_person, _place, value) => ({ $sealed: JSON.stringify(value) }),
        open: (_place, { $sealed }) => JSON.parse($sealed),
      },
    });
    await fc.assert(
      fc.asyncProperty(rule, async (it) => {
        const history = after(request(it), allHeld(it), { type: 'ConfirmSeries', now });
        fc.pre(history.length > 0);
        const stored = await codec.encode('series-1', history, {
          ids: history.map((_, index) => `${index}`),
          metadata: { at: now },
        });
        const decoded = await codec.decode(
          JSON.parse(JSON.stringify(stored)).map((event: object, revision: number) => ({
            ...event,
            ...{ stream: 'series-1', revision, position: `${revision}` },
          })),
        );
        expect(fold(seriesDecider, decoded)).toEqual(fold(seriesDecider, history));
        expect(fold(seriesDecider, decoded)?.rule).toEqual(it);
      }),
      { numRuns: 100 },
    );
  });

  test('grown in two steps it has the dates that it would have had at once', () => {
    fc.assert(
      fc.property(rule, fc.integer({ min: 0, max: 360 }), (it, shorter) => {
        const first = { ...it, until: plusDays(it.until, -shorter) };
        fc.pre(first.from <= first.until && occurrencesOf(it).length <= mostPlacesAtOnce);
        fc.pre(occurrencesOf(first).some(({ span }) => span !== undefined));
        const state = stateAfter(request(first), {
          type: 'ExtendSeries',
          data: { until: it.until, exceptions: [] },
          now,
        });
        expect([...state.dates.keys()]).toEqual(occurrencesOf(it).map(({ on }) => on));
        expect(state.rule).toEqual(it);
      }),
      { numRuns: 300 },
    );
  });
});

const daysFromMonday = (from: Day, on: Day): number =>
  Temporal.PlainDate.from(from)
    .subtract({ days: Temporal.PlainDate.from(from).dayOfWeek - 1 })
    .until(on).days;

describe('in every order of commands', () => {
  const days = occurrencesOf(ruleOf({ until: '2027-07-05' })).map(({ on }) => on);
  const some = fc.subarray(days);
  const moment = fc
    .integer({ min: 0, max: 70 })
    .map((offset) => at(`${plusDays(day('2027-05-01'), offset)}T08:00:00Z`));
  const no = some.map((them) => them.map((on) => ({ on, code: 'place-taken', facts: {} })));
  const command: fc.Arbitrary<SeriesCommand> = fc.oneof(
    fc.record({ type: fc.constant('RecordAnswers' as const), held: some, skipped: no, now: moment }),
    fc.record({ type: fc.constantFrom('ConfirmSeries' as const, 'AcceptSeries' as const), now: moment }),
    fc.record({
      type: fc.constant('DeclineSeries' as const),
      waiting: some,
      reason: fc.constantFrom('no-staff' as const, 'closed' as const),
      now: moment,
    }),
    fc.record({ type: fc.constant('RecordDeclined' as const), declined: some, kept: some, now: moment }),
    fc.record({ type: fc.constant('RecordAgreed' as const), agreed: some, lost: no, now: moment }),
    fc.record({
      type: fc.constantFrom('RecordAccepted' as const, 'RecordCancelled' as const),
      dates: some,
      now: moment,
    }),
    fc.record({
      type: fc.constant('ExtendSeries' as const),
      data: fc.record({ until: fc.constantFrom(...days), exceptions: some }),
      now: moment,
    }),
    fc.record({
      type: fc.constant('EndSeries' as const),
      data: fc.record({
        from: fc.constantFrom(...days),
        by: fc.constantFrom('caregiver' as const, 'provider' as const),
      }),
      now: moment,
    }),
  );

  test('no date is rewritten, brought back or agreed without both words; the same again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const history = after(request());
        for (const next of commands) {
          const before = fold(seriesDecider, history);
          const decision = seriesDecider.decide(next, before);
          if (!decision.accepted || before === undefined) continue;
          history.push(...decision.events);
          const state = fold(seriesDecider, history);
          if (state === undefined) throw new Error('It is gone.');
          for (const [on, { span, stage }] of before.dates) {
            expect(state.dates.get(on)?.span).toEqual(span);
            if (['skipped', 'lost', 'cancelled', 'declined'].includes(stage)) expect(stageOn(state, on)).toBe(stage);
            const isNew = stage !== 'agreed' && stageOn(state, on) === 'agreed';
            if (isNew) expect(['confirm-asked', 'accept-asked', 'decline-asked']).toContain(stage);
          }
          if (before.endedFrom !== null && next.type === 'ConfirmSeries') {
            for (const on of daysIn(state, ['confirm-asked'])) {
              if (stageOn(before, on) === 'held') expect(on < before.endedFrom).toBe(true);
            }
          }
          const again = seriesDecider.decide(next, state);
          if (next.type !== 'AcceptSeries') expect(again).toEqual({ accepted: true, events: [] });
        }
      }),
      { numRuns: 1000 },
    );
  });
  test('the rule never gets longer than a year', () => {
    expect(WeeklyRule.safeParse({ ...ruleOf(), until: plusMonths(day('2027-05-03'), 12) }).success).toBe(true);
    expect(WeeklyRule.safeParse({ ...ruleOf(), until: plusDays(plusMonths(day('2027-05-03'), 12), 1) }).success).toBe(
      false,
    );
  });
});
