import { fold, instantFromMs, msOf } from '@adempauze/kernel';
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
  providerId,
  publishOffer,
  publishTimes,
  resourceId,
  span,
} from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { termsFor } from '../offer/terms.rules.ts';
import type { ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import type { ResourceEvent } from './resource.events.ts';

const given = deciderSpec(resourceDecider);

const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } }]);
if (offer === undefined) throw new Error('The example is an offer.');

const opened = (over: Parameters<typeof openResource>[0] = {}): ResourceEvent => ({
  type: 'ResourceOpened',
  data: { ...openResource(over), openedAt: now },
});
const tuesday = span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z');
const timesPublished: ResourceEvent = {
  type: 'TimesPublished',
  data: { ...publishTimes(tuesday), publishedAt: now, room: { offerIds: [offerId], span: tuesday } },
};
const open = [opened(), timesPublished] as const;

const hold = (
  over: Parameters<typeof holdPlace>[0] = {},
  when = now,
  of: Offer | undefined = offer,
): ResourceCommand => ({
  type: 'HoldPlace',
  data: holdPlace(over),
  offer: of,
  journeyKm: 3,
  now: when,
});
const held = (over: Parameters<typeof holdPlace>[0] = {}, heldAt = now): ResourceEvent => {
  const { conditions, highRiskActs, at: _, ...data } = holdPlace(over);
  const asked = { fromMs: msOf(data.span.from), untilMs: msOf(data.span.until) };
  const answer = termsFor(offer, { span: asked, conditions, highRiskActs, journeyKm: 3 }, msOf(now));
  if (!answer.accepted) throw new Error(answer.rejection.code);
  return { type: 'PlaceHeld', data: { ...data, terms: answer.terms, heldAt } };
};
const place = { resourceId, bookingId: booking(1) };
const take = (number: number, when = now): ResourceCommand => ({
  type: 'TakePlace',
  data: { resourceId, bookingId: booking(number) },
  now: when,
});
const taken: ResourceEvent = { type: 'PlaceTaken', data: { ...place, takenAt: now } };
const release: ResourceCommand = { type: 'ReleasePlace', data: { ...place, reason: 'cancelled' }, now };
const released: ResourceEvent = { type: 'PlaceReleased', data: { ...place, reason: 'cancelled', releasedAt: now } };
const expire = (when = now): ResourceCommand => ({ type: 'ExpireHold', data: place, now: when });
const passed = at('2027-05-03T08:15:00Z');
const expired: ResourceEvent = { type: 'HoldExpired', data: { ...place, expiredAt: passed } };
const extend = (expiresAt: string, when = now): ResourceCommand => ({
  type: 'ExtendHold',
  data: { ...place, expiresAt: at(expiresAt) },
  now: when,
});

test('a resource is opened once, for offers of its provider', () => {
  const offers = [{ offerId, needsHelper: false }];
  const command = { type: 'OpenResource', data: openResource(), offers, now } as const;
  given().when(command).then(opened()).twiceIsOnce();
  given(opened())
    .when({ ...command, data: openResource({ capacity: 2 }) })
    .thenRejected('already-exists');
  given()
    .when({ ...command, offers: [] })
    .thenRejected('offer-not-found');
  given()
    .when({ ...command, offers: [{ offerId, needsHelper: true }] })
    .thenRejected('helper-offer-has-no-places');
});

test('times are published and taken back, each once', () => {
  const publish = { type: 'PublishTimes', data: publishTimes(tuesday), now } as const;
  given(opened()).when(publish).then(timesPublished).twiceIsOnce();
  const part = publishTimes(span('2027-05-04T08:00:00Z', '2027-05-04T09:00:00Z'));
  given(...open)
    .when({ ...publish, data: part })
    .then();
  given().when(publish).thenRejected('resource-not-found');
  const withdraw = { type: 'WithdrawTimes', data: part, now } as const;
  given(...open)
    .when(withdraw)
    .then({ type: 'TimesWithdrawn', data: { ...part, withdrawnAt: now } })
    .twiceIsOnce();
});
test('times that are over cannot be published; among others they are left out', () => {
  const past = span('2027-05-02T07:00:00Z', '2027-05-02T15:00:00Z');
  const publish = { type: 'PublishTimes', data: publishTimes(past), now } as const;
  given(opened()).when(publish).thenRejected('time-in-the-past');
  given(opened())
    .when({ ...publish, data: publishTimes(past, tuesday) })
    .then(timesPublished);
});

