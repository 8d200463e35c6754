import type { JsonObject } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { checkPlans } from './check-plans.ts';
import type { Fact } from './history.ts';

type Happened = readonly [stream: string, type: string, data: JsonObject];

const logOf = (them: readonly Happened[]): Fact[] => {
  const revisions = new Map<string, number>();
  return them.map(([stream, type, data], index) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const metadata = { v: 1, at: '2027-03-01T09:00:00.000Z' };
    return {
      stream,
      revision,
      position: String(index).padStart(4, '0'),
      id: derivedId('plan', index),
      type,
      data,
      metadata,
    };
  });
};
const found = (...them: readonly Happened[]) => checkPlans(logOf(them));
const on = (day: number) => ({ from: `2027-03-${day}T10:00:00.000Z`, until: `2027-03-${day}T12:00:00.000Z` });
const requested = (id: string, plan: readonly [kind: string, id: string], day: number): Happened => [
  `booking-${id}`,
  'BookingRequested',
  { bookingId: id, span: on(day), partOf: { kind: plan[0], id: plan[1] } },
];
const then = (id: string, type: string): Happened => [`booking-${id}`, type, { bookingId: id }];

test('a series that ended has no dates from that day on', () => {
  const ended: Happened = ['series-s', 'SeriesEnded', { from: '2027-03-17' }];
  const dates = [requested('b1', ['series', 's'], 10), requested('b2', ['series', 's'], 17)];
  expect(found(...dates, ended)).toEqual([expect.stringContaining('booking b2')]);
  expect(found(...dates, ended, then('b2', 'BookingCancelled'))).toEqual([]);
});

test('a stay that ended keeps nothing, and no step is confirmed before the one before it passed', () => {
  const planned: Happened = ['stay-t', 'StayPlanned', { steps: [{ span: on(10) }, { span: on(17) }] }];
  const steps = [planned, requested('b1', ['stay', 't'], 10), requested('b2', ['stay', 't'], 17)];
  const ended: Happened = ['stay-t', 'StayEnded', { endedAt: '2027-03-11T00:00:00.000Z' }];
  const passed: Happened = ['stay-t', 'StepPassed', { step: 0 }];
  const confirmed = then('b2', 'BookingConfirmed');
  expect(found(...steps, ended)).toEqual([expect.stringContaining('booking b2')]);
  expect(found(...steps, confirmed)).toEqual([expect.stringContaining('step 1 is confirmed')]);
  expect(found(...steps, passed, confirmed)).toEqual([]);
});

test('a freed place is with one household at a time', () => {
  const offered = (waitingId: string): Happened => ['waiting-o', 'PlaceOffered', { placeId: 'p', waitingId }];
  const passed: Happened = ['waiting-o', 'OfferPassed', { placeId: 'p', waitingId: 'w1' }];
  const taken = (waitingId: string): Happened => ['waiting-o', 'OfferTaken', { placeId: 'p', waitingId }];
  expect(found(offered('w1'), offered('w2'))).toHaveLength(1);
  expect(found(offered('w1'), taken('w2'))).toHaveLength(1);
  expect(found(offered('w1'), passed, offered('w2'), taken('w2'))).toEqual([]);
});

test('a part that is over holds nothing, nor does its trip', () => {
  const planned: Happened = [
    'arrangement-a',
    'ArrangementPlanned',
    {
      parts: [
        { partId: 'day', thingId: 'b1' },
        { partId: 'ride', thingId: 'b2', tripOf: { partId: 'day' } },
      ],
    },
  ];
  const both = [planned, requested('b1', ['arrangement', 'a'], 10), requested('b2', ['arrangement', 'a'], 10)];
  const ended: Happened = ['arrangement-a', 'ArrangedPartsEnded', { parts: [{ partId: 'day' }] }];
  expect(found(...both, ended)).toHaveLength(2);
  expect(found(...both, ended, then('b1', 'BookingCancelled'))).toEqual([expect.stringContaining('its trip b2')]);
  expect(found(...both, ended, then('b1', 'BookingCancelled'), then('b2', 'BookingCancelled'))).toEqual([]);
});

test('what was proposed and not wanted is free', () => {
  const made: Happened = ['proposal-p', 'ProposalMade', {}];
  const held = requested('b1', ['proposal', 'p'], 10);
  expect(found(made, held)).toEqual([]);
  for (const type of ['ProposalDeclined', 'ProposalExpired', 'ProposalAccepted'])
    expect(found(made, held, ['proposal-p', type, {}])).toHaveLength(1);
  expect(found(made, held, then('b1', 'BookingConfirmed'), ['proposal-p', 'ProposalAccepted', {}])).toEqual([]);
  expect(found(made, held, ['proposal-p', 'ProposalDeclined', {}], ['proposal-p', 'ProposedAgain', {}])).toEqual([]);
});
