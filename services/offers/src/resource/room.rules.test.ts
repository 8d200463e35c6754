import { AvailabilityRule, DayRange, OfferId, Terms } from '@adempauze/contracts';
import { derivedId, fold } from '@adempauze/kernel';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  booking,
  holdPlace,
  now,
  offerId,
  openResource,
  providerId,
  publishTimes,
  resourceId,
  span,
} from '../examples.fixtures.ts';
import { meltSpans, subtractSpans } from './calendar.rules.ts';
import type { ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';
import { addedTo } from './room.rules.ts';

/* Where a decision brings room, it says so, and for which offers; where it brings none it says nothing. */

const other = OfferId.parse(derivedId('offer', 'other'));
const tuesday = span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z');
const saturday = span('2027-05-08T07:00:00Z', '2027-05-08T15:00:00Z');
const opened = (over: Parameters<typeof openResource>[0] = {}): ResourceEvent => ({
  type: 'ResourceOpened',
  data: { ...openResource(over), openedAt: now },
});
const published = (...spans: (typeof tuesday)[]): ResourceEvent => ({
  type: 'TimesPublished',
  data: { ...publishTimes(...spans), publishedAt: now },
});
const { conditions: _, highRiskActs: __, at: ___, ...place } = holdPlace();
const terms = Terms.parse({
  ...{ offerId, providerId, form: 'F01', unit: 'hour', quantity: 350, unitPriceCents: 2300, priceCents: 8050 },
  ...{ vat: 'exempt', bearer: 'guarantee', instant: true, needsHelper: false, providerMunicipality: '0603' },
});
const held: ResourceEvent = { type: 'PlaceHeld', data: { ...place, terms, heldAt: now } };

/** What a command adds to a history, and what is told of room. */
const roomAfter = (history: readonly ResourceEvent[], command: ResourceCommand) => {
  const decision = resourceDecider.decide(command, fold(resourceDecider, history));
  if (!decision.accepted) throw new Error(decision.rejection.code);
  return decision.events.flatMap(({ type, data }) => ('room' in data && data.room ? [{ type, room: data.room }] : []));
};

describe('room comes', () => {
  test('with times that were not there, from the first to the last', () => {
    const command = { type: 'PublishTimes', data: publishTimes(tuesday, saturday), now } as const;
    expect(roomAfter([opened()], command)).toEqual([
      { type: 'TimesPublished', room: { offerIds: [offerId], span: { from: tuesday.from, until: saturday.until } } },
    ]);
    expect(roomAfter([opened(), published(tuesday)], command)).toEqual([
      { type: 'TimesPublished', room: { offerIds: [offerId], span: saturday } },
    ]);
  });
  test('with more places, where it is open', () => {
    const more = { type: 'SetCapacity', data: { resourceId, capacity: 2 }, now } as const;
    expect(roomAfter([opened()], more)).toEqual([]);
    expect(roomAfter([opened(), published(tuesday)], more)).toMatchObject([{ room: { span: tuesday } }]);
    const hour = span('2027-05-04T08:00:00Z', '2027-05-04T09:00:00Z');
    const briefly = { ...more, data: { ...more.data, span: hour } } as const;
    expect(roomAfter([opened(), published(tuesday)], briefly)).toMatchObject([{ room: { span: hour } }]);
    const fewer = { ...more, data: { resourceId, capacity: 1 } } as const;
    expect(roomAfter([opened({ capacity: 2 }), published(tuesday)], fewer)).toEqual([]);
  });
  test('with closed days that are opened again', () => {
    const rules: ResourceCommand = {
      type: 'SetAvailability',
      data: {
        ...{ resourceId, exceptDays: [], holidays: 'open', aheadDays: 7 },
        rules: [
          AvailabilityRule.parse({ kind: 'weekly', weekday: 2, from: '09:00', until: '17:00', startsOn: '2027-05-03' }),
        ],
      },
      now,
    };
    const days = DayRange.parse({ from: '2027-05-04', until: '2027-05-05' });
    const history: ResourceEvent[] = [opened()];
    const add = (command: ResourceCommand) => {
      const decision = resourceDecider.decide(command, fold(resourceDecider, history));
      if (decision.accepted) history.push(...decision.events);
    };
    add(rules);
    add({ type: 'CloseDays', data: { resourceId, days }, now });
    expect(roomAfter(history, { type: 'ReopenDays', data: { resourceId, days }, now })).toMatchObject([
      { type: 'TimesPublished', room: { span: tuesday } },
    ]);
  });
  test('with another calendar that says less, and not when it says the same or more', () => {
    const busy = span('2027-05-04T08:00:00Z', '2027-05-04T09:00:00Z');
    const read = (...spans: (typeof busy)[]): ResourceCommand => ({
      ...{ type: 'ReadCalendar', data: { resourceId, busy: spans }, now: at('2027-05-03T12:00:00Z') },
    });
    const history: ResourceEvent[] = [
      ...[opened(), published(tuesday)],
      { type: 'CalendarRead', data: { resourceId, busy: [busy], readAt: now } },
    ];
    expect(roomAfter(history, read())).toMatchObject([{ type: 'CalendarRead', room: { span: busy } }]);
    expect(roomAfter(history, read(busy))).toEqual([]);
    expect(roomAfter(history, read(busy, tuesday))).toEqual([]);
  });
  test('for the other offers of a resource, when a booking of one of them goes', () => {
    const release: ResourceCommand = {
      ...{ type: 'ReleasePlace', data: { resourceId, bookingId: booking(1), reason: 'cancelled' }, now },
    };
    const shared = [opened({ offerIds: [offerId, other] }), published(tuesday), held];
    expect(roomAfter(shared, release)).toEqual([
      { type: 'PlaceReleased', room: { offerIds: [other], span: place.span } },
    ]);
    // Of its own offer the booking tells by itself.
    expect(roomAfter([opened(), published(tuesday), held], release)).toEqual([]);
    const passed = at('2027-05-03T09:00:00Z');
    const expire: ResourceCommand = {
      ...{ type: 'ExpireHold', data: { resourceId, bookingId: booking(1) }, now: passed },
    };
    expect(roomAfter(shared, expire)).toMatchObject([{ type: 'HoldExpired', room: { offerIds: [other] } }]);
  });
});

test('what was added is what taking away the earlier times leaves', () => {
  const spans = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 12 })
    .map((all) =>
      meltSpans(
        [],
        all.map(([fromMs, lengthMs]) => ({ fromMs, untilMs: fromMs + lengthMs })),
      ),
    );
  fc.assert(
    fc.property(spans, spans, (earlier, later) => {
      expect(meltSpans([], addedTo(earlier, later))).toEqual(meltSpans([], subtractSpans(later, earlier)));
    }),
    { numRuns: 1000 },
  );
});
