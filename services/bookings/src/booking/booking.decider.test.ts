import { DeliveryId, HelperId } from '@adempauze/contracts';
import { derivedId, type Instant } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { test } from '@jest/globals';
import { about, at, personIdOf, requestData, resourceIdOf } from '../examples.fixtures.ts';
import { type BookingCommand, bookingDecider } from './booking.decider.ts';
import type { BookingEvent } from './booking.events.ts';

const given = deciderSpec(bookingDecider);

const requestedAt = at('2027-05-01T08:00:00Z');
const confirmedAt = at('2027-05-01T08:05:00Z');
const begin = about.span.from;
const requested = (terms = {}): BookingEvent => ({
  type: 'BookingRequested',
  data: { ...requestData(terms), requestedAt },
});
const confirmed: BookingEvent = { type: 'BookingConfirmed', data: { ...about, confirmedAt } };
const onAcceptance = requested({ instant: false });
const answerBy = at('2027-05-03T08:05:00Z');
const acceptanceAsked: BookingEvent = { type: 'AcceptanceAsked', data: { ...about, answerBy, askedAt: confirmedAt } };
const forHelper = requested({ needsHelper: true });
const helperWanted: BookingEvent = {
  type: 'HelperWanted',
  data: { ...about, languages: ['nl'], answerBy: begin, wantedAt: confirmedAt },
};
const end = { ...about, resourceId: resourceIdOf('worker') };
const cancelled: BookingEvent = {
  type: 'BookingCancelled',
  data: { ...end, by: 'caregiver', cancelledAt: confirmedAt },
};
const expired: BookingEvent = {
  type: 'BookingExpired',
  data: { ...end, awaited: 'caregiver', expiredAt: at('2027-05-01T08:15:00Z') },
};
const declined: BookingEvent = {
  type: 'BookingDeclined',
  data: { ...end, reason: 'no-staff', declinedAt: confirmedAt },
};

const request: BookingCommand = { type: 'RequestBooking', data: requestData(), now: requestedAt };
const confirm = (now: Instant = confirmedAt, arranged = false): BookingCommand => ({
  type: 'ConfirmBooking',
  arranged,
  now,
});
const cancel = (now: Instant = confirmedAt): BookingCommand => ({ type: 'CancelBooking', by: 'caregiver', now });
const expire = (now: Instant): BookingCommand => ({ type: 'ExpireBooking', now });
const accept = (now: Instant = confirmedAt): BookingCommand => ({ type: 'AcceptBooking', now });
const placeTaken: BookingCommand = { type: 'ConfirmTakenPlace', now: confirmedAt };
const decline: BookingCommand = { type: 'DeclineBooking', reason: 'no-staff', now: confirmedAt };
const helperId = HelperId.parse(derivedId('helper'));
const match: BookingCommand = { type: 'MatchHelper', helperId, now: confirmedAt };
const closeSearch: BookingCommand = { type: 'CloseSearch', now: confirmedAt };
const deliveryId = DeliveryId.parse(derivedId('delivery'));
const deliver = (now: Instant = begin, quantity = 400, keepEffect = true): BookingCommand => ({
  type: 'RecordDelivery',
  data: { deliveryId, quantity, caregiverRested: 'yes' },
  keepEffect,
  now,
});

test('a request is held for its caregiver', () => given().when(request).then(requested()).twiceIsOnce());
test('the same id for another time is another request', () =>
  given(requested())
    .when({ ...request, data: { ...requestData(), span: { ...about.span, until: at('2027-05-03T16:00:00Z') } } })
    .thenRejected('already-exists'));
test('the same id with other words is another request', () =>
  given(requested())
    .when({ ...request, data: { ...requestData(), purpose: 'Slapen.' } })
    .thenRejected('already-exists'));
test('words that were forgotten are not compared', () => {
  given({ type: 'BookingRequested', data: { ...requestData(), requestedAt, purpose: { redacted: true } } })
    .when(request)
    .then();
});

test('a request that found no place is kept as demand, and stays refused', () => {
  const { quote: _quote, heldUntil: _heldUntil, purpose: _purpose, ...rest } = requestData();
  const data = { ...rest, reason: 'place-taken', facts: {} };
  const refused: BookingEvent = { type: 'BookingRefused', data: { ...data, refusedAt: requestedAt } };
  given().when({ type: 'RefuseRequest', data, now: requestedAt }).then(refused).twiceIsOnce();
  given(refused).when(request).then();
  given(refused).when(confirm()).thenRejected('booking-not-held');
  given(refused).when(cancel()).thenRejected('booking-ended');
});