test('a place is held, with the terms frozen', () => {
  given(...open)
    .when(hold())
    .then(held())
    .twiceIsOnce();
});
test('who asks again for the same place has it until the later moment; when it was taken nothing changes', () => {
  const expiresAt = at('2027-05-03T09:00:00Z');
  given(...open, held())
    .when(hold({ expiresAt }))
    .then({ type: 'HoldExtended', data: { ...place, expiresAt, extendedAt: now } })
    .twiceIsOnce();
  given(...open, held())
    .when(hold({ expiresAt: at('2027-05-03T08:05:00Z') }))
    .then();
  given(...open, held(), taken)
    .when(hold())
    .then();
  given(...open, held(), taken)
    .when(hold({}, at('2027-05-04T09:00:00Z')))
    .then();
});
test('a booking has one place', () => {
  const other = span('2027-05-04T11:00:00Z', '2027-05-04T13:00:00Z');
  given(...open, held())
    .when(hold({ span: other }))
    .thenRejected('already-exists');
});
test('two bookings never have the same place', () => {
  given(...open, held())
    .when(hold({ bookingId: booking(2) }))
    .thenRejected('place-taken');
  given(...open, held(), taken)
    .when(hold({ bookingId: booking(2) }))
    .thenRejected('place-taken');
});
test('but one after the other, and at once when it is freed', () => {
  const next = { bookingId: booking(2), span: span('2027-05-04T10:30:00Z', '2027-05-04T11:30:00Z') };
  given(...open, held())
    .when(hold(next))
    .then(held(next));
  given(...open, held(), released)
    .when(hold({ bookingId: booking(2) }))
    .then(held({ bookingId: booking(2) }));
});
test('the buffer after a booking is kept free, before the next one too', () => {
  const buffered = [opened({ bufferMinutes: 30 }), timesPublished, held()];
  const soon = { bookingId: booking(2), span: span('2027-05-04T10:45:00Z', '2027-05-04T11:45:00Z') };
  given(...buffered)
    .when(hold(soon))
    .thenRejected('place-taken');
  const later = { bookingId: booking(2), span: span('2027-05-04T11:00:00Z', '2027-05-04T12:00:00Z') };
  given(...buffered)
    .when(hold(later))
    .then(held(later));
  const first = { bookingId: booking(3), span: span('2027-05-04T12:15:00Z', '2027-05-04T13:15:00Z') };
  const before = { bookingId: booking(2), span: span('2027-05-04T11:00:00Z', '2027-05-04T12:00:00Z') };
  given(opened({ bufferMinutes: 30 }), timesPublished, held(first))
    .when(hold(before))
    .thenRejected('place-taken');
});
test('as many as there are places', () => {
  const beds = [opened({ capacity: 2 }), timesPublished, held()];
  given(...beds)
    .when(hold({ bookingId: booking(2) }))
    .then(held({ bookingId: booking(2) }));
  given(...beds, held({ bookingId: booking(2) }))
    .when(hold({ bookingId: booking(3) }))
    .thenRejected('place-taken');
});
test('only times that are offered, for offers of this resource', () => {
  const early = span('2027-05-04T06:45:00Z', '2027-05-04T08:00:00Z');
  given(...open)
    .when(hold({ span: early }))
    .thenRejected('time-not-offered');
  given(opened({ offerIds: [openResource().resourceId as never] }), timesPublished)
    .when(hold())
    .thenRejected('time-not-offered');
  given(...open)
    .when({ ...hold(), offer: undefined } as ResourceCommand)
    .thenRejected('offer-not-found');
  given(...open)
    .when(hold({}, now, { ...offer, needsHelper: true }))
    .thenRejected('helper-offer-has-no-places');
  given(...open)
    .when(hold({}, now, { ...offer, status: 'withdrawn' }))
    .thenRejected('offer-withdrawn');
  given(...open)
    .when(hold({ conditions: ['palliative'] }))
    .thenRejected('not-suitable');
  given(...open)
    .when(hold({ expiresAt: now }))
    .thenRejected('hold-expired');
  given().when(hold()).thenRejected('resource-not-found');
});
test('withdrawn times leave what is held in them', () => {
  const withdrawn: ResourceEvent = { type: 'TimesWithdrawn', data: { ...publishTimes(tuesday), withdrawnAt: now } };
  given(...open, held(), withdrawn)
    .when(take(1))
    .then(taken);
  given(...open, withdrawn)
    .when(hold())
    .thenRejected('time-not-offered');
});

