import { ExtendHolds, mostPlacesAtOnce, TakePlaces } from '@adempauze/contracts';
import { fold } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import { at, booking, now, resourceId } from '../examples.fixtures.ts';
import { keptPlacesOf } from './held-places.ts';
import { held, on, open, opened, taken } from './placing.fixtures.ts';
import type { CommandOf } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';

/* Several places that are held already: taken, kept longer and freed in one decision. */

const given = deciderSpec(resourceDecider);

test('taken, kept longer and freed together, or not at all', () => {
  const two = [opened, open, held(1, on(4)), held(2, on(11))];
  const bookingIds = [booking(1), booking(2)];
  given(...two)
    .when({ type: 'TakePlaces', data: { resourceId, bookingIds, mode: 'all' }, now })
    .then(taken(1), taken(2))
    .twiceIsOnce();
  given(...two)
    .when({ type: 'TakePlaces', data: { resourceId, bookingIds: [...bookingIds, booking(3)], mode: 'all' }, now })
    .thenRejected('hold-not-found');
  const later = at('2027-05-03T12:00:00Z');
  given(...two, taken(1))
    .when({ type: 'ExtendHolds', data: { resourceId, bookingIds, mode: 'all', expiresAt: later }, now })
    .then({ type: 'HoldExtended', data: { resourceId, bookingId: booking(2), expiresAt: later, extendedAt: now } })
    .twiceIsOnce();
  const freed = (number: number): ResourceEvent => ({
    type: 'PlaceReleased',
    data: { resourceId, bookingId: booking(number), reason: 'cancelled', releasedAt: now },
  });
  given(...two, taken(1))
    .when({ type: 'ReleasePlaces', data: { resourceId, bookingIds, reason: 'cancelled' }, now })
    .then(freed(1), freed(2))
    .twiceIsOnce();
});

test('or those that can be: each that cannot is named with why, and stops no other', () => {
  const soon = at('2027-05-03T08:05:00Z');
  const busy: ResourceEvent = { type: 'CalendarRead', data: { resourceId, busy: [on(5, 8, 10)], readAt: now } };
  const history = [opened, open, held(1, on(4)), held(2, on(5)), held(3, on(6), { expiresAt: soon }), held(4, on(7))];
  const before = [...history, taken(4), busy, held(5, on(11))];
  // The fourth is taken already, nobody ever held the sixth, and the fifth is named twice.
  const bookingIds = [1, 2, 3, 4, 5, 6, 5].map(booking);
  const later = { now: at('2027-05-03T08:05:00Z') };
  const take: CommandOf<'TakePlaces'> = {
    ...{ type: 'TakePlaces', data: { resourceId, bookingIds, mode: 'fitting' } },
    ...later,
  };
  const takenLater = (number: number): ResourceEvent => ({
    type: 'PlaceTaken',
    data: { resourceId, bookingId: booking(number), takenAt: later.now },
  });
  given(...before)
    .when(take)
    .then(takenLater(1), takenLater(5))
    .twiceIsOnce();
  expect(keptPlacesOf(take, fold(resourceDecider, [...before, takenLater(1), takenLater(5)]))).toEqual({
    kept: [1, 4, 5].map(booking),
    refused: [
      { bookingId: booking(2), code: 'calendar-busy', facts: {} },
      { bookingId: booking(3), code: 'hold-expired', facts: { expiresAt: soon } },
      { bookingId: booking(6), code: 'hold-not-found', facts: {} },
    ],
  });

  const until = at('2027-05-03T12:00:00Z');
  const extend: CommandOf<'ExtendHolds'> = {
    ...{ type: 'ExtendHolds', data: { resourceId, bookingIds, mode: 'fitting', expiresAt: until } },
    ...later,
  };
  const extended = (number: number): ResourceEvent => ({
    type: 'HoldExtended',
    data: { resourceId, bookingId: booking(number), expiresAt: until, extendedAt: later.now },
  });
  const kept = [extended(1), extended(2), extended(5)];
  given(...before)
    .when(extend)
    .then(...kept)
    .twiceIsOnce();
  const answer = keptPlacesOf(extend, fold(resourceDecider, [...before, ...kept]));
  expect(answer.kept).toEqual([1, 2, 4, 5].map(booking));
  expect(answer.refused.map(({ code }) => code)).toEqual(['hold-expired', 'hold-not-found']);
});
test('where nothing can be taken nothing is written, and every one is named; a calendar that is not there says no', () => {
  const bookingIds = [booking(1), booking(2)];
  const command: CommandOf<'TakePlaces'> = {
    ...{ type: 'TakePlaces', data: { resourceId, bookingIds, mode: 'fitting' } },
    now,
  };
  given(opened, open).when(command).then();
  const none = keptPlacesOf(command, fold(resourceDecider, [opened, open]));
  expect(none).toMatchObject({ kept: [], refused: [{ code: 'hold-not-found' }, { code: 'hold-not-found' }] });
  given().when(command).thenRejected('resource-not-found');
});

test('no places, more than one decision is about, or no word for what becomes of the others, is no question', () => {
  const asks = (count: number, more: object = { mode: 'fitting' }) => {
    const places = { resourceId, bookingIds: Array.from({ length: count }, (_, n) => booking(n)), ...more };
    return [TakePlaces.safeParse(places), ExtendHolds.safeParse({ ...places, expiresAt: now })].map((it) => it.success);
  };
  expect([asks(0), asks(1), asks(mostPlacesAtOnce), asks(mostPlacesAtOnce + 1)]).toEqual([
    [false, false],
    [true, true],
    [true, true],
    [false, false],
  ]);
  expect([asks(1, {}), asks(1, { mode: 'most' })]).toEqual(Array(2).fill([false, false]));
});
