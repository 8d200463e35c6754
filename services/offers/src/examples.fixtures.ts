import {
  BookingId,
  type HoldPlace,
  HouseholdId,
  OfferId,
  OpenResource,
  ProviderId,
  PublishOffer,
  type PublishTimes,
  RegisterProvider,
  ResourceId,
  SearchOffers,
  type TimeSpan,
} from '@adempauze/contracts';
import { derivedId, Instant } from '@adempauze/kernel';

/* A provider in Rijswijk with a worker at home (F01) and a guest house (F12), for the tests of this service. */

export const at = (text: string): Instant => Instant.parse(text);
export const span = (from: string, until: string): TimeSpan => ({ from: at(from), until: at(until) });
export const now = at('2027-05-03T08:00:00Z'); // Monday, 10:00 in Amsterdam

export const providerId = ProviderId.parse(derivedId('provider'));
export const offerId = OfferId.parse(derivedId('offer'));
export const householdId = HouseholdId.parse(derivedId('household'));
export const resourceId = ResourceId.parse(derivedId('resource'));
export const booking = (number: number): BookingId => BookingId.parse(derivedId('booking', number));

export const rijswijk = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.0367, lon: 4.3257 } };

export const registerProvider = (over: Partial<RegisterProvider> = {}): RegisterProvider =>
  RegisterProvider.parse({ providerId, kind: 'home-care', name: 'De Linde', place: rijswijk, ...over });

/** Blocks of care at home, EUR 23.00 an hour, an hour at least and eight at most. */
export const publishOffer = (over: Partial<PublishOffer> = {}): PublishOffer =>
  PublishOffer.parse({
    offerId,
    providerId,
    form: 'F01',
    title: 'Een blok zorg thuis',
    place: rijswijk,
    travelKm: 15,
    conditionsServed: ['dementia', 'frailty'],
    highRiskActsServed: ['insulin-injection'],
    unit: 'hour',
    tariff: { from: '2027-01-01', priceCents: 2300, vat: 'exempt' },
    bearer: 'guarantee',
    instant: true,
    minMinutes: 60,
    maxMinutes: 480,
    ...over,
  });

/** Nights in a guest house; check-in at 14:00, check-out at 11:00 by its openings. */
export const publishBeds = (over: Partial<PublishOffer> = {}): PublishOffer => {
  const { minMinutes: _min, maxMinutes: _max, ...offer } = publishOffer();
  return PublishOffer.parse({ ...offer, form: 'F12', unit: 'night', title: 'Logeren bij De Linde', ...over });
};

export const openResource = (over: Partial<OpenResource> = {}): OpenResource =>
  OpenResource.parse({ resourceId, providerId, offerIds: [offerId], capacity: 1, ...over });

export const publishTimes = (...spans: TimeSpan[]): PublishTimes => ({ resourceId, spans });

/** Tuesday 09:00 to 12:30 in Amsterdam, held for a quarter of an hour. */
export const holdPlace = (over: Partial<HoldPlace> = {}): HoldPlace => ({
  bookingId: booking(1),
  householdId,
  offerId,
  resourceId,
  span: span('2027-05-04T07:00:00Z', '2027-05-04T10:30:00Z'),
  conditions: ['dementia'],
  highRiskActs: [],
  at: rijswijk.point,
  expiresAt: at('2027-05-03T08:15:00Z'),
  ...over,
});

export const searchOffers = (over: Partial<Parameters<typeof SearchOffers.parse>[0] & object> = {}): SearchOffers =>
  SearchOffers.parse({ near: rijswijk.point, from: now, until: '2027-05-10T22:00:00Z', ...over });
