import { integrationEvents } from '@adempauze/contracts';
import type { JsonObject, SourceEvent } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import {
  booking,
  holdPlace,
  now,
  offerId,
  openResource,
  providerId,
  publishOffer,
  publishTimes,
  registerProvider,
  resourceId,
} from '../examples.fixtures.ts';
import { factsOf } from '../offer/facts.rules.ts';
import { OfferEvent } from '../offer/offer.events.ts';
import { ProviderEvent } from '../provider/provider.events.ts';
import { ResourceEvent } from '../resource/resource.events.ts';
import type { StoredEvent } from '../stored-event.ts';
import { offersPublication } from './publication.ts';

const { conditions: _, highRiskActs: __, at: ___, ...hold } = holdPlace();
const place = { resourceId, bookingId: booking(1) };
const { tariff } = publishOffer();
const days = { from: '2027-05-10', until: '2027-05-12' };
const workerId = derivedId('worker');
const terms = {
  ...{ offerId, providerId, form: 'F01', unit: 'hour', quantity: 350, unitPriceCents: 2300, priceCents: 8050 },
  ...{ vat: 'exempt', bearer: 'guarantee', instant: true, needsHelper: false, providerMunicipality: '0603' },
};

/** Every event of ours, and what others hear of it. */
const cases: Record<StoredEvent['type'], { data: object; heard: [type: string, subject: string] | undefined }> = {
  ProviderRegistered: {
    data: { ...registerProvider(), registeredAt: now },
    heard: ['offers.provider-registered.v1', providerId],
  },
  OfferPublished: { data: { ...publishOffer(), publishedAt: now }, heard: ['offers.offer-published.v1', offerId] },
  OfferChanged: { data: { offerId, facts: factsOf(publishOffer()), changedAt: now }, heard: undefined },
  PayerTariffChanged: { data: { offerId, tariff: { ...tariff, payer: 'insurer' }, changedAt: now }, heard: undefined },
  OfferConfirmed: { data: { offerId, confirmedAt: now }, heard: undefined },
  OfferWentStale: { data: { offerId, providerId, wentStaleAt: now }, heard: ['offers.offer-went-stale.v1', offerId] },
  TariffChanged: { data: { offerId, tariff, changedAt: now }, heard: ['offers.tariff-changed.v1', offerId] },
  OfferWithdrawn: { data: { offerId, withdrawnAt: now }, heard: ['offers.offer-withdrawn.v1', offerId] },
  ResourceOpened: { data: { ...openResource(), openedAt: now }, heard: undefined },
  TimesPublished: { data: { ...publishTimes(hold.span), publishedAt: now }, heard: undefined },
  TimesWithdrawn: { data: { ...publishTimes(hold.span), withdrawnAt: now }, heard: undefined },
  CapacityChanged: { data: { resourceId, capacity: 2, span: hold.span, changedAt: now }, heard: undefined },
  AvailabilitySet: {
    data: {
      ...{ resourceId, rules: [], exceptDays: [], holidays: 'open', aheadDays: 30 },
      ...{ expandedUntil: '2027-06-02', setAt: now },
    },
    heard: undefined,
  },
  HorizonExtended: { data: { resourceId, expandedUntil: '2027-06-09', extendedAt: now }, heard: undefined },
  DaysClosed: { data: { resourceId, days, closedAt: now }, heard: undefined },
  DaysReopened: { data: { resourceId, days, reopenedAt: now }, heard: undefined },
  CalendarRead: { data: { resourceId, busy: [hold.span], readAt: now }, heard: undefined },
  WorkerRostered: { data: { resourceId, workerId, span: hold.span, rosteredAt: now }, heard: undefined },
  WorkerUnrostered: { data: { resourceId, workerId, span: hold.span, unrosteredAt: now }, heard: undefined },
  CapacityOverridden: {
    data: { ...hold, terms, heldAt: now, reason: 'palliative' },
    heard: ['offers.place-held.v1', resourceId],
  },
  PlaceMoved: {
    data: { ...place, offerId, span: hold.span, terms, movedAt: now },
    heard: ['offers.place-moved.v1', resourceId],
  },
  PlaceHeld: { data: { ...hold, terms, heldAt: now }, heard: ['offers.place-held.v1', resourceId] },
  HoldExtended: { data: { ...place, expiresAt: now, extendedAt: now }, heard: undefined },
  PlaceTaken: { data: { ...place, takenAt: now }, heard: ['offers.place-taken.v1', resourceId] },
  PlaceReleased: {
    data: { ...place, reason: 'declined', releasedAt: now },
    heard: ['offers.place-released.v1', resourceId],
  },
  HoldExpired: { data: { ...place, expiredAt: now }, heard: ['offers.place-released.v1', resourceId] },
};