test('an instant offer is confirmed in the same sitting, with no word of funding (R03)', () =>
  given(requested()).when(confirm()).then(confirmed).twiceIsOnce());
test('until the second at which the hold ends', () => {
  given(requested())
    .when(confirm(at('2027-05-01T08:14:59Z')))
    .then({ type: 'BookingConfirmed', data: { ...about, confirmedAt: at('2027-05-01T08:14:59Z') } });
  given(requested())
    .when(confirm(at('2027-05-01T08:15:00Z')))
    .thenRejected('hold-expired', { expiresAt: '2027-05-01T08:15:00.000Z' });
});
test('a place that was taken confirms, also when the hold would have ended meanwhile', () => {
  given(requested())
    .when({ ...placeTaken, now: at('2027-05-01T08:15:01Z') })
    .then({ type: 'BookingConfirmed', data: { ...about, confirmedAt: at('2027-05-01T08:15:01Z') } });
});
test('after it expired, confirming says why', () =>
  given(requested(), expired).when(confirm()).thenRejected('hold-expired'));
test('what was cancelled cannot be confirmed, not even by a place that was taken', () => {
  given(requested(), cancelled).when(confirm()).thenRejected('booking-not-held');
  given(requested(), cancelled).when(placeTaken).thenRejected('booking-not-held');
});
test('what is not there cannot be confirmed', () => given().when(confirm()).thenRejected('booking-not-found'));

test('an offer on acceptance asks the provider, who has two days', () =>
  given(onAcceptance).when(confirm()).then(acceptanceAsked).twiceIsOnce());
test('but never longer than until the care begins', () => {
  const now = at('2027-05-03T10:00:00Z');
  given({
    type: 'BookingRequested',
    data: { ...requestData({ instant: false }), requestedAt, heldUntil: at('2027-05-03T10:10:00Z') },
  })
    .when(confirm(now))
    .then({ type: 'AcceptanceAsked', data: { ...about, answerBy: begin, askedAt: now } });
});
test('the provider accepts without any payment title (R38)', () => {
  given(onAcceptance, acceptanceAsked).when(accept()).then(confirmed).twiceIsOnce();
  given(onAcceptance, acceptanceAsked).when(placeTaken).then(confirmed).twiceIsOnce();
});
test('not after the moment to answer, and not unasked', () => {
  given(onAcceptance, acceptanceAsked).when(accept(answerBy)).thenRejected('booking-not-awaiting-acceptance');
  given(onAcceptance).when(accept()).thenRejected('booking-not-awaiting-acceptance');
  given(forHelper, helperWanted).when(accept()).thenRejected('booking-not-awaiting-acceptance');
});
test('the provider declines once, and not what is confirmed', () => {
  given(onAcceptance, acceptanceAsked).when(decline).then(declined).twiceIsOnce();
  given(requested(), confirmed).when(decline).thenRejected('booking-not-awaiting-acceptance');
});

test('a form that needs a helper looks for one, seven days at most', () =>
  given(forHelper).when(confirm()).then(helperWanted).twiceIsOnce());
test('the helper who was found is known', () =>
  given(forHelper, helperWanted)
    .when(match)
    .then({ type: 'BookingConfirmed', data: { ...about, helperId, confirmedAt } })
    .twiceIsOnce());
test('a helper who is found too late changes nothing', () => {
  given(forHelper, helperWanted, cancelled).when(match).then();
});
test('nobody found is a no', () =>
  given(forHelper, helperWanted)
    .when(closeSearch)
    .then({ type: 'BookingDeclined', data: { ...end, reason: 'no-helper', declinedAt: confirmedAt } })
    .twiceIsOnce());

