import type { IntegrationEventOf, RoomCause } from '@adempauze/contracts';
import type { Draft, Publication } from '@adempauze/event-bus';
import { isStoredEvent, type StoredEvent } from '../stored-event.ts';

/**
 * What others hear of `offers`; nothing else leaves it. Events about places are keyed by the resource, so that who
 * was first stays first. Times that open and close, holds that are extended, and what changes about an offer stay at home:
 * search knows them; only that there is more room somewhere than before, or that an offer may suit more, is told, for who waits.
 */
export const offersPublication: Publication = {
  service: 'offers',
  categories: ['provider', 'offer', 'resource'],
  publish: (event) => (isStoredEvent(event) ? draftOf(event) : undefined),
};

const draftOf = (event: StoredEvent): Draft | readonly Draft[] | undefined => {
  const news = newsOf(event);
  const more = roomOf(event) ?? widerOf(event);
  return news === undefined || more === undefined ? (news ?? more) : [news, more];
};

/** It may suit more than it did: that, and not in what, since whom it does not take in is nobody's business. */
const widerOf = ({ data }: StoredEvent): Draft | undefined => {
  if (!('wider' in data) || data.wider === undefined) return undefined;
  const { offerId, wider } = data;
  return draft(offerId, { type: 'offers.offer-widened.v1', data: { offerId, form: wider.form } });
};

/** More room than before, where the event says so. */
const roomOf = (event: StoredEvent): Draft | undefined => {
  const cause = causeOf(event.type);
  if (cause === undefined || !('room' in event.data) || event.data.room === undefined) return undefined;
  const { resourceId, room } = event.data;
  return draft(resourceId, { type: 'offers.room-came.v1', data: { resourceId, ...room, cause } });
};
const causeOf = (type: StoredEvent['type']): RoomCause | undefined => {
  switch (type) {
    case 'TimesPublished':
      return 'times';
    case 'CapacityChanged':
      return 'capacity';
    case 'CalendarRead':
      return 'calendar';
    case 'PlaceMoved':
    case 'PlaceReleased':
    case 'HoldExpired':
      return 'other-offer';
    default:
      return undefined;
  }
};

const newsOf = (event: StoredEvent): Draft | undefined => {
  switch (event.type) {
    case 'ProviderRegistered': {
      const { providerId, kind, place } = event.data;
      const data = { providerId, kind, municipality: place.municipality };
      return draft(providerId, { type: 'offers.provider-registered.v1', data });
    }
    case 'OfferPublished': {
      const { offerId, providerId, form, unit, bearer, needsHelper, place, tariff } = event.data;
      const data = { offerId, providerId, form, unit, bearer, needsHelper, municipality: place.municipality, tariff };
      return draft(offerId, { type: 'offers.offer-published.v1', data });
    }
    case 'TariffChanged': {
      const { offerId, tariff } = event.data;
      return draft(offerId, { type: 'offers.tariff-changed.v1', data: { offerId, tariff } });
    }
    case 'OfferWentStale': {
      const { offerId, providerId } = event.data;
      return draft(offerId, { type: 'offers.offer-went-stale.v1', data: { offerId, providerId } });
    }
    case 'OfferWithdrawn': {
      const { offerId } = event.data;
      return draft(offerId, { type: 'offers.offer-withdrawn.v1', data: { offerId } });
    }
    case 'PlaceHeld':
    case 'CapacityOverridden': {
      const { resourceId, bookingId, householdId, offerId, span, expiresAt } = event.data;
      const override = 'reason' in event.data ? { override: event.data.reason } : {};
      const data = { resourceId, bookingId, householdId, offerId, span, expiresAt, ...override };
      return draft(resourceId, { type: 'offers.place-held.v1', data });
    }
    case 'PlaceMoved': {
      const { resourceId, bookingId, offerId, span } = event.data;
      return draft(resourceId, { type: 'offers.place-moved.v1', data: { resourceId, bookingId, offerId, span } });
    }
    case 'PlaceTaken': {
      const { resourceId, bookingId } = event.data;
      return draft(resourceId, { type: 'offers.place-taken.v1', data: { resourceId, bookingId } });
    }
    case 'PlaceReleased': {
      const { resourceId, bookingId, reason } = event.data;
      return draft(resourceId, { type: 'offers.place-released.v1', data: { resourceId, bookingId, reason } });
    }
    case 'HoldExpired': {
      const { resourceId, bookingId } = event.data;
      const data = { resourceId, bookingId, reason: 'expired' as const };
      return draft(resourceId, { type: 'offers.place-released.v1', data });
    }
    default:
      return undefined;
  }
};

type OffersEventType = Extract<IntegrationEventOf['type'], `offers.${string}`>;

/** Typed by the contract, so that a changed shape does not compile here. */
const draft = (subject: string, { type, data }: IntegrationEventOf<OffersEventType>): Draft => ({
  type,
  subject,
  data,
});