const schemas: Record<string, (typeof integrationEvents)[keyof typeof integrationEvents]> = integrationEvents;

test.each(Object.entries(cases))('%s', (type, { data, heard }) => {
  const schema = [ProviderEvent, OfferEvent, ResourceEvent].flatMap((it) => [...it.options]);
  schema.find((it) => it.shape.type.value === type)?.shape.data.parse(data);
  const event: SourceEvent = {
    ...{ id: derivedId(type), type, stream: 'x-1', revision: 0, position: '1', metadata: { v: 1, at: now } },
    data: data as JsonObject,
  };
  const draft = offersPublication.publish(event);
  if (heard === undefined) return expect(draft).toBeUndefined();
  expect(draft).toMatchObject({ type: heard[0], subject: heard[1] });
  if (draft === undefined || !('data' in draft)) throw new Error('One draft was expected.');
  expect(schemas[draft.type]?.parse(draft.data)).toEqual(draft.data);
});

test('a hold that passed is heard of as a place that expired; events of others are left alone', () => {
  const event = { id: '1', stream: 'x-1', revision: 0, position: '1', metadata: { v: 1, at: now } };
  const expired = { ...event, type: 'HoldExpired', data: { ...place, expiredAt: now } };
  expect(offersPublication.publish(expired)).toMatchObject({ data: { ...place, reason: 'expired' } });
  expect(offersPublication.publish({ ...event, type: 'BookingConfirmed', data: {} })).toBeUndefined();
});

test('more room than before is heard of by its own name, beside what else is heard', () => {
  const event = { id: '1', stream: 'x-1', revision: 0, position: '1', metadata: { v: 1, at: now } };
  const room = { offerIds: [offerId], span: hold.span };
  const heard = (type: string, data: object) => {
    const drafts = offersPublication.publish({ ...event, type, data: { ...data, room } as JsonObject });
    return (Array.isArray(drafts) ? drafts : [drafts]).map((it) => {
      if (it.type === 'offers.room-came.v1')
        expect(integrationEvents['offers.room-came.v1'].parse(it.data)).toEqual(it.data);
      return [it.type, it.subject, it.data.cause];
    });
  };
  const came = (cause: string) => ['offers.room-came.v1', resourceId, cause];
  expect(heard('TimesPublished', { ...publishTimes(hold.span), publishedAt: now })).toEqual([came('times')]);
  expect(heard('CapacityChanged', { resourceId, capacity: 2, changedAt: now })).toEqual([came('capacity')]);
  expect(heard('CalendarRead', { resourceId, busy: [], readAt: now })).toEqual([came('calendar')]);
  expect(heard('PlaceReleased', { ...place, reason: 'declined', releasedAt: now })).toEqual([
    ['offers.place-released.v1', resourceId, undefined],
    came('other-offer'),
  ]);
});

test('that an offer may suit more is heard of, beside what else is heard, and never in what', () => {
  const event = { id: '1', stream: 'x-1', revision: 0, position: '1', metadata: { v: 1, at: now } };
  const heard = (type: string, data: object) => {
    const drafts = offersPublication.publish({
      ...event,
      type,
      data: { ...data, wider: { form: 'F01' } } as JsonObject,
    });
    return (Array.isArray(drafts) ? drafts : [drafts]).map((it) => [it.type, it.subject, it.data]);
  };
  const widened = ['offers.offer-widened.v1', offerId, { offerId, form: 'F01' }];
  const facts = { ...factsOf(publishOffer()), exclusions: ['wandering'] };
  expect(heard('OfferChanged', { offerId, facts, changedAt: now })).toEqual([widened]);
  expect(heard('OfferConfirmed', { offerId, confirmedAt: now })).toEqual([widened]);
  expect(heard('TariffChanged', { offerId, tariff, changedAt: now })).toEqual([
    ['offers.tariff-changed.v1', offerId, { offerId, tariff }],
    widened,
  ]);
});