test('cancelling needs no reason and works until the care begins', () => {
  given(requested()).when(cancel()).then(cancelled).twiceIsOnce();
  given(requested(), confirmed).when(cancel()).then(cancelled).twiceIsOnce();
  given(onAcceptance, acceptanceAsked).when(cancel()).then(cancelled).twiceIsOnce();
  given(requested(), confirmed).when(cancel(begin)).thenRejected('booking-already-begun');
  given(onAcceptance, acceptanceAsked, declined).when(cancel()).thenRejected('booking-ended');
});
test('a booking of somebody who was forgotten says so', () => {
  const forgottenId = personIdOf('fatima-caregiver');
  given(requested(), confirmed)
    .when({ type: 'CancelBooking', by: 'operator', forgottenId, now: confirmedAt })
    .then({ type: 'BookingCancelled', data: { ...end, by: 'operator', forgottenId, cancelledAt: confirmedAt } })
    .twiceIsOnce();
});

test('whose turn has ended, the booking expires; not before, and not once confirmed', () => {
  const heldUntil = at('2027-05-01T08:15:00Z');
  given(requested()).when(expire(heldUntil)).then(expired).twiceIsOnce();
  given(requested()).when(expire(confirmedAt)).then();
  given(requested(), confirmed).when(expire(heldUntil)).then();
  given(onAcceptance, acceptanceAsked).when(expire(heldUntil)).then();
  given(onAcceptance, acceptanceAsked)
    .when(expire(answerBy))
    .then({ type: 'BookingExpired', data: { ...end, awaited: 'provider', expiredAt: answerBy } });
});

const delivered = (quantity: number, more = {}): BookingEvent => ({
  type: 'CareDelivered',
  data: {
    ...about,
    caregiverId: personIdOf('fatima-caregiver'),
    deliveryId,
    deliveredOn: '2027-05-03',
    unit: 'hour',
    quantity,
    unitPriceCents: 4000,
    bearer: 'guarantee',
    vat: 'exempt',
    ownCostCents: 0,
    effect: { caregiverRested: 'yes', recipientAtEase: undefined },
    recordedAt: begin,
    ...more,
  } as Extract<BookingEvent, { type: 'CareDelivered' }>['data'],
});
test('care is recorded once it has begun, at the price of the request, never more than was booked', () => {
  given(requested(), confirmed).when(deliver()).then(delivered(400)).twiceIsOnce();
  given(requested(), confirmed).when(deliver(begin, 25)).then(delivered(25));
  given(requested(), confirmed)
    .when(deliver(at('2027-05-03T10:59:59Z')))
    .thenRejected('care-not-begun');
  given(requested(), confirmed).when(deliver(begin, 401)).thenRejected('delivered-more-than-booked');
  given(requested()).when(deliver()).thenRejected('booking-not-confirmed');
  given(requested(), confirmed, delivered(400)).when(deliver(begin, 300)).thenRejected('already-exists');
  given(requested(), confirmed, delivered(400)).when(cancel()).thenRejected('booking-ended');
});

const optional = requested({ accompaniment: 'optional' });
const join = (caregiverJoins: boolean, now: Instant = confirmedAt): BookingCommand => ({
  type: 'SetCaregiverJoins',
  caregiverJoins,
  now,
});
const joined: BookingEvent = {
  type: 'AccompanimentChanged',
  data: { ...about, caregiverJoins: true, changedAt: confirmedAt },
};
test('the caregiver says that they come along, and that they do not after all (R24)', () => {
  given(optional, confirmed).when(join(true)).then(joined);
  given(optional, joined).when(join(true)).then();
  given(optional, joined)
    .when(join(false))
    .then({ type: 'AccompanimentChanged', data: { ...about, caregiverJoins: false, changedAt: confirmedAt } });
  given(optional).when(join(false)).then();
});
test('until it begins, and where the offer is for that', () => {
  given(optional, confirmed).when(join(true, begin)).thenRejected('booking-already-begun');
  given(optional, cancelled).when(join(true)).thenRejected('booking-ended');
  given(requested(), confirmed).when(join(true)).thenRejected('caregiver-cannot-join');
  given(requested({ accompaniment: 'always' }))
    .when(join(false))
    .thenRejected('caregiver-must-join');
  given(requested({ accompaniment: 'always' }))
    .when(join(true))
    .then();
});
test('the same request with and without the caregiver is not the same', () => {
  const asked = (caregiverJoins: boolean): BookingCommand => ({
    ...request,
    data: { ...requestData({ accompaniment: 'optional' }), caregiverJoins },
  });
  given(optional).when(asked(false)).then();
  given(optional).when(asked(true)).thenRejected('already-exists');
  given(optional, joined).when(asked(false)).then();
});
