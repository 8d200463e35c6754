import { DeliveryId, HelperId, integrationEvents } from '@adempauze/contracts';
import { type JsonObject, type SourceEvent, withPlaces } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import type { BookingEvent } from '../booking/booking.events.ts';
import { about, at, personIdOf, requestData, resourceIdOf } from '../examples.fixtures.ts';
import { bookingsPublication } from './publication.ts';

const moment = at('2027-05-01T08:05:00Z');
const sealed = { $sealed: 'person.abc' };
const publish = (type: BookingEvent['type'] | 'PersonForgotten' | 'HouseholdRegistered', data: object) => {
  const stored = withPlaces(JSON.parse(JSON.stringify(data)) as JsonObject, 'booking-1', 'e');
  const event: SourceEvent = {
    ...{ id: 'e', type, data: stored, stream: 'booking-1', revision: 0, position: '1' },
    metadata: { v: 1, at: moment },
  };
  const drafts = [bookingsPublication.publish(event) ?? []].flat();
  for (const draft of drafts) {
    const schema = Object.entries(integrationEvents).find(([name]) => name === draft.type)?.[1];
    expect(schema?.safeParse(draft.data)).toMatchObject({ success: true });
    expect(JSON.stringify(draft)).not.toContain('sealed');
    expect(draft.data).not.toHaveProperty('homeMunicipality');
  }
  return drafts.map(({ type }) => type);
};

const { purpose: _purpose, quote, heldUntil, ...request } = requestData();
const end = { ...about, resourceId: resourceIdOf('worker') };
const helperId = HelperId.parse(derivedId('helper'));

test('every event that others may know becomes one public event, without a word of a person', () => {
  expect([
    publish('BookingRequested', { ...request, purpose: sealed, quote, heldUntil, requestedAt: moment }),
    publish('BookingRefused', { ...request, reason: 'place-taken', facts: {}, refusedAt: moment }),
    publish('HelperWanted', { ...about, languages: ['nl'], answerBy: moment, wantedAt: moment }),
    publish('BookingConfirmed', { ...about, helperId, confirmedAt: moment }),
    publish('BookingDeclined', { ...end, reason: 'no-helper', declinedAt: moment }),
    publish('BookingExpired', { ...end, awaited: 'helper', expiredAt: moment }),
    publish('BookingCancelled', { ...end, by: 'operator', forgottenId: personIdOf('a'), cancelledAt: moment }),
    publish('CareDelivered', {
      ...{ ...about, caregiverId: personIdOf('a'), deliveryId: DeliveryId.parse(derivedId('delivery')) },
      ...{ deliveredOn: '2027-05-03', unit: 'hour', quantity: 400, unitPriceCents: 4000, bearer: 'own' },
      ...{ vat: 'exempt', ownCostCents: 16_000, helperId, effect: sealed, recordedAt: moment },
    }),
    publish('PersonForgotten', { personId: personIdOf('a'), forgottenAt: moment }),
    publish('HouseholdRegistered', {
      householdId: about.householdId,
      caregiver: { personId: personIdOf('a'), municipality: '0503', profile: sealed },
      recipient: { personId: personIdOf('b'), municipality: '0603', profile: sealed },
      ...{ languages: ['nl'], contactPerson: { name: sealed }, mandates: [] },
    }),
    publish('BookingMoved', {
      ...{ ...about, movedFrom: about.span, placeOfService: 'recipient-home', movedAt: moment },
    }),
    publish('CareNotGiven', { ...end, reason: 'unknown', recordedAt: moment }),
    publish('AcceptanceAsked', { ...about, answerBy: moment, askedAt: moment }),
  ]).toEqual([
    ['bookings.booking-requested.v1'],
    ['bookings.booking-refused.v1'],
    ['bookings.helper-wanted.v1'],
    ['bookings.booking-confirmed.v1'],
    ['bookings.booking-declined.v1'],
    ['bookings.booking-expired.v1'],
    ['bookings.booking-cancelled.v1'],
    ['bookings.care-delivered.v1'],
    ['bookings.person-forgotten.v1'],
    ['bookings.household-registered.v1'],
    ['bookings.booking-moved.v1'],
    ['bookings.care-not-given.v1'],
    [],
  ]);
});
