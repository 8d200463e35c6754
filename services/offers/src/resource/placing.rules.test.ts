import { HouseholdId, type OfferId, type TimeSpan } from '@adempauze/contracts';
import { derivedId, fold, msOf } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import {
  at,
  booking,
  holdPlace,
  householdId,
  now,
  offerId,
  openResource,
  publishBeds,
  resourceId,
} from '../examples.fixtures.ts';
import { heldPlacesOf } from './held-places.ts';
import { asked, expiresAt, held, need, offerOf, on, open, opened, taken } from './placing.fixtures.ts';
import { mostHolds } from './placing.rules.ts';
import type { CommandOf, ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';
import { findOccupation } from './resource.state.rules.ts';

/* Several places at once, moved, and knowingly beyond capacity. One place at a time: resource.decider.test.ts. */

const given = deciderSpec(resourceDecider);
const holdPlaces = (
  places: readonly (readonly [number, TimeSpan])[],
  mode: 'all' | 'fitting' = 'all',
): CommandOf<'HoldPlaces'> => ({
  type: 'HoldPlaces',
  data: {
    ...{ resourceId, householdId, offerId, ...need, expiresAt, mode },
    places: places.map(([number, times]) => ({ bookingId: booking(number), span: times })),
  },
  offers: new Map<OfferId, typeof asked>([[offerId, asked]]),
  now,
});

test('several dates are held in one decision', () => {
  given(opened, open)
    .when(
      holdPlaces([
        [1, on(4)],
        [2, on(11)],
      ]),
    )
    .then(held(1, on(4)), held(2, on(11)))
    .twiceIsOnce();
});
test('all or none, and the first that does not fit is named', () => {
  const command = holdPlaces([
    [2, on(4)],
    [3, on(11)],
  ]);
  given(opened, open, held(1, on(11)))
    .when(command)
    .thenRejected('place-taken', { from: on(11).from });
});
test('or those that fit; the others are named with why', () => {
  const command = holdPlaces(
    [
      [2, on(4)],
      [3, on(11)],
      [4, on(20)],
    ],
    'fitting',
  );
  given(opened, open, held(1, on(11)))
    .when(command)
    .then(held(2, on(4)))
    .twiceIsOnce();
  const after = fold(resourceDecider, [opened, open, held(1, on(11)), held(2, on(4))]);
  const { held: had, refused } = heldPlacesOf(command, after);
  expect(had.map((it) => it.bookingId)).toEqual([booking(2)]);
  expect(refused.map((it) => [it.bookingId, it.code])).toEqual([
    [booking(3), 'place-taken'],
    [booking(4), 'time-not-offered'],
  ]);
  given(opened, open, held(1, on(11)))
    .when(holdPlaces([[3, on(11)]], 'fitting'))
    .thenRejected('place-taken');
});
test('dates of one decision never have the same place', () => {
  given(opened, open)
    .when(
      holdPlaces([
        [1, on(4)],
        [2, on(4)],
      ]),
    )
    .thenRejected('place-taken');
});
test('a household with many live holds here first says yes or no to those', () => {
  const many = Array.from({ length: mostHolds }, (_, i) =>
    held(i + 1, on(4 + Math.floor(i / 4), 7 + 2 * (i % 4), 8 + 2 * (i % 4))),
  );
  const more: ResourceCommand = {
    ...{ type: 'HoldPlace', data: holdPlace({ bookingId: booking(99), span: on(11) }), ...asked, now },
  };
  given(opened, open, ...many)
    .when(more)
    .thenRejected('too-many-holds', { holds: mostHolds });
  given(opened, open, ...many)
    .when(holdPlaces([[99, on(11)]]))
    .thenRejected('too-many-holds');
  given(opened, open, ...many, taken(1))
    .when(holdPlaces([[99, on(11)]]))
    .then(held(99, on(11)));
  const others = {
    ...more.data,
    householdId: HouseholdId.parse(derivedId('others')),
  } as CommandOf<'HoldPlace'>['data'];
  expect(
    resourceDecider.decide({ ...more, data: others } as ResourceCommand, fold(resourceDecider, [opened, open, ...many]))
      .accepted,
  ).toBe(true);
});

const moveTo = (number: number, times: TimeSpan, over: object = {}): ResourceCommand => ({
  type: 'MovePlace',
  data: { resourceId, bookingId: booking(number), householdId, offerId, span: times, ...need, ...over },
  ...asked,
  now,
});
test('moved in one step: the old place is free, the new one held or taken as it was', () => {
  const before = [opened, open, held(1, on(4)), taken(1)];
  const { terms } = (held(1, on(11, 8, 11)) as Extract<ResourceEvent, { type: 'PlaceHeld' }>).data;
  const moved: ResourceEvent = {
    type: 'PlaceMoved',
    data: { resourceId, bookingId: booking(1), offerId, span: on(11, 8, 11), terms, movedAt: now },
  };
  given(...before)
    .when(moveTo(1, on(11, 8, 11)))
    .then(moved)
    .twiceIsOnce();
  const after = fold(resourceDecider, [...before, moved]);
  expect(findOccupation(after, booking(1))).toMatchObject({ expiresAtMs: null, householdId, terms: { quantity: 300 } });
  given(...before, moved)
    .when(holdPlaces([[2, on(4)]]))
    .then(held(2, on(4)));
});
test('an hour later is a move, although it overlaps itself; into the place of another it is not', () => {
  expect(
    resourceDecider.decide(moveTo(1, on(4, 8, 10)), fold(resourceDecider, [opened, open, held(1, on(4))])).accepted,
  ).toBe(true);
  given(opened, open, held(1, on(4)), held(2, on(11)))
    .when(moveTo(1, on(11, 8, 10)))
    .thenRejected('place-taken');
  given(opened, open, held(1, on(4)))
    .when(moveTo(1, on(20)))
    .thenRejected('time-not-offered');
  given(opened, open, held(1, on(4)))
    .when(moveTo(1, on(11), { householdId: HouseholdId.parse(derivedId('others')) }))
    .thenRejected('hold-not-found');
  given(opened, open, held(1, on(4)))
    .when({ ...moveTo(1, on(11)), now: expiresAt })
    .thenRejected('hold-expired');
});

const override = (number: number, times: TimeSpan): ResourceCommand => ({
  type: 'OverrideCapacity',
  data: {
    resourceId,
    bookingId: booking(number),
    householdId,
    offerId,
    span: times,
    ...need,
    expiresAt,
    reason: 'emergency',
  },
  ...asked,
  now,
});
const overridden = (number: number, times: TimeSpan): ResourceEvent => {
  const { data } = held(number, times) as Extract<ResourceEvent, { type: 'PlaceHeld' }>;
  return { type: 'CapacityOverridden', data: { ...data, reason: 'emergency' } };
};
test('a provider goes knowingly beyond capacity and its times, with a reason, and nobody loses a place by it', () => {
  given(opened, open, held(1, on(4)))
    .when(override(2, on(4)))
    .then(overridden(2, on(4)))
    .twiceIsOnce();
  given(opened, open)
    .when(override(2, on(20)))
    .then(overridden(2, on(20)));
  given(opened, open, held(1, on(4)), overridden(2, on(4)))
    .when({ type: 'TakePlaces', data: { resourceId, bookingIds: [booking(1), booking(2)], mode: 'all' }, now })
    .then(taken(1), taken(2));
});
test('but whoever comes after finds it full, and what the offer does not serve is no matter of capacity', () => {
  given(opened, open, overridden(2, on(4)))
    .when(holdPlaces([[3, on(4)]]))
    .thenRejected('place-taken');
  const command = override(2, on(4)) as CommandOf<'OverrideCapacity'>;
  given(opened, open)
    .when({ ...command, data: { ...command.data, conditions: ['palliative'] } })
    .thenRejected('not-suitable');
});
test('the family then asks for what was held for it, and has it', () => {
  const request: ResourceCommand = {
    ...{ type: 'HoldPlace', data: holdPlace({ bookingId: booking(2), span: on(20), expiresAt }), ...asked, now },
  };
  given(opened, open, overridden(2, on(20)))
    .when(request)
    .then();
});

test('and is told what the offer does not serve, of which the provider said nothing when it made room', () => {
  const asks = (over: Partial<CommandOf<'HoldPlace'>['data']>): ResourceCommand => ({
    ...{
      type: 'HoldPlace',
      data: holdPlace({ bookingId: booking(2), span: on(20), expiresAt, ...over }),
      ...asked,
      now,
    },
  });
  const tubeFed = asks({ highRiskActs: ['tube-feeding'] });
  given(opened, open, overridden(2, on(20)))
    .when(tubeFed)
    .thenRejected('act-not-served');
  given(opened, open, overridden(2, on(20)))
    .when(asks({ conditions: ['palliative'] }))
    .thenRejected('not-suitable');
});

test('a step towards a stay is held under the stay’s own offer, at its own price', () => {
  const beds = { ...offerOf(publishBeds()), acclimatisation: [{ step: 'visit' as const, priceCents: 500 }] };
  const visit: ResourceCommand = {
    type: 'HoldPlace',
    data: { ...holdPlace({ span: on(4), expiresAt }), step: 'visit' },
    ...{ offer: beds, journeyKm: undefined, now },
  };
  const decision = resourceDecider.decide(visit, fold(resourceDecider, [opened, open]));
  expect(decision).toMatchObject({
    accepted: true,
    events: [{ data: { terms: { unit: 'visit', quantity: 100, priceCents: 500, ownPrice: true, step: 'visit' } } }],
  });
});
test('travel before and turnover after a booking are kept free, once between two of them', () => {
  const travelling: ResourceEvent = {
    type: 'ResourceOpened',
    data: { ...openResource({ bufferMinutes: 15, travelMinutes: 30 }), openedAt: now },
  };
  const next = (minutes: number) => {
    const from = at(new Date(msOf(on(4).until) + minutes * 60_000).toISOString());
    return { from, until: on(4, 7, 13).until };
  };
  given(travelling, open, held(1, on(4)))
    .when(holdPlaces([[2, next(30)]]))
    .thenRejected('place-taken');
  given(travelling, open, held(1, on(4)))
    .when(holdPlaces([[2, next(45)]]))
    .then(held(2, next(45)));
  // Also at a moment when the first is just over: who comes from there cannot be there sooner.
  const late = holdPlaces([[2, next(30)]]);
  const soon = { ...late, data: { ...late.data, expiresAt: next(20).from }, now: next(16).from };
  given(travelling, open, held(1, on(4)), taken(1))
    .when(soon)
    .thenRejected('place-taken');
});
