import type { SourceEvent } from '@adempauze/event-store';
import type { OfferEvent } from './offer/offer.events.ts';
import type { ProviderEvent } from './provider/provider.events.ts';
import type { ResourceEvent } from './resource/resource.events.ts';

/** An own event as projections, the search index and the publication see it. */
export type StoredEvent = (ProviderEvent | OfferEvent | ResourceEvent) &
  Pick<SourceEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

const types = new Set<string>([
  'ProviderRegistered',
  'OfferPublished',
  'OfferChanged',
  'TariffChanged',
  'PayerTariffChanged',
  'OfferConfirmed',
  'OfferWentStale',
  'OfferWithdrawn',
  'ResourceOpened',
  'TimesPublished',
  'TimesWithdrawn',
  'CapacityChanged',
  'AvailabilitySet',
  'HorizonExtended',
  'DaysClosed',
  'DaysReopened',
  'CalendarRead',
  'WorkerRostered',
  'WorkerUnrostered',
  'PlaceHeld',
  'CapacityOverridden',
  'PlaceMoved',
  'HoldExtended',
  'PlaceTaken',
  'PlaceReleased',
  'HoldExpired',
] satisfies StoredEvent['type'][]);

/** Whether this is an event of ours; nobody else writes to these streams, so its shape needs no second check. */
export const isStoredEvent = (event: SourceEvent | StoredEvent): event is StoredEvent => types.has(event.type);
