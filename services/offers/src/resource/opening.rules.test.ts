import { AvailabilityRule, type SetAvailability, WorkerId } from '@adempauze/contracts';
import {
  type Day,
  dayOf,
  derivedId,
  fold,
  instantFromMs,
  isDutchHoliday,
  plusDays,
  wallTimeOf,
} from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, booking, now, openResource, resourceId, span } from '../examples.fixtures.ts';
import { expand } from './availability.rules.ts';
import type { ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';
import type { Resource } from './resource.state.rules.ts';

/* Times, rules, closed days, capacity over time, other calendars, and who is on duty. */

const given = deciderSpec(resourceDecider);
const day = (text: string) => text as Day;
const opened = (capacity = 1): ResourceEvent => ({
  type: 'ResourceOpened',
  data: { ...openResource({ capacity }), openedAt: now },
});
const after = (events: readonly ResourceEvent[], ...commands: ResourceCommand[]): Resource => {
  let state = fold(resourceDecider, events);
  for (const command of commands) {
    const decision = resourceDecider.decide(command, state);
    if (!decision.accepted) throw new Error(decision.rejection.code);
    state = decision.events.reduce(resourceDecider.evolve, state);
  }
  if (state === undefined) throw new Error('There is no resource.');
  return state;
};
const shown = ({ openings }: Resource) =>
  openings.map((it) => {
    const [from, until] = [instantFromMs(it.fromMs), instantFromMs(it.untilMs)];
    return `${dayOf(from)} ${wallTimeOf(from)} - ${dayOf(until)} ${wallTimeOf(until)}`;
  });
const weekly = (weekday: number, from: string, until: string, over: object = {}) =>
  AvailabilityRule.parse({ kind: 'weekly', weekday, from, until, startsOn: '2027-05-03', ...over });
const stay = AvailabilityRule.parse({ kind: 'stay', arriveAt: '15:00', departAt: '11:00', startsOn: '2027-05-03' });
const setRules = (rules: AvailabilityRule[], over: Partial<SetAvailability> = {}, when = now): ResourceCommand => ({
  type: 'SetAvailability',
  data: { resourceId, rules, exceptDays: [], holidays: 'closed', aheadDays: 21, ...over },
  now: when,
});
const close = (from: string, until: string): ResourceCommand => ({
  ...{ type: 'CloseDays', data: { resourceId, days: { from: day(from), until: day(until) } }, now },
});
const reopen = (from: string, until: string): ResourceCommand => ({
  ...{ type: 'ReopenDays', data: { resourceId, days: { from: day(from), until: day(until) } }, now },
});

test('a week that repeats, without the days excepted and public holidays', () => {
  // 6 May 2027 is Ascension Day, a Thursday.
  const state = after([opened()], setRules([weekly(4, '09:00', '17:00')], { exceptDays: [day('2027-05-20')] }));
  expect(shown(state)).toEqual(['2027-05-13 09:00 - 2027-05-13 17:00']);
  const open = after([opened()], setRules([weekly(4, '09:00', '17:00')], { holidays: 'open' }));
  expect(shown(open)).toHaveLength(3);
});
test('every second week, counted from the week in which it starts, until its last day', () => {
  const rule = weekly(2, '09:00', '12:00', { everyWeeks: 2, endsOn: '2027-05-20' });
  expect(shown(after([opened()], setRules([rule], { aheadDays: 60 })))).toEqual([
    '2027-05-04 09:00 - 2027-05-04 12:00',
    '2027-05-18 09:00 - 2027-05-18 12:00',
  ]);
});
test('a night belongs to the day on which it begins', () => {
  expect(shown(after([opened()], setRules([weekly(1, '22:00', '07:00')], { aheadDays: 14 })))).toEqual([
    '2027-05-03 22:00 - 2027-05-04 07:00',
    '2027-05-10 22:00 - 2027-05-11 07:00',
  ]);
});
test('the rules again change nothing; other rules take back what only the old ones gave', () => {
  const first = setRules([weekly(2, '09:00', '17:00'), weekly(3, '09:00', '17:00')], { aheadDays: 7 });
  const state = after([opened()], first);
  expect(resourceDecider.decide(first, state)).toEqual({ accepted: true, events: [] });
  expect(shown(after([opened()], first, setRules([weekly(2, '10:00', '17:00')], { aheadDays: 7 })))).toEqual([
    '2027-05-04 10:00 - 2027-05-04 17:00',
  ]);
});
test('the horizon moves on with the days, and a house stays one opening', () => {
  const rules = setRules([stay], { holidays: 'open' });
  const later: ResourceCommand = { type: 'ExtendHorizon', data: { resourceId }, now: at('2027-05-12T08:00:00Z') };
  expect(shown(after([opened()], rules))).toEqual(['2027-05-03 15:00 - 2027-05-24 11:00']);
  const extended = after([opened()], rules, later);
  expect(shown(extended)).toEqual(['2027-05-03 15:00 - 2027-06-02 11:00']);
  expect(resourceDecider.decide(later, extended)).toEqual({ accepted: true, events: [] });
});
test('closed days: a block goes whole, of a house the nights; reopened they come back', () => {
  const blocks = setRules([weekly(1, '22:00', '07:00'), weekly(2, '09:00', '17:00')], { aheadDays: 7 });
  expect(shown(after([opened()], blocks, close('2027-05-04', '2027-05-05')))).toEqual([
    '2027-05-03 22:00 - 2027-05-04 07:00',
  ]);
  const house = setRules([stay], { holidays: 'open', aheadDays: 7 });
  const closed = after([opened()], house, close('2027-05-05', '2027-05-07'));
  expect(shown(closed)).toEqual(['2027-05-03 15:00 - 2027-05-05 11:00', '2027-05-07 15:00 - 2027-05-10 11:00']);
  expect(
    shown(after([opened()], house, close('2027-05-05', '2027-05-07'), reopen('2027-05-05', '2027-05-07'))),
  ).toEqual(['2027-05-03 15:00 - 2027-05-10 11:00']);
  expect(resourceDecider.decide(close('2027-05-05', '2027-05-07'), closed)).toEqual({ accepted: true, events: [] });
  const publish: ResourceCommand = {
    ...{ type: 'PublishTimes', now },
    data: { resourceId, spans: [span('2027-05-05T08:00:00Z', '2027-05-05T10:00:00Z')] },
  };
  expect(resourceDecider.decide(publish, closed)).toMatchObject({ rejection: { code: 'day-closed' } });
});
test('closed before the rules come, too', () => {
  const state = after([opened()], close('2027-05-04', '2027-05-12'), setRules([weekly(2, '09:00', '17:00')]));
  expect(shown(state)).toEqual(['2027-05-18 09:00 - 2027-05-18 17:00']);
});

test('wall time in, wall time out: over both clock changes, leap days and the end of the year', () => {
  const times = ['00:00', '01:30', '02:00', '02:30', '03:00', '09:00', '17:30', '23:30'];
  fc.assert(
    fc.property(
      fc.record({
        weekday: fc.integer({ min: 1, max: 7 }),
        from: fc.constantFrom(...times),
        until: fc.constantFrom(...times),
        start: fc.constantFrom('2027-03-22', '2027-10-25', '2027-12-27', '2028-02-21', '2028-03-20'),
        everyWeeks: fc.integer({ min: 1, max: 3 }),
      }),
      ({ start, ...rule }) => {
        const rules = [weekly(rule.weekday, rule.from, rule.until, { everyWeeks: rule.everyWeeks, startsOn: start })];
        const until = plusDays(day(start), 28);
        const spans = expand({ rules, exceptDays: [], holidays: 'closed' }, [], { from: day(start), until });
        for (const it of spans) {
          const begin = instantFromMs(it.fromMs);
          const on = dayOf(begin);
          expect(Temporal.PlainDate.from(on).dayOfWeek).toBe(rule.weekday);
          expect(isDutchHoliday(on)).toBe(false);
          // A time that is skipped in March moves forward; every other is what the rule says.
          const isSkipped = on === '2027-03-28' || on === '2028-03-26';
          if (!isSkipped) expect(wallTimeOf(begin)).toBe(rule.from);
          const end = instantFromMs(it.untilMs);
          if (!['2027-03-28', '2028-03-26'].includes(dayOf(end))) expect(wallTimeOf(end)).toBe(rule.until);
        }
        const days = Array.from({ length: 28 }, (_, i) => plusDays(day(start), i)).filter(
          (it) => Temporal.PlainDate.from(it).dayOfWeek === rule.weekday && !isDutchHoliday(it),
        );
        expect(spans.length).toBeLessThanOrEqual(days.length);
        if (rule.everyWeeks === 1 && rule.from < rule.until && !days.includes(day('2027-03-28')))
          if (!days.includes(day('2028-03-26'))) expect(spans).toHaveLength(days.length);
      },
    ),
  );
});

const capacity = (count: number, from?: string, until?: string): ResourceCommand => ({
  type: 'SetCapacity',
  data: { resourceId, capacity: count, ...(from && until ? { span: span(from, until) } : {}) },
  now,
});
test('seven beds, five in August', () => {
  const state = after([opened(7)], capacity(5, '2027-07-31T22:00:00Z', '2027-08-31T22:00:00Z'));
  expect(state).toMatchObject({ capacity: 7, capacities: [{ capacity: 5 }] });
  given(opened(7))
    .when(capacity(5, '2027-07-31T22:00:00Z', '2027-08-31T22:00:00Z'))
    .then({
      type: 'CapacityChanged',
      data: { resourceId, capacity: 5, span: span('2027-07-31T22:00:00Z', '2027-08-31T22:00:00Z'), changedAt: now },
    })
    .twiceIsOnce();
  given(opened(7)).when(capacity(7)).then();
  given(opened(7))
    .when(capacity(5, '2027-04-01T00:00:00Z', '2027-04-02T00:00:00Z'))
    .thenRejected('time-in-the-past');
});
test('a later word about a part of it counts for that part', () => {
  const state = after(
    [opened(7)],
    capacity(5, '2027-08-01T00:00:00Z', '2027-08-31T00:00:00Z'),
    capacity(6, '2027-08-10T00:00:00Z', '2027-08-12T00:00:00Z'),
    capacity(8),
  );
  expect(state.capacities.map((it) => it.capacity)).toEqual([5, 6, 5]);
  expect(state.capacity).toBe(8);
});

const workerId = WorkerId.parse(derivedId('worker'));
const duty = (from: string, until: string) => ({ resourceId, workerId, span: span(from, until) });
test('who is on duty: spans of one worker melt, and are taken back', () => {
  const first = duty('2027-05-04T06:00:00Z', '2027-05-04T14:00:00Z');
  given(opened())
    .when({ type: 'RosterWorker', data: first, now })
    .then({ type: 'WorkerRostered', data: { ...first, rosteredAt: now } })
    .twiceIsOnce();
  const state = after(
    [opened()],
    { type: 'RosterWorker', data: first, now },
    { type: 'RosterWorker', data: duty('2027-05-04T14:00:00Z', '2027-05-04T22:00:00Z'), now },
    { type: 'UnrosterWorker', data: duty('2027-05-04T10:00:00Z', '2027-05-04T11:00:00Z'), now },
  );
  expect(state.roster).toHaveLength(2);
});

test('another calendar: what it says is taken cannot be held, and a hold in it is not taken any more', () => {
  const state = after(
    [opened()],
    { type: 'PublishTimes', data: { resourceId, spans: [span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z')] }, now },
    { type: 'ReadCalendar', data: { resourceId, busy: [span('2027-05-04T09:00:00Z', '2027-05-04T10:00:00Z')] }, now },
  );
  expect(state.calendarReadAtMs).toBe(Date.parse(now));
  // Read again and gone, the time is free again.
  const gone = after([opened()], { type: 'ReadCalendar', data: { resourceId, busy: [] }, now });
  expect(gone.busy).toEqual([]);
  const held: ResourceEvent = {
    type: 'PlaceHeld',
    data: {
      ...{
        resourceId,
        bookingId: booking(1),
        householdId: derivedId('h') as never,
        offerId: openResource().offerIds[0] as never,
      },
      ...{ span: span('2027-05-04T09:30:00Z', '2027-05-04T11:30:00Z'), expiresAt: at('2027-05-03T09:00:00Z') },
      ...{ terms: {} as never, heldAt: now },
    },
  };
  const take: ResourceCommand = { type: 'TakePlace', data: { resourceId, bookingId: booking(1) }, now };
  const holding = resourceDecider.evolve(state, held);
  expect(resourceDecider.decide(take, holding)).toMatchObject({ rejection: { code: 'calendar-busy' } });
});