test('a hold becomes a place taken, once', () => {
  given(...open, held())
    .when(take(1))
    .then(taken)
    .twiceIsOnce();
  given(...open)
    .when(take(1))
    .thenRejected('hold-not-found');
});
test('until the moment at which it passes, and not then', () => {
  const last = at('2027-05-03T08:14:59.999Z');
  given(...open, held())
    .when(take(1, last))
    .then({ type: 'PlaceTaken', data: { ...place, takenAt: last } });
  given(...open, held())
    .when(take(1, passed))
    .thenRejected('hold-expired', { expiresAt: passed });
});
test('a hold that has passed is free for others before anybody recorded it', () => {
  const second = { bookingId: booking(2), expiresAt: at('2027-05-03T08:30:00Z') };
  given(...open, held())
    .when(hold(second, passed))
    .then(held(second, passed));
  given(...open, held(), held(second, passed))
    .when(take(1, passed))
    .thenRejected('hold-expired');
});
test('a clock that goes back does not revive a hold', () => {
  const second = { bookingId: booking(2), expiresAt: at('2027-05-03T08:30:00Z') };
  given(...open, held(), held(second, passed))
    .when(take(1, now))
    .thenRejected('hold-expired');
});
test('who comes back for a hold that has passed gets it again, when it is free', () => {
  const again = { expiresAt: at('2027-05-03T08:45:00Z') };
  given(...open, held())
    .when(hold(again, passed))
    .then(held(again, passed))
    .twiceIsOnce();
});

test('a hold is kept longer, never shorter', () => {
  const longer = '2027-05-03T12:00:00Z';
  given(...open, held())
    .when(extend(longer))
    .then({ type: 'HoldExtended', data: { ...place, expiresAt: at(longer), extendedAt: now } })
    .twiceIsOnce();
  given(...open, held())
    .when(extend('2027-05-03T08:10:00Z'))
    .then();
  given(...open, held(), taken)
    .when(extend(longer))
    .then();
  given(...open)
    .when(extend(longer))
    .thenRejected('hold-not-found');
  given(...open, held())
    .when(extend(longer, passed))
    .thenRejected('hold-expired');
});
test('a place is freed once; one that was not there is as good as freed', () => {
  given(...open, held())
    .when(release)
    .then(released)
    .twiceIsOnce();
  given(...open, held(), taken)
    .when(release)
    .then(released)
    .twiceIsOnce();
  given(...open)
    .when(release)
    .then();
  given().when(release).then();
});
test('the end of a hold is recorded once it has passed', () => {
  given(...open, held())
    .when(expire(passed))
    .then(expired)
    .twiceIsOnce();
  given(...open, held())
    .when(expire(at('2027-05-03T08:14:59.999Z')))
    .then();
  given(...open, held(), taken)
    .when(expire(passed))
    .then();
});

test('what is over is let go of, a hold not before its end is recorded', () => {
  const afterwards = at('2027-05-05T08:00:00Z');
  const later: ResourceEvent = {
    type: 'TimesPublished',
    data: { ...publishTimes(span('2027-06-01T07:00:00Z', '2027-06-01T15:00:00Z')), publishedAt: afterwards },
  };
  const state = fold(resourceDecider, [...open, held(), taken, later]);
  expect(state?.occupations).toEqual([]);
  expect(state?.openings.map(({ fromMs }) => instantFromMs(fromMs))).toEqual(['2027-06-01T07:00:00.000Z']);
  given(...open, held(), later)
    .when(expire(afterwards))
    .then({ type: 'HoldExpired', data: { ...place, expiredAt: afterwards } });
});
test('the ids of the example are those of the state', () => {
  expect(fold(resourceDecider, [...open, held()])).toMatchObject({
    resourceId,
    providerId,
    occupations: [{ householdId }],
  });
});
